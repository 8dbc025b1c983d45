"""Nudges: somebody took a request, and then it went quiet. They are asked how it goes; after that the resident is owed a call.

Whatever they do or say begins the quiet anew. Times by which something is done are columns of the offer, which the clock sweeps.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from helpline import config, desk_items, durations, history, messages, taking, wording
from helpline.db import lock
from helpline.desk_items import DeskItem, ItemKind
from helpline.messages import MessageKind
from helpline.offers import O, Offer


def spoken_to(session: Session, offer: Offer, *, at: datetime) -> None:
    """They have talked to the resident, who need not be rung to hear who is coming."""
    taking.heard(session, offer, at=at)
    desk_items.close_all(session, at=at, kind=ItemKind.QUIET, request_id=offer.request_id)


def due(session: Session, at: datetime) -> Sequence[int]:
    """Offers of which nothing was heard for too long: to be nudged, nudged and silent still, or silent after that call too."""
    rung = ~_call_is_owed(Offer.request_id, at)
    silent = (Offer.state == O.ACCEPTED) & (Offer.quiet_at <= at) & (Offer.call_owed_at.is_(None) | rung)
    return session.scalars(select(Offer.id).where(silent).order_by(Offer.quiet_at)).all()


def _call_is_owed(request_id: Any, at: datetime) -> ColumnElement[bool]:
    """Whether the desk owes the resident that call, or may again when a press is undone."""
    item = select(DeskItem.id).where(DeskItem.kind == ItemKind.QUIET, DeskItem.request_id == request_id)
    return item.where(DeskItem.state.in_(desk_items.LIVE)).exists() | item.where(DeskItem.undo_until > at).exists()


def see(session: Session, offer_id: int, at: datetime) -> None:
    """Ask how it goes; when that too is met with silence, the desk owes the resident a call, and after it the quiet begins anew."""
    offer = session.get_one(Offer, offer_id)
    lock(session, offer.request)
    lock(session, offer)
    if offer.state != O.ACCEPTED or offer.quiet_at is None or offer.quiet_at > at:
        return
    if offer.call_owed_at is not None:
        if not session.scalar(select(_call_is_owed(offer.request_id, at))):
            taking.heard(session, offer, at=at)
    elif offer.nudged_at is None:
        _nudge(session, offer, at=at)
    else:
        offer.call_owed_at = at
        desk_items.put(session, ItemKind.QUIET, at=at, request_id=offer.request_id)
        _record(session, offer, "offer.quiet", at=at)


def _nudge(session: Session, offer: Offer, *, at: datetime) -> None:
    offer.nudged_at = at
    offer.quiet_at = at + durations.of(session).quiet_after_nudge
    words = wording.nudge_text(config.current().group_name, offer.request.what, offer.street, offer.letter)
    messages.owe(
        session, MessageKind.NEWS, words, to=offer.person, at=at, request_id=offer.request_id, offer_id=offer.id
    )
    _record(session, offer, "offer.nudged", at=at)


def _record(session: Session, offer: Offer, what: str, *, at: datetime, who: int | None = None) -> None:
    ids = {"person_id": offer.person_id, "request_id": offer.request_id, "offer_id": offer.id}
    history.record(session, what, at=at, who=who, **ids)
