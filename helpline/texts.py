"""Texts that people send us, each kept once however often the carrier tells us of it."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline.db import Base, kept
from helpline.messages import Message, MessageKind
from helpline.people import Person, Way
from helpline.sealed import Sealed, key_of, keys_of
from helpline.states import StateText, check

ANSWERS_AN_HOUR = 6
# Somebody with many streets may say yes and no all morning; a machine does neither.
ANSWERS_TO_WHAT_IS_CLEAR = 30
AGAIN, AGAIN_TO_WHAT_IS_CLEAR = 2, 6
"""Times that we answer with the same words, one after the other."""


class Text(Base):
    """One text from one number, or a WhatsApp message. `answered`: by a message that we owed at once, not by a person."""

    __tablename__ = "texts"
    __table_args__ = (
        check("way", Way, name="way"),
        Index(None, "phone_key", "at"),
        Index(None, "person_id"),
        kept("at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    phone: Mapped[str | None] = mapped_column(Sealed())
    phone_key: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[str | None] = mapped_column(Sealed())
    answered: Mapped[bool] = mapped_column(default=False)
    way: Mapped[Way] = mapped_column(StateText(Way), default=Way.TEXT, server_default=Way.TEXT.value)
    forgotten_at: Mapped[datetime | None]


def receive(
    session: Session, sid: str, *, phone: str, body: str, who: Person | None, at: datetime, way: Way = Way.TEXT
) -> Text | None:
    """Keep a text. None when we have it already."""
    try:
        with session.begin_nested():
            text = Text(
                sid=sid,
                at=at,
                phone=phone,
                phone_key=key_of(phone),
                body=body,
                person_id=who.id if who else None,
                way=way,
            )
            session.add(text)
    except IntegrityError:
        return None
    return text


def before(session: Session, text: Text, *, within: timedelta) -> Text | None:
    """The text that the same number sent last before this one, if it was that lately."""
    if text.phone is None:
        return None
    same = (
        Text.phone_key.in_(keys_of(text.phone))
        & (Text.id != text.id)
        & (Text.at > text.at - within)
        & (Text.at <= text.at)
    )
    return session.scalar(select(Text).where(same).order_by(Text.at.desc(), Text.id.desc()).limit(1))


def answers_to(session: Session, phone: str, *, since: datetime) -> list[str | None]:
    """What we answered to a number since then, newest first."""
    theirs = Text.phone_key.in_(keys_of(phone)) & (Text.at > since)
    ours = select(Message).join(Text, Text.id == Message.text_id).where(theirs, Message.kind == MessageKind.ANSWER)
    return [one.body for one in session.scalars(ours.order_by(Message.id.desc()).limit(ANSWERS_TO_WHAT_IS_CLEAR))]


def may_answer(session: Session, phone: str, words: str, *, clear: bool, at: datetime) -> bool:
    """Whether another automatic answer may go to this number now.

    What we keep answering alike is a machine: the same words go to it no third time in an hour, or seventh to what was clear.
    Behind that stands a cap on answers an hour, for a machine of many words.
    """
    ours = answers_to(session, phone, since=at - timedelta(hours=1))
    most, again = (ANSWERS_TO_WHAT_IS_CLEAR, AGAIN_TO_WHAT_IS_CLEAR) if clear else (ANSWERS_AN_HOUR, AGAIN)
    return len(ours) < most and not (len(ours) >= again and set(ours[:again]) == {words})
