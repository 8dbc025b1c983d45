"""People: whoever looks after something, whoever is found by a word of their name or number, and a page for each."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dashboard.auth import LARGEST_ID, Asks, Id, Looks, Reads, Visit, Writes, text
from helpline import away, everybody, mutual, pins, rota
from helpline.errors import NotFoundError
from helpline.everybody import Listed
from helpline.people import HatName, Person

router = APIRouter()
FILTERS = {
    "": ("Everybody", everybody.LOOK_AFTER),
    "handler": ("Handlers", (HatName.HANDLER,)),
    "organiser": ("Organisers", (HatName.ORGANISER,)),
    "coordinator": ("Coordinators", (HatName.COORDINATOR,)),
    "deputy": ("Deputies", (HatName.DEPUTY,)),
    "neighbour": ("Willing neighbours", (HatName.NEIGHBOUR,)),
}
NEWS = {"added", "corrected", "number", "same", "hat", "hat_off"}
NOTHING_TO_FIND = "Write a whole word of a name, a number, or its last six or three figures."


@router.get("/people")
def all_of_them(
    visit: Reads, hat: str = "", news: str = "", after: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None
) -> Response:
    """Everybody who looks after something, with what is with them."""
    hat = hat if hat in FILTERS else ""
    listed = everybody.of(visit.session, FILTERS[hat][1], after=after, at=visit.at)
    return _list(visit, listed=listed, hat=hat, after=after, erased=news == "erased")


@router.post("/people/search")
def search(visit: Asks) -> Response:
    """Whoever has these words in their name or number, residents too. The words are in no address."""
    typed = text(visit.form, "q", 100)
    found = everybody.find(visit.session, typed, at=visit.at)
    problem = NOTHING_TO_FIND if found is None else None
    return _list(visit, status=422 if problem else 200, found=found, typed=typed, problem=problem)


def _list(visit: Visit, *, status: int = 200, listed: Listed | None = None, **context: Any) -> Response:
    if listed is None:
        listed = Listed((), None, None)
    organiser = visit.who.wears(HatName.ORGANISER)
    given = {"found": None, "typed": "", "problem": None, "hat": "", "after": None, "erased": False, **context}
    return visit.show(
        "people/list.html",
        status=status,
        page="people",
        listed=listed,
        away_words=away.days_words,
        today=away.today(visit.at),
        filters=FILTERS,
        organiser=organiser,
        with_pin=pins.who_has_one(visit.session, [row.person.id for row in listed.rows]) if organiser else set(),
        **given,
    )


def anybody(visit: Visit, person_id: int) -> Person:
    """Somebody we know, with a hat or without, by their id. Raises `NotFoundError`."""
    person = visit.session.scalars(everybody.with_hats().where(Person.id == person_id)).unique().one_or_none()
    if person is None:
        raise NotFoundError("There is nobody like that here, or they have been forgotten, as we promise.")
    return person


def person_of(visit: Visit, person_id: int) -> Person:
    """Somebody with a hat, by their id. Raises `NotFoundError`."""
    person = anybody(visit, person_id)
    if not person.hats:
        raise NotFoundError("There is nobody with a hat here.")
    return person


def page_of(visit: Visit, person: Person, *, number_shown: bool = False, **context: Any) -> Response:
    """Somebody's page."""
    answers = person.wears(HatName.HANDLER, HatName.ORGANISER)
    return visit.show(
        "people/page.html",
        page="people",
        person=person,
        answers=answers,
        story=mutual.story(visit.session, person, before=context.pop("before", None)),
        next_shifts=rota.next_shifts_of(visit.session, person, visit.at) if answers else [],
        away=everybody.away_days(visit.session, [person.id], at=visit.at).get(person.id, []),
        away_words=away.days_words,
        today=away.today(visit.at),
        organiser=visit.who.wears(HatName.ORGANISER),
        number_shown=number_shown,
        **{"news": None, "earlier": False, **context},
    )


@router.get("/people/{person_id}")
def one(visit: Looks, person_id: Id, news: str = "", before: Annotated[str, Query(max_length=60)] = "") -> Response:
    """One person: their hats, what they asked for and gave, and how to reach them. That it was opened is written down."""
    person = anybody(visit, person_id)
    if person.id != visit.who.id:
        visit.saw("person", person_id=person.id)
    return page_of(visit, person, news=news if news in NEWS else None, before=before or None, earlier=bool(before))


@router.post("/people/{person_id}/number")
def number(visit: Writes, person_id: Id) -> Response:
    """Shows the whole number, and writes down who looked."""
    person = anybody(visit, person_id)
    if person.id != visit.who.id:
        visit.saw("number", person_id=person.id)
    return page_of(visit, person, number_shown=True)
