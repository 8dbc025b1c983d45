"""The rota: who is on, and who is next.

A shift's start and end are wall-clock times made into instants when it is written down (`clock.instant`), so a night
shift across a clock change is as long as that night really is.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import history
from helpline.db import Base
from helpline.errors import HelplineError
from helpline.people import HatName, Person


class Shift(Base):
    """One handler answers the line from `starts_at` until `ends_at`. What they held then is handed over once (`handovers`)."""

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forwards"),
        Index(None, "ends_at", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


def on_duty(shifts: Iterable[Shift], at: datetime) -> list[Shift]:
    """The shifts that are on at an instant: the first is included, the last is not. Pure."""
    return [shift for shift in shifts if shift.starts_at <= at < shift.ends_at]


def on_now(session: Session, at: datetime) -> list[Shift]:
    """The shifts that are on, longest still to go first; one for each handler."""
    rows = session.scalars(
        select(Shift).where(Shift.starts_at <= at, Shift.ends_at > at).order_by(Shift.ends_at.desc(), Shift.id)
    )
    best: dict[int, Shift] = {}
    for shift in on_duty(rows, at):
        if not shift.person.wears(HatName.HANDLER, HatName.ORGANISER):
            continue  # somebody who has put the hat down is not rung for what is left on the rota
        best.setdefault(shift.person_id, shift)
    return list(best.values())


def between(session: Session, start: datetime, end: datetime) -> list[Shift]:
    """The shifts that are on at any time from one instant to another, in the order they start."""
    return list(
        session.scalars(
            select(Shift).where(Shift.ends_at > start, Shift.starts_at < end).order_by(Shift.starts_at, Shift.id)
        )
    )


def shift_of(session: Session, person: Person, at: datetime) -> Shift | None:
    """The shift somebody is on, if they are on."""
    return next((shift for shift in on_now(session, at) if shift.person_id == person.id), None)


def next_shift_of(session: Session, person: Person, at: datetime) -> Shift | None:
    """The next shift somebody has, after this instant."""
    return session.scalar(
        select(Shift).where(Shift.person_id == person.id, Shift.starts_at > at).order_by(Shift.starts_at).limit(1)
    )


def next_on(session: Session, at: datetime) -> list[Shift]:
    """The shifts that start together next, after this instant; empty when nobody is down for any."""
    first = session.scalar(select(Shift.starts_at).where(Shift.starts_at > at).order_by(Shift.starts_at).limit(1))
    if first is None:
        return []
    return list(session.scalars(select(Shift).where(Shift.starts_at == first).order_by(Shift.id)))


def write(session: Session, person: Person, *, starts_at: datetime, ends_at: datetime) -> Shift:
    """Put somebody on the rota. Raises `HelplineError` when they are already on it then, or it ends before it starts."""
    if ends_at <= starts_at:
        raise HelplineError("The shift ends before it starts.")
    clash = session.scalar(
        select(Shift.id)
        .where(Shift.person_id == person.id, Shift.starts_at < ends_at, Shift.ends_at > starts_at)
        .limit(1)
    )
    if clash is not None:
        raise HelplineError("They already have a shift at that time.")
    shift = Shift(person=person, starts_at=starts_at, ends_at=ends_at)
    session.add(shift)
    session.flush()
    return shift


def start_now(session: Session, who: Person, *, at: datetime, lasts: timedelta = timedelta(hours=2)) -> Shift:
    """Start answering the line at once, for two hours or until one's next shift begins."""
    already = shift_of(session, who, at)
    if already is not None:
        return already
    following = next_shift_of(session, who, at)
    ends_at = at + lasts if following is None else min(at + lasts, following.starts_at)
    history.record(session, "shift.started", at=at, who=who.id, person_id=who.id)
    return write(session, who, starts_at=at, ends_at=ends_at)


def end_now(session: Session, who: Person, *, at: datetime) -> None:
    """Stop ringing somebody for the rest of their shift; a call they are on goes on."""
    shift = shift_of(session, who, at)
    if shift is None:
        return
    if shift.starts_at == at:
        session.delete(shift)
    else:
        shift.ends_at = at
    history.record(session, "shift.ended", at=at, who=who.id, person_id=who.id)
