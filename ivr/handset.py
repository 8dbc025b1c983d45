"""The handler's leg: press 1 to take a call, or to ring a resident back. An answerphone never presses anything."""

from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import calls, history, languages, line, parting, prompts, rings, script, talking, wrap_up
from helpline.calls import C, Call
from helpline.rings import R, Ring, RingKind
from helpline.script import ENGLISH, Line, Sentence
from ivr import afterwards, on_hold, speech
from ivr.legs import broken_leg, caller_gone, goodbye, ring_of
from ivr.webhook import Hook, Signed, when_broken

TIME_TO_PRESS = timedelta(seconds=20)

router = APIRouter(prefix="/ivr/rings", route_class=broken_leg)
# It is the caller who hears this, and what she hears as she is connected may not hang up.
meeting_router = APIRouter(
    prefix="/ivr/rings", route_class=when_broken(lambda _: speech.spoken(speech.IN_ENGLISH, script.THROUGH))
)


@router.post("/{ring_id}")
def picked_up(ring_id: int, hook: Signed) -> Response:
    """Somebody, or their answerphone, picked up: ask for key 1, again and again for twenty seconds."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        rings.leg_is(session, ring, hook.sid, at=hook.at)
        rings.answered(session, ring, at=hook.at)
        if ring.state != R.ANSWERED or not (ring.kind == RingKind.CALL_BACK or calls.is_wanted(call, ring)):
            return _too_late(session, ring, call, hook)
        if ring.answered_at is not None and hook.at - ring.answered_at >= TIME_TO_PRESS:
            line.missed(session, ring, R.MISSED, at=hook.at, why="no key")
            return goodbye(session, script.NO_KEY)
        return _press_one(session, ring, call)


def _press_one(session: Session, ring: Ring, call: Call) -> Response:
    said: Sentence | Line = script.TAKE
    if ring.kind == RingKind.CALL_BACK:
        said = script.RING_BACK
    elif ring.kind == RingKind.HAND_OVER and call.handler is not None:
        said = script.TAKE_OVER.of(name=call.handler.first_name or "Another handler")
    elif call.language != ENGLISH:
        said = script.TAKE_IN.of(language=languages.KNOWN[call.language].name)
    return speech.press_one(prompts.speaker(session), said, ring.id)


def _too_late(session: Session, ring: Ring, call: Call, hook: Hook) -> Response:
    rings.end(session, ring, R.CANCELLED, at=hook.at)
    if ring.kind == RingKind.CALL_BACK or call.state == C.LEAVING or call.wish is not None:
        return goodbye(session, script.NO_LONGER_NEEDED)
    if call.state == C.WAITING:
        return goodbye(session, script.TOO_LATE)
    return goodbye(session, script.ALREADY_TAKEN) if call.handler_id is not None else caller_gone(session, call)


@router.post("/{ring_id}/key")
def key(ring_id: int, hook: Signed) -> Response:
    """Only key 1 takes it, and only for one of them."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        if hook.digits != "1":
            return _press_one(session, ring, call)
        if ring.kind == RingKind.CALL_BACK:
            return _ring_resident(session, ring, call, hook)
        rings.answered(session, ring, at=hook.at)
        if calls.take(session, call, ring, at=hook.at):
            return _join(session, ring, call, hook)
        return _too_late(session, ring, call, hook)


def _join(session: Session, ring: Ring, call: Call, hook: Hook) -> Response:
    if ring.kind != RingKind.ONE_AT_A_TIME:
        return speech.join_queue(call.sid, ring.id)
    # She rang from her own leg, which is connected as soon as this has been said.
    calls.connected(session, call, at=hook.at)
    return speech.spoken(prompts.speaker(session), script.PUT_TOGETHER)


def _ring_resident(session: Session, ring: Ring, call: Call, hook: Hook) -> Response:
    if call.phone is None or ring.state not in {R.ANSWERED, R.TOOK} or not line.wanted(session, ring, at=hook.at):
        return goodbye(session, script.NO_LONGER_NEEDED)
    rings.took(session, ring, at=hook.at)
    return speech.ring_out(prompts.speaker(session), call.phone, ring.id)


@meeting_router.post("/{ring_id}/meet")
def meet(ring_id: int, hook: Signed) -> Response:
    """What the caller hears as she is connected: a first name only."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        if parting.holds(session, call, ring):
            calls.connected(session, call, at=hook.at)
        name, voice = ring.person.first_name, prompts.speaker(session, call.language)
    return speech.spoken(voice, script.THROUGH_TO.of(name=name) if name else script.THROUGH)


@router.post("/{ring_id}/over")
def over(ring_id: int, hook: Signed) -> Response:
    """The handler's leg is parted from the caller, or never found her."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        bridged = hook.field("DialBridged")
        if bridged == "true" and parting.holds(session, call, ring):
            calls.connected(session, call, at=hook.at)
        # If it is this leg that hung up, she may still be on the line; otherwise the queue was empty, so she had gone.
        if hook.field("CallStatus") == "completed":
            _put_down(session, ring, call, hook)
            return speech.goodbye()
        if (bridged == "false" or call.state == C.TAKEN) and parting.holds(session, call, ring):
            calls.never_met(session, call, at=hook.at)
        return on_hold.came_out(session, ring, call, hook)


def _put_down(session: Session, ring: Ring, call: Call, hook: Hook) -> None:
    """The handler has hung up. Whom they had only just begun to meet is not asked whether she had finished."""
    hers = parting.holds(session, call, ring)
    rings.leg_over(session, ring, at=hook.at)
    line.handler_gone(session, call, ring, at=hook.at)
    if not hers or hook.field("DialBridged") != "false":
        return
    if call.state == C.PARTED:
        parting.not_met(session, call)
        talking.wants_somebody(session, call, at=hook.at)
    elif call.state == C.ENDED:  # she was reported gone first, as though they had talked
        calls.never_met(session, call, at=hook.at)


@router.post("/{ring_id}/rung_back")
def rung_back(ring_id: int, hook: Signed) -> Response:
    """The call to the resident is over, or was not answered. Whether it is done, the handler says by key, or on the desk."""
    with hook.house.database.transaction() as session:
        ring, _ = ring_of(session, ring_id)
        spoke = hook.field("DialCallStatus") == "completed"
        what = "call_back.spoke" if spoke else "call_back.no_answer"
        history.record(session, what, at=hook.at, who=ring.person_id, call_id=ring.call_id, item_id=ring.item_id)
        wrap_up.begin_after_ringing_back(session, ring, spoke=spoke, at=hook.at)
        if not spoke:
            return goodbye(session, script.THEY_DID_NOT_ANSWER)
        return afterwards.ask(session, ring, hook, script.RING_BACK_OVER)
