"""Voicemails: what somebody said who wanted to leave a message, or found nobody to talk to."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import calls, desk_items, errands, history
from helpline.calls import Call, Ending
from helpline.db import Base, lock
from helpline.desk_items import ItemKind
from helpline.errands import ErrandKind
from helpline.sealed import SealedBytes


class Voicemail(Base):
    """A message somebody left. `sound` is fetched from the carrier, sealed here, and then deleted there."""

    __tablename__ = "voicemails"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), unique=True)
    recording_sid: Mapped[str] = mapped_column(String(34), unique=True)
    seconds: Mapped[int]
    sound: Mapped[bytes | None] = mapped_column(SealedBytes(), deferred=True)
    left_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]


def left(session: Session, call: Call, *, recording_sid: str, seconds: int, at: datetime) -> Call:
    """The caller left a message: it is fetched, and the desk owes it a hearing.

    Somebody who rings off while speaking may be reported gone before her message is, so this corrects an ending without one.
    """
    lock(session, call)
    if call.forgotten_at is not None:  # on their wish, before the carrier told us of it
        errands.owe(session, ErrandKind.DELETE_RECORDING, recording_sid, at=at)
        return call
    if session.scalar(select(Voicemail.id).where(Voicemail.call_id == call.id)) is not None:
        return call
    session.add(Voicemail(call_id=call.id, recording_sid=recording_sid, seconds=seconds, left_at=at))
    errands.owe(session, ErrandKind.FETCH_RECORDING, recording_sid, at=at + errands.FILE_READY)
    if call.ending in {Ending.RANG_OFF, Ending.CALL_BACK_OWED}:
        call.ending = Ending.MESSAGE_LEFT
        desk_items.close_all(session, at=at, call_id=call.id)
        history.record(session, "call.message_left", at=at, call_id=call.id)
    desk_items.put(session, ItemKind.VOICEMAIL, at=at, call_id=call.id)
    return calls.end(session, call, Ending.MESSAGE_LEFT, at=at)


def fetched(session: Session, recording_sid: str, sound: bytes, *, at: datetime) -> None:
    """We hold the sound now, sealed, so the carrier's copy is to be deleted."""
    voicemail = session.scalar(select(Voicemail).where(Voicemail.recording_sid == recording_sid))
    if voicemail is not None and voicemail.sound is None and not calls.is_forgotten(session, voicemail.call_id):
        voicemail.sound, voicemail.fetched_at = sound, at
        history.record(session, "voicemail.fetched", at=at, call_id=voicemail.call_id)
    errands.owe(session, ErrandKind.DELETE_RECORDING, recording_sid, at=at)
