"""Who and where, spoken to somebody who has just said yes by a key: once they have keyed in their PIN, for whoever picks up a
telephone may press 1.
"""

from datetime import datetime
from textwrap import shorten

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import history, offer_words, pin_hash, pins, prompts, script, spoken
from helpline.errors import NotFoundError
from helpline.offers import O, Offer
from helpline.pins import Guess
from helpline.prompts import Speaker
from helpline.rings import R, Ring, RingKind
from helpline.script import Line, Sentence
from helpline.wording import Kind
from ivr import speech
from ivr.webhook import Hook, Signed, when_broken

TRIES = 3
LONGEST_NEEDS = 600
"""Letters of what was written down that are read out: three quarters of a minute."""

router = APIRouter(
    prefix="/ivr/told", route_class=when_broken(lambda _: speech.goodbye(speech.IN_ENGLISH, script.TELLING_BROKE))
)


def begin(session: Session, voice: Speaker, ring: Ring, *, at: datetime) -> Response:
    """After yes: ask for their PIN, or say how to have one set."""
    if pins.of(session, ring.person) is None:
        return speech.goodbye(voice, script.YOU_HAVE_IT, script.NO_PIN_YET)
    if pins.closed(session, ring.person, at=at):
        return speech.goodbye(voice, script.YOU_HAVE_IT, script.RING_US_INSTEAD)
    return speech.ask_pin_after(voice, script.YOU_HAVE_IT, script.KEY_IN_YOUR_PIN, keys_to=f"/ivr/told/{ring.id}/pin/1")


def _leg_of(session: Session, ring_id: int) -> tuple[Ring, Offer, Speaker]:
    ring = session.get(Ring, ring_id)
    if ring is None or ring.kind != RingKind.TELL:
        raise NotFoundError("There is no such ring.")
    offer = spoken.offer_of(session, spoken.message_of(session, ring))
    if offer is None:
        raise NotFoundError("That ring asks nothing.")
    return ring, offer, prompts.for_person(session, ring.person)


@router.post("/{ring_id}/pin/{nth}")
def pin(ring_id: int, nth: int, hook: Signed) -> Response:
    """A PIN, perhaps. It is counted before it is tried, and tried while no transaction is open (`ivr.phone_in` does the same)."""
    with hook.house.database.transaction() as session:
        ring, offer, voice = _leg_of(session, ring_id)
        if offer.state != O.ACCEPTED or ring.state != R.TOOK:
            return speech.goodbye(voice, script.HAS_MOVED_ON)
        if not hook.digits:
            return speech.goodbye(voice, script.RING_US_FOR_IT)
        found = pins.guess(session, ring.person, ring_id=ring.id, nth=nth, at=hook.at)
        if found is None:
            return speech.goodbye(voice, script.RING_US_INSTEAD)
        hashed, guess_id = pins.hash_of(session, ring.person), found.id
    fits = pin_hash.fits(hashed, hook.digits)
    with hook.house.database.transaction() as session:
        ring, offer, voice = _leg_of(session, ring_id)
        return _tried(session, voice, ring, offer, session.get_one(Guess, guess_id), hook, nth=nth, fits=fits)


def _tried(
    session: Session, voice: Speaker, ring: Ring, offer: Offer, found: Guess, hook: Hook, *, nth: int, fits: bool
) -> Response:
    if fits:
        pins.right(session, ring.person, found, at=hook.at)
        return _tell(session, voice, ring, offer, at=hook.at)
    pins.wrong(session, ring.person, found, at=hook.at)
    if pins.closed(session, ring.person, at=hook.at):
        return speech.goodbye(voice, script.RING_US_INSTEAD)
    if nth >= TRIES:
        return speech.goodbye(voice, script.RING_US_FOR_IT)
    return speech.ask_pin(voice, script.PIN_NOT_RIGHT, keys_to=f"/ivr/told/{ring.id}/pin/{nth + 1}")


@router.post("/{ring_id}/details")
def again(ring_id: int, hook: Signed) -> Response:
    """Star says them again; silence is the end of it."""
    with hook.house.database.transaction() as session:
        ring, offer, voice = _leg_of(session, ring_id)
        if hook.digits != "*" or offer.state != O.ACCEPTED or not pins.was_right(session, ring.id):
            return speech.goodbye(voice)
        return _tell(session, voice, ring, offer, at=hook.at)


def _tell(session: Session, voice: Speaker, ring: Ring, offer: Offer, *, at: datetime) -> Response:
    """Slowly, while the request is theirs. That they heard it is written down, each time."""
    history.read(session, "request", at=at, reader=ring.person_id, request_id=offer.request_id)
    return speech.slowly(voice, slow(offer), script.AFTER_DETAILS, keys_to=f"/ivr/told/{ring.id}/details")


def slow(offer: Offer, *, more: str = " … and more.") -> list[Sentence | Line]:
    """Who and where, a piece at a time, to be written down. `more` ends what is too long to be read out."""
    request = offer.request
    said: list[Sentence | Line] = [
        script.NAME_IS.of(who=request.name) if request.name else script.NAME_UNKNOWN,
        script.HOUSE_IS.of(house=request.house, street=offer.where)
        if request.house
        else script.STREET_IS.of(street=offer.where),
    ]
    needs = offer_words.needs(request)
    if needs:
        needs = shorten(needs, LONGEST_NEEDS, placeholder=more)
        said.append(script.NEEDS_ARE.of(needs=needs))
    if Kind.PRESCRIPTION in request.kinds.split(","):
        said.append(script.PRESCRIPTION_CARE)
    return said
