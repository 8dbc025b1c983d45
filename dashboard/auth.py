"""Who is asking: the device cookie, and the token that every form must carry back.

A device's cookie holds a random token of which the database keeps a keyed hash. The forms carry a second token, derived from
the first with our key, which no other site can know.
"""

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from dashboard.render import Pages
from helpline import board, durations, history, sealed, sign_in, wording
from helpline.clock import Clock
from helpline.config import Settings
from helpline.db import Database
from helpline.history import Reading
from helpline.people import Person
from helpline.sign_in import Device

DEVICE = "helpline_device"
VISITOR = "helpline_visitor"
# Browsers keep a cookie for 400 days at most; each sign-in begins them again.
STAYS = timedelta(days=400)
SEEN_AGAIN = timedelta(hours=1)
# Stands where a part of a page says how it was seen, while we work out how that is.
SEEN = "as-it-is-seen"


class NotSignedInError(Exception):
    """This page is for somebody who has signed in."""


class WrongTokenError(Exception):
    """A form came without the token that was put into it; whatever else it brought may be shown again to whoever sent it."""

    def __init__(self, form: FormData) -> None:
        """What it brought."""
        super().__init__()
        self.form = form


@dataclass(frozen=True)
class House:
    """What one process of the dashboard stands on."""

    settings: Settings
    database: Database
    clock: Clock
    pages: Pages

    @property
    def secure(self) -> bool:
        """Whether cookies must travel by https only."""
        return self.settings.dashboard_url.startswith("https://")


def house_of(request: Request) -> House:
    """The house that a request came to."""
    house: House = request.app.state.house
    return house


@dataclass
class Visit:
    """One request by somebody who is signed in, with the session it reads or writes through."""

    request: Request
    house: House
    session: Session
    device: Device
    at: datetime
    csrf: str
    form: FormData = field(default_factory=FormData)

    @property
    def who(self) -> Person:
        """Who is asking."""
        return self.device.person

    @property
    def live(self) -> bool:
        """Whether only the part that changes is wanted."""
        return "hx-request" in self.request.headers

    def show(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A page for this person."""
        me = context.pop("me", None) or board.you(self.session, self.who, at=self.at)
        always = {
            "who": self.who,
            "csrf": self.csrf,
            "keys": self.device.single_keys,
            "kept_for": KeptFor(self.session),
        }
        return self.house.pages.show(template, status=status, at=self.at, me=me, **always, **context)

    def part(self, template: str, *, seen: str, **context: Any) -> Response:
        """A part of a page that changes by itself, or nothing when it is as it was `seen`: that is how it says what it was."""
        drawn = bytes(self.show(template, seen=SEEN, **context).body)
        now = hashlib.sha256(drawn).hexdigest()[:16]
        return Response(status_code=204) if seen == now else HTMLResponse(drawn.replace(SEEN.encode(), now.encode()))

    def saw(self, what: str, **ids: int | None) -> None:
        """Write down that this person was shown details: once an hour is enough to know it."""
        conditions = [getattr(Reading, name) == value for name, value in ids.items()]
        known = self.session.scalar(
            select(Reading.id)
            .where(
                Reading.what == what, Reading.reader_id == self.who.id, Reading.at > self.at - SEEN_AGAIN, *conditions
            )
            .limit(1)
        )
        if known is None:
            history.read(self.session, what, at=self.at, reader=self.who.id, **ids)

    def saw_requests(self, ids: Iterable[int]) -> None:
        """Write down that this person was shown the details of several requests: in one question, and each once an hour."""
        wanted = set(ids)
        if not wanted:
            return
        lately = (Reading.reader_id == self.who.id) & (Reading.at > self.at - SEEN_AGAIN) & (Reading.what == "request")
        known = set(self.session.scalars(select(Reading.request_id).where(lately, Reading.request_id.in_(wanted))))
        for request_id in sorted(wanted - known):
            history.read(self.session, "request", at=self.at, reader=self.who.id, request_id=request_id)

    def saw_each(self, what: str, requests: Iterable[int]) -> None:
        """The same of the details of several requests."""
        lately = (Reading.what == what, Reading.reader_id == self.who.id, Reading.at > self.at - SEEN_AGAIN)
        known = set(self.session.scalars(select(Reading.request_id).where(*lately)))
        for request_id in requests:
            if request_id not in known:
                history.read(self.session, what, at=self.at, reader=self.who.id, request_id=request_id)


@dataclass(frozen=True)
class KeptFor:
    """How long details are kept, in words; asked for on the few pages that say it."""

    session: Session

    def __str__(self) -> str:
        """As it is written into a template."""
        return wording.spoken_length(durations.of(self.session).forget)


async def form_of(request: Request) -> FormData:
    """What a form sent. Files are not taken."""
    return await request.form(max_files=0, max_fields=300)


async def recording_of(request: Request) -> AsyncIterator[FormData]:
    """What a form sent that brings one file."""
    async with request.form(max_files=1, max_fields=20) as form:
        yield form


Form = Annotated[FormData, Depends(form_of)]
FormWithFile = Annotated[FormData, Depends(recording_of)]
# What a row's number can be: more than that is no page, rather than a fault in the database.
LARGEST_ID = 2**31 - 1
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]


def text(form: FormData, name: str, most: int = 2000) -> str:
    """One field of a form, with the spaces around it gone; blank when it was not sent."""
    value = form.get(name)
    return value.strip()[:most] if isinstance(value, str) else ""


def number(form: FormData, name: str) -> int | None:
    """A row's number in a form; None when there is none, or it cannot be one."""
    written = text(form, name, 10)
    known = written.isascii() and written.isdigit() and int(written) <= LARGEST_ID
    return int(written) if known else None


def token_for(secret: str) -> str:
    """The token that forms carry, derived from what only this browser (or this link) holds."""
    return sealed.key_of(secret, "form")


def check_token(form: FormData, secret: str | None) -> None:
    """Refuse a form that does not carry its token. Raises `WrongTokenError`."""
    sent = text(form, "csrf", 200)
    known = sealed.keys_of(secret, "form") if secret else []
    if not any(hmac.compare_digest(sent.encode(), token.encode()) for token in known):
        raise WrongTokenError(form)


def visit(request: Request, session: Session, form: FormData | None = None) -> Visit:
    house = house_of(request)
    token = request.cookies.get(DEVICE)
    device = sign_in.device_of(session, token) if token else None
    if token is None or device is None:
        raise NotSignedInError
    return Visit(request, house, session, device, house.clock(), token_for(token), form or FormData())


def _reads(request: Request) -> Iterator[Visit]:
    with house_of(request).database.reading() as session:
        yield visit(request, session)


def _looks(request: Request) -> Iterator[Visit]:
    with house_of(request).database.transaction() as session:
        looking = visit(request, session)
        sign_in.seen(session, looking.device, at=looking.at)
        yield looking


def _asks(request: Request, form: Form) -> Iterator[Visit]:
    check_token(form, request.cookies.get(DEVICE))
    with house_of(request).database.reading() as session:
        yield visit(request, session, form)


def _writes(request: Request, form: Form) -> Iterator[Visit]:
    check_token(form, request.cookies.get(DEVICE))
    with house_of(request).database.transaction() as session:
        visiting = visit(request, session, form)
        sign_in.under_newest_key(visiting.device, request.cookies[DEVICE])
        sign_in.seen(session, visiting.device, at=visiting.at)
        yield visiting


def _brings(request: Request, form: FormWithFile) -> Iterator[Visit]:
    yield from _writes(request, form)


# For what is slow on purpose: it asks, does that while no transaction is open, and then writes.
asking, writing = contextmanager(_asks), contextmanager(_writes)

# The scope makes the commit come before the answer: with FastAPI's own default the answer goes first.
Reads = Annotated[Visit, Depends(_reads, scope="function")]
"""Reads only."""
Looks = Annotated[Visit, Depends(_looks, scope="function")]
"""Reads somebody's details, and writes down that it did."""
Asks = Annotated[Visit, Depends(_asks, scope="function")]
"""A form that asks something and changes nothing."""
Writes = Annotated[Visit, Depends(_writes, scope="function")]
"""A form that changes something; committed before the answer goes."""
Brings = Annotated[Visit, Depends(_brings, scope="function")]
"""Reads and writes, with a file."""


def visitor_of(request: Request) -> str:
    """What tells one browser from another before anybody has signed in; made when it has none."""
    return request.cookies.get(VISITOR) or secrets.token_urlsafe(24)


def remember(house: House, answer: Response, name: str, value: str, *, lasts: timedelta | None) -> None:
    """Give a browser a cookie that scripts and other sites cannot read."""
    answer.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()) if lasts else None,
        httponly=True,
        samesite="lax",
        secure=house.secure,
    )


def forget(house: House, answer: Response, name: str) -> None:
    """Take a cookie back."""
    answer.delete_cookie(name, httponly=True, samesite="lax", secure=house.secure)


def safe_path(wanted: str | None) -> str:
    """Where to go after signing in: a page of ours, or the desk."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(wanted)
    printable = wanted.isprintable() and "\\" not in wanted
    return wanted if printable and not parts.scheme and not parts.netloc else "/"


def to_sign_in(request: Request) -> Response:
    """Send somebody to sign in, and back to the page they wanted."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    there = "/sign-in" if request.method != "GET" or wanted == "/" else f"/sign-in?next={quote(wanted, safe='')}"
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(status_code=204)  # which tells a stream not to try again
    if "hx-request" in request.headers:
        # A part of a page cannot become the sign-in page: the whole page goes there.
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse(there, 303)


def go(path: str) -> Response:
    """On to another page, which is asked for afresh."""
    return RedirectResponse(path, 303)
