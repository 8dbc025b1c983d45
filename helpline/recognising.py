"""Recognising: what the number that rings tells us, in one question, before anything is said.

It proves nothing, since a number can be made up: it chooses what is asked first, and opens nothing (`docs/decisions/0007`).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, Select, select
from sqlalchemy import text as sql

from helpline import blocks, people
from helpline.db import Base
from helpline.people import ANSWERS, COORDINATES
from helpline.sealed import keys_of

WITH_A_MENU = sql(f"name IN ({', '.join(repr(name.value) for name in (*ANSWERS, *COORDINATES))})")


@dataclass(frozen=True)
class Caller:
    """Whose number it is, if we know; whether they are `ours`, who have a menu of their own; until when it is turned away."""

    person_id: int | None = None
    ours: bool = False
    blocked_until: datetime | None = None

    def turned_away(self, at: datetime) -> bool:
        """Whether the number is blocked now; one of ours never is, whenever it was blocked."""
        return self.blocked_until is not None and at < self.blocked_until and not self.ours


NOBODY = Caller()


def recognise(connection: Connection, phone: str | None) -> Caller:
    """What a number (E.164) tells us; of one that is withheld, nothing."""
    if phone is None:
        return NOBODY
    keys = {f"key_{place}": key for place, key in enumerate(keys_of(phone))}
    return Caller(*connection.execute(_question(tuple(keys)), keys).one())


@cache
def _question(names: tuple[str, ...]) -> Select[int | None, bool, datetime | None]:
    """One row, whether or not we know the number."""
    return select(people.id_by_keys(names).scalar_subquery(), *columns(names))


def columns(names: tuple[str, ...]) -> tuple[ColumnElement[bool], ColumnElement[datetime | None]]:
    """What makes a `Caller` of the number with one of these keys, after whose it is.

    What else a call's beginning must know is one more column here. Every incoming call waits for it, so it is asked in the
    statement that writes the call down (`calls.write_down`), and with as few values to fill in as can be.
    """
    # One table in each question: of what an INSERT returns, SQLAlchemy names a column to SQLite without its table.
    hat, theirs = Base.metadata.tables["hats"].c, people.id_by_keys(names).scalar_subquery()
    ours = select(hat.id).where(hat.person_id == theirs, WITH_A_MENU).exists()
    return ours, blocks.until_by_keys(names)
