"""The coordinators' page: opened by a link in a text, with no signing in. Opening it changes nothing; pressing a button does.

The first link never shows who or where, whatever happens. The second does, while the request is theirs, in a browser in which
somebody has pressed for it: a preview that fetches the page is shown nothing (`docs/decisions/0014`). What is pressed after yes is
in `private_taken`.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from dashboard.auth import SEEN_AGAIN, Form, House, check_token, go, house_of, remember, token_for
from helpline import (
    at_risk,
    besides,
    clock,
    durations,
    history,
    links,
    offering,
    patch_page,
    phone,
    promises,
    request_story,
    taking,
    wording,
)
from helpline.history import Reading
from helpline.links import Link
from helpline.offers import O, Offer
from helpline.wording import Kind

router = APIRouter()
NEWS = {"noted", "back", "no", "found", "advice", "ringing", "still"}
BROWSER = "helpline_page"
BROWSER_STAYS = timedelta(days=180)


class ClosedLinkError(Exception):
    """The link opens nothing: it was never ours, has expired, or was closed."""


@dataclass
class Opened:
    """One request by whoever holds a link to an offer."""

    house: House
    session: Session
    token: str
    link: Link
    offer: Offer
    at: datetime
    form: FormData
    browser: str | None

    @property
    def path(self) -> str:
        """The page's own address."""
        return f"/o/{self.token}"

    @property
    def theirs(self) -> bool:
        """Whether the request is theirs now."""
        return self.offer.state == O.ACCEPTED

    @property
    def shows_details(self) -> bool:
        """Whether who and where are shown here."""
        return self.link.shows_details and self.theirs and links.knows(self.session, self.offer.person_id, self.browser)

    def show(self, *, status: int = 200, details: bool | None = None, **context: Any) -> Response:
        """The page as the offer stands."""
        request = self.offer.request
        details = self.shows_details if details is None else details
        given = {"news": None, "problem": None, "typed": "", "done_by": None, "failed": None, "told": (), **context}
        answer = self.house.pages.show(
            "private/page.html",
            status=status,
            at=self.at,
            csrf=token_for(self.token),
            path=self.path,
            offer=self.offer,
            request=request,
            details=details,
            link_shows_details=self.link.shows_details,
            free=promises.still_free(self.session, self.offer),
            asked_next=request_story.asked_then(self.session, request, at=self.at),
            what_within=wording.kinds_within([Kind(kind) for kind in request.kinds.split(",")]),
            by_when=offering.by_when(request, self.at),
            besides=besides.told(request),
            paid=besides.paid(request),
            lead=at_risk.lead_of(self.session, request) if details else None,
            chat_words=promises.words_for_chat(self.offer, at=self.at),
            may_ring=phone.may_be_rung(request.phone),
            patch=patch_page.figures(self.session, request.patch_id, at=self.at)
            if details
            and request.patch_id
            and patch_page.looks_after(self.session, request.patch_id, self.offer.person)
            else None,
            kept_for=wording.spoken_length(durations.of(self.session).forget),
            today=clock.local(self.at, self.house.settings.zone).date().isoformat(),
            expires_at=self.link.expires_at,
            **given,
        )
        if self.link.shows_details and self.browser is None:
            remember(self.house, answer, BROWSER, secrets.token_urlsafe(18), lasts=BROWSER_STAYS)
        return answer


def _open(request: Request, session: Session, token: str, form: FormData) -> Opened:
    house = house_of(request)
    at = house.clock()
    link = links.follow(session, token, at=at)
    if link is None or link.offer_id is None:
        raise ClosedLinkError
    offer = session.get_one(Offer, link.offer_id)
    return Opened(house, session, token, link, offer, at, form, request.cookies.get(BROWSER))


def _looks(request: Request, token: str) -> Iterator[Opened]:
    with house_of(request).database.reading() as session:
        yield _open(request, session, token, FormData())


def _presses(request: Request, token: str, form: Form) -> Iterator[Opened]:
    # The token in the form is made from the link itself, so it needs no cookie and works on any old phone.
    check_token(form, token)
    with house_of(request).database.transaction() as session:
        yield _open(request, session, token, form)


Looked = Annotated[Opened, Depends(_looks, scope="function")]
Pressed = Annotated[Opened, Depends(_presses, scope="function")]


@router.get("/o/{token}")  # noqa: FAST003  # the dependency reads it
def page(opened: Looked, news: str = "") -> Response:
    """What is asked; after yes and by the second link, who and where. That details were shown is written down."""
    shows = opened.shows_details
    answer = opened.show(news=news if news in NEWS else None, details=shows)
    if shows:
        note_the_reading(opened.house, opened.session, opened.offer, at=opened.at)
    return answer


def note_the_reading(house: House, session: Session, offer: Offer, *, at: datetime) -> None:
    """Write down, once an hour, that somebody was shown who and where, after the reading that showed it."""
    lately = select(Reading.id).where(
        Reading.request_id == offer.request_id, Reading.reader_id == offer.person_id, Reading.at > at - SEEN_AGAIN
    )
    if session.scalar(lately.limit(1)) is None:
        session.rollback()  # the reading is over before the writing begins
        with house.database.transaction() as writing:
            history.read(writing, "request", at=at, reader=offer.person_id, request_id=offer.request_id)


@router.post("/o/{token}/yes")  # noqa: FAST003  # the dependency reads it
def yes(opened: Pressed) -> Response:
    """I will find somebody."""
    taking.accept(opened.session, opened.offer, at=opened.at)
    return go(opened.path)


@router.post("/o/{token}/no")  # noqa: FAST003  # the dependency reads it
def no(opened: Pressed) -> Response:
    """I cannot this time."""
    taking.pass_on(opened.session, opened.offer, at=opened.at)
    return go(f"{opened.path}?news=no")
