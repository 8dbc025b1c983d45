"""When ringing cannot be arranged: the queue, the worker or the clock is away, and a caller waits for phones that never sound.

Her own leg then rings handlers, one at a time: slower, but answered. After each she is back in the queue, where the ordinary
road goes on as soon as it can.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpline import line, rings
from helpline.calls import C, Call
from helpline.rings import R, Ring, RingKind

PATIENCE = timedelta(seconds=10)


def stuck(session: Session, call: Call, *, at: datetime) -> Ring | None:
    """A ring owed for ten seconds that nobody has even tried to dial, when no other phone sounds for this call; else None."""
    live = [ring for ring in rings.of_call(session, call.id) if ring.state in rings.LIVE]
    if call.state != C.WAITING or any(ring.state != R.OWED or ring.attempts for ring in live):
        return None
    late = (ring for ring in live if ring.asked_at <= at - PATIENCE and line.wanted(session, ring, at=at))
    return next(late, None)


def ring_next(session: Session, call: Call, *, at: datetime) -> Ring | None:
    """Whom her own leg rings now, claimed so that no worker dials them too; None when the ordinary road is open again."""
    ring = stuck(session, call, at=at)
    if ring is None or not rings.claim(session, ring, at=at):
        return None
    ring.kind = RingKind.ONE_AT_A_TIME
    rings.LIFE.move(ring, R.RINGING)
    rings.cancel_others(session, call.id, except_id=ring.id, at=at)
    return ring
