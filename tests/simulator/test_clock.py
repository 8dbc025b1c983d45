"""Time that a test moves by hand."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from simulator import ManualClock

START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def test_what_is_due_runs_in_order_of_time_and_then_of_asking() -> None:
    clock, ran = ManualClock(START), []
    clock.after(2, lambda: ran.append("second"))
    clock.after(1, lambda: ran.append("first"))
    clock.after(2, lambda: ran.append("third"))
    clock.advance(1.5)
    assert ran == ["first"]
    clock.advance(0.5)
    assert ran == ["first", "second", "third"]


def test_what_is_added_on_the_way_runs_when_it_is_due() -> None:
    clock, at = ManualClock(START), []
    clock.after(1, lambda: clock.after(1, lambda: at.append(clock.now())))
    clock.advance(10)
    assert at == [START + timedelta(seconds=2)]
    assert clock.now() == START + timedelta(seconds=10)


def test_what_recurs_goes_on_until_it_is_cancelled_even_if_it_fails() -> None:
    clock, ran = ManualClock(START), []

    def tick() -> None:
        ran.append(clock.now())
        if len(ran) == 2:
            raise RuntimeError

    timer = clock.every(0.25, tick)
    with pytest.raises(RuntimeError):
        clock.advance(1)
    clock.advance(0.5)
    assert len(ran) == 4
    timer.cancel()
    clock.advance(5)
    assert len(ran) == 4


def test_waiting_stops_at_the_moment_it_happens() -> None:
    clock, ran = ManualClock(START), []
    clock.after(3, lambda: ran.append(1))
    assert clock.until(lambda: bool(ran), 10)
    assert clock.now() == START + timedelta(seconds=3)
    assert not clock.until(lambda: len(ran) > 1, 10)


def test_a_clock_is_not_moved_by_what_it_runs() -> None:
    clock = ManualClock(START)
    clock.after(1, lambda: clock.advance(1))
    with pytest.raises(RuntimeError, match="must not move it"):
        clock.advance(2)


def test_instants_are_aware_and_in_utc() -> None:
    with pytest.raises(ValueError, match="aware"):
        ManualClock(datetime(2026, 11, 22))  # noqa: DTZ001  # the mistake that is meant
    assert ManualClock(datetime(2026, 7, 1, 19, 0, tzinfo=timezone(timedelta(hours=1)))).now().hour == 18
