"""A glance at the desk: everything that it shows of the line, of one handler and of what is owed, asked at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import CTE, Select, func, select, union, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpline import (
    at_once,
    calls,
    closings,
    desk_items,
    durations,
    duty,
    handovers,
    hours,
    ledger,
    rings,
    subjects,
    talking,
    unfinished,
    unsaid,
)
from helpline.calls import C, Call
from helpline.closings import Closing
from helpline.db import only_looked_at
from helpline.desk_items import DeskItem
from helpline.duty import Duty
from helpline.handovers import Handover
from helpline.ledger import DailyLine
from helpline.offers import Offer
from helpline.people import Person
from helpline.requests import NEWEST_FIRST, HelpRequest
from helpline.rings import Ring, RingKind
from helpline.subjects import Subjects
from helpline.unfinished import Draft

# As many of somebody's requests as the desk shows beside their call, and as many as a handler sees of their own.
MOST_OF_CALLER = 5
MOST_OF_MINE = 8


@dataclass(frozen=True)
class Glance:
    """What was seen. `calls` and `rings` are of the handler and of everybody who waits; `requests` those of their callers.

    `towards` is whose patch whoever they talk to is of.
    """

    person: Person
    at: datetime
    there: Duty
    calls: dict[int, Call]
    rings: Sequence[Ring]
    mine: Sequence[HelpRequest]
    of_callers: Sequence[HelpRequest]
    towards: int | None
    offers: Sequence[Offer]
    owed: Subjects
    notes: Sequence[Handover]
    closing: Closing | None
    yesterday: DailyLine | None
    unaccounted: Sequence[Call]
    drafts: Sequence[Draft]
    unsaid: Sequence[Call]

    @property
    def waiting(self) -> list[Call]:
        """Callers waiting, longest first."""
        found = (call for call in self.calls.values() if call.state == C.WAITING and call.waiting_since)
        return sorted(found, key=lambda call: (call.waiting_since, call.id))

    def of_call(self, call: Call) -> list[Ring]:
        """The rings about a call, oldest first."""
        return [ring for ring in self.rings if ring.call_id == call.id]


def of(session: Session, person: Person, *, at: datetime) -> Glance:
    """Look at the desk of a handler."""
    mine = _My(person.id, at)
    given = [
        *duty.parts(at),
        select(Call).where(Call.state == C.WAITING),
        select(Call).where(Call.id.in_(select(mine.calls.c.id))),
        select(Ring).where(Ring.id.in_(select(mine.rings.c.id))),
        select(Ring).where(Ring.call_id.in_(select(Call.id).where(Call.state == C.WAITING)), rings.IS_LIVE),
        select(Ring).where(Ring.call_id.in_(select(mine.talk.c.id))),
        select(HelpRequest).where(HelpRequest.id.in_(select(mine.taken.c.id))),
        select(HelpRequest).where(HelpRequest.id.in_(select(mine.of_callers.c.id))),
        mine.towards,
        select(Offer).where(Offer.request_id.in_(union(select(mine.taken.c.id), select(mine.of_callers.c.id)))),
        handovers.unread(at),
        closings.NEWEST,
        *hours.PARTS,
        durations.STANDING,
        ledger.line_of_yesterday(at),
        ledger.unaccounted_today(at),
        unfinished.of(person, at),
        unsaid.of(person, at),
    ]
    found = at_once.ask(session, *given, *subjects.parts(DeskItem.state.in_(desk_items.LIVE), at=at))
    soon, answering, waiting, my_calls, my_rings, rung, in_talk, taken, callers, towards, put, notes, *more = found
    closed, decided, days, changed, line, unaccounted, drafts, unsaid_ones, *owed = more
    hours.know(session, decided, days)
    durations.know(session, changed)
    return Glance(
        person,
        at,
        duty.told(at, soon, answering),
        {call.id: call for call in [*waiting, *my_calls]},
        _oldest_first([*my_rings, *rung, *in_talk]),
        sorted(taken, key=_written, reverse=True),
        sorted(callers, key=_written, reverse=True),
        next((request.patch_id for request in towards), None),
        put,
        subjects.told(owed),
        sorted((note for note in notes if note.words), key=lambda note: note.id),
        closings.stands(next(iter(closed), None), at),
        next(iter(line), None),
        unaccounted,
        unfinished.newest(drafts),
        sorted(unsaid_ones, key=lambda call: call.id),
    )


def _oldest_first(found: Iterable[Ring]) -> list[Ring]:
    return sorted({ring.id: ring for ring in found}.values(), key=lambda ring: ring.id)


def _written(request: HelpRequest) -> datetime:
    return request.created_at


@dataclass(frozen=True)
class _My:
    """The parts that are about one handler, each worked out once by the database, however many others are about it."""

    person_id: int
    at: datetime

    @cached_property
    def rings(self) -> CTE:
        """Their phone rings, they talk to somebody whom they rang back, or they write that down."""
        rung = select(Ring.id, Ring.call_id)
        theirs = rung.where(Ring.person_id == self.person_id)
        back = (Ring.kind == RingKind.CALL_BACK) & (Ring.asked_at > self.at - rings.LONGEST_LEG)
        written = rung.where(Ring.wrap_up_until > self.at, only_looked_at(Ring.person_id) == self.person_id)
        return union_all(theirs.where(rings.IS_LIVE), theirs.where(back, rings.IS_TALKING), written).cte("my_rings")

    @cached_property
    def talk(self) -> CTE:
        """The call they have."""
        has = (Call.handler_id == self.person_id) & calls.IS_WITH_A_HANDLER
        return select(Call.id, Call.person_id).where(has).cte("my_talk")

    @cached_property
    def calls(self) -> CTE:
        """The call they have, had, are rung for, or ring back about."""
        had = select(Call.id).where(Call.handler_id == self.person_id, Call.wrap_up_until > self.at)
        about = select(self.rings.c.call_id).where(self.rings.c.call_id.is_not(None))
        return union_all(select(self.talk.c.id), had, about).cte("my_calls")

    @cached_property
    def callers(self) -> CTE:
        """Whoever is at the other end of these."""
        known = select(Call.person_id).where(Call.id.in_(select(self.calls.c.id)), Call.person_id.is_not(None))
        return known.cte("my_callers")

    @cached_property
    def taken(self) -> CTE:
        """What they wrote down lately."""
        lately = select(HelpRequest.id).where(HelpRequest.handler_id == self.person_id)
        return lately.order_by(*NEWEST_FIRST).limit(MOST_OF_MINE).cte("my_requests")

    @cached_property
    def of_callers(self) -> CTE:
        """What those whom they talk to asked for lately, for themselves or for somebody else."""
        each = (self._of_each(HelpRequest.resident_id), self._of_each(HelpRequest.asker_id))
        return union(*each).cte("their_requests")

    def _of_each(self, who: InstrumentedAttribute[int | None]) -> Select[int]:
        nth = func.row_number().over(partition_by=who, order_by=NEWEST_FIRST)
        callers = select(self.callers.c.person_id)
        ranked = select(HelpRequest.id, nth.label("nth")).where(who.in_(callers)).subquery()
        return select(ranked.c.id).where(ranked.c.nth <= MOST_OF_CALLER)

    @property
    def towards(self) -> Select[HelpRequest]:
        """What says whose patch whoever they talk to is of."""
        this = HelpRequest.call_id.in_(select(self.talk.c.id))
        hers = select(self.talk.c.person_id).where(self.talk.c.person_id.is_not(None))
        return talking.towards(this, HelpRequest.resident_id.in_(hers))
