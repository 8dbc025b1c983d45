"""Slots: the times on the rota, each of which wants so many handlers. With too few it has a gap.

Most are made from patterns eight weeks ahead (`ahead`), and some for one day only. A slot belongs to the day it begins on.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline.db import Base
from helpline.errors import HelplineError
from helpline.patterns import FURTHEST, Pattern
from helpline.states import StateText, check

LONGEST = timedelta(hours=25)


class Why(StrEnum):
    """Why a slot was called off: the line is closed that day, its pattern wants it no more, or an organiser said so."""

    CLOSED = "closed"
    PATTERN = "pattern"
    ORGANISER = "organiser"


class Slot(Base):
    """A time on the rota that wants from `least` to `most` handlers.

    It stays as it was made when its pattern changes and somebody is down for it. Once it is called off nobody can take it; the
    shifts of those who were down for it are called off with it (`called_off`). `alarmed` says how far the organisers have been told
    that it has too few (`gap_stages`).
    """

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("pattern_id", "day"),
        CheckConstraint("ends_at > starts_at", name="forwards"),
        CheckConstraint("least >= 1 AND most >= least", name="least_and_most"),
        check("called_off_why", Why, name="called_off_why"),
        Index(None, "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pattern_id: Mapped[int | None] = mapped_column(ForeignKey("patterns.id"))
    day: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    least: Mapped[int]
    most: Mapped[int]
    called_off_at: Mapped[datetime | None]
    called_off_why: Mapped[Why | None] = mapped_column(StateText(Why))
    alarmed: Mapped[int] = mapped_column(default=0, server_default="0")

    pattern: Mapped[Pattern | None] = relationship()

    @property
    def is_called_off(self) -> bool:
        """Whether it is called off."""
        return self.called_off_at is not None


def between(session: Session, start: datetime, end: datetime) -> list[Slot]:
    """The slots that are on at any time from one instant to another, called off or not, in the order they start."""
    return list(session.scalars(wanted(start, end).order_by(Slot.starts_at, Slot.ends_at, Slot.id)))


def wanted(start: datetime, end: datetime) -> Select[Slot]:
    """A question for them."""
    return select(Slot).where(Slot.starts_at < end, Slot.ends_at > start)


def around(session: Session, starts_at: datetime, ends_at: datetime) -> Slot | None:
    """The slot within which such a shift falls, if one does: of several the shortest."""
    inside = select(Slot).where(Slot.starts_at <= starts_at, Slot.ends_at >= ends_at, Slot.called_off_at.is_(None))
    return min(session.scalars(inside.order_by(Slot.id)), key=lambda slot: slot.ends_at - slot.starts_at, default=None)


def of_pattern(session: Session, pattern_id: int, since: datetime) -> list[Slot]:
    """The slots of a pattern that begin after an instant."""
    wanted = select(Slot).where(Slot.pattern_id == pattern_id, Slot.starts_at > since)
    return list(session.scalars(wanted.order_by(Slot.day)))


def check_times(starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    """Raises `HelplineError` when a slot cannot be from one instant to another."""
    if ends_at <= starts_at:
        raise HelplineError("The shift ends before it starts.")
    if starts_at <= at:
        raise HelplineError("That has begun already. Say a time that is still to come.")
    if ends_at - starts_at > LONGEST:
        raise HelplineError("That is longer than a day and a night. Make two of it.")
    if starts_at > at + FURTHEST:
        raise HelplineError("That is more than two years away.")
