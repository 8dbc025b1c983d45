"""Tables on the way out: streets, patches, people and organisations, in the columns in which they are brought in again."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpline import phone, places, signposts
from helpline.people import COORDINATES, Hat, HatName, Person
from helpline.places import Patch
from helpline.signpost_words import KIND_WORDS, SignpostKind

STREETS = ("street", "numbers", "patch", "also")
PATCHES = ("patch", "coordinators", "deputies", "elsewhere", "names")
PEOPLE = ("name", "phone", "hats", "patch", "by", "details", "languages")
SIGNPOSTS = ("name", "for", "phone", "hours", "languages", "area", "notes")

Line = Sequence[str]


def streets(session: Session) -> Iterator[Line]:
    """A line for each stretch of each street; its other names on the first."""
    for street in places.all_streets(session):
        for nth, stretch in enumerate(street.stretches):
            also = street.also_called if nth == 0 else None
            yield street.name, places.written_numbers(stretch), stretch.patch.name, also or ""


def patches(session: Session) -> Iterator[Line]:
    """A line for each patch: who looks after it, by their numbers, in the order in which they are asked."""
    found = select(Hat).where(Hat.name.in_(COORDINATES)).order_by(Hat.name, Hat.place.is_(None), Hat.place, Hat.id)
    worn = session.scalars(found.options(selectinload(Hat.person))).all()
    for patch in session.scalars(select(Patch).order_by(Patch.name)):
        here = [hat for hat in worn if hat.patch_id == patch.id]
        numbers = ["; ".join(_number(hat.person) for hat in here if hat.name == name) for name in COORDINATES]
        names = "; ".join(hat.person.name or "" for hat in here)
        yield patch.name, *numbers, "yes" if patch.everywhere_else else "", names


def people(session: Session) -> Iterator[Line]:
    """Everybody who wears a hat: a line for the hats that have no patch, and one for each of the others. Residents stay here."""
    names = {patch.id: patch.name for patch in session.scalars(select(Patch))}
    worn = select(Hat.person_id)
    found = session.scalars(select(Person).where(Person.id.in_(worn)).options(selectinload(Person.hats)))
    for person in sorted(found, key=lambda one: ((one.name or "").casefold(), one.id)):
        if person.phone is None:
            continue
        rest = (person.by.value, person.details_by.value, person.languages)
        without = [hat.name.value for hat in person.hats if hat.patch_id is None]
        if without:
            yield person.name or "", _number(person), " and ".join(without), "", *rest
        for name in HatName:
            there = [names[hat.patch_id] for hat in person.hats if hat.name == name and hat.patch_id is not None]
            if there:
                yield person.name or "", _number(person), name.value, "; ".join(there), *rest


def organisations(session: Session) -> Iterator[Line]:
    """A line for each signpost on the list."""
    for one in signposts.on_the_list(session):
        kinds = "; ".join(KIND_WORDS[SignpostKind(kind)] for kind in one.kinds.split(","))
        yield one.name, kinds, one.spoken, one.hours, one.languages, one.area, one.notes or ""


def _number(person: Person) -> str:
    return phone.spoken(person.phone) if person.phone else ""
