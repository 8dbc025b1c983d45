"""How long nothing may be heard of what somebody took. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from helpline.defaults import Durations
from helpline.quiet import Quiet, after_waking
from helpline.wording import Urgency


def until(
    urgency: Urgency, by_at: datetime | None, *, at: datetime, quiet: Quiet, zone: ZoneInfo, given: Durations
) -> datetime:
    """When somebody who was heard of now has been silent for too long; only what is urgent is asked about in their quiet hours.

    For a day and time, by how near it is.
    """
    if urgency == Urgency.DAY_AND_TIME:
        near = by_at is not None and by_at - at <= timedelta(hours=12)
        urgency = Urgency.TODAY if near else Urgency.THIS_WEEK
    if urgency == Urgency.NOW:
        return at + given.quiet_now
    return after_waking(at, given.quiet_today if urgency == Urgency.TODAY else given.quiet_this_week, quiet, zone)
