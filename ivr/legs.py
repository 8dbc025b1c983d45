"""What every page of a handler's leg begins and ends with."""

from fastapi import Response
from sqlalchemy.orm import Session

from helpline import logs, prompts
from helpline.calls import Call
from helpline.errors import NotFoundError
from helpline.rings import Ring
from helpline.script import Sentence
from ivr import speech


def ring_of(session: Session, ring_id: int) -> tuple[Ring, Call]:
    """The ring of a leg, and the call it is about. Raises `NotFoundError`."""
    ring = session.get(Ring, ring_id)
    if ring is None or ring.call_id is None:
        raise NotFoundError("There is no such ring.")
    logs.tell(call=ring.call_id)
    return ring, session.get_one(Call, ring.call_id)


def goodbye(session: Session, *sentences: Sentence) -> Response:
    """Say this to a handler and hang up."""
    return speech.goodbye(prompts.speaker(session), *sentences)
