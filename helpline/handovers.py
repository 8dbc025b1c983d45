"""Hand-overs: what one handler held when their shift was over is the next one's, who is told by one text.

While others are on it is theirs at once. With nobody on it waits for the next shift, whose handler is told as it begins and is not
woken at night; what is urgent goes to the organisers at once. With no rota at all the organisers have everything.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import config, desk_items, history, holders, messages, rings, rota, wording
from helpline.db import Base, kept, lock, only_looked_at
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.holders import Around
from helpline.messages import MessageKind
from helpline.people import Person
from helpline.requests import HelpRequest
from helpline.rings import Ring
from helpline.rota import Shift
from helpline.sealed import Sealed
from helpline.wording import Urgency

# A shift that was over longer ago was over while nothing of ours ran; leases have let go of what was held.
LOOKS_BACK = timedelta(days=1)
SHOWN_FOR = timedelta(days=1)
LONGEST_NOTE = 1000
IS_UNTOLD = sql("told_at IS NULL")


class Handover(Base):
    """One handler's shift is over. `words` are for whoever is next, who is told at `told_at` and has read them at `read_at`."""

    __tablename__ = "handovers"
    __table_args__ = (
        Index(None, "id", sqlite_where=IS_UNTOLD, postgresql_where=IS_UNTOLD),
        kept("at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    who_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
    words: Mapped[str | None] = mapped_column(Sealed())
    told_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]

    who: Mapped[Person] = relationship(lazy="joined")


def held_by(session: Session, who: Person) -> list[DeskItem]:
    """What somebody holds: taken, or handed to them and taken by nobody yet. Whom they ring back this moment stays theirs."""
    owed = select(DeskItem.id).where(DeskItem.state.in_(desk_items.LIVE))
    rung = session.scalars(select(Ring).where(Ring.item_id.in_(owed), only_looked_at(Ring.person_id) == who.id))
    busy = {ring.item_id for ring in rung if ring.state in rings.LIVE or rings.is_talking(ring)}
    return [
        item
        for item in desk_items.on_the_desk(session)
        if item.id not in busy
        and (item.holder_id == who.id if item.state == ItemState.CLAIMED else item.handed_to_id == who.id)
    ]


def end_shift(session: Session, who: Person, *, words: str, at: datetime) -> None:
    """Somebody ends their shift, perhaps with a few words for whoever is next."""
    shift = rota.shift_of(session, who, at)
    if shift is None:
        return
    rota.end_now(session, who, at=at)
    shift.handed_over_at = at
    session.flush()
    hand_over(session, who, words=words.strip()[:LONGEST_NOTE], at=at)


def after(session: Session, who: Person, *, at: datetime) -> Around:
    """Who is there once somebody is not; the first of those who are on is who has it next."""
    here = holders.around(session, at=at)
    on = [shift for shift in here.on if shift.person_id != who.id]
    on.sort(key=lambda shift: shift.person is not holders.next_one(on))
    return replace(here, on=tuple(on))


def over(session: Session, at: datetime) -> Sequence[int]:
    """Shifts that are over and not handed over yet."""
    return session.scalars(
        select(Shift.id).where(
            rota.IS_LIVE, Shift.ends_at <= at, Shift.ends_at > at - LOOKS_BACK, Shift.handed_over_at.is_(None)
        )
    ).all()


def shift_over(session: Session, shift_id: int, at: datetime) -> None:
    """A shift is over, by the clock or by the telephone: once, however many clocks see it."""
    shift = session.get(Shift, shift_id)
    if shift is None:
        return
    lock(session, shift)
    if shift.handed_over_at is not None or shift.ends_at > at or not shift.is_live:
        return
    shift.handed_over_at = at
    if rota.shift_of(session, shift.person, at) is None:  # else the next shift is their own
        hand_over(session, shift.person, words="", at=at)


def hand_over(session: Session, who: Person, *, words: str, at: datetime) -> None:
    """Put down what somebody held, for whoever is next; of the last to go it is everything that nobody took."""
    mine = held_by(session, who)
    for item in mine:
        desk_items.release(session, item, at=at, who=who.id)
        item.handed_to_id = None
    others = rota.on_now(session, at)
    left = mine if others else [one for one in desk_items.on_the_desk(session) if one.state == ItemState.OPEN]
    if not left and not words:
        return
    session.add(Handover(who=who, at=at, words=words or None))
    session.flush()
    history.record(session, "shift.handed_over", at=at, who=who.id, person_id=who.id)
    tell_next(session, at=at, items=mine if others else None)


def untold(session: Session, at: datetime) -> Sequence[int]:
    """Hand-overs of which nobody was told, now that there is somebody to tell."""
    waiting = session.scalars(select(Handover).where(IS_UNTOLD).order_by(Handover.id)).all()
    return [waiting[0].id] if waiting and _whom_to_tell(session, waiting, at) else []


def tell(session: Session, _: int, at: datetime) -> None:
    """Somebody is on now, or nobody will be."""
    tell_next(session, at=at)


def _whom_to_tell(session: Session, waiting: Sequence[Handover], at: datetime) -> list[Person]:
    """Whoever is on; nobody yet, when somebody will be; else the organisers, but nobody of what they put down themselves."""
    here = holders.around(session, at=at)
    first = holders.next_one(here.on)
    if first is not None:
        return [first]
    gone = {handover.who_id for handover in waiting}
    return [] if here.following else [person for person in here.organisers if person.id not in gone]


def tell_next(session: Session, *, at: datetime, items: list[DeskItem] | None = None) -> None:
    """Tell whoever is next, once, by one text for everything. `items` are what is handed over; None when it is all that is open."""
    waiting = session.scalars(
        select(Handover).where(IS_UNTOLD).order_by(Handover.id).with_for_update(of=Handover)
    ).all()
    told = _whom_to_tell(session, waiting, at) if waiting else []
    if not told:
        return
    if items is None:
        items = [item for item in desk_items.on_the_desk(session) if item.state == ItemState.OPEN]
    for handover in waiting:
        handover.told_at = at
    on = rota.shift_of(session, told[0], at) is not None
    for item in items:
        item.handed_to_id = told[0].id if on else None
    noted = any(handover.words for handover in waiting)
    if items or noted:
        settings = config.current()
        words = wording.handed_over_text(settings.group_name, len(items), noted=noted, link=settings.dashboard_url)
        for person in told:
            messages.owe(session, MessageKind.NEWS, words, to=person, at=at)


def unread(at: datetime) -> Select[Handover]:
    """A question for the hand-overs of lately that nobody has read."""
    return select(Handover).where(Handover.at > at - SHOWN_FOR, Handover.read_at.is_(None))


def read(session: Session, handover: Handover, *, who: Person, at: datetime) -> None:
    """Somebody has read the words of a hand-over."""
    if handover.read_at is None:
        handover.read_at = at
        history.record(session, "handover.read", at=at, who=who.id, person_id=handover.who_id)


# What is urgent, when nobody is on


def is_urgent(item: DeskItem, request: HelpRequest | None) -> bool:
    """Whether an item cannot wait for the next shift."""
    urgent = item.kind in {ItemKind.REQUEST, ItemKind.QUIET} and request is not None and request.urgency == Urgency.NOW
    return urgent or item.kind == ItemKind.ADVICE


def alarming(session: Session, at: datetime) -> Sequence[int]:
    """Urgent items that nobody has taken while nobody is on, of which the organisers do not know yet."""
    found = session.scalars(
        select(DeskItem.id)
        .join(HelpRequest, HelpRequest.id == DeskItem.request_id)
        .where(
            DeskItem.kind.in_([ItemKind.REQUEST, ItemKind.QUIET]),
            DeskItem.state == ItemState.OPEN,
            DeskItem.alarmed_at.is_(None),
            HelpRequest.urgency == Urgency.NOW,
        )
    ).all()
    return found if found and not rota.on_now(session, at) else []


def alarm(session: Session, item_id: int, at: datetime) -> None:
    """Tell the organisers, once for each item."""
    item = session.get_one(DeskItem, item_id)
    lock(session, item)
    if item.alarmed_at is not None or item.state != ItemState.OPEN or rota.on_now(session, at):
        return
    item.alarmed_at = at
    request = session.get_one(HelpRequest, item.request_id)
    link = f"{config.current().dashboard_url}/requests/{request.id}"
    words = wording.urgent_text(request.what_within, request.street.name if request.street else None, link)
    for person in holders.around(session, at=at).organisers:
        messages.owe(session, MessageKind.NEWS, words, to=person, at=at, request_id=request.id)
    history.record(session, "item.alarmed", at=at, item_id=item.id, request_id=request.id)
