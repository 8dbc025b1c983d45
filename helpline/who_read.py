"""Who read what: everybody who looked at somebody's details, and whatever they looked at themselves, newest first.

A reading of a request or of a call is one of the person whose it was, for as long as that is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from helpline.calls import Call
from helpline.db import by_id
from helpline.history import Reading
from helpline.people import Person
from helpline.requests import HelpRequest

A_PAGE = 30


@dataclass(frozen=True)
class Read:
    """One reading, with who read it and whom it was about, as far as that is known."""

    reading: Reading
    reader: Person | None
    about: Person | None


@dataclass(frozen=True)
class Readings:
    """A page of them; `before` is the reading from which the rest goes on, if there is more."""

    rows: tuple[Read, ...]
    before: int | None


def about(session: Session, person_id: int, *, before: int | None = None) -> Readings:
    """Who looked at a person's details."""
    of_requests = select(HelpRequest.id).where(HelpRequest.resident_id == person_id)
    of_calls = select(Call.id).where(Call.person_id == person_id)
    last = session.get(Reading, before) if before else None
    rows: dict[int, Reading] = {}
    for theirs in (
        Reading.person_id == person_id,
        Reading.request_id.in_(of_requests),
        Reading.call_id.in_(of_calls),
    ):
        rows |= {row.id: row for row in session.scalars(_page(theirs, last))}
    return _told(session, sorted(rows.values(), key=lambda row: (row.at, row.id), reverse=True))


def by(session: Session, reader_id: int, *, before: int | None = None) -> Readings:
    """What a person looked at."""
    last = session.get(Reading, before) if before else None
    return _told(session, session.scalars(_page(Reading.reader_id == reader_id, last)).all())


def _page(which: ColumnElement[bool], last: Reading | None) -> Select[Reading]:
    rows = select(Reading).where(which)
    if last is not None:
        rows = rows.where(or_(Reading.at < last.at, and_(Reading.at == last.at, Reading.id < last.id)))
    return rows.order_by(Reading.at.desc(), Reading.id.desc()).limit(A_PAGE + 1)


def _told(session: Session, rows: Sequence[Reading]) -> Readings:
    page = rows[:A_PAGE]
    known = by_id(session, Person, [one for row in page for one in (row.reader_id, row.person_id)])
    told = tuple(Read(row, known.get(row.reader_id), known.get(row.person_id or 0)) for row in page)
    return Readings(told, page[-1].id if len(rows) > A_PAGE else None)
