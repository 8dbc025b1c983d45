"""Every hour of the two weekends on which the clocks change: when a pattern's slots really start and end."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest

from helpline import clock, patterns

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
MARCH, OCTOBER = date(2026, 3, 29), date(2026, 10, 25)
# Known from the law and not from a library: the clocks change at one in the morning, UTC.
CHANGES = {
    MARCH: (datetime(2026, 3, 29, 1, tzinfo=UTC), 0, 1),
    OCTOBER: (datetime(2026, 10, 25, 1, tzinfo=UTC), 1, 0),
}


def walked(sunday: date) -> dict[datetime, datetime]:
    """Each half hour of the wall clock from Friday to Tuesday, and the instant at which it is first shown: by walking them."""
    change, before, after = CHANGES[sunday]
    shown: dict[datetime, datetime] = {}
    at = datetime.combine(sunday - timedelta(days=2), time(), UTC)
    while at < datetime.combine(sunday + timedelta(days=3), time(), UTC):
        wall = (at + (after if at >= change else before) * HOUR).replace(tzinfo=None)
        shown.setdefault(wall, at)
        at += HOUR / 2
    return shown


def first_shown(wall: datetime, shown: dict[datetime, datetime]) -> datetime:
    return next(shown[wall + late * HOUR / 2] for late in range(3) if wall + late * HOUR / 2 in shown)


@pytest.mark.parametrize("sunday", [MARCH, OCTOBER], ids=["forwards", "back"])
def test_every_half_hour_starts_and_ends_when_the_clock_first_shows_it(sunday: date) -> None:
    shown = walked(sunday)
    seen = 0
    halves = [time(half // 2, 30 * (half % 2)) for half in range(48)]
    for day, begins, ends in product((sunday - timedelta(days=1), sunday), halves, halves):
        last = day if ends > begins else day + timedelta(days=1)
        starts_at, ends_at = (
            first_shown(datetime.combine(one, at), shown) for one, at in ((day, begins), (last, ends))
        )
        found = patterns.span(day, begins, ends, LONDON)
        assert found == ((starts_at, ends_at) if starts_at < ends_at else None), (day, begins, ends)
        for at in found or ():
            assert at.astimezone(LONDON).replace(tzinfo=None) in shown  # it exists
        seen += 1
    assert seen == 2 * 48 * 48


@pytest.mark.parametrize("sunday", [MARCH, OCTOBER], ids=["forwards", "back"])
@pytest.mark.parametrize("minute", [0, 15, 30])
def test_slots_of_an_hour_each_meet_exactly_and_leave_nothing_out(sunday: date, minute: int) -> None:
    """Who ends at 01:30 and who begins then are neither both on nor both off."""
    hours = [(sunday - timedelta(days=1), hour) for hour in range(24)] + [(sunday, hour) for hour in range(24)]
    spans = [patterns.span(day, time(hour, minute), time((hour + 1) % 24, minute), LONDON) for day, hour in hours]
    there = [span for span in spans if span is not None]
    assert all(one[1] == other[0] for one, other in pairwise(there))
    assert there[-1][1] - there[0][0] == (47 if sunday == MARCH else 49) * HOUR


@pytest.mark.parametrize(
    ("day", "begins", "ends", "real", "starts", "finishes"),
    [
        # The night from Saturday to Sunday, as people speak of it.
        (date(2026, 3, 28), "22:00", "06:00", 7, "2026-03-28T22:00Z", "2026-03-29T05:00Z"),
        (date(2026, 10, 24), "22:00", "06:00", 9, "2026-10-24T21:00Z", "2026-10-25T06:00Z"),
        (date(2026, 11, 21), "22:00", "06:00", 8, "2026-11-21T22:00Z", "2026-11-22T06:00Z"),
        # There is no 01:30 in March: it starts, or ends, as the clocks change.
        (MARCH, "01:30", "04:00", 2, "2026-03-29T01:00Z", "2026-03-29T03:00Z"),
        (MARCH, "00:00", "01:30", 1, "2026-03-29T00:00Z", "2026-03-29T01:00Z"),
        # There are two in October: the first is meant, so these two meet.
        (OCTOBER, "00:00", "01:30", 1.5, "2026-10-24T23:00Z", "2026-10-25T00:30Z"),
        (OCTOBER, "01:30", "03:00", 2.5, "2026-10-25T00:30Z", "2026-10-25T03:00Z"),
        (OCTOBER, "01:00", "02:00", 2, "2026-10-25T00:00Z", "2026-10-25T02:00Z"),
        # A whole day and a whole night.
        (MARCH, "00:00", "00:00", 23, "2026-03-29T00:00Z", "2026-03-29T23:00Z"),
        (OCTOBER, "00:00", "00:00", 25, "2026-10-24T23:00Z", "2026-10-26T00:00Z"),
    ],
)
def test_a_shift_is_as_long_as_that_night_really_is(
    day: date, begins: str, ends: str, real: float, starts: str, finishes: str
) -> None:
    found = patterns.span(day, time.fromisoformat(begins), time.fromisoformat(ends), LONDON)
    assert found == (datetime.fromisoformat(starts), datetime.fromisoformat(finishes))
    assert (found[1] - found[0]) == real * HOUR


def test_what_lies_wholly_in_the_hour_that_is_skipped_is_not_that_night() -> None:
    assert patterns.span(MARCH, time(1), time(2), LONDON) is None
    assert patterns.span(MARCH, time(1, 15), time(1, 45), LONDON) is None


def test_a_clock_that_changes_by_half_an_hour() -> None:
    """On Lord Howe Island 02:00 becomes 02:30."""
    change = clock.meant(datetime(2026, 10, 4, 2, 10), ZoneInfo("Australia/Lord_Howe"))  # noqa: DTZ001  # a wall-clock time
    assert change == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
