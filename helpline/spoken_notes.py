"""Spoken notes: what a handler without a browser says of a call on the same leg, for somebody at a desk to write down.

Kept like a message somebody left: fetched from the carrier by an errand, sealed here, and deleted there.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import calls, desk_items, errands, history, rings
from helpline.db import Base, lock
from helpline.desk_items import ItemKind
from helpline.errands import ErrandKind
from helpline.people import Person
from helpline.rings import Ring, RingKind
from helpline.sealed import SealedBytes

# Legs on which somebody has talked to a resident.
AFTER_TALKING = (*rings.FOR_A_CALLER, RingKind.CALL_BACK)


class SpokenNote(Base):
    """One recording by one handler about one call. `sound` is set when it is fetched, `heard_at` when somebody listened first."""

    __tablename__ = "spoken_notes"
    __table_args__ = (Index(None, "call_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    who_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    recording_sid: Mapped[str] = mapped_column(String(34), unique=True)
    seconds: Mapped[int]
    sound: Mapped[bytes | None] = mapped_column(SealedBytes(), deferred=True)
    said_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]

    who: Mapped[Person] = relationship(lazy="joined")


def of_call(session: Session, call_id: int) -> list[SpokenNote]:
    """What was said of a call, oldest first."""
    return list(session.scalars(select(SpokenNote).where(SpokenNote.call_id == call_id).order_by(SpokenNote.id)))


def to_write_down(session: Session, call_id: int) -> bool:
    """Whether something that was said of a call is still to be written down."""
    return any(item.kind == ItemKind.SPOKEN_NOTE for item in desk_items.about_call(session, call_id))


def leg_named(session: Session, sid: str) -> Ring | None:
    """The handler's leg with this carrier's sid, if a note can be said on it."""
    return session.scalar(select(Ring).where(Ring.sid == sid, Ring.kind.in_(AFTER_TALKING))) if sid else None


def said(session: Session, ring: Ring, *, recording_sid: str, seconds: int, at: datetime) -> None:
    """A handler has said what is to be written down: it is fetched, and on the desk. Told again, it stays as it is."""
    lock(session, ring)
    known = session.scalar(select(SpokenNote.id).where(SpokenNote.recording_sid == recording_sid))
    if known is not None or ring.call_id is None:
        return
    if calls.is_forgotten(session, ring.call_id):  # on their wish, before the carrier told us of it
        errands.owe(session, ErrandKind.DELETE_RECORDING, recording_sid, at=at)
        return
    note = SpokenNote(
        call_id=ring.call_id, who_id=ring.person_id, recording_sid=recording_sid, seconds=seconds, said_at=at
    )
    session.add(note)
    errands.owe(session, ErrandKind.FETCH_RECORDING, recording_sid, at=at + errands.FILE_READY)
    desk_items.put(session, ItemKind.SPOKEN_NOTE, at=at, call_id=ring.call_id)
    history.record(session, "note.said", at=at, who=ring.person_id, call_id=ring.call_id, ring_id=ring.id)


def fetched(session: Session, recording_sid: str, sound: bytes, *, at: datetime) -> None:
    """We hold the sound now; that the carrier's copy goes is owed by whoever fetched it (`voicemails.fetched`)."""
    note = session.scalar(select(SpokenNote).where(SpokenNote.recording_sid == recording_sid))
    if (
        note is not None
        and note.sound is None
        and note.fetched_at is None
        and not calls.is_forgotten(session, note.call_id)
    ):
        note.sound, note.fetched_at = sound, at
        history.record(session, "note.fetched", at=at, call_id=note.call_id)
