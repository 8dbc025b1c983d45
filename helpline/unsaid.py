"""Unsaid: calls of which whoever answered has not said what they came to. They owe it, and their desk shows it until it is said."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpline import history
from helpline.calls import C, Call
from helpline.history import Event
from helpline.people import Person
from helpline.requests import HelpRequest

SHOWN = timedelta(days=7)
"""Later than that nobody remembers."""
MOST = 20
ASKED_AFTER = "request.asked_after"


def of(person: Person, at: datetime) -> Select[Call]:
    """A question for those of a handler, once their time to write is over."""
    theirs = (Call.handler_id == person.id) & (Call.wrap_up_until <= at) & (Call.wrap_up_until > at - SHOWN)
    over = (Call.state == C.ENDED) & Call.talking_at.is_not(None) & (Call.outcome.is_(None) | Call.said_before)
    return select(Call).where(theirs, over).order_by(Call.wrap_up_until.desc()).limit(MOST)


def by_reference(session: Session, written: str) -> HelpRequest | None:
    """The request that is known as this, however it was typed."""
    reference = "".join(written.split()).upper()
    return session.scalar(select(HelpRequest).where(HelpRequest.reference == reference)) if reference else None


def asked_after(session: Session, request: HelpRequest, call: Call, *, who: Person, at: datetime) -> bool:
    """A call was about a request that we have, which its story tells. False when it is told already."""
    same = select(Event.id).where(Event.request_id == request.id, Event.what == ASKED_AFTER, Event.call_id == call.id)
    if session.scalar(same.limit(1)) is not None:
        return False
    history.record(session, ASKED_AFTER, at=at, who=who.id, request_id=request.id, call_id=call.id)
    return True
