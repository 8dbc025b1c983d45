"""Slots that are called off, and brought back, with the shifts of those who were down for them.

A day that is closed, by a bank holiday or by an organiser, calls off the slots that begin on it: a slot that only ends on such a
day, or is partly outside the opening hours, stays. The clock sees what `hours.plan` says, so it is no matter how a day came to be
closed. Whoever was down for a slot is told by text, either way.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import config, cover, durations, history, hours, messages, regulars, rota, slot_wording
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.gap_stages import Stage
from helpline.messages import MessageKind
from helpline.people import HatName, Person
from helpline.rota import LIFE, S, Shift
from helpline.slots import Slot, Why


def call_off(
    session: Session, slot: Slot, *, why: Why, who: Person | None, at: datetime, tell: bool = True
) -> list[Shift]:
    """Call a slot off before it begins, and tell whoever was down for it; the answer is their shifts. Once is enough: of one whose
    day is closed only the reason is another from now on, so that it stays off when the day is opened.

    `who` is an organiser, or None when the clock does it; without `tell` it is the caller who tells (`tell_of_all`). Raises
    `HelplineError` when it has begun.
    """
    if who is not None:
        durations.check_organiser(who)
    lock(session, slot)
    if slot.is_called_off:
        slot.called_off_why = why if slot.called_off_why == Why.CLOSED else slot.called_off_why
        return []
    if slot.starts_at <= at:
        raise HelplineError("That shift has begun, so it cannot be called off.")
    slot.called_off_at, slot.called_off_why = at, why
    session.flush()
    told = [shift for shift in rota.down_for(session, [slot])[slot.id] if LIFE.win(session, shift, S.CALLED_OFF)]
    for shift in told if tell else ():
        _tell(session, shift, slot_wording.called_off_text(config.current().group_name, cover.on_day(shift)), at=at)
    history.record(session, "slot.called_off", at=at, who=who.id if who else None, slot_id=slot.id)
    return told


def bring_back(session: Session, slot: Slot, *, who: Person | None, at: datetime) -> list[Shift]:
    """A slot is on after all, and so are the shifts that were called off with it, unless their handlers have another by now or
    it is at another time. Whoever keeps its pattern and never was down for it is put down.

    Whoever is down for it again is told; the answer is their shifts. Raises `HelplineError` when it would have begun, or the
    line is closed that day.
    """
    if who is not None:
        durations.check_organiser(who)
    lock(session, slot)
    if not slot.is_called_off:
        return []
    if slot.starts_at <= at:
        raise HelplineError("That shift would have begun already.")
    if slot.day in hours.plan(session).closed_days:
        raise HelplineError("The line is closed that day. Open the day first, under Settings.")
    slot.called_off_at, slot.called_off_why, slot.alarmed = None, None, Stage.NONE
    session.flush()
    back = []
    for shift in _with_it(session, slot):
        if _can_again(session, shift, slot) and LIFE.win(
            session, shift, S.KEPT, cover_wanted_at=None, confirmed_at=None
        ):
            back.append(shift)
        else:
            LIFE.win(session, shift, S.LEFT)
    if slot.pattern is not None:
        today = at.astimezone(config.current().zone).date()
        regulars.fill(session, slot, regulars.of_patterns(session, [slot.pattern], today=today)[slot.pattern.id], at=at)
    for shift in back:
        settings = config.current()
        _tell(
            session,
            shift,
            slot_wording.back_text(settings.group_name, cover.on_day(shift), f"{settings.dashboard_url}/rota"),
            at=at,
        )
    history.record(session, "slot.brought_back", at=at, who=who.id if who else None, slot_id=slot.id)
    return back


def _with_it(session: Session, slot: Slot) -> Sequence[Shift]:
    gone = select(Shift).where(Shift.slot_id == slot.id, Shift.state == S.CALLED_OFF)
    return session.scalars(gone.order_by(Shift.id)).all()


def _can_again(session: Session, shift: Shift, slot: Slot) -> bool:
    """Whether it falls into its slot still, and whoever was down for it answers the line and has made no other plans with us."""
    inside = slot.starts_at <= shift.starts_at and shift.ends_at <= slot.ends_at
    answers = shift.person.wears(HatName.HANDLER, HatName.ORGANISER)
    return inside and answers and rota.is_free(session, shift.person, shift.starts_at, shift.ends_at)


def _tell(session: Session, shift: Shift, words: str, *, at: datetime) -> None:
    if shift.person.phone:
        messages.owe(session, MessageKind.NEWS, words, to=shift.person, at=at)


def tell_of_all(session: Session, given: Iterable[Shift], *, at: datetime) -> None:
    """Tell each of those whose shifts were called off together, by one text."""
    theirs: dict[int, list[Shift]] = defaultdict(list)
    for shift in given:
        theirs[shift.person_id].append(shift)
    group = config.current().group_name
    for mine in theirs.values():
        first = min(mine, key=lambda shift: shift.starts_at)
        words = (
            slot_wording.called_off_text(group, cover.on_day(first))
            if len(mine) == 1
            else slot_wording.all_called_off_text(group, cover.on_day(first), len(mine))
        )
        _tell(session, first, words, at=at)


# Closed days


def out_of_step(session: Session, at: datetime) -> Sequence[int]:
    """Slots to come that are on though their day is closed, or called off by a day that is closed no more."""
    today = at.astimezone(config.current().zone).date()
    closed = sorted(day for day in hours.plan(session).closed_days if day >= today)
    to_come = Slot.starts_at > at
    to_close = Slot.called_off_at.is_(None) & Slot.day.in_(closed)
    to_open = (Slot.called_off_why == Why.CLOSED) & Slot.day.not_in(closed)
    return session.scalars(select(Slot.id).where(to_come, to_close | to_open).order_by(Slot.starts_at)).all()


def fall_in(session: Session, slot_id: int, at: datetime) -> None:
    """Make a slot what its day is: once, however many clocks see it."""
    slot = session.get(Slot, slot_id)
    if slot is None or slot.starts_at <= at:
        return
    lock(session, slot)
    closed = slot.day in hours.plan(session).closed_days
    if closed and not slot.is_called_off:
        call_off(session, slot, why=Why.CLOSED, who=None, at=at)
    elif not closed and slot.called_off_why == Why.CLOSED:
        bring_back(session, slot, who=None, at=at)
