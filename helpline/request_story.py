"""A request's story: what happened, who has seen the details, and what happens next. Nothing is changed here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import (
    board,
    desk_items,
    history,
    ladder,
    offers,
    people,
)
from helpline.db import by_id
from helpline.desk_items import DeskItem
from helpline.history import Event
from helpline.ladder import Rung
from helpline.people import Person
from helpline.requests import HelpRequest, Note


@dataclass(frozen=True)
class Happened:
    """One line of a story: what happened, when, by whom, to whom."""

    at: datetime
    what: str
    who: str | None
    person: str | None
    until: datetime | None = None
    note: Note | None = None
    came_to: Event | None = None


# How being put through to the resident may end.
CAME_TO = ("offer.spoke", "offer.no_answer")


def happened(session: Session, request: HelpRequest) -> list[Happened]:
    """Everything that happened to a request, oldest first."""
    events = history.story_of_request(session, request.id)
    found = by_id(session, Person, [event.who_id for event in events] + [event.person_id for event in events])
    names = {person.id: board.name_of(person) for person in found.values()}
    put = {offer.id: offer for offer in offers.of_request(session, request)}
    # One event for each note, in the same order.
    notes = iter(notes_of(session, request))
    told = []
    for place, event in enumerate(events):
        offer = put.get(event.offer_id or 0)
        told.append(
            Happened(
                event.at,
                event.what,
                names.get(event.who_id or 0),
                names.get(event.person_id or 0),
                until=offer.lapses_at if offer else None,
                note=next(notes, None) if event.what == "request.noted" else None,
                came_to=_came_to(event, events[place + 1 :]) if event.what == "offer.put_through" else None,
            )
        )
    return told


def _came_to(event: Event, later: Sequence[Event]) -> Event | None:
    """How a talk through the helpline ended; None while it lasts, or when nobody told us."""
    same = (one for one in later if one.offer_id == event.offer_id and one.what in {"offer.put_through", *CAME_TO})
    following = next(same, None)
    return following if following is not None and following.what in CAME_TO else None


def version_of(session: Session, request: HelpRequest) -> int:
    """Changes whenever something happens to a request."""
    newest = select(Event.id).where(Event.request_id == request.id).order_by(Event.id.desc()).limit(1)
    return session.scalar(newest) or 0


def notes_of(session: Session, request: HelpRequest) -> list[Note]:
    """The notes on a request, oldest first."""
    return list(session.scalars(select(Note).where(Note.request_id == request.id).order_by(Note.id)))


@dataclass(frozen=True)
class Seen:
    """Somebody who has looked at details, and when."""

    person: Person
    times: tuple[datetime, ...]


def seen_by(session: Session, request: HelpRequest) -> list[Seen]:
    """Who has seen a request's details, in the order they first did."""
    times: dict[int, list[datetime]] = defaultdict(list)
    for reading in history.readings_of_request(session, request.id):
        times[reading.reader_id].append(reading.at)
    found = by_id(session, Person, times)
    return [Seen(found[reader], tuple(when)) for reader, when in times.items() if reader in found]


def asked_next(session: Session, request: HelpRequest) -> Person | None:
    """Who would be asked after whoever is asked now; None when the desk would have it."""
    rungs = [
        Rung(hat.person_id, hat.name, hat.person.by, hat.person.stopped_texts_at is not None)
        for hat in (people.ladder_of(session, request.patch_id) if request.patch_id else [])
    ]
    choice = ladder.next_to_ask(rungs, {offer.person_id for offer in offers.of_request(session, request)})
    return session.get(Person, choice.rung.person_id) if choice.rung else None


def items_about(session: Session, request: HelpRequest) -> list[DeskItem]:
    """What the desk still owes about a request."""
    return list(
        session.scalars(
            select(DeskItem)
            .where(DeskItem.request_id == request.id, DeskItem.state.in_(desk_items.LIVE))
            .order_by(DeskItem.id)
        )
    )
