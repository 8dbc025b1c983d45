"""The weather of the network: what is late, comes twice, changes places or is lost on its way.

Nobody is told of it, as at the real carrier, which promises nothing for a report or a text. Several weathers may hold
at once, and each may hold for a few things only.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.clock import Clock

Function = Callable[[], object]

KINDS = ("calls", "conferences", "messages", "recordings", "texts", "deliveries", "pages")
"""What travels: reports of calls, conferences, messages and recordings, texts to us, texts from us, and the pages of a call."""
TURNS = ("late", "repeated", "reordered", "lost")
WEATHERS = ("calm", *TURNS, "rough")
LATE = 30.0
"""Seconds, where nobody says how late; also the longest that one of two waits for the other to change places with."""
ROUGH = (("late", 0.2, 2.0), ("late", 0.1, 45.0), ("repeated", 0.2, 0.0), ("reordered", 0.1, 15.0), ("lost", 0.06, 0.0))
"""What is mixed in rough weather: how often each, and its seconds."""


@dataclass(frozen=True)
class Parcel:
    """One thing on its way. `about` is whom or what it is about: two of the same may change places."""

    kind: str
    about: str
    status: str = ""


@dataclass(frozen=True)
class Spell:
    """One weather, for some things: `of` are kinds, `status` a state that is reported (empty: any)."""

    turn: str
    of: tuple[str, ...]
    status: str
    seconds: float
    chance: float


class Weather:
    """The weather over one exchange. `name` is for people: one of WEATHERS, or `mixed`."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.name = clock, "calm"
        self._spells: list[Spell] = []
        self._held: dict[tuple[str, str], Function] = {}
        self._dice = random.Random()  # noqa: S311  # weather, not secrets

    def turns(self, weather: str, *, of: str = "", status: str = "", seconds: float = LATE, seed: int = 1) -> None:
        """Let the weather turn, on top of what there is; `calm` ends it all.

        `late`: by so many seconds. `repeated`: delivered twice, with one idempotency token. `reordered`: two of one
        call, of one text, or of one sender change places. `lost`: never delivered. `rough`: all of them now and then,
        by the chance of that seed. `of` names KINDS, with spaces between; empty for all. The pages of a call can only
        be repeated, since somebody is listening. Raises ValueError for a weather or kind that there is not.
        """
        kinds = tuple(of.split()) or KINDS
        if weather not in WEATHERS or not set(kinds) <= set(KINDS):
            raise ValueError(f"The weather is one of {', '.join(WEATHERS)}, of {', '.join(KINDS)}.")
        lasts = float(seconds)
        self.name = weather if self.name in {"calm", weather} or weather == "calm" else "mixed"
        if weather == "calm":
            self._spells = []
        elif weather == "rough":
            self._dice.seed(seed)
            self._spells += [Spell(turn, kinds, status, longest, chance) for turn, chance, longest in ROUGH]
        else:
            self._spells.append(Spell(weather, kinds, status, lasts, 1.0))

    def carry(self, parcel: Parcel, deliver: Function, again: Function) -> None:
        """Deliver one thing, now or later, or not at all; `again` delivers it once more."""
        if self._befalling("lost", parcel):
            return
        late = sum(spell.seconds for spell in self._befalling("late", parcel))
        repeated = self._befalling("repeated", parcel)

        def go() -> None:
            self.clock.after(late, deliver)
            if repeated:
                self.clock.after(late, again)

        before = self._held.pop((parcel.kind, parcel.about), None)
        reordered = self._befalling("reordered", parcel)
        if reordered and before is None:
            self._hold(parcel, go, reordered[0].seconds)
            return
        go()
        if before is not None:
            before()

    def repeats_page(self) -> bool:
        """Say whether a page of a call is to be asked for twice."""
        return bool(self._befalling("repeated", Parcel("pages", "")))

    def _hold(self, parcel: Parcel, go: Function, seconds: float) -> None:
        place = (parcel.kind, parcel.about)
        self._held[place] = go
        self.clock.after(seconds, partial(self._let_go, place, go))

    def _let_go(self, place: tuple[str, str], go: Function) -> None:
        if self._held.get(place) is go:
            del self._held[place]
            go()

    def _befalling(self, turn: str, parcel: Parcel) -> list[Spell]:
        return [
            spell
            for spell in self._spells
            if spell.turn == turn
            and parcel.kind in spell.of
            and spell.status in {"", parcel.status}
            and self._dice.random() < spell.chance
        ]
