"""The `helpline` command: the database, a group's spreadsheets, copies and keys, and being ready for our own failing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from alembic import command
from alembic.config import Config
from cryptography.fernet import InvalidToken
from sqlalchemy.exc import DBAPIError

import migrations
from helpline import (
    clock,
    config,
    importing,
    importing_patterns,
    importing_people,
    importing_shifts,
    importing_streets,
    resealing,
    restoring,
    revisions,
    welcomes,
)
from helpline.config import Settings
from helpline.db import Database
from helpline.errors import HelplineError
from helpline.revisions import Tables
from helpline.spreadsheets import Table
from helpline.wording import counted, listed
from workers import backup as backups
from workers import demo, keys
from workers import fallback as kept_elsewhere
from workers.importing import read

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
imports = typer.Typer(
    help="Take a group's own spreadsheet, saved as CSV; nothing is half imported.", no_args_is_help=True
)
app.add_typer(imports, name="import")

File = Annotated[Path, typer.Argument(help="A CSV file whose first line names the columns.", show_default=False)]
NEWER = "The database's tables are newer than this helpline, which works on them."


@contextmanager
def _refusals(hint: str = "") -> Iterator[None]:
    """Whatever is refused meanwhile becomes sentences and exit 1."""
    try:
        yield
    except HelplineError as refused:
        print(refused, file=sys.stderr)
        raise typer.Exit(1) from None
    except DBAPIError as problem:
        first = str(problem.orig).strip().partition("\n")[0]
        print(f"The database refused: {first}.{hint}", file=sys.stderr)
        raise typer.Exit(1) from None
    except InvalidToken:
        print(keys.OTHER_KEY, file=sys.stderr)
        raise typer.Exit(1) from None


@contextmanager
def _helpline(*, prepared: bool = True) -> Iterator[tuple[Settings, Database]]:
    """The settings and the database, with its tables when `prepared`."""
    with _refusals(" Has it been prepared with “helpline migrate”?" if prepared else ""):
        settings = config.use(config.load())
        database = Database(settings.database_url)
        try:
            database.reach()
            if prepared:
                with database.reading() as session:
                    keys.try_them(session)
            yield settings, database
        finally:
            database.close()


@app.command()
def migrate() -> None:
    """Bring the database up to date, making it if there is none."""
    with _helpline(prepared=False) as (_, database), database.transaction() as session:
        newer = revisions.look(session, revisions.newest()) == Tables.NEWER
        if not newer:  # alembic can make nothing of a revision that it does not know
            alembic = Config()
            alembic.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
            alembic.attributes["connection"] = session.connection()
            command.upgrade(alembic, "head")
        keys.try_them(session)
    print(NEWER if newer else "The database is up to date.")


@app.command()
def demo_data(
    telephones: Annotated[
        Path | None, typer.Option(help="Also write everybody's telephone to this file, for the simulator.")
    ] = None,
) -> None:
    """Load the demo ward into an empty database."""
    at = clock.now()
    with _helpline() as (settings, database):
        with database.transaction() as session:
            print(demo.load(session, at=at, zone=settings.zone))
        with database.reading() as session:
            told, greeting = demo.telephones(session, settings, at=at), demo.greeting(session, at=at)
        if telephones is not None:
            demo.write_telephones(telephones, told)
        if greeting:
            print(greeting)


@app.command()
def fallback(
    *,
    texts: Annotated[
        bool, typer.Option("--texts", help="The answer to a text, instead of what a caller hears.")
    ] = False,
) -> None:
    """Print what is to be kept elsewhere, so that callers reach FALLBACK_NUMBER when our computer is gone."""
    with _refusals():
        settings = config.load()
    print(kept_elsewhere.for_a_text(settings) if texts else kept_elsewhere.for_a_call(settings))
    print(kept_elsewhere.how_to_set_it(settings, texts=texts), file=sys.stderr)


@app.command()
def doctor() -> None:
    """Look whether everything is well, and say what to do where it is not; exit 1 if anything is wrong."""
    from workers.doctor import rounds  # noqa: PLC0415  # slow to load, and the other commands do without

    if rounds.go(print):
        raise typer.Exit(1)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="A new file.", show_default=False)]) -> None:
    """Copy everything that is kept into a new file, while everything runs. SECRET_KEY, without which it is no use, is not in it."""
    with _refusals():
        database_url = config.use(config.load()).database_url
        backups.expect_something(database_url)
        backups.take(database_url, file)
    print(f"Everything is in {file}; keep SECRET_KEY somewhere else.")


@app.command()
def restored() -> None:
    """Say that the database has just been put back from a copy: what it owes is shown on the desk, not said or rung by itself."""
    with _helpline() as (_, database):
        with database.transaction() as session:
            report = restoring.restored(session, at=clock.now())
        print(report)


@app.command()
def reseal() -> None:
    """Seal everything again with the newest key of SECRET_KEY, while everything runs; says when the old key may go."""
    with _helpline() as (settings, database):
        print(resealing.reseal(database, at=clock.now(), zone=settings.zone))


@imports.command()
def streets(file: File) -> None:
    """Take streets and their patches. Columns: street, patch; and numbers, like 1-49 odd; also, like Old Mill Lane."""
    with _helpline() as (_, database):
        table = _read(file, importing_streets.STREETS)
        with database.transaction() as session:
            report = importing_streets.take(session, table.rows)
        print(report)


@imports.command()
def people(file: File) -> None:
    """Take people and their hats. Columns: name, phone, hats; and patch, by, details, languages."""
    with _helpline() as (_, database):
        table = _read(file, importing_people.PEOPLE)
        with database.transaction() as session:
            report = importing_people.take(session, table.rows, at=clock.now())
            welcomed = welcomes.welcome_new(session, at=clock.now())
        print(report)
        if welcomed:
            print(f"{counted(welcomed, 'new handler is', 'new handlers are')} sent our contact card by text.")


@imports.command()
def patterns(file: File) -> None:
    """Take times of the week. Columns: day, start, end, like Friday, 4 pm, 7 pm; and least, most, first, last, phones."""
    with _helpline() as (settings, database):
        table = _read(file, importing_patterns.PATTERNS)
        with database.transaction() as session:
            report = importing_patterns.take(session, table.rows, zone=settings.zone, at=clock.now())
        print(report)


@imports.command()
def shifts(file: File) -> None:
    """Take shifts, in local time. Columns: phone, start, end, like 2026-11-23 10:00 or 23/11/2026 10:00."""
    with _helpline() as (settings, database):
        table = _read(file, importing_shifts.SHIFTS)
        with database.transaction() as session:
            report = importing_shifts.take(session, table.rows, zone=settings.zone)
        print(report)


def _read(file: Path, columns: importing.Columns) -> Table:
    table = read(file, columns)
    if table.unused:
        print(f"Not used: {listed(table.unused)}.")
    return table
