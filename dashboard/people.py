"""People: everybody who wears a hat, and a page for each."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from dashboard import asked_by, pin_of, spared, welcomes
from dashboard.auth import Form, Id, Reads, Visit, Writes, go
from helpline import people, pins
from helpline.errors import NotFoundError
from helpline.people import HatName, Person
from helpline.places import Patch

router = APIRouter()


def _patches(visit: Visit) -> dict[int, str]:
    return {patch.id: patch.name for patch in visit.session.scalars(select(Patch))}


@router.get("/people")
def everybody(visit: Reads) -> Response:
    """Everybody who wears a hat."""
    return visit.show(
        "people/list.html",
        page="people",
        people=people.with_hats(visit.session),
        patches=_patches(visit),
        organiser=visit.who.wears(HatName.ORGANISER),
        with_pin=pins.who_has_one(visit.session),
    )


def person_of(visit: Visit, person_id: int) -> Person:
    """Somebody with a hat, by their id. Raises `NotFoundError`: residents have no page here."""
    person = visit.session.get(Person, person_id)
    if person is None or not person.hats:
        raise NotFoundError("There is nobody with a hat here.")
    return person


def page_of(
    visit: Visit,
    person: Person,
    *,
    status: int = 200,
    news: str | None = None,
    problem: str = "",
    asked_problem: str = "",
) -> Response:
    """Somebody's page."""
    return visit.show(
        "people/page.html",
        status=status,
        page="people",
        person=person,
        patches=_patches(visit),
        news=news,
        **spared.context(visit, person),
        **pin_of.context(visit, person, f"/people/{person.id}/pin", problem),
        **welcomes.context(visit, person, f"/people/{person.id}"),
        **asked_by.context(visit, person, f"/people/{person.id}/asked-by", asked_problem),
    )


@router.get("/people/{person_id}")
def one(visit: Reads, person_id: Id, news: str = "") -> Response:
    """One person: their hats, their PIN for ringing in, how they are asked, and whether their phone lets the line through."""
    known = pin_of.NEWS | welcomes.NEWS | {asked_by.NEWS}
    return page_of(visit, person_of(visit, person_id), news=news if news in known else None)


@router.post("/people/{person_id}/pin")
def set_pin(request: Request, form: Form, person_id: Id) -> Response:
    """An organiser sets somebody's PIN."""

    def page(visit: Visit, *, status: int, problem: str) -> Response:
        return page_of(visit, person_of(visit, person_id), status=status, problem=problem)

    after = f"/people/{person_id}?news=pin_set"
    return pin_of.put(request, form, lambda visit: person_of(visit, person_id), page, after=after)


@router.post("/people/{person_id}/pin/clear")
def clear_pin(visit: Writes, person_id: Id) -> Response:
    """An organiser takes somebody's PIN away."""
    pins.clear(visit.session, person_of(visit, person_id), who=visit.who, at=visit.at)
    return go(f"/people/{person_id}?news=pin_cleared")


@router.post("/people/{person_id}/asked-by")
def choose_for_them(visit: Writes, person_id: Id) -> Response:
    """How somebody is asked, says an organiser."""
    person = person_of(visit, person_id)
    return asked_by.choose(visit, person, partial(page_of, visit, person), after=f"/people/{person_id}")
