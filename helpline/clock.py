"""The one place that asks what time it is. Everything else is told: instants are passed in as `at`."""

from collections.abc import Callable
from datetime import UTC, datetime, time
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
