"""Deadlines: columns that the clock sweeps, each in a transaction of its own so that one bad row spares the rest.

What is pressing is looked for in every tick; what is to be forgotten, every ten seconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpline import (
    ahead,
    away,
    busy_hours,
    called_off,
    calls,
    comparing,
    cover,
    delivery,
    desk_items,
    errands,
    follow_ups,
    found_words,
    gaps,
    handovers,
    ledger,
    line,
    logs,
    moving_on,
    nudges,
    pulse,
    referrals,
    reminders,
    repeating,
    retention,
    rings,
    spoken,
    swaps,
    taking,
    tallies,
    thanks,
)
from helpline.calls import C, Call
from helpline.db import Database, lock
from helpline.desk_items import DeskItem, ItemState
from helpline.errands import ErrandKind
from helpline.messages import M, Message
from helpline.offers import O, Offer
from helpline.people import Way
from helpline.rings import R, Ring

log = logs.get("workers")

Find = Callable[[Session, datetime], Sequence[int]]
Deal = Callable[[Session, int, datetime], None]
AN_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
NOW_AND_THEN = timedelta(seconds=10)


@dataclass(frozen=True)
class Sweep:
    """What to look for, how each is dealt with, and how often: in every tick unless said otherwise."""

    find: Find
    deal: Deal
    every: timedelta | None = None

    def is_due(self, at: datetime, *, since: datetime | None) -> bool:
        """Whether one of its times has come since the tick before; at the start, when there was none, it always has."""
        if self.every is None or since is None:
            return True
        return (at - AN_EPOCH) // self.every != (since - AN_EPOCH) // self.every


def waiting_calls(session: Session, at: datetime) -> Sequence[int]:
    """Callers waiting for whom it is time to ring more handlers."""
    return [call.id for call in calls.waiting(session) if line.next_to_ring(session, call, at=at)]


def widen(session: Session, call_id: int, at: datetime) -> None:
    """Ring more handlers for a waiting call, if it is time."""
    line.ring_round(session, session.get_one(Call, call_id), at=at)


def forgotten_calls(session: Session, at: datetime) -> Sequence[int]:
    """Calls that must be over though nobody told us: every report of their end may have come while we were down."""
    live = Call.state.in_(calls.LIFE.sources(C.ENDED))
    return session.scalars(select(Call.id).where(live, Call.arrived_at <= at - rings.LONGEST_LEG)).all()


def give_up(session: Session, call_id: int, at: datetime) -> None:
    """It ends as if she had rung off now, so that its handler is free and what is owed is on the desk."""
    calls.finish(session, session.get_one(Call, call_id), at=at)


def _silent(at: datetime) -> Select[int]:
    dead = (Ring.state == R.DIALLING) & (Ring.claimed_at <= at - line.UNCLAIMED)
    lost = Ring.state.in_([R.RINGING, R.ANSWERED]) & rings.long_over(at)
    unwanted = (Ring.state == R.OWED) & (Ring.kind == rings.RingKind.TAKE) & (Call.state != C.WAITING)
    return select(Ring.id).outerjoin(Call, Call.id == Ring.call_id).where(dead | lost | unwanted)


def silent_rings(session: Session, at: datetime) -> Sequence[int]:
    """Rings in hand too long, legs we stopped hearing of, and rings owed for a call that waits no longer."""
    return session.scalars(_silent(at)).all()


def settle_ring(session: Session, ring_id: int, at: datetime) -> None:
    """A dead worker's ring is unknown, a leg without news is missed, an owed ring for a call that is over is cancelled."""
    ring = session.get_one(Ring, ring_id)
    lock(session, ring)
    if session.scalar(_silent(at).where(Ring.id == ring_id)) is None:
        return  # another clock was first, or there is news of it
    if ring.state == R.DIALLING:
        line.unknown(session, ring, at=at, why=line.DIED)
    elif ring.state == R.OWED:
        rings.end(session, ring, R.CANCELLED, at=at)
    else:
        line.missed(session, ring, R.MISSED, at=at, why="no news of the leg")


def _stuck(at: datetime) -> Select[int]:
    in_hand = (Message.state == M.SENDING) & (Message.way != Way.VOICE)  # of those the ring tells
    return select(Message.id).where(in_hand, Message.claimed_at <= at - line.UNCLAIMED)


def stuck_messages(session: Session, at: datetime) -> Sequence[int]:
    """Messages that a worker took in hand and never finished."""
    return session.scalars(_stuck(at)).all()


def settle_message(session: Session, message_id: int, at: datetime) -> None:
    """We cannot know whether it was sent."""
    message = session.get_one(Message, message_id)
    lock(session, message)
    if session.scalar(_stuck(at).where(Message.id == message_id)) is not None:
        delivery.unknown(session, message, at=at, why=line.DIED)


def lapse(session: Session, offer_id: int, at: datetime) -> None:
    """An offer's time is up."""
    offer = session.get_one(Offer, offer_id)
    lock(session, offer.request)
    lock(session, offer)
    if offer.state == O.OPEN and offer.lapses_at <= at:
        taking.time_is_up(session, offer, at=at)


def tell(session: Session, message_id: int, at: datetime) -> None:
    """Somebody is rung, to be told something."""
    spoken.ring(session, session.get_one(Message, message_id), at=at)


def not_told(session: Session, message_id: int, at: datetime) -> None:
    """They were rung, and heard nothing of it."""
    spoken.not_told(session, session.get_one(Message, message_id), at=at)


def stop_ringing(session: Session, ring_id: int, at: datetime) -> None:
    """What they are rung about has moved on."""
    spoken.no_longer(session, session.get_one(Ring, ring_id), at=at)


def leases(session: Session, at: datetime) -> Sequence[int]:
    """Desk items held too long."""
    return session.scalars(
        select(DeskItem.id).where(DeskItem.state == ItemState.CLAIMED, DeskItem.held_until <= at)
    ).all()


def release(session: Session, item_id: int, at: datetime) -> None:
    """Anybody's again."""
    item = session.get_one(DeskItem, item_id)
    lock(session, item)
    if item.held_until is not None and item.held_until <= at:
        desk_items.release(session, item, at=at)


def not_comparing(session: Session, at: datetime) -> Sequence[int]:
    """Whether the comparison with the carrier's lists is owed at all: at the very first start it is not."""
    del at
    return [] if errands.was_owed(session, ErrandKind.COMPARE, comparing.EVERYTHING) else [1]


def begin_comparing(session: Session, _: int, at: datetime) -> None:
    """From now on it is owed for ever."""
    comparing.begin(session, at=at)


def one_pulse(session: Session, at: datetime) -> Sequence[int]:
    """There is one pulse, and it always wants to be beaten."""
    del session, at
    return [1]


def beat(session: Session, _: int, at: datetime) -> None:
    """Say that the clock ticks."""
    pulse.beat(session, at=at)


SWEEPS = (
    Sweep(one_pulse, beat, pulse.BEAT),
    Sweep(not_comparing, begin_comparing, NOW_AND_THEN),
    Sweep(waiting_calls, widen),
    Sweep(forgotten_calls, give_up),
    Sweep(silent_rings, settle_ring),
    Sweep(stuck_messages, settle_message),
    Sweep(spoken.moved_on, stop_ringing),
    Sweep(spoken.untold, not_told),
    Sweep(spoken.due, tell),
    Sweep(taking.overdue, lapse),
    Sweep(moving_on.waiting, moving_on.morning),
    Sweep(away.beginning, moving_on.leave),
    Sweep(repeating.due, repeating.make, NOW_AND_THEN),
    Sweep(moving_on.with_nobody, moving_on.find_somebody, NOW_AND_THEN),
    Sweep(leases, release),
    Sweep(ahead.due, ahead.make, NOW_AND_THEN),
    Sweep(reminders.due, reminders.remind, NOW_AND_THEN),
    Sweep(cover.waiting, cover.go_on, NOW_AND_THEN),
    Sweep(swaps.over, swaps.settle, NOW_AND_THEN),
    Sweep(gaps.due, gaps.tell, NOW_AND_THEN),
    Sweep(called_off.out_of_step, called_off.fall_in, NOW_AND_THEN),
    Sweep(handovers.over, handovers.shift_over),
    Sweep(handovers.untold, handovers.tell, NOW_AND_THEN),
    Sweep(handovers.alarming, handovers.alarm),
    Sweep(nudges.due, nudges.see),
    Sweep(follow_ups.due, follow_ups.put, NOW_AND_THEN),
    Sweep(referrals.due, referrals.put, NOW_AND_THEN),
    Sweep(ledger.due, ledger.make, NOW_AND_THEN),
    Sweep(busy_hours.due, busy_hours.make, NOW_AND_THEN),
    Sweep(found_words.missing, found_words.fill, NOW_AND_THEN),
    Sweep(tallies.due, tallies.make, NOW_AND_THEN),
    Sweep(thanks.due, thanks.say, NOW_AND_THEN),
    *(Sweep(rule.find, rule.forget, NOW_AND_THEN) for rule in retention.RULES),
)


def _found(session: Session, one: Sweep, at: datetime) -> Sequence[int]:
    try:
        return one.find(session, at)
    except Exception:  # one that cannot look must not stop the others
        log.exception("what is due could not be looked for", sweep=one.deal.__name__)
        session.rollback()
        session.connection()  # but when the database is away none of them can
        return ()


def sweep(database: Database, at: datetime, *, since: datetime | None = None, sweeps: Sequence[Sweep] = SWEEPS) -> None:
    """Deal with everything whose time has come. Looking takes no lock; dealing looks again.

    `since` is the instant of the tick before, from which it follows what is looked for now: nothing need be remembered.
    """
    with database.reading() as session:
        session.connection()
        due = [one for one in sweeps if one.is_due(at, since=since)]
        found = [(one.deal, thing_id) for one in due for thing_id in _found(session, one, at)]
    for deal, thing_id in found:
        try:
            with database.transaction() as session:
                deal(session, thing_id, at)
        except Exception:  # one bad row must not stop the clock
            log.exception("something due could not be dealt with", sweep=deal.__name__, row=thing_id)
