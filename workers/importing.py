"""Tables in files of this computer, for the command line."""

from pathlib import Path

from helpline import spreadsheets
from helpline.errors import HelplineError, unreadable
from helpline.importing import Columns
from helpline.spreadsheets import Table


def read(file: Path, columns: Columns) -> Table:
    """Read a file. Raises `HelplineError` with a sentence when it is no such table."""
    try:
        raw = file.read_bytes()
    except OSError as problem:
        raise HelplineError(unreadable(file, problem)) from None
    return spreadsheets.parse(spreadsheets.decode(raw, name=str(file)), columns, name=str(file))
