"""A whole evening on two machines: nobody is rung, texted or asked twice, and nothing is lost while each process is restarted."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import enable_socket
from sqlalchemy import select

from helpline.rings import Ring
from tests import postgres
from tests.deaths.road import sure
from tests.machines.crowd import RESIDENTS, Crowd
from tests.machines.judge import verdict
from tests.machines.machines import figures, two_machines

CALLS = int(
    os.environ.get("MACHINES", "0")
)  # how many; people act in seconds, so the computer must have little else to do

pytestmark = pytest.mark.skipif(not CALLS, reason="MACHINES=500 plays 500 calls, on a computer that does nothing else")


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    enable_socket()
    with postgres.server(tmp_path) as server:
        yield server.fresh_database()


def test_an_evening_on_two_machines_with_each_process_restarted_in_the_middle(
    database_url: str, tmp_path: Path
) -> None:
    said: list[tuple[str, str]] = []
    began = time.monotonic()
    with two_machines(tmp_path, database_url, said, CALLS_PER_SECOND="100") as machines:
        crowd = Crowd(machines, CALLS)
        crowd.play(meanwhile=machines.restart_each)
        assert machines.is_quiet(), "something was owed a minute after the last call"
        wrong = verdict(machines.carrier(), machines.owed(), crowd.played)
        print(figures(machines), f"in {time.monotonic() - began:.0f} s")  # noqa: T201  # -s shows it
    assert not wrong, "\n".join(wrong)
    came = {
        name: [int(many) for many in re.findall(r"\d+", line)] for name, line in said if "came to the doors" in line
    }
    for name in ("line", "desk"):
        assert min(came[name]) > sum(came[name]) / 4, f"only one of the two was asked: {came}"


def test_two_clocks_keep_the_calls_a_second_of_one_account(database_url: str, tmp_path: Path) -> None:
    with two_machines(tmp_path, database_url, [], CALLS_PER_SECOND="2") as machines:
        crowd = Crowd(machines, 0)
        for number in RESIDENTS[:12]:
            crowd.does(number, "dial")
        time.sleep(1)
        for number in RESIDENTS[:12]:
            crowd.does(number, "press", keys="1")  # two phones each are owed at once
        sure(
            lambda: len(machines.rows(select(Ring.id).where(Ring.sid.is_not(None)))) >= 20,
            "twenty phones were not rung",
        )
        began = min(machines.rows(select(Ring.queued_at).where(Ring.queued_at.is_not(None))))
        placed = sorted(leg.created for leg in machines.carrier().legs if not leg.inbound)
        # A leg's instant is a whole second, and two may go in the first instant.
        seconds = (placed[-1] - began).total_seconds() + 1
        assert len(placed) <= 2 * seconds + 2
