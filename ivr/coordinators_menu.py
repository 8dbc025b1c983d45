"""The coordinator's menu: her requests one by one; take, pass, done, the details, and a talk with the resident."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from fastapi import APIRouter, Response

from helpline import (
    history,
    neighbours,
    nudges,
    offering,
    offers,
    own_calls,
    phone,
    script,
    taking,
    wording,
)
from helpline.errors import HelplineError
from helpline.offers import O, Offer
from helpline.people import COORDINATES
from helpline.script import Line, Sentence
from ivr import away_menu, speech, told_details
from ivr.inside import Apologises, Inside, keyed, opened, to_the_ordinary_menu
from ivr.webhook import Hook, Signed

router = APIRouter(prefix="/ivr/in/requests", route_class=Apologises)


def menu(inside: Inside, *first: Sentence | Line) -> Response:
    """How much there is, and the first of it; and the key for going away, which every menu has but only this one tells."""
    mine, away = _mine(inside), away_menu.told(inside)
    if not mine:
        return inside.ask(*first, script.NOTHING_ASKED, *away, keys_to="/ivr/in/requests")
    return _one(inside, mine[0], *first, script.HOW_MANY.of(count=_how_many(mine)), last=away)


def _mine(inside: Inside) -> list[Offer]:
    """What is asked of her first, soonest to lapse in front; then what she took."""
    live = offers.live_of_person(inside.session, inside.who)
    return sorted(live, key=lambda offer: (offer.state != O.OPEN, offer.lapses_at, offer.id))


def _how_many(mine: list[Offer]) -> str:
    asked = sum(offer.state == O.OPEN for offer in mine)
    parts = []
    if asked:
        parts.append(wording.counted(asked, "request to answer", "requests to answer"))
    if len(mine) > asked:
        parts.append(f"{len(mine) - asked} that you took")
    return wording.listed(parts)


def _one(inside: Inside, offer: Offer, *first: Sentence | Line, last: Sequence[Sentence | Line] = ()) -> Response:
    """One request: what is asked, or what she took; whatever has moved on meanwhile is passed over."""
    if offer.state == O.OPEN:
        keys_to = f"/ivr/in/requests/{offer.id}/asked"
        return inside.ask_briefly(*first, *_asks(inside, offer), *_other_keys(inside, offer), *last, keys_to=keys_to)
    if offer.state == O.ACCEPTED:
        said = script.YOU_TOOK.of(**_about(inside, offer))
        keys_to = f"/ivr/in/requests/{offer.id}/taken"
        return inside.ask_briefly(*first, said, *_taken_keys(inside, offer), *last, keys_to=keys_to)
    return _after(inside, offer, *first, script.MOVED_ON)


def _asks(inside: Inside, offer: Offer) -> tuple[Line, Sentence]:
    when = inside.when(offer.lapses_at)
    if offer.request.offers_help:
        return script.ASKED_TO_RING.of(street=offer.street, when=when), script.CAN_YOU_RING
    return script.ASKED_OF_YOU.of(**_about(inside, offer), when=when), script.CAN_YOU


def _about(inside: Inside, offer: Offer) -> dict[str, str]:
    by = wording.plain(offering.by_when(offer.request, inside.at))
    return {"what": offer.request.what, "street": offer.street, "by": by}


def _taken_keys(inside: Inside, offer: Offer) -> list[Sentence | Line]:
    rings = [script.RING_RESIDENT] if _may_ring(offer) else []
    found = [] if offer.request.found_at else [script.FOUND_SOMEBODY]
    return [script.HEAR_DETAILS, *rings, script.DONE_OR_BACK, *found, *_other_keys(inside, offer)]


def _may_ring(offer: Offer) -> bool:
    return phone.may_be_rung(offer.request.phone)


def _other_keys(inside: Inside, offer: Offer) -> list[Sentence]:
    """Of two the next is the one before, too."""
    others = sum(other.id != offer.id for other in _mine(inside))
    return [script.NEXT_ONE, script.ONE_BEFORE][: min(others, 2)]


def _after(inside: Inside, offer: Offer, *first: Sentence | Line, step: int = 1) -> Response:
    """The next, or the one before; after the last of them the first again."""
    mine = _mine(inside)
    places = [place for place, one in enumerate(mine) if one.id == offer.id]
    if not places or len(mine) == 1:
        others = [one for one in mine if one.id != offer.id]
        return _one(inside, others[0], *first) if others else menu(inside, *first)
    return _one(inside, mine[(places[0] + step) % len(mine)], *first)


def _before(inside: Inside, offer: Offer) -> Response:
    return _after(inside, offer, step=-1)


def _with_offer(hook: Hook, offer_id: int, does: Callable[[Inside, Offer], Response]) -> Response:
    with hook.house.database.transaction() as session:
        inside, offer = opened(session, hook, COORDINATES), session.get(Offer, offer_id)
        if inside is None or offer is None or offer.person_id != inside.who.id:
            return to_the_ordinary_menu(session, None, at=hook.at)
        return does(inside, offer)


@router.post("")
def key(hook: Signed) -> Response:
    """Nothing was open, but it may be by now. 8: away, or back."""
    with hook.house.database.transaction() as session:
        inside = opened(session, hook, COORDINATES)
        if inside is None:
            return to_the_ordinary_menu(session, None, at=hook.at)
        return keyed(inside, partial(menu, inside), {"8": partial(away_menu.menu, inside)})


@router.post("/first")
def first(hook: Signed) -> Response:
    """Back from elsewhere: how much there is, and the first of it."""
    with hook.house.database.transaction() as session:
        inside = opened(session, hook, COORDINATES)
        return menu(inside) if inside is not None else to_the_ordinary_menu(session, None, at=hook.at)


# What is asked of her.


@router.post("/{offer_id}/asked")
def asked(offer_id: int, hook: Signed) -> Response:
    """1: yes. 2: no. 5: the next. 6: the one before. 8: away, or back."""
    return _with_offer(hook, offer_id, _asked)


def _asked(inside: Inside, offer: Offer) -> Response:
    return keyed(inside, partial(_one, inside, offer), _keys(inside, offer, {"1": _take, "2": _pass}))


def _keys(
    inside: Inside, offer: Offer, does: Mapping[str, Callable[[Inside, Offer], Response]]
) -> dict[str, Callable[[], Response]]:
    both = {**does, "5": _after, "6": _before}
    return {"8": partial(away_menu.menu, inside), **{key: partial(it, inside, offer) for key, it in both.items()}}


def _take(inside: Inside, offer: Offer) -> Response:
    try:
        taking.accept(inside.session, offer, at=inside.at, on_the_telephone=True)
    except HelplineError:
        return _after(inside, offer, script.MOVED_ON)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return _one(inside, offer, script.IT_IS_YOURS)


def _pass(inside: Inside, offer: Offer) -> Response:
    try:
        if offer.state != O.GIVEN_BACK:  # told twice
            taking.pass_on(inside.session, offer, at=inside.at)
    except HelplineError:
        return _after(inside, offer, script.MOVED_ON)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return _after(inside, offer, script.WE_ASK_OTHERS)


# What she took.


@router.post("/{offer_id}/taken")
def taken(offer_id: int, hook: Signed) -> Response:
    """1: who and where. 2: talk to them. 3: it is done. 4: back. 5: the next. 6: the one before. 7: found somebody. 8: away."""
    return _with_offer(hook, offer_id, lambda inside, offer: _taken(inside, offer, _one))


@router.post("/{offer_id}/details")
def detailed(offer_id: int, hook: Signed) -> Response:
    """The same keys, after the details were heard."""
    return _with_offer(hook, offer_id, lambda inside, offer: _taken(inside, offer, _details))


def _taken(inside: Inside, offer: Offer, menu: Callable[..., Response]) -> Response:
    does: dict[str, Callable[[Inside, Offer], Response]] = {"1": _details, "3": _done, "4": _pass, "7": _found}
    if _may_ring(offer):
        does["2"] = _ring
    return keyed(inside, partial(menu, inside, offer), _keys(inside, offer, does))


def _details(inside: Inside, offer: Offer, *first: Sentence | Line) -> Response:
    """Who and where, slowly, while the request is hers. That she heard it is written down, each time."""
    if offer.state != O.ACCEPTED:
        return _one(inside, offer, *first)
    request = offer.request
    history.read(inside.session, "request", at=inside.at, reader=inside.who.id, request_id=request.id)
    slow = told_details.slow(offer, more=" … and more, which your page says.")
    keys = (*first, *_taken_keys(inside, offer), script.MENU_ENDS)
    return speech.slowly(inside.voice, slow, *keys, keys_to=f"/ivr/in/requests/{offer.id}/details")


def _done(inside: Inside, offer: Offer) -> Response:
    try:
        neighbours.done(inside.session, offer, "", None, at=inside.at)
    except HelplineError:
        return _after(inside, offer, script.MOVED_ON)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return _after(inside, offer, script.MARKED_DONE)


def _found(inside: Inside, offer: Offer) -> Response:
    try:
        neighbours.found(inside.session, offer, "", at=inside.at)
    except HelplineError:
        return _after(inside, offer, script.MOVED_ON)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return _one(inside, offer, script.THEY_ARE_FOUND)


def _ring(inside: Inside, offer: Offer) -> Response:
    request = offer.request
    if offer.state != O.ACCEPTED or request.phone is None:
        return _one(inside, offer)
    if own_calls.rings_about(inside.session, inside.own, offer_id=offer.id):
        _record(inside, offer, "offer.put_through")
    return speech.ring_from_here(inside.voice, request.phone, over=f"/ivr/in/requests/{offer.id}/over")


def _record(inside: Inside, offer: Offer, what: str) -> None:
    ids = {"person_id": offer.person_id, "request_id": offer.request_id, "offer_id": offer.id}
    history.record(inside.session, what, at=inside.at, who=inside.who.id, **ids)


@router.post("/{offer_id}/over")
def over(offer_id: int, hook: Signed) -> Response:
    """They have talked, or nobody answered."""
    return _with_offer(hook, offer_id, _over)


def _over(inside: Inside, offer: Offer) -> Response:
    spoke = inside.hook.field("DialBridged") == "true"
    if own_calls.rung(inside.session, inside.own, at=inside.at):
        _record(inside, offer, "offer.spoke" if spoke else "offer.no_answer")
        if spoke:
            nudges.spoken_to(inside.session, offer, at=inside.at)
    if inside.hook.field("CallStatus") == "completed":
        return inside.goodbye()
    return _one(inside, offer, script.TALK_OVER if spoke else script.NO_ANSWER)
