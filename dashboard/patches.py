"""Patches: how the ward is covered, one patch and who looks after it, and the paper pack for the day the internet is down."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dashboard.auth import LARGEST_ID, Id, Looks, Reads, Visit, Writes, go, number, text
from helpline import coverage, hats, paper, patch_page, patches, people, phone, streets
from helpline.coverage import Care
from helpline.errors import HelplineError, NotFoundError
from helpline.people import HatName, Person
from helpline.places import Patch

router = APIRouter()
HATS = {HatName.COORDINATOR.value: HatName.COORDINATOR, HatName.DEPUTY.value: HatName.DEPUTY}
NEWS = {"named", "off", "moved", "sent", "added", "else", "renamed"}


NAMED = ("person", "name", "number", "hat")


def _else(visit: Visit) -> bool:
    return bool(text(visit.form, "else", 5))


def _organiser(visit: Visit) -> bool:
    return visit.who.wears(HatName.ORGANISER)


@router.get("/patches")
def ward(visit: Reads, news: str = "") -> Response:
    """The whole ward: which streets have somebody."""
    return _ward(visit, news=news if news in NEWS else None)


def _ward(visit: Visit, *, status: int = 200, **context: Any) -> Response:
    return visit.show(
        "patches/list.html",
        status=status,
        page="patches",
        coverage=coverage.of(visit.session, at=visit.at),
        organiser=_organiser(visit),
        care=Care,
        **{"news": None, "problem": None, "typed": "", "typed_else": False, **context},
    )


@router.post("/patches")
def add(visit: Writes) -> Response:
    """A patch that was not there, perhaps for everywhere else."""
    try:
        patch = patches.add(
            visit.session,
            text(visit.form, "name", 80),
            elsewhere=_else(visit),
            who=visit.who,
            at=visit.at,
        )
    except HelplineError as refused:
        if not _organiser(visit):
            raise  # their page has no form that could say it
        typed = text(visit.form, "name", 80)
        return _ward(visit, status=422, problem=str(refused), typed=typed, typed_else=_else(visit))
    return go(f"/patches/{patch.id}?news=added")


@router.get("/patches/paper")
def print_all(visit: Looks, patch: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None) -> Response:
    """To be printed: the rota of the coming week, who looks after what, and what is open. That it was shown is written down."""
    only = patch_of(visit, patch) if patch else None
    pack = paper.of(visit.session, at=visit.at, only=only)
    visit.saw_each("paper", [line.request.id for line in pack.open])
    visit.session.flush()
    return visit.show("patches/paper.html", page="patches", pack=pack, only=only)


def patch_of(visit: Visit, patch_id: int) -> Patch:
    """A patch by its id. Raises `NotFoundError`."""
    patch = visit.session.get(Patch, patch_id)
    if patch is None:
        raise NotFoundError("There is no such patch.")
    return patch


def _page(visit: Visit, patch: Patch, *, status: int = 200, **context: Any) -> Response:
    is_open, over = patch_page.lines(visit.session, patch)
    return visit.show(
        "patches/page.html",
        status=status,
        page="patches",
        patch=patch,
        tended=coverage.one(visit.session, patch, at=visit.at),
        open=is_open,
        past=over,
        others=[one for one in people.with_hats(visit.session) if one.phone],
        organiser=_organiser(visit),
        **{
            "news": None,
            "problem": None,
            "typed": dict.fromkeys(NAMED, ""),
            "name_problem": None,
            "name_typed": patch.name,
            "else_typed": patch.everywhere_else,
            **context,
        },
    )


@router.get("/patches/{patch_id}")
def one(visit: Reads, patch_id: Id, news: str = "") -> Response:
    """One patch: its streets, who is asked in what order, and what is open and was done. No names of residents."""
    return _page(visit, patch_of(visit, patch_id), news=news if news in NEWS else None)


@router.post("/patches/{patch_id}/hats")
def name_somebody(visit: Writes, patch_id: Id) -> Response:
    """Somebody looks after it from now on: one of those with a hat, or somebody new by name and number."""
    patch = patch_of(visit, patch_id)
    try:
        hat = HATS.get(text(visit.form, "hat", 20), HatName.DEPUTY)
        hats.name(visit.session, patch, _person(visit), hat, who=visit.who, at=visit.at)
    except HelplineError as refused:
        if not _organiser(visit):
            raise  # their page has no form that could say it
        typed = {name: text(visit.form, name, 80) for name in NAMED}
        return _page(visit, patch, status=422, problem=str(refused), typed=typed)
    return go(f"/patches/{patch.id}?news=named")


def _person(visit: Visit) -> Person:
    streets.check(visit.who)
    chosen = number(visit.form, "person")
    if chosen:
        person = visit.session.get(Person, chosen)
        if person is None or not person.hats:
            raise HelplineError("There is nobody with a hat here. Choose somebody, or write a name and a number.")
        return person
    written = phone.understand(text(visit.form, "number", 40))
    if written is None or not text(visit.form, "name", 80):
        raise HelplineError("Choose somebody, or write a name and a whole telephone number.")
    return people.meet(visit.session, written, at=visit.at, name=text(visit.form, "name", 80))


def _worn(visit: Visit) -> Person:
    person = visit.session.get(Person, number(visit.form, "person") or 0)
    if person is None:
        raise NotFoundError("There is nobody with that hat any more.")
    return person


@router.post("/patches/{patch_id}/hats/off")
def take_off(visit: Writes, patch_id: Id) -> Response:
    """Somebody does not look after it any more."""
    hats.take_off(visit.session, patch_of(visit, patch_id), _worn(visit), who=visit.who, at=visit.at)
    return go(f"/patches/{patch_id}?news=off")


@router.post("/patches/{patch_id}/hats/sooner")
def sooner(visit: Writes, patch_id: Id) -> Response:
    """Somebody is asked one earlier."""
    hats.sooner(visit.session, patch_of(visit, patch_id), _worn(visit), who=visit.who, at=visit.at)
    return go(f"/patches/{patch_id}?news=moved")


@router.post("/patches/{patch_id}/send")
def send_page(visit: Writes, patch_id: Id) -> Response:
    """Text somebody who looks after it the link to its page."""
    patch, person = patch_of(visit, patch_id), _worn(visit)
    patch_page.send(visit.session, patch, person, who=visit.who, at=visit.at)
    return go(f"/patches/{patch.id}?news=sent")


@router.post("/patches/{patch_id}/name")
def rename(visit: Writes, patch_id: Id) -> Response:
    """It has another name, or is everywhere else from now on."""
    patch = patch_of(visit, patch_id)
    try:
        patches.change(
            visit.session,
            patch,
            text(visit.form, "name", 80),
            elsewhere=_else(visit),
            who=visit.who,
            at=visit.at,
        )
    except HelplineError as refused:
        if not _organiser(visit):
            raise  # their page has no form that could say it
        typed = text(visit.form, "name", 80)
        return _page(visit, patch, status=422, name_problem=str(refused), name_typed=typed, else_typed=_else(visit))
    return go(f"/patches/{patch.id}?news=renamed")
