"""A small cast, made in one line each. Everybody has a drama number."""

from datetime import UTC, datetime, time, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import people, rota
from helpline.people import HatName, Person, Way
from helpline.places import Numbers, Patch, Side, Street, Stretch

NOON = datetime(2026, 11, 19, 14, 47, tzinfo=UTC)  # a Thursday; in winter London is on UTC
_mobiles = count()


def a_number() -> str:
    """A mobile number kept for drama (Ofcom: 07700 900000 to 900999), a new one each time."""
    return f"+447700900{300 + next(_mobiles) % 450}"  # apart from those that tests name themselves


def a_person(
    session: Session, name: str, *, phone: str | None = None, by: Way = Way.TEXT, at: datetime = NOON
) -> Person:
    """Somebody we know by a number."""
    person = people.meet(session, phone or a_number(), at=at, name=name)
    person.by = by
    return person


def a_handler(
    session: Session,
    name: str,
    *,
    on_shift: bool = True,
    phone: str | None = None,
    at: datetime = NOON,
    hours: float = 4,
) -> Person:
    """A handler, on shift from an hour ago for `hours` more unless said otherwise."""
    person = a_person(session, name, phone=phone, at=at)
    people.wear(session, person, HatName.HANDLER, at=at)
    if on_shift:
        rota.write(session, person, starts_at=at - timedelta(hours=1), ends_at=at + timedelta(hours=hours))
    return person


def a_patch(session: Session, name: str) -> Patch:
    """A patch by name, made once."""
    patch = session.query(Patch).filter_by(name=name).one_or_none()
    if patch is None:
        patch = Patch(name=name)
        session.add(patch)
        session.flush()
    return patch


def find_street(session: Session, name: str) -> Street | None:
    """The street with exactly this name."""
    return session.scalar(select(Street).where(Street.name == name))


def a_street(session: Session, name: str, *, patch: str = "The Groves", numbers: Numbers | None = None) -> Street:
    """A street, or another stretch of it, in a patch."""
    street = find_street(session, name)
    if street is None:
        street = Street(name=name)
        session.add(street)
    numbers = numbers or Numbers(None, None, Side.ALL)
    street.stretches.append(
        Stretch(
            patch=a_patch(session, patch),
            first=numbers.first,
            last=numbers.last,
            side=numbers.side,
            named=numbers.named,
        )
    )
    session.flush()
    return street


def a_coordinator(
    session: Session,
    name: str,
    *,
    of: str = "The Groves",
    phone: str | None = None,
    deputy: bool = False,
    by: Way = Way.TEXT,
    at: datetime = NOON,
    awake: bool = False,
) -> Person:
    """The coordinator (or a deputy) of a patch; `awake` at any hour, for a test that goes by the clock on the wall."""
    person = a_person(session, name, phone=phone, by=by, at=at)
    if awake:
        person.quiet_from = person.quiet_until = time()
    hat = HatName.DEPUTY if deputy else HatName.COORDINATOR
    people.wear(session, person, hat, at=at, patch_id=a_patch(session, of).id)
    return person
