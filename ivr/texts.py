"""Texts and WhatsApp messages that come in."""

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from helpline import inbox, phone
from helpline.people import Way
from ivr import speech
from ivr.webhook import Hook, Signed, log, when_broken

# What a WhatsApp address begins with; behind it is a telephone number (Twilio, "Overview of the WhatsApp Business Platform").
WHATSAPP = "whatsapp:"


def _from(hook: Hook) -> tuple[str | None, Way]:
    sender = hook.field("From")
    way = Way.WHATSAPP if sender.startswith(WHATSAPP) else Way.TEXT
    return phone.understand(sender.removeprefix(WHATSAPP)), way


def _keep(hook: Hook) -> None:
    """The carrier does not send a text again, so one that we failed to act on goes to a person."""
    number, way = _from(hook)
    try:
        if number is not None:
            with hook.house.database.transaction() as session:
                inbox.keep(
                    session, hook.field("MessageSid"), phone=number, body=hook.field("Body"), way=way, at=hook.at
                )
    except SQLAlchemyError:
        log.exception("a text could not be kept")


router = APIRouter(prefix="/ivr", route_class=when_broken(lambda _: speech.no_text(), _keep))


@router.post("/texts")
def text(hook: Signed) -> Response:
    """A text: kept, acted on, and answered by an owed message."""
    number, way = _from(hook)
    if number is not None:
        with hook.house.database.transaction() as session:
            inbox.receive(
                session,
                hook.field("MessageSid"),
                phone=number,
                body=hook.field("Body"),
                way=way,
                resumes=hook.field("OptOutType") == "START",
                at=hook.at,
            )
    return speech.no_text()
