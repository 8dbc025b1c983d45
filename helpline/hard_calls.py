"""Hard calls: a handler pressed "that was hard". Their phone rings no more until they say so, and their buddy is told by text.

Only the handler and the buddy know of it: it writes no event of its own, no desk item follows from a text that does not arrive, and
the row goes after a day. No one is asked why.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import buddies, buddy_words, config, messages, people
from helpline.buddies import B
from helpline.db import Base, known, lock
from helpline.messages import MessageKind
from helpline.people import Person
from helpline.states import StateText, check

AGAIN = timedelta(minutes=30)
"""Pressed again so soon, it is the same hard call: the buddy is told once."""
KEPT = timedelta(days=1)


class CameTo(StrEnum):
    """Whether somebody was told."""

    TOLD = "told"
    NOT_REACHED = "not_reached"
    NO_BUDDY = "no_buddy"
    NOT_YET = "not_yet"
    SAID_NO = "said_no"
    STOPPED = "stopped"


class HardCall(Base):
    """A handler pressed it. `buddy_id` is the person who was told, or could not be; `message_id` the text."""

    __tablename__ = "hard_calls"
    __table_args__ = (
        check("came_to", CameTo, name="came_to"),
        Index(None, "person_id", "at"),
        Index(None, "at"),
        known("message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    buddy_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    came_to: Mapped[CameTo] = mapped_column(StateText(CameTo))
    message_id: Mapped[int | None]
    at: Mapped[datetime]

    buddy: Mapped[Person | None] = relationship(foreign_keys=[buddy_id], lazy="joined")

    @property
    def name(self) -> str:
        """What the buddy is called."""
        return (self.buddy.first_name if self.buddy else None) or "Your buddy"


def press(session: Session, who: Person, *, at: datetime) -> HardCall:
    """That was hard. Pressed twice, the phone is paused once and the buddy told once."""
    lock(session, who)
    people.pause(session, who, who=who.id, at=at)
    before = lately(session, who, at=at)
    if before is not None and before.came_to == CameTo.TOLD:
        return before
    buddy = buddies.of(session, who)
    hard = HardCall(person_id=who.id, buddy=buddy.buddy if buddy else None, came_to=_came_to(buddy), at=at)
    if hard.came_to == CameTo.TOLD and buddy is not None:
        words = buddy_words.hard_text(config.current().group_name, who.first_name)
        hard.message_id = messages.owe(session, MessageKind.NEWS, words, to=buddy.buddy, at=at).id
    session.add(hard)
    session.flush()
    return hard


def _came_to(buddy: buddies.Buddy | None) -> CameTo:
    if buddy is None:
        return CameTo.NO_BUDDY
    if buddy.state == B.ASKED:
        return CameTo.NOT_YET
    if buddy.state != B.YES:
        return CameTo.SAID_NO if buddy.state == B.NO else CameTo.NOT_REACHED
    return CameTo.STOPPED if buddy.buddy.stopped_texts_at is not None else CameTo.TOLD


def lately(session: Session, who: Person, *, at: datetime) -> HardCall | None:
    """What came of it, if they pressed it a moment ago."""
    mine = select(HardCall).where(HardCall.person_id == who.id, HardCall.at > at - AGAIN)
    return session.scalar(mine.order_by(HardCall.at.desc(), HardCall.id.desc()).limit(1))


def since_paused(session: Session, who: Person) -> HardCall | None:
    """What came of it, if that is why their phone is paused: asked only of somebody who is paused."""
    if who.paused_at is None:
        return None
    mine = select(HardCall).where(HardCall.person_id == who.id, HardCall.at >= who.paused_at)
    return session.scalar(mine.order_by(HardCall.at.desc(), HardCall.id.desc()).limit(1))


def not_delivered(session: Session, message_id: int) -> bool:
    """The text to a buddy did not arrive: their handler sees so, and nobody else. False when it was no such text."""
    hard = session.scalar(select(HardCall).where(HardCall.message_id == message_id))
    if hard is None:
        return False
    hard.came_to = CameTo.NOT_REACHED
    session.flush()
    return True
