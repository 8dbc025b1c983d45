"""Signposts: organisations that we tell people of, each with the day on which somebody last rang it to ask whether it still holds.

Every handler may add one, correct it, say that it still holds, and take it off the list: what was done with it is kept. What
stands here is about organisations and public, except for the free words, which are sealed like all others.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import durations, history, phone, signpost_words
from helpline.db import Base, lock
from helpline.errors import HelplineError, RefusedError
from helpline.people import Person
from helpline.sealed import Sealed
from helpline.signpost_words import SignpostKind
from helpline.states import StateText, check

MOST = 300
"""More organisations than that are a directory, and nobody would ring them every three months."""
_LISTED = text("removed_at IS NULL")


class Done(StrEnum):
    """What somebody did with a signpost."""

    ADDED = "added"
    CHECKED = "checked"
    CORRECTED = "corrected"
    REMOVED = "removed"
    PUT_BACK = "put_back"


class Signpost(Base):
    """An organisation that we tell people of. `kinds` are words of `SignpostKind`, the first of them its main one.

    `told` counts how often somebody was told of it, and nothing else of them. Off the list from `removed_at`.
    """

    __tablename__ = "signposts"
    __table_args__ = (
        # One of a name is on the list: the database has the last word.
        Index("uq_signposts_name_key_listed", "name_key", unique=True, sqlite_where=_LISTED, postgresql_where=_LISTED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(80))
    kinds: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20), default="", server_default="")
    hours: Mapped[str] = mapped_column(String(120), default="", server_default="")
    languages: Mapped[str] = mapped_column(String(120), default="", server_default="")
    area: Mapped[str] = mapped_column(String(120), default="", server_default="")
    notes: Mapped[str | None] = mapped_column(Sealed())
    told: Mapped[int] = mapped_column(default=0, server_default="0")
    checked_at: Mapped[datetime]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    removed_at: Mapped[datetime | None]

    checked_by: Mapped[Person] = relationship()

    @property
    def kind(self) -> SignpostKind:
        """What it is for before all else."""
        return SignpostKind(self.kinds.split(",")[0])

    @property
    def what_for(self) -> str:
        """Its kinds in plain words."""
        return signpost_words.what_for(self.kinds)

    @property
    def spoken(self) -> str:
        """Its number in the groups in which it is read out."""
        return phone.spoken(self.phone) if self.phone.startswith("+") else self.phone

    @property
    def to_say(self) -> str:
        """What a handler reads out to a caller."""
        return signpost_words.to_say(self.name, self.spoken, self.hours, self.languages)


class SignpostChange(Base):
    """Something that somebody did with a signpost, and when. The newest says what whoever corrects it must have seen."""

    __tablename__ = "signpost_changes"
    __table_args__ = (check("what", Done, name="what"), Index(None, "signpost_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    signpost_id: Mapped[int] = mapped_column(ForeignKey("signposts.id"))
    what: Mapped[Done] = mapped_column(StateText(Done))
    who_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]

    who: Mapped[Person] = relationship(lazy="joined")


@dataclass(frozen=True)
class About:
    """What somebody wrote of an organisation."""

    name: str
    kinds: tuple[SignpostKind, ...] = ()
    phone: str = ""
    hours: str = ""
    languages: str = ""
    area: str = ""
    notes: str = ""


LONGEST = {"name": 80, "hours": 120, "languages": 120, "area": 120, "notes": 500}


def understand(about: About) -> About:
    """The same, as it is kept. Raises `RefusedError` with the field that cannot be so."""
    tidy = {one.name: " ".join(getattr(about, one.name).split()) for one in fields(About) if one.name in LONGEST}
    if not tidy["name"]:
        raise RefusedError("name", "Write what it is called.")
    for name, most in LONGEST.items():
        if len(tidy[name]) > most:
            raise RefusedError(name, f"That is a little long: up to {most} letters, please.")
    if not about.kinds:
        raise RefusedError("kinds", "Press what it is for: at least one.")
    kinds = tuple(dict.fromkeys(about.kinds))
    return About(kinds=kinds, phone=number_of(about.phone), **tidy)


def number_of(written: str) -> str:
    """A telephone number as it is kept: E.164 for ordinary ones, and short ones like 116 123 as they are written.

    Raises `RefusedError` when it is no number.
    """
    written = " ".join(written.split())
    if not written:
        return ""
    understood = phone.understand(written)
    if understood is not None:
        return understood
    digits = written.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and 3 <= len(digits) <= 8):
        raise RefusedError(
            "phone", f"“{written}” is not a telephone number. Write it like 020 7946 0300, or leave it out."
        )
    return written


def find(session: Session, signpost_id: int | None) -> Signpost | None:
    """A signpost by its id, whether or not it is on the list."""
    return session.get(Signpost, signpost_id) if signpost_id else None


def on_the_list(session: Session) -> list[Signpost]:
    """Every signpost on the list, by name."""
    listed_ones = select(Signpost).where(Signpost.removed_at.is_(None)).order_by(Signpost.name_key).limit(MOST)
    return list(session.scalars(listed_ones))


def told_most(session: Session, *, most: int = 6) -> list[Signpost]:
    """Those that people are told of most, for a press in a call."""
    often = select(Signpost).where(Signpost.removed_at.is_(None)).order_by(Signpost.told.desc(), Signpost.name_key)
    return list(session.scalars(often.limit(most)))


def is_stale(session: Session, signpost: Signpost, *, at: datetime) -> bool:
    """Whether nobody has rung it for longer than the group says."""
    return signpost.checked_at <= at - durations.of(session).check_signposts


def how_many(session: Session, *, at: datetime) -> tuple[int, int]:
    """How many are on the list, and how many of these nobody has rung for longer than the group says."""
    before = at - durations.of(session).check_signposts
    old = func.count().filter(Signpost.checked_at <= before)
    many, stale_ones = session.execute(select(func.count(), old).where(Signpost.removed_at.is_(None))).one()
    return many, stale_ones


def changes_of(session: Session, signpost: Signpost) -> list[SignpostChange]:
    """What was done with it, newest first."""
    of_it = select(SignpostChange).where(SignpostChange.signpost_id == signpost.id)
    return list(session.scalars(of_it.order_by(SignpostChange.id.desc()).limit(20)))


def newest_change(session: Session, signpost: Signpost) -> int:
    """The id of the newest thing done with it that changed what it says."""
    said = (Done.ADDED, Done.CORRECTED, Done.REMOVED, Done.PUT_BACK)
    of_it = select(SignpostChange.id).where(SignpostChange.signpost_id == signpost.id, SignpostChange.what.in_(said))
    return session.scalar(of_it.order_by(SignpostChange.id.desc()).limit(1)) or 0


def about(signpost: Signpost) -> About:
    """What a signpost says, as a form holds it."""
    kinds = tuple(SignpostKind(one) for one in signpost.kinds.split(","))
    rest = {name: getattr(signpost, name) or "" for name in LONGEST}
    return About(kinds=kinds, phone=signpost.spoken, **rest)


def add(session: Session, given: About, *, who: Person, at: datetime) -> tuple[Signpost, bool]:
    """Put an organisation on the list. Answers with it, and whether it is new: the same words sent twice are one.

    Raises `RefusedError` when something cannot be so, or another of that name is on the list.
    """
    given = understand(given)
    twin = _named(session, given.name)
    if twin is not None:
        if understand(about(twin)) == given:
            return twin, False
        raise RefusedError("name", f"{twin.name} is on the list already. Correct that one instead.")
    made = Signpost(name_key=given.name.casefold(), checked_at=at, checked_by=who)
    _say(made, given)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # two handlers at once
        raise RefusedError("name", f"Somebody added {given.name} a moment ago. Look at the list.") from None
    _did(session, made, Done.ADDED, who=who, at=at)
    return made, True


def _named(session: Session, name: str) -> Signpost | None:
    return session.scalar(select(Signpost).where(Signpost.name_key == name.casefold(), Signpost.removed_at.is_(None)))


def _say(signpost: Signpost, given: About) -> None:
    for name in LONGEST:
        setattr(signpost, name, getattr(given, name))
    signpost.name_key, signpost.kinds, signpost.phone = given.name.casefold(), ",".join(given.kinds), given.phone


def _did(session: Session, signpost: Signpost, what: Done, *, who: Person, at: datetime) -> None:
    session.add(SignpostChange(signpost_id=signpost.id, what=what, who=who, at=at))
    session.flush()
    history.record(session, f"signpost.{what}", at=at, who=who.id)


def still_holds(session: Session, signpost: Signpost, *, who: Person, at: datetime) -> bool:
    """Somebody rang them today, and what we say still holds. False when they said so today already."""
    lock(session, signpost)
    if signpost.checked_by_id == who.id and signpost.checked_at.date() == at.date():
        return False
    signpost.checked_at, signpost.checked_by = at, who
    _did(session, signpost, Done.CHECKED, who=who, at=at)
    return True


def correct(session: Session, signpost: Signpost, given: About, *, seen: int, who: Person, at: datetime) -> bool:
    """It says something else from now on, which whoever corrects it has checked. False when it said so already.

    `seen` is the change that was the newest when they looked. Raises `RefusedError` when something cannot be so,
    `HelplineError` when somebody else was faster.
    """
    given = understand(given)
    lock(session, signpost)
    if understand(about(signpost)) == given:
        return False
    if newest_change(session, signpost) != seen:
        raise HelplineError(
            f"Somebody corrected {signpost.name} since you looked. What you wrote is below: look, and save again."
        )
    twin = _named(session, given.name)
    if twin is not None and twin.id != signpost.id:
        raise RefusedError("name", f"{twin.name} is on the list already.")
    _say(signpost, given)
    signpost.checked_at, signpost.checked_by = at, who
    _did(session, signpost, Done.CORRECTED, who=who, at=at)
    return True


def remove(session: Session, signpost: Signpost, *, who: Person, at: datetime) -> bool:
    """Nobody is told of it any more; what was done with it is kept. False when it was off the list already."""
    lock(session, signpost)
    if signpost.removed_at is not None:
        return False
    signpost.removed_at = at
    _did(session, signpost, Done.REMOVED, who=who, at=at)
    return True


def put_back(session: Session, signpost: Signpost, *, who: Person, at: datetime) -> bool:
    """It is on the list again. False when it was; raises `HelplineError` when another of that name is there by now."""
    lock(session, signpost)
    if signpost.removed_at is None:
        return False
    if _named(session, signpost.name) is not None:
        raise HelplineError(f"Another {signpost.name} is on the list by now.")
    signpost.removed_at = None
    _did(session, signpost, Done.PUT_BACK, who=who, at=at)
    return True
