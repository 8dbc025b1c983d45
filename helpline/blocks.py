"""Blocks: numbers that are turned away for a while. Every handler may make one and sees them all, with who, why and until when.

A blocked caller hears the 999 sentence like everybody else, and nobody is rung for her. Nobody of ours is ever blocked.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, Index, String, bindparam, func, or_, select
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import history, people
from helpline.db import Base, lock
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.sealed import Sealed, key_of, keys_of

LENGTHS = {
    "day": (timedelta(days=1), "One day"),
    "week": (timedelta(days=7), "One week"),
    "month": (timedelta(days=28), "Four weeks"),
}
"""How long a block may last: none is for ever, since a number changes hands, and so do people."""
_STANDS = sql("ended_at IS NULL")


class Block(Base):
    """A number that is turned away until `until_at`, unless somebody lifts it first. `ended_at` is when it was over, either way.

    The number and the reason are forgotten as soon as it is over (`retention`).
    """

    __tablename__ = "blocks"
    __table_args__ = (
        # One stands for a number: the database has the last word.
        Index("uq_blocks_phone_key_stands", "phone_key", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        Index(None, "forgotten_at", "until_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str | None] = mapped_column(Sealed())
    phone_key: Mapped[str | None] = mapped_column(String(64))
    why: Mapped[str | None] = mapped_column(Sealed())
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    until_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]

    made_by: Mapped[Person] = relationship(lazy="joined")


BLOCKS = Base.metadata.tables["blocks"]


def until_by_keys(names: Iterable[str]) -> ColumnElement[datetime | None]:
    """A question for the instant until which the number with one of these keys (`sealed.keys_of`) is blocked, if it is."""
    theirs = or_(*(BLOCKS.c.phone_key == bindparam(name) for name in names))
    return select(func.max(BLOCKS.c.until_at)).where(theirs, BLOCKS.c.ended_at.is_(None)).scalar_subquery()


def of_number(session: Session, phone: str, *, at: datetime) -> Block | None:
    """The block that stands for a number, if one does."""
    found = _standing(session, phone)
    return found if found is not None and found.until_at > at else None


def _standing(session: Session, phone: str) -> Block | None:
    return session.scalar(select(Block).where(Block.phone_key.in_(keys_of(phone)), Block.ended_at.is_(None)).limit(1))


def standing(session: Session, *, at: datetime) -> list[Block]:
    """Every block that stands, the newest first."""
    stands = select(Block).where(Block.ended_at.is_(None), Block.until_at > at)
    return list(session.scalars(stands.order_by(Block.made_at.desc(), Block.id.desc())))


def why_not(session: Session, phone: str | None) -> str | None:
    """Why a number cannot be blocked, as a sentence; None when it can."""
    if phone is None:
        return "That number was withheld, or is forgotten, so there is nothing to block."
    person = people.find(session, phone)
    if person is not None and person.hats:
        return "That is the number of one of us, and those are never blocked. Speak to an organiser."
    return None


def block(
    session: Session,
    phone: str | None,
    why: str,
    *,
    until_at: datetime,
    who: Person,
    at: datetime,
    call_id: int | None = None,
) -> Block:
    """Turn this number away, because of a call. A block that stands is made anew.

    Raises `HelplineError` when there is no number, no reason, or it is one of ours.
    """
    refused = why_not(session, phone)
    if refused or phone is None:
        raise HelplineError(refused or "")
    if not why.strip():
        raise HelplineError("Say why, so that whoever reads it can judge.")
    known = _standing(session, phone) or _make(session, phone, until_at=until_at, who=who, at=at)
    lock(session, known)
    known.why, known.until_at, known.made_at, known.made_by = why.strip(), until_at, at, who
    session.flush()
    history.record(session, "block.made", at=at, who=who.id, call_id=call_id)
    return known


def _make(session: Session, phone: str, *, until_at: datetime, who: Person, at: datetime) -> Block:
    try:
        with session.begin_nested():
            made = Block(phone=phone, phone_key=key_of(phone), made_at=at, made_by=who, until_at=until_at)
            session.add(made)
    except IntegrityError:  # two handlers at once
        return session.scalars(select(Block).where(Block.phone_key == key_of(phone), Block.ended_at.is_(None))).one()
    return made


def may_lift(block: Block, who: Person) -> bool:
    """Whether somebody may lift it: any organiser, and whoever made it."""
    return who.wears(HatName.ORGANISER) or block.made_by_id == who.id


def lift(session: Session, block: Block, *, who: Person, at: datetime) -> None:
    """The number may ring again; lifting it twice is harmless. Raises `HelplineError` when it is not for them to do."""
    if not may_lift(block, who):
        raise HelplineError("Only an organiser, or whoever made it, lifts a block. Ask one of them.")
    lock(session, block)
    if block.ended_at is None:
        block.ended_at = at
        history.record(session, "block.lifted", at=at, who=who.id)
