"""Duty: who is on at an instant, until when each goes on, and who is next. One question; the rest is told from it, purely."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased, lazyload

from helpline import rota
from helpline.people import Person
from helpline.rota import ANSWERS, IS_LIVE, LIVE, Shift

# Whoever is on may go on with a shift that follows at once, and with the one after that.
GOES_ON = timedelta(days=2)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Duty:
    """The shifts that are on or begin soon, and whoever begins next, however late that is. `answering` are those who are rung."""

    at: datetime
    shifts: tuple[Shift, ...]
    answering: frozenset[int]

    @property
    def on(self) -> list[Shift]:
        """The shifts that are on, longest still to go first; one for each handler."""
        there = [one for one in rota.on_duty(self.shifts, self.at) if one.id in self.answering]
        return rota.one_each(sorted(there, key=lambda one: (-one.ends_at.timestamp(), one.id)))

    @property
    def following(self) -> list[Shift]:
        """The shifts that start together next; empty when nobody is down for any."""
        later = [one for one in self.shifts if one.starts_at > self.at]
        first = min((one.starts_at for one in later), default=None)
        return sorted((one for one in later if one.starts_at == first), key=lambda one: one.id)

    def of(self, person: Person) -> Shift | None:
        """The shift somebody is on, if they are on."""
        return next((one for one in self.on if one.person_id == person.id), None)

    def until(self, shift: Shift) -> datetime:
        """Until when somebody who is on goes on: to the end of their next shift, when that follows at once."""
        return through((one for one in self.shifts if one.person_id == shift.person_id), shift.ends_at)


def through(shifts: Iterable[Shift], until: datetime) -> datetime:
    """Until when somebody goes on who is on until an instant, by their shifts in the order in which they start. Pure."""
    for shift in shifts:
        if shift.starts_at > until:
            break
        until = max(until, shift.ends_at)
    return until


def on_until(session: Session, shift: Shift) -> datetime:
    """Until when somebody who is on goes on: to the end of their next shift, when that follows at once."""
    return _going_on(session, shift.person, shift.ends_at)


def would_be_on_until(session: Session, who: Person, at: datetime) -> datetime:
    """Until when somebody who is not on would be, if they started now; their own shift that follows at once is counted in."""
    return _going_on(session, who, rota.if_started(session, who, at)[0])


def _going_on(session: Session, who: Person, until: datetime) -> datetime:
    return through(rota.shifts_of(session, who, until, until + ONE_DAY), until)


def now(session: Session, at: datetime) -> Duty:
    """Who is on at this instant, and who is next."""
    return _of(session, select(Shift, ANSWERS).where(_soon(at)), at)


def _soon(at: datetime) -> ColumnElement[bool]:
    later = aliased(Shift)
    first = select(func.min(later.starts_at)).where(later.state.in_(LIVE), later.ends_at > at, later.starts_at > at)
    begins = (Shift.starts_at < at + GOES_ON) | (Shift.starts_at == first.scalar_subquery())
    return and_(IS_LIVE, Shift.ends_at > at, begins)


def parts(at: datetime) -> list[Select[Any]]:
    """The same as parts of a larger question (`at_once`); `told` hears what was answered."""
    return [select(Shift).where(_soon(at)), select(Shift).where(_soon(at), ANSWERS)]


def told(at: datetime, soon: Iterable[Shift], answering: Iterable[Shift]) -> Duty:
    """What `parts` were answered with."""
    in_turn = sorted(soon, key=lambda one: (one.starts_at, one.id))
    return Duty(at, tuple(in_turn), frozenset(one.id for one in answering))


def of_person(session: Session, person: Person, at: datetime) -> Duty:
    """The same of one person alone."""
    theirs = select(Shift, ANSWERS).where(
        IS_LIVE, Shift.person_id == person.id, Shift.ends_at > at, Shift.starts_at < at + GOES_ON
    )
    return _of(session, theirs.options(lazyload(Shift.person)), at)


def _of(session: Session, asked: Select[Shift, bool], at: datetime) -> Duty:
    found = session.execute(asked.order_by(Shift.starts_at, Shift.id)).all()
    return Duty(at, tuple(shift for shift, _ in found), frozenset(shift.id for shift, answers in found if answers))
