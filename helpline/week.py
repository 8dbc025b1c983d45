"""The week of the rota as it is looked at: days, the hours that come back in them, and who is down when.

Nothing is changed here, and how a week is laid out is told without a database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpline import clock, config, hours, rota
from helpline.rota import Shift

A_DAY = timedelta(days=1)
WEEK = 7
# As many rows as the sheet keeps for a day; a week with more is not drawn in bands.
MOST_BANDS = 48


@dataclass(frozen=True)
class Cell:
    """One span of hours of one day, and the shifts in it."""

    starts_at: datetime
    ends_at: datetime
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, order=True)
class Band:
    """A row of the week: cells with the same hours by the wall clock. `nth` tells two cells of one day apart."""

    starts: time
    lasts: int
    ends: time
    nth: int


@dataclass(frozen=True)
class Row:
    """A band, and one of its cells: the hours to write in the margin."""

    band: Band
    example: Cell


@dataclass(frozen=True)
class Day:
    """A day of the week, what it is called if the line is closed on it, and its cells in the order in which they begin."""

    day: date
    closed: str | None
    cells: tuple[Cell, ...]
    by_band: Mapping[Band, Cell]

    def row(self, bands: Iterable[Row]) -> list[Cell | None]:
        """Its cells as they stand beside the bands; None where it has none."""
        return [self.by_band.get(row.band) for row in bands]


@dataclass(frozen=True)
class Week:
    """Seven days, Monday first."""

    days: tuple[Day, ...]

    def __contains__(self, day: date) -> bool:
        """Whether that day is one of them."""
        return self.days[0].day <= day <= self.days[-1].day

    @cached_property
    def bands(self) -> tuple[Row, ...]:
        """The hours that come back, if this is a week that is drawn in bands; else none."""
        found = {band: Row(band, cell) for day in self.days for band, cell in day.by_band.items()}
        return tuple(found[band] for band in sorted(found)) if self._line_up(len(found)) else ()

    def _line_up(self, bands: int) -> bool:
        """Whether rows would be at least half full: else each day has its own list, and no row stands nearly empty."""
        filled = [day for day in self.days if day.cells]
        cells = sum(len(day.cells) for day in filled)
        return 0 < bands <= MOST_BANDS and cells * 2 >= bands * len(filled)

    @property
    def cells(self) -> list[Cell]:
        """Every cell, in the order in which they begin."""
        return sorted((cell for day in self.days for cell in day.cells), key=lambda cell: cell.starts_at)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def lay_out(monday: date, cells: Iterable[Cell], closed: Mapping[date, str], zone: ZoneInfo) -> Week:
    """The week as it is drawn. A span over midnight stands on the day on which it begins. Pure."""
    by_day: dict[date, list[Cell]] = defaultdict(list)
    for cell in sorted(cells, key=lambda cell: (cell.starts_at, cell.ends_at)):
        by_day[clock.local(cell.starts_at, zone).date()].append(cell)
    days = [monday + timedelta(days=ahead) for ahead in range(WEEK)]
    return Week(tuple(_day(day, by_day[day], closed.get(day), zone) for day in days))


def _day(day: date, cells: list[Cell], closed: str | None, zone: ZoneInfo) -> Day:
    by_band: dict[Band, Cell] = {}
    for cell in cells:
        nth = 0
        while (band := _band(cell, nth, zone)) in by_band:
            nth += 1
        by_band[band] = cell
    return Day(day, closed, tuple(cells), by_band)


def _band(cell: Cell, nth: int, zone: ZoneInfo) -> Band:
    begins, ends = clock.local(cell.starts_at, zone), clock.local(cell.ends_at, zone)
    return Band(begins.time(), (ends.date() - begins.date()).days, ends.time(), nth)


def of(session: Session, monday: date) -> Week:
    """The week that begins on a Monday."""
    zone = config.current().zone
    starts, ends = (datetime.combine(day, time(), zone) for day in (monday, monday + timedelta(days=WEEK)))
    together: dict[tuple[datetime, datetime], list[Shift]] = defaultdict(list)
    for shift in rota.between(session, starts, ends):
        if shift.starts_at >= starts:
            together[shift.starts_at, shift.ends_at].append(shift)
    cells = [Cell(*span, tuple(shifts)) for span, shifts in together.items()]
    return lay_out(monday, cells, hours.plan(session).closed_days, zone)
