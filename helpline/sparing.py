"""Sparing: what somebody said of when, and how much, they are asked: quiet hours, a rest, and how many requests at once.

Nothing said means what the group has for everybody (`durations`). Days on which they are not there at all are `away`.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from helpline import away, config, durations, history, quiet
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.quiet import Quiet
from helpline.wording import date_words

LONGEST_REST = timedelta(days=366)
MOST = 15
"""Whatever is open with somebody is told apart by letters, of which there are eighteen (`asked`)."""
_MIDNIGHT = datetime(2000, 1, 1)  # noqa: DTZ001  # of no day: only its wall clock is read


def groups_quiet(session: Session) -> Quiet:
    """The quiet hours of whoever has not said others."""
    known = durations.of(session)
    return Quiet((_MIDNIGHT + known.quiet_from).time(), (_MIDNIGHT + known.quiet_until).time())


def quiet_of(session: Session, person: Person) -> Quiet:
    """Somebody's quiet hours: their own, or else the group's."""
    if person.quiet_from is None or person.quiet_until is None:
        return groups_quiet(session)
    return Quiet(person.quiet_from, person.quiet_until)


def awake(session: Session, person: Person, *, at: datetime) -> datetime:
    """The first instant from this one on that is outside somebody's quiet hours: when to say what can wait till then."""
    return quiet_of(session, person).over(at, config.current().zone)


def groups_most(session: Session) -> int:
    """How many requests whoever has said nothing takes on at once."""
    return durations.of(session).most_open


def most_of(session: Session, person: Person) -> int:
    """How many requests somebody has at once, asked or taken: as they said, or else as the group says."""
    return person.most_open or durations.of(session).most_open


def may_change(person: Person, *, who: Person) -> bool:
    """Whether somebody may change when a person is asked: they themselves, or an organiser."""
    return who.id == person.id or who.wears(HatName.ORGANISER)


def _check(person: Person, who: Person) -> None:
    if not may_change(person, who=who):
        raise HelplineError("Only they themselves or an organiser change that.")


def set_quiet(
    session: Session, person: Person, start: time | None, end: time | None, *, who: Person, at: datetime
) -> None:
    """Somebody's own quiet hours, by the wall clock; without either, the group's. The same time twice is none.

    Raises `HelplineError` when only one is given, or too little of the day is left.
    """
    _check(person, who)
    if (start is None) != (end is None):
        raise HelplineError("Say from when and until when, or leave both empty.")
    if start is not None and end is not None:
        quiet.check(Quiet(start, end))
    person.quiet_from, person.quiet_until = start, end
    history.record(session, "person.quiet", at=at, who=who.id, person_id=person.id)


def set_most(session: Session, person: Person, most: int | None, *, who: Person, at: datetime) -> None:
    """How many requests somebody has at once; None is the group's. Raises `HelplineError` beyond the bounds."""
    _check(person, who)
    if most is not None and not 1 <= most <= MOST:
        raise HelplineError(f"It can be from 1 to {MOST}. To be asked for nothing, take a rest.")
    person.most_open = most
    history.record(session, "person.limited", at=at, who=who.id, person_id=person.id)


def rest(session: Session, person: Person, until: date, *, who: Person, at: datetime) -> None:
    """Somebody needs a rest, and is asked for nothing new until the end of a local day. What they took stays theirs.

    Raises `HelplineError` when that day has gone by, or is more than a year off.
    """
    _check(person, who)
    day = away.today(at)
    if until < day:
        raise HelplineError(f"{date_words(until)} has gone by. Say a day that is still to come.")
    if until > day + LONGEST_REST:
        raise HelplineError("That is longer than a year. Perhaps somebody else looks after those streets from now on.")
    person.rests_until = until
    history.record(session, "person.rests", at=at, who=who.id, person_id=person.id)


def end_rest(session: Session, person: Person, *, who: Person, at: datetime) -> bool:
    """They are asked again from now on. False when they had no rest."""
    _check(person, who)
    if not rests(person, away.today(at)):
        return False
    person.rests_until = None
    history.record(session, "person.rested", at=at, who=who.id, person_id=person.id)
    return True


def rests(person: Person, day: date) -> bool:
    """Whether somebody has a rest on a local day."""
    return person.rests_until is not None and person.rests_until >= day
