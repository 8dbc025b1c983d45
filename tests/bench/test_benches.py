"""Each benchmark runs, if only for a second, and ends with its figure; how fast anything is, no test says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FIGURE = r"\d+(\.\d+)?"
WEBHOOK = rf"{FIGURE} of the floor's requests and {FIGURE} of its p99 on"
A_SECOND = "--seconds=1"
SQLITE = "--database-url=sqlite:///{folder}/helpline.db"
LAST_LINES = {
    "road": ((A_SECOND,), rf"webhook at 16 connections: {WEBHOOK} SQLite; {WEBHOOK} PostgreSQL"),
    "first_ring": ((A_SECOND, SQLITE), rf"first ring {FIGURE} s at p99 on SQLite"),
    "to_the_text": ((A_SECOND, SQLITE), rf"text {FIGURE} s at p99 on SQLite"),
    "texts": ((A_SECOND, SQLITE), rf"texts {FIGURE} a second, {FIGURE} of the floor's jobs on SQLite"),
    "streets": (
        (A_SECOND, SQLITE),
        rf"{FIGURE} ms a look-up, {FIGURE} of the floor on SQLite",
    ),
    "desk": (
        ("--seconds=0", "--kind=SQLite", "--people=40", "--calls=300", "--requests=90"),
        rf"worst growth {FIGURE}; most queries \d+",
    ),
    "ladder": (("--requests=12",), r"placed \d+ of 12 in \d+ s; \d+ on the desk, none with nobody"),
    "ringing": (("--calls=2000",), rf"mean wait / Erlang C = {FIGURE}"),
    "memory": (
        (A_SECOND,),
        rf"memory {FIGURE} MB idle, {FIGURE} of the floor; {FIGURE} MB with the demo's telephones \(PSS\)",
    ),
}


@pytest.mark.parametrize("bench", LAST_LINES)
def test_a_benchmark_ends_with_its_figure(bench: str, tmp_path: Path) -> None:
    if bench == "memory" and not Path("/proc").exists():
        pytest.skip("only Linux tells what a process shares with others")
    options, last_line = LAST_LINES[bench]
    command = [sys.executable, "-m", f"bench.{bench}", *(one.format(folder=tmp_path) for one in options)]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)

    assert ran.returncode == 0, ran.stderr
    assert re.fullmatch(last_line, ran.stdout.splitlines()[-1])


def test_every_benchmark_is_run() -> None:
    runnable = {file.stem for file in (ROOT / "bench").glob("*.py") if "def main()" in file.read_text()}
    assert runnable == set(LAST_LINES)
