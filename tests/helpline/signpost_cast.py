"""Organisations for tests, made in one line each."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpline import signposts
from helpline.people import Person
from helpline.signpost_words import SignpostKind
from helpline.signposts import About, Signpost
from tests.builders import NOON

FOOD_BANK = About(
    "Larkfield Food Bank",
    (SignpostKind.FOOD, SignpostKind.MONEY),
    phone="020 7946 0771",
    hours="Tuesday and Friday, 10 am to 1 pm",
    languages="English and Polish",
    area="North of the river",
    notes="A letter is not needed",
)


def a_signpost(
    session: Session,
    who: Person,
    name: str = FOOD_BANK.name,
    *,
    kinds: tuple[SignpostKind, ...] = FOOD_BANK.kinds,
    phone: str = FOOD_BANK.phone,
    at: datetime = NOON,
) -> Signpost:
    """On the list, and rung today."""
    about = About(name, kinds, phone, FOOD_BANK.hours, FOOD_BANK.languages, FOOD_BANK.area, FOOD_BANK.notes)
    made, _ = signposts.add(session, about, who=who, at=at)
    return made
