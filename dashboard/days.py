"""Day by day: the ledger's lines, and which calls of a day are not accounted for."""

from fastapi import APIRouter, Response

from dashboard.auth import Id, Looks, Writes, go
from dashboard.desk import call_of
from helpline import ledger, wording

router = APIRouter()


@router.get("/days")
def days(visit: Looks) -> Response:
    """The last four weeks, a line each. Of a call only the time and the last three digits are told."""
    found = ledger.lines(visit.session)
    now = {one.id: ledger.of_day(visit.session, one.day, at=visit.at) for one in found if one.unaccounted}
    said = {
        one.id: wording.daily_line(
            one.calls, one.unaccounted, compared=one.compared, when=wording.date_words(one.day), short=True
        )
        for one in found
    }
    missing = ledger.is_missing(visit.session, at=visit.at)
    unaccounted = any(one.unaccounted for one in now.values())
    return visit.show(
        "desk/days.html",
        page="days",
        lines=found,
        now=now,
        said=said,
        missing=missing,
        unaccounted=unaccounted,
    )


@router.post("/days/calls/{call_id}")
def put(visit: Writes, call_id: Id) -> Response:
    """Puts a call that is not accounted for on the desk."""
    ledger.put_on_the_desk(visit.session, call_of(visit, call_id), who=visit.who, at=visit.at)
    return go("/days")
