"""At risk: a handler is worried about somebody, and one person answers for it by name.

It is small and to the side: on the request's page for the desk, and never in a list, in a text that names anybody, or in words for
a chat. Whoever answers for it is told; it ends when somebody says so, or when the request is forgotten.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from helpline import config, history, messages, wording
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import Hat, HatName, Person
from helpline.requests import HelpRequest

NAME_SOMEBODY = "Say who answers for it: a handler or an organiser, by name."


def leads(session: Session) -> list[Person]:
    """Who may answer for it: handlers and organisers, by name. Their hats are not read."""
    of_the_desk = select(Hat.person_id).where(Hat.name.in_([HatName.HANDLER, HatName.ORGANISER]))
    found = session.scalars(select(Person).where(Person.id.in_(of_the_desk)).options(lazyload(Person.hats)))
    return sorted(found, key=lambda person: ((person.name or "").casefold(), person.id))


def lead_of(session: Session, request: HelpRequest) -> Person | None:
    """Who answers for it, if anybody is worried."""
    return session.get(Person, request.lead_id) if request.lead_id else None


def flag(session: Session, request: HelpRequest, lead: Person, worry: str, *, who: Person | None, at: datetime) -> bool:
    """Somebody may be at risk, and `lead` answers for it from now on; they are told. False when it is so already.

    `who` is None when it came to them by itself, since whoever answered for it has left the desk.
    Raises `HelplineError` when the lead is nobody of the desk, or the request has been forgotten.
    """
    if not lead.wears(HatName.HANDLER, HatName.ORGANISER):
        raise HelplineError(NAME_SOMEBODY)
    lock(session, request)
    if request.forgotten_at is not None:
        raise HelplineError("That request has been forgotten, as we promise.")
    worry = worry.strip()
    before = request.lead_id
    if before == lead.id and (request.worry or "") == worry:
        return False
    request.lead_id, request.worry = lead.id, worry or None
    session.flush()
    by = who.id if who else None
    history.record(session, "request.at_risk", at=at, who=by, person_id=lead.id, request_id=request.id)
    if lead.id not in {before, by}:
        settings = config.current()
        link = f"{settings.dashboard_url}/requests/{request.id}"
        words = wording.lead_text(settings.group_name, who.first_name if who else None, request.reference, link)
        messages.owe(session, MessageKind.NEWS, words, to=lead, at=at, request_id=request.id)
    return True


def lay_down(session: Session, request: HelpRequest, *, who: Person, at: datetime) -> bool:
    """Nobody is worried any more. False when nobody was."""
    lock(session, request)
    if request.lead_id is None:
        return False
    request.lead_id = request.worry = None
    session.flush()
    history.record(session, "request.at_risk_no_more", at=at, who=who.id, request_id=request.id)
    return True
