"""Somebody is rung to be told something: what is asked of them, or news. Before a key is pressed nothing personal is heard.

An answerphone presses no key, so it has heard a street and a kind of help, and the message has not arrived (`spoken`).
"""

from datetime import datetime, timedelta

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from helpline import config, line, offering, phone, prompts, rings, script, spoken, taking, wording
from helpline.errors import HelplineError, NotFoundError
from helpline.messages import Message
from helpline.offers import O, Offer
from helpline.people import DetailsBy
from helpline.prompts import Speaker
from helpline.rings import R, Ring, RingKind
from helpline.script import Line, Sentence
from ivr import speech, told_details
from ivr.webhook import Hook, Signed, when_broken

TIME_TO_PRESS = timedelta(seconds=45)
"""What is asked is heard twice or three times in it."""

# Whoever is on this leg hears that we are sorry, and the line is put down.
broken = when_broken(lambda _: speech.goodbye(speech.IN_ENGLISH, script.TELLING_BROKE))
router = APIRouter(prefix="/ivr/told", route_class=broken)


def leg_of(session: Session, ring_id: int) -> tuple[Ring, Message, Speaker]:
    """A ring, what it tells, and whoever tells it in their language. Raises `NotFoundError`."""
    ring = session.get(Ring, ring_id)
    if ring is None or ring.kind != RingKind.TELL:
        raise NotFoundError("There is no such ring.")
    return ring, spoken.message_of(session, ring), prompts.for_person(session, ring.person)


@router.post("/{ring_id}")
def picked_up(ring_id: int, hook: Signed) -> Response:
    """They, or their answerphone, picked up: say what is asked, again and again for three quarters of a minute."""
    with hook.house.database.transaction() as session:
        ring, message, voice = leg_of(session, ring_id)
        rings.leg_is(session, ring, hook.sid, at=hook.at)
        rings.answered(session, ring, at=hook.at)
        offer = spoken.offer_of(session, message)
        if ring.state not in {R.ANSWERED, R.TOOK} or (offer is not None and offer.state != O.OPEN):
            rings.end(session, ring, R.CANCELLED, at=hook.at)
            return speech.goodbye(voice, script.HAS_MOVED_ON)
        if ring.answered_at is not None and hook.at - ring.answered_at >= TIME_TO_PRESS:
            line.missed(session, ring, R.MISSED, at=hook.at, why="no key")
            return speech.goodbye(voice, script.NOBODY_PRESSED)
        return _ask(voice, ring, offer, at=hook.at)


def _ask(voice: Speaker, ring: Ring, offer: Offer | None, *first: Sentence, at: datetime) -> Response:
    keys_to = f"/ivr/told/{ring.id}/key"
    if offer is None:
        return speech.ask(voice, *first, script.WORDS_FOR_YOU, keys_to=keys_to, seconds=5)
    return speech.ask(voice, *first, _asked(offer, at=at), script.TAKE_IT_OR_NOT, keys_to=keys_to, seconds=5)


def _asked(offer: Offer, *, at: datetime) -> Line:
    if offer.request.offers_help:
        return script.WE_ASK_TO_RING.of(street=offer.street)
    by = wording.plain(offering.by_when(offer.request, at))
    return script.WE_ASK.of(street=offer.street, what={"en": offer.request.what_within}, by={"en": by})


@router.post("/{ring_id}/key")
def key(ring_id: int, hook: Signed) -> Response:
    """1: yes, or to hear it. 2: no. Star: again. A wrong key is told so, and no key is asked again."""
    if not hook.digits:
        return picked_up(ring_id, hook)
    with hook.house.database.transaction() as session:
        ring, message, voice = leg_of(session, ring_id)
        if not spoken.heard(session, ring, at=hook.at):
            return speech.goodbye(voice, script.HAS_MOVED_ON)
        offer = spoken.offer_of(session, message)
        if offer is None:
            return _words(voice, ring, message, hook)
        if hook.digits == "1":
            return _take(session, voice, ring, offer, hook)
        if hook.digits == "2":
            return _pass(session, voice, offer, hook)
        first = () if hook.digits == "*" else (script.TOLD_WRONG_KEY,)
        return _ask(voice, ring, offer, *first, at=hook.at)


def _take(session: Session, voice: Speaker, ring: Ring, offer: Offer, hook: Hook) -> Response:
    try:
        taking.accept(session, offer, at=hook.at, on_the_telephone=True)
    except HelplineError:
        return speech.goodbye(voice, script.HAS_MOVED_ON)
    if taking.details_by(session, ring.person, at=hook.at) != DetailsBy.VOICE:
        return speech.goodbye(voice, script.YOU_HAVE_IT, script.TEXT_SAYS_WHERE)
    return told_details.begin(session, voice, ring, at=hook.at)


def _pass(session: Session, voice: Speaker, offer: Offer, hook: Hook) -> Response:
    try:
        if offer.state != O.GIVEN_BACK:  # told twice
            taking.pass_on(session, offer, at=hook.at)
    except HelplineError:
        return speech.goodbye(voice, script.HAS_MOVED_ON)
    return speech.goodbye(voice, script.YOU_CANNOT)


def _words(voice: Speaker, ring: Ring, message: Message, hook: Hook) -> Response:
    """News, as its text would say it, without what cannot be heard or done."""
    if hook.digits not in {"1", "*"}:
        return _ask(voice, ring, None, script.TOLD_WRONG_KEY, at=hook.at)
    words = wording.aloud(message.body or "", phone.spoken(config.current().helpline_number))
    said = script.THE_WORDS_ARE.of(told={"en": words})
    return speech.ask(voice, said, script.AGAIN_OR_GOODBYE, keys_to=f"/ivr/told/{ring.id}/again", seconds=4)


@router.post("/{ring_id}/again")
def again(ring_id: int, hook: Signed) -> Response:
    """Star says the news again; silence is the end of it."""
    with hook.house.database.transaction() as session:
        ring, message, voice = leg_of(session, ring_id)
        return _words(voice, ring, message, hook) if hook.digits == "*" else speech.goodbye(voice)
