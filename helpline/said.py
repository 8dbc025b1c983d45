"""Sentences said by telephone: the helpline rings an organiser, who says one, hears it back, and keeps it or says it again.

The recording is fetched from the carrier by an errand and deleted there, so what is heard back is what callers will hear.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import calls, errands, history, prompts, rings
from helpline.db import Base, only_looked_at
from helpline.errands import ErrandKind
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.prompts import Sound
from helpline.rings import Ring, RingKind
from helpline.script import Sentence


class Said(Base):
    """One organiser saying one sentence on one leg; said again, the last recording counts. `sound` is set when it is fetched."""

    __tablename__ = "said"

    id: Mapped[int] = mapped_column(primary_key=True)
    ring_id: Mapped[int] = mapped_column(ForeignKey("rings.id"), unique=True)
    sentence: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    recording_sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    sound_id: Mapped[int | None] = mapped_column(ForeignKey("sounds.id"), index=True)
    said_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]

    ring: Mapped[Ring] = relationship(lazy="joined")
    sound: Mapped[Sound | None] = relationship(lazy="joined")


def of_ring(session: Session, ring: Ring) -> Said:
    """What is said on a leg."""
    return session.scalars(select(Said).where(Said.ring_id == ring.id)).one()


def ask(session: Session, sentence: Sentence, language: str, *, who: Person, at: datetime) -> Said:
    """Owe an organiser a ring, to say a sentence. Raises `HelplineError` when no recording can say it, or their phone is busy."""
    prompts.check_recordable(session, sentence, language, who=who)
    if rings.live_of(session, who.id) or calls.current_of(session, who):
        raise HelplineError("Your phone is ringing or on a call already.")
    ring = rings.owe(session, who, None, at=at, kind=RingKind.SAY)
    said = Said(ring_id=ring.id, sentence=sentence.key, language=language, said_at=at)
    session.add(said)
    session.flush()
    return said


def recorded(session: Session, said: Said, recording_sid: str, *, at: datetime) -> None:
    """It is said, perhaps again: it is fetched as soon as there is a file of it."""
    if said.recording_sid == recording_sid:
        return
    said.recording_sid, said.sound, said.said_at = recording_sid, None, at
    session.flush()
    errands.owe(session, ErrandKind.FETCH_RECORDING, recording_sid, at=at + errands.FILE_READY)


def fetched(session: Session, recording_sid: str, data: bytes, *, at: datetime) -> None:
    """We hold what was said; if it cannot be played it counts as not said. One that was said again meanwhile is passed over."""
    said = session.scalar(select(Said).where(Said.recording_sid == recording_sid))
    if said is None or said.sound is not None:
        return
    try:
        said.sound = prompts.sound_of(session, data, at=at)
    except HelplineError:
        said.recording_sid = None
    session.flush()


def keep(session: Session, said: Said, *, at: datetime) -> bool:
    """Key 1: callers hear it from now on, as read by whoever said it and heard it back. False when there is nothing to keep."""
    if said.sound is None:
        return False
    if said.kept_at is None:
        said.kept_at = at
        sentence, who = prompts.sentence_of(said.sentence), said.ring.person
        prompts.play(session, sentence, said.language, said.sound, read=True, who=who, at=at)
        history.record(session, "prompt.said", at=at, who=who.id, ring_id=said.ring_id)
    return True


def latest(session: Session, sentence: Sentence, language: str, *, who: Person) -> Said | None:
    """The last time somebody was rung to say this sentence."""
    return session.scalar(
        select(Said)
        .join(Ring, Ring.id == Said.ring_id)
        .where(Said.sentence == sentence.key, Said.language == language, only_looked_at(Ring.person_id) == who.id)
        .order_by(Said.id.desc())
        .limit(1)
    )
