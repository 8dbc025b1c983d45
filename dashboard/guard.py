"""What every answer carries, and how much a request may: the strict policy, no caching, small bodies."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.render import static_addresses
from helpline import sheets, sounds

LARGEST_BODY = 64 * 1024
# A recording is larger, and has one door.
RECORDING = re.compile(r"/settings/prompts/\w+/\w+/recording")
LARGEST_RECORDING = sounds.LARGEST + LARGEST_BODY
# So is a table.
TABLE = "/sheets"
LARGEST_TABLE = sheets.LARGEST + LARGEST_BODY
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"x-robots-tag": b"noindex, nofollow",
}
KEPT_A_YEAR = b"public, max-age=31536000, immutable"
ASKED_AFTER = b"no-cache"


class Guard:
    """Wraps the whole application, so that no page, error or file can leave without the headers."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard this application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_ours(scope, message)
            await send(message)

        largest = _largest(scope["path"])
        if _declared(scope) > largest:
            await _too_large(guarded)
            return
        await self.app(scope, _counted(receive, largest), guarded)


def _largest(path: str) -> int:
    if path == TABLE:
        return LARGEST_TABLE
    return LARGEST_RECORDING if RECORDING.fullmatch(path) else LARGEST_BODY


def _with_ours(scope: Scope, message: Message) -> list[tuple[bytes, bytes]]:
    given: list[tuple[bytes, bytes]] = list(message.get("headers", []))
    names = {name.lower() for name, _ in given}
    ours = dict(ALWAYS)
    if scope["path"].startswith("/static/") and message["status"] in {200, 304}:
        ours[b"cache-control"] = KEPT_A_YEAR if _has_its_mark(scope) else ASKED_AFTER
    else:  # it may be about somebody
        ours[b"cache-control"], ours[b"vary"] = b"no-store", b"HX-Request, Cookie"
    return given + [(name, value) for name, value in ours.items() if name not in names]


def _has_its_mark(scope: Scope) -> bool:
    """Whether a file's address holds the mark of what is in it: another's, of a newer or older machine, says nothing of ours."""
    asked = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
    return static_addresses().get(scope["path"].removeprefix("/static/")) == asked


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else LARGEST_RECORDING + 1
    return 0


class TooLargeError(Exception):
    """A body that did not say how long it is went on for too long."""


def _counted(receive: Receive, largest: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > largest:
            raise TooLargeError
        return message

    return counted


async def _too_large(send: Send) -> None:
    words = b"That is more than this page can take. Go back and make it shorter."
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(words)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": words})
