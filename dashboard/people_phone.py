"""Somebody's telephone: their PIN for ringing in, how they are asked, a test call, and the devices they are signed in on."""

from functools import partial

from fastapi import APIRouter, Request, Response

from dashboard import asked_by, pin_of, welcomes
from dashboard.auth import Form, Id, Reads, Visit, Writes, go
from dashboard.people import person_of
from helpline import pins, sign_in
from helpline.errors import NotFoundError
from helpline.people import HatName, Person
from helpline.sign_in import Device

router = APIRouter(prefix="/people/{person_id}")
NEWS = pin_of.NEWS | welcomes.NEWS | {asked_by.NEWS, "signed_out"}


def page_of(
    visit: Visit,
    person: Person,
    *,
    status: int = 200,
    news: str | None = None,
    problem: str = "",
    asked_problem: str = "",
) -> Response:
    """The page of somebody's telephone."""
    organiser = visit.who.wears(HatName.ORGANISER)
    pin = pin_of.context(visit, person, f"/people/{person.id}/pin", problem)
    asked = f"/people/{person.id}/asked-by"
    return visit.show(
        "people/phone.html",
        status=status,
        page="people",
        person=person,
        news=news,
        organiser=organiser,
        devices=sign_in.devices_of(visit.session, person) if organiser else [],
        **pin,
        **welcomes.context(visit, person, f"/people/{person.id}"),
        **asked_by.context(visit, person, asked, asked_problem, has_pin=pin["pin"] is not None),
    )


@router.get("/phone")
def one(visit: Reads, person_id: Id, news: str = "") -> Response:
    """What opens with their telephone, and what it takes."""
    return page_of(visit, person_of(visit, person_id), news=news if news in NEWS else None)


@router.post("/pin")
def set_pin(request: Request, form: Form, person_id: Id) -> Response:
    """An organiser sets somebody's PIN."""

    def page(visit: Visit, *, status: int, problem: str) -> Response:
        return page_of(visit, person_of(visit, person_id), status=status, problem=problem)

    after = f"/people/{person_id}/phone?news=pin_set"
    return pin_of.put(request, form, lambda visit: person_of(visit, person_id), page, after=after)


@router.post("/pin/clear")
def clear_pin(visit: Writes, person_id: Id) -> Response:
    """An organiser takes somebody's PIN away."""
    pins.clear(visit.session, person_of(visit, person_id), who=visit.who, at=visit.at)
    return go(f"/people/{person_id}/phone?news=pin_cleared")


@router.post("/asked-by")
def choose_for_them(visit: Writes, person_id: Id) -> Response:
    """How somebody is asked, says an organiser."""
    person = person_of(visit, person_id)
    return asked_by.choose(visit, person, partial(page_of, visit, person), after=f"/people/{person_id}/phone")


@router.post("/devices/{device_id}/sign-out")
def sign_out(visit: Writes, person_id: Id, device_id: Id) -> Response:
    """An organiser signs somebody's lost telephone out. Pressed twice it is out once."""
    device = visit.session.get(Device, device_id)
    if device is None or device.person_id != person_id:
        raise NotFoundError("That device is not signed in. Look at the list again.")
    sign_in.sign_out(visit.session, device, who=visit.who, at=visit.at)
    return go(f"/people/{person_id}/phone?news=signed_out")
