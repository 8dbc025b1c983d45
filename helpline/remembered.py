"""Remembered: what we hold of somebody, and when each of it is forgotten.

It is counted for one person, so that nothing here grows with the rest.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import Session

from helpline import durations, retention
from helpline.calls import Call
from helpline.durations import Kept
from helpline.messages import Message
from helpline.people import Person
from helpline.requests import HelpRequest
from helpline.texts import Text


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
    requests = tuple(
        Theirs(row, kept.until(row.created_at, row.over_at) if row.over_at is not None else None) for row in rows
    )
    calls = _several(session, kept, Call.person_id == person.id, Call.arrived_at, Call.ended_at)
    ours = _several(session, kept, Message.person_id == person.id, Message.created_at, Message.created_at)
    theirs = _several(session, kept, Text.person_id == person.id, Text.at, Text.at)
    texts = Several(ours.many + theirs.many, max((one for one in (ours.until, theirs.until) if one), default=None))
    return Remembered(requests, calls, texts, None if person.hats else _known_until(session, kept, person))


def _known_until(session: Session, kept: Kept, person: Person) -> datetime | None:
    """When the last of what names them is forgotten (`retention` says what does); None while any of it is not over.

    By the newest of each, and the last to be over: it is never said too early.
    """
    named = [
        select(func.count(one.whose), func.count(one.over), func.max(one.begun), func.max(one.over)).where(
            one.whose == person.id, one.which
        )
        for one in retention.NAMING
    ]
    found = [row for row in session.execute(union_all(*named)) if row[0]]
    if any(sure < many for many, sure, _, _ in found):
        return None
    own = kept.until(person.created_at, person.created_at)
    return max([own, *(kept.until(begun, over) for _, _, begun, over in found)])


def _several(session: Session, kept: Kept, theirs: ColumnElement[bool], begun: Any, over: Any) -> Several:
    many, sure, newest, last = session.execute(
        select(func.count(), func.count(over), func.max(begun), func.max(over)).where(theirs)
    ).one()
    return Several(many, kept.until(newest, last) if many and many == sure else None)
