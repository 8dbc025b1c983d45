"""Every webhook is signed by the carrier, refused otherwise, and always answered: with a document even when we are broken."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Annotated, Any
from urllib.parse import parse_qs

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Depends, HTTPException, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette.background import BackgroundTask
from twilio.request_validator import RequestValidator
from twilio.twiml import TwiML

from helpline import logs, metrics, phone
from helpline.clock import Clock
from helpline.config import Settings
from helpline.db import Database, is_deadlock
from ivr.first_words import FirstWords

log = logs.get("ivr")
LARGEST = 64 * 1024


@dataclass(frozen=True)
class House:
    """What the door stands on. `aside`: threads for what nobody waits for."""

    settings: Settings
    database: Database
    clock: Clock
    first_words: FirstWords = field(default_factory=FirstWords)
    aside: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(2))


class Fields(dict[str, list[str]]):
    """The fields of a form and what each was filled with, as the carrier's own check of signatures reads them soonest."""

    def getall(self, name: str) -> list[str]:
        """Everything that a field was filled with. Raises `KeyError` when it is not there."""
        return self[name]


@dataclass(frozen=True)
class Hook:
    """One signed webhook: its fields, when it came, and the house it came to."""

    fields: Fields
    at: datetime
    house: House

    def field(self, name: str) -> str:
        """A field of the form, empty when it is not there."""
        return self.fields.get(name, [""])[-1]

    @cached_property
    def caller(self) -> str | None:
        """The caller's number as E.164; None when it is withheld."""
        return phone.understand(self.field("From"))

    @property
    def sid(self) -> str:
        """The call this is about."""
        return self.field("CallSid")

    @property
    def digits(self) -> str:
        """The keys pressed; empty for none."""
        return self.field("Digits")

    def seconds(self, name: str) -> int:
        """A whole number of seconds; 0 when it is not there or cannot be read."""
        value = self.field(name)
        return int(value) if value.isdecimal() else 0


async def signed(request: Request) -> Hook:
    """The webhook, if the carrier signed it; 403 otherwise, before anything is read or written.

    The signature covers the address the carrier knows us by, so that is built from `PUBLIC_URL`, never from what a proxy
    left of it (Twilio, "Webhooks security"). One that is handled once more was read and found to be signed before.
    """
    known: Hook | None = getattr(request.state, "hook", None)
    if known is not None:
        return known
    house: House = request.app.state.house
    signature = request.headers.get("X-Twilio-Signature")
    body = await _body(request)
    try:
        filled = parse_qs(body.decode(), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=200)
    except ValueError:
        raise HTTPException(403) from None
    fields = Fields(filled)
    path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    address = house.settings.public_url + path + (f"?{query}" if query else "")
    # Without a header the validator would raise instead of refusing.
    if not signature or not RequestValidator(house.settings.twilio_auth_token).validate(address, fields, signature):
        metrics.REFUSED.inc()
        raise HTTPException(403)
    hook = request.state.hook = Hook(fields, house.clock(), house)
    return hook


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise HTTPException(413)
    return bytes(body)


Signed = Annotated[Hook, Depends(signed)]


def document(twiml: TwiML) -> Response:
    """A TwiML document as the carrier wants it."""
    return Response(str(twiml), media_type="text/xml")


def nothing() -> Response:
    """The answer to a report, which needs none."""
    return Response(status_code=204)


def once_answered(what: Callable[[Hook], None], hook: Hook) -> BackgroundTask:
    """Do something once the answer has gone, in none of the threads that those on the line wait for."""
    return BackgroundTask(partial(run_sync, what, hook, limiter=hook.house.aside))


async def _once_more(handle: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    """Handle a webhook, and once more if a deadlock undid it: the carrier would not send it again, and twice is harmless."""
    try:
        return await handle(request)
    except DBAPIError as problem:
        if not is_deadlock(problem):
            raise
        log.warning("a webhook lost a deadlock, and is handled once more")
        return await handle(request)


def when_broken(
    answer: Callable[[Settings], Response], afterwards: Callable[[Hook], None] | None = None
) -> type[APIRoute]:
    """Routes that give `answer` with status 200 when they fail: no webhook answers 5xx or an empty document to a live call.

    What `afterwards` can still write down, it does once the answer has gone: nobody on the line waits for that.
    """

    class Route(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle: Callable[[Request], Awaitable[Response]] = super().get_route_handler()

            async def handled(request: Request) -> Response:
                try:
                    return await _once_more(handle, request)
                except HTTPException:
                    raise
                except Exception:  # whatever it was, somebody is on the line
                    hook: Hook | None = getattr(request.state, "hook", None)
                    log.exception("a webhook failed", sid=hook.sid if hook else "")
                    response = answer(request.app.state.house.settings)
                    if afterwards is not None and hook is not None:
                        response.background = once_answered(afterwards, hook)
                    return response

            return handled

    return Route
