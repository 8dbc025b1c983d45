"""The resident's call: greeting, menu, waiting, and both ways out. Its state is in rows, never in addresses."""

from collections.abc import Iterable
from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpline import calls, languages, line, logs, one_at_a_time, prompts, rings, rota, script, wording
from helpline.calls import C, Call, Ending, Wish
from helpline.config import DURATIONS
from helpline.line import Welcome
from helpline.prompts import QUIET_AFTER_MENU, Speaker
from helpline.rings import R, Ring
from helpline.script import Line, Sentence
from ivr import speech
from ivr.webhook import Hook, Signed, log, when_broken

FIRST_WORDS = timedelta(seconds=5)
TIME_TO_MEET = timedelta(seconds=20)
WILL_RING_BACK = (script.WILL_RING_BACK, script.EMERGENCY, script.FAREWELL)
# What a key means wherever a resident may choose.
WISHES = {"2": Wish.CALL_BACK, "3": Wish.MESSAGE}
NOBODY_THERE = (script.NOBODY_THERE, script.EMERGENCY, script.FAREWELL)


def _put_through(hook: Hook) -> None:
    """Our own failing put her through to the fallback number, unless she has rung off: no handler is rung for her any more."""
    try:
        with hook.house.database.transaction() as session:
            call = calls.find_call(session, hook.sid)
            if call is not None and hook.field("CallStatus") in line.OVER:
                calls.lost_sight(session, call, at=hook.at)
            elif call is not None:
                calls.put_through(session, call, at=hook.at)
    except SQLAlchemyError:
        log.exception("a call put through to the fallback number could not be written down")


router = APIRouter(prefix="/ivr/voice", route_class=when_broken(speech.fallback, _put_through))
# A wait document may not dial, so when it breaks it leaves the queue, and the queue's action acts.
waiting_router = APIRouter(prefix="/ivr/voice", route_class=when_broken(lambda _: speech.leave()))

# The last thing that can be tried: it must not try the fallback number for ever.
last_router = APIRouter(
    prefix="/ivr/voice", route_class=when_broken(lambda _: speech.goodbye(speech.IN_ENGLISH, *NOBODY_THERE))
)


def _call(session: Session, hook: Hook) -> Call:
    call = calls.arrive(session, hook.sid, phone=hook.caller, at=hook.at)
    logs.tell(call=call.id)
    return call


def _voice(session: Session, call: Call) -> Speaker:
    return prompts.speaker(session, call.language)


@router.post("")
def arrived(hook: Signed) -> Response:
    """A resident rings: she is asked for her language if there is a choice, the one she chose last time first."""
    with hook.house.database.transaction() as session:
        said = hook.house.first_words.now(session, hook.at)
        first = calls.language_for(session, hook.caller, said.offered)
        calls.write_down(session, hook.sid, phone=hook.caller, language=first, at=hook.at)
        return said.document(first, lambda: _begin(session, first, said.offered))


def _begin(session: Session, first: str, offered: Iterable[str]) -> Response:
    others = [code for code in offered if code != first]
    if not others:
        return _welcome(session, first)
    voices = [prompts.speaker(session, code) for code in (first, *others)]
    return speech.choose(voices, keys_to="/ivr/voice/language", seconds=2)


@router.post("/language")
def language(hook: Signed) -> Response:
    """The key of a language; any other key, or none, is the one she heard first."""
    with hook.house.database.transaction() as session:
        call = _call(session, hook)
        for code, its_key in languages.offered(session).items():
            if hook.digits == str(its_key):
                calls.speak(session, call, code, at=hook.at)
        return _welcome(session, call.language)


def _welcome(session: Session, language: str) -> Response:
    """The greeting, the 999 sentence and the menu."""
    said = (script.GREETING, script.EMERGENCY, script.MENU)
    return speech.ask(prompts.speaker(session, language), *said, keys_to="/ivr/voice/menu", seconds=QUIET_AFTER_MENU)


@router.post("/menu")
def menu(hook: Signed) -> Response:
    """1 or silence: talk to somebody. One wrong key is told so; the second goes to a person."""
    with hook.house.database.transaction() as session:
        call = _call(session, hook)
        if hook.digits not in {"", "1"} and call.state == C.GREETING:
            call.wrong_keys += 1
            if call.wrong_keys < 2:
                said = (script.WRONG_KEY, script.MENU)
                return speech.ask(_voice(session, call), *said, keys_to="/ivr/voice/menu", seconds=5)
        return _seek(session, call, hook)


def _seek(session: Session, call: Call, hook: Hook) -> Response:
    welcome = line.seek(session, call, at=hook.at)
    if welcome == Welcome.WAITS:
        return speech.enqueue(call.sid)
    if welcome == Welcome.NOBODY_ON:
        return _ways_out(session, call, hook, *_nobody_on(session, hook))
    return speech.goodbye(_voice(session, call), script.GOODBYE)


def _nobody_on(session: Session, hook: Hook) -> list[Sentence | Line]:
    following = rota.next_on(session, hook.at)
    if not following:
        return [script.NOBODY_ON]
    when = wording.spoken_moments(following[0].starts_at, hook.house.settings.zone, now=hook.at)
    return [script.NOBODY_ON, script.NEXT_ON.of(when=when)]


@waiting_router.post("/waiting")
def waiting(hook: Signed) -> Response:
    """What a caller hears while handlers are rung; asked for again and again."""
    with hook.house.database.transaction() as session:
        call = _call(session, hook)
        if call.taken_at is not None and hook.at - call.taken_at >= TIME_TO_MEET:
            line.left_alone(session, call, at=hook.at)
        if call.state in {C.TAKEN, C.TALKING}:
            return speech.pause(2)  # a handler has pressed 1: she is about to be connected
        if call.state != C.WAITING or call.waiting_since is None or not line.hopeful(session, call, at=hook.at):
            return speech.leave()
        line.ring_round(session, call, at=hook.at)
        if one_at_a_time.stuck(session, call, at=hook.at):
            return speech.leave()
        waited = hook.at - call.waiting_since
        place = line.place_of(session, call)
        sounding = bool(line.being_rung(session, call))
        way = script.WAYS_WHILE_WAITING if call.phone else script.WAY_WHILE_WITHHELD
        voice = _voice(session, call)
    said: list[Sentence | Line] = [_while_waiting(waited, sounding=sounding)]
    if place > 1:
        said.append(script.PLACE.of(place=script.place(place)))
    # Asked again soon at first, so that ringing which cannot be arranged is noticed after ten seconds.
    quiet = 3 if waited < FIRST_WORDS else 12
    return speech.wait_with_keys(voice, *said, way, seconds=quiet)


def _while_waiting(waited: timedelta, *, sounding: bool) -> Sentence:
    """What is true just now: somebody is being rung, or nobody is free to be."""
    if waited >= DURATIONS.longest_wait:
        return script.LONG_WAIT
    if not sounding:
        return script.NOBODY_FREE
    return script.RINGING_SOMEBODY if waited < FIRST_WORDS else script.STILL_RINGING


@waiting_router.post("/waiting/key")
def waiting_key(hook: Signed) -> Response:
    """2: ring me back. 3: leave a message. The wish is kept, and the queue's action acts on it."""
    wish = WISHES.get(hook.digits)
    with hook.house.database.transaction() as session:
        call = _call(session, hook)
        if wish is not None and calls.leave_queue(session, call, at=hook.at, wish=wish):
            return speech.leave()
        voice = _voice(session, call)
    return speech.spoken(voice, script.WRONG_KEY) if wish is None else speech.pause(1)


@router.post("/queued")
def queued(hook: Signed) -> Response:
    """The caller has left the queue, however that came about; every result leads somewhere."""
    with hook.house.database.transaction() as session:
        call = _call(session, hook)
        if hook.field("QueueResult") == "hangup":
            calls.never_met(session, call, at=hook.at)
            return speech.goodbye()
        if hook.field("QueueResult") == "bridged":
            calls.connected(session, call, at=hook.at)
        if call.state == C.TAKEN:
            # Somebody pressed 1 but they have not met: back to where that handler's leg looks for her.
            return speech.enqueue(call.sid)
        if call.state in {C.TALKING, C.ENDED}:
            calls.finish(session, call, at=hook.at)
            return _over(session, call)
        if hook.field("QueueResult") == "leave" and call.wish is None:
            return _nobody_rung(session, call, hook)
        return _out_of_the_queue(session, call, hook)


def _over(session: Session, call: Call) -> Response:
    owed = call.ending == Ending.CALL_BACK_OWED
    return speech.goodbye(_voice(session, call), *(WILL_RING_BACK if owed else (script.GOODBYE,)))


def _nobody_rung(session: Session, call: Call, hook: Hook) -> Response:
    """She left the queue because nobody is on, or because ringing could not be arranged, or because her wait document broke."""
    ring = one_at_a_time.ring_next(session, call, at=hook.at)
    if ring is not None and ring.person.phone is not None:
        return speech.ring_one(ring.person.phone, ring.id)
    broke_at_once = hook.seconds("QueueTime") < FIRST_WORDS.total_seconds()
    if line.hopeful(session, call, at=hook.at) and not broke_at_once:
        return speech.enqueue(call.sid)
    return _out_of_the_queue(session, call, hook)


@router.post("/one_at_a_time/{ring_id}")
def one_rung(ring_id: int, hook: Signed) -> Response:
    """Her own leg rang one handler: they talked, or nobody took it and she waits on."""
    with hook.house.database.transaction() as session:
        call, ring = _call(session, hook), session.get_one(Ring, ring_id)
        rings.hung_up(session, ring, at=hook.at)
        if hook.field("DialBridged") == "true":
            calls.connected(session, call, at=hook.at)
        elif ring.state == R.TOOK:  # even if she has been reported gone by now, as though they had talked
            calls.never_met(session, call, at=hook.at)
        else:
            line.missed(session, ring, R.MISSED, at=hook.at, why=hook.field("DialCallStatus"))
        if call.state == C.WAITING and hook.field("CallStatus") != "completed":
            return speech.enqueue(call.sid)
        calls.finish(session, call, at=hook.at)
        return _over(session, call)


def _out_of_the_queue(session: Session, call: Call, hook: Hook) -> Response:
    calls.leave_queue(session, call, at=hook.at)
    if call.wish == Wish.MESSAGE:
        return speech.record(_voice(session, call))
    if call.wish == Wish.CALL_BACK:
        return _ring_back(session, call, hook)
    return _ways_out(session, call, hook, script.COULD_NOT_FIND)


def _ways_out(session: Session, call: Call, hook: Hook, *why: Sentence | Line) -> Response:
    calls.leave_queue(session, call, at=hook.at)
    if call.phone is None:
        return speech.record(_voice(session, call), *why, script.NUMBER_WITHHELD)
    return speech.ask(_voice(session, call), *why, script.WAYS_OUT, keys_to="/ivr/voice/instead", seconds=6)


@router.post("/instead")
def instead(hook: Signed) -> Response:
    """Nobody can be had: 3 leaves a message, 2 or silence is rung back; one wrong key is told so."""
    with hook.house.database.transaction() as session:
        call = _call(session, hook)
        if hook.digits and hook.digits not in WISHES and call.wrong_keys < 1:
            call.wrong_keys += 1
            return _ways_out(session, call, hook, script.WRONG_KEY)
        if WISHES.get(hook.digits) == Wish.MESSAGE:
            calls.leave_queue(session, call, at=hook.at, wish=Wish.MESSAGE)
            return speech.record(_voice(session, call))
        return _ring_back(session, call, hook)


def _ring_back(session: Session, call: Call, hook: Hook) -> Response:
    if call.phone is None:
        return speech.record(_voice(session, call), script.NUMBER_WITHHELD)
    calls.ring_back(session, call, at=hook.at)
    return speech.goodbye(_voice(session, call), *WILL_RING_BACK)


@router.post("/recorded")
def recorded(hook: Signed) -> Response:
    """The message is recorded, or the caller rang off at the tone."""
    with hook.house.database.transaction() as session:
        call = _call(session, hook)
        sid, seconds = hook.field("RecordingSid"), hook.seconds("RecordingDuration")
        if sid and seconds > 0:
            calls.message_left(session, call, recording_sid=sid, seconds=seconds, at=hook.at)
            return speech.goodbye(_voice(session, call), script.MESSAGE_KEPT)
        return _heard_nothing(session, call, hook)


@router.post("/silence")
def silence(hook: Signed) -> Response:
    """Nothing was recorded: we ring back if we can."""
    with hook.house.database.transaction() as session:
        return _heard_nothing(session, _call(session, hook), hook)


def _heard_nothing(session: Session, call: Call, hook: Hook) -> Response:
    if call.phone is None:
        calls.finish(session, call, at=hook.at)
        return speech.goodbye(_voice(session, call), script.HEARD_NOTHING, script.GOODBYE)
    calls.ring_back(session, call, at=hook.at)
    return speech.goodbye(_voice(session, call), script.HEARD_NOTHING, *WILL_RING_BACK)


@last_router.post("/fallback")
def fallback_over(hook: Signed) -> Response:
    """The fallback number was rung while we were broken; when nobody answered there, the desk owes a call-back."""
    if hook.field("DialCallStatus") == "completed":
        return speech.goodbye()
    with hook.house.database.transaction() as session:
        call = _call(session, hook)
        calls.leave_queue(session, call, at=hook.at)
        calls.never_met(session, call, at=hook.at)
        voice, owed = _voice(session, call), call.ending == Ending.CALL_BACK_OWED
    return speech.goodbye(voice, *(WILL_RING_BACK if owed else NOBODY_THERE))
