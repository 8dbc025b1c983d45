"""Who holds what the desk owes: whoever took it; else whoever is on; else whoever is on next; else the organisers. Pure.

Nothing on the desk is ever without a holder, whatever the rota: that is a property (`tests/helpline/test_holders.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from helpline import duty, people
from helpline.desk_items import DeskItem, ItemState
from helpline.duty import Duty
from helpline.people import HatName, Person
from helpline.rota import Shift


class Why(StrEnum):
    """Why somebody holds an item."""

    TOOK = "took"
    HANDED = "handed"
    FREE = "free"
    NEXT = "next"
    ORGANISERS = "organisers"
    ANYBODY = "anybody"


@dataclass(frozen=True)
class Holder:
    """Who holds an item, and why. `at` is until when they took it, or from when they are on; with nobody at all, anybody's."""

    why: Why
    people: tuple[Person, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True)
class Around:
    """Who is there to hold anything: on shift now, on together next, and the organisers."""

    on: tuple[Shift, ...] = ()
    following: tuple[Shift, ...] = ()
    organisers: tuple[Person, ...] = ()


def around(session: Session, *, at: datetime) -> Around:
    """Who is there at an instant. Without an organiser every handler stands in for one."""
    there = duty.now(session, at)
    return replace(among(session, there), organisers=organisers(session))


def among(session: Session, there: Duty) -> Around:
    """The same of who is on, and who is next. While somebody is on, nothing is the organisers'."""
    following = tuple(one for one in there.following if one.id in there.answering)
    on = tuple(there.on)
    return Around(on, following, () if on else organisers(session))


def organisers(session: Session) -> tuple[Person, ...]:
    """Everybody who stands in when nobody is on."""
    return tuple(people.with_hat(session, HatName.ORGANISER) or people.with_hat(session, HatName.HANDLER))


def holder_of(item: DeskItem, here: Around, *, urgent: bool = False) -> Holder:
    """Who holds an item. What is urgent does not wait for the next shift."""
    if item.state == ItemState.CLAIMED and item.holder is not None:
        return Holder(Why.TOOK, (item.holder,), item.held_until)
    on = tuple(shift.person for shift in here.on)
    handed = tuple(person for person in on if person.id == item.handed_to_id)
    if on:
        return Holder(Why.HANDED, handed) if handed else Holder(Why.FREE, on)
    if here.following and not (urgent and here.organisers):
        return Holder(Why.NEXT, tuple(shift.person for shift in here.following), here.following[0].starts_at)
    return Holder(Why.ORGANISERS, here.organisers) if here.organisers else Holder(Why.ANYBODY)


def next_one(on: Sequence[Shift]) -> Person | None:
    """Of those who are on, the one to whom a shift is handed over: who came last, and of several the one who stays longest."""
    return max(on, key=lambda shift: (shift.starts_at, shift.ends_at)).person if on else None
