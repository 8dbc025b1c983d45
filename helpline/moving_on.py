"""What moves a request on though nobody answers: the morning, somebody going away, and that nothing is ever with nobody.

Each is found and dealt with by the clock.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from helpline import away, desk_items, history, offering, offers, referrals, requests, taking
from helpline.away import Away
from helpline.db import lock
from helpline.desk_items import DeskItem, ItemKind
from helpline.offers import LIVE, O, Offer
from helpline.requests import HelpRequest, Q


def waiting(session: Session, at: datetime) -> Sequence[int]:
    """The ids of requests that waited for the morning, and it has come."""
    due = (HelpRequest.state == Q.ASKING) & (HelpRequest.waits_until <= at)
    return session.scalars(select(HelpRequest.id).where(due).order_by(HelpRequest.waits_until, HelpRequest.id)).all()


def morning(session: Session, request_id: int, at: datetime) -> None:
    """Ask whoever is first now: since the evening somebody may have gone away, or come back."""
    request = session.get_one(HelpRequest, request_id)
    lock(session, request)
    if request.state == Q.ASKING and request.waits_until is not None and request.waits_until <= at:
        offering.ask_next(session, request, at=at)


def leave(session: Session, away_id: int, at: datetime) -> None:
    """Somebody's days away have begun: what they were asked is put to the next, and the desk looks at what they took."""
    gone = session.get_one(Away, away_id)
    lock(session, gone)
    if gone.begun_at is not None or not gone.holds(away.today(at)):
        return
    gone.begun_at = at
    for offer in offers.live_of_person(session, gone.person):
        if offer.state == O.OPEN:
            taking.lapse(session, offer, at=at, why="offer.away")
        else:
            history.record(session, "offer.left", at=at, request_id=offer.request_id, person_id=offer.person_id)
            desk_items.put(session, ItemKind.REQUEST, at=at, request_id=offer.request_id)


def _with_nobody() -> ColumnElement[bool]:
    """An open request that is with no person or organisation, waits for none, and is not on the desk.

    Whoever is asked by words that have not left, though their time is up (`watched_at`), does not have it: the desk does.
    """
    unheard = (Offer.state == O.OPEN) & Offer.watched_at.is_not(None)
    offered = select(Offer.id).where(Offer.request_id == HelpRequest.id, Offer.state.in_(LIVE), ~unheard)
    owed = select(DeskItem.id).where(
        DeskItem.request_id == HelpRequest.id,
        DeskItem.kind == ItemKind.REQUEST,
        DeskItem.state.in_(desk_items.LIVE),
    )
    waits = (HelpRequest.state == Q.ASKING) & HelpRequest.waits_until.is_not(None)
    return (
        HelpRequest.state.in_(requests.OPEN)
        & ~offered.exists()
        & ~owed.exists()
        & ~waits
        & ~referrals.has(HelpRequest.id)
    )


def with_nobody(session: Session, at: datetime) -> Sequence[int]:
    """The ids of requests that nobody has. The one way there that we know of is an item of the desk closed without its request."""
    del at
    return session.scalars(select(HelpRequest.id).where(_with_nobody()).order_by(HelpRequest.id)).all()


def find_somebody(session: Session, request_id: int, at: datetime) -> None:
    """Ask whoever is next, or put it on the desk."""
    request = session.get_one(HelpRequest, request_id)
    lock(session, request)
    if session.scalar(select(HelpRequest.id).where(HelpRequest.id == request_id, _with_nobody())) is None:
        return
    if offers.holder_of(session, request) is not None:
        desk_items.put(session, ItemKind.REQUEST, at=at, request_id=request.id)
        return
    if request.state == Q.TAKEN:
        requests.LIFE.move(request, Q.ASKING)
    offering.ask_next(session, request, at=at)
