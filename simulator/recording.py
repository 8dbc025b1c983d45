"""Recordings, and the verb that makes one: https://www.twilio.com/docs/voice/twiml/record"""

from __future__ import annotations

import io
import wave
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.script import Doing, Player, does
from simulator.steps import Fetch, HungUpError, Key, MovedError, Spoken, Step, Wait
from simulator.weather import Parcel

if TYPE_CHECKING:
    from simulator.leg import Leg
    from simulator.twiml import Page, Verb

ANY_KEY = "1234567890*#"
READY_AFTER = 1.0
"""Seconds until the file can be fetched: it may well not be there when the action is asked."""
RATE = 8000
MP3_FRAME = b"\xff\xe3\x28\xc4" + bytes(140)
"""A frame of silence: MPEG 2.5 layer III, 16 kbit/s at 8 kHz."""


@dataclass
class Recording:
    """What somebody said after the tone. `words` are for tests: the file itself holds only silence."""

    sid: str
    leg: Leg
    begun_at: datetime
    words: list[str] = field(default_factory=list)
    seconds: float = 0.0
    ready: bool = False
    updated_at: datetime | None = None

    @property
    def url(self) -> str:
        """Give the address of the file, to which .wav or .mp3 may be added."""
        exchange = self.leg.exchange
        return f"{exchange.api}/2010-04-01/Accounts/{exchange.account_sid}/Recordings/{self.sid}"

    def wav(self) -> bytes:
        """Give the file as 8 kHz, 16 bit, one channel."""
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes(bytes(2 * int(RATE * self.seconds)))
        return file.getvalue()

    def mp3(self) -> bytes:
        """Give the file as frames of silence."""
        return MP3_FRAME * max(1, int(self.seconds / 0.072))


@does("Record")
def record(player: Player, verb: Verb, page: Page) -> Doing:
    """Record until silence, a key, the longest length or the end of the call.

    An empty recording asks nobody: the next verb follows. With no action the same page is asked for again.
    """
    leg = player.leg
    action = page.address(verb.attributes.get("action"))
    if verb.get("playBeep", "true") == "true":
        yield from player.hear("(beep)", 0.5)
    leg.forget_keys()
    recording = Recording(leg.exchange.new_sid("RE"), leg, leg.exchange.clock.now())
    try:
        digits = yield from _listen(verb, recording)
    except HungUpError:
        if _keep(recording, verb, page):
            yield from player.ask(action, _form(recording, "hangup"), verb.get("method", "POST"))
        raise
    except MovedError:
        _keep(recording, verb, page)
        raise
    if not _keep(recording, verb, page):
        return None
    return (yield from player.fetch(action, _form(recording, digits), verb.get("method", "POST")))


def _listen(verb: Verb, recording: Recording) -> Generator[Step, Any, str]:
    """Record what is spoken; give the key that ended it, or an empty word."""
    clock = recording.leg.exchange.clock
    silence, finish = float(verb.seconds("timeout", 5)), verb.get("finishOnKey", ANY_KEY)
    ends = clock.now() + timedelta(seconds=verb.seconds("maxLength", 3600))
    quiet_from = recording.leg.talks_until  # somebody may have begun before the tone had ended
    recording.seconds = _since(recording, min(quiet_from, ends))
    while True:
        now = clock.now()
        until = min(ends, max(quiet_from, now) + timedelta(seconds=silence))
        event = yield Wait((until - now).total_seconds(), (Key, Spoken))
        if event is None or (isinstance(event, Key) and event.digit in finish):
            if verb.get("trim", "trim-silence") == "do-not-trim":
                recording.seconds = _since(recording, clock.now())
            return event.digit if isinstance(event, Key) else ""
        if isinstance(event, Spoken):
            recording.words.append(event.words)
            quiet_from = clock.now() + timedelta(seconds=event.seconds)
            recording.seconds = _since(recording, min(quiet_from, ends))


def _since(recording: Recording, at: datetime) -> float:
    return max(0.0, (at - recording.begun_at).total_seconds())


def _keep(recording: Recording, verb: Verb, page: Page) -> bool:
    """Keep it unless it is empty, and see to its file; say whether it was kept."""
    exchange = recording.leg.exchange
    recording.seconds = min(recording.seconds, _since(recording, exchange.clock.now()))
    if recording.seconds < 1:
        return False
    exchange.recordings.append(recording)
    exchange.clock.after(READY_AFTER, partial(_become_ready, recording, verb, page))
    return True


def _form(recording: Recording, digits: str) -> list[tuple[str, str]]:
    return [
        ("RecordingSid", recording.sid),
        ("RecordingUrl", recording.url),
        ("RecordingDuration", str(int(recording.seconds))),
        ("Digits", digits),
    ]


def _become_ready(recording: Recording, verb: Verb, page: Page) -> None:
    exchange = recording.leg.exchange
    recording.ready, recording.updated_at = True, exchange.clock.now()
    events = verb.get("recordingStatusCallbackEvent", "completed").split()
    if "recordingStatusCallback" not in verb.attributes or "completed" not in events:
        return
    form = [
        ("AccountSid", exchange.account_sid),
        ("CallSid", recording.leg.sid),
        ("RecordingSid", recording.sid),
        ("RecordingUrl", recording.url),
        ("RecordingStatus", "completed"),
        ("RecordingDuration", str(int(recording.seconds))),
        ("RecordingChannels", "1"),
        ("RecordingStartTime", format_datetime(recording.begun_at)),
        ("RecordingSource", "RecordVerb"),
        ("ErrorCode", "0"),
    ]
    url = page.address(verb.attributes["recordingStatusCallback"])
    fetch = Fetch(url, form, verb.get("recordingStatusCallbackMethod", "POST"))
    exchange.report(Parcel("recordings", recording.sid, "completed"), fetch)
