"""Wrap-up: the minutes after a conversation in which its handler is not rung, to write it down.

It is over when the request or outcome is saved, when its handler says so (by key, by text, on the desk), or when the time is up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, durations, rings
from helpline.calls import Call
from helpline.db import only_looked_at
from helpline.people import Person
from helpline.rings import Ring


@dataclass(frozen=True)
class WrapUp:
    """What somebody is writing down, and until when. `back` when they had rung the resident back."""

    call: Call
    until: datetime
    back: bool = False


def of(session: Session, person: Person, *, at: datetime) -> WrapUp | None:
    """What somebody is writing down now: the later of their last call and their last call-back."""
    call = calls.to_wrap_up(session, person, at)
    ring = session.scalar(
        select(Ring)
        .where(only_looked_at(Ring.person_id) == person.id, Ring.wrap_up_until > at)
        .order_by(Ring.wrap_up_until.desc())
        .limit(1)
    )
    rang = [session.get_one(Call, ring.call_id)] if ring is not None and ring.call_id is not None else []
    return latest([call] if call is not None else [], [ring] if ring is not None else [], rang)


def latest(had: Iterable[Call], rang: Iterable[Ring], about: Iterable[Call]) -> WrapUp | None:
    """The later of the calls somebody had, and of those they rang back `about`, that they are still writing down. Pure."""
    calls_of = {call.id: call for call in about}
    found = [WrapUp(call, call.wrap_up_until) for call in had if call.wrap_up_until]
    found += [
        WrapUp(calls_of[ring.call_id], ring.wrap_up_until, back=True)
        for ring in rang
        if ring.call_id is not None and ring.wrap_up_until is not None
    ]
    return max(found, key=lambda one: one.until, default=None)


def begin_after_ringing_back(session: Session, ring: Ring, *, spoke: bool, at: datetime) -> None:
    """The resident they rang back is gone, or never answered, which leaves nothing to write. Told again, no time begins again."""
    written = session.get_one(Call, ring.call_id).written_down
    if ring.wrap_up_until is None:
        ring.wrap_up_until = at + durations.of(session).wrap_up if spoke and not written else at


def ready(session: Session, person: Person, *, at: datetime) -> bool:
    """They have finished writing, and may be rung again. False when nothing was being written down."""
    wrapping = of(session, person, at=at)
    if wrapping is None:
        return False
    calls.ready(session, wrapping.call, who=person, at=at)
    rings.wrapped_up(session, person.id, at=at)
    return True
