"""Staffing: what the forecast needs, held against who is down on the rota. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from helpline import spans, wording
from helpline.forecast import Forecast
from helpline.spans import Span

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class Column:
    """An hour of the wall clock, or what a slot has of it: how many are `needed` (None when nobody can say) and `down` for it.

    Down counts whoever is down for all of it: at its thinnest moment.
    """

    begins: datetime
    ends: datetime
    needed: int | None
    down: int

    @property
    def more(self) -> int:
        """How many more would help."""
        return max(0, (self.needed or 0) - self.down)


def columns(wanted: Sequence[Span], shifts: Sequence[Span], forecast: Forecast, zone: ZoneInfo) -> list[Column]:
    """The hours of these spans (slots, which may overlap), each once, in order."""
    days = sorted({day for span in wanted for day in spans.days_of(span, zone)})
    found = []
    for hour in (hour for day in days for hour in spans.hours_of(day, zone)):
        parts = [part for span in wanted if (part := spans.both(hour, span)) is not None]
        if parts:
            begins, ends = min(begins for begins, _ in parts), max(ends for _, ends in parts)
            found.append(Column(begins, ends, forecast.needed(begins, zone), thinnest((begins, ends), shifts)))
    return found


def thinnest(span: Span, shifts: Sequence[Span]) -> int:
    """How many are down at the moment of a span at which fewest are."""
    begins, ends = span
    moments = {begins, *(at for shift in shifts for at in shift if begins < at < ends)}
    return min(sum(starts <= at < over for starts, over in shifts) for at in moments)


def would_help(slots: Sequence[Span], shifts: Sequence[Span], forecast: Forecast, zone: ZoneInfo) -> list[int]:
    """For each slot, how many more than are down on the rota would help at its busiest; none when nobody can say.

    `shifts` are all that are down at these times, whatever slot they are for.
    """
    return [max((one.more for one in columns([slot], shifts, forecast, zone)), default=0) for slot in slots]


# In words


def cell_words(down: int, more: int) -> str:
    """What a cell of the week says of it: `busy hours, a third would help`; blank when nobody more would."""
    if not more:
        return ""
    if more == 1 and 1 <= down < len(ORDINALS):
        return f"busy hours, a {ORDINALS[down]} would help"
    return f"busy hours, {wording.number(more)} more would help"


@dataclass(frozen=True)
class Busy:
    """Hours that follow each other on one day, in each of which more would help: from `least` to `most`.

    In all of them somebody is down, or in all of them `nobody` is.
    """

    day: date
    begins: datetime
    ends: datetime
    least: int
    most: int
    nobody: bool


def busy(found: Sequence[Column], zone: ZoneInfo) -> list[Busy]:
    """Where more would help, a stretch of hours at a time."""
    told = []
    alike = groupby(found, lambda one: (one.begins.astimezone(zone).date(), one.more > 0, not one.down))
    for (day, short, nobody), hours in alike:
        for stretch in _unbroken(hours) if short else ():
            begins, ends = stretch[0].begins, stretch[-1].ends
            told.append(
                Busy(day, begins, ends, min(one.more for one in stretch), max(one.more for one in stretch), nobody)
            )
    return told


def _unbroken(hours: Iterable[Column]) -> list[list[Column]]:
    stretches: list[list[Column]] = []
    for hour in hours:
        if stretches and stretches[-1][-1].ends == hour.begins:
            stretches[-1].append(hour)
        else:
            stretches.append([hour])
    return stretches


def sentences(found: Sequence[Busy], zone: ZoneInfo) -> list[str]:
    """Where more would help, days that are alike together, the first of the week first.

    `Tuesday and Friday, 10 am to noon: one more would help.` `Sunday, 1 to 4 pm: nobody is down, two would help.`
    """
    alike: dict[tuple[str, str], list[date]] = {}
    for one in found:
        alike.setdefault((wording.from_to(one.begins, one.ends, zone), _how_many(one)), []).append(one.day)
    return [
        f"{wording.listed([f'{day:%A}' for day in days])}, {hours}: {many} would help."
        for (hours, many), days in alike.items()
    ]


def _how_many(one: Busy) -> str:
    words = wording.number(one.most)
    if one.least != one.most:
        words = f"{wording.number(one.least)} {'or' if one.most == one.least + 1 else 'to'} {words}"
    return f"nobody is down, {words}" if one.nobody else f"{words} more"
