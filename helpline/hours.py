"""Opening hours as the group decided them, and the days on which the line is closed.

Both are decided by organisers and seen by every process in its next transaction. Until somebody decides, the line is open whenever
somebody is on shift.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, ForeignKey, String, Text, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import at_once, bank_holidays, durations, history
from helpline.bank_holidays import Nation
from helpline.db import Base
from helpline.durations import ChangedMeanwhileError
from helpline.errors import HelplineError, RefusedError
from helpline.opening import ALWAYS, Day, Span, Week
from helpline.people import Person
from helpline.states import StateText

LONGEST_NAME = 60
FURTHEST = timedelta(days=731)


class Hours(Base):
    """The opening hours from `made_at` on, until others replace them: the newest row counts.

    `week` is a list of spans for each day, Monday first; while `always` is set it is only remembered. `nation` is whose bank
    holidays the line is closed on, if any.
    """

    __tablename__ = "hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    always: Mapped[bool]
    week: Mapped[str] = mapped_column(Text)
    nation: Mapped[Nation | None] = mapped_column(StateText(Nation))
    # Two who replace the same hours at once: the database lets one of them.
    replaces: Mapped[int] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)

    made_by: Mapped[Person] = relationship(lazy="joined")


class ClosedDay(Base):
    """A day the group said something about: closed, by a name of its own; or open after all, though it is a bank holiday."""

    __tablename__ = "closed_days"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    closed: Mapped[bool]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)

    made_by: Mapped[Person] = relationship(lazy="joined")


@dataclass(frozen=True)
class Plan:
    """When the line is to be open: its week, and the name of each day on which it is closed."""

    week: Week = ALWAYS
    closed: Mapping[date, str] | None = None

    @property
    def closed_days(self) -> Mapping[date, str]:
        """The days on which it is closed, by name."""
        return self.closed or {}

    @property
    def is_always(self) -> bool:
        """Whether nothing closes the line but that nobody is on shift."""
        return self.week == ALWAYS and not self.closed


NEWEST = select(Hours).order_by(Hours.id.desc()).limit(1)
PARTS = (NEWEST, select(ClosedDay))
"""What a plan is made of, to be asked at once."""


def standing(session: Session) -> Hours | None:
    """The hours that count; None when nobody has decided any."""
    return session.scalar(NEWEST)


def plan(session: Session) -> Plan:
    """When the line is to be open, for the whole of this transaction."""
    found: Plan | None = session.info.get(Plan)
    return know(session, *at_once.ask(session, *PARTS)) if found is None else found


def know(session: Session, newest: Sequence[Hours], days: Iterable[ClosedDay]) -> Plan:
    """What `PARTS` were answered with is the plan for the rest of this transaction."""
    decided = next(iter(newest), None)
    week = ALWAYS if decided is None or decided.always else week_of(decided)
    closed = dict(bank_holidays.of(decided.nation)) if decided and decided.nation else {}
    for day in days:
        if day.closed:
            closed[day.day] = day.name
        else:
            closed.pop(day.day, None)
    found = session.info[Plan] = Plan(week, closed)
    return found


def week_of(hours: Hours) -> Week:
    """The week that was decided, whether or not it counts."""
    days: list[Day] = [tuple(Span(*span) for span in day) for day in json.loads(hours.week)]
    mon, tue, wed, thu, fri, sat, sun = days
    return mon, tue, wed, thu, fri, sat, sun


def decide(
    session: Session, *, always: bool, week: Week, nation: Nation | None, seen: int | None, who: Person, at: datetime
) -> Hours | None:
    """Decide the opening hours. `seen` is the row that counted when they looked; None when it is so already.

    Raises `ChangedMeanwhileError` when somebody was faster, `HelplineError` when it cannot be.
    """
    durations.check_organiser(who)
    if not always and not any(week):
        raise HelplineError("The line would never open. Give it hours on one day at least.")
    before = standing(session)
    written = json.dumps([[[span.begins, span.ends] for span in day] for day in week])
    if before is not None and (before.always, before.week, before.nation) == (always, written, nation):
        return None
    if (before.id if before else None) != seen:
        raise _meanwhile(before)
    made = Hours(always=always, week=written, nation=nation, replaces=seen or 0, made_at=at, made_by=who)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        session.expire_all()
        raise _meanwhile(standing(session)) from None
    session.info.pop(Plan, None)
    history.record(session, "hours.decided", at=at, who=who.id)
    return made


def _meanwhile(before: Hours | None) -> ChangedMeanwhileError:
    name = (before.made_by.first_name if before else None) or "Somebody"
    return ChangedMeanwhileError(
        f"{name} changed the opening hours a moment ago: they are under “Now”. What you typed is kept here: save again if you "
        "still mean it."
    )


# Days


def days(session: Session, first: date) -> list[ClosedDay]:
    """What the group said of days, from the first on."""
    return list(session.scalars(select(ClosedDay).where(ClosedDay.day >= first).order_by(ClosedDay.day)))


def close_day(session: Session, day: date, name: str, *, today: date, who: Person, at: datetime) -> ClosedDay:
    """Close the line on a day, which has a name. Raises `HelplineError`."""
    durations.check_organiser(who)
    name = " ".join(name.split())
    if not name:
        raise RefusedError("name", "Give the day a name, like “Street party”.")
    if len(name) > LONGEST_NAME:
        raise RefusedError("name", f"That name is too long. Keep it under {LONGEST_NAME} letters.")
    if day < today:
        raise RefusedError("day", "That day is over.")
    if day > today + FURTHEST:
        raise RefusedError("day", "That is more than two years away. Close it when it is nearer.")
    return _say_of(session, day, name, closed=True, who=who, at=at)


def keep_holiday(session: Session, nation: Nation, day: date, *, closed: bool, who: Person, at: datetime) -> None:
    """The switch of one bank holiday: the line is closed on it, or open after all. Raises `HelplineError`."""
    durations.check_organiser(who)
    name = bank_holidays.of(nation).get(day)
    if name is None:
        raise HelplineError("That is no bank holiday.")
    _say_of(session, day, name, closed=closed, who=who, at=at)


def open_day(session: Session, day: date, *, who: Person, at: datetime) -> None:
    """A day that the group had closed is as any other."""
    durations.check_organiser(who)
    gone: Any = session.execute(delete(ClosedDay).where(ClosedDay.day == day, ClosedDay.closed))
    session.info.pop(Plan, None)
    if gone.rowcount:
        history.record(session, "day.opened", at=at, who=who.id)


def _say_of(session: Session, day: date, name: str, *, closed: bool, who: Person, at: datetime) -> ClosedDay:
    found = select(ClosedDay).where(ClosedDay.day == day).with_for_update(of=ClosedDay)
    said = session.scalar(found)
    if said is None:
        try:
            with session.begin_nested():
                said = ClosedDay(day=day, name=name, closed=closed, made_at=at, made_by=who)
                session.add(said)
        except IntegrityError:  # two organisers at once: the last word is kept
            said = session.scalars(found).one()
    said.name, said.closed, said.made_at, said.made_by = name, closed, at, who
    session.flush()
    session.info.pop(Plan, None)
    history.record(session, "day.closed" if closed else "day.opened", at=at, who=who.id)
    return said
