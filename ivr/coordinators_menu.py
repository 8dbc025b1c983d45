"""The coordinator's menu: her requests one by one; take, pass, done, the details, and a talk with the resident."""

from collections.abc import Callable
from functools import partial
from textwrap import shorten

from fastapi import APIRouter, Response

from helpline import history, offers, own_calls, script, wording
from helpline.errors import HelplineError
from helpline.offers import O, Offer
from helpline.recognising import COORDINATES
from helpline.script import Line, Sentence
from helpline.wording import Kind
from ivr import speech
from ivr.inside import Apologises, Inside, keyed, opened, to_the_ordinary_menu
from ivr.webhook import Hook, Signed

LONGEST_NEEDS = 600
"""Letters of what was written down that are read out: three quarters of a minute."""

router = APIRouter(prefix="/ivr/in/requests", route_class=Apologises)


def menu(inside: Inside, *first: Sentence | Line) -> Response:
    """How much there is, and the first of it."""
    mine = _mine(inside)
    if not mine:
        return _nothing(inside, *first)
    return _one(inside, mine[0], *first, script.HOW_MANY.of(count=_how_many(mine)))


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


def _nothing(inside: Inside, *first: Sentence | Line) -> Response:
    return inside.ask(*first, script.NOTHING_ASKED, keys_to="/ivr/in/requests")


def _one(inside: Inside, offer: Offer, *first: Sentence | Line) -> Response:
    """One request: what is asked, or what she took; whatever has moved on meanwhile is passed over."""
    if offer.state == O.OPEN:
        said = script.ASKED_OF_YOU.of(**_about(inside, offer), when=inside.when(offer.lapses_at))
        keys_to = f"/ivr/in/requests/{offer.id}/asked"
        return inside.ask(*first, said, script.CAN_YOU, *_next_key(inside, offer), keys_to=keys_to)
    if offer.state == O.ACCEPTED:
        said = script.YOU_TOOK.of(**_about(inside, offer))
        return inside.ask(*first, said, *_taken_keys(inside, offer), keys_to=f"/ivr/in/requests/{offer.id}/taken")
    return _after(inside, offer, *first, script.MOVED_ON)


def _about(inside: Inside, offer: Offer) -> dict[str, str]:
    by = wording.plain(offers.by_when(offer.request, inside.at))
    return {"what": offer.request.what, "street": offer.street, "by": by}


def _taken_keys(inside: Inside, offer: Offer) -> list[Sentence | Line]:
    rings = [script.RING_RESIDENT] if offer.request.phone else []
    return [script.HEAR_DETAILS, *rings, script.DONE_OR_BACK, *_next_key(inside, offer)]


def _next_key(inside: Inside, offer: Offer) -> list[Sentence]:
    return [script.NEXT_ONE] if any(other.id != offer.id for other in _mine(inside)) else []


def _after(inside: Inside, offer: Offer, *first: Sentence | Line) -> Response:
    """The next; after the last of them the first again."""
    mine = _mine(inside)
    places = [place for place, one in enumerate(mine) if one.id == offer.id]
    following = mine[places[0] + 1 :] + mine[: places[0]] if places else mine
    return _one(inside, following[0], *first) if following else menu(inside, *first)


def _with_offer(hook: Hook, offer_id: int, does: Callable[[Inside, Offer], Response]) -> Response:
    with hook.house.database.transaction() as session:
        inside, offer = opened(session, hook, COORDINATES), session.get(Offer, offer_id)
        if inside is None or offer is None or offer.person_id != inside.who.id:
            return to_the_ordinary_menu(session, None, at=hook.at)
        return does(inside, offer)


@router.post("")
def key(hook: Signed) -> Response:
    """Nothing was open: no key means anything here, but it may be open by now."""
    with hook.house.database.transaction() as session:
        inside = opened(session, hook, COORDINATES)
        if inside is None:
            return to_the_ordinary_menu(session, None, at=hook.at)
        return keyed(inside, partial(menu, inside), {})


# What is asked of her.


@router.post("/{offer_id}/asked")
def asked(offer_id: int, hook: Signed) -> Response:
    """1: yes. 2: no. 5: the next."""
    return _with_offer(hook, offer_id, _asked)


def _asked(inside: Inside, offer: Offer) -> Response:
    keys = {"1": partial(_take, inside, offer), "2": partial(_pass, inside, offer), "5": partial(_after, inside, offer)}
    return keyed(inside, partial(_one, inside, offer), keys)


def _take(inside: Inside, offer: Offer) -> Response:
    try:
        offers.accept(inside.session, offer, at=inside.at)
    except HelplineError:
        return _after(inside, offer, script.MOVED_ON)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return _one(inside, offer, script.IT_IS_YOURS)


def _pass(inside: Inside, offer: Offer) -> Response:
    try:
        if offer.state != O.GIVEN_BACK:  # told twice
            offers.pass_on(inside.session, offer, at=inside.at)
    except HelplineError:
        return _after(inside, offer, script.MOVED_ON)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return _after(inside, offer, script.WE_ASK_OTHERS)


# What she took.


@router.post("/{offer_id}/taken")
def taken(offer_id: int, hook: Signed) -> Response:
    """1: who and where. 2: talk to them. 3: it is done. 4: back. 5: the next."""
    return _with_offer(hook, offer_id, lambda inside, offer: _taken(inside, offer, _one))


@router.post("/{offer_id}/details")
def detailed(offer_id: int, hook: Signed) -> Response:
    """The same keys, after the details were heard."""
    return _with_offer(hook, offer_id, lambda inside, offer: _taken(inside, offer, _details))


def _taken(inside: Inside, offer: Offer, menu: Callable[..., Response]) -> Response:
    does = {"1": _details, "2": _ring, "3": _done, "4": _pass, "5": _after}
    if not offer.request.phone:
        del does["2"]
    return keyed(
        inside, partial(menu, inside, offer), {digit: partial(it, inside, offer) for digit, it in does.items()}
    )


def _details(inside: Inside, offer: Offer, *first: Sentence | Line) -> Response:
    """Who and where, slowly, while the request is hers. That she heard it is written down, each time."""
    if offer.state != O.ACCEPTED:
        return _one(inside, offer, *first)
    request = offer.request
    history.read(inside.session, "request", at=inside.at, reader=inside.who.id, request_id=request.id)
    slow: list[Sentence | Line] = [
        script.NAME_IS.of(who=request.name) if request.name else script.NAME_UNKNOWN,
        script.HOUSE_IS.of(house=request.house, street=offer.street)
        if request.house
        else script.STREET_IS.of(street=offer.street),
    ]
    if request.words:
        needs = shorten(request.words, LONGEST_NEEDS, placeholder=" … and more, which your page says.")
        slow.append(script.NEEDS_ARE.of(needs=needs))
    if Kind.PRESCRIPTION in request.kinds.split(","):
        slow.append(script.PRESCRIPTION_CARE)
    keys = (*first, *_taken_keys(inside, offer), script.MENU_ENDS)
    return speech.slowly(inside.voice, slow, *keys, keys_to=f"/ivr/in/requests/{offer.id}/details")


def _done(inside: Inside, offer: Offer) -> Response:
    try:
        offers.done(inside.session, offer, at=inside.at)
    except HelplineError:
        return _after(inside, offer, script.MOVED_ON)
    own_calls.served(inside.session, inside.own, at=inside.at)
    return _after(inside, offer, script.MARKED_DONE)


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
    if inside.hook.field("CallStatus") == "completed":
        return inside.goodbye()
    return _one(inside, offer, script.TALK_OVER if spoke else script.NO_ANSWER)
