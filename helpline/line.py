"""The line: callers waiting, and the handlers rung for them."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CompoundSelect, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline import (
    calls,
    desk_items,
    durations,
    history,
    messages,
    nuisance,
    parting,
    phone,
    reachable,
    ringing,
    rings,
    rota,
    wording,
)
from helpline.calls import C, Call
from helpline.db import lock, only_looked_at
from helpline.desk_items import DeskItem, ItemState
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import Person
from helpline.ringing import Handler, Rung
from helpline.rings import R, Ring, RingKind
from helpline.script import ENGLISH

# A worker that has had something in hand for so long is dead.
UNCLAIMED = timedelta(seconds=60)
DIED = "the worker died before it could say whether it was done"
# When the carrier does not say whether it rings phones, so many are tried in vain, and none of them so again for a while.
IN_VAIN, FOR_A_WHILE = 2, timedelta(minutes=2)
# How long a phone may sound, or tell why there is no call, after its ring is over, when nobody reports the end of its leg.
LETS_GO = timedelta(seconds=20)
# How long somebody who asked to be rung waits for it.
STILL_THERE = timedelta(minutes=3)
# One phone at a time, however long she waits: she rings again and again.
NEVER = timedelta(days=1)
# What the carrier calls the end of a leg that nobody took (Twilio, "Call status values").
OVER = {"completed": R.MISSED, "no-answer": R.MISSED, "failed": R.MISSED, "busy": R.DECLINED, "canceled": R.CANCELLED}


class Welcome(StrEnum):
    """What happens to a caller who wants somebody."""

    WAITS = "waits"
    CLOSED = "closed"
    NOBODY_ON = "nobody_on"
    PAST_THAT = "past_that"


def seek(session: Session, call: Call, *, at: datetime) -> Welcome:
    """The caller wants to talk to somebody: she waits and handlers are rung, or the line is closed, or nobody is on shift.

    Whoever waits already when it closes waits on: those who are on shift take her, and nobody is cut off.
    """
    is_open = reachable.is_open(session, at)
    if call.state == C.GREETING and not (is_open and _somebody_on(session, call, at)):
        calls.leave_queue(session, call, at=at)
    if call.state == C.LEAVING:
        return Welcome.NOBODY_ON if is_open else Welcome.CLOSED
    if not calls.wait(session, call, at=at, quiet_until=nuisance.quiet_until(session, call, at=at)):
        return Welcome.PAST_THAT
    ring_round(session, call, at=at)
    return Welcome.WAITS


def _somebody_on(session: Session, call: Call, at: datetime) -> bool:
    """Whether anybody on shift may be rung, now or when they are free: somebody paused may not, nor whoever is ringing herself."""
    on = [shift.person for shift in rota.on_now(session, at)]
    return any(person.paused_at is None and person.id != call.person_id for person in on)


def handlers(session: Session, at: datetime, *, language: str = ENGLISH) -> list[Handler]:
    """Everybody on shift, whether they are free to be rung, and whether they speak `language`."""
    on = [shift.person for shift in rota.on_now(session, at)]
    return as_handlers(on, set(session.scalars(engaged([person.id for person in on], at))), language)


def as_handlers(on: Iterable[Person], busy: Collection[int | None], language: str) -> list[Handler]:
    """Those who are on, by who of them is engaged. Pure."""
    return [
        Handler(
            person.id,
            person.id not in busy and person.paused_at is None,
            person.last_answered_at,
            speaks=language in person.speaks,
        )
        for person in on
    ]


def engaged(ids: Sequence[int], at: datetime) -> CompoundSelect[int | None]:
    """A question for those of `ids` who are rung, ring us, talk, write down, or whose phone may still sound or speak.

    One statement, so that whoever goes from one of these to the next is seen in one of them; and each part has an index of its
    own, since this is asked in every tick and of a million calls.
    """
    rung, theirs = Ring.person_id.in_(ids), Call.handler_id.in_(ids)
    # Whatever became of the call: its handler's phone is in their hand until the leg is over.
    took = (Ring.state == R.TOOK) & Ring.over_at.is_(None)
    may_sound = (Ring.state == R.UNKNOWN) & rings.may_sound(at)
    has_a_leg = Ring.claimed_at.is_not(None) & (Ring.sid.is_not(None) | Ring.why.is_(None))
    lets_go = Ring.state.in_(rings.OVER - {R.TOOK}) & has_a_leg & Ring.leg_over_at.is_(None)
    return union_all(
        select(Ring.person_id).where(rung, rings.IS_LIVE),
        # A hang-up that nobody told us of must not keep a handler off the line for ever.
        select(Ring.person_id).where(
            rung,
            took | may_sound | lets_go & ((Ring.over_at > at - LETS_GO) | rings.may_sound(at)),
            Ring.asked_at > at - rings.LONGEST_LEG,
        ),
        select(Call.handler_id).where(theirs, calls.IS_WITH_A_HANDLER),
        select(Call.handler_id).where(theirs, Call.wrap_up_until > at),
        select(Ring.person_id).where(only_looked_at(Ring.person_id).in_(ids), Ring.wrap_up_until > at),
        calls.ringing_us(ids, at),
    )


def next_to_ring(session: Session, call: Call, *, at: datetime, from_her_leg: bool = False) -> list[int]:
    """Who should be rung for a call now, by id; nobody when it is not waiting.

    Nobody is rung twice where the carrier does not say whether it rings them, nor are more than two people: her own leg rings them.
    """
    if call.state != C.WAITING or call.waits_since is None:
        return []
    # Handlers first: whoever is rung for her between two questions is found by the later one, and nobody else instead.
    on = handlers(session, at, language=call.language)
    so_far = rings.of_call(session, call.id)
    if any(ring.kind == RingKind.ONE_AT_A_TIME and ring.state in rings.LIVE for ring in so_far):
        return []  # her own leg is ringing somebody, so she is not in the queue where others would look for her
    rungs = [Rung(ring.person_id, _over_at(ring), ring.answered_at) for ring in so_far]
    plan, since = durations.of(session), call.waits_since
    if call.quiet_until is not None:
        plan, since = replace(plan, first_rings=1, widen=NEVER), max(since, call.quiet_until)
    if at < since:
        return []
    wanted = ringing.next_to_ring(on, rungs, waited=at - since, at=at, durations=plan)
    in_vain = {ring.person_id for ring in so_far if _in_vain(ring, at)}
    if from_her_leg or not in_vain:
        return wanted
    return [person_id for person_id in wanted if person_id not in in_vain] if len(in_vain) < IN_VAIN else []


def _in_vain(ring: Ring, at: datetime) -> bool:
    """Whether we asked the carrier for a leg a short while ago, and still do not know of one."""
    return ring.state == R.UNKNOWN and ring.sid is None and (ring.over_at or ring.asked_at) > at - FOR_A_WHILE


def ring_round(session: Session, call: Call, *, at: datetime) -> None:
    """Ring whoever is next for a waiting call. Rings are rows here; a worker dials them."""
    for person_id in next_to_ring(session, call, at=at):
        ring_if_free(session, session.get_one(Person, person_id), call, kind=RingKind.TAKE, at=at)


def ring_if_free(session: Session, person: Person, call: Call, *, kind: RingKind, at: datetime) -> list[Ring]:
    """Owe somebody a ring about a call; nothing when another process is ringing them this moment, or has just done so."""
    # Somebody whom another process holds is passed over: two that wait for each other never end.
    free = select(Person).where(Person.id == person.id).with_for_update(skip_locked=True, key_share=True)
    held = session.scalar(free)
    if held is not None:
        with suppress(IntegrityError), session.begin_nested():
            return [rings.owe(session, held, call.id, at=at, kind=kind)]
    return []


def _over_at(ring: Ring) -> datetime | None:
    return ring.over_at or ring.asked_at if ring.state not in rings.LIVE else None


def missed(session: Session, ring: Ring, state: rings.RingState, *, at: datetime, why: str | None = None) -> None:
    """A ring ended without being taken: whoever has missed three is paused and told; the next is rung at once."""
    before = ring.person.paused_at
    if not rings.end(session, ring, state, at=at, why=why):
        return
    if before is None and ring.person.paused_at is not None:
        told = wording.paused_text(ring.person.misses)
        messages.owe(session, MessageKind.NEWS, told, to=ring.person, at=at)
    if ring.kind in rings.FOR_A_CALLER:
        ring_round(session, session.get_one(Call, ring.call_id), at=at)


def leg_reported(session: Session, ring: Ring, *, sid: str, status: str, sequence: int | None, at: datetime) -> None:
    """The carrier reports on a handler's leg, perhaps late, twice or out of order: a ring only moves forward."""
    lock(session, ring)
    if sequence is not None:
        if sequence <= ring.sequence:
            return
        ring.sequence = sequence
    rings.leg_is(session, ring, sid, at=at)
    desk_items.close_all(session, at=at, ring_id=ring.id)
    if status == "in-progress":
        rings.answered(session, ring, at=at)
    elif status in OVER:
        rings.leg_over(session, ring, at=at)
        missed(session, ring, OVER[status], at=at, why=status)
        _taken_leg_over(session, ring, at=at)


def _taken_leg_over(session: Session, ring: Ring, *, at: datetime) -> None:
    """A leg that took a call is over, in case nothing else tells us: if they never met, she waits on; else she is asked."""
    if ring.kind not in {RingKind.TAKE, RingKind.HAND_OVER, RingKind.JOIN} or ring.state != R.TOOK:
        return
    call = session.get_one(Call, ring.call_id)
    lock(session, call)
    if ring.kind == RingKind.JOIN:
        parting.third_gone(session, call, at=at)
    else:
        handler_gone(session, call, ring, at=at)


def handler_gone(session: Session, call: Call, ring: Ring, *, at: datetime) -> None:
    """The leg of whoever has this call is over; that of somebody who has it no longer ends nothing, however late we hear."""
    if not parting.holds(session, call, ring):
        return
    if not left_alone(session, call, at=at) and parting.handler_gone(session, call, ring, at=at):
        ring_round(session, call, at=at)


def left_alone(session: Session, call: Call, *, at: datetime) -> bool:
    """Whoever took the call was gone before they met: she waits on and others are rung. False when it is not so."""
    if not calls.left_alone(session, call, at=at):
        return False
    ring_round(session, call, at=at)
    return True


def given_up_by_a_worker(session: Session, call: Call, *, at: datetime) -> None:
    """Whatever a worker of this call had in hand when it died is unknown, and others are rung, though no clock says so."""
    for ring in rings.of_call(session, call.id):
        if ring.state == R.DIALLING and ring.claimed_at is not None and ring.claimed_at <= at - UNCLAIMED:
            unknown(session, ring, at=at, why=DIED)


def unknown(session: Session, ring: Ring, *, at: datetime, why: str) -> None:
    """We cannot tell whether a phone rang: it is shown on the desk, and others are rung."""
    if rings.unknown(session, ring, at=at, why=why) and ring.call_id is not None:
        desk_items.put(session, desk_items.ItemKind.UNKNOWN, at=at, ring_id=ring.id)
        ring_round(session, session.get_one(Call, ring.call_id), at=at)


def ring_back(session: Session, item: DeskItem, *, who: Person, at: datetime) -> Ring:
    """Ring a handler's own phone, to put them through to the resident they claimed. Raises `HelplineError` when that cannot be."""
    call = _to_ring_back(session, item, who=who, at=at)
    if _rings_us(session, who.id, at) or rings.live_of(session, who.id) or calls.current_of(session, who):
        raise HelplineError("Your phone is ringing or on a call already.")
    item.attempts += 1
    return rings.owe(session, who, call.id, at=at, kind=RingKind.CALL_BACK, item_id=item.id)


def ring_back_from_here(session: Session, item: DeskItem, *, who: Person, at: datetime) -> Call:
    """A handler who has rung in is put through to the resident from the leg she is on: no other is rung to her.

    Raises `HelplineError` as `ring_back` does.
    """
    call = _to_ring_back(session, item, who=who, at=at)
    item.attempts += 1
    history.record(session, "call_back.rung", at=at, who=who.id, call_id=call.id, item_id=item.id)
    return call


def _to_ring_back(session: Session, item: DeskItem, *, who: Person, at: datetime) -> Call:
    desk_items.claim(session, item, who=who, at=at)
    call = session.get(Call, item.call_id) if item.call_id else None
    if call is None or call.phone is None:
        raise HelplineError("That caller's number was withheld, so nobody can ring it.")
    if not phone.may_be_rung(call.phone):
        raise HelplineError(f"{phone.NOT_RUNG} If nothing else is to be done about it, it is done.")
    return call


def hopeful(session: Session, call: Call, *, at: datetime) -> bool:
    """Whether anybody may still take a waiting call: somebody is on shift, or a phone is still ringing for it."""
    return _somebody_on(session, call, at) or bool(being_rung(session, call))


def wanted(session: Session, ring: Ring, *, at: datetime) -> bool:
    """Whether an owed ring should still be dialled: its call waits, and the handler is on shift, not paused, and not ringing us.

    One to ring a resident back is wanted while the handler holds its item: by now another may have rung her. One to say a sentence
    to try a call or to be put through is wanted while whoever asked for it may still sit beside the telephone.
    """
    if ring.kind in {RingKind.SAY, RingKind.TEST, RingKind.THROUGH}:
        return at - ring.asked_at < STILL_THERE
    if ring.kind == RingKind.CALL_BACK:
        item = session.get(DeskItem, ring.item_id) if ring.item_id else None
        return item is None or (item.state == ItemState.CLAIMED and item.holder_id == ring.person_id)
    call = session.get_one(Call, ring.call_id)
    if ring.kind == RingKind.JOIN:
        return call.state in {C.TALKING, C.HELD, C.TAKEN} and at - ring.asked_at < STILL_THERE
    return (
        calls.is_wanted(call, ring)
        and ring.person.paused_at is None
        and rota.shift_of(session, ring.person, at) is not None
        and not _rings_us(session, ring.person_id, at)
    )


def _rings_us(session: Session, person_id: int, at: datetime) -> bool:
    """Whether somebody is ringing us from their number, so that their telephone is engaged."""
    return session.scalar(calls.ringing_us([person_id], at).limit(1)) is not None


def place_of(session: Session, call: Call) -> int:
    """A caller's place among those waiting: 1 is next."""
    return next((place for place, other in enumerate(calls.waiting(session), 1) if other.id == call.id), 1)


def being_rung(session: Session, call: Call) -> list[Person]:
    """Whose phones are ringing for this call now."""
    return rung(rings.of_call(session, call.id))


def rung(about: Iterable[Ring]) -> list[Person]:
    """Whose phones ring, of the rings about a waiting call. Pure."""
    return [ring.person for ring in about if ring.state in rings.LIVE and ring.kind != RingKind.JOIN]
