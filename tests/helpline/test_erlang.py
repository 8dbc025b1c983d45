"""Erlang C against figures that others have published, and against the sum in the textbooks, in exact fractions."""

import math
from fractions import Fraction

import pytest

from helpline import erlang

# Of the README of the R package ErlangC 0.1.0 (CRAN, 2024), and Call Centre Helper's worked example, which is the same: 100 calls
# in half an hour of 180 s each, 80 % within 20 s. Traffic, handlers, share that waits, share answered, mean wait in seconds.
ONE_HUNDRED_CALLS = [(10, 11, 0.6821182, 0.3896138, None), (10, 14, 0.1741319, 0.88835, 7.83593701)]

# As pyworkforce 0.5.1 (PyPI) works it out: calls an hour, minutes each, within so many seconds, share wanted, and what comes of it:
# handlers needed, share that waits, share answered in time.
PYWORKFORCE = [
    (2, 30, 120, 0.80, 3, 0.090909, 0.920439),
    (4, 15, 60, 0.90, 3, 0.090909, 0.920439),
    (6, 12, 60, 0.80, 3, 0.141176, 0.878488),
    (10, 9, 60, 0.80, 4, 0.074586, 0.943504),
    (12, 10, 20, 0.80, 4, 0.173913, 0.837303),
    (20, 6, 60, 0.80, 4, 0.173913, 0.875386),
    (30, 7, 30, 0.90, 7, 0.076198, 0.940657),
    (45, 8, 60, 0.95, 11, 0.049222, 0.973653),
    (60, 5, 60, 0.80, 8, 0.167267, 0.908202),
    (120, 4, 20, 0.90, 13, 0.075999, 0.949898),
    (200, 3, 20, 0.80, 14, 0.174132, 0.888350),
]

# Dunlop and Girma, "Digital Mobile Communications and the TETRA System" (Wiley, 1999), table A.4: the traffic at which so many
# channels make so many callers wait.
DUNLOP_AND_GIRMA = [(8, 0.05, 3.87), (10, 0.01, 4.08)]


@pytest.mark.parametrize(("offered", "handlers", "waits", "answered", "mean"), ONE_HUNDRED_CALLS)
def test_a_published_table(offered: float, handlers: int, waits: float, answered: float, mean: float | None) -> None:
    assert erlang.waits(offered, handlers) == pytest.approx(waits, abs=5e-8)
    assert erlang.answered_within(offered, handlers, held=180, within=20) == pytest.approx(answered, abs=5e-7)
    if mean is not None:
        assert erlang.mean_wait(offered, handlers, held=180) == pytest.approx(mean, abs=1e-8)


@pytest.mark.parametrize(("calls", "minutes", "within", "share", "handlers", "waits", "answered"), PYWORKFORCE)
def test_another_calculator(
    calls: int, minutes: int, within: int, share: float, handlers: int, waits: float, answered: float
) -> None:
    offered, held = calls * minutes / 60, minutes * 60
    assert erlang.needed(offered, held=held, within=within, share=share) == handlers
    assert erlang.waits(offered, handlers) == pytest.approx(waits, abs=1e-6)
    assert erlang.answered_within(offered, handlers, held=held, within=within) == pytest.approx(answered, abs=1e-6)
    assert erlang.answered_within(offered, handlers - 1, held=held, within=within) < share, "one fewer would not do"


@pytest.mark.parametrize(("channels", "waits", "traffic"), DUNLOP_AND_GIRMA)
def test_a_textbook(channels: int, waits: float, traffic: float) -> None:
    below, above = (erlang.waits(traffic + off, channels) for off in (-0.005, 0.005))
    assert below < waits < above or waits == pytest.approx(erlang.waits(traffic, channels), rel=0.01)


@pytest.mark.parametrize("handlers", [1, 2, 3, 5, 8, 20, 60])
@pytest.mark.parametrize("busy", [Fraction(1, 50), Fraction(1, 3), Fraction(4, 5), Fraction(99, 100)])
def test_the_sum_as_it_is_written(handlers: int, busy: Fraction) -> None:
    offered = busy * handlers
    last = offered**handlers / math.factorial(handlers) / (1 - busy)
    exact = last / (sum(offered**one / Fraction(math.factorial(one)) for one in range(handlers)) + last)
    assert erlang.waits(float(offered), handlers) == pytest.approx(float(exact), rel=1e-9)


def test_what_cannot_be_answered_waits_for_ever() -> None:
    assert erlang.waits(3, 3) == 1
    assert erlang.mean_wait(3, 3, held=180) == math.inf
    assert erlang.answered_within(4, 3, held=180, within=3600) == 0
    assert erlang.needed(1000, held=180, within=20, share=0.8) == erlang.MOST


def test_when_nobody_rings_one_is_enough() -> None:
    assert erlang.waits(0, 0) == 0
    assert erlang.answered_within(0, 1, held=180, within=0) == 1
    assert erlang.needed(0, held=180, within=60, share=0.99) == 1
