"""Tellings: somebody was told of an organisation, in a call or about a request; read out, or sent by text with their yes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import calls, config, history, messages, people, phone, signpost_words
from helpline.calls import Call, Outcome
from helpline.db import Base, lock
from helpline.errors import HelplineError
from helpline.messages import Message, MessageKind
from helpline.people import Person, Way
from helpline.requests import HelpRequest
from helpline.signposts import Signpost

LANDLINE = "That is a landline, which cannot take a text. Read it out instead."
WITHHELD = "We have no number for them, so nothing can be sent. Read it out instead."
STOPPED = "They asked us to send no more texts. Read it out instead."


class Telling(Base):
    """Somebody was told of a signpost, once a call and once a request; `message_id` when it was sent by text as well."""

    __tablename__ = "tellings"
    __table_args__ = (
        Index("uq_tellings_call_id_signpost_id", "call_id", "signpost_id", unique=True),
        Index("uq_tellings_request_id_signpost_id", "request_id", "signpost_id", unique=True),
        Index(None, "signpost_id", "at"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signpost_id: Mapped[int] = mapped_column(ForeignKey("signposts.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))
    who_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
    message_id: Mapped[int | None]

    signpost: Mapped[Signpost] = relationship(lazy="joined")


def why_no_text(session: Session, about: Call | HelpRequest) -> str | None:
    """Why whoever it is about cannot be sent a text, as a sentence; None when they can."""
    if about.phone is None:
        return WITHHELD
    if not phone.takes_texts(about.phone):
        return LANDLINE
    person = people.find(session, about.phone)
    return STOPPED if person is not None and person.stopped_texts_at is not None else None


def _of(session: Session, signpost: Signpost, about: Call | HelpRequest) -> Telling | None:
    column = Telling.call_id if isinstance(about, Call) else Telling.request_id
    return session.scalar(select(Telling).where(column == about.id, Telling.signpost_id == signpost.id))


def tell(session: Session, signpost: Signpost, about: Call | HelpRequest, *, who: Person, at: datetime) -> Telling:
    """Somebody was told of it; said twice, it is once."""
    known_one = _of(session, signpost, about)
    if known_one is not None:
        return known_one
    subject = {"call_id": about.id} if isinstance(about, Call) else {"request_id": about.id}
    try:
        with session.begin_nested():
            made = Telling(signpost=signpost, who_id=who.id, at=at, **subject)
            session.add(made)
    except IntegrityError:  # pressed twice at once
        return session.scalars(select(Telling).filter_by(signpost_id=signpost.id, **subject)).one()
    lock(session, signpost)
    signpost.told += 1
    session.flush()
    history.record(session, "signpost.told", at=at, who=who.id, **subject)
    return made


def referred(session: Session, signpost: Signpost, call: Call, *, who: Person, at: datetime) -> Telling:
    """The call came to this: they were told of an organisation."""
    made = tell(session, signpost, call, who=who, at=at)
    if not call.written_down:
        calls.come_to(session, call, Outcome.REFERRED, who=who, at=at)
    return made


def send(
    session: Session, signpost: Signpost, about: Call | HelpRequest, *, agreed: bool, who: Person, at: datetime
) -> Message:
    """Send its name and number to them by text. Pressed twice, it is one text.

    Raises `HelplineError` when they have not said yes, or no text reaches them.
    """
    if not agreed:
        raise HelplineError("Ask first: it is sent when they say yes, since others may see their telephone.")
    refused = why_no_text(session, about)
    if refused or about.phone is None:
        raise HelplineError(refused or WITHHELD)
    made = tell(session, signpost, about, who=who, at=at)
    lock(session, made)
    sent = session.get(Message, made.message_id) if made.message_id else None
    if sent is None:
        words = signpost_words.sent(config.current().group_name, signpost.name, signpost.spoken, signpost.hours)
        to = people.meet(session, about.phone, at=at)  # so that whoever wishes to be forgotten is, here too
        sent = messages.owe(
            session,
            MessageKind.ANSWER,
            words,
            at=at,
            phone=about.phone,
            to=to,
            way=Way.TEXT,
            request_id=made.request_id,
        )
        made.message_id = sent.id
        subject = {"call_id": made.call_id, "request_id": made.request_id}
        history.record(session, "signpost.sent", at=at, who=who.id, message_id=sent.id, **subject)
    return sent
