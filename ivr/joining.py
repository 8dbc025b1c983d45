"""A coordinator's leg, asked to join a talk: only key 1 joins, so an answerphone never does."""

from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import line, parting, prompts, rings, script, talking
from helpline.calls import C, Call
from helpline.rings import R, Ring
from ivr import speech
from ivr.legs import broken_leg, goodbye, ring_of
from ivr.webhook import Hook, Signed

TIME_TO_PRESS = timedelta(seconds=25)

router = APIRouter(prefix="/ivr/joins", route_class=broken_leg)


@router.post("/{ring_id}")
def picked_up(ring_id: int, hook: Signed) -> Response:
    """Somebody, or their answerphone, picked up: who asks, and for what, again and again."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        rings.leg_is(session, ring, hook.sid, at=hook.at)
        rings.answered(session, ring, at=hook.at)
        if ring.state != R.ANSWERED or not line.wanted(session, ring, at=hook.at):
            return _no_longer(session, ring, hook)
        if ring.answered_at is not None and hook.at - ring.answered_at >= TIME_TO_PRESS:
            line.missed(session, ring, R.MISSED, at=hook.at, why="no key")
            return goodbye(session, script.NO_KEY)
        name = call.handler.first_name if call.handler else None
        place = f"/ivr/joins/{ring.id}"
        said = script.JOIN_THEM.of(name=name or "A handler")
        return speech.menu(prompts.speaker(session), said, keys_to=f"{place}/key", again=place, seconds=3)


def _no_longer(session: Session, ring: Ring, hook: Hook) -> Response:
    rings.end(session, ring, R.CANCELLED, at=hook.at)
    return goodbye(session, script.NO_LONGER_NEEDED)


@router.post("/{ring_id}/key")
def key(ring_id: int, hook: Signed) -> Response:
    """1 joins, 2 cannot; any other key is asked again."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        if hook.digits == "2" and ring.state == R.ANSWERED:
            line.missed(session, ring, R.DECLINED, at=hook.at)
            return goodbye(session, script.CANNOT_JOIN)
        if hook.digits != "1":
            return speech.one_moment(prompts.speaker(session), then=f"/ivr/joins/{ring.id}", seconds=1)
        rings.answered(session, ring, at=hook.at)
        return _join(session, ring, call, hook, script.JOINING)


@router.post("/{ring_id}/pressed")
def pressed(ring_id: int, hook: Signed) -> Response:
    """1 was pressed: they go into the room as soon as she is on her way there, and nobody waits in it alone."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        return _join(session, ring, call, hook)


def _join(session: Session, ring: Ring, call: Call, hook: Hook, *said: script.Sentence) -> Response:
    if call.state == C.TAKEN and ring.state == R.ANSWERED:  # the two are only just being put through
        return _in_a_moment(session, ring, *said)
    if not talking.joins(session, call, ring, at=hook.at):
        return goodbye(session, script.JOINING_OVER if ring.state == R.TOOK else script.NO_LONGER_NEEDED)
    if call.state in {C.TOGETHER, C.INTRODUCED}:
        left = f"/ivr/joins/{ring.id}/left"
        voice = prompts.speaker(session)
        return speech.room(voice, *said, name=call.sid, action=left, starts=False, ends=True, star=False)
    return _in_a_moment(session, ring, *said)


def _in_a_moment(session: Session, ring: Ring, *said: script.Sentence) -> Response:
    return speech.one_moment(prompts.speaker(session), *said, then=f"/ivr/joins/{ring.id}/pressed", seconds=1)


@router.post("/{ring_id}/left")
def left(ring_id: int, hook: Signed) -> Response:
    """The coordinator's leg is out of the room: it hung up, or the room is over."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        if hook.field("CallStatus") == "completed":
            rings.leg_over(session, ring, at=hook.at)
            parting.third_gone(session, call, at=hook.at)
            return speech.goodbye()
        return goodbye(session, script.JOINING_OVER)
