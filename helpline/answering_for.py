"""Answering for: what somebody answers for by name goes to somebody else when they leave the desk, who is told.

Incidents that are open, and requests of somebody who may be at risk, which are open or come back: neither may be with nobody.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import at_risk, incidents, repeating
from helpline.incidents import Incident, IncidentState
from helpline.people import HatName, Person
from helpline.requests import OPEN, HelpRequest


@dataclass(frozen=True)
class Answers:
    """What somebody answers for."""

    incidents: tuple[Incident, ...] = ()
    requests: tuple[HelpRequest, ...] = ()

    @property
    def many(self) -> int:
        """How much it is."""
        return len(self.incidents) + len(self.requests)


NOTHING = Answers()


def of(session: Session, person: Person, *, at: datetime) -> Answers:
    """What somebody answers for now. From a request that comes back the next is made, with whoever answers for it."""
    owns = select(Incident).where(Incident.owner_id == person.id, Incident.state == IncidentState.OPEN)
    goes_on = HelpRequest.state.in_(OPEN) | repeating.is_yet_needed(at)
    leads = select(HelpRequest).where(HelpRequest.lead_id == person.id, goes_on).order_by(HelpRequest.id)
    return Answers(tuple(session.scalars(owns)), tuple(session.scalars(leads)))


def heir_of(session: Session, person: Person, *, who: Person) -> Person | None:
    """Who answers for it then: the organiser who presses, or when they leave themselves, another one; else a handler."""
    if who.id != person.id:
        return who
    others = [one for one in at_risk.leads(session) if one.id != person.id]
    return next((one for one in others if one.wears(HatName.ORGANISER)), next(iter(others), None))


def hand_on(session: Session, person: Person, *, who: Person, at: datetime) -> None:
    """All of it is with somebody else from now on. With nobody else on the desk it stays."""
    answers = of(session, person, at=at)
    heir = heir_of(session, person, who=who) if answers.many else None
    if heir is None:
        return
    for incident in answers.incidents:
        incidents.give(session, incident, heir, who=who, at=at)
    for request in answers.requests:
        at_risk.flag(session, request, heir, request.worry or "", who=who, at=at)
