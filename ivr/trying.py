"""A test call: what a helpline call sounds like, with nobody waiting behind it. An answerphone presses no key, so none passes."""

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import line, prompts, rings, script
from helpline.errors import NotFoundError
from helpline.rings import R, Ring, RingKind
from ivr import speech
from ivr.handset import TIME_TO_PRESS
from ivr.legs import broken_leg, goodbye
from ivr.webhook import Signed

router = APIRouter(prefix="/ivr/tries", route_class=broken_leg)


def _leg(session: Session, ring_id: int) -> Ring:
    ring = session.get(Ring, ring_id)
    if ring is None or ring.kind != RingKind.TEST:
        raise NotFoundError("There is no such ring.")
    return ring


@router.post("/{ring_id}")
def picked_up(ring_id: int, hook: Signed) -> Response:
    """They, or their answerphone, picked up: say what this is, and ask for key 1 as a call does."""
    with hook.house.database.transaction() as session:
        ring = _leg(session, ring_id)
        first = ring.answered_at is None
        rings.leg_is(session, ring, hook.sid, at=hook.at)
        rings.answered(session, ring, at=hook.at)
        if ring.state != R.ANSWERED:
            return goodbye(session, script.NO_LONGER_NEEDED)
        if ring.answered_at is not None and hook.at - ring.answered_at >= TIME_TO_PRESS:
            line.missed(session, ring, R.MISSED, at=hook.at, why="no key")
            return goodbye(session, script.NO_KEY)
        said = (script.TEST_CALL, script.TAKE) if first else (script.TAKE,)
        return speech.ask(prompts.speaker(session), *said, keys_to=f"/ivr/tries/{ring_id}/key", seconds=3)


@router.post("/{ring_id}/key")
def key(ring_id: int, hook: Signed) -> Response:
    """Key 1 passes; any other, or none, is asked again."""
    if hook.digits != "1":
        return picked_up(ring_id, hook)
    with hook.house.database.transaction() as session:
        ring = _leg(session, ring_id)
        rings.answered(session, ring, at=hook.at)
        if ring.state == R.TOOK or rings.took(session, ring, at=hook.at):
            return goodbye(session, script.TEST_TAKEN)
        return goodbye(session, script.NO_LONGER_NEEDED)
