"""By which way something is said, and by which when it did not arrive."""

from datetime import timedelta

import pytest

from helpline import chosen, ways
from helpline.people import DetailsBy, Way
from helpline.ways import Reach, Sort
from tests.builders import NOON

T, W, V = Way.TEXT, Way.WHATSAPP, Way.VOICE
READY = Reach(W, whatsapp=True)
LANDLINE = Reach(V, takes_texts=False)


@pytest.mark.parametrize(
    ("sort", "reach", "way"),
    [
        *((sort, READY, W) for sort in (Sort.OFFER, Sort.DETAILS, Sort.NEWS, Sort.ANSWER)),
        *((sort, READY, T) for sort in (Sort.CODE, Sort.PRIVATE)),
        *((sort, Reach(W), T) for sort in Sort),  # no template, and their day is over
        (Sort.OFFER, Reach(W, whatsapp=True, failed=frozenset({W})), T),
        (Sort.OFFER, Reach(V), V),
        (Sort.NEWS, Reach(V), T),  # a mobile is not rung about news
        (Sort.OFFER, LANDLINE, V),
        (Sort.NEWS, LANDLINE, V),
        (Sort.OFFER, Reach(T, takes_texts=False), V),
        (Sort.OFFER, Reach(T, failed=frozenset({T})), V),
        (Sort.CODE, LANDLINE, T),
        (Sort.ANSWER, LANDLINE, T),
    ],
)
def test_by_which_way_first(sort: Sort, reach: Reach, way: Way) -> None:
    assert ways.choose(sort, reach) == way


@pytest.mark.parametrize(
    ("sort", "tried", "reach", "code", "way"),
    [
        (Sort.OFFER, [W], READY, 63016, T),
        (Sort.OFFER, [W, T], READY, 30006, V),
        (Sort.OFFER, [T], Reach(T), 30003, V),
        (Sort.OFFER, [V], Reach(V), None, T),
        (Sort.OFFER, [V], LANDLINE, None, None),
        (Sort.OFFER, [V, T], Reach(V), 30003, None),
        (Sort.OFFER, [W, T, V], READY, None, None),
        (Sort.OFFER, [T], Reach(T), 30005, None),  # there is no such number
        (Sort.NEWS, [T], Reach(T), 30003, None),
        (Sort.NEWS, [T], Reach(T, failed=frozenset({T})), 30006, V),
        (Sort.DETAILS, [W], READY, 63024, T),
        (Sort.DETAILS, [W, T], READY, 30006, None),
        (Sort.CODE, [T], Reach(T), 30006, None),
    ],
)
def test_by_which_way_instead(sort: Sort, tried: list[Way], reach: Reach, code: int | None, way: Way | None) -> None:
    assert ways.instead(sort, tried, reach, code=code) == way


def test_a_day_of_free_words_ends_a_little_early() -> None:
    day = timedelta(hours=24)
    assert ways.is_in_window(NOON, NOON + day - timedelta(minutes=6))
    assert not ways.is_in_window(NOON, NOON + day - timedelta(minutes=4))
    assert not ways.is_in_window(None, NOON)
    assert (ways.answered_by(W, NOON, NOON), ways.answered_by(W, NOON, NOON + day)) == (W, T)
    assert ways.answered_by(T, NOON, NOON) == T


@pytest.mark.parametrize(
    ("way", "code", "learned"),
    [(T, 30006, True), (T, 30003, False), (W, 63024, True), (W, 63016, False), (V, None, False), (T, None, False)],
)
def test_what_says_something_of_tomorrow(way: Way, code: int | None, learned: bool) -> None:
    assert ways.learned(way, code) == learned


@pytest.mark.parametrize("how", DetailsBy)
def test_details_are_heard_where_nothing_can_be_read(how: DetailsBy) -> None:
    assert ways.details(how, Reach()) == how
    assert ways.details(how, LANDLINE) == DetailsBy.VOICE


@pytest.mark.parametrize(
    ("number", "by", "details_by", "problem"),
    [
        ("+447700900123", T, DetailsBy.LINK, None),
        ("+447700900123", V, DetailsBy.TEXT, None),
        ("+442079460171", V, DetailsBy.VOICE, None),
        ("+442079460171", T, DetailsBy.VOICE, chosen.A_LANDLINE),
        ("+442079460171", W, DetailsBy.VOICE, chosen.A_LANDLINE),
        ("+442079460171", V, DetailsBy.LINK, chosen.HEARS_THEM),
        (None, T, DetailsBy.LINK, None),
    ],
)
def test_what_can_be_chosen_for_a_number(
    number: str | None, by: Way, details_by: DetailsBy, problem: str | None
) -> None:
    assert chosen.problem_with(number, by, details_by) == problem
