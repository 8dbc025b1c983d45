"""Away: days on which somebody is not asked for anything, coordinators and handlers alike.

Days are local and both ends are meant: whoever is away until Monday is asked again on Tuesday. That somebody is away is for our own
people to know, and never said to a resident: it tells of an empty house.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import config, history
from helpline.db import NEVER_AGAIN, Base, lock
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.wording import date_words

LONGEST = timedelta(days=366)
FURTHEST = timedelta(days=731)


class Away(Base):
    """Somebody is away from the morning of `first` to the night of `last`, or until `back_on`, when they came back before that.

    `begun_at` is when what was open with them was passed on (`leaving`).
    """

    __tablename__ = "away"
    __table_args__ = (
        CheckConstraint("last >= first", name="forwards"),
        Index(None, "person_id", "last"),
        Index(None, "last"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    first: Mapped[date]
    last: Mapped[date]
    back_on: Mapped[date | None]
    said_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    said_by: Mapped[Person] = relationship(foreign_keys=[said_by_id], lazy="joined")

    @property
    def ends(self) -> date:
        """The last day on which they really are away."""
        return ends_on(self.last, self.back_on)

    def holds(self, day: date) -> bool:
        """Whether they are away on a day."""
        return self.first <= day <= self.ends


def ends_on(last: date, back_on: date | None) -> date:
    """The last day on which somebody really is away, who said until `last` and was back on a day before that. Pure."""
    return min(last, back_on - timedelta(days=1)) if back_on else last


def _holds_on(day: date) -> ColumnElement[bool]:
    return (Away.first <= day) & (Away.last >= day) & or_(Away.back_on.is_(None), Away.back_on > day)


def today(at: datetime) -> date:
    """The local day of an instant."""
    return at.astimezone(config.current().zone).date()


def on_day(session: Session, person: Person, day: date) -> Away | None:
    """What keeps somebody away on a local day, if they are away."""
    mine = select(Away).where(Away.person_id == person.id, _holds_on(day))
    return session.scalar(mine.order_by(Away.last.desc()).limit(1))


def is_away(session: Session, person: Person, day: date) -> bool:
    """Whether somebody is away on a local day."""
    return on_day(session, person, day) is not None


def who_is_away(session: Session, people_ids: Iterable[int], day: date) -> dict[int, Away]:
    """Which of these people are away on a local day, and until when: one question for all of them."""
    rows = session.scalars(on(day).where(Away.person_id.in_(set(people_ids))).order_by(Away.last))
    return {row.person_id: row for row in rows}


def on(day: date) -> Select[Away]:
    """A question for everybody who is away on a local day."""
    return select(Away).where(_holds_on(day))


def spells(session: Session, people_ids: Iterable[int], *, at: datetime) -> dict[int, list[Away]]:
    """When these people are away, now and in time to come: one question for all of them."""
    found: dict[int, list[Away]] = {}
    for row in session.scalars(select(Away).where(Away.person_id.in_(set(people_ids)), Away.last >= today(at))):
        found.setdefault(row.person_id, []).append(row)
    return found


def of_person(session: Session, person: Person, *, at: datetime) -> list[Away]:
    """When somebody is away, now and in time to come, soonest first."""
    rows = session.scalars(
        select(Away).where(Away.person_id == person.id, Away.last >= today(at)).order_by(Away.first, Away.id)
    )
    return [row for row in rows if row.ends >= max(row.first, today(at))]


def may_say(person: Person, *, who: Person) -> bool:
    """Whether somebody may say that a person is away: they themselves, or a handler whom they told."""
    return who.id == person.id or who.wears(HatName.HANDLER, HatName.ORGANISER)


def say_away(session: Session, person: Person, first: date, last: date, *, who: Person, at: datetime) -> Away:
    """Somebody is away from one local day to another, both meant. What is open with them is passed on by the clock.

    Raises `HelplineError` when the days run backwards, have gone by, or overlap with others that were said before.
    """
    if not may_say(person, who=who):
        raise HelplineError("Only a handler can say that for somebody else. Ask them, or ring the helpline.")
    _check_days(first, last, today(at))
    lock(session, person)  # so that the same days are not said twice at once
    rival = next((row for row in of_person(session, person, at=at) if row.first <= last and first <= row.ends), None)
    if rival is not None:
        raise HelplineError(
            f"{_whose(person, who)} away {days_words(rival.first, rival.ends)} already. Take that off first, and say it anew."
        )
    made = Away(person_id=person.id, first=first, last=last, said_by_id=who.id, made_at=at)
    session.add(made)
    session.flush()
    history.record(session, "person.away", at=at, who=who.id, person_id=person.id)
    return made


def _whose(person: Person, who: Person) -> str:
    return "You are" if person.id == who.id else f"{person.first_name or 'They'} {'is' if person.first_name else 'are'}"


def _check_days(first: date, last: date, now: date) -> None:
    if last < first:
        raise HelplineError(
            f"That ends before it begins: {date_words(last)} comes before {date_words(first)}. Was it the other way round?"
        )
    if last < now:
        raise HelplineError("Those days have gone by. Say days that are still to come.")
    if first > now + FURTHEST:
        raise HelplineError("That is a long way off. Which year did you mean?")
    if last - first > LONGEST:
        raise HelplineError("That is longer than a year. Somebody else should look after those streets until then.")


def days_words(first: date, last: date) -> str:
    """The days as they are said: `on Monday 23 November`, `from Monday 23 to Sunday 29 November`."""
    if first == last:
        return f"on {date_words(first)}"
    same = (first.month, first.year) == (last.month, last.year)
    begins = f"{first:%A} {first.day}" if same else date_words(first)
    return f"from {begins} to {date_words(last)}"


def take_off(session: Session, away: Away, *, who: Person, at: datetime) -> None:
    """They are not away then after all: what has begun ends with yesterday, what has not is gone. Twice is harmless."""
    if not may_say(away.person, who=who):
        raise HelplineError("Only a handler can say that for somebody else. Ask them, or ring the helpline.")
    lock(session, away)
    day = today(at)
    if away.back_on is not None and away.back_on <= day:
        return
    away.back_on = max(day, away.first)
    history.record(session, "person.back", at=at, who=who.id, person_id=away.person_id)


def back_again(session: Session, person: Person, *, who: Person, at: datetime) -> bool:
    """Somebody is back, perhaps early, and is asked again from now on. False when they were not away."""
    away = on_day(session, person, today(at))
    if away is None:
        return False
    take_off(session, away, who=who, at=at)
    return True


def beginning(session: Session, at: datetime) -> Sequence[int]:
    """The ids of those that have begun and of which what is open with the person has not been passed on yet."""
    return session.scalars(select(Away.id).where(Away.begun_at.is_(None), _holds_on(today(at))).order_by(Away.id)).all()
