"""Texts that come in."""

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from helpline import inbox
from ivr import speech
from ivr.webhook import Hook, Signed, log, when_broken


def _keep(hook: Hook) -> None:
    """The carrier does not send a text again, so one that we failed to act on goes to a person."""
    try:
        if hook.caller is not None:
            with hook.house.database.transaction() as session:
                inbox.keep(session, hook.field("MessageSid"), phone=hook.caller, body=hook.field("Body"), at=hook.at)
    except SQLAlchemyError:
        log.exception("a text could not be kept")


router = APIRouter(prefix="/ivr", route_class=when_broken(lambda _: speech.no_text(), _keep))


@router.post("/texts")
def text(hook: Signed) -> Response:
    """A text: kept, acted on, and answered by an owed message."""
    if hook.caller is not None:
        with hook.house.database.transaction() as session:
            inbox.receive(session, hook.field("MessageSid"), phone=hook.caller, body=hook.field("Body"), at=hook.at)
    return speech.no_text()
