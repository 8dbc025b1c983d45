"""The clock: every 250 ms, and as soon as something has happened, it sweeps what is due and puts what is owed into the queue.

The row is the outbox. `queued_at` only spaces things out: a row that was put in the queue and is still owed a while later
(the queue lost it, or was away) is put in again, and the job's claim makes a second one harmless. So is one that was put in later
than now: the computer's time has been put back.

Several clocks may tick, on as many machines: they mark what is due in turn, so that together they keep the pace of one.
"""

import signal
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpline import errands, history, logs, pulse
from helpline.calls import Call
from helpline.db import Database
from helpline.errands import Errand, ErrandState
from helpline.messages import M, Message, MessageKind
from helpline.people import Way
from helpline.requests import HelpRequest
from helpline.rings import R, Ring, RingKind
from helpline.wording import Urgency
from workers import sweeps
from workers.house import Tower

log = logs.get("workers")

TICK = 0.25
LOOK = 0.05
"""Seconds between one look at whether anything has happened and the next: one question, of one number."""
AGAIN = timedelta(seconds=5)
AT_MOST = 200
Owed = type[Ring] | type[Message] | type[Errand]
OWED: tuple[Owed, ...] = (Ring, Message, Errand)


def tick(house: Tower, *, since: datetime | None = None) -> datetime:
    """One tick: deadlines first, then the queue. `since` is when the tick before was, and the answer when this one is."""
    at = house.clock()
    sweeps.sweep(house.database, at, since=since)
    enqueue(house, house.clock())
    return at


def enqueue(house: Tower, at: datetime) -> None:
    """Put what is due into the queue, after its `queued_at` is committed: rings paced and longest wait first, then the rest."""
    with house.database.reading() as session:
        if not any(_all_due(session, house, at)):
            return
    with house.database.transaction() as session:
        pulse.hold(session)
        due = _all_due(session, house, at)  # another clock may have been first
        for owed, ids in zip(OWED, due, strict=True):
            if ids:
                session.execute(update(owed).where(owed.id.in_(ids)).values(queued_at=at))
    try:
        for queue, job, ids in zip(("ringing", "sending", "sending"), ("dial", "say", "run"), due, strict=True):
            _put(Queue(queue, connection=house.redis), job, ids)
    except RedisError:
        house.queue_news.hear(away=True)
    else:
        if any(due):
            house.queue_news.hear(away=False)


def _put(queue: Queue, job: str, ids: Sequence[int]) -> None:
    for row_id in ids:
        queue.enqueue_call(f"workers.jobs.{job}", args=(row_id,), result_ttl=0, failure_ttl=3600, ttl=60)


def _all_due(session: Session, house: Tower, at: datetime) -> tuple[Sequence[int], ...]:
    pace = house.settings
    rings = _due_rings(session, pace.calls_per_second, at)
    return rings, due_messages(session, pace.messages_per_second, at), _due_errands(session, at)


def _due_rings(session: Session, calls_per_second: float, at: datetime) -> Sequence[int]:
    """Rings due now, as many as the carrier lets out: `CALLS_PER_SECOND`, longest wait first."""
    room = _room(session, Ring, calls_per_second, at)
    if not room:
        return []
    # For any other ring nobody waits but whoever asked for it; how long its caller once waited is no matter.
    waits_since = case((Ring.kind == RingKind.TAKE, Call.waiting_since), else_=Ring.asked_at)
    rows = (
        select(Ring.id)
        .outerjoin(Call, Call.id == Ring.call_id)
        .where(Ring.state == R.OWED, Ring.due_at <= at, _not_just_queued(Ring, at))
        .order_by(case((Ring.kind == RingKind.TELL, 1), else_=0), waits_since, Ring.asked_at, Ring.id)
        .limit(room)
    )
    return session.scalars(rows).all()


def _room(session: Session, owed: Owed, per_second: float, at: datetime) -> int:
    """How many more the carrier lets out now, beside what was put in the queue lately."""
    burst = max(1, int(per_second))
    window = timedelta(seconds=burst / per_second)
    lately = (
        session.scalar(select(func.count()).where(owed.queued_at > at - window, owed.queued_at <= at + window)) or 0
    )
    return max(0, burst - lately)


# Whoever signs in waits for the code; then what is urgent; then whoever waits for words, and what is for today; then the rest.
_TURN = case(
    (Message.kind == MessageKind.SIGN_IN_CODE, 0),
    (HelpRequest.urgency == Urgency.NOW, 1),
    (Message.kind != MessageKind.OFFER, 2),
    (HelpRequest.urgency == Urgency.TODAY, 2),
    else_=3,
)


def due_messages(session: Session, messages_per_second: float, at: datetime) -> Sequence[int]:
    """Texts due now, as many as the carrier lets out: `MESSAGES_PER_SECOND`, the most urgent first, and then the oldest request."""
    room = _room(session, Message, messages_per_second, at)
    if not room:
        return []
    since = func.coalesce(HelpRequest.created_at, Message.created_at)
    rows = (
        select(Message.id)
        .outerjoin(HelpRequest, HelpRequest.id == Message.request_id)
        .where(Message.state == M.OWED, Message.due_at <= at, _not_just_queued(Message, at))
        .where(Message.way != Way.VOICE)  # for those a telephone is rung (`spoken`)
        .order_by(_TURN, since, Message.due_at, Message.id)
        .limit(room)
    )
    return session.scalars(rows).all()


def _due_errands(session: Session, at: datetime) -> Sequence[int]:
    # One that takes long is marked ahead, by whoever has it in hand.
    free = _not_just_queued(Errand, at, ahead=2 * errands.IN_HAND)
    rows = select(Errand.id).where(Errand.state == ErrandState.OWED, Errand.due_at <= at, free)
    return session.scalars(rows.order_by(Errand.due_at, Errand.id).limit(AT_MOST)).all()


def _not_just_queued(owed: Owed, at: datetime, *, ahead: timedelta = AGAIN) -> ColumnElement[bool]:
    return or_(owed.queued_at.is_(None), owed.queued_at <= at - AGAIN, owed.queued_at > at + ahead)


class _Asked:
    to_stop = False


def _stop(*_: object) -> None:
    _Asked.to_stop = True


def run(house: Tower) -> None:
    """Tick until SIGTERM, which lets the tick in hand be finished. One that fails is logged and the next comes all the same."""
    signal.signal(signal.SIGTERM, _stop)
    since = None
    while not _Asked.to_stop:
        started, seen = time.monotonic(), newest(house.database)
        try:
            since = tick(house, since=since)
        except Exception:  # the clock must not stop
            log.exception("a tick failed")
        rest(house.database, seen, until=started + TICK)


def newest(database: Database) -> int | None:
    """The newest event; None when the database does not say, and the next tick will say why."""
    try:
        with database.reading() as session:
            return history.latest(session)
    except SQLAlchemyError:
        return None


def rest(database: Database, seen: int | None, *, until: float) -> None:
    """Until the next tick is due, by `time.monotonic`, or something has happened after `seen`: it may be that a ring is owed.

    Nothing depends on it: what is not noticed here is found by the next tick.
    """
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(LOOK, left))
        if newest(database) != seen:
            return
