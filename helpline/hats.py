"""Hats of a patch: an organiser names who looks after it, in what order they are asked, and takes a hat off. Everybody is told."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpline import config, history, links, messages, offers, people, taking, wording
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.offers import O
from helpline.people import Hat, HatName, Person
from helpline.places import Patch

ONLY_ORGANISERS = "Only an organiser changes who looks after a patch. Ask one: their names are on the people page."


def name(session: Session, patch: Patch, person: Person, hat: HatName, *, who: Person, at: datetime) -> None:
    """Somebody looks after a patch from now on; of a deputy a coordinator is made, and the other way round.

    Raises `HelplineError` when they do so already, or whoever says it is no organiser.
    """
    people.check_organiser(who, ONLY_ORGANISERS)
    lock(session, patch)
    worn = [one for one in people.ladder_of(session, patch.id) if one.person_id == person.id]
    if any(one.name == hat for one in worn):
        raise HelplineError(f"{person.first_name or 'They'} look after {patch.name} already.")
    for one in worn:
        person.hats.remove(one)
        session.delete(one)
    people.wear(session, person, hat, at=at, patch_id=patch.id)
    history.record(session, f"hat.{hat}_named", at=at, who=who.id, person_id=person.id)
    _tell(session, patch, f"{person.first_name or 'Somebody'} is {hat.value} for {patch.name} now", at=at)


def take_off(session: Session, patch: Patch, person: Person, *, who: Person, at: datetime, told: bool = True) -> None:
    """Somebody does not look after a patch any more. What they were asked goes to the next; what they took stays theirs.

    They are `told` too, unless they are being erased. Raises `HelplineError` when whoever says it is no organiser.
    """
    people.check_organiser(who, ONLY_ORGANISERS)
    lock(session, patch)
    worn = [one for one in people.ladder_of(session, patch.id) if one.person_id == person.id]
    if not worn:
        return
    for one in worn:
        person.hats.remove(one)
        session.delete(one)
    session.flush()
    links.revoke_for_patch(session, patch.id, person.id, at=at)
    history.record(session, "hat.taken_off", at=at, who=who.id, person_id=person.id)
    for offer in offers.live_of_person(session, person):
        if offer.state == O.OPEN and offer.request.patch_id == patch.id:
            taking.lapse(session, offer, at=at)
    words = f"{person.first_name or 'Somebody'} does not look after {patch.name} any more"
    _tell(session, patch, words, at=at, also=person if told else None)


def sooner(session: Session, patch: Patch, person: Person, *, who: Person, at: datetime) -> None:
    """Somebody is asked one earlier than before, among those who wear the same hat.

    Raises `HelplineError` when whoever says it is no organiser.
    """
    people.check_organiser(who, ONLY_ORGANISERS)
    lock(session, patch)
    ladder = people.ladder_of(session, patch.id)
    worn = next((one for one in ladder if one.person_id == person.id), None)
    alike = [one for one in ladder if worn is not None and one.name == worn.name]
    if worn is None or alike[0] is worn:
        return
    here = alike.index(worn)
    alike[here - 1], alike[here] = worn, alike[here - 1]
    for number, one in enumerate(alike, 1):
        one.place = number
    session.flush()
    history.record(session, "hat.moved", at=at, who=who.id, person_id=person.id)
    _tell(session, patch, f"the order for {patch.name} has changed", at=at)


def _tell(session: Session, patch: Patch, what: str, *, at: datetime, also: Person | None = None) -> None:
    """Tell all who look after a patch what has changed, and in what order they are asked now."""
    ladder: list[Hat] = people.ladder_of(session, patch.id)
    order = [hat.person.first_name or "somebody" for hat in ladder]
    words = wording.patch_text(config.current().group_name, what, order)
    told = {hat.person_id: hat.person for hat in ladder} | ({also.id: also} if also else {})
    for person in told.values():
        if person.phone is not None:
            messages.owe(session, MessageKind.NEWS, words, to=person, at=at)
