"""The coordinators' page: opened by a link in a text, with no signing in. Opening it changes nothing; pressing a button does.

The first link never shows who or where, whatever happens; the second does, while the request is theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from dashboard.auth import SEEN_AGAIN, Form, House, check_token, go, house_of, text, token_for
from helpline import history, links, offers, promises, request_story, requests, wording
from helpline.errors import HelplineError
from helpline.history import Reading
from helpline.links import Link
from helpline.offers import O, Offer
from helpline.wording import Kind

router = APIRouter()
NEWS = {"noted", "back", "no"}


class ClosedLinkError(Exception):
    """The link opens nothing: it was never ours, has expired, or was closed."""


@dataclass
class Opened:
    """One request by whoever holds a link."""

    house: House
    session: Session
    token: str
    link: Link
    offer: Offer
    at: datetime
    form: FormData

    @property
    def path(self) -> str:
        """The page's own address."""
        return f"/o/{self.token}"

    def show(self, *, status: int = 200, **context: Any) -> Response:
        """The page as the offer stands."""
        theirs = self.offer.state == O.ACCEPTED
        given = {"news": None, "problem": None, "typed": "", **context}
        return self.house.pages.show(
            "private/page.html",
            status=status,
            at=self.at,
            csrf=token_for(self.token),
            path=self.path,
            offer=self.offer,
            request=self.offer.request,
            details=self.link.shows_details and theirs,
            free=promises.still_free(self.session, self.offer),
            asked_next=request_story.asked_then(self.session, self.offer.request, at=self.at),
            what_within=wording.kinds_within([Kind(kind) for kind in self.offer.request.kinds.split(",")]),
            by_when=offers.by_when(self.offer.request, self.at),
            chat_words=promises.chat_words(self.offer, at=self.at),
            expires_at=self.link.expires_at,
            **given,
        )


def _open(request: Request, session: Session, token: str, form: FormData) -> Opened:
    house = house_of(request)
    at = house.clock()
    link = links.follow(session, token, at=at)
    if link is None:
        raise ClosedLinkError
    return Opened(house, session, token, link, session.get_one(Offer, link.offer_id), at, form)


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
    answer = opened.show(news=news if news in NEWS else None)
    if opened.link.shows_details and opened.offer.state == O.ACCEPTED:
        _note_the_reading(opened)
    return answer


def _note_the_reading(opened: Opened) -> None:
    offer, at = opened.offer, opened.at
    lately = select(Reading.id).where(
        Reading.request_id == offer.request_id, Reading.reader_id == offer.person_id, Reading.at > at - SEEN_AGAIN
    )
    if opened.session.scalar(lately.limit(1)) is None:
        opened.session.rollback()  # the reading is over before the writing begins
        with opened.house.database.transaction() as session:
            history.read(session, "request", at=at, reader=offer.person_id, request_id=offer.request_id)


@router.post("/o/{token}/yes")  # noqa: FAST003  # the dependency reads it
def yes(opened: Pressed) -> Response:
    """I will find somebody."""
    offers.accept(opened.session, opened.offer, at=opened.at)
    return go(opened.path)


@router.post("/o/{token}/no")  # noqa: FAST003  # the dependency reads it
def no(opened: Pressed) -> Response:
    """I cannot this time."""
    offers.pass_on(opened.session, opened.offer, at=opened.at)
    return go(f"{opened.path}?news=no")


@router.post("/o/{token}/done")  # noqa: FAST003  # the dependency reads it
def done(opened: Pressed) -> Response:
    """It is done."""
    offers.done(opened.session, opened.offer, at=opened.at)
    return go(opened.path)


@router.post("/o/{token}/back")  # noqa: FAST003  # the dependency reads it
def back(opened: Pressed) -> Response:
    """I have to give it back."""
    if opened.offer.state == O.ACCEPTED:
        offers.give_back(opened.session, opened.offer, at=opened.at)
        if opened.link.shows_details:  # closed by this very press, so there is no page of its own to go on to
            return opened.show()
    return go(f"{opened.path}?news=back")


@router.post("/o/{token}/note")  # noqa: FAST003  # the dependency reads it
def note(opened: Pressed) -> Response:
    """A few words for the helpline."""
    if opened.offer.state not in {O.ACCEPTED, O.DONE}:
        raise HelplineError("That one has moved on to somebody else. Please ring the helpline instead.")
    try:
        requests.add_note(
            opened.session,
            opened.offer.request,
            text(opened.form, "words", 2000),
            who=opened.offer.person,
            at=opened.at,
        )
    except HelplineError as refused:
        return opened.show(status=422, problem=str(refused))
    return go(f"{opened.path}?news=noted")
