"""What becomes of a message after it was owed: the offer it carried waits, moves on, or a person is told."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import cover, desk_items, messages, offers
from helpline.db import lock
from helpline.desk_items import ItemKind
from helpline.messages import REPORTED, M, Message, MessageKind, MessageState
from helpline.offers import O, Offer
from helpline.people import Person

STOPPED = 21610  # Twilio: "Attempt to send to unsubscribed recipient"


def sent(session: Session, message: Message, sid: str, *, at: datetime) -> None:
    """The carrier took it."""
    lock(session, message)  # its first report may be coming in this moment
    _carrier_has(session, message, sid, at=at)
    messages.sent(message, sid)


def _carrier_has(session: Session, message: Message, sid: str, *, at: datetime) -> None:
    """Whoever is asked has their full time from when we first know that the carrier has it, and no more if told again."""
    if message.sid is not None or not sid:
        return
    message.sid = sid
    offer = _open_offer(session, message)
    if offer is not None:
        offer.lapses_at = max(offer.lapses_at, at + (offer.lapses_at - offer.asked_at))


def reported(session: Session, message: Message, *, sid: str, status: str, why: str | None, at: datetime) -> None:
    """The carrier reports on it, perhaps late, twice or out of order: it only moves forward."""
    lock(session, message)
    if message.state == M.OWED or (message.sid and sid != message.sid) or messages.was_said_before(session, sid):
        return  # said of an earlier try, before a person had it said again
    _carrier_has(session, message, sid, at=at)
    state = REPORTED.get(status)
    if state == M.SENT:
        messages.sent(message, sid)
    elif state == M.DELIVERED:
        messages.settle(session, message, M.DELIVERED, at=at)
    elif state == M.UNDELIVERED:
        lost(session, message, M.UNDELIVERED, at=at, why=f"carrier code {why}" if why else status)
    if message.state in {M.SENT, M.DELIVERED}:
        desk_items.close_all(session, at=at, message_id=message.id)


def lost(session: Session, message: Message, state: MessageState, *, at: datetime, why: str) -> None:
    """It did not arrive (`failed`, `undelivered`): an offer moves on to the next person, anything else is shown on the desk."""
    if not messages.settle(session, message, state, at=at, why=why):
        return
    offer = _open_offer(session, message)
    if offer is not None:
        offers.lapse(session, offer, at=at, why="offer.undelivered")
    elif message.kind != MessageKind.SIGN_IN_CODE and not cover.not_delivered(session, message.id, at=at):
        desk_items.put(session, ItemKind.UNKNOWN, at=at, message_id=message.id)


def refused(session: Session, message: Message, *, code: int | None, at: datetime, why: str) -> None:
    """The carrier refused it for good. Somebody who sent STOP is asked no more until they send START."""
    if code == STOPPED and message.person_id is not None:
        person = session.get_one(Person, message.person_id)
        person.stopped_texts_at = person.stopped_texts_at or at
    lost(session, message, M.FAILED, at=at, why=why)


def unknown(session: Session, message: Message, *, at: datetime, why: str) -> None:
    """We cannot tell whether it was said. It is not said again by itself; a person decides."""
    if messages.settle(session, message, M.UNKNOWN, at=at, why=why) and message.kind != MessageKind.SIGN_IN_CODE:
        desk_items.put(session, ItemKind.UNKNOWN, at=at, message_id=message.id)


def _open_offer(session: Session, message: Message) -> Offer | None:
    if message.kind != MessageKind.OFFER or message.offer_id is None:
        return None
    return session.scalar(select(Offer).where(Offer.id == message.offer_id, Offer.state == O.OPEN))
