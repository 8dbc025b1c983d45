"""What the desk looks at: who stands where, who waits, and how requests stand.

Nothing is changed here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import (
    calls,
    closings,
    history,
    line,
    people,
    reachable,
    requests,
    rings,
    rota,
    wrap_up,
)
from helpline.calls import Call
from helpline.closings import Closing
from helpline.history import Event
from helpline.offers import O, Offer
from helpline.people import Person
from helpline.requests import HelpRequest
from helpline.rings import Ring, RingKind
from helpline.rota import Shift
from helpline.wrap_up import WrapUp

SOMEBODY = "Somebody"
LONGEST_LEG = timedelta(hours=2)


def name_of(person: Person | None) -> str:
    """What somebody is called on the line."""
    return (person.first_name if person else None) or SOMEBODY


@dataclass(frozen=True)
class Standing:
    """How somebody stands to the line now. `until` is when they are off again, if they are on."""

    person: Person
    shift: Shift | None
    until: datetime | None
    call: Call | None
    back: Ring | None
    wrap_up: WrapUp | None

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
            rings.IS_TALKING,
            Ring.asked_at > at - LONGEST_LEG,
        )
        .order_by(Ring.id.desc())
        .limit(1)
    )
    shift = rota.shift_of(session, person, at)
    return Standing(
        person,
        shift,
        rota.on_until(session, shift) if shift else None,
        calls.current_of(session, person),
        back,
        wrap_up.of(session, person, at=at),
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
    offers_help: bool = False


@dataclass(frozen=True)
class Desk:
    """The top of the desk, for one handler at one instant. `would_be_until` is when a shift that they started now would end."""

    me: Standing
    ring: Ring | None
    rung_for: Caller | None
    in_hand: Call | None
    caller: Caller | None
    waiting: tuple[Waiting, ...]
    on: tuple[Together, ...]
    following: tuple[Shift, ...]
    would_be_until: datetime | None
    open: bool
    opens_at: datetime | None
    closing: Closing | None


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
    in_hand = (
        me.call
        or (session.get(Call, me.back.call_id) if me.back else None)
        or (me.wrap_up.call if me.wrap_up else None)
    )
    waiting = tuple(
        Waiting(call, call.waits_since or call.arrived_at, tuple(line.being_rung(session, call)))
        for call in calls.waiting(session)
    )
    return Desk(
        me=me,
        ring=ring,
        rung_for=caller(session, session.get_one(Call, ring.call_id)) if ring and ring.call_id else None,
        in_hand=in_hand,
        caller=caller(session, in_hand) if in_hand else None,
        waiting=waiting,
        on=tuple(together(session, rota.on_now(session, at), first=person)),
        following=tuple(rota.next_on(session, at)),
        would_be_until=None if me.shift else rota.would_be_on_until(session, person, at),
        open=(is_open := reachable.is_open(session, at)),
        opens_at=None if is_open else reachable.opens(session, at),
        closing=None if is_open else closings.now(session, at),
    )


def together(session: Session, shifts: Iterable[Shift], *, first: Person) -> list[Together]:
    """Shifts by when they end, soonest first; but first of all those that whoever looks is among."""
    by_end: dict[datetime, list[Person]] = defaultdict(list)
    for shift in shifts:
        by_end[rota.on_until(session, shift)].append(shift.person)
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
    name = person.first_name if person else None
    return Caller(name, call.phone, earlier, tuple(lines(session, asked)), call.offers_help)


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
