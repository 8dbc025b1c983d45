"""The council's page: some months in figures and no names, made to be printed, or saved as a PDF, and sent."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from dashboard import reports
from dashboard.auth import Asks, Reads, Visit, text
from helpline import council, periods
from helpline.errors import HelplineError
from helpline.people import HatName

router = APIRouter()
Since = Annotated[str, Query(alias="from", max_length=7)]
Until = Annotated[str, Query(alias="to", max_length=7)]
LONGEST_WORDS = 2000


@router.get("/reports/council")
def page(visit: Reads, since: Since = "", until: Until = "") -> Response:
    """The last three whole months, or those that are asked for."""
    return _show(visit, since, until, words="")


@router.post("/reports/council")
def with_words(visit: Asks) -> Response:
    """The same with a paragraph of an organiser's own, which is on this one print-out and is kept nowhere."""
    words = text(visit.form, "words", LONGEST_WORDS) if visit.who.wears(HatName.ORGANISER) else ""
    return _show(visit, text(visit.form, "from", 7), text(visit.form, "to", 7), words=words)


def _show(visit: Visit, since: str, until: str, *, words: str) -> Response:
    today, problem, status = reports.today(visit), "", 200
    try:
        period = periods.of_months(since, until, today=today)
    except HelplineError as refused:
        period, problem, status = periods.of_months("", "", today=today), str(refused), 422
    return visit.show(
        "reports/council.html",
        status=status,
        page="reports",
        told=council.page(visit.session, period, at=visit.at),
        months=periods.months(today, min(period.first, council.since(visit.session, today))),
        chosen=(since or _month(period.first), until or _month(period.last)),
        words=words,
        paragraphs=[one.strip() for one in words.split("\n\n") if one.strip()],
        problem=problem,
        organiser=visit.who.wears(HatName.ORGANISER),
        today=today,
    )


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
