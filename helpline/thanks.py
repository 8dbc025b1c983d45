"""The weekly thanks: everybody who did something that week hears what got done, all the same and once, by text.

A group switches it on (`durations`), and anybody may have none. Nothing is made up: when nothing was said to be done, nobody is
thanked for it. Whoever sent STOP, or has a rest, is left in peace, and nobody's quiet hours are broken.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Select, func, or_, select, union
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline import clock, config, durations, history, messages, rota, shortly, slots, sparing, thanks_words
from helpline.calls import Call
from helpline.counting import What, is_in_state, of_facts
from helpline.db import Base
from helpline.defaults import Durations
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.offers import O, Offer
from helpline.people import Person
from helpline.requests import HelpRequest, Q
from helpline.rota import Shift
from helpline.spans import A_DAY, Span

A_WEEK = timedelta(weeks=1)
# A clock that was down for longer leaves a week out: nobody is thanked on a Monday night for what was due on Sunday.
LATE = timedelta(hours=3)


class Thanks(Base):
    """The thanks of one week, by the local day on which they were due: how many things were done, and how many people heard so."""

    __tablename__ = "thanks"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date(), unique=True)
    made_at: Mapped[datetime]
    done: Mapped[int]
    sent: Mapped[int]


@dataclass(frozen=True)
class Told:
    """What there is to say of seven days, and the text that says it; `gaps` are times on the rota with too few."""

    done: int
    kinds: Counter[str] = field(default_factory=Counter)
    gaps: int = 0
    text: str = ""

    @property
    def parts(self) -> int:
        """How many parts each text is sent and paid in."""
        return shortly.parts(self.text)


# When


def moment(plan: Durations, at: datetime) -> datetime | None:
    """When the thanks were due last, on the wall clock; None where a group has none. Pure but for the zone."""
    if not plan.thanks_on:
        return None
    zone = config.current().zone
    today = clock.local(at, zone).date()
    day = today - ((today.isoweekday() - plan.thanks_on) % 7) * A_DAY
    due_at = _at_hour(day, plan)
    return due_at if due_at <= at else _at_hour(day - A_WEEK, plan)


def _at_hour(day: date, plan: Durations) -> datetime:
    return clock.meant(datetime.combine(day, datetime.min.time()) + plan.thanks_at, config.current().zone)


def due(session: Session, at: datetime) -> Sequence[int]:
    """The day whose thanks are to be said now, as an ordinal, if they are not."""
    due_at = moment(durations.of(session), at)
    if due_at is None or at - due_at > LATE:
        return []
    day = clock.local(due_at, config.current().zone).date()
    return [] if session.scalar(select(Thanks.id).where(Thanks.day == day)) else [day.toordinal()]


# What


def told(session: Session, week: Span, *, at: datetime) -> Told:
    """What got done in a week, and where somebody is wanted in the next."""
    when = (HelpRequest.over_at >= week[0]) & (HelpRequest.over_at < week[1])
    columns = HelpRequest.kinds, HelpRequest.patch_id, HelpRequest.urgency, HelpRequest.created_at, HelpRequest.over_at
    found = session.execute(select(*columns).where(is_in_state(HelpRequest.state, Q.DONE), when))
    done, kinds = 0, Counter[str]()
    for (what, part, _), many in of_facts((What.DONE.value, *row, None) for row in found).items():
        done += many if what == What.DONE else 0
        if what == What.DONE_KIND:
            kinds[part] += many
    gaps, settings = _gaps(session, at), config.current()
    words = thanks_words.text(settings.group_name, done, kinds, gaps, f"{settings.dashboard_url}/rota")
    return Told(done, kinds, gaps, words)


def _gaps(session: Session, at: datetime) -> int:
    coming = [slot for slot in slots.between(session, at, at + A_WEEK) if not slot.is_called_off]
    down = rota.there_for(session, coming)
    return sum(1 for slot in coming if rota.missing(slot, down[slot.id], at=at))


def week_until(at: datetime) -> Span:
    """The seven days up to an instant."""
    return at - A_WEEK, at


# Who


def _did_something(week: Span) -> Select[Any]:
    """Whoever was on, answered a call, took something, or had it done. Everybody counts once."""
    begins, ends = week
    on = select(Shift.person_id).where(rota.IS_LIVE, Shift.ends_at > begins, Shift.starts_at < ends)
    rang = (Call.arrived_at >= begins) & (Call.arrived_at < ends) & Call.talking_at.is_not(None)
    answered = select(Call.handler_id).where(rang, Call.handler_id.is_not(None))
    yes = is_in_state(Offer.state, O.ACCEPTED, O.DONE) & (Offer.answered_at >= begins) & (Offer.answered_at < ends)
    took = select(Offer.person_id).where(yes)
    over = is_in_state(HelpRequest.state, Q.DONE) & (HelpRequest.over_at >= begins) & (HelpRequest.over_at < ends)
    finished = (
        select(Offer.person_id)
        .join(HelpRequest, HelpRequest.id == Offer.request_id)
        .where(over, is_in_state(Offer.state, O.DONE))
    )
    return select(union(on, answered, took, finished).subquery().c[0])


def _to_be_thanked(did: Select[Any] | Sequence[int], day: date) -> Any:
    rests = or_(Person.rests_until.is_(None), Person.rests_until < day)
    reached = Person.phone_key.is_not(None) & Person.stopped_texts_at.is_(None) & Person.dead_at.is_(None)
    return Person.id.in_(did) & reached & rests & Person.no_thanks_at.is_(None)


def how_many(session: Session, week: Span, *, at: datetime) -> int:
    """How many people would hear it."""
    day = clock.local(at, config.current().zone).date()
    # By their ids: joined to everybody we know, everybody is read.
    did = session.scalars(_did_something(week)).all()
    return session.scalar(select(func.count()).where(_to_be_thanked(did, day))) or 0


def say(session: Session, ordinal: int, at: datetime) -> None:
    """Say thank you for the week up to its moment, once however many clocks tick; with nothing done, nothing is said."""
    due_at, day = moment(durations.of(session), at), date.fromordinal(ordinal)
    if due_at is None or clock.local(due_at, config.current().zone).date() != day:
        return  # it was changed a moment ago
    row = Thanks(day=day, made_at=at, done=0, sent=0)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another clock was first
        return
    week = week_until(due_at)
    what = told(session, week, at=at)
    wanted = select(Person).where(_to_be_thanked(_did_something(week), day)).order_by(Person.id)
    those = session.scalars(wanted).all() if what.done else []
    for person in those:
        message = messages.owe(session, MessageKind.NEWS, what.text, to=person, at=at)
        message.due_at = sparing.awake(session, person, at=at)
    row.done, row.sent = what.done, len(those)
    history.record(session, "thanks.said", at=at)


def last(session: Session) -> Thanks | None:
    """The last that were said."""
    return session.scalar(select(Thanks).where(Thanks.sent > 0).order_by(Thanks.day.desc()).limit(1))


def choose(session: Session, person: Person, *, wanted: bool, who: Person, at: datetime) -> None:
    """Somebody wants to hear it, or not. Raises `HelplineError` when it is not theirs to say."""
    if not sparing.may_change(person, who=who):
        raise HelplineError("Only they themselves or an organiser change that.")
    if wanted == (person.no_thanks_at is not None):
        person.no_thanks_at = None if wanted else at
        history.record(
            session, "person.thanked" if wanted else "person.unthanked", at=at, who=who.id, person_id=person.id
        )
