"""What becomes of a message after it was owed: the offer it carried waits, moves on, or a person is told."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import buddies, cover, desk_items, hard_calls, history, messages, posting, taking, ways
from helpline.db import lock
from helpline.desk_items import ItemKind
from helpline.messages import REPORTED, M, Message, MessageKind, MessageState
from helpline.offers import O, Offer
from helpline.people import Person
from helpline.posting import Outgoing

STOPPED = 21610  # Twilio: "Attempt to send to unsubscribed recipient"
# What somebody has just asked for is said all the same.
ASKED_FOR = frozenset({MessageKind.SIGN_IN_CODE, MessageKind.ANSWER})
# With less time than this left to answer, the next on the ladder is asked sooner than another way is tried.
SHORTEST = timedelta(minutes=2)


def claim(session: Session, message: Message, *, at: datetime) -> Outgoing | None:
    """Take a message in hand, and tell how it leaves the building. None when it does not.

    Whoever has sent STOP is sent nothing, also where the carrier would let it pass: it hears of no STOP by WhatsApp.
    """
    if not messages.claim(session, message, at=at):
        return None
    person = _person(session, message)
    if person is not None and person.stopped_texts_at is not None and message.kind not in ASKED_FOR:
        refused(session, message, code=STOPPED, at=at, why="they have sent STOP")
        return None
    return posting.outgoing(session, message, at=at)


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
        arrived(session, message, at=at)
    elif state == M.UNDELIVERED:
        code = int(why) if why and why.isdecimal() else None
        lost(session, message, M.UNDELIVERED, at=at, why=f"carrier code {why}" if why else status, code=code)
    if message.state in {M.SENT, M.DELIVERED}:
        desk_items.close_all(session, at=at, message_id=message.id)


def arrived(session: Session, message: Message, *, at: datetime) -> None:
    """It did arrive, so their number works."""
    if not messages.settle(session, message, M.DELIVERED, at=at):
        return
    desk_items.close_all(session, at=at, message_id=message.id)
    person = _person(session, message)
    if person is not None:
        works(session, person, at=at)


def lost(
    session: Session, message: Message, state: MessageState, *, at: datetime, why: str, code: int | None = None
) -> None:
    """It did not arrive (`failed`, `undelivered`): it goes by another way (`ways`).

    With none left an offer moves on to the next person, and anything else is shown on the desk.
    """
    if not messages.settle(session, message, state, at=at, why=why, code=code):
        return
    if code in ways.NUMBER_IS_DEAD:
        _dead(session, message, at=at)
    offer = _open_offer(session, message)
    if _said_by_another_way(session, message, offer, at=at):
        return
    if offer is not None:
        taking.lapse(session, offer, at=at, why="offer.undelivered")
    elif message.kind != MessageKind.SIGN_IN_CODE and not (
        cover.not_delivered(session, message.id, at=at) or _between_two(session, message, at=at)
    ):
        desk_items.put(session, ItemKind.UNKNOWN, at=at, message_id=message.id)


def _between_two(session: Session, message: Message, *, at: datetime) -> bool:
    """Whether it was between a handler and their buddy: the handler sees that it did not arrive, and nobody else."""
    return hard_calls.not_delivered(session, message.id) or buddies.not_delivered(session, message.id, at=at)


def _said_by_another_way(session: Session, message: Message, offer: Offer | None, *, at: datetime) -> bool:
    person = _person(session, message)
    gone = message.kind == MessageKind.OFFER and offer is None
    if person is None or person.phone is None or person.phone != message.phone:
        return False
    if gone or person.stopped_texts_at is not None:
        return False
    fills = messages.fills_of(message)
    reach = messages.reach(
        session, person, person.phone, at=at, words=message.body or "", kind=message.kind, fills=fills
    )
    sort = messages.sort_of(message.kind, fills)
    way = ways.instead(sort, posting.tried(session, message), reach, code=message.code)
    left = offer.lapses_at - at if offer is not None else None
    if way is None or (left is not None and left < SHORTEST):
        return False
    posting.by_another_way(session, message, way, to=person, at=at, valid_for=left)
    return True


def _dead(session: Session, message: Message, *, at: datetime) -> None:
    """The number of one of our own does not work: the desk is told, once, until they are heard from."""
    person = _person(session, message)
    if person is not None and person.hats and person.dead_at is None and person.phone == message.phone:
        person.dead_at = at
        history.record(session, "person.number_dead", at=at, person_id=person.id)
        desk_items.put(session, ItemKind.NUMBER, at=at, person_id=person.id)


def works(session: Session, person: Person, *, at: datetime) -> None:
    """Somebody is heard from, or hears from us, so their number works after all."""
    if person.dead_at is not None:
        person.dead_at = None
        desk_items.close_all(session, at=at, person_id=person.id)


def refused(session: Session, message: Message, *, code: int | None, at: datetime, why: str) -> None:
    """The carrier refused it for good. Somebody who sent STOP is asked no more until they send START."""
    person = _person(session, message)
    if code == STOPPED and person is not None:
        person.stopped_texts_at = person.stopped_texts_at or at
    lost(session, message, M.FAILED, at=at, why=why, code=code)


def unknown(session: Session, message: Message, *, at: datetime, why: str) -> None:
    """We cannot tell whether it was said. It is not said again by itself; a person decides."""
    settled = messages.settle(session, message, M.UNKNOWN, at=at, why=why)
    if settled and message.kind != MessageKind.SIGN_IN_CODE and not _between_two(session, message, at=at):
        desk_items.put(session, ItemKind.UNKNOWN, at=at, message_id=message.id)


def _person(session: Session, message: Message) -> Person | None:
    return session.get(Person, message.person_id) if message.person_id is not None else None


def _open_offer(session: Session, message: Message) -> Offer | None:
    if message.kind != MessageKind.OFFER or message.offer_id is None:
        return None
    return session.scalar(select(Offer).where(Offer.id == message.offer_id, Offer.state == O.OPEN))
