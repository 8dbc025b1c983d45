"""What the desk looks at: who stands where, who waits, and how requests stand.

Nothing is changed here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from helpline import (
    calls,
    closings,
    duty,
    line,
    people,
    reachable,
    requests,
    rings,
    wrap_up,
)
from helpline.calls import Call
from helpline.closings import Closing
from helpline.duty import Duty
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


@dataclass(frozen=True)
class You:
    """What every page says of whoever looks at it: whether they are on, until when, and whether they are on the telephone."""

    shift: Shift | None
    until: datetime | None
    on_the_phone: bool


def you(session: Session, person: Person, *, at: datetime) -> You:
    """How somebody stands to the line, as shortly as it is said: two questions, since every page asks them."""
    mine = duty.of_person(session, person, at)
    shift = mine.of(person)
    talks = or_(select(Call.id).where(_has(person)).exists(), select(Ring.id).where(_rings_back(person, at)).exists())
    return You(shift, mine.until(shift) if shift else None, bool(session.scalar(select(talks))))


def _has(person: Person) -> ColumnElement[bool]:
    return and_(Call.handler_id == person.id, calls.IS_WITH_A_HANDLER)


def _rings_back(person: Person, at: datetime) -> ColumnElement[bool]:
    rings_back = (Ring.person_id == person.id) & (Ring.kind == RingKind.CALL_BACK) & (Ring.asked_at > at - LONGEST_LEG)
    return rings_back & rings.IS_TALKING


def standing(session: Session, person: Person, there: Duty, *, at: datetime) -> Standing:
    """Whether somebody is on shift, on a call, or writing one down; `there` says who is on."""
    back = session.scalar(select(Ring).where(_rings_back(person, at)).order_by(Ring.id.desc()).limit(1))
    shift = there.of(person)
    return Standing(
        person,
        shift,
        there.until(shift) if shift else None,
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
    """Changes whenever anything on somebody's desk may have: one small question, asked every second by every screen.

    An event that began before the newest may be committed after it, so the latest ones are counted too.
    """
    newest = select(func.coalesce(func.max(Event.id), 0).label("id")).cte("newest")
    lately = select(func.count()).where(Event.id > newest.c.id - 200).scalar_subquery()
    ring = select(Ring.state).where(Ring.person_id == person.id, rings.IS_LIVE).order_by(Ring.id.desc()).limit(1)
    found, so_many, state = session.execute(select(newest.c.id, lately, ring.scalar_subquery())).one()
    return f"{found}.{so_many}.{state or ''}"


def desk(session: Session, person: Person, *, at: datetime) -> Desk:
    """Everything at the top of somebody's desk."""
    there = duty.now(session, at)
    me = standing(session, person, there, at=at)
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
        on=tuple(together(there, first=person)),
        following=tuple(there.following),
        would_be_until=None if me.shift else duty.would_be_on_until(session, person, at),
        open=(is_open := reachable.is_open(session, at)),
        opens_at=None if is_open else reachable.opens(session, at),
        closing=None if is_open else closings.now(session, at),
    )


def together(there: Duty, *, first: Person) -> list[Together]:
    """Who is on, by when their shifts end, soonest first; but first of all those that whoever looks is among. Pure."""
    by_end: dict[datetime, list[Person]] = defaultdict(list)
    for shift in there.on:
        by_end[there.until(shift)].append(shift.person)
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
                .where(or_(HelpRequest.resident_id == person.id, HelpRequest.asker_id == person.id))
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


def how_many_open(session: Session) -> int:
    """How many requests are open."""
    return session.scalar(select(func.count()).where(HelpRequest.state.in_(requests.OPEN))) or 0
