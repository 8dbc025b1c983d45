"""Small numbers are hidden, and cannot be computed from what is told."""

import random
from collections.abc import Sequence
from itertools import product

import pytest

from helpline import small_numbers
from helpline.small_numbers import FEWEST, NOT_TOLD, SMALL, Line


@pytest.mark.parametrize(
    ("numbers", "cells", "total"),
    [
        ([], (), "0"),
        ([0, 0], ("0", "0"), "0"),
        ([12, 7], ("12", "7"), "19"),
        ([12, 0, 7], ("12", "0", "7"), "19"),
        ([12, 3], (NOT_TOLD, SMALL), "15"),  # the other one too, or 15 - 12 tells it
        ([20, 3, 9], ("20", SMALL, NOT_TOLD), "32"),
        ([20, 1, 2], ("20", SMALL, SMALL), "23"),  # 1 and 2, or 2 and 1
        ([20, 1, 1, 9], ("20", SMALL, SMALL, NOT_TOLD), "31"),  # two that make 2 are both 1
        ([20, 4, 4, 9], ("20", SMALL, SMALL, NOT_TOLD), "37"),  # two that make 8 are both 4
        ([3], (SMALL,), SMALL),
        ([2, 1], (SMALL, SMALL), SMALL),
        ([4, 3], (SMALL, SMALL), "7"),
        ([4, 4], (), "8"),  # 8 of two that are 4 at most
        ([1, 1, 1, 1, 1], (), "5"),
        ([3, 5, 5], (SMALL, NOT_TOLD, NOT_TOLD), "13"),  # one of them alone would be 5, as the smallest that is told
    ],
)
def test_small_ones_are_left_out_and_whatever_tells_them(
    numbers: list[int], cells: tuple[str, ...], total: str
) -> None:
    assert small_numbers.line(numbers) == Line(cells, total)


def test_one_that_is_no_part_of_a_sum() -> None:
    assert [small_numbers.alone(number) for number in (0, 1, 4, 5)] == ["0", SMALL, SMALL, "5"]


def could_be(told: Line) -> list[set[int]]:
    """Every number that each cell could be, for whoever reads the line and can add up."""
    total = int(told.total) if told.total.isdigit() else None
    largest = total if total is not None else 30
    ranges: list[Sequence[int]] = [
        [int(cell)] if cell.isdigit() else range(1, FEWEST) if cell == SMALL else range(FEWEST, largest + 1)
        for cell in told.cells
    ]
    fitting = [one for one in product(*ranges) if total is None or sum(one) == total]
    return [set(cell) for cell in zip(*fitting, strict=True)]


def test_nobody_who_can_add_up_finds_out_a_small_one() -> None:
    chance = random.Random(5)  # noqa: S311  # always the same
    for _ in range(300):
        numbers = [chance.choice([0, 1, 2, 3, 4, 5, 6, 9, 14]) for _ in range(chance.randint(1, 4))]
        told = small_numbers.line(numbers)
        assert told.total == small_numbers.alone(sum(numbers))
        if not told.cells:
            continue
        for number, possible in zip(numbers, could_be(told), strict=True):
            assert number in possible
            assert len(possible) > 1 or not 0 < number < FEWEST, (numbers, told)
