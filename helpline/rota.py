"""The rota: who is down for what, who is on, and who is next.

A shift's start and end are wall-clock times made into instants when it is written down (`clock.instant`, `clock.meant`), so a night
shift across a clock change is as long as that night really is. Taking, leaving and passing on are in `shifts`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import durations, history, slots
from helpline.db import Base
from helpline.errors import HelplineError
from helpline.people import Hat, HatName, Person
from helpline.slots import Slot
from helpline.states import Life, StateText, check


class ShiftState(StrEnum):
    """The life of a shift."""

    KEPT = "kept"
    COVER_WANTED = "cover_wanted"
    LEFT = "left"
    PASSED_ON = "passed_on"
    CALLED_OFF = "called_off"


S = ShiftState
LIVE = (S.KEPT, S.COVER_WANTED)
LIFE = Life(
    "shift",
    {
        S.KEPT: frozenset({S.COVER_WANTED, S.LEFT, S.PASSED_ON, S.CALLED_OFF}),
        # It is theirs until somebody else has said yes.
        S.COVER_WANTED: frozenset({S.KEPT, S.LEFT, S.PASSED_ON, S.CALLED_OFF}),
        # Its slot was called off and is brought back, when they have other plans by then or not.
        S.CALLED_OFF: frozenset({S.KEPT, S.LEFT}),
    },
)
IN_A_MOMENT = timedelta(minutes=15)
"""Whoever starts that little before a slot with too few comes for it."""
TAKEN_TWICE = "They already have a shift at that time."


class Shift(Base):
    """One handler is down to answer the line from `starts_at` until `ends_at`, usually within a slot.

    1. `kept`: they are down for it. 2. `cover_wanted`: they cannot, and it stays theirs until somebody else takes it over.
    3. `left`, `passed_on` or `called_off`: it counts nowhere any more, and the row tells what was.
    Whoever takes it over, or swaps, has a row of their own. Who ends a shift early makes `ends_at` earlier, and `was_to_end_at`
    remembers until when they may start again. What they held then is handed over once (`handovers`). Who will be late makes
    `starts_at` later, and `was_to_start_at` remembers since when the organisers know.
    Of one in no slot that nobody covers the organisers were told at `cover_alarmed_at`.
    The database refuses a live shift that shares a moment with another of the same handler (migration 0023).
    """

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forwards"),
        check("state", ShiftState, name="state"),
        Index(None, "ends_at", "starts_at"),
        Index(None, "slot_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slots.id"))
    state: Mapped[ShiftState] = mapped_column(StateText(ShiftState), default=S.KEPT, server_default=S.KEPT)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    was_to_start_at: Mapped[datetime | None]
    was_to_end_at: Mapped[datetime | None]
    cover_wanted_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    cover_alarmed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")
    slot: Mapped[Slot | None] = relationship()

    @property
    def is_live(self) -> bool:
        """Whether somebody is down for it: a shift whose cover is wanted is still theirs."""
        return self.state in LIVE


IS_LIVE = Shift.state.in_(LIVE)
# Whoever has put the hat down is not rung for what is left on the rota: that is a gap.
ANSWERS = (
    select(Hat.id)
    .where(Hat.person_id == Shift.person_id, Hat.name.in_([HatName.HANDLER, HatName.ORGANISER]))
    .correlate(Shift)
    .exists()
)


# Who is on


def on_duty(shifts: Iterable[Shift], at: datetime) -> list[Shift]:
    """The shifts that are on at an instant: the first is included, the last is not. Pure."""
    return [shift for shift in shifts if shift.starts_at <= at < shift.ends_at]


def on_now(session: Session, at: datetime) -> list[Shift]:
    """The shifts that are on, longest still to go first; one for each handler."""
    rows = session.scalars(
        select(Shift)
        .where(IS_LIVE, ANSWERS, Shift.starts_at <= at, Shift.ends_at > at)
        .order_by(Shift.ends_at.desc(), Shift.id)
    )
    return one_each(on_duty(rows, at))


def one_each(shifts: Iterable[Shift]) -> list[Shift]:
    """Of several shifts of one handler the first. Pure."""
    best: dict[int, Shift] = {}
    for shift in shifts:
        best.setdefault(shift.person_id, shift)
    return list(best.values())


def between(session: Session, start: datetime, end: datetime) -> list[Shift]:
    """The shifts that are on at any time from one instant to another, in the order they start."""
    return list(session.scalars(wanted(start, end).order_by(Shift.starts_at, Shift.id)))


def wanted(start: datetime, end: datetime) -> Select[Shift]:
    """A question for them."""
    return select(Shift).where(IS_LIVE, Shift.ends_at > start, Shift.starts_at < end)


def shift_of(session: Session, person: Person, at: datetime) -> Shift | None:
    """The shift somebody is on, if they are on."""
    return next((shift for shift in on_now(session, at) if shift.person_id == person.id), None)


def next_shift_of(session: Session, person: Person, at: datetime) -> Shift | None:
    """The next shift somebody has, after this instant."""
    return session.scalar(
        select(Shift)
        .where(IS_LIVE, Shift.person_id == person.id, Shift.starts_at > at)
        .order_by(Shift.starts_at)
        .limit(1)
    )


def next_shifts_of(session: Session, person: Person, at: datetime, *, most: int = 3) -> list[Shift]:
    """The shift somebody is on, and those that come next."""
    theirs = select(Shift).where(IS_LIVE, Shift.person_id == person.id, Shift.ends_at > at)
    return list(session.scalars(theirs.order_by(Shift.starts_at).limit(most)))


def next_on(session: Session, at: datetime) -> list[Shift]:
    """The shifts that start together next, after this instant; empty when nobody is down for any."""
    first = session.scalar(
        select(Shift.starts_at).where(IS_LIVE, Shift.starts_at > at).order_by(Shift.starts_at).limit(1)
    )
    if first is None:
        return []
    return list(session.scalars(select(Shift).where(IS_LIVE, Shift.starts_at == first).order_by(Shift.id)))


def shifts_of(session: Session, person: Person, start: datetime, end: datetime) -> list[Shift]:
    """Somebody's shifts that are on at any time from one instant to another, in the order they start."""
    theirs = select(Shift).where(IS_LIVE, Shift.person_id == person.id, Shift.ends_at > start, Shift.starts_at < end)
    return list(session.scalars(theirs.order_by(Shift.starts_at, Shift.id)))


def is_free(
    session: Session, person: Person, starts_at: datetime, ends_at: datetime, *, but: Iterable[Shift] = ()
) -> bool:
    """Whether somebody has no shift that shares a moment with a time; `but` these, which they are about to give up."""
    given_up = {shift.id for shift in but}
    return all(shift.id in given_up for shift in shifts_of(session, person, starts_at, ends_at))


# Slots, and who is down for them


def down_for(session: Session, given: Iterable[Slot]) -> dict[int, list[Shift]]:
    """Who is down for each of some slots, by its id; whoever wants cover still is."""
    found: dict[int, list[Shift]] = defaultdict(list)
    ids = [slot.id for slot in given]
    for shift in session.scalars(select(Shift).where(IS_LIVE, ANSWERS, Shift.slot_id.in_(ids)).order_by(Shift.id)):
        found[shift.slot_id or 0].append(shift)
    return found


def there_for(session: Session, given: Sequence[Slot]) -> dict[int, list[Shift]]:
    """Who answers the line in some slots, by its id: who is down for it, and whoever is on then without a slot."""
    if not given:
        return {}
    begins, ends = min(slot.starts_at for slot in given), max(slot.ends_at for slot in given)
    there = session.scalars(wanted(begins, ends).where(ANSWERS).order_by(Shift.id)).all()
    return {slot.id: [one for one in at_the_time_of(slot, there) if one.slot_id in (slot.id, None)] for slot in given}


def at_the_time_of(slot: Slot, shifts: Iterable[Shift]) -> list[Shift]:
    """Of some shifts those that share a moment with a slot. Pure."""
    return [shift for shift in shifts if shift.starts_at < slot.ends_at and shift.ends_at > slot.starts_at]


def fewest_and_most(slot: Slot, down: Iterable[Shift], *, at: datetime) -> tuple[int, int]:
    """How many handlers a slot has at its emptiest and at its fullest moment, from an instant on. Pure.

    Who is down for a part of it only, or ended their shift early, leaves a gap for the rest.
    """
    since = max(at, slot.starts_at)
    there = [shift for shift in down if shift.is_live]
    moments = {since} | {at for shift in there for at in (shift.starts_at, shift.ends_at) if since < at < slot.ends_at}
    on = [len({shift.person_id for shift in on_duty(there, moment)}) for moment in moments]
    return min(on), max(on)


def missing(slot: Slot, down: Iterable[Shift], *, at: datetime) -> int:
    """How many more handlers a slot needs: its gap. None is missing from one that is called off or over. Pure."""
    if slot.is_called_off or slot.ends_at <= at:
        return 0
    return max(0, slot.least - fewest_and_most(slot, down, at=at)[0])


def room(slot: Slot, down: Iterable[Shift], *, at: datetime) -> int:
    """How many more handlers may take a slot. Pure."""
    if slot.is_called_off or slot.ends_at <= at:
        return 0
    return max(0, slot.most - fewest_and_most(slot, down, at=at)[1])


# Being put on it


def check_handler(person: Person) -> None:
    """Raises `HelplineError` unless they answer the line."""
    if not person.wears(HatName.HANDLER, HatName.ORGANISER):
        raise HelplineError("Only handlers can be on the rota.")


def write(
    session: Session, person: Person, *, starts_at: datetime, ends_at: datetime, slot: Slot | None = None
) -> Shift:
    """Put somebody on the rota, whether or not the slot has room: `shifts.take` asks that.

    Raises `HelplineError` when they are already on it then, or it ends before it starts. The database says so as well.
    """
    if ends_at <= starts_at:
        raise HelplineError("The shift ends before it starts.")
    if not is_free(session, person, starts_at, ends_at):
        raise HelplineError(TAKEN_TWICE)
    shift = Shift(person=person, starts_at=starts_at, ends_at=ends_at, slot=slot, state=S.KEPT)
    try:
        with session.begin_nested():
            session.add(shift)
    except IntegrityError:  # somebody put them on a moment ago
        raise HelplineError(TAKEN_TWICE) from None
    return shift


def start_now(session: Session, who: Person, *, at: datetime) -> Shift:
    """Start answering the line at once.

    Whoever ended their shift early, or left it, is on until its end again; whoever comes as a slot has too few, or begins with too
    few in a moment, is down for it until its end; anybody else is on for two hours (`durations`). None longer than until their own
    next shift begins.
    """
    already = shift_of(session, who, at)
    if already is not None:
        return already
    ends_at, slot = if_started(session, who, at)
    shift = write(session, who, starts_at=at, ends_at=ends_at, slot=slot)
    history.record(session, "shift.started", at=at, who=who.id, person_id=who.id, shift_id=shift.id)
    return shift


def if_started(session: Session, who: Person, at: datetime) -> tuple[datetime, Slot | None]:
    """Until when somebody would be on, and in which slot, if they started now."""
    ended = _ended_early(session, who, at)
    if ended:
        until, slot = ended.was_to_end_at or ended.ends_at, ended.slot
    else:
        slot = _short_now(session, at)
        until = slot.ends_at if slot else at + durations.of(session).shift
    following = next_shift_of(session, who, at)
    until = until if following is None else min(until, following.starts_at)
    return until, slot if slot is not None and slot.starts_at < until else None


def _short_now(session: Session, at: datetime) -> Slot | None:
    """The slot with too few that is on, or begins in a moment."""
    soon = [slot for slot in slots.between(session, at, at + IN_A_MOMENT) if not slot.is_called_off]
    there = there_for(session, soon)
    return next((slot for slot in soon if missing(slot, there[slot.id], at=at)), None)


def _ended_early(session: Session, who: Person, at: datetime) -> Shift | None:
    """The shift somebody would still be on, had they not ended or left it."""
    ended = IS_LIVE & (Shift.was_to_end_at > at) & (Shift.ends_at <= at)
    left = (Shift.state == S.LEFT) & (Shift.ends_at > at)
    mine = select(Shift).where(Shift.person_id == who.id, Shift.starts_at <= at, ended | left)
    found = session.scalar(mine.order_by(Shift.starts_at.desc(), Shift.id.desc()).limit(1))
    return None if found is None or (found.slot is not None and found.slot.is_called_off) else found


def end_now(session: Session, who: Person, *, at: datetime) -> None:
    """Stop ringing somebody for the rest of their shift; a call they are on goes on. `start_now` takes it back."""
    shift = shift_of(session, who, at)
    if shift is not None:
        cut_short(session, shift, who=who, at=at)


def cut_short(session: Session, shift: Shift, *, who: Person, at: datetime) -> None:
    """A shift that is on ends now, says its handler, or an organiser who takes their hat off."""
    if shift.starts_at == at:
        LIFE.move(shift, S.LEFT)
    else:
        shift.was_to_end_at, shift.ends_at = shift.was_to_end_at or shift.ends_at, at
    session.flush()
    history.record(session, "shift.ended", at=at, who=who.id, person_id=shift.person_id, shift_id=shift.id)
