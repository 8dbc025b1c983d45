"""One of our own rings in. Their number only asks for a PIN; the PIN opens the menus of their hats.

Whoever it is may need help like anybody else: no key, key 0, or too many wrong PINs, and she is in the ordinary menu.
"""

from functools import partial

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import own_calls, pin_hash, pins, prompts, script
from helpline.own_calls import OwnCall
from helpline.people import ANSWERS, COORDINATES
from helpline.pins import Guess
from helpline.recognising import Caller
from helpline.script import Line, Sentence
from ivr import away_menu, coordinators_menu, handlers_menu, speech
from ivr.caller import PutThrough, call_of
from ivr.inside import Apologises, Inside, keyed, opened, to_the_ordinary_menu
from ivr.webhook import Hook, Signed

# A resident may be ringing from that number: when this breaks, she is put through like any other.
door_router = APIRouter(prefix="/ivr/in", route_class=PutThrough)
router = APIRouter(prefix="/ivr/in", route_class=Apologises)
routers = (door_router, router, handlers_menu.router, coordinators_menu.router, away_menu.router)


def door(session: Session, hook: Hook, caller: Caller) -> Response:
    """The first words to a number that we know: as to everybody, and then a question that tells nothing of whose it is."""
    call = call_of(session, hook)
    if caller.person_id is not None:
        own_calls.begin(session, call.id, caller.person_id, at=hook.at)
    return _ask(session, 1, script.GREETING, script.EMERGENCY)


def _ask(session: Session, nth: int, *first: Sentence | Line) -> Response:
    return speech.ask_pin(prompts.speaker(session), *first, script.ASK_PIN, keys_to=f"/ivr/in/pin/{nth}")


@door_router.post("/pin/{nth}")
def pin(nth: int, hook: Signed) -> Response:
    """A PIN, perhaps. It is counted before it is tried, and tried while no transaction is open."""
    with hook.house.database.transaction() as session:
        call = call_of(session, hook)
        own = own_calls.of_call(session, call.id)
        found = _counted(session, own, nth, hook)
        if own is None or not isinstance(found, Guess):
            return found if isinstance(found, Response) else to_the_ordinary_menu(session, own, at=hook.at)
        hashed, guess_id = pins.hash_of(session, own.person), found.id
    fits = pin_hash.fits(hashed, hook.digits)
    with hook.house.database.transaction() as session:
        own, found = session.get_one(OwnCall, own.id), session.get_one(Guess, guess_id)
        if fits:
            pins.right(session, own.person, found, at=hook.at)
            own_calls.let_in(session, own, at=hook.at)
            return _welcome(session, hook)
        pins.wrong(session, own.person, found, at=hook.at)
        if pins.closed(session, own.person, at=hook.at):
            return to_the_ordinary_menu(session, own, script.PIN_WRONG, script.PINS_CLOSED, at=hook.at)
        return _ask(session, nth + 1, script.PIN_WRONG)


def _counted(session: Session, own: OwnCall | None, nth: int, hook: Hook) -> Guess | Response | None:
    """The guess that is to be tried, or what is said instead; None when there is nothing to try."""
    if own is None or own.left_at is not None or hook.digits in {"", "0"}:
        return None
    if own.inside:
        return _welcome(session, hook)  # told twice
    if not pins.SHORTEST <= len(hook.digits) <= pins.LONGEST:
        return _ask(session, nth, script.PIN_LENGTH) if own_calls.fumble(session, own) else None
    found = pins.guess(session, own.person, call_id=own.call_id, nth=nth, at=hook.at)
    return found or to_the_ordinary_menu(session, own, script.PINS_CLOSED, at=hook.at)


def _welcome(session: Session, hook: Hook) -> Response:
    inside = opened(session, hook, (*ANSWERS, *COORDINATES))
    if inside is None:
        return to_the_ordinary_menu(session, None, at=hook.at)
    name = inside.who.first_name
    return _first_menu(inside, script.HELLO.of(name=name) if name else script.HELLO_NAMELESS)


def _first_menu(inside: Inside, *first: Sentence | Line) -> Response:
    answers, coordinates = inside.who.wears(*ANSWERS), inside.who.wears(*COORDINATES)
    if answers and coordinates:
        return inside.ask(*first, script.WHICH_MENU, keys_to="/ivr/in/which")
    return handlers_menu.menu(inside, *first) if answers else coordinators_menu.menu(inside, *first)


@router.post("/which")
def which(hook: Signed) -> Response:
    """1: the line. 2: the requests of their streets."""
    with hook.house.database.transaction() as session:
        inside = opened(session, hook, (*ANSWERS, *COORDINATES))
        if inside is None:
            return to_the_ordinary_menu(session, None, at=hook.at)
        keys = {"1": partial(handlers_menu.menu, inside), "2": partial(coordinators_menu.menu, inside)}
        return keyed(inside, partial(_first_menu, inside), keys)
