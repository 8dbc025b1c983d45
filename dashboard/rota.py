"""The rota: the week as a page, and what each of us has in it."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dashboard import shares
from dashboard.auth import Reads, Visit
from helpline import clock, config, rota, week

router = APIRouter()
# As far as a week can be asked for: what lies beyond is no page, rather than a fault in the calendar.
FIRST, LAST = date(2020, 1, 1), date(2100, 1, 1)
A_WEEK = timedelta(days=7)
AHEAD = timedelta(weeks=8)
Asked = Annotated[date | None, Query(ge=FIRST, le=LAST)]


@router.get("/rota")
def this_week(visit: Reads, of: Asked = None, days: str = "") -> Response:
    """The week of a day, or this one. `days=all` shows the days that are over on a phone, too."""
    return page(visit, of=of, whole=days == "all")


def page(visit: Visit, *, of: date | None = None, whole: bool = False) -> Response:
    """A week, as it is now."""
    today = clock.local(visit.at, config.current().zone).date()
    monday = week.monday_of(of or today)
    return visit.show(
        "rota/page.html",
        page="rota",
        today=today,
        whole=whole or monday != week.monday_of(today),
        before=monday - A_WEEK,
        after=monday + A_WEEK,
        **_parts(visit, monday),
        **shares.context(visit),
    )


def _parts(visit: Visit, monday: date) -> dict[str, Any]:
    zone = config.current().zone
    starts = datetime.combine(monday, time(), zone)
    mine = [one for one in rota.between(visit.session, visit.at, visit.at + AHEAD) if one.person_id == visit.who.id]
    return {
        "week": week.of(visit.session, monday),
        "monday": monday,
        "mine": mine,
        "mine_this_week": [
            one
            for one in rota.between(visit.session, starts, starts + A_WEEK)
            if one.person_id == visit.who.id and one.starts_at >= starts and one.ends_at > visit.at
        ],
        "on": rota.on_now(visit.session, visit.at),
        "following": rota.next_on(visit.session, visit.at),
    }
