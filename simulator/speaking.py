"""The verbs that speak and listen: Say, Play, Pause, Gather, Redirect, Hangup, Reject, Leave."""

from __future__ import annotations

import io
import wave
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
from simulator.steps import Fetch, Key, Step, Wait
from simulator.wire import WireAnswer

if TYPE_CHECKING:
    from simulator.twiml import Page, Verb

FOR_EVER = 1000
"""`loop="0"` means until the caller hangs up; this many times is as long as anybody listens."""

SOUNDS = frozenset(
    {"audio/mpeg", "audio/aiff", "audio/x-aifc", "audio/x-aiff", "audio/x-gsm", "audio/gsm", "audio/ulaw"}
) | {"audio/wav", "audio/wave", "audio/x-wav"}
"""What <Play> takes: https://www.twilio.com/docs/voice/twiml/play#supported-audio-file-types"""

Sound = Generator[Step, Any, Key | None]


def _sound(player: Player, verb: Verb, page: Page, *, keys: bool) -> Sound:
    """Make one sound, as often as it says; with `keys`, a key breaks it off and is given back."""
    events: tuple[type[Any], ...] = (Key,) if keys else ()
    words, seconds = _length(verb)
    if verb.name == "Play" and "digits" not in verb.attributes:
        try:
            seconds = yield from _fetch(page.address(verb.text), 13325 if keys else 13420)
        except TwimlError as error:
            # What a caller hears then is not documented: here it is nothing, and the call goes on.
            player.fault(error, page.url)
            return None
    for _ in range(verb.seconds("loop", 1) or FOR_EVER):
        key: Key | None = yield from player.hear(words, seconds, events)
        if key is not None:
            return key
    return None


def _fetch(url: str, wrong_type: int) -> Generator[Step, Any, float]:
    """Fetch a sound, without the fields a document is asked with, and give its length. Raises TwimlError.

    https://www.twilio.com/docs/voice/twiml/play
    """
    answer = yield Fetch(url, [], "GET")
    if not isinstance(answer, WireAnswer):
        raise TwimlError(11205, str(answer))
    if answer.status != 200:
        raise TwimlError(11200, f"a sound was answered with {answer.status}")
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind not in SOUNDS or not answer.body:
        raise TwimlError(wrong_type, f"a sound must be one of {', '.join(sorted(SOUNDS))}, not {kind or 'nothing'!r}")
    if not kind.endswith(("wav", "wave")):
        return PLAYING_SECONDS
    try:
        with wave.open(io.BytesIO(answer.body)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError) as error:
        raise TwimlError(wrong_type, f"that is no WAV: {error}") from error


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
    yield from _sound(player, verb, page, keys=False)
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
        first = yield from _sound(player, sound, page, keys=True)
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
