"""What every page of a leg to one of our own people needs: whose it is, and what they hear when we are broken."""

from fastapi import Response
from sqlalchemy.orm import Session

from helpline import logs, prompts, script
from helpline.calls import Call, Ending
from helpline.errors import NotFoundError
from helpline.rings import Ring
from helpline.script import Line, Sentence
from ivr import speech
from ivr.webhook import when_broken

broken_leg = when_broken(lambda _: speech.goodbye(speech.IN_ENGLISH, script.LEG_BROKEN))
"""Routes that apologise and hang up when they break."""


def ring_of(session: Session, ring_id: int) -> tuple[Ring, Call]:
    """A ring by its id, and the call it is about. Raises `NotFoundError`."""
    ring = session.get(Ring, ring_id)
    if ring is None or ring.call_id is None:
        raise NotFoundError("There is no such ring.")
    logs.tell(call=ring.call_id)
    return ring, session.get_one(Call, ring.call_id)


def caller_gone(session: Session, call: Call) -> Response:
    """The caller is not there any more. Whether she is to be rung back, the row says: a withheld number nobody can ring."""
    return goodbye(session, script.RANG_OFF if call.ending == Ending.CALL_BACK_OWED else script.GONE)


def goodbye(session: Session, *said: Sentence | Line) -> Response:
    """Say this, in English, and hang up."""
    return speech.goodbye(prompts.speaker(session), *said)
