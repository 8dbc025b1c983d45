"""The verbs that speak and listen: Say, Play, Pause, Gather, Redirect, Hangup, Reject, Leave."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simulator.errors import TwimlError
from simulator.script import (
    CHARACTERS_A_SECOND,
    PLAYING_SECONDS,
    Doing,
    HangUpError,
    LeftError,
    Player,
    does,
)
from simulator.steps import Key, Step, Wait

if TYPE_CHECKING:
    from simulator.twiml import Page, Verb

FOR_EVER = 1000
"""`loop="0"` means until the caller hangs up; this many times is as long as anybody listens."""

Sound = Generator[Step, Any, Key | None]


def _sound(player: Player, verb: Verb, *, keys: bool) -> Sound:
    """Make one sound, as often as it says; with `keys`, a key breaks it off and is given back."""
    events: tuple[type[Any], ...] = (Key,) if keys else ()
    words, seconds = _length(verb)
    for _ in range(verb.seconds("loop", 1) or FOR_EVER):
        key: Key | None = yield from player.hear(words, seconds, events)
        if key is not None:
            return key
    return None


def _length(verb: Verb) -> tuple[str, float]:
    if verb.name == "Say":
        return verb.text, len(verb.text) / CHARACTERS_A_SECOND
    if verb.name == "Pause":
        return "", float(verb.seconds("length", 1))
    if "digits" in verb.attributes:
        return f"(keys {verb.attributes['digits']})", 0.5 * len(verb.attributes["digits"])
    return f"(plays {verb.text})", PLAYING_SECONDS


@does("Say")
@does("Play")
@does("Pause")
def say(player: Player, verb: Verb, page: Page) -> Doing:
    """Say, Play and Pause: https://www.twilio.com/docs/voice/twiml/say"""
    del page
    yield from _sound(player, verb, keys=False)
    return None


@does("Gather")
def gather(player: Player, verb: Verb, page: Page) -> Doing:
    """Ask for keys: https://www.twilio.com/docs/voice/twiml/gather

    Keys count while its own words are still being spoken. The time-out begins when they end, and again at each
    key. With nothing pressed the next verb follows, unless actionOnEmptyResult.
    """
    action = page.address(verb.attributes.get("action"))
    player.leg.forget_keys()
    first = None
    for sound in verb.children:
        first = yield from _sound(player, sound, keys=True)
        if first is not None:
            break
    digits, finish = yield from _collect(verb, first)
    if not digits and verb.get("actionOnEmptyResult", "false") != "true":
        return None
    extra = [("Digits", digits), ("FinishedOnKey", finish), ("msg", "Gather End")]
    return (yield from player.fetch(action, extra, verb.get("method", "POST")))


def _collect(verb: Verb, key: Key | None) -> Generator[Step, Any, tuple[str, str]]:
    """Collect keys; give the digits, and the key that finished them or an empty word."""
    finish = verb.get("finishOnKey", "#")
    most = verb.seconds("numDigits", 0) or None
    digits = ""
    while True:
        if key is None:
            key = yield Wait(float(verb.seconds("timeout", 5)), (Key,))
        if key is None or key.digit == finish:
            return digits, key.digit if key else ""
        digits += key.digit
        if most is not None and len(digits) >= most:
            return digits, ""
        key = None


@does("Redirect")
def redirect(player: Player, verb: Verb, page: Page) -> Doing:
    """Go on with another document: https://www.twilio.com/docs/voice/twiml/redirect"""
    return (yield from player.fetch(page.address(verb.text), method=verb.get("method", "POST")))


@does("Hangup")
def hang_up(player: Player, verb: Verb, page: Page) -> Doing:
    """End the call: https://www.twilio.com/docs/voice/twiml/hangup"""
    del player, verb, page
    yield Wait(0)
    raise HangUpError


@does("Reject")
def reject(player: Player, verb: Verb, page: Page) -> Doing:
    """Turn a call away: https://www.twilio.com/docs/voice/twiml/reject. Only the first verb of a call can."""
    if player.leg.status != "ringing":
        raise TwimlError(12200, "<Reject> is only for the first document of an incoming call, before any other verb")
    del page
    yield Wait(0)
    raise HangUpError("busy" if verb.get("reason", "rejected") == "busy" else "no-answer")


@does("Leave")
def leave(player: Player, verb: Verb, page: Page) -> Doing:
    """Leave the queue, for the <Enqueue> action to go on: https://www.twilio.com/docs/voice/twiml/leave"""
    del player, verb, page
    yield Wait(0)
    raise LeftError
