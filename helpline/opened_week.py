"""A week of the rota as one of us opens it: the week, who is on, what they have before them, and what waits. Asked at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import at_once, config, duty, hours, rota, slots, swaps, week
from helpline.asks import Ask
from helpline.duty import Duty
from helpline.people import Person
from helpline.rota import ANSWERS, IS_LIVE, Shift
from helpline.week import Ahead, Hand, Week

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OpenedWeek:
    """What was seen: `mine` is what they have before them, `hand` what they may put a hand up for."""

    week: Week
    there: Duty
    mine: list[Ahead]
    hand: Hand
    swaps: list[Ask]


def of(session: Session, person: Person, monday: date, *, at: datetime) -> OpenedWeek:
    """Open the week that begins on a Monday."""
    zone = config.current().zone
    starts, ends = (datetime.combine(day, time(), zone) for day in (monday, monday + timedelta(days=week.WEEK)))
    # Whoever is on in the night after it is in it as well.
    shown = select(Shift).where(IS_LIVE, Shift.ends_at > starts, Shift.starts_at < ends + A_DAY)
    given, there, answering, before, asked, others, soon, on, decided, days = at_once.ask(
        session,
        slots.wanted(starts, ends),
        shown,
        shown.where(ANSWERS),
        rota.wanted(at, at + week.AHEAD),
        swaps.waiting(person),
        select(Shift).where(Shift.id.in_(swaps.waiting(person).with_only_columns(Ask.other_id))),
        *duty.parts(at),
        *hours.PARTS,
    )
    down = {shift.id for shift in answering}
    laid_out = week.laid_out(
        monday,
        sorted(given, key=lambda slot: (slot.starts_at, slot.ends_at, slot.id)),
        _in_turn(shift for shift in there if shift.slot_id is None or shift.id in down),
        hours.know(session, decided, days).closed_days,
        at=at,
    )
    return OpenedWeek(
        laid_out,
        duty.told(at, soon, on),
        week.ahead_of(person, _in_turn(before)),
        week.hand_of(person, _in_turn(there), at=at),
        swaps.that_stand(asked) if others else [],
    )


def _in_turn(shifts: Iterable[Shift]) -> list[Shift]:
    return sorted(shifts, key=lambda shift: (shift.starts_at, shift.id))
