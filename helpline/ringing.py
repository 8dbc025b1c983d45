"""The ring plan: which handlers to ring for a waiting call, now. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from helpline.defaults import Durations

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
REST = timedelta(seconds=10)


@dataclass(frozen=True)
class Handler:
    """A handler on shift, who `speaks` the caller's language or not. Not free while talking, wrapping up, paused, or being rung."""

    person_id: int
    free: bool
    last_answered_at: datetime | None = None
    speaks: bool = True


@dataclass(frozen=True)
class Rung:
    """A ring already made for this call: `over_at` is None while it is live."""

    person_id: int
    over_at: datetime | None = None


def width(waited: timedelta, durations: Durations) -> int:
    """How many phones may ring at once for one caller: two, and one more for every eight seconds waited, or as the group says."""
    return durations.first_rings + int(waited / durations.widen)


def next_to_ring(
    handlers: Sequence[Handler], rungs: Sequence[Rung], *, waited: timedelta, at: datetime, durations: Durations
) -> list[int]:
    """Whom to ring now: those rung least for this call first, then who speaks its language, then who answered longest ago.

    A miss rests ten seconds.
    """
    live = sum(1 for rung in rungs if rung.over_at is None)
    tried = {handler.person_id: [rung for rung in rungs if rung.person_id == handler.person_id] for handler in handlers}

    def rested(handler: Handler) -> bool:
        return all(rung.over_at is not None and rung.over_at + REST <= at for rung in tried[handler.person_id])

    def turn(handler: Handler) -> tuple[int, bool, datetime, int]:
        rung = len(tried[handler.person_id])
        return rung, not handler.speaks, handler.last_answered_at or LONG_AGO, handler.person_id

    ready = sorted((handler for handler in handlers if handler.free and rested(handler)), key=turn)
    return [handler.person_id for handler in ready[: max(0, width(waited, durations) - live)]]
