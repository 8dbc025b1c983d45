"""When a talk comes apart: whose legs are still there, and what is asked of the carrier then.

Two legs that talk are apart when either asks us what follows. Which of them went, the carrier tells of each leg only: a leg that
hung up says so itself (its last page, or its report), and one that did not is still asking. So nothing is concluded from one leg
about the other: hers says that she is here, the handler's says that they are.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, errands, history, rings
from helpline.calls import LIFE, NOTHING_NEXT, WITH_NOBODY, C, Call, NextStep
from helpline.errands import ErrandKind
from helpline.rings import R, Ring, RingKind


def leg_of(session: Session, call: Call) -> Ring | None:
    """The leg of whoever has this call: the last ring that took it."""
    return session.scalar(
        select(Ring)
        .where(Ring.call_id == call.id, Ring.kind.in_(rings.FOR_A_CALLER), Ring.state == R.TOOK)
        .order_by(Ring.id.desc())
        .limit(1)
    )


def holds(session: Session, call: Call, ring: Ring) -> bool:
    """Whether a leg is that of whoever has this call: somebody it was handed over from has it no longer."""
    leg = leg_of(session, call)
    return leg is not None and leg.id == ring.id and call.handler_id == ring.person_id


def is_here(session: Session, call: Call) -> bool:
    """Whether her handler's leg is still up, as far as we have heard."""
    leg = leg_of(session, call)
    return leg is not None and leg.over_at is None and leg.leg_over_at is None


def third(session: Session, call: Call) -> Ring | None:
    """The leg of a coordinator who has pressed 1 to join, and has not hung up."""
    return session.scalar(
        select(Ring)
        .where(Ring.call_id == call.id, Ring.kind == RingKind.JOIN, Ring.state == R.TOOK, Ring.over_at.is_(None))
        .order_by(Ring.id.desc())
        .limit(1)
    )


def move(session: Session, call: Call, sid: str | None, *, at: datetime) -> None:
    """Owe the moving of a leg to the page that says what follows for it; one that was owed before is not wanted any more."""
    call.moves += 1
    session.flush()
    if sid:
        errands.owe(session, ErrandKind.MOVE_LEG, f"{sid}.{call.moves}", at=at)


def where_to(session: Session, subject: str) -> str | None:
    """The page that a leg is to be moved to; None when it no longer is, so that an errand done late or twice breaks nothing."""
    sid, _, number = subject.partition(".")
    ring = session.scalar(select(Ring).where(Ring.sid == sid))
    call = session.get(Call, ring.call_id) if ring else session.scalar(select(Call).where(Call.sid == sid))
    if call is None or str(call.moves) != number:
        return None
    if ring is None:
        alone = call.state == C.INTRODUCED and third(session, call) is None
        return "/ivr/voice/next" if call.state == C.PARTED or alone else None
    return f"/ivr/rings/{ring.id}/next" if call.next_step is not None and holds(session, call, ring) else None


def handler_gone(session: Session, call: Call, ring: Ring, *, at: datetime) -> bool:
    """The leg of whoever has this call is over. False when it is nothing to this call, or somebody else goes on with it.

    Her own leg may be over too, which we may not have heard of: she is asked, and whoever is not there does not answer.
    """
    if not holds(session, call, ring):
        return False
    joined = third(session, call)
    if call.state == C.TOGETHER and joined is not None:
        return introduced(session, call, at=at)
    if call.state == C.TOGETHER:
        move(session, call, call.sid, at=at)  # she may be alone in the room
    elif call.state == C.HELD and call.handing_at is not None:
        return _on_to_the_next(session, call, at=at)
    elif joined is not None and call.next_step == NextStep.TOGETHER:
        return False  # her own leg comes to the coordinator by itself
    return call.state in {C.TALKING, C.HELD, C.TOGETHER} and parted(session, call, at=at)


def _on_to_the_next(session: Session, call: Call, *, at: datetime) -> bool:
    """Whoever handed her over did not wait for it to be taken: she waits, first in line, and the phones go on ringing."""
    if not LIFE.win(session, call, C.WAITING, waits_again_since=at, **WITH_NOBODY, **NOTHING_NEXT):
        return False
    history.record(session, "call.waiting", at=at, call_id=call.id)
    return True


def parted(session: Session, call: Call, *, at: datetime) -> bool:
    """Whom she talked to is gone and she may not be: whether they had finished, she is asked. The wrap-up begins, or goes on."""
    until = calls.wraps_up_until(session, call, at=at)
    if not LIFE.win(session, call, C.PARTED, apart_at=at, wrap_up_until=until, **NOTHING_NEXT):
        return False
    rings.cancel_others(session, call.id, except_id=None, at=at)
    history.record(session, "call.parted", at=at, who=call.handler_id, call_id=call.id)
    return True


def not_met(session: Session, call: Call) -> None:
    """Whoever was about to be put through to her never was: unless she had talked before, she has talked to nobody."""
    if call.talking_at is not None and call.taken_at is not None and call.talking_at >= call.taken_at:
        call.talking_at = call.apart_at = None
        session.flush()


def introduced(session: Session, call: Call, *, at: datetime) -> bool:
    """The handler has left the two to talk, and may write it down."""
    until = calls.wraps_up_until(session, call, at=at)
    if not LIFE.win(session, call, C.INTRODUCED, wrap_up_until=until, **NOTHING_NEXT):
        return False
    history.record(session, "call.introduced", at=at, who=call.handler_id, call_id=call.id)
    return True


def third_gone(session: Session, call: Call, *, at: datetime) -> None:
    """A coordinator's leg is over. If they were in the room with her, it is over, and her own leg asks what follows by itself."""
    if call.state == C.INTRODUCED:
        move(session, call, call.sid, at=at)
    if call.next_step == NextStep.TOGETHER:
        call.next_step = call.next_step_at = None
        session.flush()
    history.record(session, "call.third_gone", at=at, call_id=call.id)


def room_over(session: Session, call: Call, *, at: datetime) -> None:
    """The room she talked in is over, and she is on the line: back to her handler, or nobody is left."""
    if call.state == C.TOGETHER and is_here(session, call):
        if LIFE.win(session, call, C.TAKEN, taken_at=at, apart_at=at, **NOTHING_NEXT):
            history.record(session, "call.back", at=at, who=call.handler_id, call_id=call.id)
    elif call.state == C.TOGETHER:
        parted(session, call, at=at)
