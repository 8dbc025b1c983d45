"""Withdrawing: what somebody was asked, or had said yes to, is no longer theirs, and they are told.

Because somebody else has it, it is another patch's, the desk saw to it, or it is no longer needed.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import config, desk_items, history, links, messages, offers, requests, wording
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.messages import Message, MessageKind, MessageState
from helpline.offers import LIFE, O, Offer, OfferState
from helpline.people import Person, Way
from helpline.requests import HelpRequest, Q


def give_elsewhere(session: Session, request: HelpRequest, *, besides: Offer | None, at: datetime) -> None:
    """Whoever else was asked, or had it, is told that somebody has it now, so that nobody waits or goes in vain."""
    for other in offers.live_of_request(session, request):
        if other is not besides:
            _let_go(session, other, O.ELSEWHERE, "offer.elsewhere", wording.elsewhere_text, at=at, answered_at=at)


def move_elsewhere(session: Session, request: HelpRequest, *, at: datetime) -> None:
    """It is another patch's after all: whoever was asked, or had it, is told, and is asked again should it come back."""
    for offer in offers.live_of_request(session, request):
        _let_go(session, offer, O.ELSEWHERE, "offer.withdrawn", wording.withdrawn_text, at=at, answered_at=at)


def _let_go(
    session: Session,
    offer: Offer,
    then: OfferState,
    what: str,
    text: Callable[[str, str, str], str],
    *,
    at: datetime,
    **changes: datetime,
) -> None:
    """It is no longer theirs: its links close, and they are told."""
    was_not_told = _was_not_told(session, offer)
    if not LIFE.win(session, offer, then, **changes):
        return
    links.revoke(session, offer.id, at=at)
    if not was_not_told:
        words = text(config.current().group_name, offer.request.what, offer.street)
        messages.owe(
            session, MessageKind.NEWS, words, to=offer.person, at=at, request_id=offer.request_id, offer_id=offer.id
        )
    history.record(session, what, at=at, person_id=offer.person_id, request_id=offer.request_id, offer_id=offer.id)


def see_to(session: Session, request: HelpRequest, *, who: Person, at: datetime) -> bool:
    """The desk itself saw to a request: whoever had it is told so. False when it was done already."""
    lock(session, request)
    withdraw(session, request, at=at)
    return requests.done(session, request, who=who, at=at)


def call_off(
    session: Session, request: HelpRequest, *, who: Person, at: datetime, same_as: HelpRequest | None = None
) -> None:
    """No longer needed, or the same as another: whoever was asked or said yes is told.

    Raises `HelplineError` when it is done already.
    """
    lock(session, request)
    requests.LIFE.move(request, Q.CALLED_OFF)
    request.same_as_id = same_as.id if same_as else None
    request.over_at = at
    withdraw(session, request, at=at)
    desk_items.close_all(session, at=at, who=who.id, request_id=request.id)
    history.record(session, "request.called_off", at=at, who=who.id, request_id=request.id)


def leave_to_others(session: Session, request: HelpRequest, *, who: Person, at: datetime) -> None:
    """Somebody who is none of us has taken it: whoever was asked or said yes is told. Raises `HelplineError` when it is over."""
    lock(session, request)
    if request.state not in requests.OPEN:
        raise HelplineError("That request is no longer open, so there is nothing to pass on.")
    if request.state != Q.TAKEN:
        requests.LIFE.move(request, Q.TAKEN)
    request.waits_until = request.waits_for_id = request.neighbour = request.found_at = None
    withdraw(session, request, at=at)
    desk_items.close_all(session, at=at, who=who.id, request_id=request.id)


def withdraw(session: Session, request: HelpRequest, *, at: datetime) -> None:
    """Whoever was asked, or had it, is told that it is no longer needed from them."""
    for offer in offers.live_of_request(session, request):
        _let_go(session, offer, O.WITHDRAWN, "offer.withdrawn", wording.withdrawn_text, at=at)


def _was_not_told(session: Session, offer: Offer) -> bool:
    """Whether they were to be asked by a call, and have neither heard it nor answered: then there is nothing to take back."""
    if offer.answered_at is not None:
        return False
    asked_by = select(Message).where(Message.offer_id == offer.id, Message.kind == MessageKind.OFFER)
    last = session.scalar(asked_by.order_by(Message.id.desc()).limit(1))
    return last is not None and last.way == Way.VOICE and last.state != MessageState.DELIVERED
