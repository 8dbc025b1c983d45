"""What an organiser does about people: adds somebody, puts a name or number right, gives a hat and takes one off."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select
from starlette.datastructures import FormData

from dashboard.asked_by import DETAILS, WAYS
from dashboard.auth import Id, Reads, Visit, Writes, go, number, text
from dashboard.people import anybody
from helpline import everybody, newcomers, people, wearing
from helpline.errors import HelplineError, NotFoundError, RefusedError
from helpline.newcomers import Newcomer, NumberTakenError
from helpline.people import ANSWERS, COORDINATES, DetailsBy, Hat, HatName, Person, Way
from helpline.places import Patch

router = APIRouter()
HATS = {
    HatName.HANDLER: "Handler: answers the line",
    HatName.ORGANISER: "Organiser: may change the rota, patches and people too",
    HatName.COORDINATOR: "Coordinator: looks after the streets of a patch",
    HatName.DEPUTY: "Deputy: is asked when the coordinator cannot",
    HatName.NEIGHBOUR: "Willing neighbour: may be asked for a hand",
}


@dataclass
class Typed:
    """What was written of somebody, kept when it is refused. `taken_by` is whose number it is already."""

    name: str = ""
    phone: str = ""
    languages: str = "en"
    by: str = Way.TEXT.value
    details_by: str = DetailsBy.LINK.value
    hats: list[str] = field(default_factory=list)
    patch: int | None = None
    problems: dict[str, str] = field(default_factory=dict)
    taken_by: int | None = None

    def refuse(self, refused: HelplineError) -> None:
        """The sentence stands beside its field, or on top."""
        self.problems[refused.field] = str(refused)
        if isinstance(refused, NumberTakenError):
            self.taken_by = refused.person_id


def _typed(form: FormData) -> Typed:
    chosen = [str(value) for value in form.getlist("hat")]
    return Typed(
        name=text(form, "name", 200),
        phone=text(form, "phone", 40),
        languages=text(form, "languages", 80),
        by=text(form, "by", 20) or Way.TEXT.value,
        details_by=text(form, "details_by", 20) or DetailsBy.LINK.value,
        hats=[name for name in HATS if name in chosen],
        patch=number(form, "patch"),
    )


def _patches(visit: Visit) -> dict[int, str]:
    return {patch.id: patch.name for patch in visit.session.scalars(select(Patch).order_by(Patch.name))}


def _new(visit: Visit, typed: Typed, *, status: int = 200) -> Response:
    return visit.show(
        "people/new.html",
        status=status,
        page="people",
        typed=typed,
        hats=HATS,
        patches=_patches(visit),
        ways=WAYS,
        details=DETAILS,
        organiser=visit.who.wears(HatName.ORGANISER),
    )


@router.get("/people/new")
def new(visit: Reads) -> Response:
    """Somebody new: what they are called, their number, and what they take on."""
    return _new(visit, Typed())


@router.post("/people")
def add(visit: Writes) -> Response:
    """Adds them. What was written stays when it is refused."""
    typed = _typed(visit.form)
    try:
        person = newcomers.add(visit.session, _newcomer(typed), who=visit.who, at=visit.at)
    except HelplineError as refused:
        typed.refuse(refused)
        return _new(visit, typed, status=422)
    return go(f"/people/{person.id}?news=added")


def _newcomer(typed: Typed) -> Newcomer:
    if typed.by not in set(Way) or typed.details_by not in set(DetailsBy):
        raise RefusedError("by", "Choose one of each.")
    with_patch = {*COORDINATES, HatName.NEIGHBOUR}
    names = [HatName(name) for name in typed.hats]
    if set(COORDINATES) <= set(names):
        raise RefusedError("hats", "Of one patch somebody is coordinator or deputy: choose one of the two.")
    hats = tuple((name, typed.patch if name in with_patch else None) for name in names)
    if typed.patch is None and set(names) & set(COORDINATES):
        raise RefusedError("patch", "Choose which patch they look after.")
    by, details = Way(typed.by), DetailsBy(typed.details_by)
    return Newcomer(typed.name, typed.phone, hats, by, details, typed.languages)


def _change(visit: Visit, person: Person, typed: Typed, *, status: int = 200) -> Response:
    return visit.show(
        "people/change.html",
        status=status,
        page="people",
        person=person,
        typed=typed,
        organiser=visit.who.wears(HatName.ORGANISER),
    )


@router.get("/people/{person_id}/change")
def change(visit: Reads, person_id: Id) -> Response:
    """Where a name, languages or a number are put right."""
    person = anybody(visit, person_id)
    return _change(visit, person, Typed(name=person.name or "", languages=person.languages))


@router.post("/people/{person_id}/change")
def correct(visit: Writes, person_id: Id) -> Response:
    """Puts a name and languages right."""
    person, typed = anybody(visit, person_id), _typed(visit.form)
    try:
        changed = newcomers.correct(
            visit.session, person, name=typed.name, languages=typed.languages, who=visit.who, at=visit.at
        )
    except HelplineError as refused:
        typed.refuse(refused)
        return _change(visit, person, typed, status=422)
    return go(f"/people/{person_id}?news={'corrected' if changed else 'same'}")


@router.post("/people/{person_id}/change-number")
def change_number(visit: Writes, person_id: Id) -> Response:
    """Gives somebody another number; whoever changes their own stays signed in here."""
    person = anybody(visit, person_id)
    typed = Typed(name=person.name or "", languages=person.languages, phone=text(visit.form, "phone", 40))
    own = visit.device.id if person.id == visit.who.id else None
    try:
        changed = newcomers.change_number(
            visit.session, person, typed.phone, who=visit.who, at=visit.at, keep_device=own
        )
    except HelplineError as refused:
        typed.refuse(refused)
        return _change(visit, person, typed, status=422)
    return go(f"/people/{person_id}?news={'number' if changed else 'same'}")


# Hats


def _hats(visit: Visit, person: Person, *, status: int = 200, **context: Any) -> Response:
    return visit.show(
        "people/hats.html",
        status=status,
        page="people",
        person=person,
        hats=HATS,
        patches={} if context.get("taking") else _patches(visit),
        organiser=visit.who.wears(HatName.ORGANISER),
        **{
            "taking": None,
            "follows": None,
            "problem": None,
            "field": "",
            "chosen": "",
            "chosen_patch": None,
            **context,
        },
    )


@router.get("/people/{person_id}/hats")
def hats(visit: Reads, person_id: Id) -> Response:
    """What somebody has taken on, and what they might."""
    return _hats(visit, anybody(visit, person_id))


@router.post("/people/{person_id}/hats")
def give(visit: Writes, person_id: Id) -> Response:
    """Gives somebody a hat."""
    person, chosen = anybody(visit, person_id), text(visit.form, "hat", 20)
    patch = number(visit.form, "patch")
    try:
        people.check_organiser(visit.who)
        if chosen not in set(HatName):
            raise RefusedError("hat", "Choose a hat first.")
        name = HatName(chosen)
        of_patch = patch if name in {*COORDINATES, HatName.NEIGHBOUR} else None
        wearing.give(visit.session, person, name, patch_id=of_patch, who=visit.who, at=visit.at)
    except HelplineError as refused:
        typed: dict[str, Any] = {"chosen": chosen, "chosen_patch": patch}
        return _hats(visit, person, status=422, **typed, problem=str(refused), field=refused.field)
    return go(f"/people/{person_id}?news=hat")


@router.get("/hats/{hat_id}/off")
def before_off(visit: Reads, hat_id: Id) -> Response:
    """What follows when a hat is taken off, before it is done."""
    wearer = everybody.with_hats().join(Hat, Hat.person_id == Person.id).where(Hat.id == hat_id)
    person = visit.session.scalars(wearer).unique().one_or_none()
    if person is None:
        raise NotFoundError("They wear that hat no more. Look at their page again.")
    hat = next(one for one in person.hats if one.id == hat_id)
    return _hats(visit, person, taking=hat, follows=wearing.what_follows(visit.session, hat, at=visit.at))


@router.post("/hats/{hat_id}/off")
def take_off(visit: Writes, hat_id: Id) -> Response:
    """Takes a hat off. Pressed twice, it is off."""
    hat = visit.session.get(Hat, hat_id)
    if hat is None:
        return go("/people")
    person = hat.person
    wearing.take_off(visit.session, hat, who=visit.who, at=visit.at)
    if person.id == visit.who.id and not person.wears(*ANSWERS):
        return go("/sign-in")
    return go(f"/people/{person.id}?news=hat_off")
