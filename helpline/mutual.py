"""Mutual: what somebody asked for and what they gave, as one story. Whoever asked last week does somebody else's this week.

What was asked is let go of when its request is forgotten. What was given is told for as long as somebody is known, and of nobody
by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Load, Session, joinedload, lazyload

from helpline.offers import O, Offer
from helpline.people import Person
from helpline.places import Street
from helpline.requests import HelpRequest

MOST = 12
GAVE = (O.OPEN, O.ACCEPTED, O.DONE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Part:
    """One part of it: a request that was theirs, or one of somebody else's that they took."""

    at: datetime
    request: HelpRequest
    gave: Offer | None = None

    @property
    def place(self) -> str:
        """Where it stands in the story, as an address may say it: nothing personal."""
        row = (0, self.gave.id) if self.gave else (1, self.request.id)
        return f"{(self.at - _EPOCH) // _A_MICROSECOND}-{row[0]}-{row[1]}"


@dataclass(frozen=True)
class Story:
    """Some of it, newest first; `before` is the place from which the rest goes on, if there is more."""

    parts: tuple[Part, ...]
    before: str | None


def story(session: Session, person: Person, *, before: str | None = None, most: int = MOST) -> Story:
    """What somebody asked for and gave, newest first, from a place in it on."""
    since = _read(before)
    theirs = or_(HelpRequest.resident_id == person.id, HelpRequest.asker_id == person.id)
    asked = _rows(session, HelpRequest, theirs, HelpRequest.created_at, 1, since, most)
    gave = _rows(session, Offer, (Offer.person_id == person.id) & Offer.state.in_(GAVE), Offer.asked_at, 0, since, most)
    parts = [Part(one.created_at, one) for one in asked] + [Part(one.asked_at, one.request, one) for one in gave]
    parts.sort(
        key=lambda part: (part.at, part.gave is None, part.gave.id if part.gave else part.request.id), reverse=True
    )
    return Story(tuple(parts[:most]), parts[most - 1].place if len(parts) > most else None)


def _rows(
    session: Session,
    table: type[Any],
    theirs: ColumnElement[bool],
    at: Any,
    rank: int,
    since: tuple[datetime, int, int] | None,
    most: int,
) -> Sequence[Any]:
    rows = select(table).where(theirs)
    if since is not None:
        moment, other, row_id = since
        tied = table.id < row_id if rank == other else false() if rank > other else at == moment
        rows = rows.where((at < moment) | ((at == moment) & tied))
    within = (joinedload(Offer.request), lazyload(Offer.person)) if table is Offer else ()
    request = joinedload(Offer.request) if table is Offer else None
    alone = [
        (request.lazyload(column) if request else lazyload(column))
        for column in (HelpRequest.handler, HelpRequest.resident, HelpRequest.patch)
    ]
    street = (request or Load(HelpRequest)).joinedload(HelpRequest.street).lazyload(Street.stretches)
    return session.scalars(
        rows.options(*within, *alone, street).order_by(at.desc(), table.id.desc()).limit(most + 1)
    ).all()


def _read(place: str | None) -> tuple[datetime, int, int] | None:
    """A place in the story; the beginning when it cannot be read."""
    parts = (place or "").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts):
        return None
    moment, rank, row_id = map(int, parts)
    return (_EPOCH + timedelta(microseconds=moment), rank, row_id) if rank in {0, 1} else None
