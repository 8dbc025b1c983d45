"""Correcting: a request that was written down wrongly is put right, and what follows from it follows.

Another patch: whoever was asked is told that it is no longer theirs, and the right patch is asked. Else whoever was asked or has it
is told to look again, and has the time that there is now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import (
    config,
    desk_items,
    durations,
    history,
    ladder,
    messages,
    offering,
    offers,
    patches,
    places,
    request_wording,
    requests,
    sparing,
    taking,
    withdrawing,
)
from helpline.db import lock
from helpline.durations import ChangedMeanwhileError
from helpline.errors import HelplineError
from helpline.history import Event
from helpline.messages import MessageKind
from helpline.offers import O, Offer
from helpline.people import DetailsBy, Person
from helpline.places import Patch, Street
from helpline.requests import HelpRequest, Q
from helpline.wording import Urgency

PUT_RIGHT = ("request.moved", "request.rescheduled", "request.reworded")
OVER = "That request is over, so nothing of it is put right any more."


@dataclass(frozen=True)
class Corrected:
    """What a request should say: all of it, also what stays."""

    words: str
    name: str | None
    house: str | None
    street_id: int | None
    street_words: str | None
    urgency: Urgency
    by_at: datetime | None


def newest_change(session: Session, request_id: int) -> int:
    """The event by which it was put right last, 0 when it never was: what whoever puts it right must have seen."""
    told = select(Event.id).where(Event.request_id == request_id, Event.what.in_(PUT_RIGHT))
    return session.scalar(told.order_by(Event.id.desc()).limit(1)) or 0


def correct(session: Session, request: HelpRequest, given: Corrected, *, seen: int, who: Person, at: datetime) -> bool:
    """Put it right. Answers whether anything changed. `seen` is the change that was the newest when they looked.

    Raises `ChangedMeanwhileError` when somebody was faster, `HelplineError` when it is over, or something is missing.
    """
    lock(session, request)
    if request.state not in requests.OPEN or request.forgotten_at is not None:
        raise HelplineError(OVER)
    street = session.get(Street, given.street_id) if given.street_id else None
    if not given.words.strip() or (street is None and not given.street_words):
        raise HelplineError("Say what is needed, and which street, even if it is not on our list.")
    changes = _changes(request, given, street)
    if not changes:
        return False
    newest = newest_change(session, request.id)
    if newest != seen:
        raise _meanwhile(session, newest, who)
    patch = places.patch_for(street, given.house) if street else patches.everywhere_else(session)
    elsewhere = "moved" in changes and (patch.id if patch else None) != request.patch_id
    if elsewhere:  # while its texts still name the street that they were about
        _let_go(session, request, at=at)
    _apply(request, given, street, patch)
    for what in changes:
        history.record(session, f"request.{what}", at=at, who=who.id, request_id=request.id)
    session.flush()
    if elsewhere or ("rescheduled" in changes and request.waits_until is not None):
        offering.ask_next(session, request, at=at)
    else:
        _tell(session, request, changes, at=at)
    return True


def _meanwhile(session: Session, newest: int, who: Person) -> ChangedMeanwhileError:
    event = session.get(Event, newest)
    other = session.get(Person, event.who_id) if event is not None else None
    name = "You" if other is who else (other.first_name if other else None) or "Somebody"
    return ChangedMeanwhileError(
        f"{name} put it right while you had this open. What you wrote is kept below: see how it stands now, change what you must, "
        "and save again."
    )


def _changes(request: HelpRequest, given: Corrected, street: Street | None) -> list[str]:
    """What is another than before, as the events that tell of it."""
    where = (request.street_id, request.street_words, request.house)
    there = (street.id if street else None, None if street else given.street_words, given.house)
    found = {
        "moved": where != there,
        "rescheduled": (request.urgency, request.by_at) != (given.urgency, given.by_at),
        "reworded": (request.words, request.name) != (given.words, given.name),
    }
    return [what for what, changed in found.items() if changed]


def _apply(request: HelpRequest, given: Corrected, street: Street | None, patch: Patch | None) -> None:
    request.words, request.name, request.house = given.words, given.name, given.house
    request.street, request.patch = street, patch
    request.street_words = None if street else given.street_words
    request.urgency, request.by_at = given.urgency, given.by_at


def _let_go(session: Session, request: HelpRequest, *, at: datetime) -> None:
    if request.state == Q.TAKEN:
        requests.LIFE.move(request, Q.ASKING)
    withdrawing.move_elsewhere(session, request, at=at)
    desk_items.close_all(session, at=at, request_id=request.id)
    request.neighbour = request.found_at = None
    request.waits_until = request.waits_for_id = None


def _tell(session: Session, request: HelpRequest, changes: Sequence[str], *, at: datetime) -> None:
    """Whoever has it is told of whatever changed; whoever is only asked knows nothing but the street and by when."""
    for offer in offers.live_of_request(session, request):
        if offer.state == O.ACCEPTED:
            offer.quiet_at = taking.quiet_until(session, offer, at=at)
        elif "rescheduled" in changes:
            hours = sparing.quiet_of(session, offer.person)
            need = offering.need_of(request, at)
            offer.lapses_at = ladder.lapses_at(need, hours=hours, durations=durations.of(session))
        if offer.state == O.ACCEPTED or {"moved", "rescheduled"} & set(changes):
            _say(session, offer, at=at)
        if offer.state == O.ACCEPTED and taking.details_by(session, offer.person, at=at) != DetailsBy.LINK:
            taking.send_details(session, offer, at=at)


def _say(session: Session, offer: Offer, *, at: datetime) -> None:
    by = offering.by_when(offer.request, at)
    words = request_wording.put_right_text(config.current().group_name, offer.request.what, offer.street, by)
    messages.owe(
        session, MessageKind.NEWS, words, to=offer.person, at=at, request_id=offer.request_id, offer_id=offer.id
    )
