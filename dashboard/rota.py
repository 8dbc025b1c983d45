"""The rota: the week as a page, and what each of us has in it. What is pressed there is in `rota_acts`."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dashboard import shares
from dashboard.auth import LARGEST_ID, Reads, Visit, go
from helpline import board, busy_hours, clock, config, opened_week, screens, staffing, week
from helpline.slots import Slot
from helpline.week import Week

router = APIRouter()
# As far as a week can be asked for: what lies beyond is no page, rather than a fault in the calendar.
FIRST, LAST = date(2020, 1, 1), date(2100, 1, 1)
A_WEEK = timedelta(days=7)
DRAWN_AGAIN = timedelta(minutes=5)
AnEvent = Annotated[int, Query(ge=0, le=LARGEST_ID)]
SHOWN = 6
Asked = Annotated[date | None, Query(ge=FIRST, le=LAST)]
NEWS = {
    "taken": "It is yours. Thank you.",
    "taken_over": "It is yours now, and they hear so. Thank you.",
    "left": "You have left it, and it is open to the others.",
    "cover": "Those who might are asked by text. It stays yours until somebody takes it over.",
    "cover_nobody": "It is on the rota that you need cover, but nobody else is free then. It stays yours; ring an organiser.",
    "cover_for_them": "Those who might are asked by text. It stays theirs until somebody takes it over, and they hear so.",
    "cover_nobody_for_them": "The rota says that they need cover, but nobody else is free then. It stays theirs, and they hear so.",
    "standby": "Thank you. If they need cover, you are asked first.",
    "standby_off": "Saved.",
    "proposed": "They are asked by text. Nothing changes until they say yes.",
    "unasked": "A text does not reach them, so ring them: they say yes or no on the desk. Nothing changes until they do.",
    "swapped": "You have swapped, and they hear so by text. Thank you.",
    "refused": "Both stay as they are, and they hear so by text.",
    "call_off": "Both stay as they are.",
    "kept": "Thank you. It stays yours.",
    "kept_for_them": "It stays theirs, and they hear so by text.",
    "confirmed": "Thank you. Everybody can see that you will be there.",
    "saved": "Saved.",
    "told": "Saved. They hear so by text.",
    "untold": "Saved. They have stopped our texts, so ring them.",
}


@router.get("/rota")
def this_week(visit: Reads, of: Asked = None, days: str = "", news: str = "") -> Response:
    """The week of a day, or this one. `days=all` shows the days that are over on a phone, too."""
    return page(visit, of=of, whole=days == "all", news=NEWS.get(news))


@router.get("/rota/live")
def moved(visit: Reads, of: Asked = None, days: str = "", since: AnEvent = 0, drawn: int = 0) -> Response:
    """The parts of the week that change by themselves, or nothing when nobody's shift has moved since they were drawn."""
    if not visit.live:
        return go("/rota")
    newest, has_moved = screens.rota_since(visit.session, since)
    if not has_moved and visit.at - datetime.fromtimestamp(min(drawn, 2**32), UTC) < DRAWN_AGAIN:
        return Response(status_code=204)
    today = day_of(visit.at)
    monday = week.monday_of(of or today)
    whole = days == "all" or monday != week.monday_of(today)
    return visit.show("rota/_moved.html", whole=whole, since=newest, **_parts(visit, monday))


def day_of(at: datetime) -> date:
    """The day of an instant there."""
    return clock.local(at, config.current().zone).date()


def page(
    visit: Visit,
    *,
    of: date | None = None,
    whole: bool = False,
    news: str | None = None,
    notice: str | None = None,
    status: int = 200,
) -> Response:
    """A week, as it is now."""
    today = day_of(visit.at)
    monday = week.monday_of(of or today)
    return visit.show(
        "rota/page.html",
        status=status,
        page="rota",
        whole=whole or monday != week.monday_of(today),
        before=monday - A_WEEK,
        after=monday + A_WEEK,
        news=news,
        notice=notice,
        **_parts(visit, monday),
        **shares.context(visit),
    )


def live(
    visit: Visit, slot: Slot, *, news: str | None = None, notice: str | None = None, status: int = 200
) -> Response:
    """One cell of the week as it is now, and whatever else on its page changes with it."""
    return visit.show(
        "rota/_live.html",
        status=status,
        news=news,
        notice=notice,
        cell=week.cell_of(visit.session, slot, at=visit.at),
        **_parts(visit, week.monday_of(slot.day)),
    )


def _parts(visit: Visit, monday: date) -> dict[str, Any]:
    session, who, at, zone = visit.session, visit.who, visit.at, config.current().zone
    opened = opened_week.of(session, who, monday, at=at)
    shown, there, mine = opened.week, opened.there, opened.mine
    starts, ends = (datetime.combine(day, time(), zone) for day in (monday, monday + A_WEEK))
    on = board.together(there, first=who)
    return {
        "today": day_of(visit.at),
        "week": shown,
        "monday": monday,
        "uncovered": [one for one in shown.without_cover(at) if one.person_id != who.id],
        "mine": mine[:SHOWN],
        "more_of_mine": max(0, len(mine) - SHOWN),
        "mine_this_week": [one.shift for one in mine if starts <= one.shift.starts_at < ends],
        "on": on,
        "following": board.who_comes_next(there.following, on),
        "busy": _busy(visit, shown),
        "hand": opened.hand,
        "swaps": opened.swaps,
    }


def _busy(visit: Visit, shown: Week) -> dict[int, str]:
    """What the forecast says of the slots of a week, by their ids: those in which more would help than their gap asks for."""
    cells = [cell for cell in shown.cells if cell.slot and not cell.called_off]
    shifts = [(shift.starts_at, shift.ends_at) for shift in shown.shifts]
    forecast = busy_hours.forecast_of(visit.session, at=visit.at)
    wanted = [(cell.starts_at, cell.ends_at) for cell in cells]
    more = staffing.would_help(wanted, shifts, forecast, config.current().zone)
    told = {
        cell.slot.id: staffing.cell_words(len(cell.shifts), many)
        for cell, many in zip(cells, more, strict=True)
        if cell.slot and many > cell.missing
    }
    return {slot_id: words for slot_id, words in told.items() if words}
