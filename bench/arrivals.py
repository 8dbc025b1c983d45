"""The calls that the bench of the ring plan answers, made up or a real day's, and what queueing theory says of them."""

import csv
import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpline import erlang

SERVICE = 420.0  # seconds on average: talk and wrap-up together


class TraceError(Exception):
    """A trace that cannot be read; the message says where."""


@dataclass(frozen=True)
class Arrival:
    """One call: when it comes and how long it will keep its handler, in seconds."""

    at: float
    service: float


def at_random(calls: int, *, load: float, handlers: int, chance: random.Random) -> Iterator[Arrival]:
    """Calls that come independently of each other and keep a handler for `SERVICE` seconds on average."""
    at, gap = 0.0, SERVICE / (load * handlers)
    for _ in range(calls):
        at += chance.expovariate(1 / gap)
        yield Arrival(at, chance.expovariate(1 / SERVICE))


def erlang_c(handlers: int, load: float, service: float = SERVICE) -> float:
    """The mean wait, in seconds, when each of `handlers` is busy a share `load` of the time and calls last `service` on average."""
    return erlang.mean_wait(load * handlers, handlers, held=service)


def read(file: Path) -> list[Arrival]:
    """A real day from a CSV: arrival and service in seconds, a line per call; a heading is passed over. Raises `TraceError`."""
    try:
        with file.open(newline="") as lines:
            rows = [(number, row) for number, row in enumerate(csv.reader(lines), 1) if row]
    except (OSError, UnicodeDecodeError) as problem:
        raise TraceError(f"{file} cannot be read: {problem}") from None
    calls = [call for number, row in rows if (call := _call(row, number)) is not None]
    if len(calls) < 2 or calls[0].at == calls[-1].at:
        raise TraceError(f"{file} must hold at least two calls, at different times.")
    return sorted(calls, key=lambda one: one.at)


def _call(row: Sequence[str], number: int) -> Arrival | None:
    try:
        at, service = float(row[0]), float(row[1])
    except (ValueError, IndexError):
        if number == 1:
            return None  # a heading
        raise TraceError(f"Line {number} must begin with two numbers, arrival and service in seconds.") from None
    if not (0 <= at < float("inf") and 0 < service < float("inf")):
        raise TraceError(f"Line {number}: an arrival is 0 or more, and a service more than 0.")
    return Arrival(at, service)


def load_of(calls: Sequence[Arrival], handlers: int) -> tuple[float, float]:
    """The share of the time that these calls keep each handler busy, and how long one of them lasts on average."""
    service = statistics.fmean(call.service for call in calls)
    return len(calls) * service / ((calls[-1].at - calls[0].at) * handlers), service
