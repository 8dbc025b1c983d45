"""A glance at the desk: everything that it shows of the line, of one handler and of what is owed, asked at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, select, union, union_all
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
)
from helpline.calls import C, Call
from helpline.closings import Closing
from helpline.desk_items import DeskItem
from helpline.duty import Duty
from helpline.handovers import Handover
from helpline.ledger import DailyLine
from helpline.offers import Offer
from helpline.people import Person
from helpline.requests import HelpRequest
from helpline.rings import Ring, RingKind
from helpline.subjects import Subjects

LONGEST_LEG = timedelta(hours=2)
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
        select(Call).where(Call.id.in_(mine.calls())),
        select(Ring).where(Ring.id.in_(mine.rings())),
        select(Ring).where(Ring.call_id.in_(select(Call.id).where(Call.state == C.WAITING)), rings.IS_LIVE),
        select(Ring).where(Ring.call_id.in_(mine.talk())),
        select(HelpRequest).where(HelpRequest.id.in_(mine.taken())),
        select(HelpRequest).where(HelpRequest.id.in_(mine.of_callers())),
        select(HelpRequest).where(HelpRequest.id.in_(mine.towards())),
        select(Offer).where(Offer.request_id.in_(union_all(mine.taken(), mine.of_callers()))),
        handovers.unread(at),
        closings.NEWEST,
        *hours.PARTS,
        durations.STANDING,
        ledger.line_of_yesterday(at),
        ledger.unaccounted_today(at),
    ]
    found = at_once.ask(session, *given, *subjects.parts(DeskItem.state.in_(desk_items.LIVE), at=at))
    soon, answering, waiting, my_calls, my_rings, rung, in_talk, taken, callers, towards, put, notes, *more = found
    closed, decided, days, changed, line, unaccounted, *owed = more
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
    )


def _oldest_first(found: Iterable[Ring]) -> list[Ring]:
    return sorted({ring.id: ring for ring in found}.values(), key=lambda ring: ring.id)


def _written(request: HelpRequest) -> datetime:
    return request.created_at


@dataclass(frozen=True)
class _My:
    """The parts that are about one handler."""

    person_id: int
    at: datetime

    def rings(self) -> CompoundSelect[int]:
        """Their phone rings, they talk to somebody whom they rang back, or they write that down."""
        theirs = select(Ring.id).where(Ring.person_id == self.person_id)
        back = (Ring.kind == RingKind.CALL_BACK) & (Ring.asked_at > self.at - LONGEST_LEG)
        return union_all(
            theirs.where(rings.IS_LIVE),
            theirs.where(back, rings.IS_TALKING),
            theirs.where(Ring.wrap_up_until > self.at),
        )

    def talk(self) -> Select[int]:
        """The call they have."""
        return select(Call.id).where(Call.handler_id == self.person_id, calls.IS_WITH_A_HANDLER)

    def calls(self) -> CompoundSelect[Any]:
        """The call they have, had, are rung for, or ring back about."""
        had = select(Call.id).where(Call.handler_id == self.person_id, Call.wrap_up_until > self.at)
        about = select(Ring.call_id).where(Ring.id.in_(self.rings()), Ring.call_id.is_not(None))
        return union_all(self.talk(), had, about)

    def taken(self) -> Select[int]:
        """What they wrote down lately."""
        lately = select(HelpRequest.id).where(HelpRequest.handler_id == self.person_id)
        return select(lately.order_by(HelpRequest.created_at.desc()).limit(MOST_OF_MINE).subquery())

    def of_callers(self) -> CompoundSelect[int]:
        """What those whom they talk to asked for lately, for themselves or for somebody else."""
        return union(self._of_each(HelpRequest.resident_id), self._of_each(HelpRequest.asker_id))

    def _of_each(self, who: InstrumentedAttribute[int | None]) -> Select[int]:
        callers = select(Call.person_id).where(Call.id.in_(self.calls()), Call.person_id.is_not(None))
        nth = func.row_number().over(partition_by=who, order_by=HelpRequest.created_at.desc())
        ranked = select(HelpRequest.id, nth.label("nth")).where(who.in_(callers)).subquery()
        return select(ranked.c.id).where(ranked.c.nth <= MOST_OF_CALLER)

    def towards(self) -> Select[int]:
        """What says whose patch whoever they talk to is of."""
        talk = self.talk()
        callers = select(Call.person_id).where(Call.id.in_(talk), Call.person_id.is_not(None))
        this = HelpRequest.call_id.in_(talk)
        found = talking.towards(this, this | HelpRequest.resident_id.in_(callers))
        return select(found.with_only_columns(HelpRequest.id).subquery())
