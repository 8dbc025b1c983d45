"""Neighbours: who on the street does it, by a first name if the coordinator wants to say, and on what day it was done."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from helpline import clock, config, history, taking, wording
from helpline.errors import HelplineError
from helpline.offers import O, Offer

LONGEST = 40


class WrongDayError(HelplineError):
    """It cannot have been done on that day."""


def _first(name: str) -> str | None:
    return name.strip()[:LONGEST] or None


def found(session: Session, offer: Offer, name: str, *, at: datetime) -> None:
    """The coordinator has found somebody. Said again, a name replaces one. Raises `HelplineError` when it has moved on."""
    if offer.state != O.ACCEPTED:
        raise HelplineError(wording.MOVED_ON)
    request = offer.request
    again = request.found_at is not None and _first(name) in {None, request.neighbour}
    request.found_at = request.found_at or at
    request.neighbour = _first(name) or request.neighbour
    taking.heard(session, offer, at=at)
    if not again:
        ids = {"person_id": offer.person_id, "request_id": request.id, "offer_id": offer.id}
        history.record(session, "offer.found", at=at, who=offer.person_id, **ids)


def done(session: Session, offer: Offer, name: str, on: date | None, *, at: datetime) -> bool:
    """It is done: by whom, if they say, and on what day. False when it was done already.

    Raises `WrongDayError` for a day on which it cannot have been, `HelplineError` when it has moved on.
    """
    zone = config.current().zone
    today = clock.local(at, zone).date()
    if on is not None and on > today:
        raise WrongDayError("That day is still to come. Say the day on which it was done.")
    if on is not None and on < clock.local(offer.request.created_at, zone).date():
        raise WrongDayError(
            f"It was asked for on {wording.day(offer.request.created_at, zone)}, so it was done then or later."
        )
    if not taking.done(session, offer, at=at):
        return False
    offer.request.neighbour = _first(name) or offer.request.neighbour
    offer.request.done_on = on or today
    return True
