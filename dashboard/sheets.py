"""Tables in and out: an organiser chooses a file, sees what it would do, and does it; and takes each table home as a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import UploadFile

from dashboard.auth import Brings, Id, Looks, Reads, Visit, Writes, go, text
from dashboard.csv_file import csv_file
from helpline import exporting, history, people, sheets
from helpline.errors import HelplineError, NotFoundError
from helpline.importing import Verdict
from helpline.people import HatName
from helpline.sheets import ChangedMeanwhileError, Sheet, SheetKind

router = APIRouter()
WORDS = {
    SheetKind.STREETS: ("Streets", "Each street with its house numbers, its patch, and what it was called once."),
    SheetKind.PATCHES: (
        "Patches",
        "Each patch with its coordinators and deputies, in the order in which they are asked.",
    ),
    SheetKind.PEOPLE: ("People", "Everybody who wears a hat, with their number and how they are asked."),
    SheetKind.SIGNPOSTS: ("Organisations", "Those that we tell people of."),
}
VERDICT_WORDS = {
    Verdict.NEW: "new",
    Verdict.CHANGED: "changed",
    Verdict.SAME: "the same",
    Verdict.REFUSED: "refused",
}
SHOWN = 200
"""Lines of each sort on the page; all of them are in the file of the report."""


def sheet_of(visit: Visit, sheet_id: int) -> Sheet:
    """A sheet by its id, for organisers. Raises `NotFoundError`."""
    people.check_organiser(visit.who)
    found = visit.session.get(Sheet, sheet_id)
    if found is None:
        raise NotFoundError("That file is not held any more. Bring it again: nothing was changed by its going.")
    return found


@router.get("/sheets")
def every(visit: Reads) -> Response:
    """Every table that can be brought, or taken home."""
    return _list(visit)


def _list(visit: Visit, *, status: int = 200, **more: Any) -> Response:
    return visit.show(
        "sheets/list.html",
        status=status,
        page="sheets",
        kinds=WORDS,
        columns={kind: taking.columns for kind, taking in sheets.TAKING.items()},
        organiser=visit.who.wears(HatName.ORGANISER),
        most_lines=sheets.MOST_LINES,
        **{"problem": None, "kind": None, **more},
    )


@router.post("/sheets")
def bring(visit: Brings) -> Response:
    """Holds a file, and says what it would do; nothing is done."""
    people.check_organiser(visit.who)
    wanted, sent = text(visit.form, "kind", 12), visit.form.get("file")
    if wanted not in set(SheetKind):
        return _list(visit, status=422, problem="Say what the file is a table of.")
    raw = sent.file.read(sheets.LARGEST + 1) if isinstance(sent, UploadFile) else b""
    problem = None
    if not raw:
        problem = "Choose a file first."
    elif len(raw) > sheets.LARGEST:
        problem = "That file is too large. Cut it in two, and bring one after the other."
    if problem:
        return _list(visit, status=422, problem=problem, kind=SheetKind(wanted))
    try:
        sheet = sheets.bring(visit.session, SheetKind(wanted), raw, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _list(visit, status=422, problem=str(refused), kind=SheetKind(wanted))
    return go(f"/sheets/{sheet.id}")


def _file(visit: Visit, kind: SheetKind, heading: Sequence[str], rows: Iterator[Sequence[str]]) -> Response:
    """A table as a file. That it left is written down, each time."""
    people.check_organiser(visit.who)
    history.read(visit.session, f"file of {kind}", at=visit.at, reader=visit.who.id)
    return csv_file(kind.value, heading, rows)


@router.get("/sheets/streets.csv")
def streets_file(visit: Looks) -> Response:
    """Every street."""
    return _file(visit, SheetKind.STREETS, exporting.STREETS, exporting.streets(visit.session))


@router.get("/sheets/patches.csv")
def patches_file(visit: Looks) -> Response:
    """Every patch, with who looks after it."""
    return _file(visit, SheetKind.PATCHES, exporting.PATCHES, exporting.patches(visit.session))


@router.get("/sheets/people.csv")
def people_file(visit: Looks) -> Response:
    """Everybody who wears a hat."""
    return _file(visit, SheetKind.PEOPLE, exporting.PEOPLE, exporting.people(visit.session))


@router.get("/sheets/signposts.csv")
def signposts_file(visit: Looks) -> Response:
    """Every organisation on the list."""
    return _file(visit, SheetKind.SIGNPOSTS, exporting.SIGNPOSTS, exporting.organisations(visit.session))


@router.get("/sheets/{sheet_id}")
def page(visit: Looks, sheet_id: Id) -> Response:
    """What a file would do, or did. That somebody looked is written down."""
    sheet = sheet_of(visit, sheet_id)
    visit.saw(f"sheet {sheet.id}")
    return _page(visit, sheet)


def _page(visit: Visit, sheet: Sheet, *, status: int = 200, problem: str | None = None) -> Response:
    judged = sheets.judged_of(sheet)
    many = {verdict: sum(one.verdict == verdict for one in judged) for verdict in Verdict}
    return visit.show(
        "sheets/page.html",
        status=status,
        page="sheets",
        sheet=sheet,
        problem=problem,
        words=WORDS[sheet.kind][0],
        many=many,
        judged={verdict: [one for one in judged if one.verdict == verdict][:SHOWN] for verdict in Verdict},
        shown=SHOWN,
        unused=sheets.unused_of(sheet),
        until=sheet.brought_at + sheets.HELD,
        tells=sheet.kind in {SheetKind.PEOPLE, SheetKind.PATCHES},
    )


@router.post("/sheets/{sheet_id}/do")
def do(visit: Writes, sheet_id: Id) -> Response:
    """Does it, whole or not at all; pressed twice, once."""
    sheet = sheet_of(visit, sheet_id)
    try:
        with visit.session.begin_nested():
            sheets.carry_out(visit.session, sheet, who=visit.who, at=visit.at)
    except ChangedMeanwhileError as changed:
        sheets.judge_again(visit.session, sheet)
        return _page(visit, sheet, status=409, problem=str(changed))
    except HelplineError as refused:
        return _page(visit, sheet, status=409, problem=str(refused))
    return go(f"/sheets/{sheet.id}")


@router.get("/sheets/{sheet_id}/report.csv")
def report(visit: Looks, sheet_id: Id) -> Response:
    """Every line of it, as a file. That it left is written down."""
    sheet = sheet_of(visit, sheet_id)
    history.read(visit.session, f"report of sheet {sheet.id}"[:24], at=visit.at, reader=visit.who.id)
    rows = [(one.line, one.name, VERDICT_WORDS[one.verdict], one.why) for one in sheets.judged_of(sheet)]
    return csv_file(f"report-{sheet.kind}", ("line", "name", "what", "why"), rows)
