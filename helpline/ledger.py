"""The ledger: every call of a day ended somewhere, and what it left owed is on the desk; and each day a line that says so.

The line is a row, so that a silent day does not look like a broken line: a day without calls has one too, and a line that should be
there and is not is told on the desk. Organisers get a text only when something is not accounted for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Select, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import calls, clock, comparing, config, desk_items, history, holders, messages, rings, wording
from helpline.calls import C, Call, Ending
from helpline.db import Base
from helpline.desk_items import DeskItem, ItemKind
from helpline.errands import Errand, ErrandKind
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import Person
from helpline.voicemails import Voicemail

MADE_AT = time(8)
# The comparison with the carrier's lists may fail for so long; then the line is made without it, and says so.
WAITS_FOR_COMPARING = timedelta(minutes=30)
MISSED_AFTER = timedelta(minutes=45)
A_DAY = timedelta(days=1)
MOST_DAYS = 28
OWED = {Ending.CALL_BACK_OWED: ItemKind.CALL_BACK, Ending.MESSAGE_LEFT: ItemKind.VOICEMAIL}


class DailyLine(Base):
    """One day in one line, as it stood when it was made. `compared` when the carrier's own lists were read for all of it."""

    __tablename__ = "daily_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date(), unique=True)
    made_at: Mapped[datetime]
    calls: Mapped[int]
    answered: Mapped[int]
    unaccounted: Mapped[int]
    compared: Mapped[bool]


@dataclass(frozen=True)
class Count:
    """Calls between two instants. `unaccounted` are those that never ended, or whose ending left something owed that is nowhere."""

    calls: int
    answered: int
    unaccounted: tuple[Call, ...]


def count(session: Session, since: datetime, until: datetime, *, at: datetime) -> Count:
    """Count the calls that came from one instant until another."""
    then = (Call.arrived_at >= since) & (Call.arrived_at < until)
    came, answered = how_many(session, since, until)
    return Count(came, answered, tuple(session.scalars(_unaccounted(at).where(then).order_by(Call.arrived_at))))


def how_many(session: Session, since: datetime, until: datetime) -> tuple[int, int]:
    """How many calls came from one instant until another, and how many of them were answered."""
    many = select(func.count(), func.count().filter(Call.ending == Ending.ANSWERED))
    came, answered = session.execute(many.where(Call.arrived_at >= since, Call.arrived_at < until)).one()
    return came, answered


def _unaccounted(at: datetime) -> Select[Call]:
    stuck = Call.state.in_(calls.LIFE.sources(C.ENDED)) & (Call.arrived_at < at - rings.LONGEST_LEG)
    on_the_desk = select(DeskItem.id).where(DeskItem.call_id == Call.id).exists()
    lost = Call.ending.in_(OWED) & ~on_the_desk
    no_words = select(Voicemail.id).where(Voicemail.call_id == Call.id).exists()
    silent = (Call.ending == Ending.MESSAGE_LEFT) & ~no_words
    return select(Call).where(or_(stuck, lost, silent))


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a day begins and ends there: 23 hours later when the clocks go forward, 25 when they go back. Pure."""
    return datetime.combine(day, time(), zone), datetime.combine(day + A_DAY, time(), zone)


def of_day(session: Session, day: date, *, at: datetime) -> Count:
    """How a day stands now."""
    return count(session, *bounds(day, config.current().zone), at=at)


def due(session: Session, at: datetime) -> Sequence[int]:
    """The days whose line can be written, as ordinals: the carrier's lists were read since, or cannot be."""
    days = _wanted(session, at)
    return [day.toordinal() for day in days if _compared(session, day) or _cannot_compare(session, at)] if days else []


def _wanted(session: Session, at: datetime) -> list[date]:
    """The days that have no line: yesterday from eight o'clock, and those before it that were missed."""
    zone = config.current().zone
    here = clock.local(at, zone)
    latest = here.date() - (A_DAY if here.time() >= MADE_AT else 2 * A_DAY)
    before = session.scalar(select(func.max(DailyLine.day)))
    if before is None:
        first_call = session.scalar(select(func.min(Call.arrived_at)))
        if first_call is None:
            return []
        before = clock.local(first_call, zone).date() - A_DAY
    first = max(before + A_DAY, latest - (MOST_DAYS - 1) * A_DAY)
    return [first + number * A_DAY for number in range((latest - first).days + 1)]


def _comparing(session: Session) -> Errand | None:
    return session.scalar(
        select(Errand).where(Errand.kind == ErrandKind.COMPARE, Errand.subject == comparing.EVERYTHING)
    )


def _compared(session: Session, day: date) -> bool:
    """Whether the carrier's lists were read after the day was over. The errand is owed again from when it was last done."""
    errand = _comparing(session)
    over = bounds(day, config.current().zone)[1] + comparing.SETTLES
    return errand is not None and errand.due_at - comparing.EVERY > over


def _cannot_compare(session: Session, at: datetime) -> bool:
    """Whether the lists could not be read for a while: a try has failed just now, and waits for the next."""
    errand = _comparing(session)
    if errand is None or errand.why is None or errand.queued_at is None:
        return False
    return errand.queued_at > at and errand.due_at < at - WAITS_FOR_COMPARING


def make(session: Session, ordinal: int, at: datetime) -> None:
    """Write the line of a day, once however many clocks tick; organisers hear by text of a day that does not add up."""
    day = date.fromordinal(ordinal)
    found = of_day(session, day, at=at)
    missing, compared = len(found.unaccounted), _compared(session, day)
    try:
        with session.begin_nested():
            session.add(
                DailyLine(
                    day=day,
                    made_at=at,
                    calls=found.calls,
                    answered=found.answered,
                    unaccounted=missing,
                    compared=compared,
                )
            )
    except IntegrityError:  # another clock was first
        return
    history.record(session, "day.counted", at=at)
    if missing or not compared:
        settings = config.current()
        said = wording.daily_line(found.calls, missing, compared=compared, when=wording.date_words(day))
        words = wording.plain(f"{settings.group_name}: {said} {settings.dashboard_url}/days")
        for person in holders.around(session, at=at).organisers:
            messages.owe(session, MessageKind.NEWS, words, to=person, at=at)


def lines(session: Session) -> list[DailyLine]:
    """The last four weeks, newest first."""
    return list(session.scalars(select(DailyLine).order_by(DailyLine.day.desc()).limit(MOST_DAYS)))


def line_of_yesterday(at: datetime) -> Select[DailyLine]:
    """A question for yesterday's line, if it is made."""
    day = clock.local(at, config.current().zone).date() - A_DAY
    return select(DailyLine).where(DailyLine.day == day)


def unaccounted_today(at: datetime) -> Select[Call]:
    """A question for the calls of today that are not accounted for."""
    since, until = bounds(clock.local(at, config.current().zone).date(), config.current().zone)
    return _unaccounted(at).where(Call.arrived_at >= since, Call.arrived_at < until)


def is_missing(session: Session, *, at: datetime) -> bool:
    """Whether yesterday's line should be there by now and is not: then the clock is broken, and the day was not silent."""
    zone = config.current().zone
    if at < datetime.combine(clock.local(at, zone).date(), MADE_AT, zone) + MISSED_AFTER:
        return False
    return bool(_wanted(session, at))


def put_on_the_desk(session: Session, call: Call, *, who: Person, at: datetime) -> None:
    """Somebody looks after a call that is not accounted for. Raises `HelplineError` when there is nothing to be put."""
    if call.ending not in OWED:
        raise HelplineError("That call is not over as far as we know. It ends by itself within two hours.")
    kind = OWED[call.ending] if call.phone is None or call.ending == Ending.CALL_BACK_OWED else ItemKind.CALL_BACK
    desk_items.put(session, kind, at=at, call_id=call.id)
    history.record(session, "call.accounted_for", at=at, who=who.id, call_id=call.id)
