"""The handler's leg when it is apart from its caller: what follows, the keys that work there, and the way back.

A leg that comes out of a talk does not know why: * was pressed, the desk moved it, or the caller has rung off, which her own leg
tells us at the same moment. So it waits a second before it reads the row.
"""

from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import line, parting, prompts, script, talking
from helpline.calls import C, Call, Ending, NextStep
from helpline.errors import HelplineError
from helpline.rings import Ring
from helpline.script import Line, Sentence
from ivr import afterwards, speech
from ivr.legs import broken_leg, caller_gone, goodbye, ring_of
from ivr.webhook import Hook, Signed

# How long her leg may take to ask us what follows, before she is thought to be on hold all the same.
A_MOMENT = timedelta(seconds=6)
# How long something is news: the menu is heard again in about that time.
NEWS = timedelta(seconds=11)

router = APIRouter(prefix="/ivr/rings", route_class=broken_leg)


def came_out(session: Session, ring: Ring, call: Call, hook: Hook) -> Response:
    """The handler's leg is out of a talk and on the line."""
    if call.state != C.ENDED and parting.holds(session, call, ring):
        talking.stepped_out(session, call, at=hook.at)
        return _in_a_moment(session, ring)
    return _what_now(session, ring, call, hook)


def _in_a_moment(session: Session, ring: Ring, *said: Sentence) -> Response:
    return speech.one_moment(prompts.speaker(session), *said, then=f"/ivr/rings/{ring.id}/next", seconds=1)


@router.post("/{ring_id}/next")
def following(ring_id: int, hook: Signed) -> Response:
    """What follows for this leg, by the row."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        return _what_now(session, ring, call, hook)


def _what_now(session: Session, ring: Ring, call: Call, hook: Hook) -> Response:
    if call.state == C.ENDED or not parting.holds(session, call, ring):
        return _nothing_more(session, ring, call, hook)
    if call.state == C.TALKING:
        return _still_talking(session, ring, call, hook)
    if call.state == C.TOGETHER:
        return _together(session, ring, call, hook)
    if call.state == C.HELD and call.next_step == NextStep.TOGETHER:
        return _in_a_moment(session, ring)  # her leg is on its way into the room
    if call.state == C.TAKEN or (call.next_step == NextStep.BACK and talking.back(session, call, ring, at=hook.at)):
        return speech.join_queue(call.sid, ring.id)
    return _menu(session, ring, call, hook)


def _nothing_more(session: Session, ring: Ring, call: Call, hook: Hook) -> Response:
    """She is gone, or with somebody else. What they talked of may have been written down already."""
    if not parting.holds(session, call, ring) and call.handler is not None and call.handler_id != ring.person_id:
        name = call.handler.first_name or "Somebody"
        return goodbye(session, script.TAKEN_OVER.of(name=name))
    if call.talking_at is None:
        return caller_gone(session, call)
    if call.ending == Ending.CALL_BACK_OWED:
        return afterwards.ask(session, ring, hook, script.HELD_RANG_OFF)
    if call.written_down:
        return goodbye(session, script.WRITTEN_DOWN)
    return afterwards.ask(session, ring, hook, script.CALL_OVER)


def _still_talking(session: Session, ring: Ring, call: Call, hook: Hook) -> Response:
    """Her leg has not asked yet. It comes, or we hear that it is over."""
    talking.stepped_out(session, call, at=hook.at)
    if call.next_step_at is None or hook.at - call.next_step_at < A_MOMENT or call.next_step == NextStep.TOGETHER:
        return _in_a_moment(session, ring)
    talking.part(session, call, at=hook.at)
    return _in_a_moment(session, ring)


def _menu(session: Session, ring: Ring, call: Call, hook: Hook, *first: Sentence | Line) -> Response:
    """She is on hold: what can be done, and how what was asked for stands."""
    was_handing = call.handing_at is not None
    talking.hears_of_it(session, call)
    handing = talking.go_on_handing(session, call, at=hook.at)
    asked = talking.last_asked(session, call)
    since = call.apart_at or hook.at
    said: list[Sentence | Line] = list(first)
    if handing:
        said.append(script.HANDING_OVER)
    elif asked is not None and asked.waits:
        said.append(script.ASKING_IN.of(name=asked.person.first_name or "them"))
    else:
        if was_handing:
            said.append(script.NOT_TAKEN)
        if asked is not None and asked.refused and (asked.ring.over_at or since) > max(since, hook.at - NEWS):
            said.append(script.COULD_NOT_JOIN.of(name=asked.person.first_name or "They"))
        said.append(script.HOLD_MENU)
    place = f"/ivr/rings/{ring.id}"
    return speech.menu(prompts.speaker(session), *said, keys_to=f"{place}/held", again=f"{place}/next")


@router.post("/{ring_id}/held")
def key(ring_id: int, hook: Signed) -> Response:
    """1: back to the caller. 2: hand her over to whoever is free. 3: bring the coordinator in."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        if call.state != C.HELD or not parting.holds(session, call, ring):
            return _what_now(session, ring, call, hook)
        if hook.digits == "1" and talking.back(session, call, ring, at=hook.at):
            return speech.join_queue(call.sid, ring.id)
        if hook.digits == "2" and call.handing_at is None:
            return _hand_over(session, ring, call, hook)
        if hook.digits == "3":
            return _bring_in(session, ring, call, hook)
        return _menu(session, ring, call, hook)


def _hand_over(session: Session, ring: Ring, call: Call, hook: Hook) -> Response:
    try:
        talking.hand_over(session, call, to=None, who=ring.person, at=hook.at, by_key=True)
    except HelplineError:
        return _menu(session, ring, call, hook, script.NOBODY_ELSE_FREE)
    return _menu(session, ring, call, hook)


def _bring_in(session: Session, ring: Ring, call: Call, hook: Hook) -> Response:
    person = talking.who_to_bring_in(session, call, there_at=hook.at)
    if person is None:
        return _menu(session, ring, call, hook, script.NO_COORDINATOR)
    try:
        talking.bring_in(session, call, person, who=ring.person, at=hook.at)
    except HelplineError:
        return _menu(session, ring, call, hook, script.CANNOT_BE_ASKED)
    return _menu(session, ring, call, hook)


# Three together.


def _together(session: Session, ring: Ring, call: Call, hook: Hook) -> Response:
    if call.next_step == NextStep.DROP_OUT and talking.drops_out(session, call, at=hook.at):
        return afterwards.ask(session, ring, hook, script.DROPPED_OUT)
    # When the coordinator has gone before they met, the two are alone, and the room is over when either goes.
    alone = parting.third(session, call) is None
    left = f"/ivr/rings/{ring.id}/left"
    return speech.room(prompts.speaker(session), name=call.sid, action=left, starts=False, ends=alone, star=True)


@router.post("/{ring_id}/left")
def left_the_room(ring_id: int, hook: Signed) -> Response:
    """The handler's leg is out of the room: it hung up, * was pressed, or the room is over."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        if hook.field("CallStatus") == "completed":
            line.handler_gone(session, call, ring, at=hook.at)
            return speech.goodbye()
        return speech.one_moment(prompts.speaker(session), then=f"/ivr/rings/{ring.id}/out", seconds=1)


@router.post("/{ring_id}/out")
def out(ring_id: int, hook: Signed) -> Response:
    """Out of the room, while the two talk: 1 goes back to them."""
    with hook.house.database.transaction() as session:
        ring, call = ring_of(session, ring_id)
        stays_out = call.state == C.TOGETHER and call.next_step is None and hook.digits != "1"
        if not stays_out or parting.third(session, call) is None or not parting.holds(session, call, ring):
            return _what_now(session, ring, call, hook)
        place = f"/ivr/rings/{ring.id}/out"
        return speech.menu(prompts.speaker(session), script.STEPPED_OUT, keys_to=place, again=place)
