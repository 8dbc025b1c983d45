"""The ring plan: fair, widening, and never the same person twice in a breath."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline import ringing
from helpline.defaults import DEFAULTS, Durations
from helpline.ringing import Handler, Rung
from tests.builders import NOON

SECOND = timedelta(seconds=1)


def plan(
    handlers: list[Handler], rungs: list[Rung] | None = None, *, waited: int = 0, durations: Durations = DEFAULTS
) -> list[int]:
    return ringing.next_to_ring(handlers, rungs or [], waited=waited * SECOND, at=NOON, durations=durations)


def free(*ids: int) -> list[Handler]:
    return [Handler(one, free=True) for one in ids]


@pytest.mark.parametrize(("waited", "phones"), [(0, 1), (9, 1), (10, 2), (17, 2), (18, 3), (25, 3), (26, 4), (90, 12)])
def test_two_begin_one_after_the_other_and_one_more_follows_every_eight_seconds(waited: int, phones: int) -> None:
    assert len(plan(free(*range(1, 21)), waited=waited)) == phones


def test_it_widens_as_the_group_says() -> None:
    one_at_first = Durations(first_rings=1, widen=3 * SECOND)
    assert [len(plan(free(1, 2, 3), waited=waited, durations=one_at_first)) for waited in (0, 2, 3, 6)] == [1, 1, 2, 3]
    three_together = Durations(first_rings=3, next_first_ring=1 * SECOND)
    assert [len(plan(free(1, 2, 3, 4), waited=waited, durations=three_together)) for waited in (0, 2, 9, 10)] == [
        1,
        3,
        3,
        4,
    ]


def test_phones_already_ringing_count() -> None:
    handlers = [Handler(1, free=False), Handler(2, free=False), *free(3, 4)]
    assert plan(handlers, [Rung(1)], waited=9) == []
    assert plan(handlers, [Rung(1)], waited=10) == [3]
    assert plan(handlers, [Rung(1), Rung(2)], waited=10) == []
    assert plan(handlers, [Rung(1), Rung(2)], waited=18) == [3]


def test_a_phone_turned_away_makes_room_for_the_next_at_once() -> None:
    assert plan(free(1, 2), [Rung(1, NOON)], waited=3) == [2]


def test_nobody_more_is_rung_while_somebody_who_picked_up_hears_what_it_is() -> None:
    handlers = [Handler(1, free=False), *free(2, 3)]
    assert plan(handlers, [Rung(1, answered_at=NOON)], waited=30) == []
    assert plan(handlers, [Rung(1, answered_at=NOON - 5 * SECOND)], waited=30) == []
    assert plan(handlers, [Rung(1, answered_at=NOON - 6 * SECOND)], waited=30) == [2, 3], "an answerphone says nothing"


def test_somebody_who_picked_up_and_is_gone_holds_nobody_up() -> None:
    assert plan(free(1, 2), [Rung(1, NOON, answered_at=NOON - SECOND)]) == [2]


def test_whoever_answered_longest_ago_goes_first() -> None:
    handlers = [
        Handler(1, free=True, last_answered_at=NOON - SECOND),
        Handler(2, free=True, last_answered_at=NOON - 60 * SECOND),
        Handler(3, free=True),
    ]
    assert plan(handlers, waited=10) == [3, 2]


def test_whoever_has_been_rung_less_for_this_call_goes_before_that() -> None:
    long_over = NOON - 60 * SECOND
    handlers = [Handler(1, free=True), Handler(2, free=True, last_answered_at=NOON), Handler(3, free=True)]
    assert plan(handlers, [Rung(1, long_over), Rung(3, long_over), Rung(3, long_over)], waited=10) == [2, 1]


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
    assert plan(handlers) == [3]
    assert plan(handlers, waited=10) == [3, 1]
    assert plan(handlers, waited=18) == [3, 1, 2]


def test_a_speaker_who_missed_it_lets_the_others_go_first() -> None:
    handlers = [Handler(1, free=True, speaks=True), Handler(2, free=True, speaks=False)]
    assert plan(handlers, [Rung(1, NOON - 60 * SECOND)], waited=10) == [2, 1]


# Whatever the line looks like.

moments = st.integers(0, 600).map(lambda seconds: NOON - seconds * SECOND)


@st.composite
def lines(draw: st.DrawFn) -> tuple[list[Handler], list[Rung]]:
    """Some handlers, and what was rung for a call: at most one live ring each, of somebody who is then not free."""
    ids = range(1, draw(st.integers(1, 8)) + 1)
    ringing_now = {one for one in ids if draw(st.booleans())}
    handlers = [
        Handler(
            one,
            free=one not in ringing_now and draw(st.booleans()),
            last_answered_at=draw(st.none() | moments),
            speaks=draw(st.booleans()),
        )
        for one in ids
    ]
    past = [Rung(one, draw(moments)) for one in draw(st.lists(st.sampled_from(ids), max_size=6))]
    live = [Rung(one, answered_at=draw(st.none() | moments)) for one in ringing_now if draw(st.booleans())]
    return handlers, [*past, *live]


waits = st.integers(0, 400)


@given(lines(), waits)
def test_only_whoever_is_free_and_rested_is_rung_and_nobody_twice(
    line: tuple[list[Handler], list[Rung]], waited: int
) -> None:
    handlers, rungs = line
    may = {handler.person_id for handler in handlers if handler.free}
    resting = {rung.person_id for rung in rungs if rung.over_at is None or rung.over_at > NOON - ringing.REST}
    chosen = plan(handlers, rungs, waited=waited)
    assert set(chosen) <= may - resting
    assert len(set(chosen)) == len(chosen)


@given(lines(), waits)
def test_no_more_ring_at_once_than_the_wait_allows(line: tuple[list[Handler], list[Rung]], waited: int) -> None:
    handlers, rungs = line
    live = sum(rung.over_at is None for rung in rungs)
    assert len(plan(handlers, rungs, waited=waited)) <= max(0, ringing.width(waited * SECOND, DEFAULTS) - live)


@given(lines(), waits, waits)
def test_whoever_waits_longer_has_the_same_phones_rung_and_perhaps_more(
    line: tuple[list[Handler], list[Rung]], one: int, other: int
) -> None:
    sooner, later = sorted((one, other))
    chosen = plan(*line, waited=later)
    assert chosen[: len(plan(*line, waited=sooner))] == plan(*line, waited=sooner)


@given(lines(), waits)
def test_a_speaker_is_never_passed_over_for_somebody_who_is_not(
    line: tuple[list[Handler], list[Rung]], waited: int
) -> None:
    handlers, rungs = line
    resting = {rung.person_id for rung in rungs if rung.over_at is None or rung.over_at > NOON - ringing.REST}
    chosen = plan(handlers, rungs, waited=waited)

    def tried(one: Handler) -> int:
        return sum(rung.person_id == one.person_id for rung in rungs)

    rung = [handler for handler in handlers if handler.person_id in chosen]
    left = [one for one in handlers if one.free and one.person_id not in resting and one.person_id not in chosen]
    for handler in (one for one in rung if not one.speaks):
        assert not [one for one in left if one.speaks and tried(one) <= tried(handler)]


@given(st.integers(1, 8))
def test_everybody_free_is_rung_in_the_end(many: int) -> None:
    """Nobody answers: within a minute and a half each of eight has been rung, and none again before the others."""
    rung: list[tuple[int, datetime]] = []
    for second in range(90):
        at = NOON + second * SECOND
        rungs = [_rings_out(one, since, at) for one, since in rung]
        live = {one.person_id for one in rungs if one.over_at is None}
        handlers = [Handler(one, free=one not in live) for one in range(many)]
        rung += [
            (one, at) for one in ringing.next_to_ring(handlers, rungs, waited=at - NOON, at=at, durations=DEFAULTS)
        ]
    order = [one for one, _ in rung]
    assert sorted(order[:many]) == list(range(many))


def _rings_out(one: int, since: datetime, at: datetime) -> Rung:
    return Rung(one, since + DEFAULTS.ring if at >= since + DEFAULTS.ring else None)


@given(st.integers(1, 7), st.integers(1, 60))
def test_calls_one_after_another_go_round(many: int, number: int) -> None:
    """Everybody takes what they are rung for: nobody has had two more than anybody else."""
    handlers = [Handler(one, free=True) for one in range(many)]
    had = [0] * many
    for call in range(number):
        at = NOON + call * SECOND
        (one,) = ringing.next_to_ring(handlers, [], waited=timedelta(), at=at, durations=DEFAULTS)
        handlers[one] = replace(handlers[one], last_answered_at=at)
        had[one] += 1
    assert max(had) - min(had) <= 1
