"""The one place that asks what time it is. Everything else is told: instants are passed in as `at`."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpline.errors import HelplineError

Clock = Callable[[], datetime]


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """The wall-clock time at an instant."""
    return at.astimezone(zone)


def midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """When the day of an instant began there."""
    return datetime.combine(local(at, zone).date(), time(), zone)


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a wall-clock time.

    Of the two 01:30s in October the first is meant. Raises `HelplineError` for a time that the clocks skip in March.
    """
    at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != wall:
        raise HelplineError(f"There is no {wall:%H:%M} on {wall:%d %B %Y}: the clocks go forward over it.")
    return at


def meant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) that a rota means by a wall-clock time; there always is one.

    Of an hour that comes twice the first is meant, for an end as for a start: what ends at 01:30 and what begins then meet, and
    nobody is on twice. A time that the clocks skip is the moment of the change, the first that exists after it.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first if first <= second else change_between(second, first, zone)


def change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks changed, to the minute, between an instant before it and one after."""
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(minutes=1):
        middle = early + (late - early) // 2
        middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return late
