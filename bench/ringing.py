"""`python -m bench.ringing`: the ring plan against 200,000 calls, in simulated time.

Callers come at random, each handler talks and wraps up, and the plan decides who is rung (`shift`). The floor is Erlang C, the mean
wait that queueing theory gives a line whose calls are answered the moment somebody is free (A. K. Erlang, 1917; any text on
telephone traffic has the formula). The first run takes the ringing time out, and must meet the floor; the others ring real
telephones, which are picked up late or never.

    python -m bench.ringing                     # 200,000 calls, four handlers, a busy line
    python -m bench.ringing --trace day.csv     # a real day: a line per call, its arrival and its service, both in seconds
"""

import argparse
import random
import statistics
import sys
from pathlib import Path

from bench import arrivals
from bench.arrivals import TraceError
from bench.shift import Line, Shift, Telephones

HEADING = f"{'':<24}{'mean wait':>10}{'p50':>8}{'p95':>8}{'lost':>8}{'rings/answer':>14}{'most rung/fair':>16}"


def main() -> None:
    """Measure, and print the table."""
    given = _arguments().parse_args()
    if given.trace:
        try:
            _replay(given)
        except TraceError as problem:
            sys.exit(str(problem))
        return
    print(f"{given.calls} calls, {given.handlers} handlers, each busy {given.load:.0%} of the time; seed {given.seed}")
    print(HEADING)
    line = _played(given, given.load, Telephones.at_once(given.handlers))
    print(_row("ringing taken out", line), flush=True)
    for load in (given.load / 4, given.load / 2, given.load):
        told = _played(given, load, Telephones(_answers(given.handlers)))
        print(_row(f"telephones, busy {load:.0%}", told), flush=True)
    _compare(line, arrivals.erlang_c(given.handlers, given.load))


def _replay(given: argparse.Namespace) -> None:
    """The same of a real day: the floor is that of a steady line with as many calls, which last as long on average."""
    calls = arrivals.read(given.trace)
    load, service = arrivals.load_of(calls, given.handlers)
    print(f"{given.trace.name}: {len(calls)} calls, {given.handlers} handlers, each busy {load:.0%} of the time")
    print(HEADING)
    line = Shift(calls, Telephones.at_once(given.handlers), random.Random(given.seed)).run()
    print(_row("ringing taken out", line))
    print(_row("telephones", Shift(calls, Telephones(_answers(given.handlers)), random.Random(given.seed)).run()))
    if load < 1:
        _compare(line, arrivals.erlang_c(given.handlers, load, service))
    else:
        print("mean wait / Erlang C = none: there were more calls than so many handlers can ever answer")


def _compare(line: Line, floor: float) -> None:
    print(f"Erlang C: {floor:.2f} s")
    print(f"mean wait / Erlang C = {statistics.fmean(line.waits) / floor:.3f}")


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
    made_up = random.Random(given.seed)
    calls = arrivals.at_random(given.calls, load=load, handlers=given.handlers, chance=made_up)
    return Shift(calls, telephones, random.Random(given.seed + 1)).run()


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
