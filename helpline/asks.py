"""Asks: a question about a shift, put to one person by text. Are you coming, can you cover, will you swap, which one do you mean.

What asks them is above: `reminders`, `cover`, `swaps`. What they answer comes by the letter, or as a bare word (`asked`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import asked, history
from helpline.asked import Answer, Question
from helpline.db import Base, known
from helpline.people import Person
from helpline.replies import Meaning
from helpline.rota import Shift
from helpline.states import Life, StateText, check


class AskKind(StrEnum):
    """What somebody is asked: the two reminders, cover for another's shift, a swap, or which of their own they mean."""

    DAY_BEFORE = "day_before"
    HOUR_BEFORE = "hour_before"
    COVER = "cover"
    SWAP = "swap"
    WHICH = "which"


REMINDERS = (AskKind.DAY_BEFORE, AskKind.HOUR_BEFORE)


class AskState(StrEnum):
    """The life of an ask."""

    OPEN = "open"
    YES = "yes"
    NO = "no"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


A = AskState
LIFE = Life(
    "ask",
    {
        A.OPEN: frozenset({A.YES, A.NO, A.LAPSED, A.WITHDRAWN}),
        # They cannot come after all, or can after all.
        A.YES: frozenset({A.NO, A.WITHDRAWN}),
        A.NO: frozenset({A.YES, A.WITHDRAWN}),
        # Late, and welcome while it is still wanted.
        A.LAPSED: frozenset({A.YES, A.NO}),
    },
)
IS_OPEN = sql("state = 'open'")
IS_REMINDER = sql("kind IN ('day_before', 'hour_before')")
IS_OPEN_SWAP = sql("kind = 'swap' AND state = 'open'")


class Ask(Base):
    """One question about a shift, to one person.

    1. `open` until `lapses_at`. 2. `yes` or `no`, or `lapsed` by silence or a text that did not arrive, or `withdrawn` when it is
    settled otherwise; `answered_at` and `over_at` say when. A swap is about the shift of whoever is asked, for `other` of
    `by_id`. A reminder that asks nothing has no letter. `message_id` is the text that asks.
    """

    __tablename__ = "asks"
    __table_args__ = (
        check("state", AskState, name="state"),
        check("kind", AskKind, name="kind"),
        # Each reminder once, however many clocks tick; one letter one question; one proposal at a time of the same two shifts.
        Index(
            "uq_asks_reminder",
            "shift_id",
            "kind",
            unique=True,
            sqlite_where=IS_REMINDER,
            postgresql_where=IS_REMINDER,
        ),
        Index(
            "uq_asks_letter_open", "person_id", "letter", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
        ),
        Index(
            "uq_asks_swap_open",
            "shift_id",
            "other_id",
            unique=True,
            sqlite_where=IS_OPEN_SWAP,
            postgresql_where=IS_OPEN_SWAP,
        ),
        Index(None, "person_id", "asked_at"),
        Index(None, "shift_id", "kind"),
        Index(None, "other_id"),
        known("message_id"),
        Index("ix_asks_lapses_at_open", "lapses_at", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AskKind] = mapped_column(StateText(AskKind))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shifts.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("shifts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    letter: Mapped[str | None] = mapped_column(String(1))
    state: Mapped[AskState] = mapped_column(StateText(AskState), default=A.OPEN)
    asked_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]
    message_id: Mapped[int | None]

    shift: Mapped[Shift] = relationship(foreign_keys=[shift_id], lazy="joined")
    other: Mapped[Shift | None] = relationship(foreign_keys=[other_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])


def put(
    session: Session,
    kind: AskKind,
    shift: Shift,
    person: Person,
    *,
    at: datetime,
    lapses_at: datetime,
    letter: str | None,
    by: Person | None = None,
    other: Shift | None = None,
) -> Ask:
    """Write a question down; the text that asks it is for whoever asks."""
    ask = Ask(
        kind=kind,
        shift=shift,
        other=other,
        person=person,
        by=by,
        letter=letter,
        state=A.OPEN,
        asked_at=at,
        lapses_at=lapses_at,
    )
    session.add(ask)
    session.flush()
    history.record(
        session,
        f"ask.made.{kind}",
        at=at,
        who=by.id if by else None,
        person_id=person.id,
        shift_id=shift.id,
        slot_id=shift.slot_id,
    )
    return ask


def answer(session: Session, ask: Ask, state: AskState, *, at: datetime) -> bool:
    """Write down what somebody said. False when that is old news, or nobody wants to know any more."""
    if ask.state == state or not LIFE.win(session, ask, state, answered_at=at):
        return False
    _record(session, ask, at=at, who=ask.person_id)
    return True


def close(session: Session, ask: Ask, state: AskState, *, at: datetime) -> bool:
    """It `lapsed`, or is `withdrawn`. False when it was over already."""
    if not LIFE.win(session, ask, state, over_at=at):
        return False
    _record(session, ask, at=at)
    return True


def _record(session: Session, ask: Ask, *, at: datetime, who: int | None = None) -> None:
    history.record(
        session,
        f"ask.{ask.state}.{ask.kind}",
        at=at,
        who=who,
        person_id=ask.person_id,
        shift_id=ask.shift_id,
        slot_id=ask.shift.slot_id,
    )


def of_shift(session: Session, shift: Shift, *kinds: AskKind) -> list[Ask]:
    """Everything that was asked about a shift, oldest first."""
    return list(session.scalars(select(Ask).where(Ask.shift_id == shift.id, Ask.kind.in_(kinds)).order_by(Ask.id)))


def of_message(session: Session, message_id: int) -> Ask | None:
    """The question that a text asks."""
    return session.scalar(select(Ask).where(Ask.message_id == message_id))


def withdraw(session: Session, shift: Shift, *kinds: AskKind, at: datetime) -> None:
    """Nobody need answer these any more. Nobody is told: who answers late hears how it stands. Whose yes had it keeps it."""
    for ask in of_shift(session, shift, *kinds):
        if ask.state == A.OPEN or ask.kind in REMINDERS:
            close(session, ask, A.WITHDRAWN, at=at)


# As questions that a text can answer


def of_person(session: Session, person: Person, kinds: Collection[AskKind], *, since: datetime) -> Sequence[Ask]:
    """What somebody was asked that is open, or was asked since then; what asks nothing is not among it."""
    mine = (Ask.person_id == person.id) & Ask.kind.in_(kinds) & Ask.letter.is_not(None)
    rows = select(Ask).where(mine, (Ask.state == A.OPEN) | (Ask.asked_at > since))
    return session.scalars(rows.order_by(Ask.id)).all()


SAID = {A.YES: Meaning.YES, A.NO: Meaning.NO}


def question(ask: Ask, about: str, acts: Answer, *, over: bool, takes: Collection[Meaning] = ()) -> Question:
    """How an ask stands as a question; `acts` does what is answered. `takes` is what would be welcome though it waits no more."""
    waits = ask.state == A.OPEN and not over
    return Question(
        letter=ask.letter or "",
        about=about,
        asked_at=ask.asked_at,
        answer=acts,
        waits_for=asked.YES_OR_NO if waits else frozenset(),
        takes=frozenset() if waits or over else frozenset(takes),
        answered=SAID.get(ask.state),
        answered_at=ask.answered_at,
        over=over,
        over_at=ask.over_at or ask.shift.ends_at,
    )
