"""The wallboard: what a second screen in a room shows at four metres. Nobody on it is a resident, and no house or street is.

It says how many wait and for how long, who is on and doing what, what is owed and late, which times of the next day want somebody,
and the calls of today. Nothing is changed here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from helpline import board, calls, clock, config, counting, desk_items, duty, line, reachable, rings, rota, slots, spans
from helpline.calls import IS_WITH_A_HANDLER, Call, CallState
from helpline.counting import What
from helpline.desk_items import DeskItem
from helpline.people import Person
from helpline.rings import Ring, RingKind
from helpline.still_owed import LATE

AHEAD = timedelta(hours=24)
FIRST_HOUR, DRAWN = 9, 12
"""So many hours stand beside each other, the first of them this one, unless it is earlier or late in the evening."""
DOING = {
    CallState.TAKEN: "is being put through",
    CallState.TALKING: "is talking",
    CallState.HELD: "has somebody on hold",
    CallState.TOGETHER: "is talking",
}


@dataclass(frozen=True)
class Gap:
    """A time on the rota that wants so many more."""

    starts_at: datetime
    ends_at: datetime
    missing: int


@dataclass(frozen=True)
class Hour:
    """An hour of today: how many asked to talk, and how many of them were answered."""

    hour: int
    asked: int
    answered: int


@dataclass(frozen=True)
class Wall:
    """Everything that is on it at an instant. `longest` is since when the first in line waits."""

    waiting: int
    longest: datetime | None
    rung: tuple[str, ...]
    on: tuple[str, ...]
    following: tuple[str, ...]
    begins: datetime | None
    open: bool
    owed: int
    late: int
    oldest: datetime | None
    gaps: tuple[Gap, ...]
    hours: tuple[Hour, ...]
    calls: int
    answered: int

    @property
    def highest(self) -> int:
        """The most calls of an hour, to which bars are drawn."""
        return max([one.asked for one in self.hours], default=0) or 1


def of(session: Session, *, at: datetime) -> Wall:
    """How everything stands now."""
    there, waiting = duty.now(session, at), calls.waiting(session)
    people = [shift.person for shift in there.on]
    about = _rings(session, waiting, people, at=at)
    items = session.scalars(select(DeskItem).where(DeskItem.state.in_(desk_items.LIVE))).all()
    asked, answered = _hours(session, at)
    return Wall(
        waiting=len(waiting),
        longest=min((call.waits_since or call.arrived_at for call in waiting), default=None),
        rung=_names(line.rung([ring for ring in about if ring.kind != RingKind.CALL_BACK])),
        on=tuple(_doing(people, _busy(session, people, at=at), about)),
        following=_names(shift.person for shift in there.following),
        begins=next((shift.starts_at for shift in there.following), None),
        open=reachable.is_open(session, at) if not there.on else True,
        owed=len(items),
        late=sum(1 for item in items if at > (item.due_at or item.created_at + LATE)),
        oldest=min((item.created_at for item in items), default=None),
        gaps=tuple(_gaps(session, at)),
        hours=tuple(Hour(hour, asked.get(hour, 0), answered.get(hour, 0)) for hour in drawn(at, config.current().zone)),
        calls=sum(asked.values()),
        answered=sum(answered.values()),
    )


def drawn(at: datetime, zone: ZoneInfo) -> range:
    """The hours of today that are drawn: this one is always among them. Pure."""
    hour = clock.local(at, zone).hour
    first = min(FIRST_HOUR, hour) if hour < FIRST_HOUR + DRAWN else hour - DRAWN + 1
    return range(first, first + DRAWN)


def _rings(session: Session, waiting: Sequence[Call], on: Sequence[Person], *, at: datetime) -> Sequence[Ring]:
    """Who is rung for those who wait, and who rings somebody back."""
    for_them = Ring.call_id.in_([call.id for call in waiting])
    back = (Ring.kind == RingKind.CALL_BACK) & rings.IS_TALKING & (Ring.asked_at > at - rings.LONGEST_LEG)
    # One part for each who is on: each is sought by who it is and when, and not among all that were ever taken.
    mine = (select(Ring.id).where(Ring.person_id == person.id, back) for person in on)
    wanted = union(select(Ring.id).where(for_them), *mine)
    return session.scalars(select(Ring).where(Ring.id.in_(wanted))).all()


def _busy(session: Session, on: Sequence[Person], *, at: datetime) -> Mapping[int, str]:
    """What those do who are on: with a caller, or writing down what one said."""
    ids = [person.id for person in on]
    theirs = select(Call.id, Call.handler_id, Call.state).where(Call.handler_id.in_(ids))
    # Each has an index of its own: together they would be looked for among all that these ever answered.
    found = session.execute(
        union(theirs.where(IS_WITH_A_HANDLER), theirs.where(Call.wrap_up_until > at)).order_by("id")
    )
    return {
        handler_id: DOING.get(state, "is writing it down") for _, handler_id, state in found if handler_id is not None
    }


def _doing(on: Iterable[Person], busy: Mapping[int, str], about: Iterable[Ring]) -> Iterable[str]:
    ringing_back = {ring.person_id for ring in about if ring.kind == RingKind.CALL_BACK}
    for person in on:
        if person.id in ringing_back:
            doing = "is ringing somebody back"
        elif person.id in busy:
            doing = busy[person.id]
        else:
            doing = "is having a pause" if person.paused_at is not None else "is free"
        yield f"{board.name_of(person)} {doing}"


def _names(people: Iterable[Person]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(board.name_of(person) for person in people))


def _gaps(session: Session, at: datetime) -> Iterable[Gap]:
    coming = [slot for slot in slots.between(session, at, at + AHEAD) if not slot.is_called_off]
    down = rota.there_for(session, coming)
    for slot in coming:
        missing = rota.missing(slot, down[slot.id], at=at)
        if missing:
            yield Gap(slot.starts_at, slot.ends_at, missing)


def _hours(session: Session, at: datetime) -> tuple[dict[int, int], dict[int, int]]:
    zone = config.current().zone
    told = counting.of_calls(counting.came(session, spans.of_day(clock.local(at, zone).date(), zone)), zone)
    asked, answered = (
        {int(part): many for (one, part, _), many in told.items() if one == what}
        for what in (What.ASKED, What.ANSWERED)
    )
    return asked, answered
