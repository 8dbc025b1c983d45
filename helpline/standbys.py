"""Standbys: a handler said beforehand that they could cover a shift of somebody else's. They are asked first."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import history, rota
from helpline.db import Base, lock
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.rota import Shift

OVER = "That shift is over."
OWN = "That is your own shift."
BUSY = "You have another shift at that time."


class Standby(Base):
    """Somebody could cover a shift. It promises nothing: they are asked, and may say no."""

    __tablename__ = "standbys"
    __table_args__ = (UniqueConstraint("shift_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shifts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")


def offer(session: Session, shift: Shift, *, who: Person, at: datetime) -> None:
    """Say that one could cover a shift; saying it twice is no matter. Raises `HelplineError` when one could not.

    A shift whose handler wants cover already is taken over instead (`cover.take_over`).
    """
    rota.check_handler(who)
    if shift.person_id == who.id:
        raise HelplineError(OWN)
    if not shift.is_live or shift.ends_at <= at:
        raise HelplineError(OVER)
    if not rota.is_free(session, who, shift.starts_at, shift.ends_at):
        raise HelplineError(BUSY)
    lock(session, shift)
    said = select(Standby.id).where(Standby.shift_id == shift.id, Standby.person_id == who.id)
    if session.scalar(said) is None:
        session.add(Standby(shift_id=shift.id, person_id=who.id, at=at))
        session.flush()
        _record(session, "standby.offered", shift, who, at=at)


def take_back(session: Session, shift: Shift, *, who: Person, at: datetime) -> None:
    """They could not after all."""
    session.execute(delete(Standby).where(Standby.shift_id == shift.id, Standby.person_id == who.id))
    _record(session, "standby.taken_back", shift, who, at=at)


def of_shifts(session: Session, given: Iterable[Shift]) -> dict[int, list[Person]]:
    """Who could cover each of some shifts, by its id, in the order they said so: for the page."""
    found: dict[int, list[Person]] = {}
    rows = select(Standby).where(Standby.shift_id.in_([shift.id for shift in given])).order_by(Standby.id)
    for row in session.scalars(rows):
        found.setdefault(row.shift_id, []).append(row.person)
    return found


def _record(session: Session, what: str, shift: Shift, who: Person, *, at: datetime) -> None:
    history.record(
        session, what, at=at, who=who.id, person_id=shift.person_id, shift_id=shift.id, slot_id=shift.slot_id
    )
