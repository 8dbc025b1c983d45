"""The helpline's contact card, open to anybody who has its address, and the test call of one of our own."""

from typing import Any

from fastapi import APIRouter, Request, Response

from dashboard.auth import Id, Visit, Writes, go, house_of
from helpline import welcomes
from helpline.card import vcard
from helpline.errors import NotFoundError
from helpline.people import HatName, Person

router = APIRouter()
NEWS = {"test_rung", "card_sent"}


@router.get("/card")
def card(request: Request) -> Response:
    """How to let the helpline's calls through; nobody's details are here, so nobody signs in."""
    house = house_of(request)
    return house.pages.show("card.html")


@router.get("/card.vcf")
def vcf(request: Request) -> Response:
    """The card itself, which a telephone offers to save."""
    settings = house_of(request).settings
    words = vcard(settings.group_name, settings.helpline_number)
    return Response(words, media_type="text/vcard", headers={"Content-Disposition": 'inline; filename="helpline.vcf"'})


def context(visit: Visit, person: Person, path: str) -> dict[str, Any]:
    """What the part of a page about somebody's test call needs; `path` is the page's own."""
    return {
        "last_test": welcomes.last_test(visit.session, person),
        "has_test": welcomes.may_be_tested(person),
        "may_test": person.id == visit.who.id or visit.who.wears(HatName.ORGANISER),
        "test_path": path,
    }


def _handler(visit: Visit, person_id: int) -> Person:
    person = visit.session.get(Person, person_id)
    if person is None or not welcomes.may_be_tested(person):
        raise NotFoundError("There is no handler here.")
    return person


@router.post("/yours/test-call")
def test_me(visit: Writes) -> Response:
    """Rings my own telephone, to show what a call is like."""
    welcomes.test(visit.session, visit.who, who=visit.who, at=visit.at)
    return go("/yours?news=test_rung")


@router.post("/people/{person_id}/test-call")
def test_them(visit: Writes, person_id: Id) -> Response:
    """An organiser rings somebody for a test."""
    welcomes.test(visit.session, _handler(visit, person_id), who=visit.who, at=visit.at)
    return go(f"/people/{person_id}/phone?news=test_rung")


@router.post("/people/{person_id}/card")
def send_card(visit: Writes, person_id: Id) -> Response:
    """Sends the contact card to somebody, perhaps again."""
    person = _handler(visit, person_id)
    welcomes.check_may_send(person, who=visit.who)
    welcomes.welcome(visit.session, person, who=visit.who, at=visit.at, again=True)
    return go(f"/people/{person_id}/phone?news=card_sent")
