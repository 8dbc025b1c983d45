"""Nuisance: somebody rings again and again. She is never refused; the line is slower for her, so that she wears nobody out.

A number that is withheld is one of many people's, so it slows all of those less.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline.calls import Call, Ending, Outcome
from helpline.sealed import keys_of

# Shorter than it takes to say what one rings for: the greeting and the menu alone are thirteen seconds.
SHORT = timedelta(seconds=20)
# Twice is a line that failed, three times somebody who lost heart; a fourth time within ten minutes is something else.
MANY, LATELY = 4, timedelta(minutes=10)
# Whoever answered has said so, which weighs more than a short call, and is remembered for longer.
SAID_SO, LONGER = 2, timedelta(hours=1)
# Long enough that ringing again is no sport, short enough for somebody in need to bear.
QUIET = timedelta(seconds=20)
QUIET_WITHHELD = timedelta(seconds=8)


@dataclass(frozen=True)
class Before:
    """An earlier call: when it came, how long it lasted (None while it is going on), and whether it was said to be a nuisance."""

    arrived_at: datetime
    lasted: timedelta | None
    nuisance: bool = False


def again_and_again(before: Iterable[Before], *, at: datetime) -> bool:
    """Whether these calls are so many and so short, or were said to be a nuisance so often, that another is slowed. Pure."""
    known = list(before)
    short = [one for one in known if one.arrived_at > at - LATELY and one.lasted is not None and one.lasted < SHORT]
    said = [one for one in known if one.nuisance and one.arrived_at > at - LONGER]
    return len(short) >= MANY or len(said) >= SAID_SO


def quiet_until(session: Session, call: Call, *, at: datetime) -> datetime | None:
    """Until when nobody is rung for a call, and after which one phone rings at a time; None for nearly everybody."""
    theirs = Call.phone_key.is_(None) if call.phone is None else Call.phone_key.in_(keys_of(call.phone))
    rows = session.execute(
        select(Call.arrived_at, Call.ended_at, Call.outcome)
        # One of our own who rings in is short because she knows the keys.
        .where(theirs, Call.arrived_at > at - LONGER, Call.id != call.id, Call.ending.is_distinct_from(Ending.OUR_OWN))
        .order_by(Call.arrived_at.desc())
        .limit(50)
    )
    before = [Before(came, gone - came if gone else None, outcome == Outcome.NUISANCE) for came, gone, outcome in rows]
    if not again_and_again(before, at=at):
        return None
    return at + (QUIET_WITHHELD if call.phone is None else QUIET)
