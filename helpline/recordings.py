"""Recordings that we asked for, by whichever leg they were made on: a caller's message, or a handler's note."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpline import calls, said, spoken_notes, voicemails


def left(session: Session, leg_sid: str, *, recording_sid: str, seconds: int, at: datetime) -> None:
    """Something was recorded on a leg. That of a sentence is fetched for whoever waits to hear it, so it is not kept here."""
    call = calls.find_call(session, leg_sid)
    if call is not None:
        voicemails.left(session, call, recording_sid=recording_sid, seconds=seconds, at=at)
        return
    ring = spoken_notes.leg_named(session, leg_sid)
    if ring is not None:
        spoken_notes.said(session, ring, recording_sid=recording_sid, seconds=seconds, at=at)


def fetched(session: Session, recording_sid: str, sound: bytes, *, at: datetime) -> None:
    """We hold the sound of one, whichever it is; the carrier's copy is to be deleted."""
    said.fetched(session, recording_sid, sound, at=at)
    spoken_notes.fetched(session, recording_sid, sound, at=at)
    voicemails.fetched(session, recording_sid, sound, at=at)
