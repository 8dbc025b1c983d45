"""When somebody is reminded of a shift: the evening before, and an hour before it starts. Pure.

The first comes at a civil hour of the day before (a setting), whenever the shift is, so that nobody is woken by it; the second an
hour before, at night too, since whoever starts at six in the morning is about to get up. A reminder is never sent twice, never
after the start, and not to somebody who took the shift after it was due. The first, when the clock was away, is still sent later
that evening, but at no later hour that is quiet.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from helpline.defaults import Durations
from helpline.quiet import Quiet

ON_TIME = timedelta(hours=1)


class Which(StrEnum):
    """Which of the two."""

    DAY_BEFORE = "day_before"
    HOUR_BEFORE = "hour_before"


def day_before_at(starts_at: datetime, plan: Durations, zone: ZoneInfo) -> datetime:
    """When the reminder of the day before is due: by the wall clock, so the same hour on either side of a clock change."""
    midnight = starts_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
    wall = midnight - timedelta(days=1) + plan.remind_at
    return wall.replace(tzinfo=zone).astimezone(UTC)


def due(
    starts_at: datetime,
    *,
    at: datetime,
    taken_at: datetime | None,
    sent: Collection[str],
    plan: Durations,
    quiet: Quiet,
    zone: ZoneInfo,
) -> Which | None:
    """Which reminder of a shift is due now, if one is. `sent` are those that were; `taken_at` is when it was taken, if known."""
    if at >= starts_at:
        return None
    hour_at, day_at = starts_at - plan.remind_before, day_before_at(starts_at, plan, zone)
    if at >= hour_at:
        which, since = Which.HOUR_BEFORE, hour_at
    elif (
        at >= day_at
        and at.astimezone(zone).date() < starts_at.astimezone(zone).date()
        and _civil(day_at, at, quiet, zone)
    ):
        which, since = Which.DAY_BEFORE, day_at
    else:
        return None
    return None if which in sent or (taken_at is not None and taken_at >= since) else which


def _civil(day_at: datetime, at: datetime, quiet: Quiet, zone: ZoneInfo) -> bool:
    return at < day_at + ON_TIME or not quiet.holds(at, zone)
