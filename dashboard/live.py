"""Live screens: one look at the rows for every browser of this process, and a stream to each that says when to look again.

A stream carries no details, only that something moved: each page then asks for its own parts, as whoever is signed in.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import SQLAlchemyError

from dashboard.auth import Reads, go
from helpline import logs, screens
from helpline.db import Database

router = APIRouter()
log = logs.get("helpline")

LOOKS = timedelta(milliseconds=250)
BEATS = timedelta(seconds=15)
# Then a page opens another, and who is asking is asked again.
LASTS = timedelta(minutes=10)
HEADERS = {"x-accel-buffering": "no"}
STREAM = "text/event-stream"
# Milliseconds until a browser tries again by itself, when it has lost us.
BEGINS = b"retry: 2000\n"


def _said(what: str, words: str = "") -> bytes:
    return f"event: {what}\ndata: {words}\n\n".encode()


@dataclass(eq=False)
class Stream:
    """One page that listens: on which device, and what it is told next. No word wakes it to end."""

    device_id: int
    word: bytes | None = None
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, word: bytes | None) -> None:
        """Tell it this, and nothing of what it was not told yet: a page that hears twice looks once."""
        self.word = word
        self.woken.set()


class Watch:
    """Looks at the rows while anybody listens, and wakes whoever does. Nobody waits in a thread."""

    def __init__(self, database: Database, *, lasts: timedelta = LASTS, beats: timedelta = BEATS) -> None:
        """Nobody listens yet, and nobody has said that we stop (`told_to_stop`)."""
        self.database = database
        self.lasts, self.beats = lasts.total_seconds(), beats.total_seconds()
        self.stopping: Callable[[], bool] = lambda: False
        self.streams: set[Stream] = set()
        self.looks = 0
        self._looking: asyncio.Task[None] | None = None

    async def stream(self, device_id: int) -> AsyncIterator[bytes]:
        """What one page is told. The first word is at once, since something may have moved while the page was on its way."""
        mine = Stream(device_id)
        self.streams.add(mine)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        until = asyncio.get_running_loop().time() + self.lasts
        try:
            yield BEGINS + _said("changed")
            while (left := until - asyncio.get_running_loop().time()) > 0:
                try:
                    await asyncio.wait_for(mine.woken.wait(), left)
                except TimeoutError:
                    break
                mine.woken.clear()
                if mine.word is None:
                    return
                yield mine.word
            yield _said("again")
        finally:
            self.streams.discard(mine)

    async def _look(self) -> None:
        """Until nobody listens. When the rows cannot be read the streams end: a page must not think that all is quiet."""
        clock = asyncio.get_running_loop().time
        seen, spoke = "", clock()
        try:
            while self.streams and not self.stopping():
                now, streams = await asyncio.to_thread(self._version), list(self.streams)
                if now != seen:
                    seen, spoke = now, clock()
                    still = await asyncio.to_thread(self._still_in, streams)
                    for one in streams:
                        one.say(_said("changed", now) if one.device_id in still else None)
                elif clock() - spoke >= self.beats:
                    spoke = clock()
                    for one in streams:
                        one.say(_said("beat"))
                await asyncio.sleep(LOOKS.total_seconds())
        except SQLAlchemyError:
            log.warning("the rows cannot be looked at, so the live streams end")
        for one in self.streams:
            one.say(None)

    def _version(self) -> str:
        self.looks += 1
        with self.database.reading() as session:
            return screens.version(session)

    def _still_in(self, streams: Iterable[Stream]) -> frozenset[int]:
        with self.database.reading() as session:
            return screens.still_in(session, [one.device_id for one in streams])


def told_to_stop() -> Callable[[], bool]:
    """Whether our uvicorn was told to: it waits for every answer before it tells an application so, and a stream has no end.

    Its signal handler is a method of the server, which knows at once.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return lambda: bool(getattr(server, "should_exit", False))


@router.get("/live")
def live(visit: Reads, request: Request) -> Response:
    """The stream of one page. Whoever opens the address by hand is shown the desk."""
    if STREAM not in request.headers.get("accept", ""):
        return go("/")
    watch: Watch = request.app.state.watch
    return StreamingResponse(watch.stream(visit.device.id), media_type=STREAM, headers=HEADERS)


@router.get("/you")
def you(visit: Reads, seen: str = "") -> Response:
    """The bar's word on whoever looks."""
    if not visit.live:
        return go("/")
    return visit.part("parts/_you.html", seen=seen, oob=False, page="")
