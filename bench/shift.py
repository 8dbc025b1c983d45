"""A shift in simulated time: a plain event loop around `helpline.ringing`. No simulator, no database."""

import heapq
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from bench.arrivals import Arrival
from helpline import ringing
from helpline.defaults import DEFAULTS, Durations
from helpline.ringing import Handler, Rung

START = datetime(2026, 1, 5, tzinfo=UTC)
RESUMES = 600.0  # seconds after which somebody whom three misses paused says that they are back
KEY_LASTS = 20.0  # seconds for which whoever picked up is asked for key 1
HEARS_WHY = 5.0  # seconds for which whoever picked up in vain hears that it is taken


@dataclass(frozen=True)
class Telephones:
    """How people answer. Seconds, but for the shares.

    Each handler answers a share of rings (`answers`), whoever missed one misses the next as well half of the time (`still_away`).
    They pick up after about `picks_up`, from when the carrier makes the leg, and press 1 about `presses` later. Of the rings that
    nobody takes, half ring out, a quarter are turned away, and a quarter meet an answerphone at once. The carrier makes a leg every
    `pace`. Callers ring off after `patience` on average; 0 is never.
    """

    answers: tuple[float, ...]
    still_away: float = 0.5
    picks_up: float = 7.0
    presses: float = 3.0
    pace: float = 1.0
    patience: float = 240.0

    @classmethod
    def at_once(cls, handlers: int) -> "Telephones":
        """Everybody takes everything at once, and every caller waits for ever: the line of the formula."""
        return cls((1.0,) * handlers, picks_up=0.0, presses=0.0, pace=0.0, patience=0.0)


@dataclass
class Line:
    """What came of a run. `rung` counts the legs made to each handler, for whatever caller, answered or not."""

    rung: list[int]
    waits: list[float] = field(default_factory=list)
    abandoned: int = 0

    @property
    def rings_an_answer(self) -> float:
        """Legs made for each call that was answered."""
        return sum(self.rung) / len(self.waits)

    @property
    def unfairness(self) -> float:
        """How many times the fair share of rings the most rung handler had."""
        return max(self.rung) * len(self.rung) / sum(self.rung)


@dataclass
class Caller:
    """Somebody waiting, with what was rung for them: `live` by handler, and what is over."""

    number: int
    arrival: Arrival
    live: dict[int, Rung] = field(default_factory=dict)
    over: list[Rung] = field(default_factory=list)


class Shift:
    """The event loop: what happens next, until nothing does."""

    def __init__(
        self,
        arrivals: Iterable[Arrival],
        telephones: Telephones,
        chance: random.Random,
        durations: Durations = DEFAULTS,
    ) -> None:
        self.arrivals, self.telephones, self.chance, self.durations = iter(arrivals), telephones, chance, durations
        self.ring_lasts = durations.ring.total_seconds()
        self.now = self.next_leg_at = 0.0
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

    def _look_again(self, seconds: float) -> None:
        self._after(seconds, lambda: None)

    def _instant(self) -> datetime:
        return START + timedelta(seconds=self.now)

    # Callers.

    def _next_arrival(self) -> None:
        arrival = next(self.arrivals, None)
        if arrival is not None:
            self._after(arrival.at - self.now, lambda: self._arrives(arrival))

    def _arrives(self, arrival: Arrival) -> None:
        caller = Caller(next(self.order), arrival)
        self.waiting[caller.number] = caller
        if self.telephones.patience:
            self._after(self.chance.expovariate(1 / self.telephones.patience), lambda: self._rings_off(caller))
        if self.telephones.picks_up:
            self._after(self.durations.next_first_ring.total_seconds(), lambda: self._widen(caller))
        self._next_arrival()

    def _widen(self, caller: Caller) -> None:
        """Look again when the plan may ring one more."""
        if caller.number in self.waiting:
            self._after(self.durations.widen.total_seconds(), lambda: self._widen(caller))

    def _rings_off(self, caller: Caller) -> None:
        if caller.number in self.waiting:
            self._no_longer_waits(caller)
            self.line.abandoned += 1

    def _no_longer_waits(self, caller: Caller) -> None:
        """Phones that still ring for her stop; whoever has picked up hears why."""
        del self.waiting[caller.number]
        for one, rung in caller.live.items():
            if rung.answered_at is None:
                self.busy[one] = False
            else:
                self._after(HEARS_WHY, lambda one=one: self._free(one))  # type: ignore[misc]

    # Rings.

    def _ring(self) -> None:
        """Ring whoever the plan names, for whoever waits longest first."""
        for caller in list(self.waiting.values()):
            if all(self.busy):
                return
            handlers = [Handler(one, not busy, self.answered_at[one]) for one, busy in enumerate(self.busy)]
            rungs = [*caller.over, *caller.live.values()]
            waited = timedelta(seconds=self.now - caller.arrival.at)
            now, durations = self._instant(), self.durations
            for one in ringing.next_to_ring(handlers, rungs, waited=waited, at=now, durations=durations):
                self._owes(one, caller)

    def _owes(self, one: int, caller: Caller) -> None:
        """A ring is owed; its leg is made when it is its turn at the carrier."""
        self.busy[one] = True
        rung = caller.live[one] = Rung(one)
        leg_at = max(self.now, self.next_leg_at)
        self.next_leg_at = leg_at + self.telephones.pace
        self._after(leg_at - self.now, lambda: self._sounds(one, caller, rung))

    def _is_live(self, one: int, caller: Caller, rung: Rung) -> bool:
        """Whether it is this very ring that the handler's phone has."""
        return caller.number in self.waiting and caller.live.get(one) is rung

    def _sounds(self, one: int, caller: Caller, rung: Rung) -> None:
        if not self._is_live(one, caller, rung):
            return  # taken, or given up, before the leg was made
        self.line.rung[one] += 1
        people = self.telephones
        misses = people.still_away if self.misses[one] else 1 - people.answers[one]
        hand = self._about(people.picks_up, 0.4)
        if self.chance.random() >= misses and hand <= self.ring_lasts:
            self._after(hand, lambda: self._picks_up(one, caller, rung, presses=True))
            return
        how = self.chance.random()
        if how < 0.5:
            self._after(self.ring_lasts, lambda: self._misses(one, caller, rung))
        elif how < 0.75:
            self._after(min(hand, self.ring_lasts), lambda: self._misses(one, caller, rung))
        else:
            self._after(2, lambda: self._picks_up(one, caller, rung, presses=False))

    def _about(self, seconds: float, spread: float) -> float:
        return self.chance.lognormvariate(0, spread) * seconds

    def _picks_up(self, one: int, caller: Caller, rung: Rung, *, presses: bool) -> None:
        if not self._is_live(one, caller, rung):
            return
        heard = caller.live[one] = replace(rung, answered_at=self._instant())
        if presses:
            self._after(self._about(self.telephones.presses, 0.3), lambda: self._takes(one, caller, heard))
        else:
            self._after(KEY_LASTS, lambda: self._misses(one, caller, heard))
        if self.telephones.presses:
            self._look_again(ringing.PRESSING.total_seconds())

    def _takes(self, one: int, caller: Caller, rung: Rung) -> None:
        if not self._is_live(one, caller, rung):
            return
        del caller.live[one]
        self._no_longer_waits(caller)
        self.line.waits.append(self.now - caller.arrival.at)
        self.misses[one], self.answered_at[one] = 0, self._instant()
        self._after(caller.arrival.service, lambda: self._free(one))

    def _misses(self, one: int, caller: Caller, rung: Rung) -> None:
        if not self._is_live(one, caller, rung):
            return
        del caller.live[one]
        caller.over.append(Rung(one, self._instant()))
        self.misses[one] += 1
        if self.misses[one] >= self.durations.misses_before_pause:
            self.misses[one] = 0
            self._after(RESUMES, lambda: self._free(one))
        else:
            self.busy[one] = False
        self._look_again(ringing.REST.total_seconds())

    def _free(self, one: int) -> None:
        self.busy[one] = False
