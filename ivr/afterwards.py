"""After the conversation, still on the handler's leg: ready again by key, or the request said for somebody to write down.

The call is over by now, whatever is pressed here or is not: every key only does sooner what time, a text or the desk would do.
"""

from datetime import datetime

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import desk_items, history, line, prompts, rota, script, spoken_notes, wrap_up
from helpline.desk_items import DeskItem
from helpline.rings import Ring, RingKind
from helpline.script import Sentence
from ivr import legs, speech
from ivr.webhook import Hook, Signed, when_broken

router = APIRouter(
    prefix="/ivr/rings", route_class=when_broken(lambda _: speech.goodbye(speech.IN_ENGLISH, script.LEG_BROKEN))
)


def ask(session: Session, ring: Ring, hook: Hook, *first: Sentence) -> Response:
    """Say what can be pressed now, to whoever is still there. Until the phone is put down they are rung for nothing else."""
    if hook.field("CallStatus") in line.OVER:
        return speech.goodbye()
    back = ring.kind == RingKind.CALL_BACK
    keys = script.RING_BACK_KEYS if back else script.WRAP_UP_KEYS
    return speech.ask(prompts.speaker(session), *first, keys, keys_to=f"/ivr/rings/{ring.id}/after", seconds=6)


@router.post("/{ring_id}/after")
def after(ring_id: int, hook: Signed) -> Response:
    """1: ready, and a call-back done. 2: say the request. 3: not reached, after a call-back. Silence changes nothing."""
    with hook.house.database.transaction() as session:
        ring, _ = legs.ring_of(session, ring_id)
        if hook.digits == "":
            return legs.goodbye(session, script.FAREWELL)
        if hook.digits == "1":
            return _ready(session, ring, at=hook.at)
        if hook.digits == "2":
            return speech.record_note(prompts.speaker(session), script.SAY_THE_REQUEST, ring_id=ring.id)
        if hook.digits == "3" and ring.kind == RingKind.CALL_BACK:
            return _not_reached(session, ring, at=hook.at)
        return ask(session, ring, hook, script.WRONG_KEY)


def _ready(session: Session, ring: Ring, *, at: datetime) -> Response:
    item = session.get(DeskItem, ring.item_id) if ring.item_id else None
    if item is not None and ring.kind == RingKind.CALL_BACK:
        desk_items.close(session, item, at=at, who=ring.person_id)
    wrap_up.ready(session, ring.person, at=at)
    on = rota.shift_of(session, ring.person, at) is not None and ring.person.paused_at is None
    return legs.goodbye(session, script.READY if on else script.READY_OFF_SHIFT)


def _not_reached(session: Session, ring: Ring, *, at: datetime) -> Response:
    """An answerphone, or the wrong person: it stays on the desk, and there is nothing to write down."""
    history.record(
        session, "call_back.no_answer", at=at, who=ring.person_id, call_id=ring.call_id, item_id=ring.item_id
    )
    wrap_up.ready(session, ring.person, at=at)
    return legs.goodbye(session, script.STAYS_ON_THE_DESK)


@router.post("/{ring_id}/noted")
def noted(ring_id: int, hook: Signed) -> Response:
    """It is said, and kept; nothing was heard, and they are asked again."""
    with hook.house.database.transaction() as session:
        ring, _ = legs.ring_of(session, ring_id)
        sid, seconds = hook.field("RecordingSid"), hook.seconds("RecordingDuration")
        if not sid or seconds == 0:
            return ask(session, ring, hook, script.HEARD_NOTHING)
        spoken_notes.said(session, ring, recording_sid=sid, seconds=seconds, at=hook.at)
        return ask(session, ring, hook, script.NOTE_KEPT)
