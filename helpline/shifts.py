"""What handlers do with shifts: take, leave, ask for cover, take over, exchange. Each is one transaction, whoever else is as fast.

Nobody is told anything here: who texts whom is decided above (`called_off` for what is called off). Every verb writes an event
with `slot_id`, `shift_id`, who did it (`who`) and whose shift it is (`person_id`), so that the story of a shift can be told.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from helpline import history, rota
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.rota import LIFE, S, Shift
from helpline.slots import Slot, Why

OVER = "That shift is over."
BEGUN = "That shift has begun. End your shift on the desk instead."
NOT_YOURS = "That is somebody else's shift."
NO_MORE = "That shift is no longer yours."
CALLED_OFF = {
    Why.CLOSED: "The line is closed that day, so nobody is needed.",
    Why.PATTERN: "That time is no longer on the rota.",
    Why.ORGANISER: "That shift was called off.",
}


def take(session: Session, slot: Slot, *, who: Person, at: datetime, by: Person | None = None) -> Shift:
    """Put somebody down for a slot; `by` whom, when an organiser does it for them. Of one that is on already they have the rest.

    Raises `HelplineError` when it is over, called off or full, when they are no handler, or when they have a shift then. Two who
    want the last place at once: the first has it, and the other hears that it is full.
    """
    lock(session, slot)
    check_open(slot, at=at)
    rota.check_handler(who)
    down = rota.down_for(session, [slot])[slot.id]
    own = by is None or by.id == who.id
    if any(shift.person_id == who.id and shift.ends_at > at for shift in down):
        raise HelplineError("You are down for that shift already." if own else "They are down for that shift already.")
    if not rota.room(slot, down, at=at):
        raise HelplineError("That shift is full: somebody was faster.")
    starts_at = max(slot.starts_at, at)
    if own and not rota.is_free(session, who, starts_at, slot.ends_at):
        raise HelplineError("You have another shift at that time.")
    shift = rota.write(session, who, starts_at=starts_at, ends_at=slot.ends_at, slot=slot)
    _record(session, "shift.taken", shift, who=by or who, at=at)
    return shift


def leave(session: Session, shift: Shift, *, who: Person, at: datetime) -> None:
    """Give a shift up before it begins, so that its slot has a gap. Whoever would rather keep it until somebody else says yes
    asks for cover instead (`want_cover`).

    `who` is its handler or an organiser. Raises `HelplineError` when it has begun, or is theirs no longer.
    """
    _check(shift, who=who)
    if shift.starts_at <= at:
        raise HelplineError(OVER if shift.ends_at <= at else BEGUN)
    if not LIFE.win(session, shift, S.LEFT):
        raise HelplineError(NO_MORE)
    _record(session, "shift.left", shift, who=who, at=at)


def confirm(session: Session, shift: Shift, *, who: Person, at: datetime) -> None:
    """Somebody says that they will be there; a wish for cover is withdrawn by it."""
    _check(shift, who=who)
    if shift.state == S.COVER_WANTED:
        keep(session, shift, who=who, at=at)
    lock(session, shift)
    if not shift.is_live:
        raise HelplineError(NO_MORE)
    if shift.confirmed_at is None:
        shift.confirmed_at = at
        session.flush()
        _record(session, "shift.confirmed", shift, who=who, at=at)


# Cover


def want_cover(session: Session, shift: Shift, *, who: Person, at: datetime) -> bool:
    """Ask for somebody else. The shift stays its handler's until somebody takes it over; one that is on may be asked cover for.

    False when cover is wanted already. Raises `HelplineError` when it is over, or theirs no longer.
    """
    _check(shift, who=who)
    if shift.ends_at <= at:
        raise HelplineError(OVER)
    won = LIFE.win(session, shift, S.COVER_WANTED, cover_wanted_at=at, confirmed_at=None)
    if not won and not shift.is_live:
        raise HelplineError(NO_MORE)
    if won:
        _record(session, "shift.cover_wanted", shift, who=who, at=at)
    return won


def keep(session: Session, shift: Shift, *, who: Person, at: datetime) -> None:
    """Withdraw the wish for cover; without one it is no matter. Raises `HelplineError` when somebody has taken it over."""
    _check(shift, who=who)
    if shift.state == S.COVER_WANTED and LIFE.win(session, shift, S.KEPT, cover_wanted_at=None):
        _record(session, "shift.kept", shift, who=who, at=at)
    elif not shift.is_live:
        raise HelplineError(f"{shift.person.first_name or 'Somebody'}'s shift is somebody else's now.")


def take_over(session: Session, shift: Shift, *, who: Person, at: datetime) -> Shift:
    """Take a shift whose handler asked for cover: the first has it, and the answer is the taker's own shift.

    Of one that is on, its handler was on until now and the taker is from now on. Raises `HelplineError` when somebody was
    faster, when cover is wanted no longer, when it is over, or when the taker is no handler or has a shift then.
    """
    rota.check_handler(who)
    if who.id == shift.person_id:
        raise HelplineError("That is your own shift. Keep it instead.")
    lock(session, shift)
    if shift.state != S.COVER_WANTED:
        raise HelplineError(_no_longer_wanted(shift))
    if shift.ends_at <= at:
        raise HelplineError(OVER)
    starts_at, ends_at = max(shift.starts_at, at), shift.ends_at
    with session.begin_nested():
        if shift.starts_at < at:  # its handler keeps what is behind them, and cannot start it again
            LIFE.win(session, shift, S.KEPT, ends_at=at, was_to_end_at=None)
        else:
            LIFE.win(session, shift, S.PASSED_ON)
        taken = rota.write(session, who, starts_at=starts_at, ends_at=ends_at, slot=shift.slot)
    _record(session, "shift.passed_on", shift, who=who, at=at)
    _record(session, "shift.taken", taken, who=who, at=at)
    return taken


def exchange(session: Session, one: Shift, other: Shift, *, who: Person, at: datetime) -> tuple[Shift, Shift]:
    """Two handlers swap two shifts: both at once or not at all. The answer is the new shift of each, `one`'s handler first.

    Whoever says yes last is `who`; that both did is for the caller to know. Raises `HelplineError` when either has begun or is
    theirs no longer, when they are the same handler's, or when one of them has another shift then.
    """
    if one.person_id == other.person_id:
        raise HelplineError("Both are the same person's shifts.")
    if any(shift.starts_at <= at for shift in (one, other)):
        raise HelplineError("One of the two shifts has begun, so they cannot be swapped.")
    first, second = one.person, other.person
    for person in (first, second):
        rota.check_handler(person)
    with session.begin_nested():
        for shift in sorted((one, other), key=lambda shift: shift.id):
            if not LIFE.win(session, shift, S.PASSED_ON):
                raise HelplineError(f"{shift.person.first_name or 'Somebody'} does not have that shift any more.")
        mine = _write_instead(session, first, other)
        theirs = _write_instead(session, second, one)
    for old, new in ((other, mine), (one, theirs)):
        _record(session, "shift.passed_on", old, who=who, at=at)
        _record(session, "shift.taken", new, who=who, at=at)
    return mine, theirs


def _write_instead(session: Session, who: Person, shift: Shift) -> Shift:
    if not rota.is_free(session, who, shift.starts_at, shift.ends_at):
        raise HelplineError(f"{who.first_name or 'Somebody'} has another shift at that time.")
    return rota.write(session, who, starts_at=shift.starts_at, ends_at=shift.ends_at, slot=shift.slot)


# What all of them ask


def check_open(slot: Slot, *, at: datetime) -> None:
    """Raises `HelplineError` when nobody can be put down for a slot."""
    if slot.called_off_why is not None:
        raise HelplineError(CALLED_OFF[slot.called_off_why])
    if slot.ends_at <= at:
        raise HelplineError(OVER)


def _check(shift: Shift, *, who: Person) -> None:
    if shift.person_id != who.id and not who.wears(HatName.ORGANISER):
        raise HelplineError(NOT_YOURS)


def _no_longer_wanted(shift: Shift) -> str:
    name = shift.person.first_name or "Its handler"
    if shift.state == S.KEPT:
        return f"{name} does not need cover any more. Thank you all the same."
    if shift.state == S.PASSED_ON:
        return "Somebody was faster. Thank you all the same."
    return "That shift is no longer on the rota."


def _record(session: Session, what: str, shift: Shift, *, who: Person, at: datetime) -> None:
    session.flush()
    history.record(
        session, what, at=at, who=who.id, person_id=shift.person_id, shift_id=shift.id, slot_id=shift.slot_id
    )
