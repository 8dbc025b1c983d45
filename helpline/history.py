"""What happened, in the past tense, and who looked at whose details.

Events hold ids and states only, so they may wake screens, survive erasure and be kept. A reading wakes nobody.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline.db import Base, known


class Event(Base):
    """Something that happened. `what` is a noun and a past-tense verb, as in `request.written`."""

    __tablename__ = "events"
    __table_args__ = (
        known("request_id", "id"),
        Index(None, "call_id", "id"),
        known("shift_id", "id"),
        known("slot_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(40))
    who_id: Mapped[int | None]
    person_id: Mapped[int | None]
    call_id: Mapped[int | None]
    ring_id: Mapped[int | None]
    request_id: Mapped[int | None]
    offer_id: Mapped[int | None]
    message_id: Mapped[int | None]
    item_id: Mapped[int | None]
    prompt_id: Mapped[int | None]
    slot_id: Mapped[int | None]
    shift_id: Mapped[int | None]


class Reading(Base):
    """Somebody looked at somebody's details: who, when, and of which request, call or person."""

    __tablename__ = "readings"
    __table_args__ = (
        Index(None, "request_id"),
        known("call_id"),
        known("person_id", "at"),
        Index(None, "reader_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(24))
    reader_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[int | None]
    call_id: Mapped[int | None]
    request_id: Mapped[int | None]


RECORD = insert(Base.metadata.tables["events"])
"""Of the table and not of the class: nearly every verb does this, and nothing is done with the event afterwards."""


def record(session: Session, what: str, *, at: datetime, who: int | None = None, **ids: int | None) -> None:
    """Write down what happened. `who` is the id of the person who did it; `ids` are the columns of `Event`."""
    session.connection().execute(RECORD, {"what": what, "at": at, "who_id": who, **ids})


def read(session: Session, what: str, *, at: datetime, reader: int, **ids: int | None) -> Reading:
    """Write down that somebody was shown details: `what` is `request`, `voicemail` or `number`."""
    reading = Reading(what=what, at=at, reader_id=reader, **ids)
    session.add(reading)
    return reading


def story_of_request(session: Session, request_id: int) -> list[Event]:
    """Everything that happened to a request, oldest first."""
    return list(session.scalars(select(Event).where(Event.request_id == request_id).order_by(Event.id)))


def latest(session: Session) -> int:
    """The id of the newest event, 0 when nothing has happened yet."""
    return session.scalar(select(func.max(Event.id))) or 0
