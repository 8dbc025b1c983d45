"""What the desk looks at: reads that cross several nouns, and the words that may be said to a caller.

Nothing is changed here.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import (
    calls,
    config,
    desk_items,
    history,
    ladder,
    line,
    offers,
    people,
    places,
    requests,
    rings,
    rota,
    wording,
)
from helpline.calls import C, Call, Ending, Voicemail
from helpline.db import Base
from helpline.desk_items import DeskItem, ItemKind
from helpline.history import Event
from helpline.ladder import Rung
from helpline.messages import Message
from helpline.offers import O, Offer
from helpline.people import Person
from helpline.places import Street
from helpline.requests import HelpRequest, Note, Q
from helpline.rings import R, Ring, RingKind
from helpline.rota import Shift
from helpline.sealed import keys_of
from helpline.texts import Text
from helpline.wording import Kind, Money, Urgency

SOMEBODY = "Somebody"
# An item with no time of its own is late after an hour.
LATE = timedelta(hours=1)
LONGEST_LEG = timedelta(hours=2)
ENOUGH_TO_SAY = 5
A_MONTH = timedelta(days=28)
T = TypeVar("T", bound=Base)


def name_of(person: Person | None) -> str:
    """What somebody is called on the line."""
    return (person.first_name if person else None) or SOMEBODY


@dataclass(frozen=True)
class Standing:
    """How somebody stands to the line now."""

    person: Person
    shift: Shift | None
    call: Call | None
    back: Ring | None
    wrap_up: Call | None

    @property
    def on_the_phone(self) -> bool:
        """Whether they are talking, or being put through."""
        return self.call is not None or self.back is not None


def standing(session: Session, person: Person, *, at: datetime) -> Standing:
    """Whether somebody is on shift, on a call, or writing one down."""
    back = session.scalar(
        select(Ring)
        .where(
            Ring.person_id == person.id,
            Ring.kind == RingKind.CALL_BACK,
            Ring.state == R.TOOK,
            Ring.over_at.is_(None),
            Ring.asked_at > at - LONGEST_LEG,
        )
        .order_by(Ring.id.desc())
        .limit(1)
    )
    return Standing(
        person,
        rota.shift_of(session, person, at),
        calls.current_of(session, person),
        back,
        calls.to_wrap_up(session, person, at),
    )


@dataclass(frozen=True)
class Together:
    """Handlers on shift until the same instant."""

    until: datetime
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Waiting:
    """A caller waiting, since when, and whose phones ring for her."""

    call: Call
    since: datetime
    rung: tuple[Person, ...]


@dataclass(frozen=True)
class Line:
    """One request in a list, and the offer that says how it stands."""

    request: HelpRequest
    offer: Offer | None


@dataclass(frozen=True)
class Caller:
    """What we know of whoever a handler talks to: a name that is only probable, earlier calls, and requests."""

    name: str | None
    phone: str | None
    earlier: tuple[Call, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Desk:
    """The top of the desk, for one handler at one instant."""

    me: Standing
    ring: Ring | None
    rung_for: Caller | None
    in_hand: Call | None
    caller: Caller | None
    waiting: tuple[Waiting, ...]
    on: tuple[Together, ...]
    following: tuple[Shift, ...]


def version(session: Session, person: Person) -> str:
    """Changes whenever anything on somebody's desk may have: three small questions, asked every second by every screen.

    An event that began before the newest may be committed after it, so the latest ones are counted too.
    """
    newest = history.latest(session)
    lately = session.scalar(select(func.count()).where(Event.id > newest - 200))
    ring = rings.live_of(session, person.id)
    return f"{newest}.{lately}.{ring.state if ring else ''}"


def desk(session: Session, person: Person, *, at: datetime) -> Desk:
    """Everything at the top of somebody's desk."""
    me = standing(session, person, at=at)
    ring = rings.live_of(session, person.id)
    in_hand = me.call or (session.get(Call, me.back.call_id) if me.back else None) or me.wrap_up
    waiting = tuple(
        Waiting(call, call.waiting_since or call.arrived_at, tuple(line.being_rung(session, call)))
        for call in calls.waiting(session)
    )
    return Desk(
        me=me,
        ring=ring,
        rung_for=caller(session, session.get_one(Call, ring.call_id)) if ring else None,
        in_hand=in_hand,
        caller=caller(session, in_hand) if in_hand else None,
        waiting=waiting,
        on=tuple(_together(rota.on_now(session, at), first=person)),
        following=tuple(rota.next_on(session, at)),
    )


def _together(shifts: Iterable[Shift], *, first: Person) -> list[Together]:
    by_end: dict[datetime, list[Person]] = defaultdict(list)
    for shift in shifts:
        by_end[shift.ends_at].append(shift.person)
    groups = [
        Together(until, tuple(sorted(there, key=lambda person: person.id != first.id)))
        for until, there in sorted(by_end.items())
    ]
    return sorted(groups, key=lambda group: first.id not in {person.id for person in group.people})


def caller(session: Session, call: Call) -> Caller:
    """What we know of the person who rang: by their number alone, so a name is only probable."""
    person = call.person or (people.find(session, call.phone) if call.phone else None)
    asked = (
        list(
            session.scalars(
                select(HelpRequest)
                .where(HelpRequest.resident_id == person.id)
                .order_by(HelpRequest.created_at.desc())
                .limit(5)
            )
        )
        if person
        else []
    )
    earlier = tuple(calls.earlier(session, call, most=3))
    return Caller(person.first_name if person else None, call.phone, earlier, tuple(lines(session, asked)))


def lines(session: Session, given: Sequence[HelpRequest]) -> list[Line]:
    """Requests, each with the offer that says how it stands: the live one, or the one it was done by, or the newest."""
    newest: dict[int, Offer] = {}
    ids = [request.id for request in given]
    for offer in session.scalars(select(Offer).where(Offer.request_id.in_(ids)).order_by(Offer.id)):
        settled = newest.get(offer.request_id)
        if settled is None or settled.state not in {O.OPEN, O.ACCEPTED, O.DONE}:
            newest[offer.request_id] = offer
    return [Line(request, newest.get(request.id)) for request in given]


def mine(session: Session, person: Person, *, most: int = 8) -> list[Line]:
    """What somebody wrote down lately, newest first."""
    return lines(session, requests.taken_by_handler(session, person, most=most))


def open_requests(session: Session, *, skip: int = 0, most: int = 50) -> list[Line]:
    """Every open request, newest first."""
    found = session.scalars(
        select(HelpRequest)
        .where(HelpRequest.state.in_(requests.OPEN))
        .order_by(HelpRequest.created_at.desc(), HelpRequest.id.desc())
        .offset(skip)
        .limit(most)
    )
    return lines(session, list(found))


def how_many_open(session: Session) -> int:
    """How many requests are open."""
    return session.scalar(select(func.count()).where(HelpRequest.state.in_(requests.OPEN))) or 0


# What is owed


@dataclass(frozen=True)
class Owed:
    """One thing the desk owes, with what it is about."""

    item: DeskItem
    late: bool
    call: Call | None = None
    line: Line | None = None
    voicemail: Voicemail | None = None
    text: Text | None = None
    message: Message | None = None
    ring: Ring | None = None
    calls_today: int = 0

    @property
    def phone(self) -> str | None:
        """The number it is about, if there is one."""
        about = self.call or self.text
        return about.phone if about else None

    @property
    def forgotten_at(self) -> datetime | None:
        """When what it is about was forgotten, if it was."""
        about = self.call or self.text
        return about.forgotten_at if about else None


def owed(session: Session, *, at: datetime) -> list[Owed]:
    """Everything still owed, oldest first."""
    return _about(session, desk_items.on_the_desk(session), at=at)


def owed_one(session: Session, item: DeskItem, *, at: datetime) -> Owed:
    """One item, with what it is about."""
    return _about(session, [item], at=at)[0]


def _about(session: Session, items: Sequence[DeskItem], *, at: datetime) -> list[Owed]:
    voicemails = {
        voicemail.call_id: voicemail
        for voicemail in session.scalars(
            select(Voicemail).where(Voicemail.call_id.in_([item.call_id for item in items if item.call_id]))
        )
    }
    rung = _by_id(session, Ring, [item.ring_id for item in items])
    about = [item.call_id for item in items] + [ring.call_id for ring in rung.values()]
    rang = _by_id(session, Call, about)
    wanted = _by_id(session, HelpRequest, [item.request_id for item in items])
    lines_of = {row.request.id: row for row in lines(session, list(wanted.values()))}
    written = _by_id(session, Text, [item.text_id for item in items])
    sent = _by_id(session, Message, [item.message_id for item in items])
    return [
        Owed(
            item,
            late=at > (item.due_at or item.created_at + LATE),
            call=rang.get(item.call_id or 0),
            line=lines_of.get(item.request_id or 0),
            voicemail=voicemails.get(item.call_id or 0) if item.kind == ItemKind.VOICEMAIL else None,
            text=written.get(item.text_id or 0),
            message=sent.get(item.message_id or 0),
            ring=rung.get(item.ring_id or 0),
            calls_today=_calls_today(session, rang.get(item.call_id or 0), at=at),
        )
        for item in items
    ]


def _by_id(session: Session, table: type[T], ids: Iterable[int | None]) -> dict[int, T]:
    column = table.__table__.c.id
    wanted = {given for given in ids if given is not None}
    if not wanted:
        return {}
    return {getattr(row, "id"): row for row in session.scalars(select(table).where(column.in_(wanted)))}  # noqa: B009


def _midnight(at: datetime) -> datetime:
    zone = config.current().zone
    return datetime.combine(at.astimezone(zone).date(), time(), zone)


def _calls_today(session: Session, call: Call | None, *, at: datetime) -> int:
    if call is None or call.phone is None:
        return 0
    found = select(func.count()).where(Call.phone_key.in_(keys_of(call.phone)), Call.arrived_at >= _midnight(at))
    return session.scalar(found) or 0


@dataclass(frozen=True)
class Today:
    """The day in figures. `accounted` is true only if every call of today ended somewhere, and what is owed is on the desk."""

    calls: int
    answered: int
    accounted: bool


def today(session: Session, *, at: datetime) -> Today:
    """Today's calls, counted."""
    since = Call.arrived_at >= _midnight(at)
    came, answered = session.execute(
        select(func.count(), func.count().filter(Call.ending == Ending.ANSWERED)).where(since)
    ).one()
    live = Call.state.in_(calls.LIFE.sources(C.ENDED))
    stuck = session.scalar(select(func.count()).where(live, Call.arrived_at < at - LONGEST_LEG)) or 0
    on_the_desk = select(DeskItem.id).where(DeskItem.call_id == Call.id).exists()
    lost = session.scalar(
        select(func.count()).where(since, Call.ending.in_([Ending.CALL_BACK_OWED, Ending.MESSAGE_LEFT]), ~on_the_desk)
    )
    return Today(came, answered, not stuck and not lost)


# A request's story


@dataclass(frozen=True)
class Happened:
    """One line of a story: what happened, when, by whom, to whom."""

    at: datetime
    what: str
    who: str | None
    person: str | None
    until: datetime | None = None
    note: Note | None = None


def story(session: Session, request: HelpRequest) -> list[Happened]:
    """Everything that happened to a request, oldest first."""
    events = history.story_of_request(session, request.id)
    found = _by_id(session, Person, [event.who_id for event in events] + [event.person_id for event in events])
    names = {person.id: name_of(person) for person in found.values()}
    put = {offer.id: offer for offer in offers.of_request(session, request)}
    # One event for each note, in the same order.
    notes = iter(notes_of(session, request))
    told = []
    for event in events:
        offer = put.get(event.offer_id or 0)
        told.append(
            Happened(
                event.at,
                event.what,
                names.get(event.who_id or 0),
                names.get(event.person_id or 0),
                until=offer.lapses_at if offer else None,
                note=next(notes, None) if event.what == "request.noted" else None,
            )
        )
    return told


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
    found = _by_id(session, Person, times)
    return [Seen(found[reader], tuple(when)) for reader, when in times.items() if reader in found]


def asked_next(session: Session, request: HelpRequest) -> Person | None:
    """Who would be asked after whoever is asked now; None when the desk would have it."""
    rungs = [
        Rung(hat.person_id, hat.name, hat.person.by, hat.person.stopped_texts_at is not None)
        for hat in (people.ladder_of(session, request.patch_id) if request.patch_id else [])
    ]
    choice = ladder.next_to_ask(rungs, {offer.person_id for offer in offers.of_request(session, request)})
    return session.get(Person, choice.rung.person_id) if choice.rung else None


# What may be said


@dataclass(frozen=True)
class Promise:
    """Words to say to the caller, true when they were computed, and who will be asked."""

    words: str
    hint: str | None = None
    asks: str | None = None
    needs_house: bool = False


def looked_after_by(session: Session, patch_id: int) -> Person | None:
    """Who would be asked first for a patch."""
    rung = offers.expected(session, patch_id)
    return session.get(Person, rung.person_id) if rung else None


def promise(session: Session, street: Street | None, house: str | None, *, at: datetime) -> Promise:
    """What may be promised about a house on a street; None is a street that is not on our list."""
    unsure = "“I will write it down, and ring you to say what we found.”"
    if street is None:
        return Promise(unsure, "Do not promise today. That street is not on our list, so the desk finds out.")
    patch = places.patch_for(street, house)
    if patch is None and not house:
        return Promise(
            unsure,
            f"Ask for the house number: {street.name} is shared between two patches.",
            needs_house=True,
        )
    somebody = looked_after_by(session, patch.id) if patch else None
    if patch is None or somebody is None:
        return Promise(unsure, f"Do not promise today. Nobody looks after {street.name} yet, so the desk finds out.")
    name = somebody.first_name
    usual = usually(session, patch.id, at=at)
    found = f" A yes often comes within {usual}." if usual else ""
    if name is None:
        return Promise(
            f"“We ask the person who looks after {street.name} now, and ring you back if nobody can.{found}”"
        )
    return Promise(
        f"“{name} looks after {street.name}. We ask {name} now, and ring you back if nobody can.{found}”", asks=name
    )


def usually(session: Session, patch_id: int, *, at: datetime) -> str | None:
    """How long a yes usually takes in a patch, rounded up; None while there are too few to say."""
    rows = session.execute(
        select(HelpRequest.created_at, func.min(Offer.answered_at))
        .join(Offer, Offer.request_id == HelpRequest.id)
        .where(
            HelpRequest.patch_id == patch_id,
            HelpRequest.created_at > at - A_MONTH,
            Offer.state.in_([O.ACCEPTED, O.DONE, O.GIVEN_BACK]),
            Offer.answered_at.is_not(None),
        )
        .group_by(HelpRequest.id)
    ).all()
    if len(rows) < ENOUGH_TO_SAY:
        return None
    seconds = statistics.median((answered - created).total_seconds() for created, answered in rows if answered)
    hours = -(-int(seconds) // 3600)
    return "an hour" if hours <= 1 else f"{hours} hours"


# Kinds that tell of health or want are asked for by another name where a whole street can read it.
_IN_A_CHAT = {
    Kind.SHOPPING: "a bit of shopping",
    Kind.PRESCRIPTION: "a small errand",
    Kind.FOOD_PARCEL: "a small errand",
    Kind.FRIENDLY_CALL: "a friendly call",
    Kind.DOG_WALK: "a dog walk",
    Kind.LIFT: "a lift",
    Kind.ODD_JOB: "an odd job",
    Kind.TALK: "a friendly call",
    Kind.SOMETHING_ELSE: "something small",
}


def chat_words(offer: Offer, *, at: datetime) -> str:
    """Words to paste into the street's chat: no name of whoever asked, no number, house or health."""
    request = offer.request
    things = list(dict.fromkeys(_IN_A_CHAT[Kind(kind)] for kind in request.kinds.split(",")))
    paid = " You would be paid back." if request.money == Money.PAID_BACK else ""
    by = "as soon as you can" if request.urgency == Urgency.NOW else offers.by_when(request, at)
    asked = f"Could anybody help with {wording.listed(things)} near {offer.street}, {by}?"
    signed = f" {offer.person.first_name}" if offer.person.first_name else ""
    return f"{asked}{paid} Tell me and I will say more.{signed}"


def still_free(session: Session, offer: Offer) -> bool:
    """Whether a late yes would still count: nobody else has been asked or said yes."""
    return (
        offer.state == O.LAPSED
        and offer.request.state in {Q.ASKING, Q.NOBODY}
        and offers.holder_of(session, offer.request) is None
    )


def open_item(session: Session, item_id: int) -> DeskItem | None:
    """An item by its id, whether or not it is done."""
    return session.get(DeskItem, item_id)


def items_about(session: Session, request: HelpRequest) -> list[DeskItem]:
    """What the desk still owes about a request."""
    return list(
        session.scalars(
            select(DeskItem)
            .where(DeskItem.request_id == request.id, DeskItem.state.in_(desk_items.LIVE))
            .order_by(DeskItem.id)
        )
    )
