"""How a group passes requests on: the three ways in which mutual aid groups organised (`docs/decisions/0017`).

Decided by organisers, seen by every process in its next transaction. Until somebody decides, coordinators are asked.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import durations, history
from helpline.db import Base
from helpline.durations import ChangedMeanwhileError
from helpline.people import Person
from helpline.states import StateText, check


class Model(StrEnum):
    """Who is asked, and how much the line still does once somebody has said yes.

    `coordinators`: one after the other on the ladder of the street, and the line follows it to its end. `neighbours`: several
    willing neighbours at once, and the first yes has it. `streets`: the ladder of the street, which runs itself after a yes.
    """

    COORDINATORS = "coordinators"
    NEIGHBOURS = "neighbours"
    STREETS = "streets"


class Passing(Base):
    """How requests are passed on from `made_at` on, until it is decided anew: the newest row counts."""

    __tablename__ = "passings"
    __table_args__ = (check("model", Model, name="model"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[Model] = mapped_column(StateText(Model))
    # Two who replace the same row at once: the database lets one of them.
    replaces: Mapped[int] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)

    made_by: Mapped[Person] = relationship(lazy="joined")


NEWEST = select(Passing).order_by(Passing.id.desc()).limit(1)


def standing(session: Session) -> Passing | None:
    """What was decided last; None when nobody ever decided."""
    return session.scalar(NEWEST)


def model(session: Session) -> Model:
    """How requests are passed on, for the whole of this transaction."""
    known: Model | None = session.info.get(Model)
    if known is None:
        decided = standing(session)
        known = know(session, [decided] if decided else [])
    return known


def know(session: Session, newest: Sequence[Passing]) -> Model:
    """What `NEWEST` was answered with holds for the rest of this transaction."""
    known = session.info[Model] = newest[0].model if newest else Model.COORDINATORS
    return known


def decide(session: Session, wanted: Model, *, seen: int, who: Person, at: datetime) -> Passing | None:
    """Decide it. `seen` is the row that counted when they looked, 0 for none; None when it is so already.

    Whoever has been asked, or has said yes, keeps what they have. Raises `ChangedMeanwhileError` when somebody was faster,
    `HelplineError` when they are no organiser.
    """
    durations.check_organiser(who)
    before = standing(session)
    if wanted == (before.model if before else Model.COORDINATORS):
        return None
    if (before.id if before else 0) != seen:
        raise _meanwhile(before)
    made = Passing(model=wanted, replaces=seen, made_at=at, made_by=who)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        session.expire_all()
        raise _meanwhile(standing(session)) from None
    session.info.pop(Model, None)
    history.record(session, f"passing.{wanted}", at=at, who=who.id)
    return made


def _meanwhile(before: Passing | None) -> ChangedMeanwhileError:
    name = (before.made_by.first_name if before else None) or "Somebody"
    return ChangedMeanwhileError(
        f"{name} changed how requests are passed on a moment ago. Look again, and save if you still mean it."
    )
