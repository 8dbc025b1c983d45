"""Offering: who is asked next for a request, and asking them; with nobody left it is on the desk."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import (
    asked,
    at_risk,
    config,
    desk_items,
    durations,
    history,
    ladder,
    links,
    messages,
    offer_words,
    offers,
    passing,
    people,
    requests,
    rota,
    rungs,
    sparing,
    withdrawing,
    wording,
)
from helpline.db import lock
from helpline.desk_items import ItemKind
from helpline.errors import HelplineError
from helpline.ladder import Choice, Rung, Skip, When
from helpline.messages import MessageKind
from helpline.offers import LIFE, LINK_LASTS, NOTHING_HEARD, O, Offer
from helpline.passing import Model
from helpline.people import ANSWERS, Person
from helpline.requests import HelpRequest, Q
from helpline.wording import Urgency


def expected(
    session: Session,
    patch_id: int,
    *,
    at: datetime,
    urgency: Urgency = Urgency.THIS_WEEK,
    by_at: datetime | None = None,
) -> Choice:
    """Who would be asked first for something of a patch that was written down now, and when; nobody when nobody can be."""
    need = ladder.when(urgency, at=at, zone=config.current().zone, by_at=by_at)
    return _choose(session, patch_id, (), need)


def choice(session: Session, request: HelpRequest, *, at: datetime, put: Iterable[Offer] | None = None) -> Choice:
    """Who is next on the ladder of a request, and when they can be asked; nobody when the desk would have it.

    `put` are its offers, when they are known.
    """
    had = _had(offers.of_request(session, request) if put is None else put)
    return _choose(session, request.patch_id, had, need_of(request, at), first=request.ask_first_id)


def next_of(request: HelpRequest, put: Iterable[Offer], on: Iterable[Rung], *, at: datetime) -> Choice:
    """The same of the offers and the rungs of its ladder, where streets or coordinators have it. Pure."""
    in_turn = sorted(on, key=lambda rung: rung.person_id != request.ask_first_id)
    return ladder.next_to_ask(in_turn, _had(put), need_of(request, at))


def _had(put: Iterable[Offer]) -> set[int]:
    """Whoever was asked already, and had to answer."""
    return {offer.person_id for offer in put if offer.state != O.ELSEWHERE}


def _choose(
    session: Session, patch_id: int | None, had: Collection[int], need: When, *, first: int | None = None
) -> Choice:
    if passing.model(session) == Model.NEIGHBOURS:
        return ladder.next_to_ask(_neighbours(session, patch_id, at=need.at), had, _of_neighbours(need))
    # Whoever saw to the same thing the last time comes before the others, who keep their order.
    on = sorted(_rungs(session, patch_id, at=need.at), key=lambda rung: rung.person_id != first)
    return ladder.next_to_ask(on, had, need)


def need_of(request: HelpRequest, at: datetime) -> When:
    """When a request is needed, as it bears on whom to ask now."""
    zone = config.current().zone
    return ladder.when(request.urgency, at=at, zone=zone, written_at=request.created_at, by_at=request.by_at)


def _rungs(session: Session, patch_id: int | None, *, at: datetime) -> list[Rung]:
    hats = rungs.of_patch(session, patch_id) if patch_id else []
    return rungs.of(session, hats, offers.how_many(session, [hat.person_id for hat in hats]), at=at)


def _neighbours(session: Session, patch_id: int | None, *, at: datetime) -> list[Rung]:
    hats = people.willing(session, patch_id)
    ids = [hat.person_id for hat in hats]
    lately = select(Offer.person_id, func.max(Offer.asked_at)).where(Offer.person_id.in_(ids)).group_by(Offer.person_id)
    asked_at = dict(session.execute(lately).all())
    near = {hat.person_id for hat in hats if hat.patch_id is not None}
    return rungs.of_neighbours(rungs.of(session, hats, offers.how_many(session, ids), at=at), asked_at, near)


def ask_next(session: Session, request: HelpRequest, *, at: datetime) -> Offer | None:
    """Put a request to the next person on the ladder of its patch; with nobody left, put it on the desk.

    With nobody to be asked until the morning, it waits for whoever is asked then.
    """
    lock(session, request)
    if passing.model(session) == Model.NEIGHBOURS:
        return _ask_together(session, request, at=at)
    if request.state not in {Q.ASKING, Q.NOBODY} or offers.holder_of(session, request) is not None:
        return None
    found = choice(session, request, at=at)
    if found.rung is not None and found.waits_until is None and _filled_up(session, found.rung, request, at=at):
        found = choice(session, request, at=at)  # another request took their last place in this moment
    _tell_skipped(session, request, found, at=at)
    request.waits_until = request.waits_for_id = None
    if found.rung is None:
        _to_the_desk(session, request, at=at)
        return None
    if found.waits_until is not None:
        _wait(session, request, found.rung, found.waits_until, at=at)
        return None
    offer = put_to(session, request, found.rung, at=at)
    if offer is None:
        _to_the_desk(session, request, at=at)
    return offer


def _ask_together(session: Session, request: HelpRequest, *, at: datetime) -> Offer | None:
    """Ask willing neighbours until so many are being asked; with nobody asked and nobody to wait for, the desk has it."""
    live = offers.live_of_request(session, request)
    if request.state not in {Q.ASKING, Q.NOBODY} or any(one.state == O.ACCEPTED or not one.together for one in live):
        return None
    request.waits_until = request.waits_for_id = None
    had, most = _had(offers.of_request(session, request)), durations.of(session).asked_together
    found = Choice(None)
    while len(live) < most:
        free, found = _neighbours_free(session, request, had, most - len(live), at=at)
        if not free:
            break
        for person_id in sorted(
            rung.person_id for rung in free
        ):  # in one order, so that no two requests wait for each other
            session.get_one(Person, person_id, with_for_update={"key_share": True})
        for rung in free:
            # Another request may have taken their last place, or their last letter, in this moment.
            filled = _filled_up(session, rung, request, at=at)
            offer = None if filled else put_to(session, request, rung, together=True, at=at)
            had.add(rung.person_id)
            live += [offer] if offer else []
    if live:
        return live[0]
    if found.rung is not None and found.waits_until is not None:
        _wait(session, request, found.rung, found.waits_until, at=at)
    else:
        _to_the_desk(session, request, at=at)
    return None


def _neighbours_free(
    session: Session, request: HelpRequest, had: Collection[int], many: int, *, at: datetime
) -> tuple[list[Rung], Choice]:
    """So many of the willing neighbours as can be asked now, in order; and what the ladder said when there were no more."""
    on, need = _neighbours(session, request.patch_id, at=at), _of_neighbours(need_of(request, at))
    free: list[Rung] = []
    found = Choice(None)
    while len(free) < many:
        found = ladder.next_to_ask(on, {*had, *(rung.person_id for rung in free)}, need)
        if found.rung is None or found.waits_until is not None:
            break
        free.append(found.rung)
    return free, found


def _of_neighbours(need: When) -> When:
    """None of them knows the street best, so whoever is awake is asked before anybody is waited for."""
    return replace(need, near=Urgency.TODAY) if need.near == Urgency.THIS_WEEK else need


def _filled_up(session: Session, rung: Rung, request: HelpRequest, *, at: datetime) -> bool:
    """Hold whoever is to be asked, and look again how much they have.

    Only another offer waits for this: two neighbours who answer at once may be asked for each other.
    """
    session.get_one(Person, rung.person_id, with_for_update={"key_share": True})
    now = replace(rung, has=offers.how_many(session, [rung.person_id]).get(rung.person_id, 0))
    return now.why_skipped(need_of(request, at)) == Skip.FULL


def _tell_skipped(session: Session, request: HelpRequest, found: Choice, *, at: datetime) -> None:
    """Who was passed over and why, for its story. What was told before the night is not told again in the morning."""
    told = (
        {(event.what, event.person_id) for event in history.story_of_request(session, request.id)}
        if request.waits_until
        else set()
    )
    for rung, why in found.skipped:
        what = f"offer.skipped_{why}"
        if (what, rung.person_id) not in told:
            history.record(session, what, at=at, request_id=request.id, person_id=rung.person_id)


def _wait(session: Session, request: HelpRequest, rung: Rung, until: datetime, *, at: datetime) -> None:
    """Nobody is woken for it: whoever is asked in the morning is named now, and the clock asks them (`moving_on`)."""
    if request.state == Q.NOBODY:
        requests.LIFE.move(request, Q.ASKING)
        desk_items.close_all(session, at=at, request_id=request.id)
    request.waits_until, request.waits_for_id = until, rung.person_id
    history.record(session, "offer.waits", at=at, request_id=request.id, person_id=rung.person_id)


def put_to(session: Session, request: HelpRequest, rung: Rung, *, at: datetime, together: bool = False) -> Offer | None:
    """Ask somebody. None when every letter is open with them: a person must look at that."""
    # Only another question waits for this: two neighbours who answer at once may be asked for each other.
    person = session.get_one(Person, rung.person_id)
    letter = asked.letter_for(session, person, at=at)
    if letter is None:
        return None
    hours = sparing.quiet_of(session, person)
    lapses_at = ladder.lapses_at(need_of(request, at), hours=hours, durations=durations.of(session))
    if request.state == Q.NOBODY:
        requests.LIFE.move(request, Q.ASKING)
    offer = _written(session, request, person, rung, letter=letter, together=together, at=at, lapses_at=lapses_at)
    history.record(session, "offer.made", at=at, request_id=request.id, offer_id=offer.id, person_id=person.id)
    link = links.make(session, offer.id, shows_details=False, expires_at=at + LINK_LASTS)
    within = lapses_at - at
    words = offer_words.asking(
        config.current(),
        request,
        street=offer.street,
        by=by_when(request, at),
        letter=letter,
        within=within,
        link=link,
        together=offer.together,
    )
    messages.owe(
        session,
        MessageKind.OFFER,
        words.said,
        to=person,
        at=at,
        valid_for=within,
        request_id=request.id,
        offer_id=offer.id,
        fills=words.fills,
    )
    return offer


def _written(
    session: Session,
    request: HelpRequest,
    person: Person,
    rung: Rung,
    *,
    letter: str,
    together: bool,
    at: datetime,
    lapses_at: datetime,
) -> Offer:
    """The row of an offer: a new one, or theirs from before, when it comes back to them."""
    given = {"hat": rung.hat, "letter": letter, "together": together, "asked_at": at, "lapses_at": lapses_at}
    before = session.scalar(select(Offer).where(Offer.request_id == request.id, Offer.person_id == person.id))
    if before is not None and LIFE.win(
        session, before, O.OPEN, **given, answered_at=None, watched_at=None, quiet_at=None, **NOTHING_HEARD
    ):
        return before
    offer = Offer(request=request, person=person, **given)
    session.add(offer)
    session.flush()
    return offer


def by_when(request: HelpRequest, at: datetime) -> str:
    """By when a request is needed, in words that are true now."""
    zone = config.current().zone
    return wording.by_when(request.urgency, request.by_at, written_at=request.created_at, now=at, zone=zone)


def _to_the_desk(session: Session, request: HelpRequest, *, at: datetime) -> None:
    if request.state == Q.ASKING:
        requests.LIFE.move(request, Q.NOBODY)
        history.record(session, "request.nobody", at=at, request_id=request.id)
        words = wording.nobody_text(
            request.what_within,
            request.street.name if request.street else None,
            f"{config.current().dashboard_url}/requests/{request.id}",
        )
        told = {shift.person_id: shift.person for shift in rota.on_now(session, at)}
        lead = at_risk.lead_of(session, request)
        if lead is not None and lead.wears(*ANSWERS):  # who hears of it on shift or not
            told.setdefault(lead.id, lead)
        for person in told.values():
            messages.owe(session, MessageKind.NEWS, words, to=person, at=at, request_id=request.id)
    desk_items.put(session, ItemKind.REQUEST, at=at, request_id=request.id)


def go_on(session: Session, request: HelpRequest, *, at: datetime) -> Offer | None:
    """Whoever had taken it could not do it: whoever is next here is asked, or the desk has it."""
    lock(session, request)
    requests.LIFE.move(request, Q.ASKING)
    request.neighbour = request.found_at = None
    session.flush()
    return ask_next(session, request, at=at)


def ask_again(session: Session, request: HelpRequest, *, who: Person, at: datetime) -> Offer | None:
    """Ask whoever is next on the ladder now, though somebody has it or is being asked; they are told.

    Raises `HelplineError` when there is nobody left to ask, or nothing to ask for.
    """
    lock(session, request)
    if request.state not in requests.OPEN:
        raise HelplineError("That request is no longer open, so nobody needs to be asked.")
    found = choice(session, request, at=at)
    if found.rung is None:
        raise HelplineError(
            "Everybody who looks after that street has been asked."
            if not found.skipped
            else "Nobody is left who can be asked just now: see the story for why."
        )
    if request.state == Q.TAKEN:
        requests.LIFE.move(request, Q.ASKING)
    request.neighbour = request.found_at = None
    withdrawing.withdraw(session, request, at=at)
    history.record(session, "request.asked_again", at=at, who=who.id, request_id=request.id)
    desk_items.close_all(session, at=at, who=who.id, request_id=request.id)
    return ask_next(session, request, at=at)
