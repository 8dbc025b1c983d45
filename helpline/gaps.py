"""Gaps: the organisers are told of times on the rota with too few, in one text for all that come due together (`gap_stages`).

Nothing is told of a slot that is called off, or while the line is closed anyway. A gap that was filled and opens again is told of
again. A shift on its own, in no slot, is told of when its handler wants cover and nobody has it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import (
    closings,
    config,
    cover_wording,
    durations,
    gap_stages,
    history,
    hours,
    messages,
    might,
    opening,
    rota,
    sparing,
)
from helpline.db import lock
from helpline.gap_stages import Stage
from helpline.messages import MessageKind
from helpline.rota import S, Shift
from helpline.slots import Slot


@dataclass(frozen=True)
class Gap:
    """A slot with too few, or a shift of its own that nobody covers: how many are missing, how many are there."""

    of: Slot | Shift
    stage: Stage
    missing: int
    down: int


def found(session: Session, at: datetime) -> tuple[list[Gap], list[Slot]]:
    """What the organisers are to be told of now, soonest first; and the slots they were told of that have enough by now."""
    plan, zone, quiet = durations.of(session), config.current().zone, sparing.groups_quiet(session)
    soon = Slot.called_off_at.is_(None) & (Slot.starts_at <= at + plan.gap_early) & (Slot.ends_at > at)
    slots = session.scalars(select(Slot).where(soon).order_by(Slot.starts_at, Slot.id)).all()
    down = rota.there_for(session, slots)
    gaps, filled = [], []
    for slot in slots:
        stage = gap_stages.stage(slot.starts_at, slot.ends_at, at=at, plan=plan, quiet=quiet, zone=zone)
        if stage > slot.alarmed or slot.alarmed:
            there = [shift for shift in down[slot.id] if not _is_missing(session, shift, at=at)]
            since = _told_until(slot, there, at=at)
            missing = rota.missing(slot, there, at=since)
            if not missing:
                filled += [slot] if slot.alarmed else []
            elif stage > slot.alarmed and not is_closed(session, slot.starts_at, slot.ends_at, at=at):
                gaps.append(Gap(slot, stage, missing, rota.fewest_and_most(slot, there, at=since)[0]))
    return gaps + [Gap(shift, Stage.LATE, 1, 0) for shift in _alone(session, at)], filled


def _told_until(slot: Slot, there: Iterable[Shift], *, at: datetime) -> datetime:
    """Since when a gap is news: until somebody who is late from the beginning on is there, it was told as they said so."""
    since = max(at, slot.starts_at)
    late = (shift.starts_at for shift in there if shift.was_to_start_at is not None and shift.was_to_start_at <= since)
    return max([since, *late])


def _is_missing(session: Session, shift: Shift, *, at: datetime) -> bool:
    plan = durations.of(session)
    return gap_stages.counts_as_missing(shift.cover_wanted_at, shift.starts_at, at=at, plan=plan)


def _alone(session: Session, at: datetime) -> list[Shift]:
    """Shifts in no slot whose handler has waited for cover for a while."""
    wanted = (Shift.state == S.COVER_WANTED) & Shift.slot_id.is_(None) & Shift.cover_alarmed_at.is_(None)
    rows = session.scalars(select(Shift).where(wanted, Shift.ends_at > at).order_by(Shift.starts_at, Shift.id)).all()
    night = sparing.groups_quiet(session).holds(at, config.current().zone)
    near = at + durations.of(session).cover_near
    return [
        shift
        for shift in rows
        if _is_missing(session, shift, at=at)
        and (not night or shift.starts_at <= near)
        and not is_closed(session, shift.starts_at, shift.ends_at, at=at)
    ]


def is_closed(session: Session, starts_at: datetime, ends_at: datetime, *, at: datetime) -> bool:
    """Whether nobody can be reached in all of a time, by the hours or because the line was closed."""
    since = max(starts_at, at)
    closing = closings.now(session, at)
    if closing is not None:
        since = max(since, closing.until)
    plan = hours.plan(session)
    opens = opening.opens_next(plan.week, plan.closed_days, since, config.current().zone)
    return since >= ends_at or opens is None or opens >= ends_at


def due(session: Session, at: datetime) -> Sequence[int]:
    """Whether there is anything to tell, or to tell again should it come back; one telling is for everything."""
    return [1] if any(found(session, at)) else []


def tell(session: Session, _: int, at: datetime) -> None:
    """Tell every organiser, once for each gap and stage, however many clocks see it: each row is held and looked at again."""
    gaps, filled = found(session, at)
    for row in sorted([*filled, *(gap.of for gap in gaps)], key=lambda one: (isinstance(one, Shift), one.id)):
        lock(session, row)
    gaps, filled = found(session, at)
    for slot in filled:
        slot.alarmed = Stage.NONE
    for gap in gaps:
        if isinstance(gap.of, Slot):
            gap.of.alarmed = gap.stage
            history.record(session, "slot.alarmed", at=at, slot_id=gap.of.id)
        else:
            gap.of.cover_alarmed_at = at
            history.record(session, "shift.alarmed", at=at, shift_id=gap.of.id, person_id=gap.of.person_id)
    session.flush()
    begun = [gap for gap in gaps if gap.stage == Stage.BEGUN]
    _text(session, begun, begun=True, at=at)
    _text(session, [gap for gap in gaps if gap not in begun], begun=False, at=at)


def _text(session: Session, gaps: Sequence[Gap], *, begun: bool, at: datetime) -> None:
    if not gaps:
        return
    settings = config.current()
    told = [
        (cover_wording.when(gap.of.starts_at, gap.of.ends_at, settings.zone, now=at), gap.missing, gap.down)
        for gap in gaps
    ]
    make = cover_wording.begun_text if begun else cover_wording.gap_text
    words = make(settings.group_name, told, f"{settings.dashboard_url}/rota")
    for person in might.organisers(session, at):
        messages.owe(session, MessageKind.NEWS, words, to=person, at=at)
