"""Feeds: somebody's own shifts, read by their calendar program at an address that nobody else can know.

As with a link, we keep only a keyed hash of its random token, and the row may be stopped at once. What the calendar was last told
of each shift is a row too: a shift that is not as it was then, whoever changed it and how, is told anew under the same name with a
higher number. One that is theirs no longer is told as cancelled, since a calendar keeps what it merely hears no more of.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, false, func, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import config, history, rota
from helpline.db import Base, lock
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.rota import S
from helpline.sealed import key_of, keys_of, mark

BACK = timedelta(weeks=4)
FAR_AHEAD = timedelta(days=3660)
# How exactly it is remembered when a calendar last asked: some ask every few minutes.
READ_AGAIN = timedelta(hours=1)
LIVE = text("stopped_at IS NULL")


class Feed(Base):
    """The right to read one handler's shifts without signing in, until `stopped_at`. A program last asked about `read_at`."""

    __tablename__ = "feeds"
    __table_args__ = (
        # One address a person: the database has the last word.
        Index("uq_feeds_person_live", "person_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    token_key: Mapped[str] = mapped_column(String(64), unique=True)
    key_mark: Mapped[str | None] = mapped_column(String(8))
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None] = mapped_column(index=True)

    person: Mapped[Person] = relationship(lazy="joined")


class FeedEntry(Base):
    """A shift as a handler's calendar was last told of it; `sequence` counts how often it has been told anew.

    It stays when the shift is theirs no longer (`cancelled`), or is not there at all.
    """

    __tablename__ = "feed_entries"
    __table_args__ = (UniqueConstraint("person_id", "shift_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    shift_id: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    wants_cover: Mapped[bool] = mapped_column(default=False, server_default=false())
    cancelled: Mapped[bool] = mapped_column(default=False, server_default=false())
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_at: Mapped[datetime]


@dataclass(frozen=True)
class Now:
    """A shift as it is."""

    starts_at: datetime
    ends_at: datetime
    wants_cover: bool = False


def make(session: Session, *, who: Person, at: datetime) -> str:
    """A new address for their own shifts, which is told only now; the one before it is stopped. Raises `HelplineError`."""
    if not who.wears(HatName.HANDLER, HatName.ORGANISER):
        raise HelplineError("Only handlers have shifts to put into a calendar.")
    stop(session, who=who, at=at)
    token = secrets.token_urlsafe(24)
    try:
        with session.begin_nested():
            session.add(Feed(person_id=who.id, token_key=key_of(token, "feed"), key_mark=mark(), made_at=at))
    except IntegrityError:
        raise HelplineError(
            "An address was being made just now, in another window. Use that one, or try again."
        ) from None
    history.record(session, "feed.made", at=at, who=who.id, person_id=who.id)
    return f"{config.current().dashboard_url}/calendar/{token}.ics"


def stop(session: Session, *, who: Person, at: datetime) -> bool:
    """Nobody can read their shifts by the address any more. False when there was none."""
    feed = of(session, who)
    if feed is None:
        return False
    session.execute(update(Feed).where(Feed.id == feed.id, LIVE).values(stopped_at=at))
    session.expire(feed)
    history.record(session, "feed.stopped", at=at, who=who.id, person_id=who.id)
    return True


def of(session: Session, person: Person) -> Feed | None:
    """The feed somebody has."""
    return session.scalar(question(person))


def question(person: Person) -> Select[Feed]:
    """A question for it."""
    return select(Feed).where(Feed.person_id == person.id, LIVE)


def follow(session: Session, token: str) -> Feed | None:
    """The feed that this token opens; None when it was stopped or never was, or they are no handler any more."""
    feed = session.scalar(select(Feed).where(Feed.token_key.in_(keys_of(token, "feed")), LIVE))
    return feed if feed is not None and feed.person.wears(HatName.HANDLER, HatName.ORGANISER) else None


# What it tells


def look(session: Session, feed: Feed, token: str, *, at: datetime) -> list[FeedEntry] | None:
    """What the calendar was told and still holds; None when something is to be written first (`tell`)."""
    shifts = _now(session, feed, at)
    entries = _told(session, feed, shifts, at)
    asked_lately = feed.read_at is not None and feed.read_at > at - READ_AGAIN
    if to_tell(shifts, entries) or not asked_lately or key_of(token, "feed") != feed.token_key:
        return None
    return in_order(entries)


def tell(session: Session, feed: Feed, token: str, *, at: datetime) -> list[FeedEntry]:
    """What the calendar is told from now on; and that it asked."""
    lock(session, feed)
    shifts = _now(session, feed, at)
    entries = {one.shift_id: one for one in _told(session, feed, shifts, at)}
    for shift_id in to_tell(shifts, entries.values()):
        entry, shift = entries.get(shift_id), shifts.get(shift_id)
        if entry is None:
            entry = entries[shift_id] = FeedEntry(person_id=feed.person_id, shift_id=shift_id, sequence=0)
            session.add(entry)
        else:
            entry.sequence += 1
        entry.cancelled, entry.changed_at = shift is None, at
        if shift is not None:
            entry.starts_at, entry.ends_at, entry.wants_cover = shift.starts_at, shift.ends_at, shift.wants_cover
    feed.read_at, feed.token_key, feed.key_mark = at, key_of(token, "feed"), mark()
    session.flush()
    return in_order(entries.values())


def to_tell(shifts: Mapping[int, Now], entries: Iterable[FeedEntry]) -> list[int]:
    """The shifts that are not as they were told. Pure."""
    told = {
        one.shift_id: None if one.cancelled else Now(one.starts_at, one.ends_at, one.wants_cover) for one in entries
    }
    return sorted(one for one in {*shifts, *told} if one not in told or shifts.get(one) != told[one])


def in_order(entries: Iterable[FeedEntry]) -> list[FeedEntry]:
    """As they start."""
    return sorted(entries, key=lambda one: (one.starts_at, one.shift_id))


def _now(session: Session, feed: Feed, at: datetime) -> dict[int, Now]:
    """Their shifts, from four weeks back to all that are ahead."""
    found = rota.shifts_of(session, feed.person, at - BACK, at + FAR_AHEAD)
    return {one.id: Now(one.starts_at, one.ends_at, one.state == S.COVER_WANTED) for one in found}


def _told(session: Session, feed: Feed, shifts: Iterable[int], at: datetime) -> Sequence[FeedEntry]:
    wanted = or_(FeedEntry.ends_at > at - BACK, FeedEntry.shift_id.in_(shifts))
    known = select(FeedEntry).where(FeedEntry.person_id == feed.person_id, wanted)
    return session.scalars(known.execution_options(populate_existing=True)).all()


def under_older_keys(session: Session) -> int:
    """How many feeds are still known only by an older key: each moves on when its calendar next asks."""
    older = or_(Feed.key_mark.is_(None), Feed.key_mark != mark())
    return session.scalar(select(func.count()).where(older, LIVE)) or 0
