"""A request's story: what happened, who has seen the details, and what happens next. Nothing is changed here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import away, board, likenesses, offering, offers, passed_over, passing, people, rungs
from helpline.account import Account
from helpline.away import Away
from helpline.history import Event
from helpline.ladder import Skip
from helpline.messages import Message, MessageKind
from helpline.offers import Offer
from helpline.passing import Model
from helpline.people import Person, Way
from helpline.requests import HelpRequest, Note, Q
from helpline.through import CAME_TO


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
    words: str | None = None
    way: Way | None = None


def happened(account: Account) -> list[Happened]:
    """Everything that happened to a request, oldest first."""
    events = account.events
    names = {person.id: board.name_of(person) for person in account.people.values()}
    put = {offer.id: offer for offer in account.offers}
    # One event for each note, in the same order.
    notes = iter(account.notes)
    over = _passed_over(events, names, account.gone)
    by = _ways(events, account.messages)
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
                words=over.get(event.id),
                way=by.get(event.id),
            )
        )
    return told


# What follows from passing somebody over, by what happened next.
FOLLOWED = {
    "offer.made": "{} was asked",
    "offer.waits": "{} is asked in the morning",
    "request.nobody": "it came to the desk",
}
SKIPPED = "offer.skipped_"


def _passed_over(events: Sequence[Event], names: Mapping[int, str], gone: Sequence[Away]) -> dict[int, str]:
    """A sentence for each row of people who were passed over one after the other, by the id of the last of their events."""
    told, whys = {}, list[str]()
    days = _days_away([event for event in events if event.what == f"{SKIPPED}{Skip.AWAY}"], gone)
    for event, following in zip(events, [*events[1:], None], strict=True):
        if not event.what.startswith(SKIPPED):
            continue
        name, skip = names.get(event.person_id or 0, board.SOMEBODY), Skip(event.what.removeprefix(SKIPPED))
        whys.append(passed_over.why(skip, name, until=days.get(event.id)))
        if following is None or not following.what.startswith(SKIPPED):
            then = FOLLOWED.get(following.what if following else "", "nobody was asked")
            whom = names.get((following.person_id if following else None) or 0, board.SOMEBODY)
            told[event.id] = passed_over.sentence(whys, then.format(whom))
            whys = []
    return told


def _days_away(events: Sequence[Event], gone: Sequence[Away]) -> dict[int, date]:
    """Until when whoever was passed over was to be away, as was known then."""
    rows = sorted(gone, key=lambda row: row.first)
    found = {}
    for event in events:
        day = away.today(event.at)
        for row in rows:
            # Or from the next morning on, when they would have been asked.
            if row.person_id == event.person_id and row.first <= day + timedelta(days=1) and row.last >= day:
                found[event.id] = row.last
    return found


def _ways(events: Sequence[Event], messages: Sequence[Message]) -> dict[int, Way]:
    """By which way what an event tells of was said: a message, or the first by which somebody was asked."""
    sent = {message.id: message for message in messages}
    asked: dict[int, Way] = {}
    for message in sorted(messages, key=lambda message: message.id):
        if message.kind == MessageKind.OFFER:
            asked.setdefault(message.offer_id or 0, message.way)
    found = {event.id: sent[event.message_id].way for event in events if event.message_id in sent}
    return found | {
        event.id: asked[event.offer_id] for event in events if event.what == "offer.made" and event.offer_id in asked
    }


def _came_to(event: Event, later: Sequence[Event]) -> Event | None:
    """How a talk through the helpline ended; None while it lasts, or when nobody told us."""
    same = (one for one in later if one.offer_id == event.offer_id and one.what in {"offer.put_through", *CAME_TO})
    following = next(same, None)
    return following if following is not None and following.what in CAME_TO else None


# What tells of another request beside this one.
OF_OTHERS = frozenset({"request.linked", "request.told_apart"})


def said_alike(session: Session, request: HelpRequest) -> dict[datetime, str]:
    """By which reference the other one is known of which somebody said at these instants that it is the same, or is not."""
    said = likenesses.of_request(session, request)
    others = {one.id: one.first_id + one.second_id - request.id for one in said}
    known = select(HelpRequest.id, HelpRequest.reference).where(HelpRequest.id.in_(others.values()))
    references = dict(session.execute(known).all()) if said else {}
    return {one.at: references[others[one.id]] for one in said}


def version_of(session: Session, request: HelpRequest) -> int:
    """Changes whenever something happens to a request."""
    newest = select(Event.id).where(Event.request_id == request.id).order_by(Event.id.desc()).limit(1)
    return session.scalar(newest) or 0


@dataclass(frozen=True)
class Seen:
    """Somebody who has looked at details, and when."""

    person: Person
    times: tuple[datetime, ...]


def seen_by(account: Account) -> list[Seen]:
    """Who has seen a request's details, in the order they first did."""
    times: dict[int, list[datetime]] = defaultdict(list)
    for reading in account.readings:
        times[reading.reader_id].append(reading.at)
    found = account.people
    return [Seen(found[reader], tuple(when)) for reader, when in times.items() if reader in found]


def next_two(session: Session, account: Account) -> tuple[Person | None, Person | None]:
    """Who would be asked now, after whoever is asked; and who, when the time of whoever is asked is up."""
    request, holder = account.request, account.holder
    then = max(account.at, holder.lapses_at) if holder else account.at
    if passing.model(session) == Model.NEIGHBOURS:
        now, later = (asked_next(session, request, account.offers, at=when) for when in (account.at, then))
        return now, later
    gone: dict[int, list[Away]] = defaultdict(list)
    for row in account.gone:
        gone[row.person_id].append(row)
    first = {hat.person_id: hat for hat in reversed(account.ladder)}
    hats = sorted(first.values(), key=people.in_turn)
    on = rungs.as_they_stand(session, hats, account.has, gone)
    found = [offering.next_of(request, account.offers, on, at=at) for at in (account.at, then)]
    now, later = (account.people.get(one.rung.person_id) if one.rung else None for one in found)
    return now, later


def asked_next(session: Session, request: HelpRequest, put: Sequence[Offer], *, at: datetime) -> Person | None:
    """Who would be asked at an instant, after whoever is asked now; None when the desk would have it."""
    found = offering.choice(session, request, at=at, put=put)
    return session.get(Person, found.rung.person_id) if found.rung else None


def asked_then(session: Session, request: HelpRequest, *, at: datetime) -> Person | None:
    """Who would be asked when the time of whoever is asked now is up."""
    put = offers.of_request(session, request)
    offer = offers.first_live(put)
    return asked_next(session, request, put, at=max(at, offer.lapses_at) if offer else at)


def waits_for(session: Session, request: HelpRequest) -> Person | None:
    """Whom a request waits for until the morning; None when it does not wait."""
    waits = request.state == Q.ASKING and request.waits_until is not None and request.waits_for_id is not None
    return session.get(Person, request.waits_for_id) if waits else None
