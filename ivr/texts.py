"""Texts that come in."""

from fastapi import APIRouter, Response

from helpline import inbox
from ivr import speech
from ivr.webhook import Signed, when_broken

router = APIRouter(prefix="/ivr", route_class=when_broken(lambda _: speech.no_text()))


@router.post("/texts")
def text(hook: Signed) -> Response:
    """A text: kept, acted on, and answered by an owed message."""
    if hook.caller is not None:
        with hook.house.database.transaction() as session:
            inbox.receive(session, hook.field("MessageSid"), phone=hook.caller, body=hook.field("Body"), at=hook.at)
    return speech.no_text()
