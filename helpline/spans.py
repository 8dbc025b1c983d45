"""Spans of time: from one instant to another, the last not included. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)


def both(one: Span, other: Span) -> Span | None:
    """What two spans have in common."""
    begins, ends = max(one[0], other[0]), min(one[1], other[1])
    return (begins, ends) if begins < ends else None


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time without anything twice: spans that touch or run into each other are one."""
    told: list[Span] = []
    for begins, ends in sorted(spans):
        if told and begins <= told[-1][1]:
            told[-1] = told[-1][0], max(told[-1][1], ends)
        elif begins < ends:
            told.append((begins, ends))
    return told


def within(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """What of these spans is in any of the others, without anything twice."""
    others = merged(others)
    return [found for span in merged(spans) for other in others if (found := both(span, other)) is not None]


def without(spans: Iterable[Span], gaps: Iterable[Span]) -> list[Span]:
    """What of these spans is in none of the gaps, without anything twice."""
    told = []
    gaps = merged(gaps)
    for begins, ends in merged(spans):
        since = begins
        for gap_begins, gap_ends in gaps:
            if since < gap_begins < ends:
                told.append((since, gap_begins))
            if gap_begins < ends:
                since = max(since, gap_ends)
        if since < ends:
            told.append((since, ends))
    return told


def length(spans: Iterable[Span]) -> timedelta:
    """How long they are together; what is in two of them counts twice."""
    return sum((ends - begins for begins, ends in spans), timedelta())


def of_day(day: date, zone: ZoneInfo) -> Span:
    """A day there: 23 hours when the clocks go forward, 25 when they go back."""
    return midnight(day, zone), midnight(day + A_DAY, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins there."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def hours_of(day: date, zone: ZoneInfo) -> list[Span]:
    """The hours of a day there, each an hour long: 23 of them when the clocks go forward, 25 when they go back."""
    begins, ends = of_day(day, zone)
    return [
        (begins + AN_HOUR * number, begins + AN_HOUR * (number + 1)) for number in range((ends - begins) // AN_HOUR)
    ]


def days_of(span: Span, zone: ZoneInfo) -> list[date]:
    """The days there that a span is on."""
    first, last = span[0].astimezone(zone).date(), (span[1] - timedelta.resolution).astimezone(zone).date()
    return [first + A_DAY * number for number in range((last - first).days + 1)]
