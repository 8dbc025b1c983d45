"""The floor of what the workers do: jobs that do nothing, or only ask, and a worker of the same kind as ours to run them."""

import os

import requests
from rq import Queue, SimpleWorker

from workers.house import queue_at

QUEUE = "floor"


def nothing() -> None:
    """No work at all."""


def ask(address: str) -> None:
    """One request, as little as a job that speaks to the carrier can do."""
    requests.post(address, timeout=10)


if __name__ == "__main__":
    redis = queue_at(os.environ["REDIS_URL"])
    SimpleWorker([Queue(QUEUE, connection=redis)], connection=redis).work(logging_level="WARNING")
