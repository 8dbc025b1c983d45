"""Texts that people send us, each kept once however often the carrier tells us of it."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline.db import Base, kept
from helpline.people import Person
from helpline.sealed import Sealed, key_of, keys_of

ANSWERS_AN_HOUR = 6
# Somebody with many streets may say yes and no all morning; a machine does neither.
ANSWERS_TO_WHAT_IS_CLEAR = 30


class Text(Base):
    """One text from one number. `answered` counts towards the cap that ends loops between two machines."""

    __tablename__ = "texts"
    __table_args__ = (Index(None, "phone_key", "at"), Index(None, "person_id"), kept("at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    phone: Mapped[str | None] = mapped_column(Sealed())
    phone_key: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[str | None] = mapped_column(Sealed())
    answered: Mapped[bool] = mapped_column(default=False)
    forgotten_at: Mapped[datetime | None]


def receive(session: Session, sid: str, *, phone: str, body: str, who: Person | None, at: datetime) -> Text | None:
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
            )
            session.add(text)
    except IntegrityError:
        return None
    return text


def may_answer(session: Session, phone: str, *, clear: bool, at: datetime) -> bool:
    """Whether another automatic answer may go to this number now: six an hour end any loop, or thirty to what was clear."""
    lately = session.scalar(
        select(func.count()).where(Text.phone_key.in_(keys_of(phone)), Text.at > at - timedelta(hours=1), Text.answered)
    )
    return (lately or 0) < (ANSWERS_TO_WHAT_IS_CLEAR if clear else ANSWERS_AN_HOUR)
