"""Quiet hours: the part of each day in which somebody is not asked unless it is urgent, by the wall clock. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpline.errors import HelplineError

LEAST_AWAKE = timedelta(hours=4)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Quiet:
    """From one time of the wall clock to another, over midnight or not; the same time twice is none at all."""

    start: time
    end: time

    @property
    def none(self) -> bool:
        """Whether there are no quiet hours."""
        return self.start == self.end

    def holds(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether an instant is within them: the first minute is, the last is not."""
        wall = at.astimezone(zone).time()
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def over(self, at: datetime, zone: ZoneInfo) -> datetime:
        """The first instant from this one on that is not quiet."""
        if not self.holds(at, zone):
            return at
        return next(one for one in _instants(self.end, at, zone) if one > at and not self.holds(one, zone))

    def begins(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """When they begin next, after an instant that is not quiet; None when there are none."""
        if self.none:
            return None
        return next(one for one in _instants(self.start, at, zone) if one > at and self.holds(one, zone))


NONE = Quiet(time(), time())


def _instants(wall: time, at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """When the wall clock shows a time, from the day before an instant: in October perhaps twice, in March as near as it comes."""
    day = at.astimezone(zone).date() - A_DAY
    while True:
        shown = datetime.combine(day, wall, zone)
        yield from sorted({shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)})
        day += A_DAY


def check(quiet: Quiet) -> None:
    """Raises `HelplineError` when too little of the day is left in which somebody can be asked."""
    length = (_since_midnight(quiet.end) - _since_midnight(quiet.start)) % A_DAY
    if A_DAY - length < LEAST_AWAKE:
        raise HelplineError(
            "That leaves less than four hours in the day. To be asked for nothing, say that you are away."
        )


def _since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute)


def after_waking(at: datetime, length: timedelta, quiet: Quiet, zone: ZoneInfo) -> datetime:
    """The instant when `length` of time that is not quiet has gone by."""
    left = length
    while True:
        at = quiet.over(at, zone)
        night = quiet.begins(at, zone)
        if night is None or at + left <= night:
            return at + left
        left -= night - at
        at = night
