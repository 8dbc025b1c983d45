import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from rq import Queue

from tests.doctor.conftest import Examine, all_well, words
from tests.scripts.test_mistakes import RIGHT
from tests.valkey import Valkey
from workers.doctor import queue
from workers.doctor.finding import Finding, Level

ROLES = ("ringing", "sending")


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    valkey = Valkey()
    valkey.start()
    yield valkey
    valkey.close()


def found(examine: Examine, valkey: Valkey) -> list[Finding]:
    return examine(queue.queue, redis_url=f"unix://{valkey.socket}")


def test_a_queue_that_is_away_or_hangs_is_wrong(examine: Examine, valkey: Valkey, silent_port: int) -> None:
    valkey.stop()
    assert "does not answer" in words(found(examine, valkey), Level.WRONG)
    hanging = examine(queue.queue, redis_url=f"redis://127.0.0.1:{silent_port}/0")
    assert "does not answer" in words(hanging, Level.WRONG)


def test_workers_that_listen_and_one_that_was_killed(examine: Examine, valkey: Valkey, database_url: str) -> None:
    env = {**os.environ, **RIGHT, "REDIS_URL": f"unix://{valkey.socket}", "DATABASE_URL": database_url}
    workers = [subprocess.Popen([sys.executable, "-m", "workers", role], env=env) for role in ROLES]
    try:
        until = time.monotonic() + 30
        while not all_well(found(examine, valkey)):
            assert time.monotonic() < until
            time.sleep(0.2)
        workers[0].kill()
        workers[0].wait()
        assert "“ringing” has no worker" in words(found(examine, valkey), Level.WRONG), "the queue still believes in it"
        assert "“sending” has 1 worker" in words(found(examine, valkey), Level.OK)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def test_no_workers_a_long_queue_and_failed_jobs(examine: Examine, valkey: Valkey) -> None:
    ringing = Queue("ringing", connection=valkey.redis)
    for number in range(queue.LONG["ringing"] + 1):
        ringing.enqueue_call("workers.jobs.dial", args=(number,))
    said = found(examine, valkey)
    assert "“ringing” has no worker" in words(said, Level.WRONG)
    assert "“sending” has no worker" in words(said, Level.WRONG)
    assert "11 wait in “ringing”" in words(said, Level.LOOK)
    ringing.empty()
    failing = ringing.enqueue_call("workers.jobs.no_such_job", failure_ttl=60)
    from rq import SimpleWorker  # noqa: PLC0415  # only this test works itself

    SimpleWorker([ringing], connection=valkey.redis).work(burst=True, logging_level="CRITICAL")
    assert failing.is_failed
    assert "1 in “ringing” failed" in words(found(examine, valkey), Level.LOOK)
