"""Closings: an organiser closes the line now, until an instant, and says to callers why. Handlers see it on the desk."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Text, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import durations, history
from helpline.db import Base, lock
from helpline.durations import ChangedMeanwhileError
from helpline.errors import HelplineError
from helpline.people import Person

LONGEST = timedelta(days=31)
LONGEST_WORDS = 200


class Closing(Base):
    """The line is closed from `made_at` until `until`, or until somebody opens it (`ended_at`): the newest row counts."""

    __tablename__ = "closings"

    id: Mapped[int] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)
    # Two who close it at once: the database lets one of them.
    replaces: Mapped[int] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)

    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id], lazy="joined")


NEWEST = select(Closing).order_by(Closing.id.desc()).limit(1)


def _newest(session: Session) -> Closing | None:
    return session.scalar(NEWEST)


def now(session: Session, at: datetime) -> Closing | None:
    """The closing that keeps the line closed at this instant, if one does."""
    return stands(_newest(session), at)


def stands(newest: Closing | None, at: datetime) -> Closing | None:
    """The newest closing, if it keeps the line closed at this instant. Pure."""
    return newest if newest is not None and newest.ended_at is None and newest.until > at else None


def between(session: Session, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """From when until when the line was closed by somebody, at any time from one instant to another."""
    over = func.coalesce(Closing.ended_at, Closing.until)
    found = session.execute(select(Closing.made_at, over).where(Closing.made_at < end, over > start))
    return [(begins, ends) for begins, ends in found]


def close(session: Session, *, until: datetime, words: str, who: Person, at: datetime) -> Closing:
    """Close the line now. `words` are said to callers, and may be none. Raises `HelplineError`."""
    durations.check_organiser(who)
    words = check_words(words)
    check_until(until, at=at)
    already, newest = now(session, at), _newest(session)
    if already is not None:
        raise _meanwhile(already)
    made = Closing(until=until, words=words, replaces=newest.id if newest else 0, made_at=at, made_by=who)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        session.expire_all()
        raise _meanwhile(_newest(session)) from None
    history.record(session, "line.closed", at=at, who=who.id)
    return made


def check_words(words: str) -> str:
    """The words as they are said. Raises `HelplineError` when they cannot be."""
    words = " ".join(words.split())
    if len(words) > LONGEST_WORDS:
        raise HelplineError(f"That is too long to listen to. Keep it under {LONGEST_WORDS} letters.")
    if "{" in words or "}" in words:
        raise HelplineError("Curly brackets cannot be used here.")
    return words if not words or words[-1] in ".!?" else f"{words}."


def check_until(until: datetime, *, at: datetime) -> None:
    """Raises `HelplineError` when the line cannot be closed until then."""
    if until <= at:
        raise HelplineError("That is over already. Say a time that is still to come.")
    if until > at + LONGEST:
        raise HelplineError("That is more than a month away. Close the days one by one, further down the page.")


def _meanwhile(closing: Closing | None) -> ChangedMeanwhileError:
    name = (closing.made_by.first_name if closing else None) or "Somebody"
    return ChangedMeanwhileError(f"{name} has closed the line a moment ago: see what callers hear now.")


def end(session: Session, closing: Closing, *, who: Person, at: datetime) -> None:
    """Open the line again before its time."""
    durations.check_organiser(who)
    lock(session, closing)
    if closing.ended_at is None and closing.until > at:
        closing.ended_at, closing.ended_by_id = at, who.id
        history.record(session, "line.opened", at=at, who=who.id)
