"""TwiML: what is said, what is asked, and where the call goes next."""

from fastapi import Response
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from helpline.config import DURATIONS, Settings, current
from ivr import script
from ivr.webhook import document


def address(path: str) -> str:
    """The address the carrier knows a path by."""
    return f"{current().public_url}{path}"


def say(verb: VoiceResponse | Gather, *sentences: str) -> None:
    """Speak some sentences, in our voice."""
    verb.say(" ".join(sentences), language=script.LANGUAGE)


def goodbye(*sentences: str) -> Response:
    """Say this and hang up."""
    speech = VoiceResponse()
    if sentences:
        say(speech, *sentences)
    speech.hangup()
    return document(speech)


def ask(*sentences: str, keys_to: str, seconds: int) -> Response:
    """Say this and wait for one key, which may come during the speech; silence is an answer too, with no key."""
    speech = VoiceResponse()
    gather = speech.gather(input="dtmf", num_digits=1, timeout=seconds, action=address(keys_to), method="POST")
    say(gather, *sentences)
    speech.redirect(address(keys_to), method="POST")
    return document(speech)


def enqueue(queue: str) -> Response:
    """Put the caller into a queue of her own, at once: a handler may press 1 before a sentence is over."""
    speech = VoiceResponse()
    speech.enqueue(
        queue,
        action=address("/ivr/voice/queued"),
        method="POST",
        wait_url=address("/ivr/voice/waiting"),
        wait_url_method="POST",
    )
    return document(speech)


def wait_with_keys(*sentences: str, seconds: int) -> Response:
    """The wait document: something said, then quiet in which a key still works; the carrier asks for it again and again."""
    speech = VoiceResponse()
    gather = speech.gather(
        input="dtmf", num_digits=1, timeout=seconds, action=address("/ivr/voice/waiting/key"), method="POST"
    )
    say(gather, *sentences)
    return document(speech)


def spoken(*sentences: str) -> Response:
    """Only say this."""
    speech = VoiceResponse()
    say(speech, *sentences)
    return document(speech)


def pause(seconds: int) -> Response:
    """Quiet for a while."""
    speech = VoiceResponse()
    speech.pause(length=seconds)
    return document(speech)


def leave() -> Response:
    """Leave the queue; the queue's action decides what happens next."""
    speech = VoiceResponse()
    speech.leave()
    return document(speech)


def record(*sentences: str) -> Response:
    """Ask for a message: ten seconds of silence allowed, three minutes, hash ends it."""
    speech = VoiceResponse()
    say(speech, *sentences, script.RECORD)
    speech.record(
        timeout=10,
        finish_on_key="#",
        max_length=180,
        play_beep=True,
        action=address("/ivr/voice/recorded"),
        method="POST",
        recording_status_callback=address("/ivr/status/recordings"),
        recording_status_callback_method="POST",
    )
    # Reached only when nothing at all was recorded.
    speech.redirect(address("/ivr/voice/silence"), method="POST")
    return document(speech)


def join_queue(queue: str, ring_id: int) -> Response:
    """Connect a handler with the caller who waits in this queue; if she has gone, do not wait for another."""
    speech = VoiceResponse()
    dial = Dial(action=address(f"/ivr/rings/{ring_id}/over"), method="POST", timeout=5)
    dial.queue(queue, url=address(f"/ivr/rings/{ring_id}/meet"), method="POST")
    speech.append(dial)
    return document(speech)


def ring_out(number: str, ring_id: int) -> Response:
    """Ring a resident from a handler's leg, with the helpline's number shown."""
    speech = VoiceResponse()
    say(speech, script.RINGING_RESIDENT)
    dial = Dial(
        action=address(f"/ivr/rings/{ring_id}/rung_back"),
        method="POST",
        timeout=30,
        caller_id=current().helpline_number,
    )
    dial.number(number)
    speech.append(dial)
    return document(speech)


def ring_one(number: str, ring_id: int) -> Response:
    """Ring one handler from the caller's own leg; only key 1 connects them, so an answerphone does not."""
    speech = VoiceResponse()
    dial = Dial(
        action=address(f"/ivr/voice/one_at_a_time/{ring_id}"),
        method="POST",
        timeout=int(DURATIONS.ring.total_seconds()),
        caller_id=current().helpline_number,
    )
    dial.number(number, url=address(f"/ivr/rings/{ring_id}"), method="POST")
    speech.append(dial)
    return document(speech)


def press_one(sentence: str, ring_id: int) -> Response:
    """Ask a handler to press 1; asked again until they do or their time is up."""
    speech = VoiceResponse()
    gather = speech.gather(
        input="dtmf", num_digits=1, timeout=3, action=address(f"/ivr/rings/{ring_id}/key"), method="POST"
    )
    say(gather, sentence)
    speech.redirect(address(f"/ivr/rings/{ring_id}"), method="POST")
    return document(speech)


def fallback(settings: Settings) -> Response:
    """The resident's document when we are broken: apologise, and ring the fallback number."""
    speech = VoiceResponse()
    say(speech, script.EMERGENCY, script.BROKEN)
    dial = Dial(action=address("/ivr/voice/fallback"), method="POST", caller_id=settings.helpline_number, timeout=60)
    dial.number(settings.fallback_number)
    speech.append(dial)
    return document(speech)


def no_text() -> Response:
    """The answer to a text: nothing here, since what we answer is an owed message."""
    return document(MessagingResponse())
