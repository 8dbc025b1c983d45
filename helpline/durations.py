"""Durations: how long things take in this group, and how many, as its organisers changed them.

Every change is a row, and the newest of a name counts from the next transaction on, in every process on every machine: the rows
that count are read once a transaction, when they are first asked for. What is promised already stays: a time told to somebody is
a column of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, ForeignKey, Index, String, and_, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, lazyload, mapped_column, relationship

from helpline import defaults, history, people
from helpline.db import Base
from helpline.defaults import DEFAULTS, Durations
from helpline.errors import HelplineError, NotFoundError
from helpline.lengths import Length
from helpline.people import Person

ONLY_ORGANISERS = "Only an organiser changes how the line works. Ask one, or ring them."
# Whoever is being told how long we keep things, as that is changed, is told what it was.
STILL_TOLD = timedelta(minutes=1)
STANDS = text("replaced_at IS NULL")


class Change(Base):
    """An organiser changed one duration or count, in whole seconds or a count. It stands until `replaced_at`."""

    __tablename__ = "changes"
    __table_args__ = (
        # One stands at a time: the database has the last word.
        Index("uq_changes_name_stands", "name", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        Index(None, "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    was: Mapped[int]
    amount: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    replaced_at: Mapped[datetime | None]

    made_by: Mapped[Person] = relationship(lazy="joined")


STANDING = select(Change).where(STANDS)
"""A question for the changes that stand."""


class ChangedMeanwhileError(HelplineError):
    """Somebody else changed it since it was looked at."""


def of(session: Session) -> Durations:
    """How long things take, and how many, for the whole of this transaction."""
    known: Durations | None = session.info.get(Durations)
    if known is None:
        known = know(session, session.scalars(STANDING.options(lazyload(Change.made_by))))
    return known


def know(session: Session, stands: Iterable[Change]) -> Durations:
    """What `STANDING` was answered with holds for the rest of this transaction."""
    # One that this code does not know was made by newer code on another machine.
    given = {one.name: defaults.ALL[one.name].value(one.amount) for one in stands if one.name in defaults.ALL}
    known = session.info[Durations] = Durations(**given)
    return known


def standing(session: Session) -> dict[str, Change]:
    """The change that stands, by name; what nobody ever changed is not there."""
    return {change.name: change for change in session.scalars(select(Change).where(STANDS))}


def known(name: str) -> Length:
    """A duration or count by its name. Raises `NotFoundError`."""
    if name not in defaults.ALL:
        raise NotFoundError("There is no such duration.")
    return defaults.ALL[name]


def amount_of(session: Session, name: str) -> int:
    """What one is now, in whole seconds or as a count."""
    return known(name).amount(getattr(of(session), name))


def check_organiser(who: Person) -> None:
    """Raises `HelplineError` unless they are an organiser."""
    people.check_organiser(who, ONLY_ORGANISERS)


def change(session: Session, name: str, amount: int, *, seen: int | None, who: Person, at: datetime) -> Change | None:
    """Change one. `seen` is the change that stood when they looked, None when there was none yet.

    None when it is so already. Raises `ChangedMeanwhileError` when somebody was faster, `HelplineError` when it cannot be.
    """
    check_organiser(who)
    length = known(name)
    if not length.least <= amount <= length.most:
        raise HelplineError(f"It can be from {length.worded(length.least)} to {length.worded(length.most)}.")
    stands = standing(session).get(name)
    was = length.amount(getattr(DEFAULTS, name)) if stands is None else stands.amount
    if amount == was:
        return None
    if (stands.id if stands else None) != seen or not _replace(session, stands, at=at):
        raise _meanwhile(session, name)
    made = Change(name=name, was=was, amount=amount, made_at=at, made_by=who)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise _meanwhile(session, name) from None
    for told in (Durations, Kept):
        session.info.pop(told, None)
    history.record(session, f"duration.changed.{name}", at=at, who=who.id)
    return made


def _replace(session: Session, stands: Change | None, *, at: datetime) -> bool:
    if stands is None:
        return True
    result: Any = session.execute(
        update(Change)
        .where(Change.id == stands.id, STANDS)
        .values(replaced_at=at)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)  # noqa: S101  # an UPDATE always answers with a cursor
    session.expire(stands)
    return result.rowcount == 1


def _meanwhile(session: Session, name: str) -> ChangedMeanwhileError:
    session.expire_all()
    stands = standing(session).get(name)
    if stands is None:
        return ChangedMeanwhileError("Somebody else is changing it this moment. Look at it again.")
    who, length = stands.made_by.first_name or "Somebody", known(name)
    return ChangedMeanwhileError(
        f"{who} changed it from {length.worded(stands.was)} to {length.worded(stands.amount)} a moment ago. "
        "What you typed is kept here: save again if you still mean it."
    )


# How long details are kept: what was promised, and to whom


@dataclass(frozen=True)
class Kept:
    """How long details are kept once a thing is over; what began before a `raised` instant for less, as was promised then."""

    length: timedelta
    raised: tuple[tuple[datetime, timedelta], ...] = ()

    def is_due(self, begun: Any, over: Any, at: datetime) -> ColumnElement[bool]:
        """Whether a row that began and was over then (its columns) is to be forgotten by now."""
        due = [over <= at - self.length, *(and_(begun < until, over <= at - kept) for until, kept in self.raised)]
        # The shortest says which rows an index finds.
        shortest = min([self.length, *(kept for _, kept in self.raised)])
        return and_(over <= at - shortest, or_(*due)) if self.raised else due[0]

    def until(self, begun: datetime, over: datetime) -> datetime:
        """When what began and was over then is forgotten. Pure."""
        return min([over + self.length, *(over + kept for until, kept in self.raised if begun < until)])


def kept(session: Session) -> Kept:
    """How long details are kept. Less is so for everything, more only for what begins after it was decided."""
    found: Kept | None = session.info.get(Kept)
    if found is None:
        made = session.execute(
            select(Change.made_at, Change.was, Change.amount).where(Change.name == "forget").order_by(Change.id)
        ).all()
        found = session.info[Kept] = keeping([(at, was, amount) for at, was, amount in made])
    return found


def keeping(changes: Sequence[tuple[datetime, int, int]]) -> Kept:
    """What changes, oldest first, add up to. Pure: whatever was promised at any time since a thing began holds for it."""
    shortest = changes[-1][2] if changes else DEFAULTS.forget.total_seconds()
    length, raised = timedelta(seconds=shortest), list[tuple[datetime, timedelta]]()
    for made_at, was, _ in reversed(changes):
        if was < shortest:
            shortest = was
            raised.append((made_at + STILL_TOLD, timedelta(seconds=was)))
    return Kept(length, tuple(raised))
