"""TwiML: what is said, what is asked, and where the call goes next."""

from collections.abc import Sequence
from itertools import groupby

from fastapi import Response
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from helpline import script
from helpline.config import Settings, current
from helpline.languages import KNOWN
from helpline.prompts import Played, Speaker, Words
from helpline.script import ENGLISH, Line, Sentence
from ivr.webhook import document

IN_ENGLISH = Speaker()
"""Our own words, for when our rows cannot be read."""


def address(path: str) -> str:
    """The address the carrier knows a path by."""
    return f"{current().public_url}{path}"


def say(verb: VoiceResponse | Gather, voice: Speaker, *lines: Sentence | Line) -> None:
    """Say some sentences: words one after the other as one, recordings as they come."""
    heard = [one for line in lines for one in voice.says(line)]
    for language, group in groupby(heard, key=lambda one: one.language if isinstance(one, Words) else None):
        together = list(group)
        name, spoken = KNOWN[language or ENGLISH].voice or ("", "")
        words = " ".join(one.words for one in together if isinstance(one, Words))
        if words:
            verb.say(words, voice=name, language=spoken)
        for one in together:
            if isinstance(one, Played):
                verb.play(address(f"/ivr/sounds/{one.name}"))


def goodbye(voice: Speaker = IN_ENGLISH, *lines: Sentence | Line) -> Response:
    """Say this and hang up."""
    speech = VoiceResponse()
    say(speech, voice, *lines)
    speech.hangup()
    return document(speech)


def ask(voice: Speaker, *lines: Sentence | Line, keys_to: str, seconds: int) -> Response:
    """Say this and wait for one key, which may come during the speech; silence is an answer too, with no key."""
    return _ask((voice, lines), keys_to=keys_to, seconds=seconds)


def choose(first: Speaker, *others: Speaker, keys_to: str, seconds: int) -> Response:
    """Offer each language in its own words, and wait for the key of one; silence is the first."""
    said = [(first, (script.CHOOSE,)), *((voice, (script.CHOOSE_ANOTHER,)) for voice in others)]
    return _ask(*said, keys_to=keys_to, seconds=seconds)


def _ask(*said: tuple[Speaker, Sequence[Sentence | Line]], keys_to: str, seconds: int) -> Response:
    speech = VoiceResponse()
    gather = speech.gather(input="dtmf", num_digits=1, timeout=seconds, action=address(keys_to), method="POST")
    for voice, lines in said:
        say(gather, voice, *lines)
    speech.redirect(address(keys_to), method="POST")
    return document(speech)


def ask_pin(voice: Speaker, *lines: Sentence | Line, keys_to: str) -> Response:
    """Say this and wait for figures, which hash or four quiet seconds end; silence is an answer too."""
    speech = VoiceResponse()
    gather = speech.gather(input="dtmf", finish_on_key="#", timeout=4, action=address(keys_to), method="POST")
    say(gather, voice, *lines)
    speech.redirect(address(keys_to), method="POST")
    return document(speech)


def ask_pin_after(voice: Speaker, said: Sentence | Line, *lines: Sentence | Line, keys_to: str) -> Response:
    """Say something, during which a key does nothing, and ask for a PIN: whoever presses a key twice has not begun it."""
    speech = VoiceResponse()
    say(speech, voice, said)
    gather = speech.gather(input="dtmf", finish_on_key="#", timeout=6, action=address(keys_to), method="POST")
    say(gather, voice, *lines)
    speech.redirect(address(keys_to), method="POST")
    return document(speech)


def slowly(voice: Speaker, slow: Sequence[Line | Sentence], *lines: Sentence | Line, keys_to: str) -> Response:
    """Say some things with time to write each down, and then the rest, and wait for one key, as `ask` does."""
    speech = VoiceResponse()
    gather = speech.gather(input="dtmf", num_digits=1, timeout=8, action=address(keys_to), method="POST")
    for line in slow:
        say(gather, voice, line)
        gather.pause(length=2)
    say(gather, voice, *lines)
    speech.redirect(address(keys_to), method="POST")
    return document(speech)


def go_on(voice: Speaker, *lines: Sentence | Line, to: str) -> Response:
    """Say this, if anything, and go on elsewhere."""
    speech = VoiceResponse()
    say(speech, voice, *lines)
    speech.redirect(address(to), method="POST")
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


def wait_with_keys(voice: Speaker, *lines: Sentence | Line, seconds: int, music: int = 0) -> Response:
    """The wait document: something said, music so many times round, then quiet; a key works in all of it.

    The carrier asks for it again and again.
    """
    speech = VoiceResponse()
    gather = speech.gather(
        input="dtmf", num_digits=1, timeout=seconds, action=address("/ivr/voice/waiting/key"), method="POST"
    )
    say(gather, voice, *lines)
    if music:
        gather.play(address("/ivr/sounds/while-waiting"), loop=music)
    return document(speech)


def music() -> Response:
    """Five seconds of our music."""
    speech = VoiceResponse()
    speech.play(address("/ivr/sounds/while-waiting"))
    return document(speech)


def spoken(voice: Speaker, *lines: Sentence | Line) -> Response:
    """Only say this."""
    speech = VoiceResponse()
    say(speech, voice, *lines)
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


def record(voice: Speaker, *lines: Sentence | Line) -> Response:
    """Record what somebody says, once it is asked for: ten seconds of silence allowed, three minutes, hash ends it."""
    speech = VoiceResponse()
    say(speech, voice, *lines)
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


def record_note(voice: Speaker, *lines: Sentence | Line, ring_id: int) -> Response:
    """Ask a handler to say what is to be written down: as a resident's message is asked for."""
    speech = VoiceResponse()
    say(speech, voice, *lines)
    speech.record(
        timeout=10,
        finish_on_key="#",
        max_length=180,
        play_beep=True,
        action=address(f"/ivr/rings/{ring_id}/noted"),
        method="POST",
        recording_status_callback=address("/ivr/status/recordings"),
        recording_status_callback_method="POST",
    )
    speech.redirect(address(f"/ivr/rings/{ring_id}/noted"), method="POST")
    return document(speech)


def record_sentence(voice: Speaker, *lines: Sentence | Line, to: str) -> Response:
    """Ask an organiser for a sentence: five seconds of silence end it, or a minute, or hash."""
    speech = VoiceResponse()
    say(speech, voice, *lines)
    speech.record(timeout=5, finish_on_key="#", max_length=60, play_beep=True, action=address(to), method="POST")
    speech.redirect(address(to), method="POST")
    return document(speech)


def one_moment(voice: Speaker, *lines: Sentence | Line, then: str, seconds: int = 2) -> Response:
    """Wait a moment and ask again."""
    speech = VoiceResponse()
    say(speech, voice, *lines)
    speech.pause(length=seconds)
    speech.redirect(address(then), method="POST")
    return document(speech)


def hear_back(voice: Speaker, sound: str, *, keys_to: str) -> Response:
    """Play a recording back and ask whether it is kept."""
    speech = VoiceResponse()
    gather = speech.gather(input="dtmf", num_digits=1, timeout=8, action=address(keys_to), method="POST")
    say(gather, voice, script.THIS_IS_IT)
    gather.play(address(f"/ivr/sounds/{sound}"))
    say(gather, voice, script.KEEP_OR_AGAIN)
    speech.redirect(address(keys_to), method="POST")
    return document(speech)


def join_queue(queue: str, ring_id: int) -> Response:
    """Connect a handler with the caller who waits in this queue; if she has gone, do not wait for another."""
    speech = VoiceResponse()
    # Star is the handler's alone: the caller's leg is not the one that dials.
    dial = Dial(action=address(f"/ivr/rings/{ring_id}/over"), method="POST", timeout=5, hangup_on_star=True)
    dial.queue(queue, url=address(f"/ivr/rings/{ring_id}/meet"), method="POST")
    speech.append(dial)
    return document(speech)


def menu(voice: Speaker, *lines: Sentence | Line, keys_to: str, again: str, seconds: int = 4) -> Response:
    """Say this and wait for one key; with none, ask `again` what there is to say now."""
    speech = VoiceResponse()
    gather = speech.gather(input="dtmf", num_digits=1, timeout=seconds, action=address(keys_to), method="POST")
    say(gather, voice, *lines)
    speech.redirect(address(again), method="POST")
    return document(speech)


def say_and_wait(voice: Speaker, *lines: Sentence | Line, seconds: int) -> Response:
    """Say this, then quiet for a while."""
    speech = VoiceResponse()
    say(speech, voice, *lines)
    speech.pause(length=seconds)
    return document(speech)


def room(
    voice: Speaker, *lines: Sentence | Line, name: str, action: str, starts: bool, ends: bool, star: bool
) -> Response:
    """Join a conference: her coming starts it, and it is over when somebody goes whom it is not without."""
    speech = VoiceResponse()
    say(speech, voice, *lines)
    dial = Dial(action=address(action), method="POST", hangup_on_star=star)
    dial.conference(
        name,
        start_conference_on_enter=starts,
        end_conference_on_exit=ends,
        beep="false",
        wait_url=address("/ivr/room"),
        wait_method="POST",
        max_participants=3,
    )
    speech.append(dial)
    return document(speech)


def ring_out(voice: Speaker, number: str, ring_id: int) -> Response:
    """Ring a resident from the leg of a handler whom we rang."""
    return ring_from_here(voice, number, over=f"/ivr/rings/{ring_id}/rung_back")


def ring_from_here(voice: Speaker, number: str, *, over: str) -> Response:
    """Ring a resident from a leg of our own people, with the helpline's number shown; `over` is asked what came of it."""
    speech = VoiceResponse()
    say(speech, voice, script.RINGING_RESIDENT)
    dial = Dial(action=address(over), method="POST", timeout=30, caller_id=current().helpline_number)
    dial.number(number)
    speech.append(dial)
    return document(speech)


def ring_one(number: str, ring_id: int, *, seconds: int) -> Response:
    """Ring one handler from the caller's own leg; only key 1 connects them, so an answerphone does not."""
    speech = VoiceResponse()
    dial = Dial(
        action=address(f"/ivr/voice/one_at_a_time/{ring_id}"),
        method="POST",
        timeout=seconds,
        caller_id=current().helpline_number,
    )
    dial.number(number, url=address(f"/ivr/rings/{ring_id}"), method="POST")
    speech.append(dial)
    return document(speech)


def press_one(voice: Speaker, line: Sentence | Line, ring_id: int) -> Response:
    """Ask a handler to press 1; asked again until they do or their time is up."""
    speech = VoiceResponse()
    gather = speech.gather(
        input="dtmf", num_digits=1, timeout=3, action=address(f"/ivr/rings/{ring_id}/key"), method="POST"
    )
    say(gather, voice, line)
    speech.redirect(address(f"/ivr/rings/{ring_id}"), method="POST")
    return document(speech)


def fallback(settings: Settings) -> Response:
    """The resident's document when we are broken: apologise, and ring the fallback number."""
    speech = VoiceResponse()
    say(speech, IN_ENGLISH, script.EMERGENCY, script.BROKEN)
    dial = Dial(action=address("/ivr/voice/fallback"), method="POST", caller_id=settings.helpline_number, timeout=60)
    dial.number(settings.fallback_number)
    speech.append(dial)
    return document(speech)


def no_text() -> Response:
    """The answer to a text: nothing here, since what we answer is an owed message."""
    return document(MessagingResponse())
