"""The forecast, drawn against who is down: hour by hour for a week, and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response

from dashboard.auth import Reads, Visit
from dashboard.csv_file import csv_file
from dashboard.rota import A_WEEK, Asked
from helpline import busy_hours, clock, config, durations, forecast, rota, slots, spans, staffing
from helpline.forecast import Forecast
from helpline.people import HatName
from helpline.spans import A_DAY, Span
from helpline.staffing import Column

router = APIRouter()
# So many columns stand beside each other on a phone; a longer day goes on in the next row.
ABREAST = 12
HEADING = ("From", "To", "Needed", "Down on the rota", "More would help")


@dataclass(frozen=True)
class Row:
    """Hours that are drawn beside each other; None where the day has none."""

    hours: Sequence[tuple[int, Column | None]]

    @property
    def is_short(self) -> bool:
        """Whether more would help in any of them."""
        return any(one.more for _, one in self.hours if one)


@dataclass(frozen=True)
class Drawn:
    """One day. `said` is where more would help, in words."""

    day: date
    rows: Sequence[Row]
    said: Sequence[str]


@dataclass(frozen=True)
class Week:
    """What is known of a week that begins on a Monday: today's on is shown of this one."""

    monday: date
    first: date
    told: Forecast
    columns: Sequence[Column]
    ahead: Sequence[Column]


def _week(visit: Visit, of: date | None) -> Week:
    zone = config.current().zone
    today = clock.local(visit.at, zone).date()
    monday = (of or today) - (of or today).weekday() * A_DAY
    first = today if monday <= today < monday + A_WEEK else monday
    whole = spans.midnight(first, zone), spans.midnight(monday + A_WEEK, zone)
    told = busy_hours.forecast_of(visit.session, at=visit.at)
    columns = staffing.columns(*_rota(visit, whole), told, zone)
    return Week(monday, first, told, columns, [one for one in columns if one.ends > visit.at])


def _rota(visit: Visit, whole: Span) -> tuple[list[Span], list[Span]]:
    """When somebody is wanted or down, within a time; and each shift in it."""
    shifts = [(shift.starts_at, shift.ends_at) for shift in rota.between(visit.session, *whole)]
    wanted = [(one.starts_at, one.ends_at) for one in slots.between(visit.session, *whole) if not one.is_called_off]
    return [part for span in wanted + shifts if (part := spans.both(span, whole)) is not None], shifts


@router.get("/rota/forecast")
def page(visit: Reads, of: Asked = None) -> Response:
    """Where more would help, and each hour's figures beside it."""
    week, zone = _week(visit, of), config.current().zone
    known = durations.of(visit.session)
    history = week.told.history
    return visit.show(
        "rota/forecast.html",
        page="rota",
        week=week,
        monday=week.monday,
        today=clock.local(visit.at, zone).date(),
        before=week.monday - A_WEEK,
        after=week.monday + A_WEEK,
        sentences=staffing.sentences(staffing.busy(week.ahead, zone), zone),
        days=_drawn(week, zone),
        highest=max([2, *(max(one.needed or 0, one.down) for one in week.columns)]),
        history=history,
        held=history.held / history.answered if history.answered else None,
        needed=forecast,
        share=known.answered_share,
        within=known.answered_within,
        organiser=visit.who.wears(HatName.ORGANISER),
    )


def _drawn(week: Week, zone: ZoneInfo) -> list[Drawn]:
    """Each day on the same hours, so that one hour of the week's days stands below another."""
    if not week.columns:
        return []
    by_day: dict[date, dict[int, Column]] = {}
    for one in week.columns:
        wall = one.begins.astimezone(zone)
        hours = by_day.setdefault(wall.date(), {})
        # Of October's two 1 ams, the one that is shorter of people.
        hours[wall.hour] = max(hours.get(wall.hour, one), one, key=lambda column: column.more)
    seen = [hour for hours in by_day.values() for hour in hours]
    axis = range(min(seen), max(seen) + 1)
    rows = [axis[start : start + ABREAST] for start in range(0, len(axis), ABREAST)]
    days = []
    for day in sorted(by_day):
        short = staffing.busy([one for one in week.ahead if one.begins.astimezone(zone).date() == day], zone)
        said = [one.partition(", ")[2] for one in staffing.sentences(short, zone)]
        days.append(Drawn(day, [Row([(hour, by_day[day].get(hour)) for hour in row]) for row in rows], said))
    return days


@router.get("/rota/forecast.csv")
def table(visit: Reads, of: Asked = None) -> Response:
    """The same as a file; times are told with how far they are from UTC, so that October's are told apart."""
    zone, week = config.current().zone, _week(visit, of)

    def wall(at: datetime) -> str:
        return at.astimezone(zone).isoformat(timespec="minutes")

    rows = [
        (wall(one.begins), wall(one.ends), "" if one.needed is None else one.needed, one.down, one.more)
        for one in week.columns
    ]
    return csv_file(f"handlers-needed-{week.first.isoformat()}", HEADING, rows)
