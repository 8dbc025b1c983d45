"""The part of a page in which somebody's PIN is set: one's own, or by an organiser anybody's who rings in."""

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import FormData

from dashboard.auth import Visit, asking, go, text, writing
from helpline import pin_hash, pins
from helpline.people import HatName, Person

NEWS = {"pin_set", "pin_cleared"}
NOT_TWICE = "The two are not the same. Write the same PIN in both."


def context(visit: Visit, person: Person, action: str, problem: str = "") -> dict[str, Any]:
    """What the part needs; of the PIN itself only who set it, and when."""
    return {
        "pin": pins.of(visit.session, person),
        "pin_closed": pins.closed(visit.session, person, at=visit.at),
        "pin_action": action,
        "pin_problem": problem,
        "may_set_pin": pins.may_have(person) and (person.id == visit.who.id or visit.who.wears(HatName.ORGANISER)),
    }


def put(
    request: Request,
    form: FormData,
    whose: Callable[[Visit], Person],
    page: Callable[..., Response],
    *,
    after: str,
) -> Response:
    """Set a PIN, or show the page again with the reason. The hash is made while no transaction is open."""
    pin = text(form, "pin", 40)
    with asking(request, form) as visit:
        person = whose(visit)
        pins.check_may_set(person, who=visit.who)
        problem = pins.problem_with(pin, person.phone) or (NOT_TWICE if text(form, "again", 40) != pin else None)
        if problem:
            return page(visit, status=422, problem=problem)
    hashed = pin_hash.make(pin)
    with writing(request, form) as visit:
        pins.put(visit.session, whose(visit), hashed, who=visit.who, at=visit.at)
    return go(after)
