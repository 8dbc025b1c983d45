"""Opening hours: when the line is open, by the wall clock of the neighbourhood. Pure.

A span begins at a wall-clock time of its day and ends at one of the same day or the next. Hours past midnight belong to the day
they begin on, so closing that day closes them too. Where the clocks go back, a span is open from the first of two equal times to
the last; where they go forward, a time that is skipped means the moment of the change.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from helpline import clock

MINUTES_A_DAY = 24 * 60
ONE_DAY = timedelta(days=1)
AHEAD = 400
"""Days that are looked at: a line that does not open within a year has not said when."""


@dataclass(frozen=True, order=True)
class Span:
    """From one minute of the day to another; past 1440 it is the next day's."""

    begins: int
    ends: int


Day = tuple[Span, ...]
Week = tuple[Day, Day, Day, Day, Day, Day, Day]
ALL_DAY: Day = (Span(0, MINUTES_A_DAY),)
ALWAYS: Week = (ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY)
"""Whenever somebody is on shift."""


def is_open(hours: Week, closed_days: Collection[date], at: datetime, zone: ZoneInfo) -> bool:
    """Whether the line is open at an instant: the first of a span is included, the last is not."""
    today = at.astimezone(zone).date()
    spans = _spans(hours, closed_days, today - ONE_DAY, 3, zone)
    return any(begins <= at < ends for begins, ends in spans)


def opens_next(hours: Week, closed_days: Collection[date], at: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant, from `at` on, at which the line is open; None when no hours say so."""
    for begins, ends in stretches(hours, closed_days, at, zone):
        if ends is None or ends > at:
            return max(begins, at)
    return None


def closes_next(hours: Week, closed_days: Collection[date], at: datetime, zone: ZoneInfo) -> datetime | None:
    """When a line that is open at `at` closes; None when it does not close, or is not open."""
    for begins, ends in stretches(hours, closed_days, at, zone):
        if begins > at:
            return None
        if ends is None or ends > at:
            return ends
    return None


def stretches(
    hours: Week, closed_days: Collection[date], at: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime | None]]:
    """When it is open, from about `at` on: spans that touch are one, and one that ends beyond where we look has no end."""
    today = at.astimezone(zone).date()
    held: tuple[datetime, datetime] | None = None
    for begins, ends in _spans(hours, closed_days, today - ONE_DAY, AHEAD, zone):
        if held is not None and begins <= held[1]:
            held = held[0], max(held[1], ends)
            continue
        if held is not None:
            yield held
        held = begins, ends
    if held is not None:
        edge = _instant(datetime.combine(today + (AHEAD - 1) * ONE_DAY, time()), zone, last=False)
        yield held[0], held[1] if held[1] < edge else None


def _spans(
    hours: Week, closed_days: Collection[date], first: date, days: int, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Every span that begins on these days, in order."""
    for day in (first + number * ONE_DAY for number in range(days)):
        for span in sorted(hours[day.weekday()]) if day not in closed_days else ():
            midnight = datetime.combine(day, time())
            begins = _instant(midnight + timedelta(minutes=span.begins), zone, last=False)
            ends = _instant(midnight + timedelta(minutes=span.ends), zone, last=True)
            if begins < ends:
                yield begins, ends


def _instant(wall: datetime, zone: ZoneInfo, *, last: bool) -> datetime:
    """The instant of a wall-clock time: of two equal ones the first or the last, of a skipped one the moment of the change."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return second if last else first
    return clock.change_between(second, first, zone)


def overlap(spans: Sequence[Span]) -> bool:
    """Whether two spans of a day run into each other."""
    ordered = sorted(spans)
    return any(one.ends > other.begins for one, other in pairwise(ordered))
