"""Places around us, and who looks after each: what a caller from there is told. Organisers keep the list."""

from typing import Any

from fastapi import APIRouter, Response

from dashboard.auth import Id, Reads, Visit, Writes, go, number, text
from helpline import covered_by, signposts
from helpline.errors import HelplineError
from helpline.people import HatName

router = APIRouter()
NEWS = {"added", "taken_off"}


def _page(visit: Visit, *, status: int = 200, **context: Any) -> Response:
    given = {"news": None, "problem": None, "place": "", "chosen": None, **context}
    organiser = visit.who.wears(HatName.ORGANISER)
    return visit.show(
        "settings/outside.html",
        status=status,
        page="more",
        covers=covered_by.all_of_them(visit.session),
        organiser=organiser,
        organisations=signposts.on_the_list(visit.session) if organiser else [],
        **given,
    )


@router.get("/settings/outside")
def page(visit: Reads, news: str = "") -> Response:
    """The list, and one more."""
    return _page(visit, news=news if news in NEWS else None)


@router.post("/settings/outside")
def add(visit: Writes) -> Response:
    """Adds a place."""
    place, chosen = text(visit.form, "place", 200), number(visit.form, "signpost")
    try:
        covered_by.add(visit.session, place, signposts.find(visit.session, chosen), who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _page(visit, status=422, problem=str(refused), place=place, chosen=chosen)
    return go("/settings/outside?news=added")


@router.post("/settings/outside/{cover_id}/take-off")
def take_off(visit: Writes, cover_id: Id) -> Response:
    """Takes it off."""
    covered_by.take_off(visit.session, cover_id, who=visit.who, at=visit.at)
    return go("/settings/outside?news=taken_off")
