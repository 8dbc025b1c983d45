"""Who might cover a shift: free then, not away, not resting, not paused, not stopped; and in which order (`standing_in`, pure)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpline import away, config, languages, people, phone, rota, sparing, standbys
from helpline.people import HatName, Person
from helpline.rota import Shift
from helpline.script import ENGLISH
from helpline.standing_in import Might

OF_LATE = timedelta(days=28)


def free(session: Session, shift: Shift, *, at: datetime) -> list[Person]:
    """Handlers who could do it: nobody who has a shift then, is away or rests, is paused, or cannot be texted."""
    zone = config.current().zone
    day = max(shift.starts_at, at).astimezone(zone).date()
    last = shift.ends_at.astimezone(zone).date()
    busy = {one.person_id for one in rota.between(session, max(shift.starts_at, at), shift.ends_at)}
    those = [
        person
        for person in people.with_hat(session, HatName.HANDLER)
        if person.id not in busy | {shift.person_id} and _reachable(person) and not sparing.rests(person, day)
    ]
    ids = [person.id for person in those]
    gone = {*away.who_is_away(session, ids, day), *away.who_is_away(session, ids, last)}
    return [person for person in those if person.id not in gone]


def _reachable(person: Person) -> bool:
    return is_texted(person) and person.paused_at is None


def is_texted(person: Person) -> bool:
    """Whether a text reaches somebody, so that they can answer it: none does who has a landline, or has stopped them."""
    return person.phone is not None and phone.takes_texts(person.phone) and person.stopped_texts_at is None


def weigh(session: Session, shift: Shift, those: Sequence[Person], *, at: datetime) -> list[Might]:
    """What says whose turn it is: for each of these, whether they offered, speak what is needed, and had many hours of late."""
    if not those:
        return []
    zone = config.current().zone
    offered = {person.id for person in standbys.of_shifts(session, [shift]).get(shift.id, [])}
    needed = _needed(session, shift)
    hours = _hours(session, shift.ends_at - OF_LATE, shift.ends_at)
    return [
        Might(
            person.id,
            of_late=hours.get(person.id, timedelta()),
            offered=person.id in offered,
            speaks=needed <= person.speaks,
            quiet=sparing.quiet_of(session, person).holds(at, zone),
        )
        for person in those
    ]


def _hours(session: Session, start: datetime, end: datetime) -> dict[int, timedelta]:
    """How long each handler is on the rota in the four weeks up to a shift, those still to come among them."""
    found: dict[int, timedelta] = {}
    for shift in rota.between(session, start, end):
        length = min(end, shift.ends_at) - max(start, shift.starts_at)
        found[shift.person_id] = found.get(shift.person_id, timedelta()) + length
    return found


def _needed(session: Session, shift: Shift) -> frozenset[str]:
    """The languages that callers can choose and that nobody else who is on then speaks, though its handler does."""
    on = set(languages.offered(session)) - {ENGLISH}
    only_theirs = on & shift.person.speaks
    if not only_theirs:
        return frozenset()
    for other in rota.between(session, shift.starts_at, shift.ends_at):
        if other.person_id != shift.person_id:
            only_theirs -= other.person.speaks
    return frozenset(only_theirs)


def awake(session: Session, person: Person, at: datetime) -> datetime:
    """The first instant, from this one on, that is not in somebody's quiet hours."""
    return sparing.quiet_of(session, person).over(at, config.current().zone)


def organisers(session: Session, at: datetime) -> list[Person]:
    """Organisers whom a text reaches: those who are not away, or all of them when everybody is."""
    those = [one for one in people.with_hat(session, HatName.ORGANISER) if one.phone and one.stopped_texts_at is None]
    gone = away.who_is_away(session, [one.id for one in those], away.today(at))
    return [one for one in those if one.id not in gone] or those
