"""A handler is worried about somebody: who answers for it, by name, on the request's page."""

from fastapi import APIRouter, Response

from dashboard import requests
from dashboard.auth import Id, Visit, Writes, go, number, text
from helpline import at_risk
from helpline.errors import HelplineError
from helpline.people import Person

router = APIRouter()


def _lead(visit: Visit) -> Person:
    given = number(visit.form, "lead")
    person = visit.session.get(Person, given) if given else None
    if person is None:
        raise HelplineError(at_risk.NAME_SOMEBODY)
    return person


@router.post("/requests/{request_id}/at-risk")
def flag(visit: Writes, request_id: Id) -> Response:
    """They may be at risk, and somebody answers for it; or somebody else does from now on."""
    request, worry = requests.request_of(visit, request_id), text(visit.form, "worry", 1000)
    try:
        at_risk.flag(visit.session, request, _lead(visit), worry, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return requests.page_of(visit, request, status=422, lead_problem=str(refused), worry_typed=worry)
    return go(f"/requests/{request.id}?news=at_risk")


@router.post("/requests/{request_id}/not-at-risk")
def lay_down(visit: Writes, request_id: Id) -> Response:
    """Nobody is worried any more."""
    request = requests.request_of(visit, request_id)
    at_risk.lay_down(visit.session, request, who=visit.who, at=visit.at)
    return go(f"/requests/{request.id}?news=not_at_risk")
