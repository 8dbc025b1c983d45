"""Messages: words we owe to a person, and words we have sent.

A verb writes the message in the same transaction as the fact it tells; a worker says it at most once. What we cannot
know was said is `unknown` and shown to a person, never said again by itself.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import config, errands, history, templates, ways
from helpline import phone as phones
from helpline.db import Base, kept, known
from helpline.errors import HelplineError
from helpline.people import Person, Way
from helpline.sealed import Sealed
from helpline.states import Life, StateText, check
from helpline.ways import Reach, Sort


class MessageState(StrEnum):
    """The life of a message."""

    OWED = "owed"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


M = MessageState
LIFE = Life(
    "message",
    {
        M.OWED: frozenset({M.SENDING}),
        M.SENDING: frozenset({M.OWED, M.SENT, M.DELIVERED, M.UNDELIVERED, M.FAILED, M.UNKNOWN}),
        M.SENT: frozenset({M.DELIVERED, M.UNDELIVERED}),
        # The carrier's own report settles what we could not know; a person may decide to say it again.
        M.UNKNOWN: frozenset({M.OWED, M.SENT, M.DELIVERED, M.UNDELIVERED}),
        M.FAILED: frozenset({M.OWED}),
        M.UNDELIVERED: frozenset({M.OWED}),
    },
)

LOST = (M.UNDELIVERED, M.FAILED)
SETTLED = (M.DELIVERED, *LOST)
# What the carrier calls it, and what it means to us (Twilio, "Message status values").
REPORTED = {
    "sent": M.SENT,
    "delivered": M.DELIVERED,
    "read": M.DELIVERED,
    "undelivered": M.UNDELIVERED,
    "failed": M.UNDELIVERED,
}


class MessageKind(StrEnum):
    """Why a message is sent; offers are followed up when they do not arrive."""

    SIGN_IN_CODE = "sign_in_code"
    OFFER = "offer"
    DETAILS = "details"
    DONE = "done"
    ANSWER = "answer"
    NEWS = "news"


class Message(Base):
    """Words to one person, by text, by WhatsApp, or spoken (`way`; `posting` chooses it).

    1. A verb owes it. 2. The clock puts it in the queue. 3. A worker claims it (`sending`) and speaks to the carrier.
    4. `sent` with the carrier's sid, then `delivered` or `undelivered` as the carrier reports; `failed` when it was refused
    for good, with its `code`; `unknown` when we cannot tell. One that is spoken is in hand while a telephone is rung for it, and
    `delivered` once it was heard (`spoken`). `fills` is what a template of WhatsApp's is filled in with. `instead_of_id` is the
    message whose words these are, when they did not arrive by another way.
    """

    __tablename__ = "messages"
    __table_args__ = (
        check("state", MessageState, name="state"),
        check("kind", MessageKind, name="kind"),
        check("way", Way, name="way"),
        Index(None, "state", "due_at"),
        Index(None, "request_id"),
        Index(None, "offer_id"),
        known("text_id"),
        Index(None, "person_id"),
        known("queued_at"),
        kept("created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MessageKind] = mapped_column(StateText(MessageKind))
    way: Mapped[Way] = mapped_column(StateText(Way), default=Way.TEXT, server_default=Way.TEXT.value)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    phone: Mapped[str | None] = mapped_column(Sealed())
    body: Mapped[str | None] = mapped_column(Sealed())
    fills: Mapped[str | None] = mapped_column(Sealed())
    state: Mapped[MessageState] = mapped_column(StateText(MessageState), default=MessageState.OWED)
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    due_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    why: Mapped[str | None] = mapped_column(String(200))
    code: Mapped[int | None]
    valid_seconds: Mapped[int | None]
    instead_of_id: Mapped[int | None]
    request_id: Mapped[int | None]
    offer_id: Mapped[int | None]
    text_id: Mapped[int | None]
    created_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]


SORTS = {
    MessageKind.SIGN_IN_CODE: Sort.CODE,
    MessageKind.OFFER: Sort.OFFER,
    MessageKind.DETAILS: Sort.DETAILS,
    MessageKind.ANSWER: Sort.ANSWER,
}


def sort_of(kind: MessageKind, fills: Sequence[str]) -> Sort:
    """What a message is, as far as its way goes: details that are told in the message itself are for a text alone."""
    return Sort.PRIVATE if kind == MessageKind.DETAILS and not fills else SORTS.get(kind, Sort.NEWS)


def owe(
    session: Session,
    kind: MessageKind,
    body: str,
    *,
    at: datetime,
    to: Person | None = None,
    phone: str | None = None,
    valid_for: timedelta | None = None,
    request_id: int | None = None,
    offer_id: int | None = None,
    text_id: int | None = None,
    fills: Sequence[str] = (),
    way: Way | None = None,
    instead_of_id: int | None = None,
) -> Message:
    """Owe words to a person, or to a number that is nobody's yet. Past `valid_for` the carrier need not deliver them.

    By which way is decided here (`ways`), unless it is given. `fills` are the parts of the words that a template is filled with.
    """
    number = phone or (to.phone if to else None)
    if number is None:
        raise ValueError("a message needs a person or a number")
    if way is None:
        way = ways.choose(sort_of(kind, fills), reach(session, to, number, at=at, words=body, kind=kind, fills=fills))
    message = Message(
        kind=kind,
        way=way,
        person_id=to.id if to else None,
        phone=number,
        body=body,
        fills=json.dumps(list(fills)) if fills else None,
        due_at=at,
        created_at=at,
        valid_seconds=int(valid_for.total_seconds()) if valid_for else None,
        request_id=request_id,
        offer_id=offer_id,
        text_id=text_id,
        instead_of_id=instead_of_id,
    )
    session.add(message)
    session.flush()
    if to is not None and instead_of_id is None and kind == MessageKind.OFFER and way != to.by:
        goes_by_another_way(session, message, to.by, at=at)
    return message


def reach(
    session: Session,
    person: Person | None,
    number: str,
    *,
    at: datetime,
    words: str,
    kind: MessageKind,
    fills: Sequence[str] = (),
) -> Reach:
    """How these words can reach somebody now."""
    takes_texts, settings = phones.takes_texts(number), config.current()
    if person is None:
        return Reach(takes_texts=takes_texts)
    can = settings.whatsapp_number is not None and takes_texts
    fits = ways.is_in_window(person.whatsapp_at, at) or templates.fill(settings, kind, words, fills) is not None
    return Reach(person.by, takes_texts, can and fits, failed_lately(session, person, at=at))


def failed_lately(session: Session, person: Person, *, at: datetime) -> frozenset[Way]:
    """The ways that somebody's telephone did not take the last time, as the carrier said, if that was lately."""
    mine = select(Message.way, Message.code, Message.state).where(
        Message.person_id == person.id, Message.created_at > at - ways.LATELY, Message.state.in_(SETTLED)
    )
    last = {way: code if state in LOST else None for way, code, state in session.execute(mine.order_by(Message.id))}
    return frozenset(way for way, code in last.items() if ways.learned(way, code))


def fills_of(message: Message) -> tuple[str, ...]:
    """The parts of a message's words that a template is filled with."""
    return tuple(json.loads(message.fills)) if message.fills else ()


def goes_by_another_way(session: Session, message: Message, before: Way, *, at: datetime) -> None:
    """Write down that the words go by another way than they might: the request's story tells it."""
    history.record(
        session,
        f"message.{before}_to_{message.way}",
        at=at,
        message_id=message.id,
        person_id=message.person_id,
        request_id=message.request_id,
        offer_id=message.offer_id,
    )


def claim(session: Session, message: Message, *, at: datetime) -> bool:
    """Take a message in hand before saying it. False when somebody already has."""
    return LIFE.win(session, message, M.SENDING, claimed_at=at, attempts=Message.attempts + 1)


def sent(message: Message, sid: str) -> None:
    """The carrier has it; its reports may already have said more."""
    message.sid = sid
    if message.state in {M.SENDING, M.UNKNOWN}:
        LIFE.move(message, M.SENT)


def later(session: Session, message: Message, *, due_at: datetime) -> None:
    """The carrier certainly did not take it: owe it again from `due_at`."""
    if LIFE.win(session, message, M.OWED, due_at=due_at, queued_at=None):
        session.flush()


def say_again(session: Session, message: Message, *, who: Person, at: datetime) -> None:
    """A person decides that words which did not arrive, or of which we cannot know it, are said once more.

    Raises `HelplineError` when they have gone after all, or are owed already.
    """
    lost = message.state in {M.UNKNOWN, M.FAILED, M.UNDELIVERED}
    before = message.sid
    # The old sid goes, so that a late report on the first try says nothing about the second.
    if not lost or not LIFE.win(session, message, M.OWED, due_at=at, queued_at=None, sid=None, why=None, code=None):
        raise HelplineError("That text has gone after all. Nothing of yours is lost.")
    if before is not None:  # and nobody would delete it later
        errands.owe(session, errands.ErrandKind.DELETE_MESSAGE, before, at=at)
    history.record(
        session,
        "message.owed_again",
        at=at,
        who=who.id,
        message_id=message.id,
        request_id=message.request_id,
        offer_id=message.offer_id,
    )


def was_said_before(session: Session, sid: str) -> bool:
    """Whether a sid is that of a try after which a person had the words said again."""
    return errands.was_owed(session, errands.ErrandKind.DELETE_MESSAGE, sid)


def settle(
    session: Session,
    message: Message,
    state: MessageState,
    *,
    at: datetime,
    why: str | None = None,
    code: int | None = None,
) -> bool:
    """Record how a message ended (`failed`, `unknown`, `undelivered`, `delivered`). False when that is old news."""
    if not LIFE.allows(message.state, state) or not LIFE.win(session, message, state, why=why, code=code):
        return False
    history.record(
        session,
        f"message.{state}",
        at=at,
        message_id=message.id,
        request_id=message.request_id,
        offer_id=message.offer_id,
    )
    return True
