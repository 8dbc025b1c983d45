"""Chosen: by which way somebody is asked, and how they get to know who and where; said by themselves, or for them."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpline import history, phone
from helpline.errors import HelplineError
from helpline.people import DetailsBy, HatName, Person, Way

ONLY_THEMSELVES = "Only they themselves or an organiser change that."
A_LANDLINE = "That number is a landline, which shows no messages. Choose a call."
HEARS_THEM = "A landline shows neither a text nor a link. Choose to hear it."


def may_choose(person: Person, *, who: Person) -> bool:
    """Whether somebody may choose for a person: they themselves, or an organiser."""
    return who.id == person.id or who.wears(HatName.ORGANISER)


def problem_with(number: str | None, by: Way, details_by: DetailsBy) -> str | None:
    """Why that cannot be chosen for a number, as a sentence; None when it can. Pure."""
    if number is None or phone.takes_texts(number):
        return None
    if by != Way.VOICE:
        return A_LANDLINE
    return HEARS_THEM if details_by != DetailsBy.VOICE else None


def choose(session: Session, person: Person, *, by: Way, details_by: DetailsBy, who: Person, at: datetime) -> None:
    """Raises `HelplineError` when it is not theirs to choose, or their telephone does not take it."""
    if not may_choose(person, who=who):
        raise HelplineError(ONLY_THEMSELVES)
    problem = problem_with(person.phone, by, details_by)
    if problem:
        raise HelplineError(problem)
    if (person.by, person.details_by) != (by, details_by):
        person.by, person.details_by = by, details_by
        history.record(session, "person.asked_by", at=at, who=who.id, person_id=person.id)
