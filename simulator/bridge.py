"""Two people talking: the leg that dialled, and the leg that was fetched out of a queue or rung."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.steps import Key, Step, Wait

if TYPE_CHECKING:
    from simulator.leg import Leg


@dataclass(frozen=True)
class Connected:
    """The two can hear each other now."""

    bridge: Bridge


@dataclass(frozen=True)
class Parted:
    """The two are apart again."""

    bridge: Bridge


Talk = Generator[Step, Any, None]


class Bridge:
    """Planned, then connected, then over. Ending one that is over is harmless."""

    def __init__(self, dialler: Leg, other: Leg) -> None:
        self.dialler, self.other = dialler, other
        self.connected_at: datetime | None = None
        self.over = False

    @property
    def legs(self) -> tuple[Leg, Leg]:
        """Give both legs, the dialling one first."""
        return self.dialler, self.other

    @property
    def seconds(self) -> int:
        """Give the whole seconds the two have been talking."""
        if self.connected_at is None:
            return 0
        return int((self.dialler.exchange.clock.now() - self.connected_at).total_seconds())

    def opposite(self, leg: Leg) -> Leg:
        """Give the one at the other end."""
        return self.other if leg is self.dialler else self.dialler

    def connect(self) -> None:
        """Let them hear each other."""
        self.connected_at = self.dialler.exchange.clock.now()
        for leg in self.legs:
            leg.bridge = self
            leg.note(f"— talking to {self.opposite(leg).phone.name} —")
            leg.post(Connected(self))

    def end(self) -> None:
        """Part them, and tell both scripts."""
        if self.over:
            return
        self.over = True
        for leg in self.legs:
            leg.bridge = None
            if self.connected_at is not None and not leg.over:
                leg.note(f"— no longer talking to {self.opposite(leg).phone.name} —")
            leg.post(Parted(self))

    def last(self, leg: Leg, seconds: float | None = None, *, star: bool = False) -> Talk:
        """Stay until it is over, at most so long; with `star`, the * key of this leg ends it."""
        ends = None if seconds is None else leg.exchange.clock.now() + timedelta(seconds=seconds)
        while not self.over:
            left = None if ends is None else (ends - leg.exchange.clock.now()).total_seconds()
            event = yield Wait(left, (Parted, Key) if star else (Parted,))
            if event is None or event == Key("*"):
                self.end()
