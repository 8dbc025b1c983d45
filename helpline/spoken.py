"""Spoken: what is told by ringing somebody, to whom a text is of no use, or who would rather be rung.

The message is what is owed, and the ring is how it is told; a ring that nobody answered, or to which nobody pressed a key, told
nothing: it is tried once more. One of which we cannot know whether it rang is shown to a person, and not rung again by itself.
Nobody is rung in their quiet hours, unless it is urgent, and no handler's ring ever waits for one of these.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline import calls, config, delivery, durations, messages, rings, sparing
from helpline.db import lock
from helpline.messages import M, Message, MessageKind
from helpline.offers import O, Offer
from helpline.people import Person, Way
from helpline.rings import R, Ring, RingKind
from helpline.wording import Urgency

TRIES = 2
# Their telephone is engaged, perhaps with us.
SOON = timedelta(seconds=20)
# Twilio, "Call status values": a call that failed could not be completed as dialled, most likely as there is no such number.
NO_SUCH_NUMBER = 21217
FAILED = "failed"


# Ringing


def _owed(at: datetime) -> Select[int]:
    return select(Message.id).where(Message.state == M.OWED, Message.way == Way.VOICE, Message.due_at <= at)


def due(session: Session, at: datetime) -> Sequence[int]:
    """The message that is told next: one at a time, and only while no other telephone is to be rung first."""
    waiting = session.scalar(select(Ring.id).where(Ring.state == R.OWED, Ring.due_at <= at).limit(1))
    return [] if waiting is not None else session.scalars(_owed(at).order_by(Message.due_at, Message.id).limit(1)).all()


def ring(session: Session, message: Message, *, at: datetime) -> None:
    """Owe the ring by which a message is told, unless it is no longer wanted, or now is no time to ring them."""
    lock(session, message)
    if session.scalar(_owed(at).where(Message.id == message.id)) is None:
        return
    person = session.get(Person, message.person_id) if message.person_id else None
    if person is None or person.phone is None or not _is_wanted(session, message):
        messages.claim(session, message, at=at)
        messages.settle(session, message, M.UNDELIVERED, at=at, why="no longer wanted")
        return
    later = _not_before(session, message, person, at=at)
    if later > at:
        message.due_at = later
        session.flush()
        return
    with suppress(IntegrityError), session.begin_nested():  # rung by another process this moment
        rings.owe(session, person, None, at=at, kind=RingKind.TELL, message_id=message.id)
        messages.claim(session, message, at=at)


def _not_before(session: Session, message: Message, person: Person, *, at: datetime) -> datetime:
    if not _is_urgent(session, message):
        quiet_over = sparing.quiet_of(session, person).over(at, config.current().zone)
        if quiet_over > at:
            return quiet_over
    return at + SOON if _is_engaged(session, person, at) else at


def _is_engaged(session: Session, person: Person, at: datetime) -> bool:
    theirs = select(Ring.id).where(Ring.person_id == person.id)
    lately = Ring.asked_at > at - rings.LONGEST_LEG
    on_a_leg = union_all(theirs.where(rings.IS_LIVE), theirs.where(rings.IS_TALKING, lately))
    ringing_us = calls.ringing_us([person.id], at)
    return session.scalar(on_a_leg.limit(1)) is not None or session.scalar(ringing_us.limit(1)) is not None


def _is_urgent(session: Session, message: Message) -> bool:
    offer = offer_of(session, message)
    return offer is not None and offer.request.urgency == Urgency.NOW


def offer_of(session: Session, message: Message) -> Offer | None:
    """The offer that a message asks about; None of any other message."""
    asks = message.kind == MessageKind.OFFER and message.offer_id is not None
    return session.get(Offer, message.offer_id) if asks else None


def _is_wanted(session: Session, message: Message) -> bool:
    offer = offer_of(session, message)
    return offer is None or offer.state == O.OPEN


def message_of(session: Session, told: Ring) -> Message:
    """What a ring is to tell."""
    return session.scalars(select(Message).where(Message.id == told.message_id)).one()


def wanted(session: Session, told: Ring, *, at: datetime) -> bool:
    """Whether an owed ring should still be dialled: it has not moved on, and nobody's quiet hours have begun."""
    message = message_of(session, told)
    if message.state != M.SENDING or not _is_wanted(session, message):
        return False
    return _is_urgent(session, message) or not sparing.quiet_of(session, told.person).holds(at, config.current().zone)


def dialled(session: Session, told: Ring, *, at: datetime) -> None:
    """Their telephone rings: whoever is asked has their full time from now, as from a text."""
    offer = offer_of(session, message_of(session, told))
    if offer is not None and offer.state == O.OPEN:
        offer.lapses_at = max(offer.lapses_at, at + (offer.lapses_at - offer.asked_at))


def moved_on(session: Session, at: datetime) -> Sequence[int]:
    """Rings that nobody has answered yet, about what has moved on meanwhile."""
    del at
    unanswered = select(Ring.id).where(Ring.kind == RingKind.TELL, Ring.state.in_([R.OWED, R.DIALLING, R.RINGING]))
    asks = unanswered.join(Message, Message.id == Ring.message_id).where(Message.kind == MessageKind.OFFER)
    return session.scalars(asks.join(Offer, Offer.id == Message.offer_id).where(Offer.state != O.OPEN)).all()


def no_longer(session: Session, told: Ring, *, at: datetime) -> None:
    """Their telephone stops ringing."""
    lock(session, told)
    rings.cancel(session, told, at=at)


# What came of it


def heard(session: Session, told: Ring, *, at: datetime) -> bool:
    """A key was pressed, which no answerphone does: they are there, and hear it. False when the ring was over."""
    if told.state == R.TOOK:
        return True
    rings.answered(session, told, at=at)
    if not rings.took(session, told, at=at):
        return False
    delivery.arrived(session, message_of(session, told), at=at)
    return True


def untold(session: Session, at: datetime) -> Sequence[int]:
    """Messages in hand whose ring is over, and was no use."""
    del at
    in_hand = select(Message.id).where(Message.state == M.SENDING, Message.way == Way.VOICE)
    live = exists().where(Ring.message_id == Message.id, Ring.state.in_([*rings.LIVE, R.TOOK]))
    return session.scalars(in_hand.where(~live)).all()


def not_told(session: Session, message: Message, *, at: datetime) -> None:
    """Once more after a while, if there is time; else by another way, or the next on the ladder is asked (`delivery.lost`)."""
    lock(session, message)
    if message.id not in untold(session, at):
        return  # another clock was first
    last = session.scalar(select(Ring).where(Ring.message_id == message.id).order_by(Ring.id.desc()).limit(1))
    if last is None or last.state == R.UNKNOWN:
        delivery.unknown(session, message, at=at, why=(last.why if last else None) or "nobody knows whether it rang")
    elif last.why == FAILED:
        delivery.lost(session, message, M.UNDELIVERED, at=at, why="no such number", code=NO_SUCH_NUMBER)
    elif not _is_wanted(session, message):
        messages.settle(session, message, M.UNDELIVERED, at=at, why="no longer wanted")
    elif last.state == R.CANCELLED and last.claimed_at is None:  # now was no time to ring them
        messages.later(session, message, due_at=at)
    elif last.state != R.CANCELLED and _tries(session, message) < TRIES:
        messages.later(session, message, due_at=at + _again(session, message))
    else:
        delivery.lost(session, message, M.UNDELIVERED, at=at, why=last.why or last.state)


def _tries(session: Session, message: Message) -> int:
    tried = select(func.count()).where(Ring.message_id == message.id, Ring.claimed_at.is_not(None))
    return session.scalar(tried) or 0


def _again(session: Session, message: Message) -> timedelta:
    """How long after: sooner when there is little time to answer."""
    offer, usual = offer_of(session, message), durations.of(session).tell_again
    return min(usual, (offer.lapses_at - offer.asked_at) / 3) if offer is not None else usual
