"""Calls and requests, made as they come about on the line."""

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from helpline import calls, line, offering, requests, rings
from helpline.calls import Call
from helpline.people import Person
from helpline.requests import HelpRequest, Written
from helpline.wording import Kind, Money, Urgency
from tests.builders import NOON, find_street

_sids = count(1)


def a_sid(kind: str = "CA") -> str:
    return f"{kind}{next(_sids):032}"


def a_call(session: Session, phone: str | None = "+447700900118", *, at: datetime = NOON) -> Call:
    call = calls.arrive(session, a_sid(), phone=phone, at=at)
    line.seek(session, call, at=at)
    return call


def answered_by(session: Session, person: Person, call: Call, *, at: datetime = NOON) -> Call:
    """That person's phone rang for it and they pressed 1."""
    ring = next(ring for ring in rings.of_call(session, call.id) if ring.person_id == person.id)
    rings.claim(session, ring, at=at)
    rings.dialled(session, ring, a_sid(), at=at)
    rings.answered(session, ring, at=at)
    calls.take(session, call, ring, at=at)
    calls.connected(session, call, at=at)
    return call


def a_request(
    session: Session,
    handler: Person,
    *,
    on: str | None = "Acacia Road",
    kinds: tuple[Kind, ...] = (Kind.SHOPPING,),
    at: datetime = NOON,
    asked: bool = True,
) -> HelpRequest:
    """Written down, and put to whoever looks after its street."""
    street = find_street(session, on) if on else None
    written = Written(
        form_key=a_sid("key"),
        kinds=kinds,
        words="Milk and cat food (the blue tins)",
        urgency=Urgency.TODAY,
        money=Money.PAID_BACK,
        name="Rita Marsh",
        phone="+447700900118",
        house="14",
        street_id=street.id if street else None,
        street_words=None if street else "Zebedee Lane",
    )
    request, _ = requests.write(session, written, who=handler, at=at)
    if asked:
        offering.ask_next(session, request, at=at)
    return request


FILLED_IN: dict[str, Any] = {
    "kind": ["shopping", "lift"],
    "words": "Milk and cat food (the blue tins)",
    "name": "Rita Marsh",
    "house": "14",
    "street": "Acacia Road",
    "urgency": "today",
    "money": "paid_back",
    "consent": "yes",
    "phone": "07700 900118",
}
