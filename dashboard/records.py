"""What we hold of somebody: who read it, when it is forgotten, all of it to take away, and to be forgotten now on their wish."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dashboard.auth import DEVICE, LARGEST_ID, Id, Reads, Visit, Writes, forget, go, text
from dashboard.people import anybody
from helpline import erasing, history, people, record, remembered, who_read
from helpline.errors import HelplineError, NotFoundError
from helpline.people import HatName, Person

router = APIRouter()
ONLY_OWN = "Only an organiser sees that of somebody else. Ask one: their names are on the people page."
# What was shown, as it is told.
SHOWN = {
    "person": "opened the page",
    "number": "saw the number",
    "request": "read a request",
    "text": "read a text",
    "voicemail": "listened to a message",
    "spoken_note": "listened to a note of a call",
    "referral": "read whom it was passed on to",
    "paper": "printed an open request",
    "record": "was given the whole record",
    "blocks": "looked at the blocked numbers",
}
TABLES = {
    "people": "Who they are",
    "hats": "Hats",
    "requests": "What they asked for",
    "notes": "Notes on it",
    "feedback": "What they said of it afterwards",
    "calls": "Their calls",
    "voicemails": "Messages they left",
    "texts": "Texts from them",
    "messages": "Texts to them",
    "offers": "What they were asked to do",
    "shifts": "Shifts on the line",
    "readings": "Who read what",
    "away": "Days away",
    "devices": "Where they are signed in",
    "rings": "When we rang them",
    "blocks": "Their number was turned away",
}
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


def _theirs(visit: Visit, person_id: int) -> Person:
    """Somebody whose record the reader may see: their own, or an organiser anybody's. Raises `HelplineError`."""
    if person_id != visit.who.id and not visit.who.wears(HatName.ORGANISER):
        raise HelplineError(ONLY_OWN)
    return anybody(visit, person_id)


@router.get("/people/{person_id}/readings")
def readings(visit: Reads, person_id: Id, before: Before = None) -> Response:
    """Who has looked at somebody's details."""
    person = _theirs(visit, person_id)
    found = who_read.about(visit.session, person.id, before=before)
    return _readings(visit, person, found, by=False, before=before)


@router.get("/people/{person_id}/has-read")
def has_read(visit: Reads, person_id: Id, before: Before = None) -> Response:
    """At whose details somebody has looked."""
    person = _theirs(visit, person_id)
    return _readings(visit, person, who_read.by(visit.session, person.id, before=before), by=True, before=before)


def _readings(visit: Visit, person: Person, found: who_read.Readings, **context: Any) -> Response:
    return visit.show("people/readings.html", page="people", person=person, found=found, shown=SHOWN, **context)


@router.get("/people/{person_id}/record")
def held(visit: Reads, person_id: Id) -> Response:
    """What we hold of somebody, and until when."""
    person = _theirs(visit, person_id)
    return visit.show(
        "people/record.html",
        page="people",
        person=person,
        held=remembered.of(visit.session, person),
        organiser=visit.who.wears(HatName.ORGANISER),
    )


@router.post("/people/{person_id}/export")
def export(visit: Writes, person_id: Id) -> Response:
    """All that we hold of somebody, as a page to read or as a file for a computer. That it was given is written down."""
    person = _theirs(visit, person_id)
    found = record.of(visit.session, person, who=visit.who)
    history.read(visit.session, "record", at=visit.at, reader=visit.who.id, person_id=person.id)
    history.record(visit.session, "person.exported", at=visit.at, who=visit.who.id, person_id=person.id)
    if text(visit.form, "as", 10) == "json":
        words = {
            "held_on": visit.at.isoformat(),
            "held": {part.table: part.rows for part in found.parts},
            "did_for_others": [{"table": one.table, "as": one.as_what, "times": one.many} for one in found.did],
        }
        written = json.dumps(words, ensure_ascii=False, indent=2)
        return _file(Response(written, media_type="application/json"), "record.json")
    answer = visit.house.pages.show(
        "people/record_file.html",
        at=visit.at,
        parts=[(TABLES.get(part.table, part.table.replace("_", " ")), part.rows) for part in found.parts],
        did=found.did,
    )
    return _file(answer, "record.html")


def _file(answer: Response, name: str) -> Response:
    answer.headers["content-disposition"] = f'attachment; filename="{name}"'
    return answer


@router.get("/people/{person_id}/erase")
def before_erasing(visit: Reads, person_id: Id) -> Response:
    """What follows when somebody is forgotten now, before it is done."""
    person = anybody(visit, person_id)
    people.check_organiser(visit.who)
    return _erase(visit, person)


def _erase(visit: Visit, person: Person, *, status: int = 200, problem: str | None = None) -> Response:
    follows = erasing.before(visit.session, person, at=visit.at)
    return visit.show(
        "people/erase.html", status=status, page="people", person=person, follows=follows, problem=problem
    )


@router.post("/people/{person_id}/erase")
def erase(visit: Writes, person_id: Id) -> Response:
    """Forgets somebody now. Pressed twice, they are forgotten once."""
    try:
        person = anybody(visit, person_id)
    except NotFoundError:
        return go("/people?news=erased")
    own = person.id == visit.who.id
    try:
        erasing.erase(visit.session, person, who=visit.who, at=visit.at)
    except HelplineError as refused:
        if not visit.who.wears(HatName.ORGANISER):
            raise
        return _erase(visit, person, status=409, problem=str(refused))
    if not own:
        return go("/people?news=erased")
    answer = go("/sign-in")
    forget(visit.house, answer, DEVICE)
    return answer
