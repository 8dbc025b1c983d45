"""The ring plan's aims hold: a shift in simulated time comes out the same on every computer."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from bench import arrivals
from bench.arrivals import Arrival, TraceError
from bench.shift import Line, Shift, Telephones

ROOT = Path(__file__).parent.parent.parent
PEOPLE = (0.9, 0.9, 0.9, 0.7)


def played(calls: int, load: float, telephones: Telephones, *, seed: int = 20) -> Line:
    many = len(telephones.answers)
    made_up = arrivals.at_random(calls, load=load, handlers=many, chance=random.Random(seed))
    return Shift(made_up, telephones, random.Random(seed + 1)).run()


def test_with_the_ringing_taken_out_callers_wait_no_longer_than_the_formula_says() -> None:
    line = played(40_000, 0.6, Telephones.at_once(4))
    assert sum(line.waits) / len(line.waits) == pytest.approx(arrivals.erlang_c(4, 0.6), rel=0.05)
    assert sum(line.rung) == len(line.waits)


@pytest.mark.parametrize("load", [0.2, 0.4, 0.8])
def test_an_answer_takes_few_rings_and_nobody_is_rung_much_more_than_others(load: float) -> None:
    line = played(4000, load, Telephones(PEOPLE))
    assert line.rings_an_answer <= 1.6
    assert line.unfairness <= 1.3


@pytest.mark.parametrize("people", [(0.95, 0.95, 0.9, 0.5), (0.9,) * 7 + (0.5,)])
def test_somebody_who_is_seldom_there_is_not_rung_much_more_than_the_others(people: tuple[float, ...]) -> None:
    assert played(4000, 0.5, Telephones(people)).unfairness <= 1.3


def test_a_formula_known_to_everybody() -> None:
    """One handler: the share of the time that they are busy, times the calls, over the share that is left (M/M/1)."""
    assert arrivals.erlang_c(1, 0.5, service=100) == pytest.approx(100)


def test_a_real_day_is_read_and_put_in_order(tmp_path: Path) -> None:
    day = tmp_path / "day.csv"
    day.write_text("arrival,service\n60,120\n\n0.5,300,told nothing more\n")
    assert arrivals.read(day) == [Arrival(0.5, 300), Arrival(60, 120)]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("0,60\nnoon,60\n", "Line 2 must begin with two numbers"),
        ("0,60\n12\n", "Line 2 must begin with two numbers"),
        ("0,60\n5,-1\n", "Line 2: an arrival is 0 or more"),
        ("0,60\nnan,1\n", "Line 2: an arrival is 0 or more"),
        ("arrival,service\n", "must hold at least two calls"),
    ],
)
def test_what_is_no_day_of_calls_is_refused_with_a_sentence(words: str, says: str, tmp_path: Path) -> None:
    day = tmp_path / "day.csv"
    day.write_text(words)
    with pytest.raises(TraceError, match=says):
        arrivals.read(day)


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("0,60\n300,200\n900,100\n", "mean wait / Erlang C = "),
        ("0,9000\n1,9000\n2,9000\n", "mean wait / Erlang C = none: there were more calls"),
    ],
)
def test_a_real_day_is_replayed(words: str, last: str, tmp_path: Path) -> None:
    day = tmp_path / "day.csv"
    day.write_text(words)
    ran = _bench(f"--trace={day}")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[0].startswith("day.csv: 3 calls, 4 handlers")
    assert ran.stdout.splitlines()[-1].startswith(last)


def test_a_day_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    ran = _bench(f"--trace={tmp_path / 'gone.csv'}")
    assert ran.returncode == 1
    assert "cannot be read" in ran.stderr
    assert "Traceback" not in ran.stderr


def _bench(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench.ringing", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
