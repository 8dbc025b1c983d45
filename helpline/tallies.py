"""Tallies: how many of what there were on a day, counted once the day is over, so that no report ever reads a year of calls.

A row holds a count alone, of nobody, so it outlives what it was counted from and is kept. A day is counted early the next morning,
and once more a week later, when what came of it has been said (`counting`). Today is counted as it is looked at.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Date,
    Index,
    String,
    UniqueConstraint,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import clock, config, counting, spans
from helpline.calls import Call, Ending
from helpline.counting import Counts, Key, What
from helpline.db import Base
from helpline.requests import HelpRequest
from helpline.spans import A_DAY
from helpline.spreads import Spread

# Every call of the day before is over by then, and written down.
COUNTED_AT = time(4)
SETTLED_AFTER = timedelta(days=7)
# Days that are counted in one sweep, when there are many to catch up with: the clock has callers to look after meanwhile.
AT_MOST = 4
# Until then a page counts the day before for itself, as it does today; what is missing later is said to be.
LIVE_UNTIL = time(5)
ONCE, SETTLED = 1, 2
BY_DAY = (What.ASKED, What.ANSWERED, What.LOST, What.CALL)
# Endings that leave something to be done.
LATER = (Ending.CALL_BACK_OWED, Ending.MESSAGE_LEFT)


class Tally(Base):
    """How `many` of something there were on one local day: of `what`, by which `part`, and on which step of how long (`spreads`).

    Each day that is counted has one row of `day`, which says how often: once, or again when it was settled.
    """

    __tablename__ = "tallies"
    __table_args__ = (
        UniqueConstraint("day", "what", "part", "step"),
        # A year is added up from the index alone, which takes a third of the time.
        Index(None, "day", "what", "part", "step", "many"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date())
    what: Mapped[str] = mapped_column(String(16))
    part: Mapped[str] = mapped_column(String(40))
    step: Mapped[int]
    many: Mapped[int]


def due(session: Session, at: datetime) -> Sequence[int]:
    """The days to be counted, as ordinals: those never counted, newest first, and then those that have settled since."""
    here = clock.local(at, config.current().zone)
    latest = here.date() - (A_DAY if here.time() >= COUNTED_AT else 2 * A_DAY)
    first = first_day(session)
    if first is None:
        return []
    counted = _counted(session, first, latest)
    never = [day for back in range((latest - first).days + 1) if (day := latest - back * A_DAY) not in counted]
    again = [day for day, times in counted.items() if times < SETTLED and day < here.date() - SETTLED_AFTER]
    return [day.toordinal() for day in (never + again)[:AT_MOST]]


def first_day(session: Session) -> date | None:
    """The day on which anything first happened."""
    call = select(func.min(Call.arrived_at)).scalar_subquery()
    request = select(func.min(HelpRequest.created_at)).scalar_subquery()
    oldest = session.execute(select(call, request)).one()
    known = [clock.local(at, config.current().zone).date() for at in oldest if at is not None]
    return min(known, default=None)


def _counted(session: Session, first: date, last: date) -> dict[date, int]:
    marks = select(Tally.day, Tally.many).where(Tally.day.between(first, last), Tally.what == str(What.DAY))
    return dict(session.execute(marks).all())


def make(session: Session, ordinal: int, at: datetime) -> None:
    """Count a day, once however many clocks tick; and once more when it has settled."""
    day, zone = date.fromordinal(ordinal), config.current().zone
    settled = day < clock.local(at, zone).date() - SETTLED_AFTER
    if not _begin(session, day, SETTLED if settled else ONCE):
        return  # another clock was first
    told = counting.count(session, spans.of_day(day, zone), zone)
    rows = [
        {"day": day, "what": str(what), "part": str(part), "step": step, "many": many}
        for (what, part, step), many in told.items()
    ]
    if rows:
        session.execute(insert(Tally), rows)


def _begin(session: Session, day: date, times: int) -> bool:
    """Mark a day as counted, and hold it. False when it is so already."""
    try:
        with session.begin_nested():
            session.add(Tally(day=day, what=str(What.DAY), part="", step=0, many=times))
    except IntegrityError:
        mine = (Tally.day == day) & (Tally.what == str(What.DAY)) & (Tally.many < times)
        found: Any = session.execute(update(Tally).where(mine).values(many=times))
        if found.rowcount != 1:
            return False
        session.execute(delete(Tally).where(Tally.day == day, Tally.what != str(What.DAY)))
    return True


# Adding days up


@dataclass(frozen=True)
class Sums:
    """What was counted from one day to another, both meant. `each_day` has calls alone; `missing` days are not counted yet.

    `so_far` when today is among them.
    """

    first: date
    last: date
    each: Counts
    each_day: dict[date, Counter[str]] = field(default_factory=dict)
    missing: int = 0
    so_far: bool = False

    def many(self, what: What, *parts: str) -> int:
        """How many of something: of these parts, or of all."""
        return sum(many for (one, part, _), many in self.each.items() if one == what and (not parts or part in parts))

    def by(self, what: What) -> Counter[str]:
        """How many of something, by part."""
        told: Counter[str] = Counter()
        for (one, part, _), many in self.each.items():
            if one == what:
                told[part] += many
        return told

    def crossed(self, what: What) -> Counter[tuple[str, str]]:
        """How many of something that is counted by two things at once."""
        told: Counter[tuple[str, str]] = Counter()
        for part, many in self.by(what).items():
            row, _, column = part.partition("/")
            told[row, column] += many
        return told

    def spread(self, what: What, *parts: str) -> Spread:
        """How long something took, of these parts or of all."""
        steps: Counter[int] = Counter()
        for (one, part, step), many in self.each.items():
            if one == what and (not parts or part in parts):
                steps[step] += many
        return Spread(steps)


def of(session: Session, first: date, last: date, *, at: datetime) -> Sums:
    """What was counted from one local day to another; what is over and not counted yet is counted now, if it is only a little."""
    zone = config.current().zone
    today = clock.local(at, zone).date()
    each, each_day = _kept(session, first, last)
    missing = [
        day for back in range((min(last, today) - first).days + 1) if (day := first + back * A_DAY) not in each_day
    ]
    live = today if clock.local(at, zone).time() >= LIVE_UNTIL else today - A_DAY
    now = [day for day in missing if day >= live]
    for day in now:
        told = counting.count(session, spans.of_day(day, zone), zone, at=at)
        each.update(told)
        each_day[day] = _calls_alone(told)
    began = first_day(session) if len(missing) > len(now) else None
    uncounted = sum(1 for day in missing if day not in each_day and began is not None and day >= began)
    return Sums(first, last, each, each_day, uncounted, so_far=first <= today <= last)


def _kept(session: Session, first: date, last: date) -> tuple[Counts, dict[date, Counter[str]]]:
    """What the rows of some days come to; and of calls each day for itself, with an entry for each day that is counted."""
    those, many = Tally.day.between(first, last), func.sum(Tally.many)
    drawn = those & Tally.what.in_([str(what) for what in (What.DAY, *BY_DAY)])
    ending = case((Tally.what == str(What.CALL), Tally.part), else_="").label("ending")
    each, each_day = Counter[Key](), dict[date, Counter[str]]()
    for day, what, part, step, so_many in session.execute(
        union_all(
            select(Tally.day, Tally.what, ending, literal(0), many)
            .where(drawn)
            .group_by(Tally.day, Tally.what, "ending"),
            select(null(), Tally.what, Tally.part, Tally.step, many)
            .where(those)
            .group_by(Tally.what, Tally.part, Tally.step),
        )
    ):
        if day is None:
            each[what, part, step] = so_many
        else:
            _add(each_day.setdefault(day, Counter()), what, part, so_many)
    return each, each_day


def _calls_alone(counts: Counts) -> Counter[str]:
    told: Counter[str] = Counter()
    for (what, part, _), many in counts.items():
        if what in BY_DAY:
            _add(told, what, part, many)
    return told


def _add(told: Counter[str], what: str, part: str, many: int) -> None:
    told[what] += many
    if what == What.CALL and part in LATER:
        told[part] += many
