"""The forecast: how many handlers each hour of the week needs, from the group's own calls. Pure; `busy_hours` keeps the counts.

Method. Calls come at random, at a rate of their own in each hour of the week (by the wall clock, so a summer's Tuesday 10 am is a
winter's). In a small group an hour of the week has been seen a dozen times and had three calls, so by itself it says little.

1. Its weeks are added up, and each of its two neighbours counts as if it were one hour more of it: much when the hour has been seen
   four times, little when it has been seen a hundred.
2. What that gives is drawn towards the group's own mean, by as much as chance alone might explain (gamma-Poisson: the rates of the
   hours are spread around the mean as a gamma distribution, whose width is what the hours differ by beyond what random arrivals
   differ by anyway). A group whose hours are all alike gets one figure, and one with two true peaks gets both.
3. Erlang C says how many handlers answer a chosen share of so many calls within a chosen time, when each keeps a handler as long as
   this group's calls have, writing down included (`erlang`).

Hours in which the line was never open are not guessed, and with too little history nothing is. Ringing people back is left out: it
is done when nobody waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from helpline import erlang
from helpline.defaults import Durations

WEEK = 7 * 24
NEIGHBOUR = 1.0
WEEKS_NEEDED = 4
# The mean of 50 is within a quarter of the truth nineteen times in twenty, which is nearer than one handler.
CALLS_NEEDED = 50
ANSWERED_NEEDED = 20


@dataclass(frozen=True)
class Seen:
    """One hour of the week, over all the weeks looked at: calls that asked to talk, and for how many hours the line was open."""

    calls: int = 0
    open: float = 0.0


@dataclass(frozen=True)
class History:
    """What is known: the 168 hours of the week from Monday midnight on, and how long `answered` calls were held in all."""

    hours: Sequence[Seen]
    weeks: int
    answered: int
    held: timedelta

    @property
    def calls(self) -> int:
        """Calls that asked to talk."""
        return sum(hour.calls for hour in self.hours)

    @property
    def is_enough(self) -> bool:
        """Whether a figure can be told that is not made up."""
        return self.weeks >= WEEKS_NEEDED and self.calls >= CALLS_NEEDED and self.answered >= ANSWERED_NEEDED


@dataclass(frozen=True)
class Forecast:
    """Handlers needed in each hour of the week; None where the line was never open, and everywhere with too little history."""

    needs: Sequence[int | None]
    history: History

    @property
    def is_known(self) -> bool:
        """Whether there was history enough."""
        return self.history.is_enough

    def needed(self, at: datetime, zone: ZoneInfo) -> int | None:
        """Handlers needed in the hour of an instant; None when nobody can say."""
        return self.needs[hour_of_week(at, zone)]


def hour_of_week(at: datetime, zone: ZoneInfo) -> int:
    """Which of the 168 hours an instant is in, by the wall clock: both of October's 1 ams are one, and March's is never met."""
    wall = at.astimezone(zone)
    return wall.weekday() * 24 + wall.hour


def made_of(history: History, durations: Durations) -> Forecast:
    """The forecast that a history gives."""
    if not history.is_enough:
        return Forecast((None,) * WEEK, history)
    held = history.held.total_seconds() / history.answered

    def needed(rate: float | None) -> int | None:
        if rate is None:
            return None
        within, share = durations.answered_within.total_seconds(), durations.answered_share / 100
        return erlang.needed(rate * held / 3600, held=held, within=within, share=share)

    return Forecast(tuple(needed(rate) for rate in rates(history.hours)), history)


def rates(hours: Sequence[Seen]) -> list[float | None]:
    """Calls to be expected in each hour of the week, smoothed; None for one in which the line was never open."""
    seen = sum(hour.open for hour in hours)
    if not seen:
        return [None] * len(hours)
    mean = sum(hour.calls for hour in hours) / seen
    told = [_with_neighbours(hours, place) if hours[place].open else None for place in range(len(hours))]
    pull = _pull([one for one in told if one is not None], mean)
    return [None if one is None else _drawn(one, mean, pull) for one in told]


def _with_neighbours(hours: Sequence[Seen], place: int) -> tuple[float, float]:
    """Its rate with its neighbours', and how many hours that is as good as having been seen."""
    calls, seen, chance = float(hours[place].calls), hours[place].open, hours[place].open
    for beside in (hours[place - 1], hours[(place + 1) % len(hours)]):
        if beside.open:
            counts_as = min(NEIGHBOUR, beside.open)
            calls += beside.calls / beside.open * counts_as
            seen += counts_as
            chance += counts_as**2 / beside.open
    return calls / seen, seen**2 / chance


def _pull(told: Sequence[tuple[float, float]], mean: float) -> float | None:
    """How many hours of being seen the mean is worth; None when the hours differ by no more than chance, and it is worth all."""
    seen = sum(hours for _, hours in told)
    differ = sum(hours * (rate - mean) ** 2 for rate, hours in told) / seen
    beyond_chance = differ - mean * len(told) / seen
    return mean / beyond_chance if beyond_chance > 0 else None


def _drawn(one: tuple[float, float], mean: float, pull: float | None) -> float:
    rate, hours = one
    return mean if pull is None else (rate * hours + mean * pull) / (hours + pull)
