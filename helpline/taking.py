"""Taking: what comes of an offer. Yes, no, silence; given back after all; done.

Whoever says yes is told who and where; on any other answer the next is asked at once.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import (
    asked,
    config,
    cover,
    desk_items,
    durations,
    follow_ups,
    history,
    links,
    messages,
    offer_words,
    offering,
    offers,
    passing,
    phone,
    reminders,
    requests,
    silence,
    sparing,
    swaps,
    ways,
    withdrawing,
    wording,
)
from helpline.asked import Question
from helpline.db import lock
from helpline.desk_items import ItemKind
from helpline.errors import HelplineError
from helpline.messages import Message, MessageKind, MessageState
from helpline.offers import LIFE, LINK_LASTS, LIVE, NOTHING_HEARD, O, Offer, OfferState
from helpline.passing import Model
from helpline.people import DetailsBy, Person
from helpline.replies import Meaning
from helpline.requests import Q
from helpline.ways import Reach

# What else asks people something by letter is plugged in wherever offers are answered, so that no letter is given twice.
SHARE_LETTERS = (cover, reminders, swaps)
UNSENT = (MessageState.OWED, MessageState.SENDING)


def quiet_until(session: Session, offer: Offer, *, at: datetime) -> datetime | None:
    """When nothing will have been heard for too long of what somebody took, if they are heard of now.

    Never where streets run themselves: what was handed over is not asked after.
    """
    if passing.model(session) == Model.STREETS:
        return None
    zone, given, hours = config.current().zone, durations.of(session), sparing.quiet_of(session, offer.person)
    request = offer.request
    return silence.until(request.urgency, request.by_at, at=at, quiet=hours, zone=zone, given=given)


def accept(session: Session, offer: Offer, *, at: datetime, on_the_telephone: bool = False) -> Offer:
    """Yes. The details follow as they chose, or are heard at once `on_the_telephone`; saying yes twice is harmless.

    Raises `HelplineError` when the request has moved on. A late yes, or a change of mind, counts while nobody else has the request.
    """
    lock(session, offer.request)
    session.refresh(offer)
    if offer.state in {O.ACCEPTED, O.DONE}:
        return offer
    if not is_free(session, offer) or not LIFE.allows(offer.state, O.ACCEPTED):
        raise HelplineError(wording.MOVED_ON)
    letter = offer.letter if offer.state == O.OPEN else _letter_again(session, offer, at=at)
    quiet_at = quiet_until(session, offer, at=at)
    LIFE.win(session, offer, O.ACCEPTED, answered_at=at, letter=letter, quiet_at=quiet_at, **NOTHING_HEARD)
    requests.LIFE.move(offer.request, Q.TAKEN)
    withdrawing.give_elsewhere(session, offer.request, besides=offer, at=at)
    offer.request.waits_until = offer.request.waits_for_id = None
    desk_items.close_all(session, at=at, request_id=offer.request_id)
    history.record(
        session,
        "offer.accepted",
        at=at,
        who=offer.person_id,
        person_id=offer.person_id,
        request_id=offer.request_id,
        offer_id=offer.id,
    )
    send_details(session, offer, at=at, on_the_telephone=on_the_telephone)
    return offer


def send_details(session: Session, offer: Offer, *, at: datetime, on_the_telephone: bool = False) -> None:
    """Who and where, the way they chose. That it was told in the text itself is written down as though they had looked."""
    how = details_by(session, offer.person, at=at)
    if how == DetailsBy.VOICE and on_the_telephone:
        return
    link = ""
    if how == DetailsBy.LINK:
        link = links.make(
            session, offer.id, shows_details=True, expires_at=max(at, offer.request.by_at or at) + LINK_LASTS
        )
    elif how == DetailsBy.TEXT:
        history.read(session, "request", at=at, reader=offer.person_id, request_id=offer.request_id)
    words = offer_words.details(
        config.current(),
        offer.request,
        how=how,
        street=offer.where if how == DetailsBy.TEXT else offer.street,
        letter=offer.letter,
        link=link,
        ring=phone.may_be_rung(offer.request.phone),
    )
    messages.owe(
        session,
        MessageKind.DETAILS,
        words.said,
        to=offer.person,
        at=at,
        request_id=offer.request_id,
        offer_id=offer.id,
        fills=words.fills,
    )


def fresh_link(session: Session, offer: Offer, *, at: datetime) -> None:
    """The links to who and where are closed, since others may hold one, and whoever took it is sent another."""
    if offer.state != O.ACCEPTED:
        raise HelplineError(wording.MOVED_ON)
    links.revoke(session, offer.id, at=at, details_only=True)
    history.record(
        session, "link.closed", at=at, person_id=offer.person_id, request_id=offer.request_id, offer_id=offer.id
    )
    send_details(session, offer, at=at)


def opened_often(session: Session, offer: Offer, many: int, *, at: datetime) -> None:
    """Tell whoever took it that the link to who and where was opened in so many browsers: others may hold it."""
    words = wording.opened_often_text(config.current().group_name, many, offer.request.what, offer.street)
    messages.owe(
        session,
        MessageKind.NEWS,
        words,
        to=offer.person,
        at=at,
        request_id=offer.request_id,
        offer_id=offer.id,
    )
    ids = {"person_id": offer.person_id, "request_id": offer.request_id, "offer_id": offer.id}
    history.record(session, "link.opened_often", at=at, **ids)


def heard(session: Session, offer: Offer, *, at: datetime) -> None:
    """Whoever took it did something, or said something: the quiet begins anew."""
    if offer.state == O.ACCEPTED:
        offer.quiet_at = quiet_until(session, offer, at=at)
        offer.nudged_at = offer.call_owed_at = None


def still_on_it(session: Session, offer: Offer, *, at: datetime) -> None:
    """They say that they are on it."""
    if offer.state == O.ACCEPTED:
        heard(session, offer, at=at)
        ids = {"person_id": offer.person_id, "request_id": offer.request_id, "offer_id": offer.id}
        history.record(session, "offer.still_on_it", at=at, who=offer.person_id, **ids)


def is_free(session: Session, offer: Offer) -> bool:
    """Whether a yes to this offer would count: nobody else has said yes, and nobody else is being asked alone."""
    others = [one for one in offers.live_of_request(session, offer.request) if one.id != offer.id]
    asked_alone = any(one.state == O.ACCEPTED or not (one.together and offer.together) for one in others)
    return offer.request.state in {Q.ASKING, Q.NOBODY} and not asked_alone


def details_by(session: Session, person: Person, *, at: datetime) -> DetailsBy:
    """How who and where reach somebody, whatever they chose: on a telephone that shows no text, by voice."""
    reads = person.phone is not None and phone.takes_texts(person.phone)
    reach = Reach(person.by, reads, failed=messages.failed_lately(session, person, at=at))
    return ways.details(person.details_by, reach)


def _letter_again(session: Session, offer: Offer, *, at: datetime) -> str:
    """Its own letter, or another when that one means something else by now."""
    lock(session, offer.person)
    known = asked.questions(session, offer.person, at=at)
    taken = any(one.letter == offer.letter and not one.over for one in known)
    letter = asked.free_letter(known) if taken else offer.letter
    if letter is None:
        raise HelplineError(wording.MOVED_ON)
    return letter


def pass_on(session: Session, offer: Offer, *, at: datetime) -> None:
    """No: the next on the ladder is asked at once. No after yes gives it back. Raises `HelplineError` when it has moved on."""
    lock(session, offer.request)
    session.refresh(offer)
    if offer.state == O.ACCEPTED:
        give_back(session, offer, at=at)
        return
    if offer.state == O.PASSED:
        return
    if offer.state != O.OPEN or not LIFE.win(session, offer, O.PASSED, answered_at=at):
        raise HelplineError(wording.MOVED_ON)
    _moved_on(session, offer, "offer.passed", at=at, who=offer.person_id)


def give_back(session: Session, offer: Offer, *, at: datetime) -> None:
    """Somebody who said yes cannot after all: the next on the ladder is asked at once."""
    lock(session, offer.request)
    if not LIFE.win(session, offer, O.GIVEN_BACK, answered_at=at):
        raise HelplineError(wording.MOVED_ON)
    offer.request.neighbour = offer.request.found_at = None
    desk_items.close_all(session, at=at, kind=ItemKind.QUIET, request_id=offer.request_id)
    requests.LIFE.move(offer.request, Q.ASKING)
    _moved_on(session, offer, "offer.given_back", at=at, who=offer.person_id)


def lapse(session: Session, offer: Offer, *, at: datetime, why: str = "offer.lapsed") -> None:
    """No answer in time, or the text did not arrive (`why="offer.undelivered"`): the next on the ladder is asked."""
    lock(session, offer.request)
    if LIFE.win(session, offer, O.LAPSED):
        _moved_on(session, offer, why, at=at)


def _moved_on(session: Session, offer: Offer, what: str, *, at: datetime, who: int | None = None) -> None:
    history.record(
        session,
        what,
        at=at,
        who=who,
        person_id=offer.person_id,
        request_id=offer.request_id,
        offer_id=offer.id,
    )
    links.revoke(session, offer.id, at=at, details_only=True)
    offering.ask_next(session, offer.request, at=at)


def done(session: Session, offer: Offer, *, at: datetime) -> bool:
    """It is done, says whoever took it. False when it was done already. Raises `HelplineError` when it is no longer theirs."""
    lock(session, offer.request)
    session.refresh(offer)
    if offer.state == O.DONE:
        return False
    if not LIFE.allows(offer.state, O.DONE) or not LIFE.win(session, offer, O.DONE):
        raise HelplineError(wording.MOVED_ON)
    newly = requests.done(session, offer.request, who=offer.person, at=at)
    if newly and passing.model(session) != Model.STREETS:
        follow_ups.expect(session, offer.request, at=at)
    return newly


def overdue(session: Session, at: datetime) -> Sequence[int]:
    """The ids of open offers whose time is up and that need something done about it."""
    text_waits = (
        select(Message.id)
        .where(Message.offer_id == Offer.id, Message.kind == MessageKind.OFFER, Message.state.in_(UNSENT))
        .exists()
    )
    late = (Offer.state == O.OPEN) & (Offer.lapses_at <= at) & (Offer.watched_at.is_(None) | ~text_waits)
    return session.scalars(select(Offer.id).where(late).order_by(Offer.lapses_at)).all()


def time_is_up(session: Session, offer: Offer, *, at: datetime) -> None:
    """The next is asked. But an offer whose text could not even be sent yet stays open, and the desk is told."""
    asks = select(Message).where(Message.offer_id == offer.id, Message.kind == MessageKind.OFFER)
    text = session.scalar(asks.order_by(Message.id.desc()).limit(1))
    if text is None or text.state not in UNSENT:
        lapse(session, offer, at=at)
    elif offer.watched_at is None:
        offer.watched_at = at
        desk_items.put(session, ItemKind.REQUEST, at=at, request_id=offer.request_id)


# Offers as questions, which a text can answer


class _Offers:
    """What a coordinator or deputy was asked to see to."""

    def questions(self, session: Session, person: Person, *, since: datetime) -> list[Question]:
        mine = select(Offer).where(Offer.person_id == person.id, Offer.state.in_(LIVE) | (Offer.asked_at > since))
        return [_question(session, offer) for offer in session.scalars(mine)]


def _question(session: Session, offer: Offer) -> Question:
    waits_for, takes, answered = _ANSWERS.get(offer.state, (NOTHING, NOTHING, None))
    if (offer.request.state == Q.NOBODY or offer.request.waits_until) and LIFE.allows(offer.state, O.ACCEPTED):
        takes = frozenset({Meaning.YES})  # late, but welcome while nobody else has it
    nudged_at = offer.nudged_at if offer.state == O.ACCEPTED else None
    if nudged_at is not None:
        waits_for = frozenset({Meaning.DONE, *asked.YES_OR_NO})
    return Question(
        letter=offer.letter,
        about=f"{offer.request.what} near {offer.street}",
        asked_at=nudged_at or offer.asked_at,
        answer=partial(_answer, session, offer),
        waits_for=waits_for,
        takes=takes,
        answered=answered,
        answered_at=None if answered is None else _said_at(offer),
        over=offer.state not in LIVE,
        over_at=_over_at(offer),
    )


def _said_at(offer: Offer) -> datetime | None:
    return offer.request.over_at if offer.state == O.DONE else offer.answered_at


def _over_at(offer: Offer) -> datetime | None:
    ends = {O.LAPSED: offer.lapses_at, O.ELSEWHERE: offer.answered_at}
    return ends.get(offer.state, offer.request.over_at)


# What each state waits for, what it takes too, and what was said. "Done" may come without a yes before it, and "no" after one.
NOTHING: frozenset[Meaning] = frozenset()
_ANSWERS: dict[OfferState, tuple[frozenset[Meaning], frozenset[Meaning], Meaning | None]] = {
    O.OPEN: (asked.YES_OR_NO, frozenset({Meaning.DONE}), None),
    O.ACCEPTED: (frozenset({Meaning.DONE}), frozenset({Meaning.NO}), Meaning.YES),
    O.PASSED: (NOTHING, NOTHING, Meaning.NO),
    O.GIVEN_BACK: (NOTHING, NOTHING, Meaning.NO),
    O.DONE: (NOTHING, NOTHING, Meaning.DONE),
}


def _answer(session: Session, offer: Offer, meaning: Meaning, *, at: datetime) -> str:
    named = {"what": offer.request.what, "street": offer.street}
    if meaning == Meaning.YES and offer.state == O.ACCEPTED and offer.nudged_at is not None:
        still_on_it(session, offer, at=at)
        return wording.GOOD_TO_KNOW.format(**named)
    if meaning == Meaning.YES:
        taken = accept(session, offer, at=at)
        return wording.ALREADY_DONE if taken.state == O.DONE else wording.YOURS.format(**named)
    if meaning == Meaning.NO:
        pass_on(session, offer, at=at)
        return wording.NOT_YOURS.format(**named)
    if offer.state == O.OPEN:  # done without saying yes first: the street was quicker than its answer
        accept(session, offer, at=at)
    return wording.WELL_DONE.format(**named) if done(session, offer, at=at) else wording.ALREADY_DONE


asked.plug(_Offers())
