"""What the desk owes: call-backs, messages left, notes to write down, requests nobody could take, texts, and what we cannot know.

An item is claimed by one handler at a time, on a lease: when that ends it is somebody else's (`holders`, `handovers`).
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import durations, history, rota
from helpline.db import Base, known, lock
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.states import Life, StateText, check


class ItemKind(StrEnum):
    """What has to be done."""

    CALL_BACK = "call_back"
    VOICEMAIL = "voicemail"
    REQUEST = "request"
    TEXT = "text"
    SPOKEN_NOTE = "spoken_note"
    UNKNOWN = "unknown"
    ADVICE = "advice"
    QUIET = "quiet"
    FOLLOW_UP = "follow_up"
    NUMBER = "number"
    REFERRAL = "referral"


class ItemState(StrEnum):
    """The life of an item."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


LIFE = Life(
    "item",
    {
        ItemState.OPEN: frozenset({ItemState.CLAIMED, ItemState.DONE}),
        ItemState.CLAIMED: frozenset({ItemState.OPEN, ItemState.DONE}),
        # A press by mistake, undone by whoever pressed.
        ItemState.DONE: frozenset({ItemState.OPEN}),
    },
)

LIVE = (ItemState.OPEN, ItemState.CLAIMED)
UNDONE_WITHIN = timedelta(minutes=10)
"""For so long whoever said that something is dealt with may say that it is not."""


def _once(subject: str) -> Index:
    where = sql(f"state <> 'done' AND {subject} IS NOT NULL")
    return Index(
        f"uq_desk_items_{subject}_live",
        "kind",
        subject,
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


class DeskItem(Base):
    """Something the desk owes, and its holder.

    1. `open`: theirs to whom it was handed at the end of a shift, or anybody's who is on (`holders`). 2. `claimed` by one handler
    until `held_until`. 3. `done`; until `undo_until` it may have been pressed by mistake. There is never more than one live item of
    a kind about one thing. `alarmed_at` is when the organisers were told that it is urgent and nobody is on.
    """

    __tablename__ = "desk_items"
    __table_args__ = (
        check("state", ItemState, name="state"),
        check("kind", ItemKind, name="kind"),
        _once("call_id"),
        _once("request_id"),
        _once("text_id"),
        _once("message_id"),
        _once("ring_id"),
        _once("person_id"),
        _once("referral_id"),
        Index(None, "state", "created_at"),
        Index(None, "call_id"),
        known("closed_at"),
        known("undo_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ItemKind] = mapped_column(StateText(ItemKind))
    state: Mapped[ItemState] = mapped_column(StateText(ItemState), default=ItemState.OPEN)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    held_until: Mapped[datetime | None]
    handed_to_id: Mapped[int | None]
    alarmed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    undo_until: Mapped[datetime | None]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))
    text_id: Mapped[int | None] = mapped_column(ForeignKey("texts.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    ring_id: Mapped[int | None] = mapped_column(ForeignKey("rings.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    referral_id: Mapped[int | None]

    holder: Mapped[Person | None] = relationship(foreign_keys=[holder_id], lazy="joined")


def put(
    session: Session,
    kind: ItemKind,
    *,
    at: datetime,
    due_at: datetime | None = None,
    since: datetime | None = None,
    **subject: int,
) -> DeskItem:
    """Put something on the desk, once: `subject` is the one id it is about (`call_id=7`), and `since` when it began to be owed."""
    ((column, subject_id),) = subject.items()
    live = select(DeskItem).where(
        DeskItem.kind == kind, getattr(DeskItem, column) == subject_id, DeskItem.state.in_(LIVE)
    )
    already = session.scalar(live)
    if already is not None:
        return already
    try:
        with session.begin_nested():
            item = DeskItem(kind=kind, created_at=since or at, due_at=due_at, **subject)
            session.add(item)
    except IntegrityError:  # two webhooks put it there at once
        return session.scalars(live).one()
    ids = {name: value for name, value in subject.items() if name not in {"text_id", "referral_id"}}
    history.record(session, "item.put", at=at, item_id=item.id, **ids)
    return item


def on_the_desk(session: Session) -> list[DeskItem]:
    """Everything still owed, oldest first."""
    return list(
        session.scalars(select(DeskItem).where(DeskItem.state.in_(LIVE)).order_by(DeskItem.created_at, DeskItem.id))
    )


def about_call(session: Session, call_id: int) -> list[DeskItem]:
    """What is still owed about a call, oldest first."""
    live = select(DeskItem).where(DeskItem.call_id == call_id, DeskItem.state.in_(LIVE))
    return list(session.scalars(live.order_by(DeskItem.id)))


def to_ring_back(session: Session, *, who: Person) -> list[DeskItem]:
    """The call-backs that somebody may take: what is due first, then whoever rang first. What another holds is passed over."""
    free = (DeskItem.state == ItemState.OPEN) | ((DeskItem.state == ItemState.CLAIMED) & (DeskItem.holder_id == who.id))
    owed = select(DeskItem).where(DeskItem.kind == ItemKind.CALL_BACK, DeskItem.call_id.is_not(None), free)
    in_turn = (DeskItem.due_at.is_(None), DeskItem.due_at, DeskItem.created_at, DeskItem.id)
    return list(session.scalars(owed.order_by(*in_turn)))


def claim(session: Session, item: DeskItem, *, who: Person, at: datetime) -> DeskItem:
    """Take an item in hand, for as long as the group says. Raises `HelplineError` naming whoever has it, or when it is done."""
    lock(session, item)  # its own holder may be dealing with it this moment, on another device
    until = _until(session, item, who, at=at)
    if item.state == ItemState.CLAIMED and item.holder_id == who.id:
        item.held_until = until
        return item
    if LIFE.win(session, item, ItemState.CLAIMED, holder_id=who.id, held_until=until, handed_to_id=None):
        history.record(
            session,
            "item.claimed",
            at=at,
            who=who.id,
            item_id=item.id,
            call_id=item.call_id,
            request_id=item.request_id,
        )
        return item
    if item.state == ItemState.DONE:
        raise HelplineError("That has been dealt with. Nothing of yours is lost.")
    name = (item.holder.first_name if item.holder else None) or "Somebody"
    raise HelplineError(f"{name} took that a moment ago. Nothing of yours is lost.")


def _until(session: Session, item: DeskItem, who: Person, *, at: datetime) -> datetime:
    """A call-back is a lease, since a resident waits for it; whatever else one takes is one's own until the shift ends."""
    shift = rota.shift_of(session, who, at) if item.kind != ItemKind.CALL_BACK else None
    return shift.ends_at if shift is not None else at + durations.of(session).call_back_lease


def release(session: Session, item: DeskItem, *, at: datetime, who: int | None = None) -> None:
    """Put an item down: anybody may take it. `who` is None when its lease ended."""
    if item.state == ItemState.CLAIMED:
        LIFE.move(item, ItemState.OPEN)
        item.holder_id = item.held_until = None
        history.record(
            session,
            "item.released",
            at=at,
            who=who,
            item_id=item.id,
            call_id=item.call_id,
            request_id=item.request_id,
        )


def close(session: Session, item: DeskItem, *, at: datetime, who: int | None = None) -> None:
    """It is dealt with, and does not come back. `who` is None when events made it unnecessary."""
    item.undo_until = None
    if item.state != ItemState.DONE:
        LIFE.move(item, ItemState.DONE)
        item.closed_at = at
        history.record(
            session,
            "item.done",
            at=at,
            who=who,
            item_id=item.id,
            call_id=item.call_id,
            request_id=item.request_id,
        )


def done(session: Session, item: DeskItem, *, who: Person, at: datetime) -> None:
    """Somebody says that it is dealt with, and may have pressed by mistake. Raises `HelplineError` as `claim` does."""
    lock(session, item)
    if can_undo(item, who, at=at):
        return  # pressed twice
    claim(session, item, who=who, at=at)
    close(session, item, at=at, who=who.id)
    item.undo_until = at + UNDONE_WITHIN


def can_undo(item: DeskItem, who: Person, *, at: datetime) -> bool:
    """Whether this person said just now that it is dealt with, and nothing else has made it so since."""
    return (
        item.state == ItemState.DONE
        and item.holder_id == who.id
        and item.undo_until is not None
        and at <= item.undo_until
    )


def undo(session: Session, item: DeskItem, *, who: Person, at: datetime) -> DeskItem:
    """It was not dealt with: whoever said so has it again. Raises `HelplineError` when that cannot be any more."""
    if item.state == ItemState.CLAIMED and item.holder_id == who.id:
        return item  # pressed twice
    if not can_undo(item, who, at=at):
        raise HelplineError(
            "That can no longer be undone. If somebody still needs to be rung, write it down as a request."
        )
    try:
        with session.begin_nested():
            LIFE.win(session, item, ItemState.OPEN, holder_id=None, held_until=None, closed_at=None, undo_until=None)
    except IntegrityError:
        raise HelplineError("It is on the desk again already.") from None
    return claim(session, item, who=who, at=at)


def close_all(
    session: Session, *, at: datetime, who: int | None = None, kind: ItemKind | None = None, **subject: int
) -> None:
    """Whatever the desk owed about this is dealt with, or what it owed of one kind. Advice was asked of a person, who closes it."""
    ((column, subject_id),) = subject.items()
    about = select(DeskItem).where(getattr(DeskItem, column) == subject_id)
    live, lately = about.where(DeskItem.state.in_(LIVE)), about.where(DeskItem.undo_until > at)
    for item in [*session.scalars(live), *session.scalars(lately)]:
        if item.kind == kind or (kind is None and item.kind != ItemKind.ADVICE):
            close(session, item, at=at, who=who)
