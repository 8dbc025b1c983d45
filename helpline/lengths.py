"""Lengths of time and counts, as people type, read and say them. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from helpline.errors import HelplineError
from helpline.wording import NBSP, how_long, plain


class Unit(StrEnum):
    """What a bare number means.

    A count is of times or of telephones, a share is of callers, and a time of the wall clock is kept as seconds after midnight.
    """

    SECONDS = "s"
    MINUTES = "min"
    HOURS = "h"
    DAYS = "days"
    COUNT = ""
    SHARE = "%"
    CLOCK = "o'clock"


class Part(StrEnum):
    """Where on the page one stands."""

    RINGING = "ringing"
    AFTERWARDS = "afterwards"
    OFFERS = "offers"
    ROTA = "rota"
    CLOSING = "closing"
    ELSEWHERE = "elsewhere"
    KEEPING = "keeping"


LENGTHS = frozenset({Unit.SECONDS, Unit.MINUTES, Unit.HOURS, Unit.DAYS})
IN_SECONDS = {
    Unit.SECONDS: 1,
    Unit.MINUTES: 60,
    Unit.HOURS: 3600,
    Unit.DAYS: 86_400,
    Unit.COUNT: 1,
    Unit.SHARE: 1,
    Unit.CLOCK: 3600,
}


@dataclass(frozen=True)
class Length:
    """One duration, count or share: its words for people, its unit, its bounds, and why it matters.

    Outside `ordinary` it works, and is worth a second look. Whole seconds, a count, or per cent, as they are kept in a row.
    """

    name: str
    part: Part
    words: str
    unit: Unit
    default: int
    least: int
    most: int
    ordinary: tuple[int, int]
    why: str

    def worded(self, amount: int) -> str:
        """An amount as it is shown: `18 s`, `1 h 30 min`, `3`, `80 %`, `9 pm`."""
        if self.unit == Unit.SHARE:
            return f"{amount}{NBSP}%"
        if self.unit == Unit.CLOCK:
            return clock_words(amount)
        return how_long(timedelta(seconds=amount)) if self.unit in LENGTHS else str(amount)

    def typed(self, amount: int) -> str:
        """An amount as somebody would type it."""
        return plain(self.worded(amount))

    def value(self, amount: int) -> Any:
        """An amount as the code has it."""
        return timedelta(seconds=amount) if self.unit in LENGTHS | {Unit.CLOCK} else amount

    def amount(self, value: timedelta | int) -> int:
        """What the code has, as it is kept."""
        return value if isinstance(value, int) else int(value.total_seconds())

    def is_ordinary(self, amount: int) -> bool:
        """Whether most groups would have it so."""
        return self.ordinary[0] <= amount <= self.ordinary[1]

    def understand(self, typed: str) -> int:
        """What was typed, as an amount. Raises `HelplineError` with a sentence when it is none, or beyond the bounds."""
        if self.unit == Unit.CLOCK:
            amount = _clock(typed)
        elif self.unit in LENGTHS:
            amount = _seconds(typed, self.unit)
        else:
            amount = _count(typed.strip().removesuffix(self.unit))
        if amount is None:
            raise HelplineError(self._not_understood(typed))
        if not self.least <= amount <= self.most:
            raise HelplineError(f"It can be from {self.worded(self.least)} to {self.worded(self.most)}.")
        return amount

    def _not_understood(self, typed: str) -> str:
        example = self.typed(self.default)
        if not typed.strip():
            return f"Something must stand here. Usually it is {example}."
        if self.unit == Unit.CLOCK:
            return f"Write a time of day, such as “{example}”."
        if self.unit not in LENGTHS:
            return f"Write a whole number, such as {example}."
        return f"Write how long, such as “{example}”."


_WORDS = {
    1: ("s", "sec", "secs", "second", "seconds"),
    60: ("m", "min", "mins", "minute", "minutes"),
    3600: ("h", "hr", "hrs", "hour", "hours"),
    86_400: ("d", "day", "days"),
    604_800: ("w", "week", "weeks"),
}
_IN = {word: seconds for seconds, words in _WORDS.items() for word in words}
# One part of a length, with an "and" or a comma before it; two of them are `1 h 30 min`.
_PART = re.compile(r"(?:,|\band\b)?\s*(\d{1,7})(?:[.,](\d))?\s*([a-z]*)\.?\s*")


_TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?")


def clock_words(seconds: int) -> str:
    """A time of the wall clock as it is said: `9 pm`, `8:30 am`, `midnight`."""
    hour, minute = divmod(seconds // 60 % 1440, 60)
    if (hour, minute) == (0, 0):
        return "midnight"
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''}{NBSP}{'am' if hour < 12 else 'pm'}"


def _clock(typed: str) -> int | None:
    """Seconds after midnight of `9 pm`, `21:00`, `21`, `midnight`; None when it is no time of day."""
    written = plain(typed).strip().lower()
    if written in {"midnight", "noon"}:
        return 86_400 if written == "midnight" else 43_200
    found = _TIME.fullmatch(written)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return (hour * 60 + minute) * 60 if minute < 60 and hour * 60 + minute <= 1440 else None


def _count(typed: str) -> int | None:
    written = typed.strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) < 8 else None


def _seconds(typed: str, unit: Unit) -> int | None:
    """Whole seconds of `25`, `25 s`, `1 h 30`, `1.5 h`, `2 weeks`; None when it is no length, or no whole one."""
    words, place, total, smaller = plain(typed).strip().lower(), 0, 0.0, None
    if not words:
        return None
    while place < len(words):
        found = _PART.match(words, place)
        if found is None:
            return None
        whole, tenths, word = found.groups()
        each = _IN.get(word) if word else IN_SECONDS[unit] if smaller is None else _below(smaller)
        if each is None or (smaller is not None and each >= smaller):  # the parts come largest first, each once
            return None
        total += (int(whole) + int(tenths or 0) / 10) * each
        place, smaller = found.end(), each
    return round(total) if abs(total - round(total)) < 1e-6 else None


def _below(seconds: int) -> int | None:
    """What a bare number behind a unit means: `1 h 30` is half past one."""
    return {604_800: 86_400, 86_400: 3600, 3600: 60, 60: 1}.get(seconds)
