"""Errands: instructions to the carrier that may safely be repeated until they are done."""

from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, String, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpline.db import Base
from helpline.states import Life, StateText, check

MANY = 12
"""Tries after which a person should know: the carrier has refused for most of an hour."""
LONGEST_WAIT = timedelta(minutes=10)
# By so much the clocks of two machines may be apart.
APART = timedelta(seconds=2)
# Whoever has begun one that takes long is not joined by another who finds it in the queue.
IN_HAND = timedelta(minutes=2)
# The carrier needs a moment to make a file of what was said.
FILE_READY = timedelta(seconds=3)


class ErrandKind(StrEnum):
    """What is to be done; `subject` is the carrier's sid for it (or a queue's name, which is a call's sid).

    `move_leg` has a number after the sid, by which `parting` knows whether it is wanted still.

    `compare` is always owed: the carrier's lists are read again and again (`comparing`).
    """

    END_LEG = "end_leg"
    MOVE_LEG = "move_leg"
    DELETE_QUEUE = "delete_queue"
    FETCH_RECORDING = "fetch_recording"
    DELETE_RECORDING = "delete_recording"
    DELETE_MESSAGE = "delete_message"
    DELETE_CALL = "delete_call"
    COMPARE = "compare"


# What nobody needs an hour later: the call is long over.
OF_A_LEG = frozenset({ErrandKind.END_LEG, ErrandKind.MOVE_LEG})


class ErrandState(StrEnum):
    """The life of an errand."""

    OWED = "owed"
    DONE = "done"
    GIVEN_UP = "given_up"


LIFE = Life("errand", {ErrandState.OWED: frozenset({ErrandState.DONE, ErrandState.GIVEN_UP})})


class Errand(Base):
    """Something to be done at the carrier, again and again until it is: `owed`, then `done`.

    It is `given_up` after twelve tries only when it is senseless by then. `restored_at`, of `compare` alone: when a copy was last
    put back.
    """

    __tablename__ = "errands"
    __table_args__ = (
        check("state", ErrandState, name="state"),
        check("kind", ErrandKind, name="kind"),
        Index(None, "kind", "subject", unique=True),
        Index(None, "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ErrandKind] = mapped_column(StateText(ErrandKind))
    subject: Mapped[str] = mapped_column(String(64))
    state: Mapped[ErrandState] = mapped_column(StateText(ErrandState), default=ErrandState.OWED)
    due_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    why: Mapped[str | None] = mapped_column(String(200))
    restored_at: Mapped[datetime | None]


IS_STUCK = (Errand.state == ErrandState.OWED) & (Errand.attempts >= MANY)


def owe(session: Session, kind: ErrandKind, subject: str, *, at: datetime) -> None:
    """Owe an errand, once for each subject."""
    if not was_owed(session, kind, subject):
        # Two webhooks may owe it at once; one of them is enough.
        with suppress(IntegrityError), session.begin_nested():
            session.add(Errand(kind=kind, subject=subject, due_at=at))


def was_owed(session: Session, kind: ErrandKind, subject: str) -> bool:
    """Whether this is an errand already, done or not."""
    return session.scalar(select(Errand.id).where(Errand.kind == kind, Errand.subject == subject)) is not None


def is_due(errand: Errand, *, at: datetime) -> bool:
    """Whether it is to be done now. Several copies of it may be in the queue, and whoever had one before may have failed."""
    return errand.state == ErrandState.OWED and errand.due_at <= at + APART


def take(session: Session, errand: Errand, *, at: datetime) -> bool:
    """Begin one that takes long. False when it is not due, or somebody has begun it, or it is not to be tried again yet."""
    free = or_(Errand.queued_at.is_(None), Errand.queued_at <= at + IN_HAND / 2)
    due = (Errand.state == ErrandState.OWED) & (Errand.due_at <= at + APART) & free
    taken = update(Errand).where(Errand.id == errand.id, due).values(queued_at=at + IN_HAND, why=None)
    return session.scalar(taken.returning(Errand.id)) is not None


def done(session: Session, errand: Errand) -> None:
    """It is done, or was no longer needed."""
    LIFE.win(session, errand, ErrandState.DONE)


def owe_again(session: Session, errand: Errand, *, due_at: datetime) -> None:
    """One that is never over is owed again from `due_at`."""
    errand.due_at, errand.queued_at = due_at, None
    session.flush()


def not_before(session: Session, errand: Errand, *, at: datetime, why: str) -> None:
    """It did not work: it is due since when it was, which may say how much there is to do, and is not tried again before `at`."""
    errand.queued_at, errand.why = at, why
    session.flush()


def try_again(session: Session, errand: Errand, *, at: datetime, why: str) -> None:
    """It did not work: wait longer each time (5 s doubling, at most 10 min), until it is done, or senseless after twelve tries."""
    errand.attempts += 1
    errand.why = why
    errand.queued_at = None
    errand.due_at = at + min(LONGEST_WAIT, timedelta(seconds=5 * 2 ** min(errand.attempts - 1, MANY)))
    if errand.attempts >= MANY and _is_senseless(session, errand):
        LIFE.move(errand, ErrandState.GIVEN_UP)
    session.flush()


def _is_senseless(session: Session, errand: Errand) -> bool:
    """A leg is long over; what somebody said is not fetched any more once it is to be forgotten."""
    if errand.kind == ErrandKind.FETCH_RECORDING:
        return was_owed(session, ErrandKind.DELETE_RECORDING, errand.subject)
    return errand.kind in OF_A_LEG
