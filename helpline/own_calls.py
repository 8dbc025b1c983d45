"""Own calls: one of our own people rings in. Their number asks them for a PIN, and the PIN opens their menus.

It is a call like any other, with this beside it. Whoever goes to the ordinary menu, or gives no PIN, is a caller like any other.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import history
from helpline.db import Base, insert_once
from helpline.people import Person

PATIENCE = 3
"""Silences and wrong keys in a row before somebody is taken to the ordinary menu."""


class OwnCall(Base):
    """A call from the number of one of our own.

    1. Asked for a PIN. 2. In their menus since `let_in_at`, when it was right. 3. A caller like any other since `left_at`.
    `fumbles` are silences and wrong keys in a row; `served_at` is when something was last done for them. `item_id` or `offer_id`
    says what they are ringing a resident about from this leg, so that a page that is asked for twice counts once.
    """

    __tablename__ = "own_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    began_at: Mapped[datetime]
    let_in_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    served_at: Mapped[datetime | None]
    fumbles: Mapped[int] = mapped_column(default=0, server_default="0")
    item_id: Mapped[int | None]
    offer_id: Mapped[int | None]

    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def inside(self) -> bool:
        """Whether they are in their menus."""
        return self.let_in_at is not None and self.left_at is None


def of_call(session: Session, call_id: int) -> OwnCall | None:
    """What stands beside a call, if it is from one of our own."""
    return session.scalar(select(OwnCall).where(OwnCall.call_id == call_id))


def begin(session: Session, call_id: int, person_id: int, *, at: datetime) -> None:
    """The number of one of our own rings. Telling us twice is no matter."""
    connection = session.connection()
    given = {"call_id": call_id, "person_id": person_id, "began_at": at}
    connection.execute(insert_once(connection.dialect.name, OwnCall, "call_id"), given)


def let_in(session: Session, own: OwnCall, *, at: datetime) -> None:
    """The PIN was right."""
    if own.let_in_at is None:
        own.let_in_at, own.fumbles = at, 0
        history.record(session, "call.let_in", at=at, who=own.person_id, person_id=own.person_id, call_id=own.call_id)


def leave(session: Session, own: OwnCall, *, at: datetime) -> None:
    """To the ordinary menu: from now on a caller like any other."""
    if own.left_at is None:
        own.left_at = at
        session.flush()


def fumble(session: Session, own: OwnCall) -> bool:
    """Silence, or a key that means nothing. False when that is enough."""
    own.fumbles += 1
    session.flush()
    return own.fumbles < PATIENCE


def steady(session: Session, own: OwnCall) -> None:
    """A key that means something."""
    own.fumbles = 0
    session.flush()


def served(session: Session, own: OwnCall, *, at: datetime) -> None:
    """Something was done for them: silence now means that they have what they rang for."""
    own.fumbles, own.served_at = 0, at
    session.flush()


def rings_about(session: Session, own: OwnCall, *, item_id: int | None = None, offer_id: int | None = None) -> bool:
    """A resident is rung from this leg. False when they are being rung already: the page was asked for twice."""
    if (own.item_id, own.offer_id) == (item_id, offer_id):
        return False
    own.item_id, own.offer_id, own.fumbles = item_id, offer_id, 0
    session.flush()
    return True


def rung(session: Session, own: OwnCall, *, at: datetime) -> bool:
    """That is over. False when it was over already."""
    if own.item_id is None and own.offer_id is None:
        return False
    own.item_id = own.offer_id = None
    served(session, own, at=at)
    return True
