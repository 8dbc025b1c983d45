"""How long things took, as how many took at most so long: so that days can be added up, and a median is still true. Pure.

A length is put on the first step that holds it. What is told of many is a step, never a figure between two: "half within 20 s"
was so of half of them, whatever the days were that were added up.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

MINUTE, HOUR, DAY = 60, 3600, 86_400
STEPS: tuple[int, ...] = (
    *(5, 10, 15, 20, 25, 30, 40, 50),
    *(minutes * MINUTE // 2 for minutes in (2, 3, 4, 5, 6, 8, 10, 14, 20, 30, 40, 60, 90)),
    *(hours * HOUR // 2 for hours in (2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40)),
    *(days * DAY // 2 for days in (2, 3, 4, 6, 8, 10, 12, 14, 20, 28, 42, 56, 112)),
)
"""In seconds. What took longer than the last is on a step of its own."""
LONGER = 10**9
NINE_FROM = 10
"""Of fewer than this no nine in ten are told: that would be one of them."""


def step_of(length: timedelta) -> int:
    """The first step that holds a length, in seconds; clocks that disagree make none negative."""
    place = bisect_left(STEPS, max(length.total_seconds(), 0))
    return STEPS[place] if place < len(STEPS) else LONGER


@dataclass(frozen=True)
class Spread:
    """How many took at most as long as each step, and longer than the one before."""

    steps: Mapping[int, int] = field(default_factory=Counter)

    @property
    def many(self) -> int:
        """How many there were."""
        return sum(self.steps.values())

    @property
    def half(self) -> timedelta | None:
        """What half of them, or more, were within; None when there were none, or it is longer than we tell."""
        return self.within(50)

    @property
    def nine(self) -> timedelta | None:
        """What nine in ten were within; of fewer than ten, what all were."""
        return self.within(90 if self.many >= NINE_FROM else 100)

    def within(self, percent: int) -> timedelta | None:
        """The step that so many in a hundred, or more, were within."""
        wanted, so_far = -(-self.many * percent // 100), 0
        for step in sorted(self.steps):
            so_far += self.steps[step]
            if so_far >= wanted > 0:
                return timedelta(seconds=step) if step != LONGER else None
        return None
