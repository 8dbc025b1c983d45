"""Patterns: times of the rota that come back every week, by the wall clock of the neighbourhood.

A pattern is made into slots eight weeks ahead (`ahead`). Its times are wall-clock times, so from 22:00 to 06:00 is seven real hours
as the clocks go forward, and nine as they go back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import clock
from helpline.db import Base
from helpline.errors import RefusedError

ONE_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
MOST = 20
FURTHEST = timedelta(days=731)


@dataclass(frozen=True)
class Shape:
    """What a pattern says: on which day of the week (Monday is 0), from when until when, for how many, from which day on.

    An end that is not after its beginning is on the day after: from 22:00 to 06:00 is a night, from 08:00 to 08:00 a whole day.
    """

    weekday: int
    begins: time
    ends: time
    least: int
    most: int
    first_day: date
    last_day: date | None = None

    def falls_on(self, day: date) -> bool:
        """Whether it wants a slot on that day."""
        return (
            day.weekday() == self.weekday and self.first_day <= day and (self.last_day is None or day <= self.last_day)
        )

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days on which it wants a slot, from one to another, both included."""
        since = max(first, self.first_day)
        day = since + timedelta(days=(self.weekday - since.weekday()) % 7)
        until = last if self.last_day is None else min(last, self.last_day)
        while day <= until:
            yield day
            day += A_WEEK

    def span(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From which instant until which it lasts on a day; see `span`."""
        return span(day, self.begins, self.ends, zone)


def span(day: date, begins: time, ends: time, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """From which instant until which wall-clock times of a day last; None when the clocks skip the whole of it.

    A time that does not exist on that night is moved to the first moment that does, and of an hour that comes twice the first
    is meant (`clock.meant`).
    """
    last = day if ends > begins else day + ONE_DAY
    starts_at, ends_at = (
        clock.meant(datetime.combine(day, begins), zone),
        clock.meant(datetime.combine(last, ends), zone),
    )
    return (starts_at, ends_at) if starts_at < ends_at else None


class Pattern(Base):
    """A slot that comes back every week. `made_until` is the last day up to which its slots are rows; None before the first."""

    __tablename__ = "patterns"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("least >= 1 AND most >= least", name="least_and_most"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    weekday: Mapped[int]
    begins: Mapped[time]
    ends: Mapped[time]
    least: Mapped[int]
    most: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    made_until: Mapped[date | None]

    @property
    def shape(self) -> Shape:
        """What it says."""
        return Shape(self.weekday, self.begins, self.ends, self.least, self.most, self.first_day, self.last_day)

    def take_shape(self, shape: Shape) -> None:
        """Say something else from now on; `ahead.change` makes the slots follow."""
        self.weekday, self.begins, self.ends = shape.weekday, shape.begins, shape.ends
        self.least, self.most = shape.least, shape.most
        self.first_day, self.last_day = shape.first_day, shape.last_day


def check(shape: Shape, *, today: date, begun: date | None = None) -> None:
    """Raises `RefusedError` when a pattern cannot say that. `begun` is its first day so far, which may be long ago."""
    if not 0 <= shape.weekday <= 6:
        raise RefusedError("weekday", "Choose a day of the week.")
    check_least_and_most(shape.least, shape.most)
    if shape.first_day != begun and not today - FURTHEST <= shape.first_day <= today + FURTHEST:
        raise RefusedError("first_day", "The first day is more than two years away.")
    if shape.last_day is not None and shape.last_day < shape.first_day:
        raise RefusedError("last_day", "The last day is before the first.")


def check_least_and_most(least: int, most: int) -> None:
    """Raises `RefusedError` when a slot cannot want so many handlers."""
    if least < 1:
        raise RefusedError("least", "A shift needs one handler at least.")
    if most < least:
        raise RefusedError("most", "At most cannot be fewer than at least.")
    if most > MOST:
        raise RefusedError("most", f"No shift has room for more than {MOST}.")


def kept(session: Session, *, today: date) -> list[Pattern]:
    """The patterns that still want slots, in the order of the week."""
    wanted = select(Pattern).where(Pattern.last_day.is_(None) | (Pattern.last_day >= today))
    return list(session.scalars(wanted.order_by(Pattern.weekday, Pattern.begins, Pattern.id)))
