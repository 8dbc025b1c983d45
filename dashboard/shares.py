"""How the hours share out: a part of the rota's page, and a page with all that there is to tell of it."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response

from dashboard.auth import Reads, Visit
from dashboard.csv_file import csv_file
from helpline import config, fairness, spans

router = APIRouter()
HEADING = ("Handler", "Hours", "Calls answered", "Nights", "Weekends", "Handler since, if less than four weeks")


def context(visit: Visit, *, with_calls: bool = False) -> dict[str, Any]:
    """Everybody's share, and the longest of them, to which bars are drawn."""
    shares = fairness.shares(visit.session, at=visit.at, with_calls=with_calls)
    return {
        "shares": shares,
        "called": fairness.called([share.person for share in shares]),
        "longest": max([share.hours for share in shares], default=timedelta()) or spans.AN_HOUR,
        "together": sum((share.hours for share in shares), timedelta()),
    }


@router.get("/rota/shares")
def page(visit: Reads) -> Response:
    """Hours, calls, nights and weekends, by name."""
    return visit.show("rota/shares.html", page="rota", **context(visit, with_calls=True))


@router.get("/rota/shares.csv")
def table(visit: Reads) -> Response:
    """The same as a file."""
    zone, told = config.current().zone, context(visit, with_calls=True)
    rows = [
        (
            told["called"][share.person.id],
            round(share.hours / spans.AN_HOUR, 2),
            share.calls,
            share.nights,
            share.weekends,
            share.joined.astimezone(zone).date().isoformat() if share.joined else "",
        )
        for share in told["shares"]
    ]
    return csv_file("how-the-hours-share-out", HEADING, rows)
