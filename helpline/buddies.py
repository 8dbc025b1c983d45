"""Buddies: whom a handler chose to be told "that was hard", so that somebody rings them. Nobody is one without a yes of their own.

A buddy is anybody with a mobile: another handler, a friend, a sister. They are asked by text, and say yes or no by text or on a
page of their own; what they are told is that it was hard, and nothing of whom or what. What comes of that is in `hard_calls`.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import ForeignKey, Index, String, func, or_, select
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import asked, buddy_words, config, history, messages, people, phone
from helpline.asked import Question
from helpline.db import Base, known
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import HatName, Person
from helpline.replies import Meaning
from helpline.sealed import key_of, keys_of, mark
from helpline.states import Life, StateText, check


class BuddyState(StrEnum):
    """The life of a buddy."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"
    UNREACHED = "unreached"
    ENDED = "ended"


B = BuddyState
LIFE = Life(
    "buddy",
    {
        B.ASKED: frozenset({B.YES, B.NO, B.UNREACHED, B.ENDED}),
        # They would rather not any more.
        B.YES: frozenset({B.NO, B.ENDED}),
    },
)
LIVE = (B.ASKED, B.YES)
_IS_LIVE = sql("state IN ('asked', 'yes')")


class Buddy(Base):
    """Somebody whom a handler chose. 1. `asked`; `unreached` when the text did not arrive. 2. `yes`, or `no`, then or later.

    `ended` when the handler wants them no longer.
    """

    __tablename__ = "buddies"
    __table_args__ = (
        check("state", BuddyState, name="state"),
        # One at a time: the database has the last word.
        Index("uq_buddies_person_live", "person_id", unique=True, sqlite_where=_IS_LIVE, postgresql_where=_IS_LIVE),
        Index(None, "buddy_id", "asked_at"),
        Index(None, "over_at"),
        known("message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    buddy_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[BuddyState] = mapped_column(StateText(BuddyState), default=B.ASKED)
    letter: Mapped[str] = mapped_column(String(1))
    token_key: Mapped[str] = mapped_column(String(64), unique=True)
    key_mark: Mapped[str | None] = mapped_column(String(8))
    message_id: Mapped[int | None]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    buddy: Mapped[Person] = relationship(foreign_keys=[buddy_id], lazy="joined")


def of(session: Session, person: Person) -> Buddy | None:
    """A handler's buddy, or whoever was asked to be; else whoever said no last, for their page to say so."""
    mine = select(Buddy).where(Buddy.person_id == person.id, Buddy.state != B.ENDED)
    return session.scalar(mine.order_by(Buddy.id.desc()).limit(1))


def by_token(session: Session, token: str) -> Buddy | None:
    """The one whose page this token opens."""
    return session.scalar(select(Buddy).where(Buddy.token_key.in_(keys_of(token, "buddy"))))


def known_by(buddy: Buddy, token: str) -> None:
    """Their page is found by our newest key from now on."""
    buddy.token_key, buddy.key_mark = key_of(token, "buddy"), mark()


def under_older_keys(session: Session) -> int:
    """How many pages open only with an older key: each moves on when it is next answered on, and a text answers as well."""
    older = or_(Buddy.key_mark.is_(None), Buddy.key_mark != mark())
    return session.scalar(select(func.count()).where(older, Buddy.state.in_(LIVE))) or 0


def choose(session: Session, name: str, number: str, *, who: Person, at: datetime) -> Buddy:
    """A handler chooses somebody, who is asked by text. Whoever it was before is one no longer, and told so.

    Raises `HelplineError` when the number cannot be texted, is their own, or belongs to somebody who stopped our texts.
    """
    if not who.wears(HatName.HANDLER, HatName.ORGANISER):
        raise HelplineError("Buddies are for those who answer the line.")
    if not name.strip():
        raise HelplineError("Say what your buddy is called.")
    known = phone.understand(number)
    if known is None or not phone.takes_texts(known):
        raise HelplineError(buddy_words.NOT_A_MOBILE)
    if known == who.phone:
        raise HelplineError(buddy_words.YOUR_OWN)
    them = people.meet(session, known, at=at, name=name.strip())
    if them.stopped_texts_at is not None:
        name = them.first_name or "They"
        raise HelplineError(f"{name} asked us to send no more texts, so they cannot be told. Choose somebody else.")
    before = of(session, who)
    if before is not None and before.buddy_id == them.id and before.state in LIVE:
        return before
    if before is not None:
        end(session, before, who=who, at=at)
    return _ask(session, them, who=who, at=at)


def _ask(session: Session, them: Person, *, who: Person, at: datetime) -> Buddy:
    letter = asked.letter_for(session, them, at=at)
    if letter is None:
        raise HelplineError(f"{them.first_name or 'They'} must answer other things first. Ask again tomorrow.")
    token = secrets.token_urlsafe(12)
    buddy = Buddy(person=who, buddy=them, letter=letter, asked_at=at)
    known_by(buddy, token)
    try:
        with session.begin_nested():
            session.add(buddy)
    except IntegrityError:  # chosen twice at once
        raise HelplineError("You chose somebody a moment ago. Look again.") from None
    settings = config.current()
    words = buddy_words.ask_text(settings.group_name, who.first_name, letter, f"{settings.dashboard_url}/b/{token}")
    buddy.message_id = messages.owe(session, MessageKind.NEWS, words, to=them, at=at).id
    history.record(session, "buddy.asked", at=at, who=who.id)
    return buddy


def answer(session: Session, buddy: Buddy, *, yes: bool, at: datetime) -> str:
    """They said yes or no, or later that they would rather not. Said twice it is once. What they hear is the answer.

    Raises `HelplineError` when they are asked no longer.
    """
    now = B.YES if yes else B.NO
    if buddy.state != now:
        if not LIFE.allows(buddy.state, now) or not LIFE.win(
            session, buddy, now, answered_at=at, over_at=None if yes else at
        ):
            raise HelplineError("That is no longer asked of you. Thank you all the same.")
        words = buddy_words.answered_text(config.current().group_name, buddy.buddy.first_name, yes=yes)
        messages.owe(session, MessageKind.NEWS, words, to=buddy.person, at=at)
        history.record(session, f"buddy.{now}", at=at)
    return buddy_words.thanks(buddy.person.first_name, yes=yes)


def end(session: Session, buddy: Buddy, *, who: Person, at: datetime) -> None:
    """The handler would rather have another, or none. Whoever had said yes is told; twice is harmless."""
    if buddy.person_id != who.id:
        raise HelplineError("That is for whoever chose them to say.")
    was_yes = buddy.state == B.YES
    if buddy.state in LIVE and LIFE.win(session, buddy, B.ENDED, over_at=at):
        history.record(session, "buddy.ended", at=at, who=who.id)
        if was_yes:
            words = buddy_words.ended_text(config.current().group_name, who.first_name)
            messages.owe(session, MessageKind.NEWS, words, to=buddy.buddy, at=at)


def not_delivered(session: Session, message_id: int, *, at: datetime) -> bool:
    """The text that asks somebody did not arrive: whoever chose them sees so. False when it was no such text."""
    buddy = session.scalar(select(Buddy).where(Buddy.message_id == message_id))
    if buddy is None:
        return False
    if buddy.state == B.ASKED:
        LIFE.win(session, buddy, B.UNREACHED, over_at=at)
    return True


class _Buddies:
    """What somebody was asked."""

    def questions(self, session: Session, person: Person, *, since: datetime) -> Iterable[Question]:
        mine = select(Buddy).where(Buddy.buddy_id == person.id, or_(Buddy.state == B.ASKED, Buddy.asked_at >= since))
        said = {B.YES: Meaning.YES, B.NO: Meaning.NO}
        return [
            Question(
                letter=one.letter,
                about=f"being {one.person.first_name or 'somebody'}'s buddy",
                asked_at=one.asked_at,
                answer=partial(_answered, session, one),
                waits_for=asked.YES_OR_NO if one.state == B.ASKED else frozenset(),
                takes=frozenset({Meaning.NO}) if one.state == B.YES else frozenset(),
                answered=said.get(one.state),
                answered_at=one.answered_at,
                over=one.state not in LIVE,
                over_at=one.over_at,
            )
            for one in session.scalars(mine.order_by(Buddy.id))
        ]


def _answered(session: Session, buddy: Buddy, meaning: Meaning, *, at: datetime) -> str:
    return answer(session, buddy, yes=meaning == Meaning.YES, at=at)


asked.plug(_Buddies())
