"""The caller's leg when her talk is broken off: on hold, between two handlers, in a room of three, or asked if she had finished.

Whatever broke it off, her leg asks us what follows, and the row says it.
"""

from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import calls, parting, script, talking
from helpline.calls import C, Call, Ending, NextStep
from helpline.script import Line, Sentence
from ivr import speech, ways_out
from ivr.caller import PutThrough, call_of, voice_of
from ivr.webhook import Hook, Signed, when_broken

HERE = frozenset({C.HELD, C.PARTED})
ROOM = frozenset({C.TOGETHER, C.INTRODUCED})
STATES = HERE | ROOM
FIRST_WORDS = timedelta(seconds=4)
# On hold she is spoken to again and again, and not all the time.
SAID_AGAIN, A_SENTENCE = timedelta(seconds=20), timedelta(seconds=7)
# Since she was asked: long enough to have heard it out, and to have put a telephone down.
TIME_TO_GO = timedelta(seconds=12)

router = APIRouter(prefix="/ivr/voice", route_class=PutThrough)
# What is heard in a room may neither dial nor hang up.
room_router = APIRouter(prefix="/ivr", route_class=when_broken(lambda _: speech.pause(5)))


def hears(session: Session, call: Call, hook: Hook) -> Response:
    """What she hears in her queue then; asked for again and again, soon, since others wait for what she asks next."""
    if call.state == C.PARTED:
        return _asked(session, call, hook)
    if call.next_step == NextStep.TOGETHER and parting.third(session, call) is not None:
        return speech.leave()
    since = hook.at - (call.apart_at or hook.at)
    if since >= FIRST_WORDS and since % SAID_AGAIN >= A_SENTENCE:
        return speech.music()
    begins = script.ON_HOLD if since < FIRST_WORDS else script.STILL_ON_HOLD
    said = script.BEING_HANDED if call.handing_at is not None else begins
    return speech.say_and_wait(voice_of(session, call), said, seconds=3)


def _asked(session: Session, call: Call, hook: Hook) -> Response:
    """Whether they had finished: whoever has hung up by the end of it had."""
    if call.written_down:  # it is written down what it came to, so they had
        return speech.leave()
    if call.next_step_at is None:
        call.next_step_at = hook.at
        return speech.say_and_wait(voice_of(session, call), script.PARTED, seconds=4)
    if hook.at - call.next_step_at < TIME_TO_GO:
        return speech.pause(2)
    talking.wants_somebody(session, call, at=hook.at)
    return speech.pause(1)


def comes_out(session: Session, call: Call, hook: Hook) -> None:
    """She came out of a talk, or of the queue, and is on the line."""
    talking.part(session, call, at=hook.at)


def goes_on(session: Session, call: Call, hook: Hook) -> Response:
    """Where she goes from here, by the row alone."""
    if call.state == C.PARTED and call.written_down:
        calls.finish(session, call, at=hook.at)
    if call.state in ROOM:
        return _into_the_room(session, call)
    if call.state == C.HELD and hook.field("QueueResult") == "leave":
        # What she hears while on hold has just failed: not so fast again.
        return speech.one_moment(voice_of(session, call), script.STILL_ON_HOLD, then="/ivr/voice/next")
    if call.state in {*HERE, C.TAKEN, C.WAITING}:
        return speech.enqueue(call.sid)
    calls.finish(session, call, at=hook.at)
    return over(session, call)


def over(session: Session, call: Call) -> Response:
    """The call is over: a word of farewell."""
    owed = call.ending == Ending.CALL_BACK_OWED
    return speech.goodbye(voice_of(session, call), *(ways_out.WILL_RING_BACK if owed else (script.GOODBYE,)))


def _into_the_room(session: Session, call: Call) -> Response:
    joined = parting.third(session, call)
    name = joined.person.first_name if joined else None
    said: Sentence | Line = script.JOINED_BY.of(name=name) if name else script.JOINED
    return speech.room(
        voice_of(session, call), said, name=call.sid, action="/ivr/voice/room", starts=True, ends=True, star=False
    )


@router.post("/next")
def following(hook: Signed) -> Response:
    """Her leg was moved here, because she was alone somewhere: the row says where she belongs."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        if call.state == C.INTRODUCED and parting.third(session, call) is None:
            parting.parted(session, call, at=hook.at)
        return goes_on(session, call, hook)


@router.post("/room")
def left_the_room(hook: Signed) -> Response:
    """The room is over for her: she has rung off, or the coordinator has gone."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        if hook.field("CallStatus") == "in-progress" and call.state == C.TOGETHER:
            parting.room_over(session, call, at=hook.at)
            return goes_on(session, call, hook)
        if call.state in {*HERE, C.TAKEN, C.WAITING} and hook.field("CallStatus") == "in-progress":
            return goes_on(session, call, hook)
        calls.finish(session, call, at=hook.at)
        return over(session, call)


@room_router.post("/room")
def in_the_room(hook: Signed) -> Response:
    """What whoever is first in a room hears until the next comes."""
    with hook.house.database.transaction() as session:
        call = calls.find_call(session, hook.sid)
        return speech.say_and_wait(
            voice_of(session, call) if call else speech.IN_ENGLISH, script.JUST_A_MOMENT, seconds=3
        )
