"""Streets: an organiser adds one, renames it, splits it by house numbers, and moves it or a part of it to another patch.

What is open there goes along: whoever took something keeps it, whoever is being asked is let answer, and what nobody has is asked
of the new patch at once. All of that is said before it is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import board, desk_items, history, offering, offers, people, places, wording
from helpline.db import lock
from helpline.desk_items import ItemKind
from helpline.errors import RefusedError
from helpline.people import Person
from helpline.places import Numbers, Patch, Street, Stretch
from helpline.requests import OPEN, HelpRequest, Q

LONGEST_NAME = 80


@dataclass(frozen=True)
class Part:
    """Some house numbers of a street, and the patch that they are to be in."""

    patch: Patch
    numbers: Numbers


@dataclass(frozen=True)
class Moved:
    """An open request that comes to another patch; to none, when its house is in none."""

    request: HelpRequest
    patch: Patch | None
    holder: Person | None


def check(who: Person) -> None:
    """Raises `HelplineError` for whoever is no organiser."""
    people.check_organiser(who, "Only an organiser changes streets. Ask one: their names are on the people page.")


def read_parts(session: Session, written: Sequence[tuple[str, int | None]]) -> list[Part]:
    """Rows of house numbers and patches, as they were typed; rows without a patch are left out.

    Raises `HelplineError` when numbers cannot be understood, or are in two patches.
    """
    parts = []
    for numbers, patch_id in written:
        patch = session.get(Patch, patch_id) if patch_id else None
        if patch is None:
            if numbers.strip():
                raise RefusedError("houses", f"Say in which patch “{numbers.strip()}” is to be.")
            continue
        parts += [Part(patch, one) for one in places.read_numbers(numbers)]
    for number, part in enumerate(parts):
        twin = next((other for other in parts[:number] if other.numbers == part.numbers), None)
        if twin is not None:
            raise RefusedError("houses", "The same house numbers are there twice. Take one of the rows out.")
    return parts


def add(
    session: Session, name: str, parts: Sequence[Part], *, also: Sequence[str] = (), who: Person, at: datetime
) -> Street:
    """A street that was on no list. Raises `HelplineError` when there is one of that name."""
    check(who)
    street = Street(name=_name(session, name), also_called=places.written_other_names(also))
    session.add(street)
    session.flush()
    _draw(session, street, parts)
    history.record(session, "street.added", at=at, who=who.id)
    return street


def _name(session: Session, name: str, *, but: Street | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise RefusedError("name", "Write the name of the street.")
    if len(name) > LONGEST_NAME:
        raise RefusedError("name", f"That is a long name: up to {LONGEST_NAME} letters, please.")
    other = next((one for one in places.names(session) if one.name.casefold() == name.casefold()), None)
    if other is not None and (but is None or other.street_id != but.id):
        raise RefusedError("name", f"{other.name} is on our list already.")
    return name


def rename(session: Session, street: Street, name: str, *, who: Person, at: datetime) -> bool:
    """A street has another name from now on. False when it had it already. Raises `HelplineError` when another has it."""
    check(who)
    name = _name(session, name, but=street)
    if name == street.name:
        return False
    street.name = name
    session.flush()
    history.record(session, "street.renamed", at=at, who=who.id)
    return True


def call_also(session: Session, street: Street, others: Sequence[str], *, who: Person, at: datetime) -> bool:
    """What people call it besides, or called it once, so that it is found by that. False when nothing changed."""
    check(who)
    written = places.written_other_names(others)
    if written == street.also_called:
        return False
    street.also_called = written
    history.record(session, "street.also_called", at=at, who=who.id)
    return True


def what_moves(session: Session, street: Street, parts: Sequence[Part]) -> list[Moved]:
    """Which open requests would be in another patch, were the street drawn so."""
    drawn = Street(name=street.name, stretches=[_stretch(part) for part in parts])
    moved = []
    there = select(HelpRequest).where(HelpRequest.street_id == street.id, HelpRequest.state.in_(OPEN))
    for request in session.scalars(there.order_by(HelpRequest.id)):
        patch = places.patch_for(drawn, request.house)
        if (patch.id if patch else None) != request.patch_id:
            holder = offers.holder_of(session, request)
            moved.append(Moved(request, patch, holder.person if holder else None))
    return moved


def _stretch(part: Part) -> Stretch:
    return Stretch(patch=part.patch, patch_id=part.patch.id, **vars(part.numbers))


def sentence(moved: Sequence[Moved]) -> str:
    """What changes for what is open there."""
    if not moved:
        return "Nothing that is open now changes."
    held = [one for one in moved if one.holder is not None]
    free = [one for one in moved if one.holder is None]
    told = [
        f"{wording.number(len(moved)).capitalize()} open {'request comes' if len(moved) == 1 else 'requests come'} along."
    ]
    if held:
        names = wording.listed(sorted({board.name_of(one.holder) for one in held}))
        told.append(f"What {names} took or was asked stays with them; if they give it back, the new patch is asked.")
    if any(one.patch for one in free):
        told.append("What nobody has is asked of the new patch at once.")
    if any(one.patch is None for one in free):
        told.append("What is in no patch then is on the desk.")
    return " ".join(told)


def redraw(session: Session, street: Street, parts: Sequence[Part], *, who: Person, at: datetime) -> list[Moved]:
    """The street is drawn anew, and what is open there goes along. Raises `HelplineError` for whoever is no organiser."""
    check(who)
    lock(session, street)
    moved = what_moves(session, street, parts)
    _draw(session, street, parts)
    history.record(session, "street.redrawn", at=at, who=who.id)
    for one in moved:
        request = one.request
        request.patch = one.patch
        session.flush()
        history.record(session, "request.moved", at=at, who=who.id, request_id=request.id)
        if one.holder is None and one.patch is not None:
            if request.state == Q.NOBODY:
                desk_items.close_all(session, at=at, who=who.id, kind=ItemKind.REQUEST, request_id=request.id)
            offering.ask_next(session, request, at=at)
    return moved


def _draw(session: Session, street: Street, parts: Sequence[Part]) -> None:
    for stretch in session.scalars(select(Stretch).where(Stretch.street_id == street.id)):
        session.delete(stretch)
    session.flush()
    session.expire(street, ["stretches"])
    street.stretches.extend(_stretch(part) for part in parts)
    session.flush()
