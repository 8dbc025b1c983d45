"""What a coordinator presses on their page after yes: show me who and where, ring, found, done, back, a note, not safe."""

import secrets
from datetime import date

from fastapi import APIRouter, Response

from dashboard.auth import go, text
from dashboard.private import Looked, Pressed
from helpline import (
    advice,
    history,
    holders,
    links,
    neighbours,
    patch_page,
    requests,
    taking,
    through,
)
from helpline.errors import HelplineError
from helpline.offers import O

router = APIRouter()
MOVED_ON = "That one has moved on to somebody else. Please ring the helpline instead."


@router.post("/o/{token}/show")  # noqa: FAST003  # the dependency reads it
def show(opened: Pressed) -> Response:
    """Who and where, please. A browser that keeps no cookies is shown them in this answer, and asked again the next time."""
    offer, at = opened.offer, opened.at
    if not (opened.link.shows_details and opened.theirs):
        return go(opened.path)
    many = links.opened(
        opened.session, opened.link, offer.person_id, opened.browser or secrets.token_urlsafe(18), at=at
    )
    history.read(opened.session, "request", at=at, reader=offer.person_id, request_id=offer.request_id)
    if many == links.MANY:
        taking.opened_often(opened.session, offer, many, at=at)
    return go(opened.path) if opened.browser else opened.show(details=True)


@router.get("/o/{token}/show")  # noqa: FAST003  # the dependency reads it
def shown(opened: Looked) -> Response:
    """That page, loaded again."""
    return go(opened.path)


@router.post("/o/{token}/ring")  # noqa: FAST003  # the dependency reads it
def ring(opened: Pressed) -> Response:
    """Rings the coordinator's own phone, and then the resident: whoever presses it, nobody else's phone is rung first."""
    if not opened.theirs:
        raise HelplineError(MOVED_ON)
    through.ring(opened.session, opened.offer.request, who=opened.offer.person, at=opened.at)
    return go(f"{opened.path}?news=ringing")


@router.post("/o/{token}/found")  # noqa: FAST003  # the dependency reads it
def found(opened: Pressed) -> Response:
    """I found somebody."""
    neighbours.found(opened.session, opened.offer, text(opened.form, "neighbour", 80), at=opened.at)
    return go(f"{opened.path}?news=found")


@router.post("/o/{token}/still")  # noqa: FAST003  # the dependency reads it
def still(opened: Pressed) -> Response:
    """I am on it."""
    if opened.theirs:
        taking.still_on_it(opened.session, opened.offer, at=opened.at)
    return go(f"{opened.path}?news=still")


@router.post("/o/{token}/done")  # noqa: FAST003  # the dependency reads it
def done(opened: Pressed) -> Response:
    """It is done: by whom, and on what day."""
    by = {"neighbour": text(opened.form, "neighbour", 80), "on": text(opened.form, "on", 10)}
    try:
        on = date.fromisoformat(by["on"]) if by["on"] else None
    except ValueError:
        problem = "Write the day as it is on the calendar, or leave it out."
        return opened.show(status=422, failed="done", problem=problem, done_by=by)
    try:
        neighbours.done(opened.session, opened.offer, by["neighbour"], on, at=opened.at)
    except neighbours.WrongDayError as refused:
        return opened.show(status=422, failed="done", problem=str(refused), done_by=by)
    return go(opened.path)


@router.post("/o/{token}/back")  # noqa: FAST003  # the dependency reads it
def back(opened: Pressed) -> Response:
    """I have to give it back."""
    if opened.theirs:
        taking.give_back(opened.session, opened.offer, at=opened.at)
        if opened.link.shows_details:  # closed by this very press, so there is no page of its own to go on to
            return opened.show(details=False)
    return go(f"{opened.path}?news=back")


@router.post("/o/{token}/note")  # noqa: FAST003  # the dependency reads it
def note(opened: Pressed) -> Response:
    """A few words for the helpline."""
    if opened.offer.state not in {O.ACCEPTED, O.DONE}:
        raise HelplineError(MOVED_ON)
    words = text(opened.form, "words", 2000)
    try:
        requests.add_note(opened.session, opened.offer.request, words, who=opened.offer.person, at=opened.at)
    except HelplineError as refused:
        return opened.show(status=422, failed="note", problem=str(refused), typed=words)
    taking.heard(opened.session, opened.offer, at=opened.at)
    return go(f"{opened.path}?news=noted")


@router.post("/o/{token}/advice")  # noqa: FAST003  # the dependency reads it
def not_safe(opened: Pressed) -> Response:
    """It is not safe, or I need advice: somebody is told at once, and the page says what to do meanwhile."""
    if opened.offer.state not in {O.ACCEPTED, O.DONE}:
        raise HelplineError(MOVED_ON)
    advice.ask(opened.session, opened.offer, text(opened.form, "words", 2000), at=opened.at)
    here = holders.around(opened.session, at=opened.at)
    on = tuple(shift.person for shift in here.on)
    return opened.show(news="advice", told=on or here.organisers)


@router.post("/o/{token}/fresh")  # noqa: FAST003  # the dependency reads it
def fresh(opened: Pressed) -> Response:
    """Close this link, which others may have, and send me a new one."""
    if not (opened.link.shows_details and opened.theirs):
        return go(opened.path)
    taking.fresh_link(opened.session, opened.offer, at=opened.at)
    return opened.show(details=False, news="fresh")


@router.post("/o/{token}/patch")  # noqa: FAST003  # the dependency reads it
def patch(opened: Pressed) -> Response:
    """On to the page of my patch, by a link of its own."""
    request = opened.offer.request
    if not (opened.link.shows_details and opened.theirs) or request.patch_id is None:
        return go(opened.path)
    return go(patch_page.link_for(opened.session, request.patch_id, opened.offer.person, at=opened.at))
