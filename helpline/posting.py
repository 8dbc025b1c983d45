"""Posting: how a message that is owed leaves the building, and by which other way its words go when they did not arrive."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpline import config, messages, templates, ways
from helpline.messages import Message, fills_of, goes_by_another_way
from helpline.people import Person, Way
from helpline.templates import Filled


@dataclass(frozen=True)
class Outgoing:
    """What a worker gives to the carrier: words by text, or by WhatsApp, there perhaps as a template."""

    number: str
    words: str
    valid_seconds: int | None
    by_whatsapp: bool = False
    template: Filled | None = None


def outgoing(session: Session, message: Message, *, at: datetime) -> Outgoing:
    """How a message that is in hand leaves the building now. Words that are owed are never forgotten.

    Somebody's day of free words may be over since it was owed: then a template is wanted, and without one it goes by text.
    """
    number, words, valid = message.phone or "", message.body or "", message.valid_seconds
    settings = config.current()
    if message.way != Way.WHATSAPP:
        return Outgoing(number, words, valid)
    person = session.get(Person, message.person_id) if message.person_id else None
    last_at = person.whatsapp_at if person is not None else message.created_at  # a stranger is only ever answered
    if settings.whatsapp_number and ways.is_in_window(last_at, at):
        return Outgoing(number, words, valid, by_whatsapp=True)
    filled = templates.fill(settings, message.kind, words, fills_of(message)) if settings.whatsapp_number else None
    if filled is None:
        message.way = Way.TEXT
        goes_by_another_way(session, message, Way.WHATSAPP, at=at)
    return Outgoing(number, words, valid, by_whatsapp=filled is not None, template=filled)


def by_another_way(
    session: Session, message: Message, way: Way, *, to: Person, at: datetime, valid_for: timedelta | None
) -> Message:
    """The same words, by another way: they did not arrive."""
    again = messages.owe(
        session,
        message.kind,
        message.body or "",
        at=at,
        to=to,
        valid_for=valid_for,
        request_id=message.request_id,
        offer_id=message.offer_id,
        text_id=message.text_id,
        fills=fills_of(message),
        way=way,
        instead_of_id=message.id,
    )
    goes_by_another_way(session, again, message.way, at=at)
    return again


def tried(session: Session, message: Message) -> list[Way]:
    """Every way by which these words have been tried, the last one last."""
    found = [message.way]
    while message.instead_of_id is not None:
        message = session.get_one(Message, message.instead_of_id)
        found.insert(0, message.way)
    return found
