"""Charts: rows of figures that are text, beside which a screen draws bars. With nothing to tell, it says so. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from helpline.spreads import STEPS, Spread
from helpline.wording import NBSP, how_long

LONGEST = timedelta(seconds=STEPS[-1])


@dataclass(frozen=True)
class Row:
    """One row: what it is, what is said of it, how long its bar is, and how much longer its hatched part; `cells` for the file."""

    name: str
    said: str
    solid: float
    hatched: float = 0
    cells: tuple[object, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A chart; `key` says what its solid and its hatched part are, if it has both."""

    name: str
    title: str
    rows: Sequence[Row]
    heading: tuple[str, ...]
    empty: str
    hint: str = ""
    key: tuple[str, str] | None = None

    @property
    def longest(self) -> float:
        """The length to which all bars are drawn; they start at nothing."""
        return max([row.solid + row.hatched for row in self.rows], default=0) or 1


def row_of(name: str, spread: Spread) -> Row:
    """How long something took: half of them within so long, nine in ten within so long."""
    half, nine = spread.half or LONGEST, spread.nine or LONGEST
    cells = (spread.many, _seconds(spread.half), _seconds(spread.nine))
    said = f"half within {_length(spread.half)}, {nine_words(spread)}"
    return Row(name, said, half.total_seconds(), max(0.0, (nine - half).total_seconds()), (name, *cells))


def nine_words(spread: Spread) -> str:
    """What nine in ten were within; of a few, what all were."""
    those = "nine in ten" if spread.many >= 10 else f"all {spread.many}"
    return f"{those} within {_length(spread.nine)}"


def half_words(spread: Spread) -> str:
    """What half of them were within."""
    return f"half of them within {_length(spread.half)}"


def _length(length: timedelta | None) -> str:
    return "more than eight weeks" if length is None else how_long(length)


def _seconds(length: timedelta | None) -> object:
    return "" if length is None else int(length.total_seconds())


TIMES = ("How many", "Half within, seconds", "Nine in ten within, seconds (fewer than ten: all)")


def hour_name(hour: int) -> str:
    """An hour of the day: `10 am`."""
    return f"{hour % 12 or 12}{NBSP}{'am' if hour < 12 else 'pm'}"
