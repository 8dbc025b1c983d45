"""When the organisers hear that a time on the rota has too few: three days before, a day before, and as it begins. Pure.

Each once. The first two wait for the morning if it is night; the last does not, since the line then has too few at this moment. A
gap that comes about later than a stage is told at once by the latest stage that has come. Whoever wants cover counts as missing
once they have waited for it for a while, or when that little time is left.
"""

from datetime import datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from helpline.defaults import Durations
from helpline.quiet import Quiet

HARDLY_ANY = timedelta(minutes=20)


class Stage(IntEnum):
    """How far the organisers have been told of a gap."""

    NONE = 0
    EARLY = 1
    LATE = 2
    BEGUN = 3


def stage(
    starts_at: datetime, ends_at: datetime, *, at: datetime, plan: Durations, quiet: Quiet, zone: ZoneInfo
) -> Stage:
    """The latest stage that has come at an instant; none when so little is left that nobody could come in time."""
    if at > ends_at - HARDLY_ANY:
        return Stage.NONE
    if at >= starts_at:
        return Stage.BEGUN
    for one, ahead in ((Stage.LATE, plan.gap_late), (Stage.EARLY, plan.gap_early)):
        if at >= starts_at - ahead and not quiet.holds(at, zone):
            return one
    return Stage.NONE


def counts_as_missing(wanted_at: datetime | None, starts_at: datetime, *, at: datetime, plan: Durations) -> bool:
    """Whether somebody who wants cover is to be counted as not there."""
    return wanted_at is not None and (at - wanted_at >= plan.cover_counts or starts_at - at <= plan.cover_counts)
