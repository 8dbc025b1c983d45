"""Charts: rows of figures that are text, beside which a screen draws bars. With nothing to tell, it says so. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from helpline.spreads import NINE_FROM, STEPS, Spread
from helpline.wording import NBSP, how_long

LONGEST = timedelta(seconds=STEPS[-1])


@dataclass(frozen=True)
class Row:
    """One row: what it is, what is said of it, how long its bar is, and how much longer its hatched part; `cells` for the file.

    Of how long something took `half` and `nine` are said, beneath the key; `those` are nine in ten of them, or all of a few.
    """

    name: str
    said: str
    solid: float
    hatched: float = 0
    cells: tuple[object, ...] = ()
    half: str = ""
    nine: str = ""
    those: str = ""


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
    return Row(
        name,
        "",
        half.total_seconds(),
        max(0.0, (nine - half).total_seconds()),
        (name, spread.many, _seconds(spread.half), _seconds(spread.nine)),
        half=_length(spread.half),
        nine=_length(spread.nine),
        those="nine in ten" if spread.many >= NINE_FROM else f"all {spread.many}",
    )


def half_words(spread: Spread) -> str:
    """What half of them were within."""
    return f"half of them within {_length(spread.half)}"


def _length(length: timedelta | None) -> str:
    return "more than eight weeks" if length is None else how_long(length)


def _seconds(length: timedelta | None) -> object:
    return "" if length is None else int(length.total_seconds())


TIMES = ("How many", "Half within, seconds", "Nine in ten within, seconds (fewer than ten: all)")


def hour_name(hour: int) -> str:
    """An hour of the day: `10 am`, `noon`."""
    return {0: "midnight", 12: "noon"}.get(hour) or f"{hour % 12 or 12}{NBSP}{'am' if hour < 12 else 'pm'}"
