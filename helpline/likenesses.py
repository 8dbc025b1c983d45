"""Likenesses: requests that may be the same. Shown side by side, linked or said to be different; never hidden, never made one.

A second genuine request looks like the first, so nothing follows from a likeness by itself: a person says what it is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, or_, select, union
from sqlalchemy.orm import Mapped, Session, joinedload, lazyload, mapped_column

from helpline import history, houses, people
from helpline.db import Base, lock
from helpline.errors import HelplineError
from helpline.found_words import fold
from helpline.people import Person
from helpline.places import Street
from helpline.requests import OPEN, HelpRequest
from helpline.states import StateText, check
from helpline.wording import Kind

LATELY = timedelta(days=7)
"""For so long after it was written down, one that is over may still be what somebody rings about."""
MOST = 6
LEAN = (joinedload(HelpRequest.street).lazyload(Street.stretches), lazyload(HelpRequest.resident))


class Verdict(StrEnum):
    """What somebody said of two requests."""

    SAME = "same"
    DIFFERENT = "different"


class Likeness(Base):
    """Two requests of which somebody said whether they are the same: the older one first, and the last word counts."""

    __tablename__ = "likenesses"
    __table_args__ = (
        check("verdict", Verdict, name="verdict"),
        CheckConstraint("first_id < second_id", name="older_first"),
        Index("uq_likenesses_first_id_second_id", "first_id", "second_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(StateText(Verdict))
    who_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]


@dataclass(frozen=True)
class About:
    """What there is to be compared of a request, whether it is written down yet or not."""

    kinds: frozenset[Kind]
    resident_id: int | None
    street_id: int | None
    house: str | None
    besides: int | None = None

    def is_like(self, other: HelpRequest) -> bool:
        """Whether something of the same kind was asked for by the same number, or at the same house."""
        if not self.kinds & {Kind(kind) for kind in other.kinds.split(",")}:
            return False
        same_number = self.resident_id is not None and other.resident_id == self.resident_id
        same_street = self.street_id is not None and other.street_id == self.street_id
        return same_number or (same_street and same_house(self.house, other.house))


@dataclass(frozen=True)
class Alike:
    """Another request that may be the same, and what was said of it."""

    request: HelpRequest
    said: Likeness | None = None

    @property
    def verdict(self) -> Verdict | None:
        """What was said, if anything was."""
        return self.said.verdict if self.said else None


_FLAT = re.compile(r"\b(?:flat|apartment|apt|unit|room|studio)\b\.?\s*(?:no\.?\s*)?(\w+)")


def same_house(one: str | None, other: str | None) -> bool:
    """Whether two houses, as they were written down, may be one household: `No. 14` and `14`, but not its flats 2 and 3."""
    flats = [_FLAT.search(fold(house or "")) for house in (one, other)]
    if flats[0] and flats[1] and flats[0].group(1) != flats[1].group(1):
        return False
    first, second = houses.read(one), houses.read(other)
    return bool(set(first.numbers) & set(second.numbers)) or bool(set(first.names) & set(second.names))


def about(request: HelpRequest) -> About:
    """A request, as it is compared with others."""
    kinds = frozenset(Kind(kind) for kind in request.kinds.split(","))
    return About(kinds, request.resident_id, request.street_id, request.house, request.id)


def about_written(
    session: Session, kinds: Iterable[Kind], *, number: str | None, street_id: int | None, house: str | None
) -> About:
    """One that is being written down, as it is compared with others."""
    resident = people.find(session, number) if number else None
    return About(frozenset(kinds), resident.id if resident else None, street_id, house)


def possible(session: Session, this: About, *, at: datetime) -> list[HelpRequest]:
    """The requests that may be the same, newest first: open, or written down lately."""
    places = [HelpRequest.resident_id == this.resident_id] if this.resident_id is not None else []
    places += [HelpRequest.street_id == this.street_id] if this.street_id is not None else []
    if not places or not this.kinds:
        return []
    # Each has an index of its own: a street has seen more over the years than anybody looks through.
    lately = union(
        *(
            select(HelpRequest.id).where(one)
            for one in (HelpRequest.state.in_(OPEN), HelpRequest.created_at > at - LATELY)
        )
    )
    near = select(HelpRequest).where(HelpRequest.id.in_(lately), or_(*places), HelpRequest.forgotten_at.is_(None))
    found = session.scalars(near.options(*LEAN).order_by(HelpRequest.id.desc()).limit(200))
    return [one for one in found if one.id != this.besides and this.is_like(one)][:MOST]


def of_request(session: Session, request: HelpRequest) -> list[Likeness]:
    """What was said of a request and others, oldest first."""
    mine = or_(Likeness.first_id == request.id, Likeness.second_id == request.id)
    return list(session.scalars(select(Likeness).where(mine).order_by(Likeness.id)))


def alike(session: Session, request: HelpRequest, *, at: datetime) -> list[Alike]:
    """Whatever may be the same as a request, or was said to be or not to be: what nobody has spoken of first."""
    said = {one.first_id + one.second_id - request.id: one for one in of_request(session, request)}
    found = {one.id: one for one in possible(session, about(request), at=at)}
    others = [other for other in said if other not in found]
    if others:
        found |= {one.id: one for one in session.scalars(select(HelpRequest).where(HelpRequest.id.in_(others)))}
    told = [Alike(one, said.get(one.id)) for one in found.values()]
    return sorted(told, key=lambda one: (one.said is not None, one.verdict or "", -one.request.id))


def say(
    session: Session, request: HelpRequest, other: HelpRequest, verdict: Verdict, *, who: Person, at: datetime
) -> bool:
    """They are the same, or they are not. False when that was said already. Raises `HelplineError` of one and the same."""
    if request.id == other.id:
        raise HelplineError("That is this request itself. Choose another one.")
    first, second = sorted((request, other), key=lambda one: one.id)
    lock(session, first)  # two who say it at once say it one after the other
    pair = (Likeness.first_id == first.id) & (Likeness.second_id == second.id)
    known = session.scalar(select(Likeness).where(pair))
    if known is not None and known.verdict == verdict:
        return False
    if known is None:
        known = Likeness(first_id=first.id, second_id=second.id)
        session.add(known)
    known.verdict, known.who_id, known.at = verdict, who.id, at
    session.flush()
    what = {Verdict.SAME: "request.linked", Verdict.DIFFERENT: "request.told_apart"}[verdict]
    for one in (first, second):
        history.record(session, what, at=at, who=who.id, request_id=one.id)
    return True
