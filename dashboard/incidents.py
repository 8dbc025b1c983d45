"""Incidents: written down without names, with somebody who answers for each, and what we changed."""

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import APIRouter, Response

from dashboard.auth import Id, Looks, Reads, Visit, Writes, go, number, text
from dashboard.signposts import AnId
from helpline import incidents
from helpline.errors import HelplineError, NotFoundError
from helpline.incident_words import SERIOUS_WORDS, Serious
from helpline.incidents import Incident, NamesSomebodyError, Told
from helpline.people import HatName, Person
from helpline.requests import HelpRequest

router = APIRouter()
NEWS = {"written", "closed", "given"}


@dataclass
class IncidentForm:
    """The form as it stands, and a sentence for each field that is refused."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    words: str = ""
    happened_on: str = ""
    serious: str = Serious.SMALL
    owner_id: int | None = None
    request_id: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    warned: bool = False


def _today(visit: Visit) -> str:
    return visit.at.astimezone(visit.house.settings.zone).date().isoformat()


def incident_of(visit: Visit, incident_id: int) -> Incident:
    """An incident by its id. Raises `NotFoundError`."""
    found = incidents.find(visit.session, incident_id)
    if found is None:
        raise NotFoundError("There is no such incident.")
    return found


@router.get("/incidents")
def every(visit: Reads, request: AnId = None) -> Response:
    """Write one down; those that are open, and what we changed after the others."""
    return _list(visit, IncidentForm(happened_on=_today(visit), request_id=request))


def _list(visit: Visit, form: IncidentForm, *, status: int = 200) -> Response:
    return visit.show(
        "incidents/list.html",
        status=status,
        page="incidents",
        form=form,
        about=visit.session.get(HelpRequest, form.request_id) if form.request_id else None,
        owners=incidents.could_own(visit.session),
        serious_words=SERIOUS_WORDS,
        open=incidents.still_open(visit.session),
        closed=incidents.closed(visit.session),
        may_read=incidents.may_read,
        today=_today(visit),
    )


@router.post("/incidents")
def write(visit: Writes) -> Response:
    """Writes it down; what could name somebody is asked about first."""
    form, owner, day = _typed(visit)
    if day is None:
        form.errors["happened_on"] = "Say on which day."
    if owner is None:
        form.errors["owner"] = "Say who answers for it."
    if owner is None or day is None:
        return _list(visit, form, status=422)
    about = visit.session.get(HelpRequest, form.request_id) if form.request_id else None
    anyway = text(visit.form, "anyway", 5) == "yes"
    told = Told(form.key, form.words, day, Serious(form.serious), anyway=anyway)
    try:
        made, _ = incidents.write(visit.session, told, owner=owner, request=about, who=visit.who, at=visit.at)
    except NamesSomebodyError as warned:
        form.errors["words"], form.warned = str(warned), True
        return _list(visit, form, status=422)
    except HelplineError as refused:
        form.errors["words" if not form.words else "happened_on"] = str(refused)
        return _list(visit, form, status=422)
    return go(f"/incidents/{made.id}?news=written")


def _typed(visit: Visit) -> tuple[IncidentForm, Person | None, date | None]:
    key, serious = text(visit.form, "form_key", 40), text(visit.form, "serious", 10)
    form = IncidentForm(
        key=key if len(key) >= 16 else secrets.token_urlsafe(16),
        words=text(visit.form, "words", incidents.LONGEST),
        happened_on=text(visit.form, "happened_on", 10),
        serious=serious if serious in set(Serious) else Serious.SMALL,
        owner_id=number(visit.form, "owner"),
        request_id=number(visit.form, "request"),
    )
    owner = visit.session.get(Person, form.owner_id) if form.owner_id else None
    try:
        return form, owner, date.fromisoformat(form.happened_on)
    except ValueError:
        return form, owner, None


@router.get("/incidents/{incident_id}")
def page(visit: Looks, incident_id: Id, news: str = "") -> Response:
    """One incident. That somebody looked is written down."""
    incident = incident_of(visit, incident_id)
    if incidents.may_read(incident, visit.who):
        visit.saw(f"incident {incident.id}")
    return _page(visit, incident, news=news if news in NEWS else None)


def _page(visit: Visit, incident: Incident, *, status: int = 200, **more: Any) -> Response:
    may_close = incident.is_open and incidents.may_close(incident, visit.who)
    return visit.show(
        "incidents/page.html",
        status=status,
        page="incidents",
        incident=incident,
        serious_words=SERIOUS_WORDS,
        may_read=incidents.may_read(incident, visit.who),
        may_close=may_close,
        owners=incidents.could_own(visit.session) if may_close else [],
        organiser=visit.who.wears(HatName.ORGANISER),
        **{"news": None, "problem": None, "typed": "", **more},
    )


@router.post("/incidents/{incident_id}/close")
def close(visit: Writes, incident_id: Id) -> Response:
    """Closes it with what we changed."""
    incident, changed = incident_of(visit, incident_id), text(visit.form, "changed", incidents.LONGEST)
    try:
        incidents.close(visit.session, incident, changed, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _page(visit, incident, status=422, problem=str(refused), typed=changed)
    return go(f"/incidents/{incident.id}?news=closed")


@router.post("/incidents/{incident_id}/owner")
def give(visit: Writes, incident_id: Id) -> Response:
    """Somebody else answers for it."""
    incident, owner_id = incident_of(visit, incident_id), number(visit.form, "owner")
    owner = visit.session.get(Person, owner_id) if owner_id else None
    if owner is None:
        raise NotFoundError("There is no such person.")
    incidents.give(visit.session, incident, owner, who=visit.who, at=visit.at)
    return go(f"/incidents/{incident.id}?news=given")
