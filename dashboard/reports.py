"""Reports: some days in figures, each chart with its file. They are about the line and the streets, and about nobody by name."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from dashboard.auth import Reads, Visit
from dashboard.csv_file import csv_file
from helpline import call_charts, clock, config, periods, request_charts, tallies
from helpline.charts import Chart
from helpline.counting import What
from helpline.errors import HelplineError, NotFoundError
from helpline.periods import Over, Period
from helpline.places import Patch
from helpline.tallies import Sums

router = APIRouter()
Since = Annotated[str, Query(alias="from", max_length=10)]
Until = Annotated[str, Query(alias="to", max_length=10)]


def names(visit: Visit) -> dict[int, str]:
    """Every patch by name."""
    return dict(visit.session.execute(select(Patch.id, Patch.name)).all())


def today(visit: Visit) -> date:
    """The day there."""
    return clock.local(visit.at, config.current().zone).date()


def every(told: Sums, period: Period, patches: dict[int, str]) -> list[Chart]:
    """All charts of some days, in the order in which they stand."""
    charts = [
        call_charts.by_column(told, period.columns),
        call_charts.endings(told),
        call_charts.by_hour(told),
        call_charts.waits(told),
        call_charts.outcomes(told),
        call_charts.rung_back(told),
        call_charts.languages(told),
        request_charts.kinds(told),
        request_charts.patches(told, patches),
        request_charts.to_a_yes(told),
        request_charts.to_done(told),
        request_charts.never(told, patches),
        request_charts.referred(told),
        request_charts.feedback(told),
    ]
    return [chart for chart in charts if chart.name != "languages" or len(chart.rows) > 1]


@router.get("/reports")
def page(visit: Reads, over: str = "", since: Since = "", until: Until = "") -> Response:
    """Calls, waits, requests and what came of them, over some days."""
    problem, status = "", 200
    try:
        period = periods.of(over, since, until, today=today(visit))
    except HelplineError as refused:
        period, problem, status = periods.of("", "", "", today=today(visit)), str(refused), 422
    told = tallies.of(visit.session, period.first, period.last, at=visit.at)
    return visit.show(
        "reports/page.html",
        status=status,
        page="reports",
        period=period,
        overs=[(over.value, periods.WORDS[over][0]) for over in Over],
        told=told,
        headline=call_charts.headline(told, period),
        sentence=request_charts.sentence(told),
        nobody=request_charts.with_nobody(visit.session),
        hours=round(told.many(What.SERVED) / 60),
        offered=told.many(What.OFFERED),
        charts=every(told, period, names(visit)),
        typed=(since, until) if problem else (period.first.isoformat(), period.last.isoformat()),
        problem=problem,
    )


@router.get("/reports/{name}.csv")
def table(visit: Reads, name: str, over: str = "", since: Since = "", until: Until = "") -> Response:
    """One chart as a file."""
    period = periods.of(over, since, until, today=today(visit))
    told = tallies.of(visit.session, period.first, period.last, at=visit.at)
    for chart in every(told, period, names(visit)):
        if chart.name == name:
            days = f"{period.first.isoformat()}-to-{period.last.isoformat()}"
            return csv_file(f"{name}-{days}", chart.heading, [row.cells for row in chart.rows])
    raise NotFoundError("There is no such report.")
