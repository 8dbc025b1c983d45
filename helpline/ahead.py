"""Slots made eight weeks ahead from patterns, and made to follow when a pattern changes.

A slot that somebody is down for stays as it was when its pattern changes: who said yes to a time is not moved to another. What a
change would do is known before it is done (`fit`), and what is told of it is what is then done.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline import (
    called_off,
    config,
    durations,
    history,
    hours,
    messages,
    patterns,
    people,
    regulars,
    rota,
    slot_wording,
    slots,
)
from helpline.db import lock
from helpline.gap_stages import Stage
from helpline.messages import MessageKind
from helpline.patterns import Pattern, Shape
from helpline.people import HatName, Person
from helpline.rota import Shift
from helpline.slots import Slot, Why

AHEAD = timedelta(days=56)


# What a change would do


@dataclass(frozen=True)
class Fit:
    """What is to be done so that the slots of a pattern are as it says: days to be made, and slots that are there."""

    make: tuple[date, ...] = ()
    move: tuple[Slot, ...] = ()
    call_off: tuple[Slot, ...] = ()
    bring_back: tuple[Slot, ...] = ()
    # Somebody is down for these, so they stay as they are: at other times than the pattern's, or though it wants them no more.
    stay: tuple[Slot, ...] = ()
    outlast: tuple[Slot, ...] = ()


def fit(shape: Shape, made: Iterable[Slot], down: Collection[int], days: Sequence[date], zone: ZoneInfo) -> Fit:
    """What is to be done so that the slots `made` of a pattern are as its shape says on `days`. `down` are the ids of those that
    somebody is down for. Pure.
    """
    there = {slot.day: slot for slot in made}
    make = [day for day in days if day not in there and shape.span(day, zone)]
    move, off, back, stay, outlast = (list[Slot]() for _ in range(5))
    for slot in there.values():
        span = shape.span(slot.day, zone) if shape.falls_on(slot.day) else None
        if slot.called_off_why == Why.ORGANISER:
            continue
        if slot.called_off_why == Why.PATTERN:
            if span is not None:
                back.append(slot)
                move.append(slot)
        elif span is None:
            (outlast if slot.id in down else off).append(slot)
        elif span != (slot.starts_at, slot.ends_at):
            (stay if slot.id in down else move).append(slot)
        elif (shape.least, shape.most) != (slot.least, slot.most):
            move.append(slot)
    return Fit(tuple(make), tuple(move), tuple(off), tuple(back), tuple(stay), tuple(outlast))


def would(session: Session, pattern: Pattern, shape: Shape, *, at: datetime) -> tuple[Fit, list[Person]]:
    """What changing a pattern to a shape would do, and who is down for the slots that would stay as they are."""
    made = slots.of_pattern(session, pattern.id, at)
    down = rota.down_for(session, made)
    found = fit(shape, made, down.keys(), _days(shape, at), config.current().zone)
    return found, _people(down, found.stay + found.outlast)


def _people(down: dict[int, list[Shift]], given: Iterable[Slot]) -> list[Person]:
    there = {shift.person_id: shift.person for slot in given for shift in down.get(slot.id, [])}
    return sorted(there.values(), key=lambda person: person.name or "")


def _today(at: datetime) -> date:
    return at.astimezone(config.current().zone).date()


def _days(shape: Shape, at: datetime) -> list[date]:
    """The days ahead on which a shape wants a slot that has not begun yet."""
    zone, today = config.current().zone, _today(at)
    days = shape.days(today, today + AHEAD)
    return [day for day in days if (span := shape.span(day, zone)) is not None and span[0] > at]


# Patterns are added, changed and ended


def add(session: Session, shape: Shape, *, who: Person | None, at: datetime) -> Pattern:
    """A new pattern, with its slots. `who` is an organiser; None is a command on our own computer. Raises `HelplineError`."""
    if who is not None:
        durations.check_organiser(who)
    patterns.check(shape, today=_today(at))
    pattern = Pattern(made_until=None)
    pattern.take_shape(shape)
    session.add(pattern)
    session.flush()
    history.record(session, "pattern.added", at=at, who=who.id if who else None)
    make(session, pattern.id, at)
    return pattern


def change(
    session: Session, pattern: Pattern, shape: Shape, *, who: Person | None, at: datetime
) -> tuple[Fit, list[Person]]:
    """A pattern says something else from now on, and its slots to come follow, but for those that somebody is down for.

    The answer is what was done, and who is down for the slots that stayed as they were. Raises `HelplineError`.
    """
    if who is not None:
        durations.check_organiser(who)
    patterns.check(shape, today=_today(at), begun=pattern.first_day)
    lock(session, pattern)
    pattern.take_shape(shape)
    session.flush()
    for slot in slots.of_pattern(session, pattern.id, at):
        lock(session, slot)
    done, affected = would(session, pattern, shape, at=at)
    for slot in done.move:
        _move(session, slot, shape)
    for slot in done.bring_back:
        if slot.day in hours.plan(session).closed_days:
            slot.called_off_why = Why.CLOSED  # it comes back as the day is opened
        elif slot.starts_at > at:
            called_off.bring_back(session, slot, who=who, at=at)
    for slot in done.stay:
        slot.least, slot.most = shape.least, shape.most
    for slot in done.call_off:
        called_off.call_off(session, slot, why=Why.PATTERN, who=who, at=at)
    history.record(session, "pattern.changed", at=at, who=who.id if who else None)
    _make_days(session, pattern, done.make, at=at)
    return done, affected


def end(
    session: Session, pattern: Pattern, last_day: date, *, and_shifts: bool, who: Person, at: datetime
) -> tuple[Fit, list[Person]]:
    """A day is the last of a pattern. With `and_shifts` its later slots are called off though somebody is down for them, each of
    whom is told by one text; without, those stay, and whoever keeps it goes on until then. Raises `HelplineError`.
    """
    last_day = max(last_day, pattern.first_day)
    done, affected = change(session, pattern, replace(pattern.shape, last_day=last_day), who=who, at=at)
    if and_shifts:
        gone = [
            shift
            for slot in done.outlast
            for shift in called_off.call_off(session, slot, why=Why.PATTERN, who=who, at=at, tell=False)
        ]
        called_off.tell_of_all(session, gone, at=at)
    return done, affected


def _move(session: Session, slot: Slot, shape: Shape) -> None:
    span = shape.span(slot.day, config.current().zone)
    if span is not None:
        if span != (slot.starts_at, slot.ends_at):
            slot.alarmed = Stage.NONE
        slot.starts_at, slot.ends_at = span
        slot.least, slot.most = shape.least, shape.most
    session.flush()


# The clock makes them


def due(session: Session, at: datetime) -> Sequence[int]:
    """Patterns whose slots do not reach eight weeks ahead."""
    last = _today(at) + AHEAD
    wanted = or_(Pattern.made_until.is_(None), Pattern.made_until < last)
    going_on = or_(Pattern.last_day.is_(None), Pattern.last_day > Pattern.made_until, Pattern.made_until.is_(None))
    return session.scalars(select(Pattern.id).where(wanted, going_on).order_by(Pattern.id)).all()


def make(session: Session, pattern_id: int, at: datetime) -> None:
    """Make the slots of a pattern for the days ahead that have none: however many clocks do, there is one a day."""
    pattern = session.get_one(Pattern, pattern_id)
    lock(session, pattern)
    since = pattern.made_until
    pattern.made_until = _today(at) + AHEAD
    _make_days(session, pattern, [day for day in _days(pattern.shape, at) if since is None or day > since], at=at)


def _make_days(session: Session, pattern: Pattern, days: Iterable[date], *, at: datetime) -> None:
    keeping = regulars.of_patterns(session, [pattern], today=_today(at))[pattern.id]
    clashing = list[Slot]()
    for day in days:
        slot = _make(session, pattern, day, at=at)
        if slot is not None and not slot.is_called_off and regulars.fill(session, slot, keeping, at=at):
            clashing.append(slot)
    if clashing:
        _tell_organisers(session, clashing, at=at)


def _make(session: Session, pattern: Pattern, day: date, *, at: datetime) -> Slot | None:
    """One slot, called off at once when the line is closed that day; None when another clock has made it."""
    span = pattern.shape.span(day, config.current().zone)
    if span is None:
        return None
    closed = day in hours.plan(session).closed_days
    slot = Slot(
        pattern_id=pattern.id,
        day=day,
        starts_at=span[0],
        ends_at=span[1],
        least=pattern.least,
        most=pattern.most,
        called_off_at=at if closed else None,
        called_off_why=Why.CLOSED if closed else None,
    )
    try:
        with session.begin_nested():
            session.add(slot)
    except IntegrityError:
        return None
    adopt(session, slot)
    return slot


def adopt(session: Session, slot: Slot) -> None:
    """Shifts that were on the rota before the slot, and fall into it, are the slot's."""
    session.execute(
        update(Shift)
        .where(Shift.slot_id.is_(None), rota.IS_LIVE, Shift.starts_at >= slot.starts_at, Shift.ends_at <= slot.ends_at)
        .values(slot_id=slot.id)
        .execution_options(synchronize_session="fetch")
    )


def _tell_organisers(session: Session, clashing: Sequence[Slot], *, at: datetime) -> None:
    settings = config.current()
    whats = [slot_wording.when(slot.starts_at, slot.ends_at, settings.zone) for slot in clashing]
    words = slot_wording.gaps_text(settings.group_name, whats, f"{settings.dashboard_url}/rota")
    for person in people.with_hat(session, HatName.ORGANISER):
        if person.phone:
            messages.owe(session, MessageKind.NEWS, words, to=person, at=at)


# One day only


def add_once(
    session: Session, starts_at: datetime, ends_at: datetime, *, least: int, most: int, who: Person | None, at: datetime
) -> Slot:
    """A slot for one day, without a pattern. Raises `HelplineError`."""
    if who is not None:
        durations.check_organiser(who)
    patterns.check_least_and_most(least, most)
    slots.check_times(starts_at, ends_at, at=at)
    slot = Slot(day=_today(starts_at), starts_at=starts_at, ends_at=ends_at, least=least, most=most)
    session.add(slot)
    session.flush()
    adopt(session, slot)
    history.record(session, "slot.added", at=at, who=who.id if who else None, slot_id=slot.id)
    return slot
