"""The list of requests: filters in its address, since none of them is personal; looking for somebody is a form, which is not."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from dashboard.auth import LARGEST_ID, Asks, House, Reads, Visit, go, number, text
from dashboard.csv_file import long_csv_file
from helpline import board, found_words, looked_for, request_list, request_search
from helpline.errors import HelplineError
from helpline.people import HatName
from helpline.places import Patch, Street
from helpline.request_list import Stands, Wanted
from helpline.request_search import By
from helpline.wording import KIND_WORDS, Kind

router = APIRouter()
AnId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
A_WORD = Annotated[str, Query(max_length=24)]
# What is on the chips, in the order of a request's life.
STANDS_WORDS = {
    Stands.OPEN: "Open",
    Stands.DESK: "Needs the desk",
    Stands.LATE: "Late",
    Stands.ASKED: "Asked",
    Stands.TAKEN: "Taken",
    Stands.DONE: "Done",
    Stands.CALLED_OFF: "Called off",
    Stands.ANY: "All",
}
Cells = tuple[object, ...]
HEADING = ("Reference", "What", "Patch", "By when", "How it stands", "Written down", "Done or called off")
URGENCIES = {"now": "now", "today": "today", "this_week": "this week", "day_and_time": "a day and time"}


def _wanted(visit: Visit, stands: str, kind: str, patch: int | None, street: int | None, mine: int) -> Wanted:
    return Wanted(
        Stands(stands) if stands in set(Stands) else Stands.OPEN,
        frozenset({Kind(kind)}) if kind in set(Kind) else frozenset(),
        patch,
        (street,) if street else (),
        visit.who.id if mine else None,
    )


def _address(wanted: Wanted, path: str = "/requests", **changes: Any) -> str:
    """The list with these filters, and some of them changed; a filter that says nothing is left out."""
    given = {
        "stands": wanted.stands.value,
        "kind": next(iter(wanted.kinds), None),
        "patch": wanted.patch_id,
        "street": next(iter(wanted.street_ids), None),
        "mine": 1 if wanted.mine else None,
        **changes,
    }
    said = {name: value for name, value in given.items() if value and (name, value) != ("stands", Stands.OPEN.value)}
    return f"{path}?{urlencode(said)}" if said else path


@router.get("/requests")
def listed(
    visit: Reads,
    stands: A_WORD = "",
    kind: A_WORD = "",
    patch: AnId = None,
    street: AnId = None,
    mine: int = 0,
    before: AnId = None,
) -> Response:
    """Every open one, newest first; or those that are looked for."""
    wanted = _wanted(visit, stands, kind, patch, street, mine)
    found = request_list.page(visit.session, wanted, at=visit.at, before=before)
    whole = wanted == Wanted(Stands.OPEN)
    return visit.show(
        "requests/list.html",
        page="requests",
        wanted=wanted,
        found=found,
        first=before is None,
        many=board.how_many_open(visit.session) if whole else None,
        street=visit.session.get(Street, street) if street else None,
        without_street=_address(wanted, street=None),
        newest=_address(wanted),
        older=_address(wanted, before=found.last_id) if found.more else None,
        file=_address(wanted, "/requests.csv") if visit.who.wears(HatName.ORGANISER) else None,
        **_filters(visit, wanted),
    )


def _filters(visit: Visit, wanted: Wanted) -> dict[str, Any]:
    return {
        "typed": "",
        "problem": None,
        "chips": [
            (words, _address(wanted, stands=one.value), one == wanted.stands) for one, words in STANDS_WORDS.items()
        ],
        "mine_chip": (_address(wanted, mine=None if wanted.mine else 1), wanted.mine is not None),
        "kind_words": KIND_WORDS,
        "patches": visit.session.execute(select(Patch.id, Patch.name).order_by(Patch.name)).all(),
    }


@router.get("/requests.csv")
def file(
    visit: Reads, stands: A_WORD = "", kind: A_WORD = "", patch: AnId = None, street: AnId = None, mine: int = 0
) -> Response:
    """The same as a file, for an organiser's figures: no names, numbers, words, houses or streets."""
    if not visit.who.wears(HatName.ORGANISER):
        raise HelplineError("This file is for an organiser. Ask one of them for it.")
    wanted = _wanted(visit, stands, kind, patch, street, mine)
    return long_csv_file("requests", HEADING, _parts(visit.house, wanted, visit.at))


def _parts(house: House, wanted: Wanted, at: datetime) -> Iterator[list[Cells]]:
    """All of them, a part at a time: no transaction is open while whoever asked takes what there is of it."""
    last: int | None = None
    while True:
        with house.database.reading() as session:
            rows = request_list.rows(session, wanted, at=at, before=last)
        if not rows:
            return
        yield [_cells(row, house.settings.zone) for row in rows]
        last = rows[-1].id


def _cells(row: request_list.Row, zone: ZoneInfo) -> Cells:
    times = [at.astimezone(zone).isoformat(timespec="minutes") if at else "" for at in (row.created_at, row.over_at)]
    return (row.reference, row.what, row.patch or "", URGENCIES[row.urgency], row.state.replace("_", " "), *times)


@router.get("/requests/search")
def nothing_typed(visit: Reads) -> Response:
    """Somebody loaded the page of what was found again: nothing of it is in its address."""
    del visit
    return go("/requests")


@router.post("/requests/search")
def search(visit: Asks) -> Response:
    """Looks for what was typed. A reference leads to its request, and a kind alone to the list of that kind."""
    typed = text(visit.form, "words", 120)
    known = request_search.by_reference(visit.session, typed)
    if known is not None:
        return go(f"/requests/{known}")
    if not typed:
        return _found(visit, typed, problem="Type a reference, a street, what was asked for, a name or a number.")
    meant = request_search.understood(visit.session, typed)
    if meant.kinds and not meant.words and not meant.streets:
        return go(_address(Wanted(Stands.ANY, frozenset({next(iter(sorted(meant.kinds)))}))))
    return _found(visit, typed, meant=meant)


def _found(
    visit: Visit, typed: str, *, meant: looked_for.LookedFor | None = None, problem: str | None = None
) -> Response:
    before = number(visit.form, "before")
    groups = request_search.find(visit.session, meant, at=visit.at, before=before) if meant else []
    return visit.show(
        "requests/found.html",
        status=422 if problem else 200,
        page="requests",
        groups=groups,
        further=before is not None,
        by=By,
        typed=typed,
        problem=problem,
        words=found_words.typed(typed),
    )
