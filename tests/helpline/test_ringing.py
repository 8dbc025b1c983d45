"""The ring plan: fair, widening, and never the same person twice in a breath."""

from datetime import timedelta

import pytest

from helpline import ringing
from helpline.defaults import DEFAULTS, Durations
from helpline.ringing import Handler, Rung
from tests.builders import NOON

SECOND = timedelta(seconds=1)


def plan(handlers: list[Handler], rungs: list[Rung] | None = None, *, waited: int = 0) -> list[int]:
    return ringing.next_to_ring(handlers, rungs or [], waited=waited * SECOND, at=NOON, durations=DEFAULTS)


def free(*ids: int) -> list[Handler]:
    return [Handler(one, free=True) for one in ids]


def test_two_phones_ring_at_first() -> None:
    assert plan(free(1, 2, 3, 4)) == [1, 2]


@pytest.mark.parametrize(("waited", "phones"), [(0, 2), (7, 2), (8, 3), (15, 3), (16, 4), (80, 12)])
def test_one_more_every_eight_seconds(waited: int, phones: int) -> None:
    assert len(plan(free(*range(1, 21)), waited=waited)) == phones


def test_phones_already_ringing_count() -> None:
    ringing_now = [Rung(1), Rung(2)]
    assert plan([Handler(1, free=False), Handler(2, free=False), *free(3, 4)], ringing_now) == []
    assert plan([Handler(1, free=False), Handler(2, free=False), *free(3, 4)], ringing_now, waited=8) == [3]


def test_whoever_answered_longest_ago_goes_first() -> None:
    handlers = [
        Handler(1, free=True, last_answered_at=NOON - SECOND),
        Handler(2, free=True, last_answered_at=NOON - 60 * SECOND),
        Handler(3, free=True),
    ]
    assert plan(handlers) == [3, 2]


def test_whoever_has_been_rung_less_for_this_call_goes_before_that() -> None:
    long_over = NOON - 60 * SECOND
    handlers = [Handler(1, free=True), Handler(2, free=True, last_answered_at=NOON), Handler(3, free=True)]
    assert plan(handlers, [Rung(1, long_over), Rung(3, long_over), Rung(3, long_over)]) == [2, 1]


def test_a_miss_rests_ten_seconds() -> None:
    assert plan(free(1), [Rung(1, NOON - 9 * SECOND)]) == []
    assert plan(free(1), [Rung(1, NOON - 10 * SECOND)]) == [1]


def test_nobody_who_is_busy_is_rung() -> None:
    assert plan([Handler(1, free=False), *free(2)]) == [2]
    assert plan([]) == []


def test_whoever_speaks_the_callers_language_goes_first_and_the_rest_after() -> None:
    handlers = [
        Handler(1, free=True, speaks=False),
        Handler(2, free=True, speaks=False),
        Handler(3, free=True, last_answered_at=NOON),
    ]
    assert plan(handlers) == [3, 1]
    assert plan(handlers, waited=8) == [3, 1, 2]


def test_a_speaker_who_missed_it_lets_the_others_go_first() -> None:
    handlers = [Handler(1, free=True, speaks=True), Handler(2, free=True, speaks=False)]
    assert plan(handlers, [Rung(1, NOON - 60 * SECOND)]) == [2, 1]


def test_how_many_ring_at_once_is_the_groups_to_say() -> None:
    wide = Durations(first_rings=1, widen=3 * SECOND)
    assert [ringing.width(waited * SECOND, wide) for waited in (0, 2, 3, 6)] == [1, 1, 2, 3]
