"""Small numbers are not told outside: a reader who knows the street knows who it was. Nor what they could be computed from. Pure.

Of figures that are told with their sum, one that is left out could be taken from the others. So another is left out with it, until
none of them can be: whoever reads it knows that a small one is from 1 to 4, that another is no larger than the smallest that is
told, and what they come to together. When nothing is left to leave out they are not told apart at all, since their sum may be
told elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 5
SMALL = f"fewer than {FEWEST}"
NOT_TOLD = "not told"


@dataclass(frozen=True)
class Line:
    """Figures that belong together, and their sum, as they are told; no cells when they cannot be told apart."""

    cells: tuple[str, ...]
    total: str


def alone(number: int) -> str:
    """A figure that is no part of a sum."""
    return SMALL if 0 < number < FEWEST else str(number)


def line(numbers: Sequence[int]) -> Line:
    """Figures as they may be told beside their sum."""
    small = {place for place, number in enumerate(numbers) if 0 < number < FEWEST}
    others: set[int] = set()
    while sum(numbers) >= FEWEST and not _safe(numbers, small, others):
        left = [place for place, number in enumerate(numbers) if number >= FEWEST and place not in others]
        if not left:
            return Line((), str(sum(numbers)))
        others.add(min(left, key=lambda place: (numbers[place], place)))
    cells = (
        SMALL if place in small else NOT_TOLD if place in others else str(number)
        for place, number in enumerate(numbers)
    )
    return Line(tuple(cells), alone(sum(numbers)))


def _safe(numbers: Sequence[int], small: set[int], others: set[int]) -> bool:
    """Whether each that is left out could be more than one number, for all that a reader knows."""
    hidden = small | others
    known = sum(numbers[place] for place in hidden)
    told = [number for place, number in enumerate(numbers) if number >= FEWEST and place not in others]
    bounds = {place: (1, FEWEST - 1) if place in small else (FEWEST, min(told, default=known)) for place in hidden}
    for place in hidden:
        least = sum(bounds[other][0] for other in hidden - {place})
        most = sum(bounds[other][1] for other in hidden - {place})
        if max(bounds[place][0], known - most) >= min(bounds[place][1], known - least):
            return False
    return True
