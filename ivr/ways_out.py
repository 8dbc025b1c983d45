"""The ways out: a message, a call-back, an offer of help, and the fallback number that was rung while we were broken."""

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpline import calls, script, voicemails
from helpline.calls import Call, Ending, Wish
from helpline.script import Line, Sentence
from ivr import asking, speech
from ivr.caller import PutThrough, call_of, voice_of
from ivr.webhook import Hook, Signed, log, once_answered, when_broken

WILL_RING_BACK = (script.WILL_RING_BACK, script.EMERGENCY, script.FAREWELL)
# What a key means wherever a resident may choose.
WISHES = {"4": Wish.CALL_BACK, "5": Wish.MESSAGE}
NOBODY_THERE = (script.NOBODY_THERE, script.EMERGENCY, script.FAREWELL)

router = APIRouter(prefix="/ivr/voice", route_class=PutThrough)
# The last thing that can be tried: it must not try the fallback number for ever.
last_router = APIRouter(
    prefix="/ivr/voice", route_class=when_broken(lambda _: speech.goodbye(speech.IN_ENGLISH, *NOBODY_THERE))
)


def wish_of(digits: str, call: Call) -> Wish | None:
    """What a key wishes for; nobody can ring back a number that is withheld."""
    wish = WISHES.get(digits)
    return None if wish == Wish.CALL_BACK and call.phone is None else wish


def choose(session: Session, call: Call, hook: Hook, *why: Sentence | Line) -> Response:
    """Say why nobody can be had, and let her choose between a message and a call-back."""
    calls.leave_queue(session, call, at=hook.at)
    if call.phone is None:
        return record(session, call, *why, script.NUMBER_WITHHELD)
    return speech.ask(voice_of(session, call), *why, script.WAYS_OUT, keys_to="/ivr/voice/instead", seconds=6)


@router.post("/instead")
def instead(hook: Signed) -> Response:
    """Nobody can be had: 5 leaves a message, 4 or silence is rung back; one wrong key is told so. 2 and 3 are as in the menu."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        if hook.digits == "2":
            return offer_help(session, call, hook)
        if hook.digits == "3":
            return choose(session, call, hook, *asking.told(session, call, hook))
        if hook.digits and hook.digits not in WISHES and call.wrong_keys < 1:
            call.wrong_keys += 1
            return choose(session, call, hook, script.WRONG_KEY)
        return as_wished(session, call, hook)


def as_wished(session: Session, call: Call, hook: Hook) -> Response:
    """She leaves a message, or is rung back."""
    if WISHES.get(hook.digits) == Wish.MESSAGE:
        return leave_message(session, call, hook)
    return ring_back(session, call, hook)


def leave_message(session: Session, call: Call, hook: Hook) -> Response:
    """She leaves a message."""
    calls.leave_queue(session, call, at=hook.at, wish=Wish.MESSAGE)
    return record(session, call)


def offer_help(session: Session, call: Call, hook: Hook) -> Response:
    """She rings to offer help: she says so after the tone, or is rung back about it."""
    calls.offer_help(session, call, at=hook.at)
    calls.leave_queue(session, call, at=hook.at)
    if call.phone is None:
        return record(session, call, script.NUMBER_WITHHELD)
    return speech.ask(voice_of(session, call), script.OFFERING, keys_to="/ivr/voice/offering", seconds=3)


@router.post("/offering")
def offering(hook: Signed) -> Response:
    """4: rung back about it. Everything else, silence too, is said after the tone."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        return ring_back(session, call, hook) if hook.digits == "4" else record(session, call)


def record(session: Session, call: Call, *why: Sentence | Line) -> Response:
    """Ask for what she offers, or for a message, after the tone."""
    return speech.record(voice_of(session, call), *why, script.RECORD_OFFER if call.offers_help else script.RECORD)


def ring_back(session: Session, call: Call, hook: Hook) -> Response:
    """She is rung back; with her number withheld she is asked to say it."""
    if call.phone is None:
        return record(session, call, script.NUMBER_WITHHELD)
    calls.ring_back(session, call, at=hook.at)
    return speech.goodbye(voice_of(session, call), *WILL_RING_BACK)


@router.post("/recorded")
def recorded(hook: Signed) -> Response:
    """The message is recorded, or the caller rang off at the tone."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        sid, seconds = hook.field("RecordingSid"), hook.seconds("RecordingDuration")
        if sid and seconds > 0:
            voicemails.left(session, call, recording_sid=sid, seconds=seconds, at=hook.at)
            kept = script.OFFER_KEPT if call.offers_help else script.MESSAGE_KEPT
            return speech.goodbye(voice_of(session, call), kept)
        return _heard_nothing(session, call, hook)


@router.post("/silence")
def silence(hook: Signed) -> Response:
    """Nothing was recorded: we ring back if we can."""
    with hook.house.database.transaction() as session:
        return _heard_nothing(session, call_of(session, hook), hook)


def _heard_nothing(session: Session, call: Call, hook: Hook) -> Response:
    if call.phone is None:
        calls.finish(session, call, at=hook.at)
        return speech.goodbye(voice_of(session, call), script.HEARD_NOTHING, script.GOODBYE)
    calls.ring_back(session, call, at=hook.at)
    return speech.goodbye(voice_of(session, call), script.HEARD_NOTHING, *WILL_RING_BACK)


@last_router.post("/fallback")
def fallback_over(hook: Signed) -> Response:
    """The fallback number was rung while we were broken; when nobody answered there, the desk owes a call-back."""
    if hook.field("DialCallStatus") == "completed":
        over = speech.goodbye()
        over.background = once_answered(_reached, hook)  # what broke may break this too, and nobody waits for it
        return over
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        calls.leave_queue(session, call, at=hook.at)
        calls.never_met(session, call, at=hook.at)
        voice, owed = voice_of(session, call), call.ending == Ending.CALL_BACK_OWED
    return speech.goodbye(voice, *(WILL_RING_BACK if owed else NOBODY_THERE))


def _reached(hook: Hook) -> None:
    try:
        with hook.house.database.transaction() as session:
            calls.reached_fallback(session, call_of(session, hook), at=hook.at)
    except SQLAlchemyError:
        log.exception("a call answered at the fallback number could not be written down")
