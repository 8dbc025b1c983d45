"""Covered by: places outside our area, and which organisation looks after each, so that a caller is told whom to ring instead.

A place is a street, an area or the beginning of a postcode, as people say it; an organiser keeps the few that callers ask about.
Who covers it is a signpost, so that its number is asked after like every other, and a call that came to it is a press.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import hearing, history, people
from helpline.db import NEVER_AGAIN, Base
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.places import Name
from helpline.signposts import Signpost

LONGEST = 80
MOST = 200
CERTAIN = 0.9
"""How likely it must be that a place was meant, before anybody is told that they live outside our area."""
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)(?:\s*\d[A-Z]{2})?\b")


class Cover(Base):
    """A place outside our area, and the organisation that looks after it."""

    __tablename__ = "covers"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(LONGEST))
    place_key: Mapped[str] = mapped_column(String(LONGEST), unique=True)
    signpost_id: Mapped[int] = mapped_column(ForeignKey("signposts.id"), index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)

    signpost: Mapped[Signpost] = relationship(lazy="joined")

    @property
    def words(self) -> str:
        """What is read out to a caller from there."""
        number = f" Their number is {self.signpost.spoken}." if self.signpost.phone else ""
        return f"“{self.place} is outside our streets. {self.signpost.name} looks after it.{number}”"


def all_of_them(session: Session) -> list[Cover]:
    """Every place, by name. One whose organisation is off the list is left out."""
    kept = select(Cover).join(Cover.signpost).where(Signpost.removed_at.is_(None))
    return list(session.scalars(kept.order_by(Cover.place_key).limit(MOST)))


def find(session: Session, heard: str) -> Cover | None:
    """Who covers what somebody said: a place that sounds like it for certain, or the beginning of a postcode within it."""
    if not heard.strip():
        return None
    known = all_of_them(session)
    codes = {code.casefold() for code in _POSTCODE.findall(heard.upper())}
    by_code = next((cover for cover in known if cover.place_key in codes), None)
    if by_code is not None or not known:
        return by_code
    ranked = hearing.rank([cover.place for cover in known], heard)
    if not ranked or ranked[0][0] < CERTAIN:
        return None
    return next(cover for cover in known if cover.place == ranked[0][1])


def nearer(heard: str, found: Cover, ours: Iterable[Name]) -> bool:
    """Whether what was heard is rather that place than any street of ours."""
    names = [found.place, *(name for street in ours for name in (street.name, *street.others))]
    ranked = hearing.rank(names, heard)
    return not ranked or ranked[0][1] == found.place


def check(who: Person) -> None:
    """Raises `HelplineError` for whoever is no organiser."""
    people.check_organiser(who, "Only an organiser changes this list. Ask one: their names are on the people page.")


def add(session: Session, place: str, signpost: Signpost | None, *, who: Person, at: datetime) -> Cover:
    """A place is looked after by somebody. Raises `HelplineError` when it is missing, ours, or on the list."""
    check(who)
    place = " ".join(place.split())
    if not place:
        raise HelplineError("Write the place as people say it: a street, an area, or the beginning of a postcode.")
    if len(place) > LONGEST:
        raise HelplineError(f"That is a long name: up to {LONGEST} letters, please.")
    if signpost is None:
        raise HelplineError("Say who looks after it: an organisation on our list.")
    made = Cover(place=place, place_key=place.casefold(), signpost=signpost, made_at=at, made_by_id=who.id)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise HelplineError(f"{place} is on the list already. Take that one off first.") from None
    history.record(session, "cover.added", at=at, who=who.id)
    return made


def take_off(session: Session, cover_id: int, *, who: Person, at: datetime) -> None:
    """It is on the list no more; twice is harmless."""
    check(who)
    session.execute(delete(Cover).where(Cover.id == cover_id))
    history.record(session, "cover.taken_off", at=at, who=who.id)
