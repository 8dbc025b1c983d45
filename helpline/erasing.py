"""Erasing: somebody wishes us to forget them, and we do so at once, as `retention` would have in time.

What they asked for is called off, and what they took goes to the next: whoever must know is told. What cannot be erased is said
beforehand: bare counts, and what is in the records of others. It cannot be undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, or_, select, update
from sqlalchemy.orm import Session, lazyload

from helpline import (
    asks,
    calls,
    desk_items,
    history,
    links,
    messages,
    offers,
    people,
    record,
    referrals,
    repeating,
    retention,
    rings,
    taking,
    wearing,
    withdrawing,
)
from helpline.asks import A, Ask
from helpline.blocks import Block
from helpline.calls import LIFE as CALLS
from helpline.calls import LONGEST_CALL, C, Call
from helpline.db import Base, lock
from helpline.desk_items import DeskItem
from helpline.errors import HelplineError
from helpline.links import Link
from helpline.messages import M, Message, MessageKind
from helpline.offers import O, Offer
from helpline.people import ANSWERS, HatName, Person
from helpline.referrals import R, Referral
from helpline.repeating import Repeat
from helpline.requests import OPEN, HelpRequest
from helpline.rings import Ring
from helpline.sealed import keys_of
from helpline.sign_in import SignInCode
from helpline.standbys import Standby
from helpline.texts import Text
from helpline.unfinished import Draft
from helpline.wearing import LAST_ORGANISER, ON_A_CALL, Follows

ON_THE_LINE = "They are on the line to us now. Wait until that is over, and press again."
BEING_SENT = "Words to them are leaving us this very moment. Wait a few seconds, and press again."
BY_REQUEST = "they asked us to forget them"


@dataclass(frozen=True)
class Before:
    """What follows, to be said before it is done. `asked` is who is told that a request is called off; `cannot` why not now."""

    open: tuple[HelpRequest, ...]
    asked: tuple[Person, ...]
    asks: tuple[Offer, ...]
    keeps: tuple[Offer, ...]
    hats: Follows
    blocked: bool
    cannot: str | None


def before(session: Session, person: Person, *, at: datetime) -> Before:
    """What would follow. Nothing is changed."""
    theirs = tuple(session.scalars(_open(person)))
    has_it = (
        select(Offer.person_id)
        .join(HelpRequest, HelpRequest.id == Offer.request_id)
        .where(HelpRequest.resident_id == person.id, Offer.state.in_(offers.LIVE), Offer.person_id != person.id)
    )
    asked = session.scalars(select(Person).where(Person.id.in_(has_it)).options(lazyload(Person.hats)))
    held = session.scalars(wearing.live_of(person)).all()
    on_the_line = next((hat for hat in person.hats if hat.name in ANSWERS), None)
    return Before(
        theirs,
        tuple(asked),
        tuple(one for one in held if one.state == O.OPEN),
        tuple(one for one in held if one.state == O.ACCEPTED),
        wearing.off_the_line(session, person, at=at) if on_the_line else Follows(),
        session.scalar(_block(person, at)) is not None,
        why_not_now(session, person, at=at),
    )


def _open(person: Person) -> Select[HelpRequest]:
    return select(HelpRequest).where(HelpRequest.resident_id == person.id, HelpRequest.state.in_(OPEN))


def _keys(person: Person) -> list[str]:
    return keys_of(person.phone) if person.phone else []


def _block(person: Person, at: datetime) -> Select[int]:
    return select(Block.id).where(Block.phone_key.in_(_keys(person)), Block.until_at > at, Block.ended_at.is_(None))


def why_not_now(session: Session, person: Person, *, at: datetime) -> str | None:
    """Why somebody cannot be erased just now, as a sentence; None when they can."""
    if wearing.is_last_organiser(session, person):
        return LAST_ORGANISER
    live = Call.state.in_(CALLS.sources(C.ENDED)) & (Call.arrived_at > at - LONGEST_CALL)
    sending = or_(Message.person_id == person.id, _who_and_where(person)) & (Message.state == M.SENDING)
    refusals = {
        ON_A_CALL: or_(
            select(Ring.id).where(Ring.person_id == person.id, rings.IS_LIVE).exists(),
            select(Call.id).where(Call.handler_id == person.id, calls.IS_WITH_A_HANDLER).exists(),
        ),
        ON_THE_LINE: select(Call.id).where(_of(person, Call), live).exists(),
        BEING_SENT: select(Message.id).where(sending).exists(),
    }
    found = session.execute(select(*refusals.values())).one()
    return next((why for why, holds in zip(refusals, found, strict=True) if holds), None)


def _of(person: Person, table: type[Any]) -> Any:
    return or_(table.person_id == person.id, table.phone_key.in_(_keys(person)))


def _who_and_where(person: Person) -> ColumnElement[bool]:
    """Words to others that say who and where they are."""
    theirs = select(HelpRequest.id).where(HelpRequest.resident_id == person.id)
    return Message.request_id.in_(theirs) & (Message.kind == MessageKind.DETAILS)


def erase(session: Session, person: Person, *, who: Person, at: datetime) -> None:
    """Forget somebody now. Somebody who is forgotten already is no matter.

    Raises `HelplineError` when whoever says it is no organiser, or it cannot be just now.
    """
    people.check_organiser(who)
    wearing.is_last_organiser(session, person, hold=True)
    lock(session, person)
    if person.forgotten_at is not None:
        return
    cannot = why_not_now(session, person, at=at)
    if cannot:
        raise HelplineError(cannot)
    history.record(session, "person.erased", at=at, who=who.id, person_id=person.id)
    _hand_on(session, person, who=who, at=at)
    _call_off(session, person, who=who, at=at)
    _forget(session, person, at=at)


def _hand_on(session: Session, person: Person, *, who: Person, at: datetime) -> None:
    """Their hats are off, so that nothing comes back to them, and then what they hold goes to the next.

    The organiser's goes last: whoever erases themselves takes the others off with it.
    """
    while person.hats:
        hat = min(person.hats, key=lambda worn: worn.name == HatName.ORGANISER)
        wearing.take_off(session, hat, who=who, at=at, told=False)
    for offer in offers.live_of_person(session, person):
        links.revoke(session, offer.id, at=at)
        if offer.state == O.OPEN:
            taking.lapse(session, offer, at=at)
        else:
            taking.give_back(session, offer, at=at)
    open_asks = select(Ask).where(Ask.state == A.OPEN, or_(Ask.person_id == person.id, Ask.by_id == person.id))
    for ask in session.scalars(open_asks).all():
        asks.close(session, ask, A.WITHDRAWN, at=at)
    session.execute(delete(Standby).where(Standby.person_id == person.id))
    session.execute(delete(Link).where(Link.person_id == person.id, Link.offer_id.is_(None)))


def _call_off(session: Session, person: Person, *, who: Person, at: datetime) -> None:
    """What they asked for comes back no more, and whoever saw to it is told."""
    comes_back = select(HelpRequest.repeat_id).where(
        HelpRequest.resident_id == person.id, HelpRequest.repeat_id.is_not(None)
    )
    for repeat in session.scalars(select(Repeat).where(Repeat.id.in_(comes_back), Repeat.stopped_at.is_(None))).all():
        repeating.stop(session, repeat, who=who, at=at)
    for request in session.scalars(_open(person)).all():
        withdrawing.call_off(session, request, who=who, at=at)
    # Of whom nothing is known any more, nothing is to be heard.
    rang = select(Call.id).where(_of(person, Call))
    asked = select(HelpRequest.id).where(HelpRequest.resident_id == person.id)
    theirs = Referral.request_id.in_(asked) | Referral.call_id.in_(rang)
    for referral in session.scalars(select(Referral).where(theirs, Referral.state == R.WAITING)).all():
        referrals.settle(session, referral, R.CALLED_OFF, "", who=who, at=at)


def _forget(session: Session, person: Person, *, at: datetime) -> None:
    """Everything sealed is gone here and, by errands, at the carrier; the desk owes them nothing more."""
    wrote = session.scalars(select(Text).where(_of(person, Text), Text.forgotten_at.is_(None))).all()
    answers = Message.text_id.in_([text.id for text in wrote])
    told = or_(Message.person_id == person.id, answers, _who_and_where(person))
    sent = session.scalars(select(Message).where(told, Message.forgotten_at.is_(None))).all()
    rang = session.scalars(select(Call).where(_of(person, Call), Call.forgotten_at.is_(None))).all()
    asked = session.scalars(select(HelpRequest).where(HelpRequest.resident_id == person.id)).all()
    _close(session, person, rang, wrote, sent, asked, at=at)
    for message in sent:
        if message.state == M.OWED and messages.claim(session, message, at=at):
            messages.settle(session, message, M.FAILED, at=at, why=BY_REQUEST)
    texts: list[Message | Text] = [*wrote, *sent]
    for text in texts:
        retention.forget_text(session, text, at=at)
    for call in rang:
        retention.forget_call(session, call, at=at)
    for request in asked:
        retention.forget_request(session, request, at=at)
    session.execute(delete(Draft).where(Draft.call_id.in_([call.id for call in rang])))
    for request in session.scalars(select(HelpRequest).where(HelpRequest.asker_id == person.id)).all():
        _forget_asker(request)
    session.execute(delete(SignInCode).where(SignInCode.phone_key.in_(_keys(person))))
    session.flush()
    for table, column in record.about():
        _blank(session, table, column == person.id)
    for table, column in record.within():
        ids = [row.id for row in (asked if record.parent_of(column) == "requests" else rang)]
        _blank(session, table, column.in_(ids))
    retention.forget_person(session, person, at=at)


def _forget_asker(request: HelpRequest) -> None:
    """They asked for somebody else, who is still known: their own name goes, and their number, should it be the one to ring."""
    request.asker_id = request.ringer = None
    if request.ring_ringer:
        request.phone = None


def _blank(session: Session, table: Table, which: ColumnElement[bool]) -> None:
    """Whatever is sealed in a table that no rule of `retention` knows of; `record` finds it by itself."""
    sealed = {column.name: None for column in record.sealed_columns(table)}
    if sealed:
        session.execute(update(table).where(which).values(sealed))


def _close(session: Session, person: Person, *about: Sequence[Base], at: datetime) -> None:
    """Nothing on the desk is about them any more: there is nobody left to ring."""
    columns = (DeskItem.call_id, DeskItem.text_id, DeskItem.message_id, DeskItem.request_id)
    wanted = [DeskItem.person_id == person.id]
    wanted += [column.in_([row.id for row in rows]) for column, rows in zip(columns, about, strict=True)]  # type: ignore[attr-defined]
    may_come_back = DeskItem.state.in_(desk_items.LIVE) | (DeskItem.undo_until > at)
    for item in session.scalars(select(DeskItem).where(or_(*wanted), may_come_back)).all():
        desk_items.close(session, item, at=at)
