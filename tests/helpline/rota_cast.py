"""One-liners for the tests of the rota: an organiser, a pattern, its slots, and who is down for them."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import ahead, people, rota
from helpline.patterns import Pattern, Shape
from helpline.people import HatName, Person
from helpline.slots import Slot
from tests.builders import NOON, a_person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = NOON.date()
# Friday 20 November 2026, from four to seven in the afternoon.
FRIDAY = Shape(4, time(16), time(19), 1, 2, TODAY)
FOUR = datetime(2026, 11, 20, 16, tzinfo=UTC)
SEVEN = FOUR + 3 * HOUR
FRIDAY_20 = FOUR.date()


def an_organiser(session: Session, name: str = "Olive") -> Person:
    person = a_person(session, name)
    people.wear(session, person, HatName.ORGANISER, at=NOON)
    return person


def a_pattern(session: Session, shape: Shape = FRIDAY) -> Pattern:
    return ahead.add(session, shape, who=None, at=NOON)


def slot_on(session: Session, pattern: Pattern, day: date) -> Slot:
    """The slot of a pattern on a day."""
    return session.scalars(select(Slot).where(Slot.pattern_id == pattern.id, Slot.day == day)).one()


def a_slot(session: Session) -> Slot:
    """The slot of a new pattern, this Friday."""
    return slot_on(session, a_pattern(session), FRIDAY_20)


def down(session: Session, slot: Slot) -> list[str | None]:
    """Who is down for a slot."""
    session.expire_all()
    return [shift.person.name for shift in rota.down_for(session, [slot])[slot.id]]
