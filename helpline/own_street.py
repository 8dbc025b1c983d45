"""A street that runs itself, where a group has chosen so (`passing.Model.STREETS`): whoever looks after it works on its page.

They take over what another of them has, and write down what they hear of themselves. The line hands over, and asks no more.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import asked, passing, people, requests, taking, withdrawing, wording
from helpline.db import lock
from helpline.errors import HelplineError, RefusedError
from helpline.offers import O, Offer
from helpline.passing import Model
from helpline.people import Hat, Person
from helpline.places import Patch, Stretch
from helpline.requests import HelpRequest, Q, Written


def runs_itself(session: Session) -> bool:
    """Whether the streets of this group do."""
    return passing.model(session) == Model.STREETS


def take(session: Session, request: HelpRequest, *, who: Person, at: datetime) -> Offer:
    """Take it, from nobody or from another of the street, who is told. Twice is harmless.

    Raises `HelplineError` when they do not look after that patch, or it is no longer open.
    """
    hat = _hat(session, request.patch_id, who)
    lock(session, request)
    if request.state not in requests.OPEN:
        raise HelplineError(wording.MOVED_ON)
    mine = session.scalar(select(Offer).where(Offer.request_id == request.id, Offer.person_id == who.id))
    if mine is not None and mine.state == O.ACCEPTED:
        return mine
    withdrawing.give_elsewhere(session, request, besides=mine, at=at)
    if request.state == Q.TAKEN:
        requests.LIFE.move(request, Q.ASKING)
        request.neighbour = request.found_at = None
    if mine is None:
        mine = _put_to(session, request, who, hat, at=at)
    return taking.accept(session, mine, at=at)


def _put_to(session: Session, request: HelpRequest, who: Person, hat: Hat, *, at: datetime) -> Offer:
    letter = asked.letter_for(session, who, at=at)
    if letter is None:
        raise HelplineError("You have as much as anybody can have at once. Say of something that it is done first.")
    offer = Offer(request=request, person=who, hat=hat.name, letter=letter, asked_at=at, lapses_at=at)
    session.add(offer)
    session.flush()
    return offer


def write(session: Session, patch: Patch, written: Written, *, who: Person, at: datetime) -> HelpRequest:
    """Write down what they heard of themselves; it is theirs at once. However often the form is sent, it is one request.

    Raises `HelplineError` when nothing is said to be needed, `RefusedError` when the street is none of theirs.
    """
    _hat(session, patch.id, who)
    if written.street_id not in {stretch.street_id for stretch in _stretches(session, patch)}:
        raise RefusedError("street", "Choose one of your streets.")
    request, new = requests.write(session, written, who=who, at=at)
    if new:
        request.patch = patch  # the house is not asked for, so a shared street would not tell whose it is
        session.flush()
        take(session, request, who=who, at=at)
    return request


def _stretches(session: Session, patch: Patch) -> list[Stretch]:
    return list(session.scalars(select(Stretch).where(Stretch.patch_id == patch.id)))


def _hat(session: Session, patch_id: int | None, who: Person) -> Hat:
    worn = people.ladder_of(session, patch_id) if patch_id is not None and runs_itself(session) else []
    hat = next((one for one in worn if one.person_id == who.id), None)
    if hat is None:
        raise HelplineError("Only those who look after that patch do so, where streets run themselves.")
    return hat
