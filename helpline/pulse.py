"""The clock's pulse: when it last ticked, so that whoever asks can tell whether anything is being swept, rung or sent.

Several clocks may share one pulse: what matters is that one of them ticks. It is also what they hold to do a thing in turn.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline.db import Base

BEAT = timedelta(seconds=5)
"""How often the clock writes that it ticks: each write is a commit, and a small machine's disk wears."""
STOPPED = timedelta(seconds=20)
"""A pulse older than this is that of a clock that has stopped: four beats were missed."""


class Pulse(Base):
    """One row for all clocks."""

    __tablename__ = "pulse"

    id: Mapped[int] = mapped_column(primary_key=True)
    beaten_at: Mapped[datetime]


def beat(session: Session, *, at: datetime) -> None:
    """A clock has ticked at this instant."""
    later = Pulse.beaten_at < at
    if session.scalar(select(Pulse.id)) is not None:
        session.execute(update(Pulse).where(later).values(beaten_at=at))
        return
    try:
        with session.begin_nested():
            session.add(Pulse(id=1, beaten_at=at))
    except IntegrityError:  # another clock was first
        session.execute(update(Pulse).where(later).values(beaten_at=at))


def hold(session: Session) -> None:
    """Until the end of this transaction no other clock, on any machine, does what is done while holding the pulse.

    SQLite lets one writer in at a time anyway.
    """
    session.execute(select(Pulse.id).with_for_update())


def last(session: Session) -> datetime | None:
    """When a clock last said that it ticks; None when none ever did."""
    return session.scalar(select(Pulse.beaten_at))
