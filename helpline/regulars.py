"""Regulars: handlers who keep a pattern every week, or every second one, and are put down for its slots as they are made.

A week they are away, or down for another shift, is skipped. A shift they left, asked cover for or swapped is not given to them
again: a slot is filled once.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import away, durations, history, rota, shifts, slots
from helpline.db import NEVER_AGAIN, Base, lock
from helpline.errors import HelplineError
from helpline.patterns import A_WEEK, Pattern
from helpline.people import HatName, Person
from helpline.rota import Shift
from helpline.slots import Slot

EVERY = {1: "every week", 2: "every second week"}


class Regular(Base):
    """A handler keeps a pattern from `first_day` until `last_day`, `every` so many weeks counted from the week of the first."""

    __tablename__ = "regulars"
    __table_args__ = (CheckConstraint("every BETWEEN 1 AND 2", name="every"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    pattern_id: Mapped[int] = mapped_column(ForeignKey("patterns.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    every: Mapped[int] = mapped_column(default=1)
    first_day: Mapped[date]
    last_day: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="joined")
    pattern: Mapped[Pattern] = relationship()

    def keeps(self, day: date) -> bool:
        """Whether they keep the pattern on a day on which it falls. Pure."""
        if day < self.first_day or (self.last_day is not None and day > self.last_day):
            return False
        weeks = (_monday(day) - _monday(self.first_day)) // A_WEEK
        return weeks % self.every == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def of_patterns(session: Session, patterns: Iterable[Pattern], *, today: date) -> dict[int, list[Regular]]:
    """Who keeps each of some patterns, by its id, now or from a day to come."""
    ids = [pattern.id for pattern in patterns]
    kept = select(Regular).where(Regular.pattern_id.in_(ids), Regular.last_day.is_(None) | (Regular.last_day >= today))
    found: dict[int, list[Regular]] = {number: [] for number in ids}
    for regular in session.scalars(kept.order_by(Regular.id)):
        found[regular.pattern_id].append(regular)
    return found


def keep(  # what one row says
    session: Session,
    pattern: Pattern,
    person: Person,
    *,
    every: int = 1,
    first_day: date,
    last_day: date | None = None,
    who: Person | None,
    at: datetime,
) -> tuple[Regular, list[Slot]]:
    """Somebody keeps a pattern from a day on, and is put down for the slots that are made already.

    The answer also has the slots for which they could not be, since they are full or they have another shift then. `who` is an
    organiser or the handler; None is a command on our own computer. Raises `HelplineError`.
    """
    if who is not None and who.id != person.id:
        durations.check_organiser(who)
    rota.check_handler(person)
    if every not in EVERY:
        raise HelplineError("Choose every week, or every second week.")
    if last_day is not None and last_day < first_day:
        raise HelplineError("The last day is before the first.")
    lock(session, pattern)
    mine = select(Regular).where(
        Regular.pattern_id == pattern.id,
        Regular.person_id == person.id,
        Regular.last_day.is_(None) | (Regular.last_day >= first_day),
    )
    if last_day is not None:
        mine = mine.where(Regular.first_day <= last_day)
    if session.scalar(mine.limit(1)) is not None:
        raise HelplineError("They keep that time already.")
    regular = Regular(pattern_id=pattern.id, person=person, every=every, first_day=first_day, last_day=last_day)
    session.add(regular)
    session.flush()
    history.record(session, "regular.kept", at=at, who=who.id if who else None, person_id=person.id)
    to_come = [slot for slot in slots.of_pattern(session, pattern.id, at) if not slot.is_called_off]
    return regular, [slot for slot in to_come if regular.keeps(slot.day) and not _fill(session, slot, regular, at=at)]


def stop(session: Session, regular: Regular, *, last_day: date, who: Person, at: datetime) -> list[Shift]:
    """Somebody keeps a pattern no longer than a day. Their later shifts of it are left, each of which is then a gap; they are
    the answer. `who` is an organiser or the handler.
    """
    if who.id != regular.person_id:
        durations.check_organiser(who)
    lock(session, regular)
    regular.last_day = last_day if regular.last_day is None else min(last_day, regular.last_day)
    session.flush()
    history.record(session, "regular.stopped", at=at, who=who.id, person_id=regular.person_id)
    gone = would_leave(session, regular, last_day=last_day, at=at)
    for shift in gone:
        shifts.leave(session, shift, who=who, at=at)
    return gone


def would_leave(session: Session, regular: Regular, *, last_day: date, at: datetime) -> list[Shift]:
    """The shifts to come that somebody would leave, were a day the last on which they keep a pattern."""
    later = (
        select(Shift)
        .join(Slot, Slot.id == Shift.slot_id)
        .where(
            rota.IS_LIVE,
            Shift.person_id == regular.person_id,
            Shift.starts_at > at,
            Slot.pattern_id == regular.pattern_id,
            Slot.day > last_day,
        )
    )
    return list(session.scalars(later.order_by(Shift.starts_at)))


def fill(session: Session, slot: Slot, keeping: Sequence[Regular], *, at: datetime) -> list[Regular]:
    """Put down for a new slot whoever keeps its pattern. The answer is who should be and cannot: they have another shift then."""
    clashing = []
    for regular in keeping:
        if regular.keeps(slot.day) and not _fill(session, slot, regular, at=at):
            free = rota.is_free(session, regular.person, slot.starts_at, slot.ends_at)
            clashing += [] if free else [regular]
    return clashing


def _fill(session: Session, slot: Slot, regular: Regular, *, at: datetime) -> bool:
    """Whether they are down for it now, or were before; it is no matter that they are away, or answer the line no more."""
    person = regular.person
    before = select(Shift.id).where(Shift.slot_id == slot.id, Shift.person_id == person.id)
    if session.scalar(before.limit(1)) is not None or not person.wears(HatName.HANDLER, HatName.ORGANISER):
        return True
    if away.is_away(session, person, slot.day):
        return True
    down = rota.down_for(session, [slot])[slot.id]
    if not rota.room(slot, down, at=at):
        return False
    try:
        rota.write(session, person, starts_at=slot.starts_at, ends_at=slot.ends_at, slot=slot)
    except HelplineError:
        return False
    return True
