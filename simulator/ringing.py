"""Legs the exchange places: from setting out, through ringing, to somebody's ear."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from simulator import grammar
from simulator.bridge import Parted
from simulator.script import BrokenError, HangUpError, LeftError, Player, conversation
from simulator.steps import Answered, MovedError, Refused, Script, Step, Wait

if TYPE_CHECKING:
    from simulator.leg import Leg

SETTING_UP = 0.5
"""Seconds from setting out until a telephone rings."""


def ring(leg: Leg, seconds: float, then: Script, answered: Callable[[], object] | None = None) -> Script:
    """Ring the telephone at most so long, then run what follows the answer."""
    leg.is_now("queued")
    yield Wait(SETTING_UP)
    leg.is_now("ringing")
    leg.phone.rung(leg)
    event = yield Wait(seconds, (Answered, Refused))
    if not isinstance(event, Answered):
        leg.end(event.status if isinstance(event, Refused) else "no-answer")
        return
    leg.is_now("in-progress")
    if answered is not None:
        answered()
    yield from then


def be_called(leg: Leg, url: str | None, method: str, ready: Callable[[], object], digits: str = "") -> Script:
    """The called party of a <Dial>: hears the whisper, then talks, and goes wherever the REST API moves them."""
    try:
        if digits:
            leg.note(f"(keys {digits})")
        yield from _talk_after(leg, url, method, ready)
    except MovedError as moved:
        _part_from_the_dial(leg)
        leg.note("— moved —")
        yield from conversation(leg, moved.url, moved.method, moved.page)
    except (BrokenError, HangUpError, LeftError):
        leg.end()
    finally:
        if leg.bridge is not None:
            leg.bridge.end()


def _part_from_the_dial(leg: Leg) -> None:
    """Leave the <Dial> that rang this leg: it goes on without it, and no longer ends it."""
    if leg.bridge is not None:
        leg.bridge.end()
    if leg.on_over is not None:
        leg.on_over(leg)
        leg.on_over = None


def _talk_after(leg: Leg, url: str | None, method: str, ready: Callable[[], object]) -> Generator[Step, Any, None]:
    if url is not None:
        player = Player(leg, grammar.WHISPER, has_fallback=False)
        yield from player.play((yield from player.fetch(url, method=method)))
    ready()
    yield Wait(None, (Parted,))
