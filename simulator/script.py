"""The interpreter: plays documents on one leg, verb by verb, fetching the next as it is told to."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from simulator import grammar, twiml
from simulator.errors import TwimlError
from simulator.steps import Fetch, HungUpError, MovedError, Step, Wait
from simulator.wire import Form, WireAnswer

if TYPE_CHECKING:
    from simulator.leg import Leg
    from simulator.twiml import Page, Verb

CHARACTERS_A_SECOND = 14.0
PLAYING_SECONDS = 5.0
"""How long a sound lasts that is not a WAV, whose length is read; nobody listens to the file here."""
APOLOGY = "We are sorry. An application error has occurred. Goodbye."
MOST_PAGES_AT_ONCE = 50

Running = Generator[Step, Any, None]
Doing = Generator[Step, Any, "Page | None"]


class HangUpError(Exception):
    """The document said to hang up."""

    def __init__(self, status: str = "completed") -> None:
        super().__init__()
        self.status = status


class LeftError(Exception):
    """The wait document said <Leave>."""


class BrokenError(Exception):
    """A document could not be had or played; the fault is written down already."""


class Player:
    """Plays documents on a leg. `allowed` is what a document may hold where this one is played."""

    def __init__(
        self,
        leg: Leg,
        allowed: frozenset[str] = grammar.EVERYTHING,
        *,
        has_fallback: bool = True,
        not_allowed: int = 12200,
    ) -> None:
        self.leg, self.allowed, self.has_fallback, self.not_allowed = leg, allowed, has_fallback, not_allowed
        self._pages_at: tuple[object, int] = (None, 0)

    def fetch(self, url: str, extra: Form | None = None, method: str = "POST") -> Generator[Step, Any, Page]:
        """Ask for a document; on any trouble ask the fallback, and failing that raise BrokenError."""
        self._count_pages(url)
        try:
            return (yield from self._fetch(url, extra or [], method))
        except TwimlError as error:
            self.fault(error, url)
            return (yield from self._fetch_fallback(url, error))

    def ask(self, url: str, extra: Form, method: str = "POST") -> Generator[Step, Any, None]:
        """Tell our application something after the line has gone; whatever it answers is not played."""
        try:
            yield from self._fetch(url, extra, method)
        except TwimlError as error:
            self.fault(error, url)

    def play(self, page: Page | None) -> Generator[Step, Any, None]:
        """Play a document and whatever it leads to, until one comes to its end."""
        while page is not None:
            page = yield from self._play_page(page)

    def fault(self, error: TwimlError, where: str | None) -> None:
        """Write down what our application did wrong."""
        self.leg.exchange.blame(error.code, error.about, f"{where or 'inline'} on {self.leg!r}")

    def hear(self, words: str, seconds: float, events: tuple[type[Any], ...] = ()) -> Generator[Step, Any, Any]:
        """Let the person hear something that lasts so long; give the event that broke it off, or None."""
        if words:
            self.leg.note(words)
        return (yield Wait(seconds, events))

    def _play_page(self, page: Page) -> Doing:
        try:
            self._check_allowed(page)
            for verb in page.verbs:
                following = yield from DOERS[verb.name](self, verb, page)
                if following is not None:
                    return following
        except TwimlError as error:
            self.fault(error, page.url)
            raise BrokenError from error
        return None

    def _check_allowed(self, page: Page) -> None:
        for verb in page.verbs:
            if verb.name not in self.allowed:
                raise TwimlError(self.not_allowed, f"<{verb.name}> may not stand in a document played here")

    def _fetch(self, url: str, extra: Form, method: str) -> Generator[Step, Any, Page]:
        answer = yield Fetch(url, [*self.leg.form(), *extra], method)
        if not isinstance(answer, WireAnswer):
            raise TwimlError(11205, str(answer))
        if answer.status != 200:
            raise TwimlError(11200, f"answered {answer.status}")
        if not answer.body.strip():
            raise TwimlError(12100, "answered with an empty document")
        return twiml.read(answer.body, answer.content_type, url)

    def _fetch_fallback(self, url: str, error: TwimlError) -> Generator[Step, Any, Page]:
        if self.leg.fallback is None or self.leg.over or not self.has_fallback:
            raise BrokenError from error
        fallback, method = self.leg.fallback
        extra = [("ErrorCode", str(error.code)), ("ErrorUrl", url)]
        try:
            return (yield from self._fetch(fallback, extra, method))
        except TwimlError as second:
            self.fault(second, fallback)
            raise BrokenError from second

    def _count_pages(self, url: str) -> None:
        """Stop a document that leads to itself without a moment passing."""
        now = self.leg.exchange.clock.now()
        when, count = self._pages_at
        self._pages_at = (now, count + 1 if when == now else 1)
        if self._pages_at[1] > MOST_PAGES_AT_ONCE:
            self.fault(TwimlError(11215, "documents lead to each other without end"), url)
            raise BrokenError


DOERS: dict[str, Callable[[Player, Verb, Page], Doing]] = {}
"""What each verb does: gives the document to go on with, or None for the next verb."""


def does(
    name: str,
) -> Callable[[Callable[[Player, Verb, Page], Doing]], Callable[[Player, Verb, Page], Doing]]:
    """Say that a function plays that verb."""

    def keep(function: Callable[[Player, Verb, Page], Doing]) -> Callable[[Player, Verb, Page], Doing]:
        DOERS[name] = function
        return function

    return keep


def conversation(leg: Leg, url: str | None, method: str = "POST", page: Page | None = None) -> Running:
    """Run a leg from its first document to its end, moving where the REST API moves it."""
    player = Player(leg)
    while True:
        try:
            yield from _until_done(player, url, method, page)
        except MovedError as moved:
            leg.note("— moved —")
            url, method, page = moved.url, moved.method, moved.page
        else:
            return


def _until_done(player: Player, url: str | None, method: str, page: Page | None) -> Running:
    try:
        if page is None:
            page = yield from player.fetch(url or "", method=method)
        _pick_up(player.leg, page)
        yield from player.play(page)
    except BrokenError:
        _pick_up(player.leg, None)
        if not player.leg.over:
            yield from player.hear(APOLOGY, len(APOLOGY) / CHARACTERS_A_SECOND)
    except HangUpError as stop:
        player.leg.end(stop.status)
    except (HungUpError, LeftError):  # <Leave> outside a queue hangs up
        player.leg.end()


def _pick_up(leg: Leg, page: Page | None) -> None:
    """Answer an incoming call, unless the first thing its document does is to reject it."""
    rejected = page is not None and bool(page.verbs) and page.verbs[0].name == "Reject"
    if leg.status == "ringing" and not rejected:
        leg.is_now("in-progress")
