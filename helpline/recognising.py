"""Recognising: what the number that rings tells us, in one question, before anything is said.

It proves nothing, since a number can be made up: it chooses what is asked first, and opens nothing (`docs/decisions/0007`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from helpline import blocks, people
from helpline.db import Base
from helpline.people import HatName
from helpline.sealed import keys_of

ANSWERS = (HatName.HANDLER, HatName.ORGANISER)
COORDINATES = (HatName.COORDINATOR, HatName.DEPUTY)


@dataclass(frozen=True)
class Caller:
    """Whose number it is, if we know: whether they answer the line, look after a patch, or are turned away until then."""

    person_id: int | None = None
    answers: bool = False
    coordinates: bool = False
    blocked_until: datetime | None = None

    @property
    def ours(self) -> bool:
        """Whether it is the number of somebody who has a menu of their own."""
        return self.answers or self.coordinates

    def turned_away(self, at: datetime) -> bool:
        """Whether the number is blocked now; one of ours never is, whenever it was blocked."""
        return self.blocked_until is not None and at < self.blocked_until and not self.ours


NOBODY = Caller()


def recognise(session: Session, phone: str | None) -> Caller:
    """What a number (E.164) tells us; of one that is withheld, nothing."""
    if phone is None:
        return NOBODY
    keys = {f"key_{place}": key for place, key in enumerate(keys_of(phone))}
    return Caller(*session.connection().execute(_question(tuple(keys)), keys).one())


@cache
def _question(names: tuple[str, ...]) -> Select[int | None, bool, bool, datetime | None]:
    """One row, whether or not we know the number."""
    return select(*columns(names))


def columns(
    names: tuple[str, ...],
) -> tuple[ColumnElement[int | None], ColumnElement[bool], ColumnElement[bool], ColumnElement[datetime | None]]:
    """What makes a `Caller` of the number with one of these keys: what else a call's beginning must know is one more column here.

    Every incoming call waits for it, so it is asked in the statement that writes the call down (`calls.write_down`).
    """
    wears = (_wears(names, ANSWERS), _wears(names, COORDINATES))
    return people.id_by_keys(names).scalar_subquery(), *wears, blocks.until_by_keys(names)


def _wears(names: Iterable[str], hats: Iterable[HatName]) -> ColumnElement[bool]:
    # One table in each question: of what an INSERT returns, SQLAlchemy names a column to SQLite without its table.
    hat, theirs = Base.metadata.tables["hats"].c, people.id_by_keys(names).scalar_subquery()
    one_of = or_(*(hat.name == name for name in hats))  # an IN would be written out anew for each call
    return select(hat.id).where(hat.person_id == theirs, one_of).exists()
