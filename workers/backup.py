"""A copy of everything that is kept, taken while everything runs: only its owner can read it, and it is whole or not there."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from helpline import revisions
from helpline.db import Database
from helpline.errors import HelplineError
from helpline.revisions import Tables


class BackupError(HelplineError):
    """The copy could not be taken; the message says why, and nothing is left of it."""


def expect_something(database_url: str) -> None:
    """Raises `BackupError` when nothing is kept there: a copy of nothing would look like one, and the true ones grow old."""
    url = make_url(database_url)
    nothing = BackupError(
        f"There is nothing to copy: {url.render_as_string()} holds no tables. "
        "Is DATABASE_URL right, and this the folder of the group's .env?"
    )
    # A SQLite that is not there would be made by our looking.
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise nothing
    database = Database(database_url)
    try:
        database.reach()
        with database.reading() as session:
            if revisions.look(session, revisions.newest()) == Tables.MISSING:
                raise nothing
    finally:
        database.close()


def take(database_url: str, file: Path, *, link: Callable[[Path, Path], None] = os.link) -> None:
    """Copy the database into a new file. Raises `BackupError` when that cannot be done."""
    if file.exists():
        raise BackupError(f"There is a {file.name} already: give the new backup a name of its own.")
    part = file.with_name(f"{file.name}.part")
    url = make_url(database_url)
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if url.get_backend_name() == "sqlite":
            _copy(str(url.database), part)
        else:
            _dump(url, part)
        _to_the_disk(part)
        _name(part, file, link)
    except FileExistsError:
        raise BackupError(f"There is a {file.name} already: give the new backup a name of its own.") from None
    except OSError as problem:
        raise BackupError(f"{file} cannot be written: {problem.strerror}.") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _copy(database: str, part: Path) -> None:
    """One instant of a SQLite file, without what has been deleted from it; writers go on meanwhile."""
    try:
        with closing(sqlite3.connect(f"{Path(database).absolute().as_uri()}?mode=rw", uri=True, timeout=30)) as kept:
            kept.execute("VACUUM INTO ?", (str(part),))
    except sqlite3.Error as problem:
        raise BackupError(f"The database could not be copied: {problem}.") from None


def _dump(url: URL, part: Path) -> None:
    """What `pg_dump` makes of a PostgreSQL: of one instant too. The password goes by the environment, where nobody else sees it."""
    program = shutil.which("pg_dump")
    without = str(URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query))
    if program is None:
        raise BackupError(
            "PostgreSQL's own pg_dump is needed and is not on this computer. Install postgresql-client here, or run on the "
            f"computer of the database:  pg_dump --format=custom --file=FILE '{without}'"
        )
    env = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    command = [program, "--format=custom", f"--file={part}", without]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    if ran.returncode:
        raise BackupError(f"pg_dump could not copy the database:\n{ran.stderr.strip()}")


def _name(part: Path, file: Path, link: Callable[[Path, Path], None]) -> None:
    """Unlike a renaming, a link never takes another's place. A stick knows no links: there we take the place first."""
    try:
        link(part, file)
    except OSError:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        part.replace(file)


def _to_the_disk(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
