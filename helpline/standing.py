"""How somebody's requests stand, as it may be told to whoever rings from their number: no kind, name or address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpline import people
from helpline.requests import OPEN, HelpRequest, Q
from helpline.wording import Kind

# What was done longer ago than this, she knows of.
STILL_NEWS = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """How many of somebody's requests wait to be taken, are taken, and were done lately."""

    waiting: int = 0
    taken: int = 0
    done: int = 0


def of_number(session: Session, phone: str, *, at: datetime) -> Standing:
    """How the requests stand of whoever has this number. One that nobody can take still waits: a person sees to it."""
    person = people.find(session, phone)
    if person is None:
        return Standing()
    news = HelpRequest.state.in_(OPEN) | ((HelpRequest.state == Q.DONE) & (HelpRequest.over_at > at - STILL_NEWS))
    asked = HelpRequest.kinds != Kind.OFFER_OF_HELP.value
    found = session.execute(
        select(HelpRequest.state, func.count())
        .where(or_(HelpRequest.resident_id == person.id, HelpRequest.asker_id == person.id), news, asked)
        .group_by(HelpRequest.state)
    )
    many = {state: number for state, number in found}  # noqa: C416  # a row is no pair to the type checker
    return Standing(many.get(Q.ASKING, 0) + many.get(Q.NOBODY, 0), many.get(Q.TAKEN, 0), many.get(Q.DONE, 0))
