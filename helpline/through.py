"""Put through: whoever is to ring a resident is rung by the helpline, which then rings the resident. Neither sees a number."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import history, nudges, phone, rings
from helpline.calls import current_of
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.history import Event
from helpline.offers import O, Offer
from helpline.people import HatName, Person
from helpline.requests import HelpRequest
from helpline.rings import R, Ring, RingKind

# How being put through to the resident may end.
CAME_TO = ("offer.spoke", "offer.no_answer")
MOST_IN_AN_HOUR = 6
"""Rings to one person to be put through about one request: whoever holds her link cannot have her phone ring all night."""


def ring(session: Session, request: HelpRequest, *, who: Person, at: datetime) -> Ring:
    """Ring somebody, to put them through to whoever asked. Raises `HelplineError` when that cannot be."""
    lock(session, who)  # two presses at once are one ring
    if request.phone is None:
        raise HelplineError("No number was left, so nobody can ring them.")
    if not phone.may_be_rung(request.phone):
        raise HelplineError(f"{phone.NOT_RUNG} Please ring the helpline instead.")
    if rings.live_of(session, who.id) or current_of(session, who) or _talking(session, who, at):
        raise HelplineError("Your phone is ringing already, or you are on a call through us. One moment.")
    lately = select(func.count()).where(Ring.person_id == who.id, Ring.request_id == request.id)
    if (session.scalar(lately.where(Ring.asked_at > at - timedelta(hours=1))) or 0) >= MOST_IN_AN_HOUR:
        raise HelplineError("You have rung them several times this hour. Please try again later, or ring the helpline.")
    return rings.owe(session, who, None, at=at, kind=RingKind.THROUGH, request_id=request.id)


def _talking(session: Session, who: Person, at: datetime) -> bool:
    """Whether they are put through this moment."""
    mine = (Ring.person_id == who.id) & (Ring.kind == RingKind.THROUGH) & (Ring.asked_at > at - rings.LONGEST_LEG)
    return session.scalar(select(Ring.id).where(mine, rings.IS_TALKING).limit(1)) is not None


def may(session: Session, request: HelpRequest, who: Person) -> bool:
    """Whether somebody may still be put through: a handler always, a coordinator while the request is theirs."""
    mine = select(Offer.id).where(Offer.request_id == request.id, Offer.person_id == who.id, Offer.state == O.ACCEPTED)
    of_the_line = who.wears(HatName.HANDLER, HatName.ORGANISER)
    return request.phone is not None and (of_the_line or session.scalar(mine.limit(1)) is not None)


def put_through(session: Session, ring: Ring, *, at: datetime) -> None:
    """They pressed 1, and the resident is being rung."""
    _record(session, ring, "offer.put_through", at=at)


def over(session: Session, ring: Ring, *, spoke: bool, at: datetime) -> None:
    """They have talked, or nobody answered. Told twice, it is written down once."""
    came_to = (Event.request_id == ring.request_id) & (Event.ring_id == ring.id) & Event.what.in_(CAME_TO)
    if ring.state != R.TOOK or session.scalar(select(Event.id).where(came_to).limit(1)) is not None:
        return
    _record(session, ring, "offer.spoke" if spoke else "offer.no_answer", at=at)
    offer = _offer(session, ring)
    if offer is not None and spoke:
        nudges.spoken_to(session, offer, at=at)


def _offer(session: Session, ring: Ring) -> Offer | None:
    theirs = (Offer.request_id == ring.request_id) & (Offer.person_id == ring.person_id)
    return session.scalar(select(Offer).where(theirs))


def _record(session: Session, ring: Ring, what: str, *, at: datetime) -> None:
    offer = _offer(session, ring)
    ids = {"request_id": ring.request_id, "offer_id": offer.id if offer else None, "ring_id": ring.id}
    history.record(session, what, at=at, who=ring.person_id, person_id=ring.person_id, **ids)
