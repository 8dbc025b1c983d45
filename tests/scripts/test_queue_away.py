"""A worker whose queue goes away and comes back: two sentences, no traceback, and the same process."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rq import Queue

from tests.scripts.test_mistakes import RIGHT
from tests.valkey import Valkey

AWAY = "sending warning: the queue is away; what is owed stays owed, and is tried again\n"
BACK = "sending warning: the queue is back\n"


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    valkey = Valkey()
    yield valkey
    valkey.close()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_worker_outlives_its_queue_and_says_so_once(valkey: Valkey, tmp_path: Path) -> None:
    env = {
        **os.environ,
        **RIGHT,
        "REDIS_URL": f"unix://{valkey.socket}",
        "DATABASE_URL": f"sqlite:///{tmp_path}/ward.db",
    }
    root = Path(__file__).resolve().parents[2]
    written = tmp_path / "heard"

    def heard() -> str:
        return re.sub(r"^\S+Z ", "", written.read_text(), flags=re.MULTILINE)

    queue = Queue("sending", connection=valkey.redis)

    def does_jobs() -> None:
        queue.enqueue_call("time.time", result_ttl=0)
        until(lambda: not queue.count)

    with written.open("w") as out:
        worker = subprocess.Popen(
            [sys.executable, "-m", "workers", "sending"], cwd=root, env=env, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        until(lambda: heard() == AWAY)
        time.sleep(2.5)
        valkey.start()
        does_jobs()
        until(lambda: heard() == AWAY + BACK)
        valkey.stop()
        until(lambda: heard() == AWAY + BACK + AWAY)
        time.sleep(2.5)
        valkey.start()
        does_jobs()
        until(lambda: heard() == (AWAY + BACK) * 2)
        valkey.stop()
        until(lambda: heard() == (AWAY + BACK) * 2 + AWAY)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0, written.read_text()
    finally:
        worker.kill()
        worker.wait()
    assert heard() == (AWAY + BACK) * 2 + AWAY
