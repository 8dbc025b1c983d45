"""Reports from the carrier: best effort, repeated, and out of order, so they only ever move things forward."""

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import calls, delivery, line, recordings
from helpline.messages import Message
from helpline.rings import Ring
from ivr.webhook import Hook, Signed, nothing

router = APIRouter(prefix="/ivr/status")


@router.post("/calls")
def call_status(hook: Signed, ring: int | None = None) -> Response:
    """How a call stands: a handler's leg when it names its ring, else a resident's call."""
    with hook.house.database.transaction() as session:
        if ring is None:
            _resident(session, hook)
        else:
            found = session.get(Ring, ring)
            if found is not None:
                sequence = hook.seconds("SequenceNumber") if hook.field("SequenceNumber") else None
                line.leg_reported(
                    session, found, sid=hook.sid, status=hook.field("CallStatus"), sequence=sequence, at=hook.at
                )
    return nothing()


def _resident(session: Session, hook: Hook) -> None:
    call = calls.find_call(session, hook.sid)
    if call is None and hook.field("Direction") == "inbound":
        call = calls.arrive(session, hook.sid, phone=hook.caller, at=hook.at)
    if call is None or hook.field("CallStatus") not in line.OVER:
        return
    # Longer than the greeting, and we know of nothing else: what came after it failed, and so did writing that down.
    strange = hook.seconds("CallDuration") > calls.LONGEST_GREETING.total_seconds()
    (calls.lost_sight if strange else calls.finish)(session, call, at=hook.at)


@router.post("/messages")
def message_status(hook: Signed, message: int | None = None) -> Response:
    """How a text stands."""
    with hook.house.database.transaction() as session:
        found = session.get(Message, message) if message is not None else None
        if found is not None:
            delivery.reported(
                session,
                found,
                sid=hook.field("MessageSid"),
                status=hook.field("MessageStatus"),
                why=hook.field("ErrorCode") or None,
                at=hook.at,
            )
    return nothing()


@router.post("/recordings")
def recording_status(hook: Signed) -> Response:
    """A recording is ready: told here too, in case the webhook of whoever spoke was lost."""
    with hook.house.database.transaction() as session:
        sid, seconds = hook.field("RecordingSid"), hook.seconds("RecordingDuration")
        if hook.field("RecordingStatus") == "completed" and seconds > 0:
            recordings.left(session, hook.sid, recording_sid=sid, seconds=seconds, at=hook.at)
    return nothing()
