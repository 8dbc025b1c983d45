"""The week of the rota as it is looked at: days, the hours that come back in them, and who is down when.

Nothing is changed here, and how a week is laid out is told without a database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import clock, config, rota
from helpline.people import HatName, Person
from helpline.rota import S, Shift
from helpline.slots import Slot, Why

WEEK = 7
AHEAD = timedelta(weeks=8)
# As many rows as the sheet keeps for a day; a week with more is not drawn in bands.
MOST_BANDS = 48


@dataclass(frozen=True)
class Cell:
    """One span of hours of one day, and the shifts in it: a slot, or what somebody is down for outside any.

    `missing` is how many more it needs, and `room` how many may still take it; none of one that is over.
    """

    starts_at: datetime
    ends_at: datetime
    shifts: tuple[Shift, ...]
    slot: Slot | None = None
    missing: int = 0
    room: int = 0

    @property
    def called_off(self) -> bool:
        """Whether nobody is needed after all."""
        return self.slot is not None and self.slot.is_called_off

    @property
    def without_cover(self) -> list[Shift]:
        """The shifts of those who asked for cover."""
        return [shift for shift in self.shifts if shift.state == S.COVER_WANTED]

    def is_whole(self, shift: Shift) -> bool:
        """Whether a shift is as long as the cell."""
        return (shift.starts_at, shift.ends_at) == (self.starts_at, self.ends_at)


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

    @property
    def shifts(self) -> list[Shift]:
        """Every shift, once."""
        return list(dict.fromkeys(shift for cell in self.cells for shift in cell.shifts))

    @property
    def has_slots(self) -> bool:
        """Whether it says how many are wanted."""
        return any(cell.slot is not None for cell in self.cells)

    @property
    def short(self) -> list[Cell]:
        """The cells that need somebody still."""
        return [cell for cell in self.cells if cell.missing]

    def without_cover(self, at: datetime) -> list[Shift]:
        """The shifts that are not over, of those who asked for cover."""
        return [shift for shift in self.shifts if shift.state == S.COVER_WANTED and shift.ends_at > at]


@dataclass(frozen=True)
class Hand:
    """What one of us may put a hand up for: they answer the line, and none of their own `shifts` is at that time."""

    person_id: int
    answers: bool
    shifts: tuple[Shift, ...]
    at: datetime

    def may_take(self, cell: Cell) -> bool:
        """Whether they could be put down for a cell."""
        return cell.slot is not None and cell.room > 0 and self._is_free(cell.starts_at, cell.ends_at)

    def may_take_over(self, cell: Cell) -> list[Shift]:
        """The shifts of a cell in which they could come instead of whoever asked for cover."""
        return [
            shift
            for shift in cell.without_cover
            if shift.person_id != self.person_id and self._is_free(shift.starts_at, shift.ends_at)
        ]

    def may_stand_by(self, shift: Shift) -> bool:
        """Whether they could say beforehand that they might come instead."""
        return shift.person_id != self.person_id and self._is_free(shift.starts_at, shift.ends_at)

    def _is_free(self, starts_at: datetime, ends_at: datetime) -> bool:
        since = max(starts_at, self.at)
        busy = any(one.starts_at < ends_at and one.ends_at > since for one in self.shifts)
        return self.answers and ends_at > self.at and not busy


@dataclass(frozen=True)
class Ahead:
    """A shift that somebody has before them, and who else is on then."""

    shift: Shift
    beside: tuple[Person, ...]


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


def laid_out(
    monday: date, given: Iterable[Slot], shifts: Iterable[Shift], closed: Mapping[date, str], *, at: datetime
) -> Week:
    """The week that begins on a Monday, as it stands at an instant: of its slots, and of who is down for them or for none. Pure."""
    zone = config.current().zone
    starts, ends = (datetime.combine(day, time(), zone) for day in (monday, monday + timedelta(days=WEEK)))
    shown = [slot for slot in given if slot.starts_at >= starts and slot.called_off_why != Why.PATTERN]
    down, outside = defaultdict[int, list[Shift]](list), list[Shift]()
    for shift in shifts:
        if shift.slot_id is not None:
            down[shift.slot_id].append(shift)
        elif shift.starts_at < ends:
            outside.append(shift)
    cells, left = cells_of(shown, down, outside, at=at)
    together: dict[tuple[datetime, datetime], list[Shift]] = defaultdict(list)
    for shift in left:
        if shift.starts_at >= starts:
            together[shift.starts_at, shift.ends_at].append(shift)
    cells += [Cell(*span, tuple(those)) for span, those in together.items()]
    return lay_out(monday, cells, closed, zone)


def cells_of(
    given: Iterable[Slot], down: Mapping[int, Sequence[Shift]], outside: Iterable[Shift], *, at: datetime
) -> tuple[list[Cell], list[Shift]]:
    """A cell for each slot, and the shifts that are on in none. Pure.

    Whoever is on without a slot stands in those that are on then: they answer the line in them like everybody else.
    """
    others, cells = list(outside), []
    left = list(others)
    for slot in given:
        joined = [] if slot.is_called_off else rota.at_the_time_of(slot, others)
        left = [one for one in left if one not in joined]
        there = [*down.get(slot.id, ()), *joined]
        cells.append(
            Cell(
                slot.starts_at,
                slot.ends_at,
                tuple(sorted(there, key=lambda shift: shift.starts_at)),
                slot,
                rota.missing(slot, there, at=at),
                rota.room(slot, there, at=at),
            )
        )
    return cells, left


def cell_of(session: Session, slot: Slot, *, at: datetime) -> Cell:
    """One slot as it stands."""
    return look_at(session, slot, at=at)[0]


def look_at(session: Session, slot: Slot, *, at: datetime) -> tuple[Cell, list[Shift]]:
    """One slot as it stands, and every shift that is on at the same time."""
    there = select(Shift, rota.ANSWERS).where(
        rota.IS_LIVE, Shift.ends_at > slot.starts_at, Shift.starts_at < slot.ends_at
    )
    found = session.execute(there.order_by(Shift.starts_at, Shift.id)).all()
    down = [shift for shift, answers in found if shift.slot_id == slot.id and answers]
    outside = [shift for shift, _ in found if shift.slot_id is None]
    in_turn = sorted(down, key=lambda shift: shift.id)
    return cells_of([slot], {slot.id: in_turn}, outside, at=at)[0][0], [shift for shift, _ in found]


def hand_of(person: Person, shifts: Iterable[Shift], *, at: datetime) -> Hand:
    """What somebody may put a hand up for, of everybody's shifts. Pure."""
    answers = person.wears(HatName.HANDLER, HatName.ORGANISER)
    return Hand(person.id, answers, tuple(shift for shift in shifts if shift.person_id == person.id), at)


def shifts_ahead(session: Session, person: Person, *, at: datetime, until: timedelta = AHEAD) -> list[Ahead]:
    """What somebody has before them, this moment included."""
    return ahead_of(person, rota.between(session, at, at + until))


def ahead_of(person: Person, shifts: Iterable[Shift]) -> list[Ahead]:
    """The same of everybody's shifts, in the order in which they start. Pure."""
    theirs, others = list[Shift](), list[Shift]()
    for shift in shifts:
        (theirs if shift.person_id == person.id else others).append(shift)
    found = []
    for shift in theirs:
        there = (one.person for one in others if one.starts_at < shift.ends_at and one.ends_at > shift.starts_at)
        found.append(Ahead(shift, tuple({one.id: one for one in there}.values())))
    return found
