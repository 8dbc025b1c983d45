"""How long things took, told of steps that can be added up."""

from collections import Counter
from datetime import timedelta

import pytest

from helpline import spreads
from helpline.spreads import Spread

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("length", "step"),
    [
        (-SECOND, 5),
        (timedelta(), 5),
        (5 * SECOND, 5),
        (5 * SECOND + timedelta(milliseconds=1), 10),
        (MINUTE, 60),
        (61 * SECOND, 90),
        (HOUR, 3600),
        (56 * DAY, 56 * 86_400),
        (57 * DAY, spreads.LONGER),
    ],
)
def test_a_length_is_on_the_first_step_that_holds_it(length: timedelta, step: int) -> None:
    assert spreads.step_of(length) == step


def test_steps_only_go_up() -> None:
    assert list(spreads.STEPS) == sorted(set(spreads.STEPS))


@pytest.mark.parametrize(
    ("seconds", "half", "nine"),
    [
        ([], None, None),
        ([12], 15, 15),
        ([4, 90], 5, 90),  # half of two is one
        ([4, 14, 90], 15, 90),  # of fewer than ten: all of them
        ([*[8] * 9, 290], 10, 10),
        ([*[8] * 8, 50, 290], 10, 50),
        ([*[8] * 4, *[70] * 6], 90, 90),
    ],
)
def test_half_and_nine_in_ten_are_steps_that_really_held_them(
    seconds: list[int], half: int | None, nine: int | None
) -> None:
    told = Spread(Counter(spreads.step_of(second * SECOND) for second in seconds))
    assert (told.half, told.nine) == (half and half * SECOND, nine and nine * SECOND)


def test_what_is_longer_than_we_tell_is_not_told() -> None:
    assert Spread({spreads.LONGER: 1}).half is None
