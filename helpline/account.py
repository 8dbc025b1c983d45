"""The account of a request: everything that its page tells of it, asked at once. Nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from helpline import at_once, away, desk_items, durations, duty, offers, passing, people
from helpline.away import Away
from helpline.desk_items import DeskItem
from helpline.duty import Duty
from helpline.follow_ups import Feedback
from helpline.history import Event, Reading
from helpline.messages import Message, MessageKind
from helpline.offers import Offer
from helpline.people import Hat, Person
from helpline.repeating import Repeat
from helpline.requests import HelpRequest, Note


@dataclass(frozen=True)
class Account:
    """What was found, oldest first. `gone` are the days on which anybody named here is, was or will be away.

    `ladder` is who looks after its patch, and `has` how much each of them has, asked or taken.
    """

    request: HelpRequest
    at: datetime
    events: Sequence[Event]
    offers: Sequence[Offer]
    notes: Sequence[Note]
    readings: Sequence[Reading]
    messages: Sequence[Message]
    items: Sequence[DeskItem]
    gone: Sequence[Away]
    people: dict[int, Person]
    ladder: Sequence[Hat]
    has: dict[int, int]
    repeat: Repeat | None
    feedback: Feedback | None
    there: Duty

    @property
    def version(self) -> int:
        """Changes whenever something happens to the request."""
        return self.events[-1].id if self.events else 0

    @property
    def holder(self) -> Offer | None:
        """The live offer: who said yes, or who is asked; of several who are, the first."""
        return offers.first_live(self.offers)


def of(session: Session, request: HelpRequest, *, at: datetime) -> Account:
    """Everything about a request."""
    about = Event.request_id == request.id
    looks_after = people.ladder(request.patch_id or 0)
    theirs = select(looks_after.with_only_columns(Hat.person_id).subquery())
    put = select(Offer.id).where(Offer.request_id == request.id)
    named = union(
        select(Event.who_id).where(about),
        select(Event.person_id).where(about),
        select(Reading.reader_id).where(Reading.request_id == request.id),
        theirs,
    )
    found = at_once.ask(
        session,
        select(Event).where(about),
        select(Offer).where(Offer.request_id == request.id),
        select(Note).where(Note.request_id == request.id),
        select(Reading).where(Reading.request_id == request.id),
        select(Message).where(Message.id.in_(select(Event.message_id).where(about))),
        select(Message).where(Message.offer_id.in_(put), Message.kind == MessageKind.OFFER),
        select(DeskItem).where(DeskItem.request_id == request.id, DeskItem.state.in_(desk_items.LIVE)),
        select(Away).where(Away.person_id.in_(select(Event.person_id).where(about))),
        select(Away).where(Away.person_id.in_(theirs), Away.last >= away.today(at)),
        select(Person).where(Person.id.in_(named)),
        select(Person).where(Person.id == (request.waits_for_id or 0)),
        looks_after,
        select(Offer).where(Offer.person_id.in_(theirs), Offer.state.in_(offers.LIVE)),
        select(Repeat).where(Repeat.id == (request.repeat_id or 0)),
        select(Feedback).where(Feedback.request_id == request.id),
        select(Hat).where(Hat.person_id == request.handler_id),
        passing.NEWEST,
        durations.STANDING,
        *duty.parts(at),
    )
    for rows in found:
        rows.sort(key=lambda row: row.id)
    events, asked, notes, readings, sent, asking, items, was, will, those, waits, worn, live, *more = found
    repeats, told, handlers, decided, changed, soon, answering = more
    passing.know(session, decided)
    durations.know(session, changed)
    set_committed_value(request.handler, "hats", handlers)
    known = {person.id: person for person in [*those, *waits]}
    for hat in worn:
        set_committed_value(hat, "person", known[hat.person_id])
    has: dict[int, int] = {}
    for offer in live:
        has[offer.person_id] = has.get(offer.person_id, 0) + 1
    return Account(
        request,
        at,
        events,
        asked,
        notes,
        readings,
        [*sent, *(one for one in asking if one not in sent)],
        items,
        [*was, *(one for one in will if one not in was)],
        known,
        sorted(worn, key=people.in_turn),
        has,
        next(iter(repeats), None),
        next(iter(told), None),
        duty.told(at, soon, answering),
    )
