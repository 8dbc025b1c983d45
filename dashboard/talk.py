"""The call card while somebody talks: hold, back, hand over, bring the coordinator in, drop out."""

from fastapi import APIRouter, Response

from dashboard.auth import Id, Reads, Visit, Writes, go, text
from dashboard.desk import call_of
from helpline import talking
from helpline.calls import NextStep
from helpline.errors import HelplineError
from helpline.people import Person

router = APIRouter()


@router.post("/calls/{call_id}/hold")
def hold(visit: Writes, call_id: Id) -> Response:
    """Holds her: the talk is broken off, and my own phone says what can be done."""
    return _ask(visit, call_id, NextStep.HOLD)


@router.post("/calls/{call_id}/back")
def back(visit: Writes, call_id: Id) -> Response:
    """Back to her."""
    return _ask(visit, call_id, NextStep.BACK)


@router.post("/calls/{call_id}/drop-out")
def drop_out(visit: Writes, call_id: Id) -> Response:
    """Leaves the two to talk."""
    return _ask(visit, call_id, NextStep.DROP_OUT)


def _ask(visit: Visit, call_id: int, step: NextStep) -> Response:
    talking.ask(visit.session, call_of(visit, call_id), step, who=visit.who, at=visit.at)
    return go("/")


@router.post("/calls/{call_id}/hand-over")
def hand_over(visit: Writes, call_id: Id) -> Response:
    """Hands her over to the handler named, or to whoever is free."""
    to = _person(visit, text(visit.form, "to", 12))
    talking.hand_over(visit.session, call_of(visit, call_id), to=to, who=visit.who, at=visit.at)
    return go("/")


def _person(visit: Visit, given: str) -> Person | None:
    if not given:
        return None
    person = visit.session.get(Person, int(given)) if given.isdecimal() else None
    if person is None:
        raise HelplineError("Nobody of that name is here. Look at the call again.")
    return person


@router.get("/calls/{call_id}/bring-in")
def whose_street(visit: Reads, call_id: Id) -> Response:
    """Whom to bring in, when we do not know whose street it is: one of those who look after a patch."""
    call = call_of(visit, call_id)
    patches = talking.patches(visit.session, call)
    return visit.show("desk/bring_in.html", page="desk", call=call, patches=patches)


@router.post("/calls/{call_id}/bring-in")
def bring_in(visit: Writes, call_id: Id) -> Response:
    """Rings the coordinator of her street, or of the patch given, to join us."""
    call, given = call_of(visit, call_id), text(visit.form, "patch", 12)
    person = talking.who_to_bring_in(visit.session, call, int(given) if given.isdecimal() else None)
    talking.bring_in(visit.session, call, person, who=visit.who, at=visit.at)
    return go("/")
