"""Remembered: what we hold of somebody, and when each of it is forgotten.

It is counted for one person, so that nothing here grows with the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from helpline import durations, repeating, retention
from helpline.calls import Call
from helpline.durations import Kept
from helpline.messages import Message
from helpline.people import Person
from helpline.requests import HelpRequest
from helpline.texts import Text

SHOWN = (Call, Message, Text)


@dataclass(frozen=True)
class Theirs:
    """One request of theirs. `until` is when it is forgotten; None while it is open."""

    request: HelpRequest
    until: datetime | None


@dataclass(frozen=True)
class Several:
    """Calls or texts: how many, and when the last of them is forgotten; None while one is not over."""

    many: int
    until: datetime | None


@dataclass(frozen=True)
class Remembered:
    """All of it. `until` is when the person is forgotten too, if nothing new comes; None when that cannot be said yet."""

    requests: tuple[Theirs, ...]
    calls: Several
    texts: Several
    until: datetime | None


def of(session: Session, person: Person) -> Remembered:
    """What is held of somebody."""
    kept = durations.kept(session)
    rows = session.scalars(
        select(HelpRequest).where(HelpRequest.resident_id == person.id).order_by(HelpRequest.id)
    ).all()
    coming = _coming(session, rows)
    requests = tuple(Theirs(row, _until(kept, row, coming.get(row.id))) for row in rows)
    named = _named(session, kept, person)
    calls = _together(one for table, one in named if table is Call)
    texts = _together(one for table, one in named if table in {Message, Text})
    everything = _together(one for _, one in named)
    still = person.hats or coming or (everything.many and everything.until is None)
    own = kept.until(person.created_at, person.created_at)
    return Remembered(requests, calls, texts, None if still else max(everything.until or own, own))


def _coming(session: Session, rows: Sequence[HelpRequest]) -> dict[int, datetime]:
    """When the next comes, by the request from which it is made: the newest of what comes back."""
    newest = {row.repeat_id: row for row in rows}
    repeats = {row.id: repeating.of_request(session, row) for row in newest.values()}
    return {row_id: one.next_at for row_id, one in repeats.items() if one and one.next_at and repeating.comes_back(one)}


def _until(kept: Kept, row: HelpRequest, next_at: datetime | None) -> datetime | None:
    """When a request is forgotten: not before the next was made from it. Pure."""
    if row.over_at is None:
        return None
    until = kept.until(row.created_at, row.over_at)
    return max(until, next_at) if next_at else until


def _named(session: Session, kept: Kept, person: Person) -> list[tuple[type[Any], Several]]:
    """What names them, and so keeps them known (`retention`), by its table; of somebody with a hat, only what is shown.

    When the last of it is forgotten is reckoned by the newest, so that it is never said too early.
    """
    namings = [one for one in retention.NAMING if not person.hats or one.whose.class_ in SHOWN]
    asked = [
        select(literal(place), func.count(one.whose), func.count(one.over), func.max(one.begun), func.max(one.over))
        .where(one.whose == person.id)
        .where(one.which)
        for place, one in enumerate(namings)
    ]
    return [
        (namings[place].whose.class_, Several(many, kept.until(newest, last) if many and many == sure else None))
        for place, many, sure, newest, last in session.execute(union_all(*asked))
    ]


def _together(found: Iterable[Several]) -> Several:
    """All of it as one."""
    some = [one for one in found if one.many]
    sure = [one.until for one in some if one.until is not None]
    return Several(sum(one.many for one in some), max(sure) if sure and len(sure) == len(some) else None)
