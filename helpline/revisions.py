"""Whether the tables are those that this code works with.

A migration must work while the old code still runs (`CONTRIBUTING.md`), so newer tables will do, and older ones will not.
Each file of `migrations/versions` begins with its revision, counted up from 0001.
"""

from enum import StrEnum
from importlib.resources import files

from sqlalchemy import column, inspect, select, table
from sqlalchemy.orm import Session

VERSION = table("alembic_version", column("version_num"))


class Tables(StrEnum):
    """How the tables stand to the code."""

    MISSING = "missing"
    OLDER = "older"
    RIGHT = "right"
    NEWER = "newer"


WRONG = {
    Tables.MISSING: "The database has no tables yet: run “helpline migrate”.",
    Tables.OLDER: "The database has older tables than this helpline needs: run “helpline migrate”.",
}
"""With these nothing works."""


def newest() -> str:
    """The last revision that this code knows."""
    return max(file.name[:4] for file in files("migrations.versions").iterdir() if file.name[:4].isdecimal())


def standing(found: str | None, known: str) -> Tables:
    """What a revision found in the database means to code that knows this one. Pure."""
    if found is None:
        return Tables.MISSING
    if found == known:
        return Tables.RIGHT
    return Tables.OLDER if found < known else Tables.NEWER


def look(session: Session, known: str) -> Tables:
    """How the tables of this database stand to code that knows this revision."""
    if not inspect(session.connection()).has_table(VERSION.name):
        return Tables.MISSING
    return standing(session.scalar(select(VERSION.c.version_num)), known)
