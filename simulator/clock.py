"""Time, with two drivers: one that tests move by hand, and one that runs by itself behind the server.

Whatever happens at the exchange happens inside a function the clock runs, one at a time, so nothing else needs
a lock. Seconds are floats; instants are aware, in UTC.
"""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

Function = Callable[[], object]


class Timer:
    """Something due at an instant. Cancelling it twice is harmless."""

    def __init__(self, at: datetime, function: Function) -> None:
        self.at, self.function, self.cancelled = at, function, False

    def cancel(self) -> None:
        """Forget it."""
        self.cancelled = True


class Agenda:
    """What is due, in order of time and then of asking."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Timer]] = []
        self._order = itertools.count()

    def add(self, timer: Timer) -> Timer:
        """Put it in its place."""
        heapq.heappush(self._heap, (timer.at, next(self._order), timer))
        return timer

    def due(self, by: datetime) -> Timer | None:
        """The next thing due by then, taken off the list; None when there is nothing."""
        while self._heap and self._heap[0][0] <= by:
            timer = heapq.heappop(self._heap)[2]
            if not timer.cancelled:
                return timer
        return None


class Clock(Protocol):
    """What the exchange asks of time."""

    lock: Any

    def now(self) -> datetime:
        """Say the instant, in UTC."""

    def after(self, seconds: float, function: Function) -> Timer:
        """Run the function that many seconds from now; nought means as soon as may be, never at once."""

    def work(self, job: Callable[[], Any], then: Callable[[Any], object]) -> None:
        """Do a slow job (a webhook), then pass its result on. The job raises nothing."""

    def until(self, happened: Callable[[], bool], limit: float) -> bool:
        """Let time pass until it has happened, at most `limit` seconds; say whether it did."""


class ManualClock:
    """A clock that stands still until a test moves it. A webhook takes no time at all."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("A clock starts at an aware instant, for instance datetime(..., tzinfo=UTC).")
        self._now = start.astimezone(UTC)
        self._agenda = Agenda()
        self._moving = False
        self.lock = threading.RLock()

    def now(self) -> datetime:
        """Say the instant, in UTC."""
        return self._now

    def after(self, seconds: float, function: Function) -> Timer:
        """Run the function that many seconds from now, when the clock is moved that far."""
        return self._agenda.add(Timer(self._now + timedelta(seconds=max(seconds, 0.0)), function))

    def every(self, seconds: float, function: Function) -> Timer:
        """Run the function again and again, first one interval from now, until its timer is cancelled."""
        if seconds <= 0:
            raise ValueError("Something that recurs needs an interval longer than nought.")
        timer = Timer(self._now + timedelta(seconds=seconds), lambda: None)

        def again() -> None:
            timer.at += timedelta(seconds=seconds)
            self._agenda.add(timer)  # first, so that a function that raises is still run the next time
            function()

        timer.function = again
        return self._agenda.add(timer)

    def work(self, job: Callable[[], Any], then: Callable[[Any], object]) -> None:
        """Do the job now, and pass its result on at the same instant."""
        result = job()
        self.after(0, lambda: then(result))

    def advance(self, seconds: float = 0.0) -> None:
        """Let that much time pass, running everything due in order, including what is added on the way."""
        self.until(lambda: False, seconds)

    def until(self, happened: Callable[[], bool], limit: float) -> bool:
        """Let time pass until it has happened, at most `limit` seconds; say whether it did."""
        if self._moving:
            raise RuntimeError("The clock is moving already: what it runs must not move it.")
        self._moving = True
        try:
            did = self._run(happened, self._now + timedelta(seconds=limit))
            self._run(lambda: False, self._now)  # what is due at this same instant belongs to it
        finally:
            self._moving = False
        return did

    def _run(self, happened: Callable[[], bool], end: datetime) -> bool:
        while not happened():
            timer = self._agenda.due(end)
            if timer is None:
                self._now = end
                return happened()
            self._now = max(self._now, timer.at)
            timer.function()
        return True


class RealClock:
    """Real time. One thread runs what is due; webhooks go to a pool, so a slow one delays only its own leg."""

    GRAIN = 0.02

    def __init__(self, workers: int = 16) -> None:
        self._agenda = Agenda()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="webhook")
        self._stopping = threading.Event()
        self.lock = threading.RLock()
        self._thread = threading.Thread(target=self._run, name="exchange", daemon=True)

    def start(self) -> None:
        """Begin to run things."""
        self._thread.start()

    def stop(self) -> None:
        """Stop running things; a webhook under way is left to end by itself."""
        self._stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def now(self) -> datetime:
        """Say the instant, in UTC."""
        return datetime.now(UTC)

    def after(self, seconds: float, function: Function) -> Timer:
        """Run the function that many seconds from now, under the lock."""
        with self.lock:
            return self._agenda.add(Timer(self.now() + timedelta(seconds=max(seconds, 0.0)), function))

    def work(self, job: Callable[[], Any], then: Callable[[Any], object]) -> None:
        """Do the job in the pool, then pass its result on under the lock."""

        def both() -> None:
            result = job()
            self.after(0, lambda: then(result))

        if not self._stopping.is_set():
            self._pool.submit(both)

    def until(self, happened: Callable[[], bool], limit: float) -> bool:
        """Wait until it has happened, at most `limit` seconds; say whether it did."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            with self.lock:
                if happened():
                    return True
            time.sleep(self.GRAIN)
        with self.lock:
            return happened()

    def _run(self) -> None:
        while not self._stopping.wait(self.GRAIN):
            with self.lock:
                while (timer := self._agenda.due(self.now())) is not None:
                    self._run_one(timer)

    def _run_one(self, timer: Timer) -> None:
        try:
            timer.function()
        except Exception:
            # one leg's trouble must not stop every other telephone
            logging.getLogger("simulator").exception("something due at the exchange failed")
