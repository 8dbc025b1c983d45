"""What may become of a talk: it is held, handed over, joined by a coordinator, or left to the two of them.

The handler asks for it on the desk or with a key. From the desk, the talk goes on until its legs are apart; then each leg's next
page reads the row. So whatever is slow or away, nobody is parted from anybody before there is something for them to hear.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select, union
from sqlalchemy.orm import Session, joinedload

from helpline import away, calls, config, history, line, parting, people, ringing, rings, sparing
from helpline.calls import LIFE, NOTHING_NEXT, WITH_NOBODY, C, Call, NextStep
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.people import Hat, Person
from helpline.places import Patch
from helpline.requests import OPEN, HelpRequest
from helpline.rings import R, Ring, RingKind

# How long somebody to take over is rung for before the handler has her back.
LONGEST_HANDING = timedelta(seconds=60)
AT_ONCE = 2
NOT_YOURS = "That call is not yours any more."
NOT_NOW = "That cannot be done just now. Look at the call again."


def _mine(session: Session, call: Call, who: Person, *states: C) -> None:
    lock(session, call)
    if call.handler_id != who.id or call.state not in calls.WITH_A_HANDLER:
        raise HelplineError(NOT_YOURS)
    if call.state not in states:
        raise HelplineError(NOT_NOW)


def ask(session: Session, call: Call, step: NextStep, *, who: Person, at: datetime) -> None:
    """Asked for on the desk: the handler's leg is moved, and whatever comes apart by that reads the row. Raises `HelplineError`."""
    from_where = {
        NextStep.HOLD: (C.TALKING,),
        NextStep.BACK: (C.HELD,),
        NextStep.DROP_OUT: (C.TOGETHER,),
    }
    _mine(session, call, who, *from_where[step])
    if call.next_step == step:
        return
    _next(session, call, step, at=at)
    history.record(session, f"call.asked.{step}", at=at, who=who.id, call_id=call.id)


def _next(session: Session, call: Call, step: NextStep, *, at: datetime) -> None:
    call.next_step, call.next_step_at = step, at
    leg = parting.leg_of(session, call)
    parting.move(session, call, leg.sid if leg else None, at=at)


def stepped_out(session: Session, call: Call, *, at: datetime) -> None:
    """The handler's leg asks what follows, with nothing asked for: * was pressed, or her leg is over, which hers will tell."""
    if call.state == C.TALKING and call.next_step is None:
        call.next_step, call.next_step_at = NextStep.HOLD, at
        session.flush()


def part(session: Session, call: Call, *, at: datetime) -> None:
    """The legs are apart, and hers is on the line. Told again, it changes nothing."""
    lock(session, call)
    if call.state not in {C.TALKING, C.HELD}:
        return
    here = parting.is_here(session, call)
    if call.next_step == NextStep.TOGETHER and parting.third(session, call) is not None:
        _put_together(session, call, here=here, at=at)
    elif call.state == C.TALKING and not here:
        parting.parted(session, call, at=at)
    elif call.state == C.TALKING:
        _hold(session, call, at=at)


def _put_together(session: Session, call: Call, *, here: bool, at: datetime) -> None:
    if not here:
        parting.introduced(session, call, at=at)
    elif LIFE.win(session, call, C.TOGETHER, **NOTHING_NEXT):
        rings.cancel_others(session, call.id, except_id=None, at=at)
        history.record(session, "call.together", at=at, who=call.handler_id, call_id=call.id)


def _hold(session: Session, call: Call, *, at: datetime) -> None:
    handing, to = call.next_step == NextStep.HAND_OVER, call.hand_to_id
    if not LIFE.win(session, call, C.HELD, apart_at=at, **NOTHING_NEXT):
        return
    history.record(session, "call.held", at=at, who=call.handler_id, call_id=call.id)
    if handing:
        _begin_handing(session, call, to, at=at)


def back(session: Session, call: Call, ring: Ring, *, at: datetime) -> bool:
    """The handler goes back to her. False when somebody else has her by now, or she is gone."""
    lock(session, call)
    if call.state == C.TAKEN and parting.holds(session, call, ring):
        return True
    if not parting.holds(session, call, ring) or not LIFE.allows(call.state, C.TAKEN) or call.state != C.HELD:
        return False
    if not LIFE.win(session, call, C.TAKEN, taken_at=at, **NOTHING_NEXT):
        return False
    for other in _handing(session, call):
        rings.cancel(session, other, at=at)
    history.record(session, "call.back", at=at, who=call.handler_id, call_id=call.id)
    return True


def hears_of_it(session: Session, call: Call) -> None:
    """The handler's leg has been moved, and is about to hear how the handing over stands."""
    if call.state == C.HELD and call.next_step == NextStep.HAND_OVER:
        call.next_step = call.next_step_at = None
        session.flush()


def drops_out(session: Session, call: Call, *, at: datetime) -> bool:
    """The handler leaves the two to talk. False when there are no two."""
    lock(session, call)
    return (
        call.state == C.TOGETHER
        and parting.third(session, call) is not None
        and parting.introduced(session, call, at=at)
    )


def never_met(session: Session, call: Call, *, at: datetime) -> None:
    """Whoever pressed 1 hung up before they met, and she is on the line: she waits on."""
    part(session, call, at=at)
    if call.state == C.PARTED:
        parting.not_met(session, call)
        wants_somebody(session, call, at=at)


def wants_somebody(session: Session, call: Call, *, at: datetime) -> None:
    """Her handler is gone and they had not finished: she waits again, first in line, since when she first did."""
    since = {"waiting_since": call.waiting_since or at, "waits_again_since": at}
    if LIFE.win(session, call, C.WAITING, wrap_up_until=None, **WITH_NOBODY, **since):
        history.record(session, "call.waiting", at=at, call_id=call.id)
        line.ring_round(session, call, at=at)


# Handing over.


def free_others(session: Session, call: Call, *, at: datetime) -> list[Person]:
    """The handlers who could take a call over now, in the order in which they are rung for it."""
    free = [one for one in line.handlers(session, at, language=call.language) if one.free]
    return [
        session.get_one(Person, one.person_id)
        for one in sorted(free, key=ringing.turn)
        if one.person_id != call.handler_id
    ]


def hand_over(
    session: Session, call: Call, *, to: Person | None, who: Person, at: datetime, by_key: bool = False
) -> None:
    """Hand a call over to somebody, or to whoever is free. Raises `HelplineError` when nobody could take it.

    Who asks for it `by_key` hears of it at once; of one that is asked for on the desk, the leg is moved to hear.
    """
    _mine(session, call, who, C.TALKING, C.HELD)
    free = free_others(session, call, at=at)
    if to is not None and to.id not in {person.id for person in free}:
        raise HelplineError(f"{to.first_name or 'That handler'} is not free just now.")
    if not free:
        raise HelplineError("Nobody else is free just now.")
    if parting.third(session, call) is not None or asked_in(session, call):
        raise HelplineError("Somebody is being brought in just now.")
    if call.state == C.HELD and call.handing_at is None:
        _begin_handing(session, call, to.id if to else None, at=at)
        if not by_key:
            _next(session, call, NextStep.HAND_OVER, at=at)
    elif call.state == C.TALKING and call.next_step is None:
        call.hand_to_id = to.id if to else None
        _next(session, call, NextStep.HAND_OVER, at=at)
    history.record(session, "call.asked.hand_over", at=at, who=who.id, call_id=call.id)


def _begin_handing(session: Session, call: Call, to: int | None, *, at: datetime) -> None:
    call.handing_at, call.hand_to_id = at, to
    session.flush()
    history.record(session, "call.handing", at=at, who=call.handler_id, call_id=call.id)
    go_on_handing(session, call, at=at)


def _handing(session: Session, call: Call) -> Sequence[Ring]:
    since = call.handing_at
    return [
        ring
        for ring in rings.of_call(session, call.id)
        if ring.kind == RingKind.HAND_OVER and (since is None or ring.asked_at >= since)
    ]


def go_on_handing(session: Session, call: Call, *, at: datetime) -> bool:
    """Ring whoever is next to take her over. False when nobody is left, or it takes too long: the handler has her back."""
    if call.state != C.HELD or call.handing_at is None:
        return False
    rung = _handing(session, call)
    live = [ring for ring in rung if ring.state in rings.LIVE]
    late = at - call.handing_at >= LONGEST_HANDING
    if not late and len(live) < (1 if call.hand_to_id else AT_ONCE):
        tried = {ring.person_id for ring in rung}
        free = free_others(session, call, at=at)
        next_ones = [one for one in free if one.id not in tried and call.hand_to_id in {None, one.id}]
        for person in next_ones[: AT_ONCE - len(live)]:
            live += line.ring_if_free(session, person, call, kind=RingKind.HAND_OVER, at=at)
    if live and not late:
        return True
    for ring in live:
        rings.cancel(session, ring, at=at)
    call.handing_at = call.hand_to_id = None
    session.flush()
    history.record(session, "call.not_taken", at=at, who=call.handler_id, call_id=call.id)
    return False


# Bringing the coordinator in.


@dataclass(frozen=True)
class Asked:
    """A coordinator asked to join a talk, and how that stands."""

    person: Person
    ring: Ring

    @property
    def waits(self) -> bool:
        """Whether their phone rings, or they listen to the question."""
        return self.ring.state in rings.LIVE

    @property
    def joined(self) -> bool:
        """Whether they pressed 1 and are there."""
        return self.ring.state == R.TOOK and self.ring.over_at is None

    @property
    def refused(self) -> bool:
        """Whether they did not answer, or cannot."""
        return self.ring.state not in {*rings.LIVE, R.TOOK}


def last_asked(session: Session, call: Call) -> Asked | None:
    """The coordinator who was asked last to join this talk."""
    ring = session.scalar(
        select(Ring).where(Ring.call_id == call.id, Ring.kind == RingKind.JOIN).order_by(Ring.id.desc()).limit(1)
    )
    return Asked(ring.person, ring) if ring is not None else None


def asked_in(session: Session, call: Call) -> bool:
    """Whether somebody is being asked in just now."""
    asked = last_asked(session, call)
    return asked is not None and asked.waits


def patch_of(session: Session, call: Call) -> int | None:
    """The patch of a caller: of what was written down in this call, else of an open request of hers, else of her last one."""
    this, resident = HelpRequest.call_id == call.id, HelpRequest.resident_id == call.person_id
    return session.scalar(
        towards(this, None if call.person_id is None else resident).with_only_columns(HelpRequest.patch_id)
    )


def towards(this: ColumnElement[bool], hers: ColumnElement[bool] | None = None) -> Select[HelpRequest]:
    """A question for the request that says so: first what was written down in `this` call, then what is `hers`."""
    # Each has an index of its own; an OR of both has none.
    about_her = union(*(select(HelpRequest.id).where(one) for one in (this, hers) if one is not None))
    known = select(HelpRequest).where(HelpRequest.id.in_(about_her), HelpRequest.patch_id.is_not(None))
    return known.order_by(this.desc(), HelpRequest.state.in_(OPEN).desc(), HelpRequest.id.desc()).limit(1)


def who_to_bring_in(
    session: Session, call: Call, patch_id: int | None = None, *, there_at: datetime | None = None
) -> Person | None:
    """Who looks after her patch, or the one given: the first on its ladder not asked yet in this call, else the first of all.

    With `there_at` only of those who are there at that instant: whoever asks with a key does not see whose telephone will ring.
    """
    patch_id = patch_id or patch_of(session, call)
    if patch_id is None:
        return None
    ladder = people.ladder_of(session, patch_id)
    if there_at is not None:
        ladder = _there(session, ladder, there_at)
    return first_to_bring_in(call, ladder, rings.of_call(session, call.id))


def _there(session: Session, ladder: Sequence[Hat], at: datetime) -> list[Hat]:
    """Those who are not away, nor rest, nor have quiet hours."""
    day, zone = away.today(at), config.current().zone
    gone = away.who_is_away(session, [hat.person_id for hat in ladder], day)
    here = [hat for hat in ladder if hat.person_id not in gone and not sparing.rests(hat.person, day)]
    return [hat for hat in here if not sparing.quiet_of(session, hat.person).holds(at, zone)]


def first_to_bring_in(call: Call, ladder: Iterable[Hat], rung: Iterable[Ring]) -> Person | None:
    """The first on a ladder who was not asked yet in this call, else the first of all. Pure."""
    talking = {call.handler_id, call.person_id}
    could = [hat.person for hat in ladder if hat.person.phone and hat.person_id not in talking]
    tried = {ring.person_id for ring in rung if ring.kind == RingKind.JOIN}
    return next((person for person in could if person.id not in tried), could[0] if could else None)


def patches(session: Session, call: Call) -> list[tuple[Patch, Person | None]]:
    """Every patch that somebody looks after, by name, and whom of it to bring in."""
    of_patch: dict[int, list[Hat]] = defaultdict(list)
    for hat in session.scalars(people.ladder().options(joinedload(Hat.person))):
        of_patch[hat.patch_id or 0].append(hat)
    rung = rings.of_call(session, call.id)
    named = session.scalars(select(Patch).where(Patch.id.in_(of_patch)).order_by(Patch.name))
    return [(patch, first_to_bring_in(call, of_patch[patch.id], rung)) for patch in named]


def bring_in(session: Session, call: Call, person: Person | None, *, who: Person, at: datetime) -> Ring | None:
    """Ask a coordinator to join a talk. Their phone rings on a leg of its own, on which only key 1 joins.

    Raises `HelplineError`.
    """
    _mine(session, call, who, C.TALKING, C.HELD)
    if person is None:
        raise HelplineError("We do not know who looks after their street. Choose a patch.")
    if asked_in(session, call) or parting.third(session, call) is not None:
        return None
    if call.handing_at is not None or call.next_step == NextStep.HAND_OVER:
        raise HelplineError("The call is being handed over just now.")
    name = person.first_name or "The coordinator"
    if rings.live_of(session, person.id) or calls.current_of(session, person):
        raise HelplineError(f"{name} is on the telephone just now.")
    rung = line.ring_if_free(session, person, call, kind=RingKind.JOIN, at=at)
    if not rung:
        raise HelplineError(f"{name} is on the telephone just now.")
    history.record(session, "call.asked.bring_in", at=at, who=who.id, call_id=call.id, person_id=person.id)
    return rung[0]


def joins(session: Session, call: Call, ring: Ring, *, at: datetime) -> bool:
    """A coordinator pressed 1. False when there is nothing to join any more."""
    lock(session, call)
    if ring.state == R.TOOK and ring.over_at is None:
        return call.state in {*calls.WITH_A_HANDLER, C.INTRODUCED}
    if call.state not in {C.TALKING, C.HELD} or not rings.took(session, ring, at=at):
        rings.end(session, ring, R.CANCELLED, at=at)
        return False
    _next(session, call, NextStep.TOGETHER, at=at)
    history.record(session, "call.third_joins", at=at, who=ring.person_id, call_id=call.id, ring_id=ring.id)
    return True
