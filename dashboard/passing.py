"""How requests are passed on in this group, and its willing neighbours. Organisers change it, every handler reads it."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from dashboard.auth import Id, Reads, Visit, Writes, go, number, text
from helpline import passing, willing
from helpline.durations import check_organiser
from helpline.errors import HelplineError, NotFoundError
from helpline.passing import Model
from helpline.people import HatName, Person
from helpline.places import Patch

router = APIRouter()
HERE = "/settings/passing"
NEWS = {
    "decided": "Saved. What is asked from now on is asked so.",
    "joined": "Saved. They are told by text.",
    "left": "Saved. They are not asked any more.",
}
MODEL_WORDS = {
    Model.COORDINATORS: (
        "The coordinator of the street",
        "One person at a time: the coordinator, then the deputies. We follow each request until it is done.",
    ),
    Model.NEIGHBOURS: (
        "Willing neighbours, several at once",
        "No coordinators. The first who says yes has it, and the others are told.",
    ),
    Model.STREETS: (
        "The street, which runs itself",
        "We hand a request to those who look after the street, and do not ask afterwards how it goes. Their page has all of it.",
    ),
}


@dataclass
class JoinForm:
    """The form that puts a willing neighbour down."""

    name: str = ""
    number: str = ""
    patch: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def stands(visit: Visit) -> str:
    """How requests are passed on, in a sentence of the index."""
    return f"{MODEL_WORDS[passing.model(visit.session)][0]}."


def _page(visit: Visit, *, status: int = 200, news: str = "", **forms: Any) -> Response:
    decided = passing.standing(visit.session)
    given = {"join_form": JoinForm(), "chosen": passing.model(visit.session), "problem": "", **forms}
    return visit.show(
        "settings/passing.html",
        status=status,
        page="settings",
        organiser=visit.who.wears(HatName.ORGANISER),
        decided=decided,
        seen=decided.id if decided else 0,
        model=passing.model(visit.session),
        models=MODEL_WORDS,
        willing=[(one, willing.where(one)) for one in willing.all_of_them(visit.session)],
        patches={patch.id: patch.name for patch in visit.session.scalars(select(Patch).order_by(Patch.name))},
        news=NEWS.get(news, ""),
        **given,
    )


@router.get(HERE)
def one(visit: Reads, news: str = "") -> Response:
    """Who is asked, and who may be."""
    return _page(visit, news=news)


@router.post(HERE)
def decide(visit: Writes) -> Response:
    """Decides how requests are passed on."""
    check_organiser(visit.who)
    wanted = text(visit.form, "model", 24)
    if wanted not in set(Model):
        return _page(visit, status=422, problem="Choose one of these.")
    try:
        passing.decide(visit.session, Model(wanted), seen=number(visit.form, "seen") or 0, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _page(visit, status=422, chosen=Model(wanted), problem=str(refused))
    return go(f"{HERE}?news=decided")


@router.post(f"{HERE}/neighbours")
def join(visit: Writes) -> Response:
    """Puts a willing neighbour down."""
    check_organiser(visit.who)
    form = JoinForm(text(visit.form, "name", 80), text(visit.form, "number", 40), text(visit.form, "patch", 10))
    patch = visit.session.get(Patch, int(form.patch)) if form.patch.isdecimal() else None
    try:
        willing.join(visit.session, form.name, form.number, patch, who=visit.who, at=visit.at)
    except HelplineError as refused:
        form.errors["name" if not form.name else "number"] = str(refused)
        return _page(visit, status=422, join_form=form)
    return go(f"{HERE}?news=joined#willing")


@router.post(f"{HERE}/neighbours/{{person_id}}/leave")
def leave(visit: Writes, person_id: Id) -> Response:
    """Somebody is not asked any more."""
    check_organiser(visit.who)
    person = visit.session.get(Person, person_id)
    if person is None:
        raise NotFoundError("There is nobody like that here.")
    willing.leave(visit.session, person, who=visit.who, at=visit.at)
    return go(f"{HERE}?news=left#willing")
