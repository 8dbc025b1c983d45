"""When ringing cannot be arranged: the queue, the worker, the clock or the carrier's answer is away, and she waits for nothing.

Her own leg then rings handlers, one at a time: slower, but answered. After each she is back in the queue, where the ordinary
road goes on as soon as it can.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpline import line, rings
from helpline.calls import C, Call
from helpline.people import Person
from helpline.rings import R, Ring, RingKind

PATIENCE = timedelta(seconds=10)
# The carrier answers a worker within ten seconds, or the worker waits no longer: then whoever has a ring in hand is gone.
IN_HAND = timedelta(seconds=20)


def stuck(session: Session, call: Call, *, at: datetime) -> bool:
    """Whether her own leg should ring somebody, as nobody else does."""
    return _late(session, call, at=at) is not None or _left(session, call, at=at) is not None


def ring_next(session: Session, call: Call, *, at: datetime) -> Ring | None:
    """Whom her own leg rings now, claimed so that no worker dials them too; None when the ordinary road is open again."""
    ring = _late(session, call, at=at)
    if ring is None:
        person = _left(session, call, at=at)
        ring = next(iter(line.ring_if_free(session, person, call, kind=RingKind.TAKE, at=at)), None) if person else None
    if ring is None or not rings.claim(session, ring, at=at):
        return None
    ring.kind = RingKind.ONE_AT_A_TIME
    rings.LIFE.move(ring, R.RINGING)
    rings.cancel_others(session, call.id, except_id=ring.id, at=at)
    return ring


def _late(session: Session, call: Call, *, at: datetime) -> Ring | None:
    """A ring that has been owed for ten seconds and not dialled, when no other phone sounds for this call; else None."""
    live = [ring for ring in rings.of_call(session, call.id) if ring.state in rings.LIVE]
    if call.state != C.WAITING or any(_may_sound(ring, at) for ring in live):
        return None
    late = (ring for ring in live if ring.state == R.OWED and ring.asked_at <= at - PATIENCE)
    return next((ring for ring in late if line.wanted(session, ring, at=at)), None)


def _may_sound(ring: Ring, at: datetime) -> bool:
    in_hand = ring.state == R.DIALLING and ring.claimed_at is not None and ring.claimed_at > at - IN_HAND
    return in_hand or ring.state in {R.RINGING, R.ANSWERED}


def _left(session: Session, call: Call, *, at: datetime) -> Person | None:
    """Who is free and rung by nobody, as the carrier does not tell us whether it rings those whom we ask it to ring."""
    if any(ring.state in rings.LIVE for ring in rings.of_call(session, call.id)):
        return None
    if line.next_to_ring(session, call, at=at):
        return None
    ids = line.next_to_ring(session, call, at=at, from_her_leg=True)
    return session.get_one(Person, ids[0]) if ids else None
