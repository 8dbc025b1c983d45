"""An organiser says a sentence by telephone: press 1, say it, hear it back, keep it or say it again."""

from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import line, prompts, rings, said, script
from helpline.errors import NotFoundError
from helpline.rings import R, Ring
from helpline.said import Said
from helpline.script import Sentence
from ivr import speech
from ivr.handset import TIME_TO_PRESS
from ivr.webhook import Signed, when_broken

TIME_TO_FETCH = timedelta(seconds=40)
SILENT = 3
"""Times that nothing is heard: then a handset lies off the hook, and would for hours."""

router = APIRouter(
    prefix="/ivr/said", route_class=when_broken(lambda _: speech.goodbye(speech.IN_ENGLISH, script.LEG_BROKEN))
)


def _leg(session: Session, ring_id: int) -> tuple[Ring, Said]:
    ring = session.get(Ring, ring_id)
    if ring is None or ring.call_id is not None:
        raise NotFoundError("There is no such ring.")
    return ring, said.of_ring(session, ring)


def _goodbye(session: Session, sentence: Sentence) -> Response:
    return speech.goodbye(prompts.speaker(session), sentence)


@router.post("/{ring_id}")
def picked_up(ring_id: int, hook: Signed) -> Response:
    """They, or their answerphone, picked up: ask for key 1, for twenty seconds."""
    with hook.house.database.transaction() as session:
        ring, _ = _leg(session, ring_id)
        rings.leg_is(session, ring, hook.sid, at=hook.at)
        rings.answered(session, ring, at=hook.at)
        if ring.state != R.ANSWERED:
            return _goodbye(session, script.NOT_KEPT)
        if ring.answered_at is not None and hook.at - ring.answered_at >= TIME_TO_PRESS:
            line.missed(session, ring, R.MISSED, at=hook.at, why="no key")
            return _goodbye(session, script.NO_KEY)
        keys_to = f"/ivr/said/{ring_id}/key"
        return speech.ask(prompts.speaker(session), script.SAY_IT, keys_to=keys_to, seconds=3)


@router.post("/{ring_id}/key")
def key(ring_id: int, hook: Signed) -> Response:
    """Only key 1 begins: an answerphone never says a sentence to callers."""
    if hook.digits != "1":
        return picked_up(ring_id, hook)
    with hook.house.database.transaction() as session:
        ring, _ = _leg(session, ring_id)
        rings.answered(session, ring, at=hook.at)
        if ring.state != R.TOOK and not rings.took(session, ring, at=hook.at):
            return _goodbye(session, script.NOT_KEPT)
        return _say_it(session, ring)


def _say_it(session: Session, ring: Ring, *first: Sentence, silent: int = 0) -> Response:
    to = f"/ivr/said/{ring.id}/recorded" + (f"?silent={silent}" if silent else "")
    return speech.record_sentence(prompts.speaker(session), *first, script.AFTER_THE_TONE, to=to)


@router.post("/{ring_id}/recorded")
def recorded(ring_id: int, hook: Signed, silent: int = 0) -> Response:
    """It is said; nothing was heard, and it is asked for again, a few times."""
    with hook.house.database.transaction() as session:
        ring, what = _leg(session, ring_id)
        sid = hook.field("RecordingSid")
        if not sid or not hook.seconds("RecordingDuration"):
            if silent + 1 >= SILENT:
                return _goodbye(session, script.NOT_KEPT)
            return _say_it(session, ring, script.HEARD_NOTHING, silent=silent + 1)
        said.recorded(session, what, sid, at=hook.at)
        if hook.digits == "hangup":
            return _goodbye(session, script.NOT_KEPT)
        return speech.one_moment(prompts.speaker(session), script.ONE_MOMENT, then=f"/ivr/said/{ring_id}/heard")


@router.post("/{ring_id}/heard")
def heard(ring_id: int, hook: Signed) -> Response:
    """They hear it back as callers will, as soon as we hold it."""
    with hook.house.database.transaction() as session:
        ring, what = _leg(session, ring_id)
        if what.sound is not None:
            keys_to = f"/ivr/said/{ring_id}/keep"
            return speech.hear_back(prompts.speaker(session), what.sound.name, keys_to=keys_to)
        if what.recording_sid is None:
            return _say_it(session, ring, script.HEARD_NOTHING)
        if hook.at - what.said_at >= TIME_TO_FETCH:
            return _goodbye(session, script.NOT_KEPT)
        return speech.one_moment(prompts.speaker(session), then=f"/ivr/said/{ring_id}/heard")


@router.post("/{ring_id}/keep")
def keep(ring_id: int, hook: Signed) -> Response:
    """1 keeps it, 2 says it again; anything else plays it again, and after silence nothing is kept."""
    with hook.house.database.transaction() as session:
        ring, what = _leg(session, ring_id)
        if hook.digits == "1" and said.keep(session, what, at=hook.at):
            return _goodbye(session, script.SAID_AND_KEPT)
        if hook.digits == "2":
            return _say_it(session, ring)
        if hook.digits and what.sound is not None:
            return speech.hear_back(prompts.speaker(session), what.sound.name, keys_to=f"/ivr/said/{ring_id}/keep")
        return _goodbye(session, script.NOT_KEPT)
