"""`python -m bench.ringing`: the ring plan against 200,000 calls, in simulated time.

A plain event loop around `helpline.ringing`, and nothing else: no simulator, no database. Callers come at random, each handler
talks and wraps up, and the plan decides who is rung. The floor is Erlang C, the mean wait that queueing theory gives a line whose
calls are answered the moment somebody is free (A. K. Erlang, 1917; any text on telephone traffic has the formula). The first run
takes the ringing time out, and must meet the floor; the others ring real telephones, which are picked up late or never.

    python -m bench.ringing                     # 200,000 calls, four handlers, a busy line
    python -m bench.ringing --trace day.csv     # a real day: a line per call, its arrival and its service, both in seconds
"""

import argparse
import csv
import heapq
import random
import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from helpline import ringing
from helpline.defaults import DEFAULTS
from helpline.ringing import Handler, Rung

START = datetime(2026, 1, 5, tzinfo=UTC)
SERVICE = 420.0  # seconds on average: talk and wrap-up together
RESUMES = 600.0  # seconds after which somebody whom three misses paused says that they are back


@dataclass(frozen=True)
class Arrival:
    """One call: when it comes and how long it will keep its handler, in seconds."""

    at: float
    service: float


@dataclass(frozen=True)
class Telephones:
    """How handlers answer: who picks up how often, after how long; and how long callers hold on. Seconds."""

    answers: tuple[float, ...]
    picks_up: float = 7.0
    patience: float = 240.0

    @classmethod
    def at_once(cls, handlers: int) -> "Telephones":
        """Everybody answers everything at once, and every caller waits for ever: the line of the formula."""
        return cls((1.0,) * handlers, picks_up=0.0, patience=0.0)


@dataclass
class Line:
    """What came of a run."""

    rung: list[int]
    waits: list[float] = field(default_factory=list)
    abandoned: int = 0

    @property
    def rings_an_answer(self) -> float:
        """Rings for each call that was answered."""
        return sum(self.rung) / len(self.waits)

    @property
    def unfairness(self) -> float:
        """How many times the fair share of rings the most rung handler had."""
        return max(self.rung) * len(self.rung) / sum(self.rung)


@dataclass
class Caller:
    """Somebody waiting, with what was rung for them."""

    arrival: Arrival
    rungs: dict[int, Rung] = field(default_factory=dict)
    past: list[Rung] = field(default_factory=list)

    def all_rungs(self) -> list[Rung]:
        """Every ring for this call, over or live."""
        return [*self.past, *self.rungs.values()]


class Evening:
    """The event loop: what happens next, until nothing does."""

    def __init__(self, arrivals: Iterable[Arrival], telephones: Telephones, chance: random.Random) -> None:
        self.arrivals, self.telephones, self.chance = iter(arrivals), telephones, chance
        self.now = 0.0
        self.agenda: list[tuple[float, int, Callable[[], None]]] = []
        self.order = count()
        many = len(telephones.answers)
        self.line = Line([0] * many)
        self.busy = [False] * many
        self.misses = [0] * many
        self.answered_at: list[datetime | None] = [None] * many
        self.waiting: dict[int, Caller] = {}

    def run(self) -> Line:
        """Play it to the end."""
        self._next_arrival()
        while self.agenda:
            self.now, _, happen = heapq.heappop(self.agenda)
            happen()
            self._ring()
        return self.line

    def _after(self, seconds: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (self.now + seconds, next(self.order), happen))

    def _instant(self) -> datetime:
        return START + timedelta(seconds=self.now)

    def _next_arrival(self) -> None:
        arrival = next(self.arrivals, None)
        if arrival is not None:
            self._after(arrival.at - self.now, lambda: self._arrives(arrival))

    def _arrives(self, arrival: Arrival) -> None:
        number = next(self.order)
        self.waiting[number] = Caller(arrival)
        if self.telephones.patience:
            self._after(self.chance.expovariate(1 / self.telephones.patience), lambda: self._rings_off(number))
        self._widen(number)
        self._next_arrival()

    def _widen(self, number: int) -> None:
        """Look again when the plan may ring one more."""
        if number in self.waiting and self.telephones.picks_up:
            self._after(DEFAULTS.widen.total_seconds(), lambda: self._widen(number))

    def _rings_off(self, number: int) -> None:
        if number in self.waiting:
            self._no_longer_waits(number)
            self.line.abandoned += 1

    def _ring(self) -> None:
        """Ring whoever the plan names, for whoever waits longest first."""
        for number, caller in list(self.waiting.items()):
            if all(self.busy):
                return
            at = self._instant()
            handlers = [Handler(one, not busy, self.answered_at[one]) for one, busy in enumerate(self.busy)]
            waited = timedelta(seconds=self.now - caller.arrival.at)
            for one in ringing.next_to_ring(handlers, caller.all_rungs(), waited=waited, at=at, durations=DEFAULTS):
                self._rings(one, number, caller)

    def _rings(self, one: int, number: int, caller: Caller) -> None:
        self.line.rung[one] += 1
        self.busy[one] = True
        rung = caller.rungs[one] = Rung(one)
        seconds = self._until_picked_up()
        longest = DEFAULTS.ring.total_seconds()
        takes = self.chance.random() < self.telephones.answers[one] and seconds <= longest
        after, happen = (seconds, self._takes) if takes else (longest, self._misses)
        self._after(after, lambda: happen(one, number, rung))

    def _until_picked_up(self) -> float:
        return self.chance.lognormvariate(0, 0.4) * self.telephones.picks_up

    def _is_live(self, one: int, number: int, rung: Rung) -> bool:
        caller = self.waiting.get(number)
        return caller is not None and caller.rungs.get(one) is rung

    def _takes(self, one: int, number: int, rung: Rung) -> None:
        if not self._is_live(one, number, rung):
            return
        caller = self.waiting[number]
        del caller.rungs[one]
        self._no_longer_waits(number)
        self.line.waits.append(self.now - caller.arrival.at)
        self.misses[one], self.answered_at[one] = 0, self._instant()
        self._after(caller.arrival.service, lambda: self._free(one))

    def _misses(self, one: int, number: int, rung: Rung) -> None:
        if not self._is_live(one, number, rung):
            return
        caller = self.waiting[number]
        del caller.rungs[one]
        caller.past.append(Rung(one, self._instant()))
        self.misses[one] += 1
        if self.misses[one] >= DEFAULTS.misses_before_pause:
            self.misses[one] = 0
            self._after(RESUMES, lambda: self._free(one))
        else:
            self.busy[one] = False
        self._after(ringing.REST.total_seconds(), lambda: None)

    def _no_longer_waits(self, number: int) -> None:
        for one in self.waiting.pop(number).rungs:
            self.busy[one] = False

    def _free(self, one: int) -> None:
        self.busy[one] = False


def at_random(calls: int, *, load: float, handlers: int, chance: random.Random) -> Iterator[Arrival]:
    """Calls that come independently of each other and keep a handler for `SERVICE` seconds on average."""
    at, gap = 0.0, SERVICE / (load * handlers)
    for _ in range(calls):
        at += chance.expovariate(1 / gap)
        yield Arrival(at, chance.expovariate(1 / SERVICE))


def erlang_c(handlers: int, load: float) -> float:
    """The mean wait, in seconds, when each of `handlers` is busy a share `load` of the time and calls last `SERVICE` on average."""
    offered = load * handlers
    blocked = 1.0
    for servers in range(1, handlers + 1):
        blocked = offered * blocked / (servers + offered * blocked)
    waits = blocked / (1 - load * (1 - blocked))
    return waits * SERVICE / (handlers * (1 - load))


def read(file: Path) -> list[Arrival]:
    """A real day from a CSV: arrival and service in seconds, a line per call; a heading is passed over."""
    with file.open(newline="") as lines:
        rows = [row for row in csv.reader(lines) if row and row[0].replace(".", "", 1).isdigit()]
    return sorted((Arrival(float(at), float(service)) for at, service, *_ in rows), key=lambda one: one.at)


def main() -> None:
    """Measure, and print the table."""
    given = _arguments().parse_args()
    if given.trace:
        telephones = Telephones(_answers(given.handlers))
        print(HEADING)
        print(_row(given.trace.name, Evening(read(given.trace), telephones, random.Random(given.seed)).run()))
        return
    floor = erlang_c(given.handlers, given.load)
    print(f"{given.calls} calls, {given.handlers} handlers, each busy {given.load:.0%} of the time; seed {given.seed}")
    print(HEADING)
    line = _played(given, given.load, Telephones.at_once(given.handlers))
    print(_row("ringing taken out", line))
    for load in (given.load / 4, given.load / 2, given.load):
        told = _played(given, load, Telephones(_answers(given.handlers)))
        print(_row(f"telephones, busy {load:.0%}", told))
    print(f"Erlang C: {floor:.2f} s")
    print(f"mean wait / Erlang C = {statistics.fmean(line.waits) / floor:.3f}")


HEADING = f"{'':<24}{'mean wait':>10}{'p50':>8}{'p95':>8}{'lost':>8}{'rings/answer':>14}{'most rung/fair':>16}"


def _arguments() -> argparse.ArgumentParser:
    told = argparse.ArgumentParser(prog="python -m bench.ringing", description="The ring plan against a day of calls.")
    told.add_argument("--calls", type=int, default=200_000)
    told.add_argument("--handlers", type=int, default=4)
    told.add_argument("--load", type=float, default=0.8, help="the share of the time that a handler is busy, below 1")
    told.add_argument("--seed", type=int, default=20)
    told.add_argument("--trace", type=Path, help="a CSV of arrival and service, in seconds")
    return told


def _answers(handlers: int) -> tuple[float, ...]:
    """People differ: every fourth answers less often than the others."""
    return tuple(0.7 if one % 4 == 3 else 0.9 for one in range(handlers))


def _played(given: argparse.Namespace, load: float, telephones: Telephones) -> Line:
    arrivals = at_random(given.calls, load=load, handlers=given.handlers, chance=random.Random(given.seed))
    return Evening(arrivals, telephones, random.Random(given.seed + 1)).run()


def _row(name: str, line: Line) -> str:
    waits = sorted(line.waits)
    mean, half, most = statistics.fmean(waits), waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    lost = line.abandoned / (line.abandoned + len(waits))
    return (
        f"{name:<24}{mean:>8.1f} s{half:>6.1f} s{most:>6.0f} s{lost:>8.1%}"
        f"{line.rings_an_answer:>14.2f}{line.unfairness:>16.2f}"
    )


if __name__ == "__main__":
    main()
