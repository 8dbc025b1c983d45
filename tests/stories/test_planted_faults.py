"""The machine that makes up evenings finds what is planted: a judge that says nothing of these would say nothing of others.

Here each fault is played in the one evening that is lost by it; `python -m tests.stories.planting all` lets the machine look for it
by itself.
"""

import pytest

from tests.stories import planting


def test_the_evenings_are_right_while_nothing_is_planted() -> None:
    played = planting.played_there("", *planting.FAULTS)
    assert played.returncode == 0, played.stdout + played.stderr
    assert f"nothing was wrong in {len(planting.FAULTS)} evenings" in played.stdout


@pytest.mark.parametrize("name", planting.FAULTS)
def test_an_evening_finds_what_is_planted(name: str) -> None:
    played = planting.played_there(name, name)
    assert played.returncode == 1, f"{name} was not found: {played.stdout}{played.stderr}"
    assert "evening 1, " in played.stdout


def test_a_line_that_is_not_there_cannot_be_planted() -> None:
    fault = planting.FAULTS["two_winners"]
    with planting.planted("two_winners") as folder, pytest.raises(ValueError, match="has 0 times"):
        fault.plant(folder)
