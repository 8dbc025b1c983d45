"""What the desk looks at: who stands where, who waits, and how requests stand.

Nothing is changed here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, lazyload

from helpline import (
    at_once,
    calls,
    duty,
    glance,
    hours,
    line,
    people,
    reachable,
    requests,
    rings,
    screens,
    wrap_up,
)
from helpline.calls import Call
from helpline.closings import Closing
from helpline.duty import Duty
from helpline.glance import Glance
from helpline.history import Event
from helpline.offers import O, Offer
from helpline.people import Person
from helpline.requests import NEWEST_FIRST, HelpRequest
from helpline.rings import Ring, RingKind
from helpline.rota import Shift
from helpline.sealed import keys_of
from helpline.wrap_up import WrapUp

SOMEBODY = "Somebody"
# As many earlier calls from a number as are shown.
EARLIER = 3


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
    return you_among(session, person, duty.of_person(session, person, at), at=at)


def you_among(session: Session, person: Person, mine: Duty, *, at: datetime) -> You:
    """The same, when it is known who is on."""
    shift = mine.of(person)
    talks = or_(select(Call.id).where(_has(person)).exists(), select(Ring.id).where(_rings_back(person, at)).exists())
    return You(shift, mine.until(shift) if shift else None, bool(session.scalar(select(talks))))


def _has(person: Person) -> ColumnElement[bool]:
    return and_(Call.handler_id == person.id, calls.IS_WITH_A_HANDLER)


def _rings_back(person: Person, at: datetime) -> ColumnElement[bool]:
    rings_back = (
        (Ring.person_id == person.id) & (Ring.kind == RingKind.CALL_BACK) & (Ring.asked_at > at - rings.LONGEST_LEG)
    )
    return rings_back & rings.IS_TALKING


def standing(seen: Glance) -> Standing:
    """Whether somebody is on shift, on a call, or writing one down. Pure."""
    person, at, there = seen.person, seen.at, seen.there
    shift, mine = there.of(person), [call for call in seen.calls.values() if call.handler_id == person.id]
    rang = [ring for ring in seen.rings if ring.person_id == person.id]
    back = [ring for ring in rang if ring.kind == RingKind.CALL_BACK and rings.is_talking(ring)]
    written = [one for one in rang if one.wrap_up_until and one.wrap_up_until > at]
    had = [
        one for one in mine if one.wrap_up_until and one.wrap_up_until > at and one.state in calls.OVER_FOR_ITS_HANDLER
    ]
    return Standing(
        person,
        shift,
        there.until(shift) if shift else None,
        next((call for call in mine if call.state in calls.WITH_A_HANDLER), None),
        next((ring for ring in reversed(back) if ring.asked_at > at - rings.LONGEST_LEG), None),
        wrap_up.latest(had, written, seen.calls.values()),
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
    """Changes whenever anything on somebody's desk may have: one small question, asked when the page is woken (`screens`), and
    every 15 s all the same.
    """
    newest = select(func.coalesce(func.max(Event.id), 0).label("id")).cte("newest")
    lately = select(func.count()).where(Event.id > newest.c.id - screens.LATELY).scalar_subquery()
    ring = select(Ring.state).where(Ring.person_id == person.id, rings.IS_LIVE).order_by(Ring.id.desc()).limit(1)
    found, so_many, state = session.execute(select(newest.c.id, lately, ring.scalar_subquery())).one()
    return f"{found}.{so_many}.{state or ''}"


def desk(session: Session, seen: Glance) -> Desk:
    """Everything at the top of somebody's desk."""
    me, person, at = standing(seen), seen.person, seen.at
    ring = next((ring for ring in seen.rings if ring.person_id == person.id and ring.state in rings.LIVE), None)
    in_hand = (
        me.call
        or (seen.calls.get(me.back.call_id or 0) if me.back else None)
        or (me.wrap_up.call if me.wrap_up else None)
    )
    rung_for = seen.calls.get(ring.call_id or 0) if ring else None
    known = callers(session, seen, [call for call in (in_hand, rung_for) if call is not None])
    plan = hours.plan(session)
    is_open = reachable.stands(seen.closing, plan, at) == reachable.Standing.OPEN
    on = tuple(together(seen.there, first=person))
    return Desk(
        me=me,
        ring=ring,
        rung_for=known.get(rung_for.id) if rung_for else None,
        in_hand=in_hand,
        caller=known.get(in_hand.id) if in_hand else None,
        waiting=tuple(
            Waiting(call, call.waits_since or call.arrived_at, tuple(line.rung(seen.of_call(call))))
            for call in seen.waiting
        ),
        on=on,
        following=tuple(who_comes_next(seen.there.following, on)),
        would_be_until=None if me.shift else duty.would_be_on_until(session, person, at),
        open=is_open,
        opens_at=None if is_open else reachable.opens_next(seen.closing, plan, at),
        closing=None if is_open else seen.closing,
    )


def who_comes_next(following: Iterable[Shift], on: Sequence[Together]) -> list[Shift]:
    """Those who start next; but not whoever only carries on what they are on for already: they stay."""
    stay = {(person.id, group.until) for group in on for person in group.people}
    return [one for one in following if not any(one.person_id == who and until > one.starts_at for who, until in stay)]


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
    hers = or_(HelpRequest.resident_id == person.id, HelpRequest.asker_id == person.id) if person else None
    theirs = (
        session.scalars(select(HelpRequest).where(hers).order_by(*NEWEST_FIRST).limit(glance.MOST_OF_CALLER)).all()
        if hers is not None
        else []
    )
    return _caller(call, person, calls.earlier(session, call, most=EARLIER), lines(session, theirs))


def callers(session: Session, seen: Glance, about: Sequence[Call]) -> dict[int, Caller]:
    """The same of a handler's own calls, most of which was seen already."""
    if not about:
        return {}
    numbers = [key for call in about if call.person is None and call.phone for key in keys_of(call.phone)]
    strangers, *before = at_once.rows(
        session,
        select(Person).where(Person.phone_key.in_(numbers)),
        *(calls.before(call, most=EARLIER) for call in about),
    )
    if strangers:  # somebody whom we came to know since they rang
        return {call.id: caller(session, call) for call in about}
    of_callers = lines_of(seen.of_callers, seen.offers)
    return {
        call.id: _caller(
            call,
            call.person,
            sorted(earlier, key=lambda one: (one.arrived_at, one.id), reverse=True),
            [
                line
                for line in of_callers
                if call.person_id in {line.request.resident_id, line.request.asker_id} - {None}
            ][: glance.MOST_OF_CALLER],
        )
        for call, earlier in zip(about, before, strict=True)
    }


def _caller(call: Call, person: Person | None, earlier: Sequence[Call], asked: Sequence[Line]) -> Caller:
    return Caller(person.first_name if person else None, call.phone, tuple(earlier), tuple(asked), call.offers_help)


def lines(session: Session, given: Sequence[HelpRequest]) -> list[Line]:
    """Requests, each with the offer that says how it stands: the live one, or the one it was done by, or the newest."""
    put = select(Offer).where(Offer.request_id.in_([request.id for request in given])).options(lazyload(Offer.request))
    return lines_of(given, session.scalars(put).all() if given else [])


def lines_of(given: Iterable[HelpRequest], put: Iterable[Offer]) -> list[Line]:
    """The same of requests and their offers. Pure."""
    newest: dict[int, Offer] = {}
    for offer in sorted(put, key=lambda offer: offer.id):
        settled = newest.get(offer.request_id)
        if settled is None or settled.state not in {O.OPEN, O.ACCEPTED, O.DONE}:
            newest[offer.request_id] = offer
    return [Line(request, newest.get(request.id)) for request in given]


def how_many_open(session: Session) -> int:
    """How many requests are open."""
    return session.scalar(select(func.count()).where(HelpRequest.state.in_(requests.OPEN))) or 0
