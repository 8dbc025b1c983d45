"""Whom to ask to cover a shift, and how many at a time. Pure.

Whoever said beforehand that they could comes first; then those who speak what is needed; then those with the fewest hours on the
rota of late, so that it is not always the same. A few are asked at once, and the next few after a while, or as soon as all of them
have said no. Close to the shift everybody left is asked, and then at night too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpline.defaults import Durations

PRESSING = timedelta(minutes=10)
"""How long the next few wait when the shift is near."""
AT_ONCE = timedelta(hours=1)
"""So close to the shift everybody is asked together."""


@dataclass(frozen=True)
class Might:
    """Somebody who could cover: free then, not away, and not stopped. `quiet` in their own quiet hours now."""

    person_id: int
    of_late: timedelta = timedelta()
    offered: bool = False
    speaks: bool = True
    quiet: bool = False

    @property
    def turn(self) -> tuple[bool, bool, timedelta, int]:
        """Who comes first."""
        return not self.offered, not self.speaks, self.of_late, self.person_id


@dataclass(frozen=True)
class SoFar:
    """Who has been asked since cover was wanted, how many of them have not answered, and when the last was asked."""

    asked: frozenset[int] = frozenset()
    still_open: int = 0
    last_at: datetime | None = None


def is_near(starts_at: datetime, at: datetime, plan: Durations) -> bool:
    """Whether a shift begins so soon, or has begun, that somebody may be texted about it at night."""
    return starts_at - at <= plan.cover_near


def next_to_ask(
    might: Sequence[Might], so_far: SoFar, *, starts_at: datetime, at: datetime, plan: Durations
) -> list[int]:
    """Who is asked now, in turn; nobody while those who were asked may still answer."""
    near = is_near(starts_at, at, plan)
    if so_far.still_open and so_far.last_at is not None:
        wait = min(PRESSING, plan.cover_next) if near else plan.cover_next
        if at < so_far.last_at + wait:
            return []
    left = sorted((one for one in might if one.person_id not in so_far.asked), key=lambda one: one.turn)
    now = [one.person_id for one in left if near or not one.quiet]
    return now if starts_at - at <= AT_ONCE else now[: plan.cover_asks]
