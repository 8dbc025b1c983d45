"""Willing neighbours: whoever may be asked when a group asks neighbours and no coordinators (`passing`)."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpline import config, durations, history, messages, people, phone, wording
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import Hat, HatName, Person
from helpline.places import Patch

ASKED_BY_TEXT = "Neighbours are asked by text, so write the number of a mobile, like 07700 900123."


def all_of_them(session: Session) -> list[Person]:
    """Every willing neighbour, by name."""
    return sorted(people.with_hat(session, HatName.NEIGHBOUR), key=lambda one: ((one.name or "").casefold(), one.id))


def join(session: Session, name: str, number: str, patch: Patch | None, *, who: Person, at: datetime) -> Person:
    """Put somebody down as a willing neighbour of a patch, or of anywhere; they are told by text, and how to be left alone.

    Raises `HelplineError` when the name or the number is missing, or cannot be texted.
    """
    durations.check_organiser(who)
    if not name.strip():
        raise HelplineError("Say what they are called.")
    known = phone.understand(number)
    if known is None or not phone.takes_texts(known):
        raise HelplineError(ASKED_BY_TEXT)
    person = people.meet(session, known, at=at, name=name.strip())
    put_down(session, person, patch, who=who, at=at)
    return person


def put_down(session: Session, person: Person, patch: Patch | None, *, who: Person, at: datetime) -> None:
    """Somebody we know is willing, for a patch or for anywhere. Raises `HelplineError` when their number cannot be texted."""
    if person.phone is None or not phone.takes_texts(person.phone):
        raise HelplineError(ASKED_BY_TEXT)
    new = not person.wears(HatName.NEIGHBOUR)
    _take_off(session, person)
    people.wear(session, person, HatName.NEIGHBOUR, at=at, patch_id=patch.id if patch else None)
    if new:
        history.record(session, "neighbour.joined", at=at, who=who.id, person_id=person.id)
        words = wording.neighbour_text(config.current().group_name, who.first_name)
        messages.owe(session, MessageKind.NEWS, words, to=person, at=at)


def leave(session: Session, person: Person, *, who: Person, at: datetime) -> None:
    """Nobody asks them any more. What they took stays theirs."""
    if who.id != person.id:
        durations.check_organiser(who)
    if _take_off(session, person):
        history.record(session, "neighbour.left", at=at, who=who.id, person_id=person.id)


def _take_off(session: Session, person: Person) -> bool:
    worn = [hat for hat in person.hats if hat.name == HatName.NEIGHBOUR]
    for hat in worn:
        person.hats.remove(hat)
        session.delete(hat)
    session.flush()
    return bool(worn)


def where(person: Person) -> Hat | None:
    """The hat that says for which patch they are willing."""
    return next((hat for hat in person.hats if hat.name == HatName.NEIGHBOUR), None)
