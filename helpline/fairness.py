"""Fairness: how the hours share out among the handlers over four weeks, so that whoever carries much is seen, and asked less.

It is no ranking: everybody is there by name, in the order of the alphabet, and nothing is added up into a score. Hours are those
really served, an ended shift's until it was ended and one begun on the spot as any other. A night is one in which somebody was
on for an hour or more between 11 pm and 6 am, and is named by its evening; a weekend one in which they were on at all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import config, people, rota, spans
from helpline.calls import Call
from helpline.people import ANSWERS, Person
from helpline.spans import A_DAY, Span

FOUR_WEEKS = timedelta(weeks=4)
NIGHT_BEGINS, NIGHT_ENDS = time(23), time(6)
A_NIGHT = timedelta(hours=1)
SATURDAY = 5


@dataclass(frozen=True)
class Share:
    """What one handler did in four weeks; `joined` when they have been one for less than that."""

    person: Person
    hours: timedelta
    calls: int
    nights: int
    weekends: int
    joined: datetime | None


def shares(session: Session, *, at: datetime, with_calls: bool = True) -> list[Share]:
    """Everybody who wears a handler's hat now, by name. A page that shows no calls need not have them counted."""
    since, zone = at - FOUR_WEEKS, config.current().zone
    served = _served(session, since, at)
    answered = _answered(session, since) if with_calls else {}
    told = [
        Share(
            person,
            hours=spans.length(served.get(person.id, ())),
            calls=answered.get(person.id, 0),
            nights=len(nights(served.get(person.id, ()), zone)),
            weekends=len(weekends(served.get(person.id, ()), zone)),
            joined=_joined(person, since),
        )
        for person in people.with_hat(session, *ANSWERS)
    ]
    return sorted(told, key=lambda one: ((one.person.name or "").casefold(), one.person.id))


def called(everybody: Iterable[Person]) -> dict[int, str]:
    """What each is called in a list, by id: the first name, and the beginning of the last where two share it. Pure."""
    everybody = list(everybody)
    first = {person.id: person.first_name or "Somebody" for person in everybody}
    shared = Counter(first.values())
    return {
        person.id: first[person.id]
        if shared[first[person.id]] == 1 or len((person.name or "").split()) < 2
        else f"{first[person.id]} {(person.name or '').split()[-1][0]}."
        for person in everybody
    }


def _served(session: Session, since: datetime, at: datetime) -> Mapping[int, list[Span]]:
    each: dict[int, list[Span]] = {}
    for shift in rota.between(session, since, at):
        each.setdefault(shift.person_id, []).append((max(since, shift.starts_at), min(at, shift.ends_at)))
    return {person_id: spans.merged(found) for person_id, found in each.items()}


def _answered(session: Session, since: datetime) -> Mapping[int, int]:
    # Nothing to add: but to SQLite it is no column, so it looks for four weeks of calls and not for all of each handler's.
    handler_id = Call.handler_id + 0
    lately = (Call.arrived_at >= since) & Call.talking_at.is_not(None)
    found = session.execute(select(handler_id, func.count()).where(lately).group_by(handler_id))
    return {person_id: many for person_id, many in found if person_id is not None}


def _joined(person: Person, since: datetime) -> datetime | None:
    first = min(hat.since_at for hat in person.hats if hat.name in ANSWERS)
    return first if first > since else None


def nights(served: Iterable[Span], zone: ZoneInfo) -> set[date]:
    """The evenings of the nights in which somebody was on. Pure."""
    lasted: dict[date, timedelta] = defaultdict(timedelta)
    for span in spans.merged(served):
        days = spans.days_of(span, zone)
        for evening in (days[0] - A_DAY, *days):
            if (found := spans.both(span, _night(evening, zone))) is not None:
                lasted[evening] += spans.length([found])
    return {evening for evening, long in lasted.items() if long >= A_NIGHT}


def _night(evening: date, zone: ZoneInfo) -> Span:
    begins = datetime.combine(evening, NIGHT_BEGINS, zone)
    return begins, datetime.combine(evening + A_DAY, NIGHT_ENDS, zone)


def weekends(served: Iterable[Span], zone: ZoneInfo) -> set[date]:
    """The Saturdays of the weekends on which somebody was on. Pure."""
    days = {day for span in served for day in spans.days_of(span, zone) if day.weekday() >= SATURDAY}
    return {day - (day.weekday() - SATURDAY) * A_DAY for day in days}
