"""Who is slowed: pure, from what a number did lately."""

from datetime import timedelta

import pytest

from helpline.nuisance import LATELY, LONGER, MANY, SHORT, Before, again_and_again
from tests.builders import NOON

A_MOMENT = timedelta(seconds=1)


def short(minutes_ago: float, *, lasted: timedelta | None = SHORT - A_MOMENT, nuisance: bool = False) -> Before:
    return Before(NOON - timedelta(minutes=minutes_ago), lasted, nuisance)


def test_the_fifth_call_is_slowed_when_four_were_short() -> None:
    assert again_and_again([short(one) for one in range(1, 1 + MANY)], at=NOON)
    assert not again_and_again([short(one) for one in range(1, MANY)], at=NOON)


@pytest.mark.parametrize(
    "fourth",
    [
        short(4, lasted=SHORT),
        short(4, lasted=None),
        short(LATELY / timedelta(minutes=1)),
    ],
    ids=["long enough to be a call", "going on still", "too long ago"],
)
def test_a_call_that_does_not_count(fourth: Before) -> None:
    assert not again_and_again([short(1), short(2), short(3), fourth], at=NOON)


def test_what_a_handler_said_counts_for_an_hour_however_long_the_call_was() -> None:
    long, hour = timedelta(minutes=20), LONGER / timedelta(minutes=1)
    said = [short(30, lasted=long, nuisance=True), short(50, lasted=long, nuisance=True)]
    assert again_and_again(said, at=NOON)
    assert not again_and_again(said[:1], at=NOON)
    assert not again_and_again([*said[:1], short(hour, lasted=long, nuisance=True)], at=NOON)
