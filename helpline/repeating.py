"""Repeating: a request that comes back every day, week or two, until a day or until it is stopped: check-in calls, "phone buddies".

The next one is made by the clock at a civil hour, with the same words, and whoever saw to the last is asked first. What the
resident agreed to stays agreed: nothing more is asked of them, and nothing comes back for somebody whom we have forgotten. The
last is not over before the next is there: it is kept until then, however soon the group forgets. Whoever has left the desk since is
not named again.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, ForeignKey, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from helpline import at_risk, away, clock, config, history, offering, patches, people, places, requests, sparing
from helpline.db import Base, known, lock
from helpline.errors import HelplineError
from helpline.offers import O, Offer
from helpline.people import ANSWERS, HatName, Person
from helpline.places import Patch
from helpline.requests import HelpRequest, Q
from helpline.wording import Urgency

# How often, in days, and how it is said.
EVERY = {1: "every day", 7: "every week", 14: "every two weeks"}
IN_THE_MORNING = time(9)
LONGEST = timedelta(days=366)
NOT_AN_OFFER = "An offer of help does not come back by itself: they are there until they say otherwise."


class Repeat(Base):
    """A request comes back every so many `days`, until a local day (`last`) or until it is stopped.

    `next_at` is when the next is made. It stops by itself when its last day is past, or nothing is left to say it with.
    """

    __tablename__ = "repeats"
    __table_args__ = (known("next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    days: Mapped[int]
    last: Mapped[date | None]
    next_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    stopped_at: Mapped[datetime | None]
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)

    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id], lazy="joined")


def check(days: int, last: date | None, *, at: datetime) -> None:
    """Raises `HelplineError` when a request cannot come back like that."""
    if days not in EVERY:
        raise HelplineError("It can come back every day, every week or every two weeks.")
    if last is not None and last <= away.today(at):
        raise HelplineError("That day has come. Say the last day on which it comes back, or none.")
    if last is not None and last > away.today(at) + LONGEST:
        raise HelplineError("That is more than a year off. Leave it empty: it goes on until somebody stops it.")


def begin(
    session: Session, request: HelpRequest, days: int, *, last: date | None = None, who: Person, at: datetime
) -> Repeat:
    """A request comes back from now on; of one that does already nothing changes. Raises `HelplineError`."""
    check(days, last, at=at)
    if request.offers_help:
        raise HelplineError(NOT_AN_OFFER)
    lock(session, request)
    already = of_request(session, request)
    if already is not None and already.stopped_at is None:
        return already
    repeat = Repeat(days=days, last=last, made_at=at, made_by=who)
    repeat.next_at = _next_at(session, repeat, away.today(at), at=at)
    session.add(repeat)
    session.flush()
    request.repeat_id = repeat.id
    history.record(session, "request.repeats", at=at, who=who.id, request_id=request.id)
    return repeat


def of_request(session: Session, request: HelpRequest) -> Repeat | None:
    """By what a request comes back, if it does or did."""
    return session.get(Repeat, request.repeat_id) if request.repeat_id else None


def stop(session: Session, repeat: Repeat, *, who: Person | None, at: datetime) -> None:
    """It comes back no more; what is open of it stays open. Twice is harmless. `who` is None when it ended by itself."""
    lock(session, repeat)
    if repeat.stopped_at is not None:
        return
    repeat.stopped_at, repeat.stopped_by_id, repeat.next_at = at, who.id if who else None, None
    newest = _newest(session, repeat)
    history.record(
        session,
        "request.repeats_no_more",
        at=at,
        who=who.id if who else None,
        request_id=newest.id if newest else None,
    )


def comes_back(repeat: Repeat | None) -> bool:
    """Whether another one is still to come: not once it was stopped, nor when the next would be after its last day. Pure."""
    if repeat is None or repeat.next_at is None:
        return False
    return repeat.last is None or away.today(repeat.next_at) <= repeat.last


def is_yet_needed(at: datetime) -> ColumnElement[bool]:
    """Of a request: the next one is yet to be made from it."""
    later = aliased(HelpRequest)
    newer = select(later.id).where(later.repeat_id == HelpRequest.repeat_id, later.id > HelpRequest.id)
    comes = select(Repeat.id).where(Repeat.id == HelpRequest.repeat_id, Repeat.next_at.is_not(None))
    return comes.where(or_(Repeat.last.is_(None), Repeat.last >= away.today(at))).exists() & ~newer.exists()


def due(session: Session, at: datetime) -> Sequence[int]:
    """The ids of those of which the next is to be made."""
    return session.scalars(select(Repeat.id).where(Repeat.next_at <= at).order_by(Repeat.next_at, Repeat.id)).all()


def make(session: Session, repeat_id: int, at: datetime) -> None:
    """Make the next one, unless the last is still waiting for somebody: two of the same help nobody.

    However long the clock stood still, one is made.
    """
    repeat = session.get_one(Repeat, repeat_id)
    lock(session, repeat)
    if repeat.next_at is None or repeat.next_at > at:
        return
    day, before = away.today(at), _newest(session, repeat)
    over = repeat.last is not None and day > repeat.last
    if over or before is None or before.forgotten_at is not None:
        stop(session, repeat, who=None, at=at)
        return
    repeat.next_at = _next_at(session, repeat, away.today(repeat.next_at), at=at)
    if before.state in {Q.ASKING, Q.NOBODY}:
        history.record(session, "request.still_wanted", at=at, request_id=before.id)
        return
    made = _again(session, before, repeat, at=at)
    made.ask_first_id = _who_saw_to(session, before)
    session.add(made)
    session.flush()
    history.record(session, "request.came_back", at=at, request_id=made.id)
    _answered_for(session, made, at=at)
    offering.ask_next(session, made, at=at)


def _newest(session: Session, repeat: Repeat) -> HelpRequest | None:
    mine = select(HelpRequest).where(HelpRequest.repeat_id == repeat.id)
    return session.scalar(mine.order_by(HelpRequest.id.desc()).limit(1))


def _answered_for(session: Session, made: HelpRequest, *, at: datetime) -> None:
    """Of somebody at risk: should whoever answered for it have left the desk, whoever has it now does, and is told."""
    if made.lead_id is None:
        return
    lead = _of_the_desk(session, at_risk.lead_of(session, made), made.handler)
    if lead is not None:
        at_risk.flag(session, made, lead, made.worry or "", who=None, at=at)


def _of_the_desk(session: Session, *those: Person | None) -> Person | None:
    """The first of them who is of the desk still; with none, an organiser."""
    still = (one for one in those if one is not None and one.wears(*ANSWERS))
    return next(still, None) or next(iter(people.with_hat(session, HatName.ORGANISER)), None)


def _next_at(session: Session, repeat: Repeat, day: date, *, at: datetime) -> datetime:
    """The morning of the next day on which it comes back, after today, when the group is awake."""
    following = day + timedelta(days=repeat.days)
    while following <= away.today(at):
        following += timedelta(days=repeat.days)
    zone = config.current().zone
    morning = clock.instant(datetime.combine(following, IN_THE_MORNING), zone)
    return sparing.groups_quiet(session).over(morning, zone)


def _again(session: Session, before: HelpRequest, repeat: Repeat, *, at: datetime) -> HelpRequest:
    """The same once more. What was urgent the first time is for today the next; a day and time is the same time of this day."""
    zone, urgency, by_at = config.current().zone, before.urgency, None
    if urgency == Urgency.DAY_AND_TIME and before.by_at is not None:
        wall = before.by_at.astimezone(zone).replace(tzinfo=None)
        by_at = datetime.combine(away.today(at), wall.time(), zone).astimezone(at.tzinfo)
    if urgency == Urgency.NOW or (by_at is not None and by_at <= at):
        urgency, by_at = Urgency.TODAY, None
    return HelpRequest(
        reference=requests.new_reference(session),
        form_key=f"again {repeat.id} {away.today(at)}",
        kinds=before.kinds,
        urgency=urgency,
        by_at=by_at,
        money=before.money,
        words=before.words,
        name=before.name,
        phone=before.phone,
        house=before.house,
        street_words=before.street_words,
        street_id=before.street_id,
        patch=_patch(session, before),
        resident_id=before.resident_id,
        handler=_of_the_desk(session, before.handler, repeat.made_by) or before.handler,
        repeat_id=repeat.id,
        created_at=at,
        **before.besides(),
    )


def _patch(session: Session, before: HelpRequest) -> Patch | None:
    """Whose it is by now, since streets are drawn anew. Of a shared street without a house, it stays with whose it was."""
    if before.street is None:
        return patches.everywhere_else(session)
    if not before.house and before.patch_id in {stretch.patch_id for stretch in before.street.stretches}:
        return before.patch
    return places.patch_for(before.street, before.house)


def _who_saw_to(session: Session, request: HelpRequest) -> int | None:
    took = select(Offer.person_id).where(Offer.request_id == request.id, Offer.state.in_([O.DONE, O.ACCEPTED]))
    return session.scalar(took.order_by(Offer.id.desc()).limit(1))
