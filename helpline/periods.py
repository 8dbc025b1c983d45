"""The days that a report is about: this week, the last one, or from one day to another; and how its columns are drawn. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from helpline.errors import HelplineError
from helpline.wording import date_words

A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)
LONGEST = timedelta(days=731)
DAYS_DRAWN, WEEKS_DRAWN = 16, 20
"""Up to so many days, or weeks, each is drawn for itself."""
FIRST_YEAR = 2000


class Over(StrEnum):
    """The periods that are a press away."""

    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    FOUR_WEEKS = "four_weeks"
    QUARTER = "quarter"
    YEAR = "year"


WORDS = {
    Over.THIS_WEEK: ("This week", "this week"),
    Over.LAST_WEEK: ("Last week", "last week"),
    Over.FOUR_WEEKS: ("Four weeks", "in four weeks"),
    Over.QUARTER: ("A quarter", "in thirteen weeks"),
    Over.YEAR: ("A year", "in a year"),
}
LENGTHS = {Over.FOUR_WEEKS: 4 * A_WEEK, Over.QUARTER: 13 * A_WEEK, Over.YEAR: 52 * A_WEEK}


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both meant; `words` end a sentence."""

    first: date
    last: date
    words: str
    over: Over | None = None

    @property
    def asked(self) -> str:
        """How an address asks for it."""
        return f"over={self.over}" if self.over else f"from={self.first}&to={self.last}"

    @property
    def columns(self) -> list["Column"]:
        """Its days, weeks or months, each with its name."""
        return list(_columns(self.first, self.last))


@dataclass(frozen=True)
class Column:
    """Some days that are drawn together."""

    first: date
    last: date
    name: str


def of(over: str, since: str, until: str, *, today: date) -> Period:
    """The period that was asked for; this week when nothing was. Raises `HelplineError` when the days make none."""
    if since or until:
        return between(_read(since, "from"), _read(until, "to"))
    known = Over(over) if over in list(Over) else Over.THIS_WEEK
    first, last = _days(known, today)
    return Period(first, last, WORDS[known][1], known)


def _days(over: Over, today: date) -> tuple[date, date]:
    monday = today - today.weekday() * A_DAY
    if over == Over.THIS_WEEK:
        return monday, today
    if over == Over.LAST_WEEK:
        return monday - A_WEEK, monday - A_DAY
    return today - LENGTHS[over] + A_DAY, today


def _read(written: str, which: str) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise HelplineError(f"Say both days, the one {which} which you want to look too.") from None
    if not FIRST_YEAR <= day.year < 2 * FIRST_YEAR:
        raise HelplineError("Look at the year once more: that is a long way off.")
    return day


def between(first: date, last: date) -> Period:
    """From one day to another. Raises `HelplineError` when they run backwards, or are too far apart."""
    if last < first:
        raise HelplineError(f"{date_words(last)} comes before {date_words(first)}. Was it the other way round?")
    if last - first > LONGEST:
        raise HelplineError("That is more than two years. Look at one of them after the other.")
    return Period(first, last, days_words(first, last))


def days_words(first: date, last: date) -> str:
    """Days as they end a sentence: `on 3 September 2026`, `from 1 to 30 September 2026`."""
    end = f"{last.day} {last:%B} {last.year}"
    if first == last:
        return f"on {end}"
    month = "" if (first.month, first.year) == (last.month, last.year) else f" {first:%B}"
    return f"from {first.day}{month}{'' if first.year == last.year else f' {first.year}'} to {end}"


def _columns(first: date, last: date) -> Iterator[Column]:
    days = (last - first).days + 1
    if days <= DAYS_DRAWN:
        for back in range(days):
            day = first + back * A_DAY
            yield Column(day, day, f"{day:%a} {day.day} {day:%b}")
    elif days <= 7 * WEEKS_DRAWN:
        # Whole ones up to the last day: the first may be short.
        ends = [last - week * A_WEEK for week in range(-(-days // 7))]
        for end in reversed(ends):
            begins = max(first, end - A_WEEK + A_DAY)
            yield Column(begins, end, f"{begins.day} {begins:%b} to {end.day} {end:%b}")
    else:
        while first <= last:
            after = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
            yield Column(first, min(last, after - A_DAY), f"{first:%b} {first.year}")
            first = after


# Whole months, for the council


def months(today: date, first: date, *, most: int = 24) -> list[date]:
    """The months that can be asked for, by their first days, newest first: as far back as anything happened."""
    found = [today.replace(day=1)]
    while len(found) < most and found[-1] > first:
        found.append((found[-1] - A_DAY).replace(day=1))
    return found


def of_months(since: str, until: str, *, today: date) -> Period:
    """Months from one to another, both meant, up to yesterday; the last three that are over when none are given.

    Raises `HelplineError` when they make none.
    """
    this = today.replace(day=1)
    last = _month(until) if until else (this - A_DAY).replace(day=1)
    first = _month(since) if since else _back(last, 2)
    if last < first:
        raise HelplineError(f"{last:%B} {last.year} comes before {first:%B} {first.year}. Was it the other way round?")
    if last > this:
        raise HelplineError(f"{last:%B} {last.year} is still to come.")
    if last - first > LONGEST:
        raise HelplineError("That is more than two years. Look at one of them after the other.")
    ends = min(_after(last) - A_DAY, today - A_DAY)
    return Period(first, max(first, ends), _months_words(first, last))


def _month(written: str) -> date:
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError:
        raise HelplineError("Choose both months from the lists.") from None


def _back(month: date, many: int) -> date:
    for _ in range(many):
        month = (month - A_DAY).replace(day=1)
    return month


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _months_words(first: date, last: date) -> str:
    if first == last:
        return f"in {first:%B} {first.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"from {first:%B}{year} to {last:%B} {last.year}"
