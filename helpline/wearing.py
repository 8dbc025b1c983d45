"""Wearing: an organiser gives somebody a hat, or takes one off them; and what follows from that, to be said before it is done.

Hats of a patch are given and taken in `hats`. Whoever answers the line no more leaves the shifts ahead, so that their gaps are
seen; what they took of requests stays theirs. Somebody is always organiser.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, lazyload

from helpline import (
    answering_for,
    away,
    buddies,
    calls,
    config,
    desk_items,
    feeds,
    hats,
    history,
    messages,
    offers,
    people,
    regulars,
    rota,
    shifts,
    sign_in,
    taking,
    welcomes,
    willing,
    wording,
)
from helpline.answering_for import NOTHING, Answers
from helpline.db import lock
from helpline.desk_items import DeskItem
from helpline.errors import HelplineError, RefusedError
from helpline.messages import MessageKind
from helpline.offers import O, Offer
from helpline.people import ANSWERS, COORDINATES, Hat, HatName, Person
from helpline.places import Patch, Street
from helpline.regulars import Regular
from helpline.requests import HelpRequest
from helpline.rota import Shift

LAST_ORGANISER = "Nobody else is organiser. Make somebody else one first: then this hat can be taken off."
ON_A_CALL = "They are on a call, or their phone is ringing. Wait until that is over, and press again."


@dataclass(frozen=True)
class Follows:
    """What follows when a hat is taken off. `asks` are put to the next, and `keeps` stay theirs until they are done."""

    asks: tuple[Offer, ...] = ()
    keeps: tuple[Offer, ...] = ()
    shifts: tuple[Shift, ...] = ()
    regulars: tuple[Regular, ...] = ()
    items: tuple[DeskItem, ...] = ()
    answers: Answers = NOTHING
    leaves_line: bool = False
    cannot: str | None = None


def check_patch(session: Session, name: HatName, patch_id: int | None) -> None:
    """Raises `HelplineError` when a hat needs a patch and has none, or has one that is not there."""
    if name in COORDINATES and patch_id is None:
        raise RefusedError("patch", f"A {name} looks after a patch: choose which.")
    if patch_id is not None and name in ANSWERS:
        raise RefusedError("patch", f"A {name} has no patch of their own.")
    if patch_id is not None and session.get(Patch, patch_id) is None:
        raise RefusedError("patch", "There is no such patch any more. Choose another.")


def give(
    session: Session, person: Person, name: HatName, *, patch_id: int | None = None, who: Person, at: datetime
) -> None:
    """Somebody takes something on. Wearing it already is no matter. A new handler is sent the contact card.

    Raises `HelplineError` when whoever says it is no organiser, or the hat needs a patch.
    """
    people.check_organiser(who)
    check_patch(session, name, patch_id)
    lock(session, person)
    if person.phone is None:
        raise HelplineError("We have no number of theirs, so they can look after nothing.")
    if any(hat.name == name and hat.patch_id == patch_id for hat in person.hats):
        return
    if name in COORDINATES:
        hats.name(session, session.get_one(Patch, patch_id), person, name, who=who, at=at)
        return
    if name == HatName.NEIGHBOUR:
        willing.put_down(session, person, session.get(Patch, patch_id) if patch_id else None, who=who, at=at)
        return
    people.wear(session, person, name, at=at)
    history.record(session, f"hat.{name}_named", at=at, who=who.id, person_id=person.id)
    if name == HatName.HANDLER:
        welcomes.welcome(session, person, who=who, at=at)


def what_follows(session: Session, hat: Hat, *, at: datetime) -> Follows:
    """What would follow if a hat were taken off. Nothing is changed."""
    person = hat.person
    if hat.name in ANSWERS:
        return _off_the_line(session, hat, at=at)
    live = session.scalars(live_of(person)).all()
    asks = tuple(one for one in live if one.state == O.OPEN and _is_of(one, hat) and not _wears_another(one, hat))
    return Follows(asks=asks, keeps=tuple(one for one in live if one.state == O.ACCEPTED))


def live_of(person: Person) -> Select[Offer]:
    """A question for what is with somebody, with its street and no more of it."""
    request = joinedload(Offer.request)
    columns = (HelpRequest.handler, HelpRequest.resident, HelpRequest.patch)
    streets = request.joinedload(HelpRequest.street).lazyload(Street.stretches)
    theirs = select(Offer).where(Offer.person_id == person.id, Offer.state.in_(offers.LIVE)).order_by(Offer.id)
    return theirs.options(streets, lazyload(Offer.person), *(request.lazyload(column) for column in columns))


def _is_of(offer: Offer, hat: Hat) -> bool:
    """Whether something was asked of somebody because of this hat. Coordinator and deputy of a patch are one."""
    alike = COORDINATES if hat.name in COORDINATES else (hat.name,)
    return offer.hat in alike and (hat.patch_id is None or offer.request.patch_id == hat.patch_id)


def _wears_another(offer: Offer, hat: Hat) -> bool:
    """Whether a willing neighbour of a patch would be asked for it all the same, being one of anywhere; or the other way round."""
    others = (one for one in hat.person.hats if one is not hat and one.name == hat.name == HatName.NEIGHBOUR)
    return any(one.patch_id in {None, offer.request.patch_id} for one in others)


def _off_the_line(session: Session, hat: Hat, *, at: datetime) -> Follows:
    person = hat.person
    last = hat.name == HatName.ORGANISER and is_last_organiser(session, person)
    if any(other is not hat and other.name in ANSWERS for other in person.hats):
        return Follows(cannot=LAST_ORGANISER if last else None)
    follows = off_the_line(session, person, at=at)
    busy = ON_A_CALL if calls.current_of(session, person) is not None else None
    return replace(follows, cannot=LAST_ORGANISER if last else busy)


def off_the_line(session: Session, person: Person, *, at: datetime) -> Follows:
    """What follows when somebody answers the line no more, whether or not that can be now."""
    ahead = select(Shift).where(rota.IS_LIVE, Shift.person_id == person.id, Shift.ends_at > at)
    held = select(DeskItem).where(DeskItem.holder_id == person.id, DeskItem.state.in_(desk_items.LIVE))
    return Follows(
        shifts=tuple(session.scalars(ahead.order_by(Shift.starts_at))),
        regulars=tuple(regulars_of(session, person, at=at)),
        items=tuple(session.scalars(held.order_by(DeskItem.id))),
        answers=answering_for.of(session, person, at=at),
        leaves_line=True,
    )


def regulars_of(session: Session, person: Person, *, at: datetime) -> Sequence[Regular]:
    """The times of the week that somebody keeps."""
    today = away.today(at)
    kept = select(Regular).where(
        Regular.person_id == person.id, Regular.last_day.is_(None) | (Regular.last_day >= today)
    )
    return session.scalars(kept.order_by(Regular.id)).all()


def is_last_organiser(session: Session, person: Person, *, hold: bool = False) -> bool:
    """Whether nobody else is organiser. All may be held, so that two who take off each other's hats are not both right."""
    if not person.wears(HatName.ORGANISER):
        return False
    worn = select(Hat.person_id).where(Hat.name == HatName.ORGANISER).order_by(Hat.id)
    found = session.scalars(worn.with_for_update() if hold else worn)
    return all(person_id == person.id for person_id in found)


def take_off(session: Session, hat: Hat, *, who: Person, at: datetime, told: bool = True) -> None:
    """Somebody puts a hat down, says an organiser. They are `told` by text, unless they said so themselves.

    Raises `HelplineError` for the last organiser, and for somebody who is on a call.
    """
    people.check_organiser(who)
    person = hat.person
    if hat.name in COORDINATES and hat.patch_id is not None:
        hats.take_off(session, session.get_one(Patch, hat.patch_id), person, who=who, at=at, told=told)
        return
    is_last_organiser(session, person, hold=True)
    lock(session, person)
    follows = what_follows(session, hat, at=at)
    if follows.cannot:
        raise HelplineError(follows.cannot)
    person.hats.remove(hat)
    session.delete(hat)
    session.flush()
    history.record(session, "hat.taken_off", at=at, who=who.id, person_id=person.id)
    for offer in follows.asks:
        taking.lapse(session, offer, at=at)
    if follows.leaves_line:
        leave_the_line(session, person, follows, who=who, at=at)
    if told and person.id != who.id and person.phone is not None:
        words = wording.hat_off_text(config.current().group_name, str(hat.name), len(follows.shifts))
        messages.owe(session, MessageKind.NEWS, words, to=person, at=at)


def leave_the_line(session: Session, person: Person, follows: Follows, *, who: Person, at: datetime) -> None:
    """Nobody is rung who answers no more: shifts ahead are gaps, what they held is anybody's, and they are signed out.

    Whoever they chose as a buddy is told that they are one no longer: nobody could say so later.
    """
    answering_for.hand_on(session, person, who=who, at=at)
    for item in follows.items:
        desk_items.release(session, item, at=at, who=who.id)
    for regular in follows.regulars:
        regulars.stop(session, regular, last_day=away.today(at), who=who, at=at)
    for shift in follows.shifts:
        session.refresh(shift)
        if shift.is_live and shift.starts_at > at:
            shifts.leave(session, shift, who=who, at=at)
        elif shift.is_live:
            rota.cut_short(session, shift, who=who, at=at)
    feeds.stop(session, who=person, at=at)
    buddy = buddies.of(session, person)
    if buddy is not None:
        buddies.end(session, buddy, who=person, at=at)
    for device in sign_in.devices_of(session, person):
        sign_in.sign_out(session, device, who=who, at=at)
