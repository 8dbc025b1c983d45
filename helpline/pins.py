"""PINs: what opens the menus of whoever rings in, since a number alone proves nothing.

A PIN is kept as a hash that is sealed besides, so it is never shown again, not even to whoever set it. A guess is a row before it
is tried: however many machines are asked at once, only so many are ever tried. Somebody without a PIN is guessed at in the
same way, and closed in the same way, so that nobody can tell.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import history, messages, wording
from helpline.db import Base, lock
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import ANSWERS, COORDINATES, HatName, Person, Way
from helpline.sealed import Sealed

SHORTEST, LONGEST = 4, 8
# So many wrong ones, and none is tried until they are longer ago than this. A right one wipes the slate.
LIMITS = ((3, timedelta(hours=1)), (15, timedelta(days=1)))
REMEMBERED = max(within for _, within in LIMITS)
ONLY_ORGANISERS = "Only an organiser sets somebody else's PIN. Ask one, or let them set their own."


class Pin(Base):
    """Somebody's PIN, as a sealed hash, and who set it."""

    __tablename__ = "pins"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    hashed: Mapped[str | None] = mapped_column(Sealed())
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)

    set_by: Mapped[Person] = relationship(foreign_keys=[set_by_id], lazy="joined")


class Guess(Base):
    """One PIN keyed in: the `nth` of one call, or of one leg to them (`ring_id`).

    It counts as wrong until `right_at`. What was keyed in is not kept.
    """

    __tablename__ = "pin_guesses"
    __table_args__ = (
        UniqueConstraint("call_id", "nth"),
        UniqueConstraint("ring_id", "nth"),
        Index(None, "person_id", "at"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    ring_id: Mapped[int | None] = mapped_column(ForeignKey("rings.id"))
    nth: Mapped[int]
    at: Mapped[datetime]
    right_at: Mapped[datetime | None]
    wrong_at: Mapped[datetime | None]


# Choosing one


def problem_with(pin: str, phone: str | None = None) -> str | None:
    """Why this cannot be somebody's PIN, as a sentence; None when it can. Pure. `phone` is their own number."""
    if not re.fullmatch(r"[0-9]*", pin):
        return "A PIN is figures only, since it is keyed in on a telephone."
    if not SHORTEST <= len(pin) <= LONGEST:
        return f"A PIN has {SHORTEST} to {LONGEST} figures."
    if _repeats(pin):
        return "That is the same again and again, which is tried first. Choose another."
    if _runs(pin):
        return "Figures in a row, like 1234, are tried first. Choose another."
    if phone and pin in phone:
        return "That is part of their own number, which whoever pretends to ring from it knows. Choose another."
    return None


def _repeats(pin: str) -> bool:
    """`0000`, `1212`, `123123`: a shorter piece, over and over."""
    return pin in (pin + pin)[1:-1]


def _runs(pin: str) -> bool:
    """`1234`, `8901`, `4321`: each figure is the one after, or before."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})


# Setting one


def may_have(person: Person) -> bool:
    """Whether somebody has a menu for a PIN to open."""
    return person.wears(*ANSWERS, *COORDINATES)


def check_may_set(person: Person, *, who: Person) -> None:
    """Raises `HelplineError` unless it is their own, or an organiser sets it for somebody who rings in."""
    if who.id != person.id and not who.wears(HatName.ORGANISER):
        raise HelplineError(ONLY_ORGANISERS)
    if not may_have(person):
        raise HelplineError("They wear no hat, so a PIN would open nothing for them.")


def of(session: Session, person: Person) -> Pin | None:
    """Somebody's PIN, if they have one."""
    return session.scalar(select(Pin).where(Pin.person_id == person.id))


def who_has_one(session: Session, people_ids: Iterable[int]) -> set[int]:
    """The ids of those of these people who have a PIN."""
    return set(session.scalars(select(Pin.person_id).where(Pin.person_id.in_(set(people_ids)))))


def put(session: Session, person: Person, hashed: str, *, who: Person, at: datetime) -> None:
    """Set somebody's PIN, in place of any other; what was guessed wrong before is forgiven. `hashed` is made by `pin_hash`.

    Raises `HelplineError` when it is not theirs to set.
    """
    check_may_set(person, who=who)
    lock(session, person)
    pin = of(session, person)
    if pin is None:
        pin = Pin(person_id=person.id)
        session.add(pin)
    pin.hashed, pin.set_at, pin.set_by = hashed, at, who
    session.flush()
    session.execute(delete(Guess).where(Guess.person_id == person.id))
    history.record(session, "pin.set", at=at, who=who.id, person_id=person.id)


def clear(session: Session, person: Person, *, who: Person, at: datetime) -> None:
    """Take somebody's PIN away: ringing in opens nothing for them. Raises `HelplineError` when it is not theirs to clear."""
    check_may_set(person, who=who)
    pin = of(session, person)
    if pin is not None:
        session.delete(pin)
        session.flush()
        history.record(session, "pin.cleared", at=at, who=who.id, person_id=person.id)


# Guessing one


def closed(session: Session, person: Person, *, at: datetime) -> bool:
    """Whether so many were wrong lately that none is tried from their number, right or not."""
    forgiven = select(func.max(Guess.id)).where(Guess.person_id == person.id, Guess.right_at.is_not(None))
    so_many = [func.count().filter(Guess.at > at - within) for _, within in LIMITS]
    longest = max(within for _, within in LIMITS)
    wrong = session.execute(
        select(*so_many).where(
            Guess.person_id == person.id,
            Guess.at > at - longest,
            Guess.id > func.coalesce(forgiven.scalar_subquery(), 0),
        )
    ).one()
    return any(many >= most for many, (most, _) in zip(wrong, LIMITS, strict=True))


def guess(
    session: Session, person: Person, *, nth: int, at: datetime, call_id: int | None = None, ring_id: int | None = None
) -> Guess | None:
    """A PIN was keyed in on a call or a leg: the guess is counted as wrong before it is tried. None when none is tried just now.

    Asked again of the same key presses, it is the same guess.
    """
    lock(session, person)  # two machines must not count at once
    leg = Guess.call_id == call_id if ring_id is None else Guess.ring_id == ring_id
    known = session.scalar(select(Guess).where(leg, Guess.nth == nth))
    if known is not None:
        return known
    if closed(session, person, at=at):
        return None
    made = Guess(person_id=person.id, call_id=call_id, ring_id=ring_id, nth=nth, at=at)
    session.add(made)
    session.flush()
    return made


def hash_of(session: Session, person: Person) -> str | None:
    """What a guess is compared with; None when they have no PIN."""
    return session.scalar(select(Pin.hashed).where(Pin.person_id == person.id))


def was_right(session: Session, ring_id: int) -> bool:
    """Whether the right PIN was keyed in on a leg."""
    right_one = select(Guess.id).where(Guess.ring_id == ring_id, Guess.right_at.is_not(None))
    return session.scalar(right_one.limit(1)) is not None


def right(session: Session, person: Person, found: Guess, *, at: datetime) -> None:
    """It was right: what was wrong before is forgiven."""
    lock(session, person)
    if found.right_at is None:
        found.right_at = at
        history.record(
            session,
            "pin.right",
            at=at,
            who=person.id,
            person_id=person.id,
            call_id=found.call_id,
            ring_id=found.ring_id,
        )


def wrong(session: Session, person: Person, found: Guess, *, at: datetime) -> None:
    """It was not right. Whoever's number it is hears of it when that closes it, in case it was not they who rang."""
    lock(session, person)
    if found.wrong_at is not None:
        return
    found.wrong_at = at
    history.record(session, "pin.wrong", at=at, person_id=person.id, call_id=found.call_id, ring_id=found.ring_id)
    if closed(session, person, at=at) and person.by != Way.VOICE:
        messages.owe(session, MessageKind.NEWS, wording.pins_closed_text(), to=person, at=at)
