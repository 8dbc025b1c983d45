"""The queue, and who works at it."""

import os
import socket
from collections.abc import Iterator

from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.registry import FailedJobRegistry
from rq.worker import BaseWorker

from workers.doctor.finding import Finding, look, ok, wrong
from workers.doctor.patient import Patient

LONG = {"ringing": 10, "sending": 100}
"""How many may wait in a queue before it is worth a look."""


def queue(patient: Patient) -> Iterator[Finding]:
    """Whether it answers, what is in it, and who takes it out."""
    try:
        patient.redis.ping()
    except RedisError:
        yield wrong("REDIS_URL: the queue does not answer. Callers are still rung for, one at a time; no text is sent.")
        return
    yield ok("The queue answers.")
    for name, many in LONG.items():
        one = Queue(name, connection=patient.redis)
        waiting, failed = one.count, len(FailedJobRegistry(queue=one))
        if listening := sum(map(_lives, Worker.all(queue=one))):
            yield ok(f"“{name}” has {listening} worker{'s' if listening > 1 else ''}.")
        else:
            yield wrong(f"“{name}” has no worker: start “python -m workers {name}”.")
        if waiting > many:
            yield look(f"{waiting} wait in “{name}”: a worker is slow, or away.")
        else:
            yield ok(f"{waiting} wait in “{name}”.")
        if failed:
            yield look(
                f"{failed} in “{name}” failed within the hour: the worker's log says why. What is owed is tried again."
            )


def _lives(worker: BaseWorker) -> bool:
    """The queue believes in a worker for minutes after its death; one of this computer can be asked."""
    if worker.hostname != socket.gethostname() or not worker.pid:
        return True
    try:
        os.kill(worker.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, and so alive
        return True
    return True
