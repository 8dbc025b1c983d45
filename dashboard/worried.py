"""A handler is worried about somebody: who answers for it, by name. A page of its own, one press from the request's."""

from typing import Any

from fastapi import APIRouter, Response

from dashboard import requests
from dashboard.auth import Id, Looks, Visit, Writes, go, number, text
from helpline import at_risk
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.requests import HelpRequest

router = APIRouter()


def _page(visit: Visit, request: HelpRequest, *, status: int = 200, **context: Any) -> Response:
    given = {"problem": None, "news": None, "worry": request.worry or "", "named": request.lead_id, **context}
    return visit.show(
        "requests/worried.html",
        status=status,
        page="requests",
        request=request,
        leads=at_risk.leads(visit.session),
        **given,
    )


def _lead(visit: Visit, given: int | None) -> Person:
    person = visit.session.get(Person, given) if given else None
    if person is None:
        raise HelplineError(at_risk.NAME_SOMEBODY)
    return person


@router.get("/requests/{request_id}/worried")
def page(visit: Looks, request_id: Id, news: str = "") -> Response:
    """Who answers for it, and what worries them. That it was looked at is written down."""
    request = requests.request_of(visit, request_id)
    visit.saw("request", request_id=request.id)
    visit.session.flush()
    return _page(visit, request, news=news if news == "saved" else None)


@router.post("/requests/{request_id}/worried")
def flag(visit: Writes, request_id: Id) -> Response:
    """They may be at risk, and somebody answers for it; or somebody else does from now on."""
    request, worry = requests.request_of(visit, request_id), text(visit.form, "worry", 1000)
    given = number(visit.form, "lead")
    try:
        at_risk.flag(visit.session, request, _lead(visit, given), worry, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _page(visit, request, status=422, problem=str(refused), worry=worry, named=given)
    return go(f"/requests/{request.id}?news=at_risk")


@router.post("/requests/{request_id}/worried-no-more")
def lay_down(visit: Writes, request_id: Id) -> Response:
    """Nobody is worried any more."""
    request = requests.request_of(visit, request_id)
    at_risk.lay_down(visit.session, request, who=visit.who, at=visit.at)
    return go(f"/requests/{request.id}?news=not_at_risk")
