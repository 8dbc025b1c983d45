"""Opening hours as people write and read them: `10 am to 1 pm, 2 pm to 6 pm`. Pure."""

import re

from helpline.errors import HelplineError
from helpline.opening import MINUTES_A_DAY, Day, Span, overlap
from helpline.wording import NBSP, plain

EXAMPLE = "Write it like “10 am to 1 pm, 2 pm to 6 pm”, or leave it empty when the line is closed."
NOON = MINUTES_A_DAY // 2
# "2 to 6" is hardly meant in the night, and "7 to 12" is the morning.
MORNING = 7 * 60
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|noon)?|(noon|midday|midnight)"
_SPAN = re.compile(rf"\s*(?:from\s+)?(?:{_TIME})\s*(?:-|to|until|till)\s*(?:{_TIME})\s*")
_CLOSED = {"", "closed", "none", "-"}
_ALL_DAY = {"all day", "24 hours", "always", "open"}


def understand(typed: str) -> Day:
    """What was typed for one day. Raises `HelplineError` with a sentence."""
    words = plain(typed).replace("\N{EM DASH}", "-").strip().lower().rstrip(".")
    if words in _CLOSED:
        return ()
    if words in _ALL_DAY:
        return (Span(0, MINUTES_A_DAY),)
    spans = tuple(sorted(_span(part) for part in re.split(r",|;|\band\b|&", words)))
    if overlap(spans):
        raise HelplineError("Two of these run into each other. Make them one.")
    return spans


def _span(part: str) -> Span:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise HelplineError(EXAMPLE)
    groups = found.groups()
    begins, ends = _ends(groups[:4], groups[4:])
    return Span(begins, ends if ends > begins else ends + MINUTES_A_DAY)


Given = tuple[str | None, ...]


def _ends(first: Given, second: Given) -> tuple[int, int]:
    """Both times of a span, as minutes of the day."""
    if _is_clear(first) == _is_clear(second) or _is_clear(second):
        ends = _minutes(second)
        if _half(first) is None and _half(second) is not None and not _is_clear(first):
            # "2 to 6 pm" is the afternoon; "10 to 6 pm" begins in the morning.
            same = _minutes((first[0], first[1], second[2], None))
            return (same if same < ends else (same + NOON) % MINUTES_A_DAY), ends
        begins = _minutes(first)
        if not _is_clear(first) and not _is_clear(second) and (ends <= begins or begins < MORNING):
            raise HelplineError("Say am or pm: “10 am to 6 pm”.")
        return begins, ends
    begins = _minutes(first)
    if _half(first) is None:  # "22 to 2"
        return begins, _minutes(second)
    raise HelplineError("Say am or pm for both: “10 am to 6 pm”.")


def _half(given: Given) -> str | None:
    return given[2] or given[3]


def _is_clear(given: Given) -> bool:
    """Whether a time says by itself which half of the day it is in."""
    hour = given[0]
    return _half(given) is not None or hour is None or int(hour) > 12 or hour.startswith("0")


def _minutes(given: Given) -> int:
    hour, minutes, half, word = given
    if word is not None or hour is None:
        return 0 if word == "midnight" else NOON
    hours, past = int(hour), int(minutes or 0)
    half = (half or "").replace(".", "")
    if past > 59 or hours > 24 or (hours == 24 and past) or (half and not 1 <= hours <= 12):
        raise HelplineError(f"There is no {plain(' '.join(filter(None, (':'.join(filter(None, given[:2])), half))))}.")
    if half == "noon":
        return NOON
    if half:
        hours = hours % 12 + (12 if half == "pm" else 0)
    return hours * 60 + past


def time_of_day(typed: str) -> int:
    """One time, as minutes of the day. Raises `HelplineError` with a sentence."""
    found = re.fullmatch(_TIME, plain(typed).strip().lower())
    if found is None:
        raise HelplineError("Write a time, like “6 pm” or “18:00”.")
    given = found.groups()
    if not _is_clear(given):
        raise HelplineError(f"Say am or pm: “{given[0]} am” or “{given[0]} pm”.")
    return _minutes(given)


def worded(day: Day) -> str:
    """A day's hours as they are read, and can be typed again: `10 am to 1 pm, 10 pm to 2 am`."""
    if day == (Span(0, MINUTES_A_DAY),):
        return "all day"
    return ", ".join(f"{clock(span.begins)} to {clock(span.ends)}" for span in day)


def clock(minutes: int) -> str:
    """A minute of the day: `10 am`, `1:30 pm`, `midnight`, `noon`."""
    minutes %= MINUTES_A_DAY
    if minutes in {0, NOON}:
        return "noon" if minutes else "midnight"
    hours, past = divmod(minutes, 60)
    return f"{hours % 12 or 12}{f':{past:02}' if past else ''}{NBSP}{'am' if hours < 12 else 'pm'}"
