"""The handler's menu: start or end a shift, hear who is on, ring a resident back as the helpline."""

from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import desk_items, duty, history, line, own_calls, people, phone, rota, script, wording
from helpline.calls import Call
from helpline.desk_items import DeskItem, ItemState
from helpline.errors import HelplineError
from helpline.people import ANSWERS
from helpline.rota import S, Shift
from helpline.script import Line, Sentence
from ivr import speech
from ivr.inside import Apologises, Inside, keyed, opened, to_the_ordinary_menu
from ivr.webhook import Signed

router = APIRouter(prefix="/ivr/in/line", route_class=Apologises)
# Of their next shifts so many are told, as many as can be kept in mind.
TOLD = 3
AHEAD = timedelta(weeks=8)


def menu(inside: Inside, *first: Sentence | Line) -> Response:
    """How they stand, and what they can do."""
    shift = rota.shift_of(inside.session, inside.who, inside.at)
    said = _standing(inside, shift)
    return inside.ask(*first, *said, script.HANDLER_MENU, keys_to="/ivr/in/line")


def _standing(inside: Inside, shift: Shift | None) -> list[Sentence | Line]:
    if shift is None:
        until = inside.when(duty.would_be_on_until(inside.session, inside.who, inside.at))
        return [script.OFF_SHIFT, script.START_SHIFT.of(when=until)]
    until = inside.when(duty.on_until(inside.session, shift))
    if inside.who.paused_at is not None:
        return [script.ON_BUT_PAUSED.of(when=until), script.RING_ME, script.END_SHIFT]
    return [script.ON_UNTIL.of(when=until), script.END_SHIFT]


@router.post("")
def key(hook: Signed) -> Response:
    """1 starts a shift, 2 ends it: two keys, so that a press told twice does not undo itself.

    3: who is on. 4: ring a resident back. 5: their next shifts.
    """
    with hook.house.database.transaction() as session:
        inside = opened(session, hook, ANSWERS)
        if inside is None:
            return to_the_ordinary_menu(session, None, at=hook.at)
        does = {"1": _start, "2": _end, "3": _who_is_on, "4": _to_ring_back, "5": _my_shifts}
        return keyed(inside, partial(menu, inside), {digit: partial(it, inside) for digit, it in does.items()})


def _start(inside: Inside) -> Response:
    shift = rota.start_now(inside.session, inside.who, at=inside.at)
    people.resume(inside.session, inside.who, who=inside.who.id, at=inside.at)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return menu(inside, script.SHIFT_STARTED.of(when=inside.when(duty.on_until(inside.session, shift))))


def _end(inside: Inside) -> Response:
    rota.end_now(inside.session, inside.who, at=inside.at)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return menu(inside, script.SHIFT_ENDED)


def _who_is_on(inside: Inside) -> Response:
    """First names only."""
    on, following = rota.on_now(inside.session, inside.at), rota.next_on(inside.session, inside.at)
    said: list[Sentence | Line] = [script.WHO_IS_ON.of(names=_names(on)) if on else script.NOBODY_IS_ON]
    if following:
        said.append(script.WHO_IS_NEXT.of(names=_names(following), when=inside.when(following[0].starts_at)))
    own_calls.served(inside.session, inside.own, at=inside.at)
    return menu(inside, *said)


def _my_shifts(inside: Inside) -> Response:
    """The next few, and for which of them cover is wanted still."""
    found = rota.shifts_of(inside.session, inside.who, inside.at, inside.at + AHEAD)
    coming = [shift for shift in found if shift.starts_at > inside.at][:TOLD]
    zone = inside.hook.house.settings.zone
    said: list[Sentence | Line] = []
    if coming:
        spans = [wording.coming(shift.starts_at, shift.ends_at, zone, now=inside.at) for shift in coming]
        said.append(script.YOUR_SHIFTS.of(when={"en": "; ".join(spans)}))
    uncovered = [shift for shift in coming if shift.state == S.COVER_WANTED]
    said += [script.NEEDS_COVER.of(when=inside.when(shift.starts_at)) for shift in uncovered]
    own_calls.served(inside.session, inside.own, at=inside.at)
    return menu(inside, *(said or [script.NO_SHIFTS]))


def _names(shifts: list[Shift]) -> str:
    return wording.listed([shift.person.first_name or "somebody" for shift in shifts])


# Ringing a resident back, from the leg they are on.


def _to_ring_back(inside: Inside) -> Response:
    owed = desk_items.to_ring_back(inside.session, who=inside.who)
    return _one(inside, owed[0]) if owed else menu(inside, script.NONE_TO_RING)


def _after(inside: Inside, item: DeskItem, *first: Sentence | Line) -> Response:
    """The next, or back to the menu."""
    others = _others_after(inside, item)
    return _one(inside, others[0], *first) if others else menu(inside, *first, script.NO_OTHER_TO_RING)


def _others_after(inside: Inside, item: DeskItem) -> list[DeskItem]:
    owed = desk_items.to_ring_back(inside.session, who=inside.who)
    places = [place for place, one in enumerate(owed) if one.id == item.id]
    return owed[places[0] + 1 :] if places else owed


def _one(inside: Inside, item: DeskItem, *first: Sentence | Line) -> Response:
    call = inside.session.get_one(Call, item.call_id)
    name, when = call.person.first_name if call.person else None, inside.when(call.arrived_at)
    said: list[Sentence | Line] = [
        script.TO_RING_BACK.of(who=name, when=when) if name else script.TO_RING_BACK_NAMELESS.of(when=when),
        script.RING_THEM if phone.may_be_rung(call.phone) else script.NOT_RUNG,
    ]
    if _others_after(inside, item):
        said.append(script.NEXT_ONE)
    return inside.ask(*first, *said, keys_to=f"/ivr/in/line/back/{item.id}")


def _opened(session: Session, hook: Signed, item_id: int) -> tuple[Inside, DeskItem] | None:
    inside, item = opened(session, hook, ANSWERS), session.get(DeskItem, item_id)
    return (inside, item) if inside is not None and item is not None else None


@router.post("/back/{item_id}")
def back(item_id: int, hook: Signed) -> Response:
    """1: ring them, or it is done when that cannot be. 5: the next."""
    with hook.house.database.transaction() as session:
        found = _opened(session, hook, item_id)
        if found is None:
            return to_the_ordinary_menu(session, None, at=hook.at)
        inside, item = found
        number = session.get_one(Call, item.call_id).phone
        first = _ring if phone.may_be_rung(number) else _done
        keys = {"1": partial(first, inside, item), "5": partial(_after, inside, item)}
        return keyed(inside, partial(_one, inside, item), keys)


def _ring(inside: Inside, item: DeskItem) -> Response:
    session = inside.session
    try:
        call = session.get(Call, item.call_id) if inside.own.item_id == item.id else None  # told twice
        call = call or line.ring_back_from_here(session, item, who=inside.who, at=inside.at)
    except HelplineError:
        return _after(inside, item, script.ANOTHER_HAS_IT)
    own_calls.rings_about(session, inside.own, item_id=item.id)
    return speech.ring_from_here(inside.voice, call.phone or "", over=f"/ivr/in/line/back/{item.id}/over")


@router.post("/back/{item_id}/over")
def back_over(item_id: int, hook: Signed) -> Response:
    """They have talked, or nobody answered. Whether it is done, the handler says; if she has gone, on the desk."""
    with hook.house.database.transaction() as session:
        found = _opened(session, hook, item_id)
        if found is None:
            return to_the_ordinary_menu(session, None, at=hook.at)
        inside, item = found
        spoke = hook.field("DialCallStatus") == "completed"
        if own_calls.rung(session, inside.own, at=hook.at):
            what = "call_back.spoke" if spoke else "call_back.no_answer"
            history.record(session, what, at=hook.at, who=inside.who.id, call_id=item.call_id, item_id=item.id)
        if hook.field("CallStatus") == "completed":
            return inside.goodbye()
        return _was_it_done(inside, item, script.TALK_OVER if spoke else script.NO_ANSWER)


def _was_it_done(inside: Inside, item: DeskItem, *first: Sentence | Line) -> Response:
    return inside.ask(*first, script.WAS_IT_DONE, keys_to=f"/ivr/in/line/back/{item.id}/done")


@router.post("/back/{item_id}/done")
def back_done(item_id: int, hook: Signed) -> Response:
    """1: it is done. 2: it is anybody's again."""
    with hook.house.database.transaction() as session:
        found = _opened(session, hook, item_id)
        if found is None:
            return to_the_ordinary_menu(session, None, at=hook.at)
        inside, item = found
        keys = {"1": partial(_done, inside, item), "2": partial(_later, inside, item)}
        return keyed(inside, partial(_was_it_done, inside, item), keys)


def _done(inside: Inside, item: DeskItem) -> Response:
    try:
        if item.state != ItemState.DONE:
            desk_items.claim(inside.session, item, who=inside.who, at=inside.at)
            desk_items.close(inside.session, item, at=inside.at, who=inside.who.id)
    except HelplineError:
        return menu(inside, script.ANOTHER_HAS_IT)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return menu(inside, script.MARKED_DONE)


def _later(inside: Inside, item: DeskItem) -> Response:
    if item.holder_id == inside.who.id:
        desk_items.release(inside.session, item, at=inside.at, who=inside.who.id)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return menu(inside, script.TRY_LATER)
