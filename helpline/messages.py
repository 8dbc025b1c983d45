"""Messages: words we owe to a person, and words we have sent.

A verb writes the message in the same transaction as the fact it tells; a worker says it at most once. What we cannot
know was said is `unknown` and shown to a person, never said again by itself.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import errands, history
from helpline.db import Base, kept, known
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.sealed import Sealed
from helpline.states import Life, StateText, check


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
    """Words to one person, by text.

    1. A verb owes it. 2. The clock puts it in the queue. 3. A worker claims it (`sending`) and speaks to the carrier.
    4. `sent` with the carrier's sid, then `delivered` or `undelivered` as the carrier reports; `failed` when it was refused
    for good; `unknown` when we cannot tell.
    """

    __tablename__ = "messages"
    __table_args__ = (
        check("state", MessageState, name="state"),
        check("kind", MessageKind, name="kind"),
        Index(None, "state", "due_at"),
        Index(None, "request_id"),
        Index(None, "offer_id"),
        known("text_id"),
        Index(None, "person_id"),
        kept("created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MessageKind] = mapped_column(StateText(MessageKind))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    phone: Mapped[str | None] = mapped_column(Sealed())
    body: Mapped[str | None] = mapped_column(Sealed())
    state: Mapped[MessageState] = mapped_column(StateText(MessageState), default=MessageState.OWED)
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    due_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    why: Mapped[str | None] = mapped_column(String(200))
    valid_seconds: Mapped[int | None]
    request_id: Mapped[int | None]
    offer_id: Mapped[int | None]
    text_id: Mapped[int | None]
    created_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]


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
) -> Message:
    """Owe words to a person, or to a number that is nobody's yet. Past `valid_for` the carrier need not deliver them."""
    number = phone or (to.phone if to else None)
    if number is None:
        raise ValueError("a message needs a person or a number")
    message = Message(
        kind=kind,
        person_id=to.id if to else None,
        phone=number,
        body=body,
        due_at=at,
        created_at=at,
        valid_seconds=int(valid_for.total_seconds()) if valid_for else None,
        request_id=request_id,
        offer_id=offer_id,
        text_id=text_id,
    )
    session.add(message)
    session.flush()
    return message


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
    if not lost or not LIFE.win(session, message, M.OWED, due_at=at, queued_at=None, sid=None, why=None):
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


def settle(session: Session, message: Message, state: MessageState, *, at: datetime, why: str | None = None) -> bool:
    """Record how a message ended (`failed`, `unknown`, `undelivered`, `delivered`). False when that is old news."""
    if not LIFE.allows(message.state, state) or not LIFE.win(session, message, state, why=why):
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
