"""Words that may be said: to a caller, true when they were computed; and the words for a street's chat."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import away, chat_words, config, offering, offers, passed_over, passing, patches, places, wording
from helpline.covered_by import Cover
from helpline.ladder import Choice, Skip
from helpline.offers import O, Offer
from helpline.passing import Model
from helpline.people import Person
from helpline.places import Patch, Street
from helpline.requests import HelpRequest, Q
from helpline.signposts import Signpost
from helpline.wording import Kind, Urgency

ENOUGH_TO_SAY = 5
LONGEST_TO_SAY = 48  # hours; what takes longer is no promise to make
TOO_FEW = "Too few were taken there lately to say how soon."
A_MONTH = timedelta(days=28)


@dataclass(frozen=True)
class Promise:
    """Words to say to the caller, true when they were computed, and who will be asked."""

    words: str
    hint: str | None = None
    asks: str | None = None
    told_of: Signpost | None = None


def promise(
    session: Session,
    street: Street | None,
    house: str | None,
    *,
    at: datetime,
    urgency: Urgency = Urgency.THIS_WEEK,
    by_at: datetime | None = None,
) -> Promise:
    """What may be promised about a house on a street; None is a street that is not on our list.

    The words are for the caller and the hint is for the handler: that somebody is away is never read out.
    """
    unsure = "“I will write it down, and ring you to say what we found.”"
    if street is None:
        return _of_elsewhere(session, unsure, at=at, urgency=urgency, by_at=by_at)
    patch = places.patch_for(street, house)
    if patch is None and not house:
        return Promise(unsure, f"Ask for the house number: {street.name} is shared between two patches.")
    why = places.why_unknown(street, house)
    if why:
        return Promise(unsure, why)
    found = offering.expected(session, patch.id, at=at, urgency=urgency, by_at=by_at) if patch else Choice(None)
    if passing.model(session) == Model.NEIGHBOURS:
        return _of_neighbours(found, unsure, at=at)
    whys = _whys(session, found, at=at)
    if patch is None or found.rung is None:
        whys = whys or [f"nobody looks after {street.name} yet"]
        return Promise(unsure, f"Do not promise today. {passed_over.sentence(whys, 'the desk finds out')}")
    return _of_somebody(session, street.name, patch, found, whys, at=at)


def _of_elsewhere(session: Session, unsure: str, *, at: datetime, urgency: Urgency, by_at: datetime | None) -> Promise:
    """A street that is not on our list: whoever looks after everywhere else is asked, if the group has such a patch."""
    patch = patches.everywhere_else(session)
    found = offering.expected(session, patch.id, at=at, urgency=urgency, by_at=by_at) if patch else Choice(None)
    if patch is None or found.rung is None:
        return Promise(unsure, "Do not promise today. That street is not on our list, so the desk finds out.")
    return _of_somebody(session, "streets like that one", patch, found, _whys(session, found, at=at), at=at)


def outside(cover: Cover) -> Promise:
    """Words for somebody who lives outside our streets: who looks after theirs. Nothing is promised."""
    hint = "Nothing has to be saved. If they would rather ask us all the same, write it down: the desk finds out."
    return Promise(cover.words, hint, told_of=cover.signpost)


def _of_neighbours(found: Choice, unsure: str, *, at: datetime) -> Promise:
    """Several are asked, and none of them by name."""
    if found.rung is None:
        return Promise(unsure, "Do not promise today. No willing neighbour can be asked, so the desk finds out.")
    if found.waits_until is not None:
        when = wording.moment(found.waits_until, config.current().zone, now=at)
        return Promise(f"“We ask your neighbours at {when}, not before, and ring you back if nobody can.”")
    return Promise("“We ask some of your neighbours now, and ring you back if nobody can.”")


def _of_somebody(
    session: Session, where: str, patch: Patch, found: Choice, whys: list[str], *, at: datetime
) -> Promise:
    """There is somebody to ask: now, or in the morning and not before."""
    assert found.rung is not None  # noqa: S101  # asked by whoever calls
    somebody = session.get_one(Person, found.rung.person_id)
    name = somebody.first_name or f"the person who looks after {where}"
    if found.waits_until is not None:
        when = wording.moment(found.waits_until, config.current().zone, now=at)
        hint = passed_over.sentence(whys, f"{name} is asked at {when}: it is in their quiet hours now")
        return Promise(
            f"“We ask {name} at {when}, not before, and ring you back if nobody can.”",
            f"{hint} If it is urgent, say so below.",
        )
    usual = usually(session, patch.id, at=at)
    often = f" It is usually taken within {usual}." if usual else ""
    looks = f"{name} looks after {where}. " if somebody.first_name else ""
    return Promise(
        f"“{looks}We ask {name} now, and ring you back if nobody can.{often}”",
        " ".join(
            [*([passed_over.sentence(whys, f"{name} will be asked")] if whys else []), *([] if usual else [TOO_FEW])]
        ),
        asks=somebody.first_name,
    )


def _whys(session: Session, found: Choice, *, at: datetime) -> list[str]:
    """Why others are passed over, as the handler reads it."""
    gone = away.spells(session, [rung.person_id for rung, _ in found.skipped], at=at)
    told = []
    for rung, skip in found.skipped:
        name = session.get_one(Person, rung.person_id).first_name or "Somebody"
        last = min((spell.ends for spell in gone.get(rung.person_id, ()) if spell.ends >= spell.first), default=None)
        until = {Skip.AWAY: last, Skip.RESTS: rung.rests_until}.get(skip)
        told.append(passed_over.why(skip, name, until=until))
    return told


def usually(session: Session, patch_id: int, *, at: datetime) -> str | None:
    """Within how long three of four are taken in a patch, rounded up; None with too few to say, or too many never taken."""
    return usually_in_each(session, at=at, only=patch_id).get(patch_id)


def usually_in_each(session: Session, *, at: datetime, only: int | None = None) -> dict[int, str]:
    """The same of every patch of which it can be said, by its id.

    What was asked in the last four weeks counts whole: what nobody took yet is as long as it has waited, and not left out.
    """
    put = Offer.request_id == HelpRequest.id
    yes = put & Offer.state.in_([O.ACCEPTED, O.DONE, O.GIVEN_BACK])
    # Not grouped by request: a database that must put them in their order reads all that there ever were.
    first_yes = select(func.min(Offer.answered_at)).where(yes).scalar_subquery()
    lately = select(HelpRequest.patch_id, HelpRequest.created_at, HelpRequest.state, first_yes).where(
        HelpRequest.created_at > at - A_MONTH, select(Offer.id).where(put).exists()
    )
    if only is not None:
        lately = lately.where(HelpRequest.patch_id == only)
    waits: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for patch_id, created, state, answered in session.execute(lately):
        if patch_id is not None and (answered or state in {Q.ASKING, Q.NOBODY}):
            waits[patch_id].append((((answered or at) - created).total_seconds(), bool(answered)))
    said = {patch_id: _usual(sorted(found)) for patch_id, found in waits.items()}
    return {patch_id: words for patch_id, words in said.items() if words is not None}


def _usual(waits: Sequence[tuple[float, bool]]) -> str | None:
    return _within(waits) if sum(taken for _, taken in waits) >= ENOUGH_TO_SAY else None


def _within(waits: Sequence[tuple[float, bool]]) -> str | None:
    """The shortest time by which three of four were taken, in whole hours; pure. None when so many never were."""
    needed, taken = -(-len(waits) * 3 // 4), 0
    for seconds, was_taken in waits:
        taken += was_taken
        if taken >= needed:
            hours = max(1, -(-int(seconds) // 3600))
            return "an hour" if hours == 1 else f"{hours} hours" if hours < LONGEST_TO_SAY else None
    return None


def words_for_chat(offer: Offer, *, at: datetime) -> str:
    """Words to paste into the street's chat, about what somebody took."""
    request = offer.request
    soon = request.urgency == Urgency.NOW
    return chat_words.of(
        [Kind(kind) for kind in request.kinds.split(",")],
        street=offer.street,
        by="as soon as they can" if soon else offering.by_when(request, at),
        money=request.money,
        signed=offer.person.first_name,
    )


def still_free(session: Session, offer: Offer) -> bool:
    """Whether a late yes would still count: nobody else has been asked or said yes."""
    return (
        offer.state == O.LAPSED
        and offer.request.state in {Q.ASKING, Q.NOBODY}
        and offers.holder_of(session, offer.request) is None
    )
