"""What somebody on the desk does with a request: ring, hand to somebody, follow up, link; and puts it right."""

from datetime import date

from fastapi import APIRouter, Response

from dashboard import forms, requests, streets
from dashboard.auth import Id, Looks, Reads, Visit, Writes, go, number, text
from dashboard.forms import CHOICES, RequestForm
from helpline import clock, config, correcting, follow_ups, handing, likenesses, offering, through
from helpline import requests as nouns
from helpline.correcting import Corrected
from helpline.durations import ChangedMeanwhileError
from helpline.errors import HelplineError
from helpline.likenesses import Verdict
from helpline.people import Person
from helpline.requests import HelpRequest
from helpline.wording import Urgency

router = APIRouter()


@router.post("/requests/{request_id}/ring")
def ring(visit: Writes, request_id: Id) -> Response:
    """Rings my phone, and then the resident; each sees the helpline's number."""
    request = requests.request_of(visit, request_id)
    through.ring(visit.session, request, who=visit.who, at=visit.at)
    return go(f"/requests/{request.id}?news=ringing")


# To somebody who is chosen


@router.get("/requests/{request_id}/hand")
def whom(visit: Reads, request_id: Id) -> Response:
    """Who could be asked, those of its patch first, and why not."""
    request = requests.request_of(visit, request_id)
    found = handing.candidates(visit.session, request, at=visit.at)
    return visit.show(
        "requests/hand.html",
        page="requests",
        request=request,
        near=[one for one in found if one.near],
        others=[one for one in found if not one.near],
        is_open=request.state in nouns.OPEN,
    )


@router.post("/requests/{request_id}/hand")
def hand(visit: Writes, request_id: Id) -> Response:
    """Asks this person now, in place of whoever was asked or had it."""
    request = requests.request_of(visit, request_id)
    chosen = number(visit.form, "person")
    person = visit.session.get(Person, chosen) if chosen else None
    if person is None:
        raise HelplineError("Choose who is to be asked.")
    handing.hand(visit.session, request, person, who=visit.who, at=visit.at)
    return go(f"/requests/{request.id}?news=asked")


# How it went


@router.post("/requests/{request_id}/follow-up")
def follow_up(visit: Writes, request_id: Id) -> Response:
    """The resident is to be rung on a day and asked how it went."""
    request = requests.request_of(visit, request_id)
    try:
        day = date.fromisoformat(text(visit.form, "day", 10))
    except ValueError:
        day = None
    follow_ups.choose_day(visit.session, request, day, who=visit.who, at=visit.at)
    return go(f"/requests/{request.id}?news=follow_up")


# Likenesses


@router.post("/requests/{request_id}/alike")
def say_alike(visit: Writes, request_id: Id) -> Response:
    """The two are the same, or they are not."""
    request = requests.request_of(visit, request_id)
    other = _other(visit)
    verdict = text(visit.form, "verdict", 12)
    if other is None or verdict not in set(Verdict):
        raise HelplineError("Press whether they are the same.")
    likenesses.say(visit.session, request, other, Verdict(verdict), who=visit.who, at=visit.at)
    return go(f"/requests/{request.id}?news={verdict}")


def _other(visit: Visit) -> HelpRequest | None:
    other_id = number(visit.form, "other")
    return visit.session.get(HelpRequest, other_id) if other_id else None


# Putting it right


@router.get("/requests/{request_id}/correct")
def correct_page(visit: Looks, request_id: Id) -> Response:
    """What was written down, to be put right. That it was looked at is written down."""
    seen = correcting.newest_change(visit.session, request_id)  # asked for first: it is no newer than what is shown
    request = requests.request_of(visit, request_id)
    if request.forgotten_at is not None or request.state not in nouns.OPEN:
        raise HelplineError(correcting.OVER)
    visit.saw("request", request_id=request.id)
    return _correct_page(visit, request, _form_of(request), seen=seen)


def _correct_page(
    visit: Visit, request: HelpRequest, form: RequestForm, *, seen: int, problem: str | None = None, status: int = 200
) -> Response:
    return visit.show(
        "requests/correct.html",
        status=status,
        page="requests",
        request=request,
        form=form,
        seen=seen,
        problem=problem,
        by_when=offering.by_when(request, visit.at),
        choices=streets.rows(visit.session, form.choices, at=visit.at),
        **CHOICES,
    )


def _form_of(request: HelpRequest) -> RequestForm:
    street = request.street.name if request.street else request.street_words or ""
    local = clock.local(request.by_at, config.current().zone) if request.by_at else None
    return RequestForm(
        words=request.words or "",
        name=request.name or "",
        house=request.house or "",
        street=street,
        street_was=street,
        street_id=str(request.street_id or forms.NOT_ON_OUR_LIST),
        urgency=request.urgency.value,
        day=f"{local:%Y-%m-%d}" if local else "",
        time=f"{local:%H:%M}" if local else "",
    )


@router.post("/requests/{request_id}/correct")
def correct(visit: Writes, request_id: Id) -> Response:
    """It is put right, and what follows from it follows. Whoever is second is shown what the first made of it."""
    request = requests.request_of(visit, request_id)
    form, seen = forms.read(visit.form), number(visit.form, "seen") or 0
    given = _corrected(visit, request, form)
    if given is None:
        return _correct_page(visit, request, form, seen=seen, status=422)
    try:
        changed = correcting.correct(visit.session, request, given, seen=seen, who=visit.who, at=visit.at)
    except ChangedMeanwhileError as meanwhile:
        visit.saw("request", request_id=request.id)
        newest = correcting.newest_change(visit.session, request.id)
        return _correct_page(visit, request, form, seen=newest, problem=str(meanwhile), status=409)
    return go(f"/requests/{request.id}{'?news=corrected' if changed else ''}")


def _corrected(visit: Visit, request: HelpRequest, form: RequestForm) -> Corrected | None:
    """What the form says, or None with a sentence beside each field that is refused."""
    if not form.words:
        form.errors["words"] = "Write a few words, so that a neighbour knows what to bring or do."
    street = forms.street_meant(visit.session, form)
    same = form.urgency == request.urgency and _form_of(request).day == form.day and _form_of(request).time == form.time
    by_at = request.by_at if same else forms.by(form, at=visit.at)
    if form.urgency not in set(Urgency):
        form.errors["urgency"] = "Say by when: press one."
    if form.errors:
        return None
    return Corrected(
        words=form.words,
        name=form.name or None,
        house=form.house or None,
        street_id=street.id if street else None,
        street_words=None if street else form.street,
        urgency=Urgency(form.urgency),
        by_at=by_at,
    )
