"""Handing a request to a coordinator or deputy whom somebody on the desk chose, in place of whoever is next on the ladder.

They are asked as anybody is, with the same time to answer. Whoever cannot be asked now is shown with why not, and is not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpline import desk_items, history, offering, offers, passed_over, requests, rungs, withdrawing
from helpline.db import lock
from helpline.errors import HelplineError
from helpline.ladder import Rung, Skip
from helpline.offers import O, Offer, OfferState
from helpline.people import Hat, HatName, Person
from helpline.places import Patch
from helpline.requests import HelpRequest, Q


@dataclass(frozen=True)
class Candidate:
    """Somebody it may be handed to: for which patch they wear the hat, how much they have, and why not, if so."""

    person: Person
    hat: HatName
    patch: str
    near: bool
    has: int
    why_not: str | None


# Whose offer it was, and what came of it, so that nobody is asked twice for what they refused.
_SAID = {
    O.ACCEPTED: "{} has it already",
    O.OPEN: "{} is being asked already",
    O.PASSED: "{} said no to this",
    O.GIVEN_BACK: "{} gave this back",
    O.DONE: "{} has done it",
}


def candidates(session: Session, request: HelpRequest, *, at: datetime) -> list[Candidate]:
    """Every coordinator and deputy, each once: those of its patch first, in the order in which they are asked."""
    hats, patches = _hats(session, request)
    on = rungs.of(session, hats, offers.how_many(session, [hat.person_id for hat in hats]), at=at)
    theirs = select(Offer.person_id, Offer.state).where(Offer.request_id == request.id)
    had = dict(session.execute(theirs).all())
    return [
        Candidate(
            hat.person,
            hat.name,
            patches.get(hat.patch_id or 0, ""),
            hat.patch_id == request.patch_id and request.patch_id is not None,
            rung.has,
            _why_not(request, hat.person, rung, had, at=at),
        )
        for hat, rung in zip(hats, on, strict=True)
    ]


def _hats(session: Session, request: HelpRequest) -> tuple[list[Hat], dict[int, str]]:
    theirs = Hat.name.in_([HatName.COORDINATOR, HatName.DEPUTY])
    with_patch = select(Hat, Patch.name).join(Patch, Patch.id == Hat.patch_id).where(theirs)
    rows = session.execute(with_patch.options(joinedload(Hat.person).lazyload(Person.hats))).all()
    found, patches = [hat for hat, _ in rows], {hat.patch_id or 0: name for hat, name in rows}

    def turn(hat: Hat) -> tuple[bool, int, str, bool, int, int]:
        away_from_here = request.patch_id is None or hat.patch_id != request.patch_id
        return away_from_here, hat.patch_id or 0, hat.name, hat.place is None, hat.place or 0, hat.id

    first: dict[int, Hat] = {}
    for hat in sorted(found, key=turn):
        first.setdefault(hat.person_id, hat)
    return list(first.values()), patches


def _why_not(
    request: HelpRequest, person: Person, rung: Rung, had: Mapping[int, OfferState], *, at: datetime
) -> str | None:
    name, said = person.first_name or "Somebody", _SAID.get(had[person.id]) if person.id in had else None
    if said is not None:
        return said.format(name)
    skip = rung.why_skipped(offering.need_of(request, at))
    return passed_over.why(skip, name, until=_until(rung, skip, request, at=at)) if skip else None


def _until(rung: Rung, skip: Skip, request: HelpRequest, *, at: datetime) -> date | None:
    if skip == Skip.RESTS:
        return rung.rests_until
    day = offering.need_of(request, at).day
    return max((last for first, last in rung.away if first <= day <= last), default=None) if skip == Skip.AWAY else None


def hand(session: Session, request: HelpRequest, person: Person, *, who: Person, at: datetime) -> Offer:
    """Ask this person now; whoever was asked or had it is told. Raises `HelplineError` when they cannot be asked.

    Pressed twice, it is one question.
    """
    lock(session, request)
    if request.state not in requests.OPEN:
        raise HelplineError("That request is no longer open, so nobody needs to be asked.")
    held = offers.holder_of(session, request)
    if held is not None and held.person_id == person.id:
        return held
    # What they have is counted once nobody else can give them more.
    session.get_one(Person, person.id, with_for_update={"key_share": True})
    found = next((one for one in candidates(session, request, at=at) if one.person.id == person.id), None)
    if found is None:
        raise HelplineError("They look after no patch any more. Choose somebody else.")
    if found.why_not:
        raise HelplineError(f"{found.why_not}, so nothing was asked of them. Choose somebody else.")
    rung = Rung(person.id, found.hat, person.by)
    if request.state == Q.TAKEN:
        requests.LIFE.move(request, Q.ASKING)
    request.neighbour = request.found_at = None
    withdrawing.withdraw(session, request, at=at)
    history.record(session, "request.handed", at=at, who=who.id, request_id=request.id, person_id=person.id)
    desk_items.close_all(session, at=at, who=who.id, request_id=request.id)
    request.waits_until = request.waits_for_id = None
    offer = offering.put_to(session, request, rung, at=at)
    if offer is None:
        raise HelplineError("They have as many questions open as there are letters. Choose somebody else.")
    return offer
