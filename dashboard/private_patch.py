"""The page of a patch, for one of those who look after it: what is open and what was done, by a link of its own.

Streets, kinds and days are on it, and no names; who and where of what they hold is a press away, on the page of that request. Until
somebody has pressed for it in this browser, it says no more than whose page it is.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from dashboard.auth import Form, House, check_token, go, house_of, number, remember, text, token_for
from dashboard.private import BROWSER, BROWSER_STAYS, ClosedLinkError
from helpline import away, links, offers, own_street, patch_page, sparing
from helpline.away import Away
from helpline.errors import HelplineError, RefusedError
from helpline.links import Link
from helpline.offers import LINK_LASTS, O
from helpline.people import Person
from helpline.places import Patch
from helpline.requests import HelpRequest, Written
from helpline.wording import KIND_WORDS, Kind, Money, Urgency

router = APIRouter()
NEWS = {"away", "back", "quiet"}
_KINDS = {kind: words for kind, words in KIND_WORDS.items() if kind != Kind.OFFER_OF_HELP}
_WHENS = {Urgency.NOW: "As soon as can be", Urgency.TODAY: "Today", Urgency.THIS_WEEK: "This week"}


@dataclass(frozen=True)
class OwnForm:
    """The form of a street that runs itself, as it stands."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    kind: str = ""
    street: int | None = None
    when: str = Urgency.THIS_WEEK
    words: str = ""


@dataclass
class OpenedPatch:
    """One request by whoever holds a link to a patch."""

    house: House
    session: Session
    token: str
    link: Link
    patch: Patch
    person: Person
    at: datetime
    form: FormData
    browser: str | None

    @property
    def path(self) -> str:
        """The page's own address."""
        return f"/p/{self.token}"

    def show(self, *, known: bool | None = None, status: int = 200, **context: Any) -> Response:
        """The page."""
        known = links.knows(self.session, self.person.id, self.browser) if known is None else known
        answer = self.house.pages.show(
            "private/patch.html",
            status=status,
            at=self.at,
            csrf=token_for(self.token),
            path=self.path,
            patch=self.patch,
            person=self.person,
            seen=patch_page.of(self.session, self.patch, self.person, at=self.at) if known else None,
            runs_itself=own_street.runs_itself(self.session),
            kinds_=_KINDS,
            whens=_WHENS,
            expires_at=self.link.expires_at,
            spells=away.of_person(self.session, self.person, at=self.at) if known else [],
            hours=sparing.quiet_of(self.session, self.person) if known else None,
            today=away.today(self.at).isoformat(),
            **{
                "news": None,
                "problem": None,
                "failed": None,
                "form": OwnForm(),
                "typed": {},
                **context,
            },
        )
        if self.browser is None:
            remember(self.house, answer, BROWSER, secrets.token_urlsafe(18), lasts=BROWSER_STAYS)
        return answer

    def refuse(self, failed: str, problem: str, **typed: Any) -> Response:
        """The page, and why something cannot be. A browser that keeps no cookies is shown it in this answer, as by its press."""
        if self.browser is None:
            self.opens()
        return self.show(
            known=True if self.browser is None else None, status=422, failed=failed, problem=problem, **typed
        )

    def opens(self) -> None:
        """Write down that it is shown in this browser from now on."""
        browser = self.browser or secrets.token_urlsafe(18)
        links.opened(self.session, self.link, self.person.id, browser, at=self.at)


def _open(request: Request, session: Session, token: str, form: FormData) -> OpenedPatch:
    house = house_of(request)
    at = house.clock()
    link = links.follow(session, token, at=at)
    patch = session.get(Patch, link.patch_id) if link and link.patch_id else None
    person = session.get(Person, link.person_id) if link and link.person_id else None
    if link is None or patch is None or person is None or not patch_page.looks_after(session, patch.id, person):
        raise ClosedLinkError
    return OpenedPatch(house, session, token, link, patch, person, at, form, request.cookies.get(BROWSER))


def _looks(request: Request, token: str) -> Iterator[OpenedPatch]:
    with house_of(request).database.reading() as session:
        yield _open(request, session, token, FormData())


def _presses(request: Request, token: str, form: Form) -> Iterator[OpenedPatch]:
    check_token(form, token)
    with house_of(request).database.transaction() as session:
        yield _open(request, session, token, form)


Looked = Annotated[OpenedPatch, Depends(_looks, scope="function")]
Pressed = Annotated[OpenedPatch, Depends(_presses, scope="function")]


@router.get("/p/{token}")  # noqa: FAST003  # the dependency reads it
def page(opened: Looked, news: str = "") -> Response:
    """My patch."""
    return opened.show(news=news if news in NEWS else None)


@router.post("/p/{token}/show")  # noqa: FAST003  # the dependency reads it
def show(opened: Pressed) -> Response:
    """Show it in this browser."""
    opened.opens()
    return go(opened.path) if opened.browser else opened.show(known=True)


@router.post("/p/{token}/away")  # noqa: FAST003  # the dependency reads it
def going_away(opened: Pressed) -> Response:
    """I am going to be away: from one day to another, both meant."""
    typed = {name: text(opened.form, name, 10) for name in ("first", "last")}
    try:
        first, last = (date.fromisoformat(typed[name]) for name in ("first", "last"))
        away.say_away(opened.session, opened.person, first, last, who=opened.person, at=opened.at)
    except ValueError:
        return opened.refuse("away", "Say from which day, and until which.", typed=typed)
    except HelplineError as refused:
        return opened.refuse("away", str(refused), typed=typed)
    return go(f"{opened.path}?news=away")


@router.post("/p/{token}/back")  # noqa: FAST003  # the dependency reads it
def not_away(opened: Pressed) -> Response:
    """I am not away then after all."""
    spell = opened.session.get(Away, number(opened.form, "away") or 0)
    if spell is not None and spell.person_id == opened.person.id:
        away.take_off(opened.session, spell, who=opened.person, at=opened.at)
    return go(f"{opened.path}?news=back")


@router.post("/p/{token}/quiet")  # noqa: FAST003  # the dependency reads it
def quiet(opened: Pressed) -> Response:
    """My quiet hours, in which I am asked only for what is urgent."""
    typed = {name: text(opened.form, name, 8) for name in ("from", "until")}
    try:
        start, end = (time.fromisoformat(written) if written else None for written in typed.values())
        sparing.set_quiet(opened.session, opened.person, start, end, who=opened.person, at=opened.at)
    except ValueError:
        return opened.refuse("quiet", "Write the times like 21:00 and 08:00.", typed=typed)
    except HelplineError as refused:
        return opened.refuse("quiet", str(refused), typed=typed)
    return go(f"{opened.path}?news=quiet")


@router.post("/p/{token}/who")  # noqa: FAST003  # the dependency reads it
def who(opened: Pressed) -> Response:
    """On to who and where of something they hold, by a link of its own."""
    wanted = number(opened.form, "offer")
    mine = [offer for offer in offers.live_of_person(opened.session, opened.person) if offer.id == wanted]
    if not mine:
        raise HelplineError("That one has moved on to somebody else, so there is nothing for you to do.")
    details = mine[0].state == O.ACCEPTED
    address = links.make(opened.session, mine[0].id, shows_details=details, expires_at=opened.at + LINK_LASTS)
    return go(urlsplit(address).path)


@router.post("/p/{token}/take")  # noqa: FAST003  # the dependency reads it
def take(opened: Pressed) -> Response:
    """Take one of the street's own, where streets run themselves."""
    wanted = number(opened.form, "request")
    request = opened.session.get(HelpRequest, wanted) if wanted else None
    if request is None or request.patch_id != opened.patch.id:
        raise HelplineError("That one has moved on to somebody else, so there is nothing for you to do.")
    own_street.take(opened.session, request, who=opened.person, at=opened.at)
    return go(opened.path)


@router.post("/p/{token}/write")  # noqa: FAST003  # the dependency reads it
def write(opened: Pressed) -> Response:
    """Write one down that the line never heard of, where streets run themselves."""
    form = OwnForm(
        text(opened.form, "key", 40),
        text(opened.form, "kind", 24),
        number(opened.form, "street"),
        text(opened.form, "when", 24),
        text(opened.form, "words"),
    )
    written = Written(
        form_key=form.key or OwnForm().key,
        kinds=(Kind(form.kind),) if form.kind in _KINDS else (),
        words=form.words,
        urgency=Urgency(form.when) if form.when in _WHENS else Urgency.THIS_WEEK,
        money=Money.OTHER,
        street_id=form.street,
    )
    try:
        with opened.session.begin_nested():  # what cannot be theirs is not written down either
            own_street.write(opened.session, opened.patch, written, who=opened.person, at=opened.at)
    except RefusedError as refused:
        return opened.refuse(f"own-{refused.field}", str(refused), form=form)
    except HelplineError as refused:
        return opened.refuse("own-kind", str(refused), form=form)
    return go(opened.path)
