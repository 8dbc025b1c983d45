"""The part of a page in which somebody chooses how they are asked, and how they get to know who and where."""

from collections.abc import Callable
from typing import Any

from fastapi import Response

from dashboard.auth import Visit, go, text
from helpline import chosen, phone, pins
from helpline.errors import HelplineError
from helpline.people import DetailsBy, Person, Way

NEWS = "asked_by"
WAYS = {Way.TEXT: "By text", Way.WHATSAPP: "By WhatsApp", Way.VOICE: "By a call, with a key to press"}
DETAILS = {
    DetailsBy.LINK: "By a link, which opens their page",
    DetailsBy.TEXT: "In a text, with name and house in it",
    DetailsBy.VOICE: "On the telephone, once they have keyed in their PIN",
}


def context(
    visit: Visit, person: Person, action: str, problem: str = "", *, has_pin: bool | None = None
) -> dict[str, Any]:
    """What the part needs; with a `problem`, what was chosen stays chosen. `has_pin` when that is known."""
    form = visit.form if problem else {}
    return {
        "asked_action": action,
        "asked_problem": problem,
        "asked_by": str(form.get("by", person.by)),
        "details_by": str(form.get("details_by", person.details_by)),
        "asked_ways": WAYS,
        "details_ways": DETAILS,
        "may_choose": chosen.may_choose(person, who=visit.who),
        "has_landline": person.phone is not None and not phone.takes_texts(person.phone),
        "has_pin": pins.of(visit.session, person) is not None if has_pin is None else has_pin,
        "whatsapp_is_on": visit.house.settings.whatsapp_number is not None,
    }


def choose(visit: Visit, person: Person, page: Callable[..., Response], *, after: str) -> Response:
    """What was chosen holds, or the page is shown again with the reason."""
    by, details_by = text(visit.form, "by", 20), text(visit.form, "details_by", 20)
    try:
        if by not in set(Way) or details_by not in set(DetailsBy):
            raise HelplineError("Choose one of each.")  # noqa: TRY301  # as any other refusal
        chosen.choose(visit.session, person, by=Way(by), details_by=DetailsBy(details_by), who=visit.who, at=visit.at)
    except HelplineError as refused:
        return page(status=422, asked_problem=str(refused))
    return go(f"{after}?news={NEWS}")
