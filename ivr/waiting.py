"""Waiting: what a caller hears in her queue, the keys that work there, and every way out of it."""

from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import calls, durations, line, one_at_a_time, parting, rings, script, talking
from helpline.calls import C, Call, Wish
from helpline.rings import R, Ring
from helpline.script import Line, Sentence
from ivr import apart, asking, speech, ways_out
from ivr.caller import LeaveQueue, PutThrough, call_of, voice_of
from ivr.webhook import Hook, Signed

FIRST_WORDS = timedelta(seconds=5)
TIME_TO_MEET = timedelta(seconds=20)

router = APIRouter(prefix="/ivr/voice", route_class=PutThrough)
waiting_router = APIRouter(prefix="/ivr/voice", route_class=LeaveQueue)


@waiting_router.post("/waiting")
def waiting(hook: Signed) -> Response:
    """What a caller hears while handlers are rung; asked for again and again."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        if call.taken_at is not None and hook.at - call.taken_at >= TIME_TO_MEET:
            line.left_alone(session, call, at=hook.at)
        if call.state in apart.HERE:
            return apart.hears(session, call, hook)
        if call.state in {C.TAKEN, C.TALKING}:
            return speech.pause(2)  # a handler has pressed 1: she is about to be connected
        if call.state != C.WAITING or call.waits_since is None or not line.hopeful(session, call, at=hook.at):
            return speech.leave()
        line.given_up_by_a_worker(session, call, at=hook.at)
        line.ring_round(session, call, at=hook.at)
        if one_at_a_time.stuck(session, call, at=hook.at):
            return speech.leave()
        waited = hook.at - call.waits_since
        place = _place(session, call)
        sounding = bool(line.being_rung(session, call))
        way = script.WAYS_WHILE_WAITING if call.phone else script.WAY_WHILE_WITHHELD
        voice, longest = voice_of(session, call), durations.of(session).longest_wait
    slowed = call.quiet_until is not None and hook.at < call.quiet_until
    said = [script.RINGING_SOON if slowed else _while_waiting(waited, longest, sounding=sounding), *place, way]
    if slowed and waited >= FIRST_WORDS:  # said once is enough: until the quiet is over there is only music
        said = []
    # Asked again soon at first, so that ringing which cannot be arranged is noticed after ten seconds.
    if waited < FIRST_WORDS:
        return speech.wait_with_keys(voice, *said, seconds=3)
    return speech.wait_with_keys(voice, *said, music=2, seconds=1)


def _place(session: Session, call: Call) -> list[Sentence | Line]:
    """Her place, the first time when others are before her, and later only when it has improved."""
    place = line.place_of(session, call)
    if place < (call.told_place or place + 1):
        first = call.told_place is None
        calls.tell_place(session, call, place)
        if place == 1:
            return [] if first else [script.NEXT]
        return [script.PLACE.of(place=script.place(place))]
    return []


def _while_waiting(waited: timedelta, longest: timedelta, *, sounding: bool) -> Sentence:
    """What is true just now: somebody is being rung, or nobody is free to be."""
    if waited >= longest:
        return script.LONG_WAIT
    if not sounding:
        return script.NOBODY_FREE
    return script.RINGING_SOMEBODY if waited < FIRST_WORDS else script.STILL_RINGING


@waiting_router.post("/waiting/key")
def waiting_key(hook: Signed) -> Response:
    """4: ring me back. 5: leave a message; the wish is kept, and the queue's action acts on it. 2 and 3 keep her place."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        wish = ways_out.wish_of(hook.digits, call)
        if wish is not None:
            left = calls.leave_queue(session, call, at=hook.at, wish=wish)
            return speech.leave() if left else speech.pause(1)  # somebody has just taken the call
        said, voice = _said_to_key(session, call, hook), voice_of(session, call)
    return speech.wait_with_keys(voice, *said, seconds=2)


def _said_to_key(session: Session, call: Call, hook: Hook) -> list[Sentence | Line]:
    """What a key is answered with that leaves her where she is; 1 is what she does already."""
    if hook.digits == "1":
        return []
    if hook.digits == "2":
        calls.offer_help(session, call, at=hook.at)
        return [script.OFFERING_IN_THE_QUEUE]
    if hook.digits == "3":
        return asking.told(session, call, hook)
    if hook.digits == "4":
        return [script.NUMBER_WITHHELD, script.WAY_WHILE_WITHHELD]
    return [script.WRONG_KEY]


@router.post("/queued")
def queued(hook: Signed) -> Response:
    """The caller has left the queue, however that came about; every result leads somewhere."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        if hook.field("QueueResult").startswith("redirected"):
            return speech.goodbye()  # nobody hears this: we moved her leg, which asks another page
        connecting = hook.field("QueueResult") == "bridging-in-process"
        # She rang off before they met, or as she heard to whom she was being put through.
        if hook.field("QueueResult") == "hangup" or (connecting and hook.field("CallStatus") != "in-progress"):
            calls.never_met(session, call, at=hook.at)
            return speech.goodbye()
        if connecting:  # it was the handler who went, or whose leg we moved
            parting.not_met(session, call)
        if hook.field("QueueResult") == "bridged":
            calls.connected(session, call, at=hook.at)
        if hook.field("CallStatus") == "in-progress":
            apart.comes_out(session, call, hook)
        if call.state in {C.TALKING, C.ENDED, *apart.STATES}:
            return apart.goes_on(session, call, hook)
        # Somebody pressed 1 but they have not met: back to where that leg looks for her, or where others are rung already.
        if call.state == C.TAKEN or (connecting and call.state == C.WAITING):
            return speech.enqueue(call.sid)
        if hook.field("QueueResult") == "leave" and call.wish is None:
            return _nobody_rung(session, call, hook)
        return _out_of_the_queue(session, call, hook)


def _nobody_rung(session: Session, call: Call, hook: Hook) -> Response:
    """She left the queue because nobody is on, or because ringing could not be arranged, or because her wait document broke."""
    ring = one_at_a_time.ring_next(session, call, at=hook.at)
    if ring is not None and ring.person.phone is not None:
        return speech.ring_one(ring.person.phone, ring.id, seconds=rings.seconds(ring))
    broke_at_once = hook.seconds("QueueTime") < FIRST_WORDS.total_seconds()
    if line.hopeful(session, call, at=hook.at) and not broke_at_once:
        return speech.enqueue(call.sid)
    return _out_of_the_queue(session, call, hook)


@router.post("/one_at_a_time/{ring_id}")
def one_rung(ring_id: int, hook: Signed) -> Response:
    """Her own leg rang one handler: they talked, or nobody took it and she waits on."""
    with hook.house.database.transaction() as session:
        call, ring = call_of(session, hook), session.get_one(Ring, ring_id)
        if call.next_step is None:  # else her handler's leg was moved out of this, and goes on
            rings.leg_over(session, ring, at=hook.at)
        is_here = hook.field("CallStatus") != "completed"
        if hook.field("DialBridged") == "true":
            calls.connected(session, call, at=hook.at)
        elif ring.state != R.TOOK:
            line.missed(session, ring, R.MISSED, at=hook.at, why=hook.field("DialCallStatus"))
        elif is_here:
            talking.never_met(session, call, at=hook.at)
        else:  # even if she has been reported gone by now, as though they had talked
            calls.never_met(session, call, at=hook.at)
        if is_here and call.state == C.WAITING:
            return speech.enqueue(call.sid)
        if is_here:
            apart.comes_out(session, call, hook)
        return apart.goes_on(session, call, hook)


def _out_of_the_queue(session: Session, call: Call, hook: Hook) -> Response:
    calls.leave_queue(session, call, at=hook.at)
    if call.wish == Wish.MESSAGE:
        return ways_out.record(session, call)
    if call.wish == Wish.CALL_BACK:
        return ways_out.ring_back(session, call, hook)
    return ways_out.choose(session, call, hook, script.COULD_NOT_FIND)
