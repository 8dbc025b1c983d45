"""What the carrier's own lists tell us that no report did: a call we never heard of, one whose end we missed, words left behind.

Reports are best effort, and while our door cannot be reached they are gone. So now and then the lists are read, and whatever
they know better is recorded by the verbs that a report would have come to. Reading them again changes nothing.

After a restore they also hold what the copy is too old to know, and what may have been acted on before it was lost (`restored`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpline import calls, errands, inbox, line, recordings, rings
from helpline.calls import C
from helpline.db import lock
from helpline.errands import Errand, ErrandKind
from helpline.people import Way
from helpline.rings import Ring

EVERY = timedelta(minutes=2)
EVERYTHING = "everything"
THE_COMPARISON = (Errand.kind == ErrandKind.COMPARE, Errand.subject == EVERYTHING)
# A leg may have begun this long before we look and be over only now.
LOOKS_BACK = rings.LONGEST_LEG
# What is over only just now is still being reported in the ordinary way.
SETTLES = timedelta(seconds=30)


@dataclass(frozen=True)
class LegSeen:
    """A leg in the carrier's list. `phone` is who rang us, None when withheld or when we rang; `ended_at` None while it lives.

    `seconds` is how long it lasted.
    """

    sid: str
    inbound: bool
    phone: str | None
    status: str
    ended_at: datetime | None
    seconds: int = 0


@dataclass(frozen=True)
class RecordingSeen:
    """A recording in the carrier's list, complete."""

    sid: str
    call_sid: str
    seconds: int


@dataclass(frozen=True)
class TextSeen:
    """A text to us in the carrier's list, sent `at` an instant."""

    sid: str
    at: datetime
    phone: str
    body: str
    way: Way = Way.TEXT


@dataclass(frozen=True)
class Seen:
    """Everything the carrier has of some time. Whoever rang or wrote first is first."""

    legs: tuple[LegSeen, ...] = ()
    recordings: tuple[RecordingSeen, ...] = ()
    texts: tuple[TextSeen, ...] = ()


def begin(session: Session, *, at: datetime) -> None:
    """Owe the comparison, which is then never done but always owed again."""
    errands.owe(session, ErrandKind.COMPARE, EVERYTHING, at=at + EVERY)


def restored(session: Session, *, at: datetime) -> None:
    """A copy was put back. The comparison still reaches back to when it was taken, and a person reads what was sent until now."""
    begin(session, at=at)
    session.execute(update(Errand).where(*THE_COMPARISON).values(restored_at=at))


def leg(session: Session, seen: LegSeen, *, at: datetime) -> None:
    """A leg the carrier knows: if it is over and we did not know, we do now."""
    if seen.status not in line.OVER or seen.ended_at is None or seen.ended_at > at - SETTLES:
        return
    if seen.inbound:
        _resident(session, seen, at=at)
        return
    ring = session.scalar(select(Ring).where(Ring.sid == seen.sid))
    if ring is not None and ring.over_at is None:
        line.leg_reported(session, ring, sid=seen.sid, status=seen.status, sequence=None, at=at)


def _resident(session: Session, seen: LegSeen, *, at: datetime) -> None:
    known = calls.find_call(session, seen.sid)
    call = known or calls.arrive(session, seen.sid, phone=seen.phone, at=at)
    lock(session, call)
    if call.state == C.ENDED and not calls.only_perhaps_put_through(call):
        return
    # Whom we greeted, and who rang off in the greeting, wanted nothing of us; whoever never reached us may have.
    greeted = known is not None and seen.seconds <= calls.LONGEST_GREETING.total_seconds()
    (calls.finish if greeted else calls.lost_sight)(session, call, at=at)


def recording(session: Session, seen: RecordingSeen, *, at: datetime) -> None:
    """Words left behind, of which neither the caller's own page nor the report could tell us."""
    if seen.seconds > 0 and not errands.was_owed(session, ErrandKind.FETCH_RECORDING, seen.sid):
        recordings.left(session, seen.call_sid, recording_sid=seen.sid, seconds=seen.seconds, at=at)


def text(session: Session, seen: TextSeen, *, at: datetime) -> None:
    """A text we never heard of is acted on as one that comes late; but what was lost with our rows may have been, long since."""
    restored_at = session.scalar(select(Errand.restored_at).where(*THE_COMPARISON))
    if restored_at is not None and seen.at <= restored_at:
        inbox.catch_up(session, seen.sid, phone=seen.phone, body=seen.body, sent_at=seen.at, way=seen.way, at=at)
    else:
        inbox.receive(session, seen.sid, phone=seen.phone, body=seen.body, way=seen.way, at=at)
