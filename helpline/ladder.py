"""The ladder: whom to ask next, and how long they have. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpline.defaults import Durations
from helpline.people import HatName, Way
from helpline.wording import Urgency

WAKING = (time(8), time(21))


@dataclass(frozen=True)
class Rung:
    """Somebody who looks after the patch, and whether a text reaches them."""

    person_id: int
    hat: HatName
    by: Way = Way.TEXT
    stopped: bool = False

    @property
    def why_skipped(self) -> str | None:
        """Why this person cannot be asked, or None."""
        if self.stopped:
            return "stopped"
        return "voice" if self.by == Way.VOICE else None


@dataclass(frozen=True)
class Choice:
    """Whom to ask (None: nobody is left, so the desk has it), and who was passed over and why."""

    rung: Rung | None
    skipped: tuple[tuple[Rung, str], ...]


def next_to_ask(rungs: Sequence[Rung], asked: Collection[int]) -> Choice:
    """The first person on the ladder who has not been asked about this request and can be; each is asked once."""
    skipped: list[tuple[Rung, str]] = []
    for rung in rungs:
        if rung.person_id in asked:
            continue
        if rung.why_skipped is None:
            return Choice(rung, tuple(skipped))
        skipped.append((rung, rung.why_skipped))
    return Choice(None, tuple(skipped))


def lapses_at(
    urgency: Urgency, *, at: datetime, by_at: datetime | None, zone: ZoneInfo, durations: Durations
) -> datetime:
    """When an offer made now lapses: 15 minutes, an hour, or 12 waking hours, or as the group says.

    For a day and time, by how near it is.
    """
    if urgency == Urgency.DAY_AND_TIME:
        near = by_at is not None and by_at - at <= timedelta(hours=12)
        urgency = Urgency.TODAY if near else Urgency.THIS_WEEK
    if urgency == Urgency.NOW:
        return at + durations.offer_now
    if urgency == Urgency.TODAY:
        return at + durations.offer_today
    return after_waking(at, durations.offer_this_week, zone)


def after_waking(at: datetime, length: timedelta, zone: ZoneInfo) -> datetime:
    """The instant when `length` of waking time (8 am to 9 pm on the wall clock) has gone by."""
    left = length
    while True:
        wall = at.astimezone(zone)
        opens = wall.replace(hour=WAKING[0].hour, minute=0, second=0, microsecond=0, fold=0)
        closes = wall.replace(hour=WAKING[1].hour, minute=0, second=0, microsecond=0, fold=0)
        begins = max(at, opens.astimezone(at.tzinfo))
        ends = closes.astimezone(at.tzinfo)
        if begins + left <= ends:
            return begins + left
        left -= max(timedelta(0), ends - begins)
        tomorrow = (wall + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        at = tomorrow.astimezone(at.tzinfo)
