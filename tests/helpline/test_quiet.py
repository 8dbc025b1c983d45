"""Quiet hours by the wall clock, also on the nights when it changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline import quiet
from helpline.errors import HelplineError
from helpline.quiet import Quiet

LONDON = ZoneInfo("Europe/London")
NIGHT, WORKS_NIGHTS = Quiet(time(21), time(8)), Quiet(time(7), time(15, 30))
MINUTE = timedelta(minutes=1)


def utc(month: int, day: int, hour: int, minute: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "at", "over"),
    [
        (NIGHT, utc(11, 19, 20, 59), None),
        (NIGHT, utc(11, 19, 21), utc(11, 20, 8)),
        (NIGHT, utc(11, 20, 7, 59), utc(11, 20, 8)),
        (NIGHT, utc(11, 20, 8), None),
        (WORKS_NIGHTS, utc(11, 19, 7), utc(11, 19, 15, 30)),
        (WORKS_NIGHTS, utc(11, 19, 15, 30), None),
        (quiet.NONE, utc(11, 19, 0), None),
        # the nights when the clock changes
        (NIGHT, utc(10, 24, 22), utc(10, 25, 8)),
        (NIGHT, utc(3, 27, 22, year=2027), utc(3, 28, 7, year=2027)),
        (Quiet(time(0), time(1, 30)), utc(10, 25, 0), utc(10, 25, 0, 30)),
        (Quiet(time(0), time(1, 30)), utc(10, 25, 1, 10), utc(10, 25, 1, 30)),
    ],
)
def test_when_they_are_over(hours: Quiet, at: datetime, over: datetime | None) -> None:
    assert hours.holds(at, LONDON) is (over is not None)
    assert hours.over(at, LONDON) == (over or at)


def test_they_begin_at_the_next_time_the_clock_shows() -> None:
    assert NIGHT.begins(utc(11, 19, 14), LONDON) == utc(11, 19, 21)
    assert NIGHT.begins(utc(10, 24, 14), LONDON) == utc(10, 24, 20)
    assert quiet.NONE.begins(utc(11, 19, 14), LONDON) is None


@given(
    st.integers(0, 381 * 24 * 60).map(lambda minutes: utc(3, 20, 0) + minutes * MINUTE),
    st.times().map(lambda given: given.replace(second=0, microsecond=0)),
    st.times().map(lambda given: given.replace(second=0, microsecond=0)),
    st.integers(1, 40 * 60),
)
def test_after_waking_counts_what_a_watch_would(at: datetime, start: time, end: time, minutes: int) -> None:
    hours = Quiet(start, end)
    try:
        quiet.check(hours)
    except HelplineError:
        return
    ends = quiet.after_waking(at, minutes * MINUTE, hours, LONDON)
    if ends - at > timedelta(days=2):
        return  # a watch would take too long over it
    steps = range(int((ends - at) / MINUTE))
    awake = sum(not hours.holds(at + step * MINUTE, LONDON) for step in steps)
    # A time of day that the clock skips in March is taken as the hour after it.
    assert abs(awake - minutes) <= 60 if _skipped(hours) else awake == minutes
    assert not hours.holds(ends - MINUTE, LONDON) or _skipped(hours)


def _skipped(hours: Quiet) -> bool:
    return any(wall.hour == 1 for wall in (hours.start, hours.end))
