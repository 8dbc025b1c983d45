"""One street: which numbers are in which patch, and what changes for open requests when that is drawn anew."""

from itertools import count, takewhile
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from dashboard.auth import Id, Reads, Visit, Writes, go, number, text
from helpline import places, streets
from helpline.errors import HelplineError, NotFoundError
from helpline.people import HatName
from helpline.places import Patch, Street

router = APIRouter()
SPARE = 2
# As long as the name of a house can be.
LONGEST_NUMBERS = 80
NEWS = {"saved", "added"}


def _patches(visit: Visit) -> list[Patch]:
    return list(visit.session.scalars(select(Patch).order_by(Patch.everywhere_else, Patch.name)))


def _page(visit: Visit, street: Street | None, *, status: int = 200, **context: Any) -> Response:
    rows = [(places.written_numbers(one), one.patch_id) for one in street.stretches] if street else []
    shown = {
        "rows": rows,
        "street_name": street.name if street else "",
        "also": (street.also_called if street else None) or "",
        "news": None,
        "problem": None,
        "field": "",
        "sure": None,
        **context,
    }
    return visit.show(
        "streets/page.html",
        status=status,
        page="patches",
        street=street,
        patches=_patches(visit),
        spare=SPARE,
        longest=LONGEST_NUMBERS,
        organiser=visit.who.wears(HatName.ORGANISER),
        **shown,
    )


def _written(visit: Visit) -> list[tuple[str, int | None]]:
    """Every row that the page had, however many: what it does not bring back is taken out of the street."""
    form = visit.form
    rows = takewhile(lambda row: f"numbers_{row}" in form or f"patch_{row}" in form, count())
    return [(text(form, f"numbers_{row}", LONGEST_NUMBERS), number(form, f"patch_{row}")) for row in rows]


def street_of(visit: Visit, street_id: int) -> Street:
    """A street by its id. Raises `NotFoundError`."""
    street = visit.session.get(Street, street_id)
    if street is None:
        raise NotFoundError("There is no such street.")
    return street


@router.get("/streets/new")
def new(visit: Reads, patch: int = 0) -> Response:
    """A street that is on no list yet."""
    return _page(visit, None, rows=[("", patch)] if patch else [])


@router.post("/streets/new")
def add(visit: Writes) -> Response:
    """Adds it."""
    written, name, also = _written(visit), text(visit.form, "name", 200), text(visit.form, "also", 400)
    try:
        parts, others = streets.read_parts(visit.session, written), places.check_other_names(also)
        street = streets.add(visit.session, name, parts, also=others, who=visit.who, at=visit.at)
    except HelplineError as refused:
        typed: dict[str, Any] = {"rows": _kept(written), "street_name": name, "also": also}
        return _page(visit, None, status=422, **typed, problem=str(refused), field=refused.field)
    return go(f"/streets/{street.id}?news=added")


def _kept(written: list[tuple[str, int | None]]) -> list[tuple[str, int | None]]:
    return [row for row in written if row[0] or row[1]]


@router.get("/streets/{street_id}")
def page(visit: Reads, street_id: Id, news: str = "") -> Response:
    """One street."""
    return _page(visit, street_of(visit, street_id), news=news if news in NEWS else None)


@router.post("/streets/{street_id}")
def save(visit: Writes, street_id: Id) -> Response:
    """Says first what changes for what is open there; pressed again, it is done."""
    street, written, name = street_of(visit, street_id), _written(visit), text(visit.form, "name", 200)
    also = text(visit.form, "also", 400)
    typed: dict[str, Any] = {"rows": _kept(written), "street_name": name, "also": also}
    try:
        others = places.check_other_names(also)
        parts = streets.read_parts(visit.session, written)
        streets.check(visit.who)
        moved = streets.what_moves(visit.session, street, parts)
        if moved and not text(visit.form, "sure", 5):
            return _page(visit, street, **typed, sure=streets.sentence(moved))
        streets.rename(visit.session, street, name, who=visit.who, at=visit.at)
        streets.call_also(visit.session, street, others, who=visit.who, at=visit.at)
        streets.redraw(visit.session, street, parts, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _page(visit, street, status=422, **typed, problem=str(refused), field=refused.field)
    return go(f"/streets/{street.id}?news=saved")
