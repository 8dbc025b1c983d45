"""Spreadsheets saved as CSV, by whatever program: which alphabet, which comma, and which column is which."""

import codecs
import csv
import io
from dataclasses import dataclass

from helpline.errors import HelplineError
from helpline.importing import Columns, Row
from helpline.wording import listed

SEPARATORS = ",;\t"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF")
"""What files begin with that people choose by mistake."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would take for a formula, whoever typed it."""


@dataclass(frozen=True)
class Table:
    """The lines of a file, and the names of columns that nobody asked for."""

    rows: list[Row]
    unused: list[str]


def parse(text: str, columns: Columns, *, name: str) -> Table:
    """The table in a text whose first line that is not blank names the columns, in any order."""
    separator = max(SEPARATORS, key=lambda one: _fitting(text, one, columns))
    lines = _lines(text, separator, name)
    if not lines:
        raise HelplineError(f"{name} is empty.")
    heads = [head.strip().lower() for head in lines[0][1]]
    missing = [column for column in columns.needed if column not in heads]
    if missing:
        raise HelplineError(
            f"{name} has no column called {listed(missing)}. Its first line must name the columns:"
            f" {listed([*columns.needed, *columns.welcome])}."
        )
    wanted = {*columns.needed, *columns.welcome}
    twice = sorted({head for head in heads if head in wanted and heads.count(head) > 1})
    if twice:
        raise HelplineError(f"{name} has two columns called {listed(twice)}.")
    return Table(
        [_row(line, heads, cells, wanted) for line, cells in lines[1:]],
        [head for head in heads if head and head not in wanted],
    )


def _row(line: int, heads: list[str], cells: list[str], wanted: set[str]) -> Row:
    spilt = any(cell.strip() for cell in cells[len(heads) :])
    filled = cells + [""] * (len(heads) - len(cells))
    return Row(
        line,
        {head: _without_mark(cell) for head, cell in zip(heads, filled, strict=False) if head in wanted},
        "There are more cells than columns; a cell with a comma in it needs quotation marks around it."
        if spilt
        else None,
    )


def _without_mark(cell: str) -> str:
    """A cell without the mark that keeps a spreadsheet from taking it for a formula: we put it there on the way out."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def decode(raw: bytes, *, name: str) -> str:
    """The text of a file, in whatever alphabet it was saved. Raises `HelplineError` when it is no text."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise HelplineError(
            f"{name} is a workbook. In the spreadsheet, choose Save as, then CSV, and import that file."
        )
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # One among the lines is somebody's slip, of which the line is told; no program puts one among the columns' names.
    if raw.startswith(PICTURES) or (not wide and b"\0" in raw.partition(b"\n")[0]):
        raise HelplineError(f"{name} is a picture, or another file that is no table. Choose one saved as CSV.")
    for alphabet in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(alphabet)
        except UnicodeDecodeError:
            continue
    raise HelplineError(f"{name} is not a text we can read. Save it as CSV UTF-8.")


def _fitting(text: str, separator: str, columns: Columns) -> int:
    """How many of the columns are found when the first line is cut by this separator."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    heads = {head.strip().strip('"').lower() for head in first.split(separator)}
    return len(heads & {*columns.needed, *columns.welcome})


def _lines(text: str, separator: str, name: str) -> list[tuple[int, list[str]]]:
    """The lines that are not blank, each with the number of the line it begins on."""
    lines: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise HelplineError(f"{name}, line {begins}: {problem}. Save it as CSV again.") from None
    return lines
