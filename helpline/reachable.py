"""When somebody can be reached: the line is open, by its hours and with nobody's closing in the way, and a handler is on shift."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from helpline import closings, config, hours, opening, rota
from helpline.closings import Closing
from helpline.hours import Plan
from helpline.people import HatName

# The next week, and only when nobody is down for it, the next two months.
AHEAD = (timedelta(days=7), timedelta(days=60))


class Standing(StrEnum):
    """Whether the line is open, and what keeps it closed."""

    OPEN = "open"
    OUT_OF_HOURS = "out_of_hours"
    CLOSED_BY_US = "closed_by_us"


def standing(session: Session, at: datetime) -> Standing:
    """How the line stands at this instant, whoever is on."""
    return stands(closings.now(session, at), hours.plan(session), at)


def stands(closing: Closing | None, plan: Plan, at: datetime) -> Standing:
    """The same of a closing, if there is one, and the hours."""
    if closing is not None:
        return Standing.CLOSED_BY_US
    if plan.is_always or opening.is_open(plan.week, plan.closed_days, at, config.current().zone):
        return Standing.OPEN
    return Standing.OUT_OF_HOURS


def is_open(session: Session, at: datetime) -> bool:
    """Whether somebody who rings now may be put through at all."""
    return standing(session, at) == Standing.OPEN


def opens(session: Session, at: datetime) -> datetime | None:
    """When the line is open next, from now on and by its hours alone; None when no hours say so."""
    return opens_next(closings.now(session, at), hours.plan(session), at)


def opens_next(closing: Closing | None, plan: Plan, at: datetime) -> datetime | None:
    """The same of a closing, if there is one, and the hours."""
    since = max(at, closing.until) if closing else at
    return opening.opens_next(plan.week, plan.closed_days, since, config.current().zone)


def closes(session: Session, at: datetime) -> datetime | None:
    """When a line that is open now closes; None when it does not."""
    plan = hours.plan(session)
    return opening.closes_next(plan.week, plan.closed_days, at, config.current().zone)


def somebody_next(session: Session, at: datetime) -> datetime | None:
    """The first instant after this one at which the line is open and somebody is on shift; None when the rota does not say."""
    closing = closings.now(session, at)
    since = max(at, closing.until) if closing else at
    found = (_somebody(session, since, since + ahead, at) for ahead in AHEAD)
    return next((one for one in found if one is not None), None)


def _somebody(session: Session, since: datetime, until: datetime, at: datetime) -> datetime | None:
    plan, zone = hours.plan(session), config.current().zone
    best: datetime | None = None
    for shift in rota.between(session, since, until):
        if best is not None and shift.starts_at >= best:
            break
        if not shift.person.wears(HatName.HANDLER, HatName.ORGANISER):
            continue
        begins = max(since, shift.starts_at)
        opens_at = opening.opens_next(plan.week, plan.closed_days, begins, zone)
        # Whoever is on now and open would be rung now: they are paused, and nobody knows until when.
        if opens_at is not None and at < opens_at < shift.ends_at and (best is None or opens_at < best):
            best = opens_at
    return best


def told(session: Session, at: datetime) -> datetime | None:
    """What a caller is told of when to ring again: when somebody is there, or when it opens if the rota does not reach so far.

    Nothing is said of a line that is open already and for which nobody is down.
    """
    return somebody_next(session, at) or (None if is_open(session, at) else opens(session, at))
