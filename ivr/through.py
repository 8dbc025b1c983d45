"""Whoever asked on a page to ring a resident: press 1, and the resident is rung from the same leg, with our number shown."""

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import line, rings, script, through
from helpline import prompts as said
from helpline.errors import NotFoundError
from helpline.requests import HelpRequest
from helpline.rings import R, Ring, RingKind
from ivr import speech
from ivr.handset import TIME_TO_PRESS
from ivr.legs import broken_leg, goodbye
from ivr.webhook import Signed

router = APIRouter(prefix="/ivr/through", route_class=broken_leg)


def _leg(session: Session, ring_id: int) -> tuple[Ring, HelpRequest]:
    ring = session.get(Ring, ring_id)
    if ring is None or ring.kind != RingKind.THROUGH:
        raise NotFoundError("There is no such ring.")
    return ring, session.get_one(HelpRequest, ring.request_id)


@router.post("/{ring_id}")
def picked_up(ring_id: int, hook: Signed) -> Response:
    """They, or their answerphone, picked up: ask for key 1, for twenty seconds."""
    with hook.house.database.transaction() as session:
        ring, request = _leg(session, ring_id)
        rings.leg_is(session, ring, hook.sid, at=hook.at)
        rings.answered(session, ring, at=hook.at)
        if ring.state != R.ANSWERED or not through.may(session, request, ring.person):
            rings.end(session, ring, R.CANCELLED, at=hook.at)
            return goodbye(session, script.NO_LONGER_NEEDED)
        if ring.answered_at is not None and hook.at - ring.answered_at >= TIME_TO_PRESS:
            line.missed(session, ring, R.MISSED, at=hook.at, why="no key")
            return goodbye(session, script.NO_KEY)
        keys_to = f"/ivr/through/{ring_id}/key"
        return speech.menu(
            said.speaker(session), script.PUT_YOU_THROUGH, keys_to=keys_to, again=f"/ivr/through/{ring_id}", seconds=3
        )


@router.post("/{ring_id}/key")
def key(ring_id: int, hook: Signed) -> Response:
    """Only key 1 rings the resident: an answerphone talks to nobody."""
    if hook.digits != "1":
        return picked_up(ring_id, hook)
    with hook.house.database.transaction() as session:
        ring, request = _leg(session, ring_id)
        rings.answered(session, ring, at=hook.at)
        again = ring.state == R.TOOK and ring.over_at is None  # asked for twice
        if request.phone is None or not through.may(session, request, ring.person):
            rings.end(session, ring, R.CANCELLED, at=hook.at)
            return goodbye(session, script.NO_LONGER_NEEDED)
        if not again and not rings.took(session, ring, at=hook.at):
            return goodbye(session, script.NO_LONGER_NEEDED)
        if not again:
            through.put_through(session, ring, at=hook.at)
        return speech.ring_from_here(said.speaker(session), request.phone, over=f"/ivr/through/{ring_id}/over")


@router.post("/{ring_id}/over")
def over(ring_id: int, hook: Signed) -> Response:
    """They have talked, or nobody answered."""
    with hook.house.database.transaction() as session:
        ring, _ = _leg(session, ring_id)
        spoke = hook.field("DialBridged") == "true"
        through.over(session, ring, spoke=spoke, at=hook.at)
        if hook.field("CallStatus") == "completed":
            rings.leg_over(session, ring, at=hook.at)
            return speech.goodbye()
        return goodbye(session, script.TALK_OVER if spoke else script.NO_ANSWER, script.GOODBYE)
