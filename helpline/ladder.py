"""The ladder: whom to ask next, when, and how long they have. Pure.

Coordinators, then deputies in order, then the desk. Whoever is away, rests, has stopped our texts or has as much as they take on is
passed over. Whoever has quiet hours is not asked until they are over, unless it is urgent (`docs/decisions/0013`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from helpline import quiet
from helpline.defaults import Durations
from helpline.people import HatName, Way
from helpline.quiet import Quiet
from helpline.wording import Urgency

NEAR = timedelta(hours=12)
A_DAY = timedelta(days=1)


class Skip(StrEnum):
    """Why somebody was passed over."""

    STOPPED = "stopped"
    AWAY = "away"
    RESTS = "rests"
    FULL = "full"
    QUIET = "quiet"


@dataclass(frozen=True)
class Rung:
    """Somebody who looks after the patch, and what stands in the way of asking them.

    `away` are their days away, first and last; `rests_until` is the last day of a rest; they have `has` requests of `most`.
    """

    person_id: int
    hat: HatName
    by: Way = Way.TEXT
    stopped: bool = False
    away: tuple[tuple[date, date], ...] = ()
    rests_until: date | None = None
    has: int = 0
    most: int = 20
    quiet: Quiet = quiet.NONE

    def gone(self, day: date) -> Skip | None:
        """Why they are not to be asked on a local day, or None."""
        if any(first <= day <= last for first, last in self.away):
            return Skip.AWAY
        return Skip.RESTS if self.rests_until is not None and day <= self.rests_until else None

    def why_skipped(self, when: "When") -> Skip | None:
        """Why they cannot be asked now, or None. Something urgent breaks quiet hours, and may be one more than they take on."""
        if self.stopped and self.by != Way.VOICE:
            return Skip.STOPPED
        gone = self.gone(when.day)
        if gone is not None:
            return gone
        if self.has >= self.most + when.urgent:
            return Skip.FULL
        return Skip.QUIET if not when.urgent and self.quiet.holds(when.at, when.zone) else None


@dataclass(frozen=True)
class When:
    """When something is needed, as it bears on whom to ask at an instant: `near` is how near it is, `too_late` from when it is."""

    near: Urgency
    at: datetime
    zone: ZoneInfo
    too_late: datetime | None = None

    @property
    def urgent(self) -> bool:
        """Whether it cannot wait for anything."""
        return self.near == Urgency.NOW

    @property
    def day(self) -> date:
        """The local day."""
        return self.at.astimezone(self.zone).date()


def when(
    urgency: Urgency, *, at: datetime, zone: ZoneInfo, written_at: datetime | None = None, by_at: datetime | None = None
) -> When:
    """How near something is now. A day and time is for today when it is within twelve hours."""
    if urgency == Urgency.DAY_AND_TIME:
        return When(Urgency.TODAY if by_at is not None and by_at - at <= NEAR else Urgency.THIS_WEEK, at, zone, by_at)
    if urgency != Urgency.TODAY:
        return When(urgency, at, zone)
    midnight = (written_at or at).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return When(urgency, at, zone, (midnight + A_DAY).astimezone(at.tzinfo))


@dataclass(frozen=True)
class Choice:
    """Whom to ask, and who was passed over and why. `waits_until` is when they are asked, if not now.

    Without a rung nobody is left, and the desk has it.
    """

    rung: Rung | None
    skipped: tuple[tuple[Rung, Skip], ...] = ()
    waits_until: datetime | None = None


def next_to_ask(rungs: Sequence[Rung], asked: Collection[int], need: When) -> Choice:
    """The first person on the ladder who has not been asked about this request and can be; each is asked once.

    What is for today goes past whoever has quiet hours to somebody who has none, and only then waits. What is for this week waits
    for the first in order, who knows the street best: the time it has is counted in waking hours all the same.
    """
    skipped: list[tuple[Rung, Skip]] = []
    waiting: list[tuple[datetime, Rung]] = []
    for rung in rungs:
        if rung.person_id in asked:
            continue
        why = rung.why_skipped(need)
        if why is None:
            return Choice(rung, tuple(skipped))
        if why == Skip.QUIET:
            morning = rung.quiet.over(need.at, need.zone)
            gone = rung.gone(morning.astimezone(need.zone).date())
            in_time = need.too_late is None or morning < need.too_late
            if in_time and gone is None:
                if need.near == Urgency.THIS_WEEK:
                    return Choice(rung, tuple(skipped), morning)
                waiting.append((morning, rung))
            why = gone or why
        skipped.append((rung, why))
    if waiting:
        morning, first = min(waiting, key=lambda one: one[0])
        above = rungs[: rungs.index(first)]
        return Choice(first, tuple(one for one in skipped if one[0] in above), morning)
    return Choice(None, tuple(skipped))


def lapses_at(need: When, *, hours: Quiet, durations: Durations) -> datetime:
    """When an offer made now lapses: 15 minutes, an hour, or 12 hours, or as the group says.

    Somebody's quiet hours do not count, except for what is urgent: nobody has to answer in their sleep. Once it is too late for
    what is needed the desk has it, and says so to whoever waits.
    """
    if need.urgent:
        return need.at + durations.offer_now
    length = durations.offer_today if need.near == Urgency.TODAY else durations.offer_this_week
    lapses = quiet.after_waking(need.at, length, hours, need.zone)
    return lapses if need.too_late is None else max(min(lapses, need.too_late), need.at + durations.offer_now)
