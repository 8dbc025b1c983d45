"""Which verbs, attributes and nestings there are: read out of the `twilio` package, not written down here.

What is written down here is only which of them this simulator plays. An attribute the carrier has and we do not
play fails loudly, unless it is listed as harmless with the reason.
"""

import inspect
from dataclasses import dataclass
from functools import cache
from typing import Any

from twilio.twiml import TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

VOICE, MESSAGING = "voice", "messaging"

PLAYED: dict[str, frozenset[str]] = {
    "Say": frozenset({"voice", "language", "loop"}),
    "Play": frozenset({"loop", "digits"}),
    "Pause": frozenset({"length"}),
    "Gather": frozenset({"input", "action", "method", "timeout", "finishOnKey", "numDigits", "actionOnEmptyResult"}),
    "Redirect": frozenset({"method"}),
    "Enqueue": frozenset({"action", "method", "waitUrl", "waitUrlMethod", "maxQueueSize"}),
    "Leave": frozenset(),
    "Hangup": frozenset(),
    "Reject": frozenset({"reason"}),
    "Dial": frozenset({"action", "method", "timeout", "callerId", "hangupOnStar", "timeLimit"}),
    "Number": frozenset(
        {"url", "method", "statusCallback", "statusCallbackMethod", "statusCallbackEvent", "sendDigits"}
    ),
    "Queue": frozenset({"url", "method"}),
    "Conference": frozenset(
        {
            "muted",
            "beep",
            "startConferenceOnEnter",
            "endConferenceOnExit",
            "waitUrl",
            "waitMethod",
            "maxParticipants",
            "participantLabel",
            "statusCallback",
            "statusCallbackMethod",
            "statusCallbackEvent",
        }
    ),
    "Record": frozenset(
        {
            "action",
            "method",
            "timeout",
            "finishOnKey",
            "maxLength",
            "playBeep",
            "trim",
            "recordingStatusCallback",
            "recordingStatusCallbackMethod",
            "recordingStatusCallbackEvent",
        }
    ),
    "Message": frozenset(),
    "Body": frozenset(),
}

HARMLESS: dict[str, str] = {
    "Gather.language": "only speech recognition listens to it",
    "Gather.bargeIn": "only speech is kept from interrupting by it",
    "Gather.hints": "only speech recognition listens to it",
    "Conference.jitterBufferSize": "changes only how the line sounds",
    "Conference.region": "changes only where the sound is mixed",
    "Dial.answerOnBridge": "changes only the ringing tone the caller hears",
    "Dial.ringTone": "changes only the ringing tone the caller hears",
}

SPEECH_MARKS = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
"""Marks inside <Say> that change how words sound, not which: https://www.twilio.com/docs/voice/twiml/say/text-speech#ssml"""

EVERYTHING = frozenset(PLAYED)
WAITING = frozenset({"Play", "Say", "Pause", "Gather", "Redirect", "Leave", "Hangup"})
"""What a wait document may hold: https://www.twilio.com/docs/voice/twiml/enqueue#waiturl"""
CONFERENCE_WAIT = frozenset({"Play", "Say", "Pause", "Redirect"})
"""What a conference's wait or hold document may hold: https://www.twilio.com/docs/api/errors/13238"""
BEFORE_BRIDGE = frozenset({"Play", "Say", "Pause", "Redirect"})
"""What a queue's own document may hold: https://www.twilio.com/docs/voice/twiml/queue#url"""
WHISPER = frozenset({"Play", "Say", "Pause", "Gather", "Redirect", "Hangup"})
"""What is played to a called party first: https://www.twilio.com/docs/voice/twiml/number#url"""


@dataclass(frozen=True)
class Element:
    """One element as the package knows it."""

    name: str
    attributes: frozenset[str]
    takes_text: bool
    kind: type[Any]


@cache
def inside(kind: type[Any]) -> dict[str, Element]:
    """Give the elements that may stand inside one of that kind, by name."""
    found = (_made_by(kind, name) for name, _ in inspect.getmembers(kind, inspect.isfunction))
    return {element.name: element for element in found if element is not None}


def root(dialect: str) -> type[Any]:
    """Give the kind of the outermost element of a dialect."""
    kinds: dict[str, type[Any]] = {VOICE: VoiceResponse, MESSAGING: MessagingResponse}
    return kinds[dialect]


def _made_by(kind: type[Any], method: str) -> Element | None:
    """Call one of the package's builders with a marker for every argument, and look at what it made."""
    if method.startswith("_") or hasattr(TwiML, method):
        return None
    parent: Any = object.__new__(kind)
    TwiML.__init__(parent)
    build = getattr(parent, method)
    names = [p.name for p in inspect.signature(build).parameters.values() if p.kind is not p.VAR_KEYWORD]
    child = build(**dict.fromkeys(names, "X"))
    return Element(child.name, frozenset(child.attrs), child.value is not None, type(child))
