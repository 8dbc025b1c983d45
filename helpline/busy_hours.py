"""Busy hours: how many rang in each hour, counted once when the day is over, so that no page ever reads the calls.

A row holds counts and times alone, and outlives what it was counted from. Twelve weeks of them make the forecast (`forecast`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Date, UniqueConstraint, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import calls, clock, closings, config, durations, forecast, hours, opening, rota, spans
from helpline.calls import Call
from helpline.db import Base
from helpline.forecast import WEEK, Forecast, History, Seen
from helpline.spans import A_DAY, Span

LOOKED_AT = timedelta(weeks=12)
# Every call of the day before is over by then, and written down.
COUNTED_AT = time(4)
# Days that are counted in one sweep, when there are many to catch up with.
AT_MOST = 7


class BusyHour(Base):
    """One hour of one day by the wall clock: two hours long where the clocks go back, and none where they skip it.

    `calls` asked to talk; those `answered` were held for so many seconds in all, writing down included; the line was `open` for
    so many.
    """

    __tablename__ = "busy_hours"
    __table_args__ = (UniqueConstraint("day", "hour"), CheckConstraint("hour BETWEEN 0 AND 23", name="hour"))

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date())
    hour: Mapped[int]
    calls: Mapped[int]
    answered: Mapped[int]
    held: Mapped[int]
    open: Mapped[int]


@dataclass(frozen=True)
class Came:
    """A call that asked to talk, and how long it kept its handler; None when nobody answered."""

    at: datetime
    held: timedelta | None


def count(came: Iterable[Came], open_for: Sequence[Span], day: date, zone: ZoneInfo) -> list[dict[str, int]]:
    """The 24 hours of a day there. Pure."""
    told = [{"hour": hour, "calls": 0, "answered": 0, "held": 0, "open": 0} for hour in range(24)]
    for span in spans.hours_of(day, zone):
        open_then = spans.length(spans.within([span], open_for))
        told[span[0].astimezone(zone).hour]["open"] += int(open_then.total_seconds())
    for call in came:
        row = told[call.at.astimezone(zone).hour]
        row["calls"] += 1
        if call.held is not None:
            row["answered"] += 1
            row["held"] += int(call.held.total_seconds())
    return told


def due(session: Session, at: datetime) -> Sequence[int]:
    """The days that are over and not counted yet, as ordinals, oldest first and a week at a time."""
    here = clock.local(at, config.current().zone)
    latest = here.date() - (A_DAY if here.time() >= COUNTED_AT else 2 * A_DAY)
    before = session.scalar(select(func.max(BusyHour.day)))
    if before is None:
        first_call = session.scalar(select(func.min(Call.arrived_at)))
        if first_call is None:
            return []
        before = clock.local(first_call, config.current().zone).date() - A_DAY
    first = max(before + A_DAY, latest - LOOKED_AT)
    return range(first.toordinal(), min(latest.toordinal() + 1, first.toordinal() + AT_MOST))


def make(session: Session, ordinal: int, at: datetime) -> None:
    """Count a day, once however many clocks tick."""
    del at
    day, zone = date.fromordinal(ordinal), config.current().zone
    rows = [{"day": day, **row} for row in count(_came(session, day, zone), _open_for(session, day, zone), day, zone)]
    try:
        with session.begin_nested():
            session.execute(insert(BusyHour), rows)
    except IntegrityError:  # another clock was first
        return


def _came(session: Session, day: date, zone: ZoneInfo) -> list[Came]:
    since, until = spans.of_day(day, zone)
    over = func.coalesce(Call.wrap_up_until, Call.ended_at)
    asked_to_talk = Call.waiting_since.is_not(None)
    found = session.execute(
        select(Call.arrived_at, Call.taken_at, Call.talking_at, over).where(
            Call.arrived_at >= since, Call.arrived_at < until, asked_to_talk
        )
    )
    return [Came(arrived_at, _held(taken_at, talking_at, over)) for arrived_at, taken_at, talking_at, over in found]


def _held(taken_at: datetime | None, talking_at: datetime | None, over: datetime | None) -> timedelta | None:
    """From the key that took it; from when they first talked, when it was taken again by somebody it was handed to."""
    if taken_at is None or talking_at is None or over is None:
        return None
    return min(max(over - min(taken_at, talking_at), timedelta()), calls.LONGEST_CALL)


def _open_for(session: Session, day: date, zone: ZoneInfo) -> list[Span]:
    """When the line was open on a day: somebody was on shift, the hours said so, and nobody had closed it."""
    whole = spans.of_day(day, zone)
    served = [(shift.starts_at, shift.ends_at) for shift in rota.between(session, *whole)]
    plan = hours.plan(session)
    if not plan.is_always:
        served = spans.within(served, _opening(plan, whole, zone))
    return spans.within(spans.without(served, closings.between(session, *whole)), [whole])


def _opening(plan: hours.Plan, whole: Span, zone: ZoneInfo) -> list[Span]:
    found = []
    for begins, ends in opening.stretches(plan.week, plan.closed_days, whole[0], zone):
        if begins >= whole[1]:
            break
        found.append((begins, ends or whole[1]))
    return found


def history(session: Session, *, at: datetime) -> History:
    """What the last twelve weeks say of each hour of the week."""
    first = clock.local(at, config.current().zone).date() - LOOKED_AT
    columns = BusyHour.day, BusyHour.hour, BusyHour.calls, BusyHour.answered, BusyHour.held, BusyHour.open
    found = session.execute(select(*columns).where(BusyHour.day >= first, BusyHour.open > 0)).all()
    came, open_for = [0] * WEEK, [0] * WEEK
    for day, hour, many, _, _, seconds in found:
        place = day.weekday() * 24 + hour
        came[place] += many
        open_for[place] += seconds
    return History(
        [Seen(many, seconds / 3600) for many, seconds in zip(came, open_for, strict=True)],
        weeks=min(LOOKED_AT // timedelta(weeks=1), len({row.day - row.day.weekday() * A_DAY for row in found})),
        answered=sum(row.answered for row in found),
        held=timedelta(seconds=sum(row.held for row in found)),
    )


def forecast_of(session: Session, *, at: datetime) -> Forecast:
    """How many handlers each hour of the week needs, as the group wants its callers answered."""
    return forecast.made_of(history(session, at=at), durations.of(session))
