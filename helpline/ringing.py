"""The ring plan: which handlers to ring for a waiting call, now. Pure.

Two handlers begin, the second ten seconds after the first, and one more follows every eight seconds (`docs/decisions/0010`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from helpline.defaults import Durations

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
REST = timedelta(seconds=10)
# How long somebody who has picked up is trusted to be about to press 1; an answerphone keeps nobody waiting for longer.
PRESSING = timedelta(seconds=6)


@dataclass(frozen=True)
class Handler:
    """A handler on shift, who `speaks` the caller's language or not. Not free while talking, wrapping up, paused, or being rung."""

    person_id: int
    free: bool
    last_answered_at: datetime | None = None
    speaks: bool = True


@dataclass(frozen=True)
class Rung:
    """A ring already made for this call: `over_at` is None while it is live, `answered_at` until it was picked up."""

    person_id: int
    over_at: datetime | None = None
    answered_at: datetime | None = None


def width(waited: timedelta, durations: Durations) -> int:
    """How many phones may ring at once for one caller: those that begin, one after the other, and then one more each time."""
    begun = 1 + int(waited / durations.next_first_ring)
    if begun < durations.first_rings:
        return begun
    all_begun = (durations.first_rings - 1) * durations.next_first_ring
    return durations.first_rings + max(0, int((waited - all_begun) / durations.widen))


def turn(handler: Handler) -> tuple[bool, datetime, int]:
    """Who comes before whom: who speaks the caller's language, then who answered longest ago."""
    return not handler.speaks, handler.last_answered_at or LONG_AGO, handler.person_id


def next_to_ring(
    handlers: Sequence[Handler], rungs: Sequence[Rung], *, waited: timedelta, at: datetime, durations: Durations
) -> list[int]:
    """Whom to ring now: those rung least for this call first, then who speaks its language, then who answered longest ago.

    A miss rests ten seconds. Nobody more is rung while somebody who has just picked up hears what it is.
    """
    live = [rung for rung in rungs if rung.over_at is None]
    if any(rung.answered_at is not None and at < rung.answered_at + PRESSING for rung in live):
        return []
    tried = {handler.person_id: [rung for rung in rungs if rung.person_id == handler.person_id] for handler in handlers}

    def rested(handler: Handler) -> bool:
        return all(rung.over_at is not None and rung.over_at + REST <= at for rung in tried[handler.person_id])

    ready = [handler for handler in handlers if handler.free and rested(handler)]
    ready.sort(key=lambda handler: (len(tried[handler.person_id]), turn(handler)))
    return [handler.person_id for handler in ready[: max(0, width(waited, durations) - len(live))]]
