"""Rings: one leg from the helpline to one person.

A ring is written before anybody's phone sounds, and dialled at most once. A leg that turns out to exist after the call was
taken by somebody else owes its own ending.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, select, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import durations, errands, history, people
from helpline.db import Base, known, lock, only_looked_at
from helpline.defaults import DEFAULTS
from helpline.people import Person
from helpline.states import Life, StateText, check


class RingState(StrEnum):
    """The life of a ring."""

    OWED = "owed"
    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"
    TOOK = "took"
    DECLINED = "declined"
    MISSED = "missed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


R = RingState
OVER = frozenset({R.TOOK, R.DECLINED, R.MISSED, R.CANCELLED})
LIFE = Life(
    "ring",
    {
        R.OWED: frozenset({R.DIALLING, R.CANCELLED, R.MISSED}),
        R.DIALLING: frozenset({R.OWED, R.RINGING, R.ANSWERED, R.DECLINED, R.MISSED, R.CANCELLED, R.UNKNOWN}),
        R.RINGING: frozenset({R.ANSWERED, R.DECLINED, R.MISSED, R.CANCELLED}),
        R.ANSWERED: frozenset({R.TOOK, R.DECLINED, R.MISSED, R.CANCELLED}),
        # We could not know whether the phone rang; the carrier's reports may tell us after all.
        R.UNKNOWN: frozenset({R.RINGING, R.ANSWERED, R.DECLINED, R.MISSED, R.CANCELLED}),
    },
)
# A leg that is picked up has 20 s to press; this long after it last sounded, the carrier's report of it was lost.
NO_NEWS = timedelta(seconds=60)
# A leg that was asked for so long ago is over, though nobody told us.
LONGEST_LEG = timedelta(hours=2)
LIVE = (R.OWED, R.DIALLING, R.RINGING, R.ANSWERED)
# Written out, so that both databases see that it is what the index below holds.
IS_LIVE = sql("state IN ('owed', 'dialling', 'ringing', 'answered')")
IS_A_TEST = sql("kind = 'test'")


class RingKind(StrEnum):
    """Why somebody is rung: to take a waiting call (from the caller's own leg, when that is the only way), to ring back, to take a
    call that another handler hands over, to join a talk as its coordinator, to say a sentence that callers will hear, to try what a
    call is like, to be put through to the resident of a request, or to be told something, such as what is asked of them. The last
    four are about no call.
    """

    TAKE = "take"
    ONE_AT_A_TIME = "one_at_a_time"
    CALL_BACK = "call_back"
    HAND_OVER = "hand_over"
    JOIN = "join"
    SAY = "say"
    TEST = "test"
    THROUGH = "through"
    TELL = "tell"


# A caller waits for these, and whoever takes one has the call.
FOR_A_CALLER = (RingKind.TAKE, RingKind.ONE_AT_A_TIME, RingKind.HAND_OVER)
# Nobody waits for these: they are no miss, and make nobody's turn come later.
NO_CALLER = frozenset({RingKind.SAY, RingKind.JOIN, RingKind.TEST, RingKind.THROUGH, RingKind.TELL})


class Ring(Base):
    """One leg to one person, about one call if any.

    1. Owed. 2. A worker claims it (`dialling`) and asks the carrier for the leg. 3. `ringing`, then `answered` as the carrier
    reports. 4. `took` when key 1 was pressed first; `declined`, `missed` (no answer, or no key) or `cancelled` otherwise;
    `unknown` when we cannot tell whether there ever was a leg. `asked_at` is when it was owed; `over_at` when it was decided, and
    `leg_over_at` when the phone was put down, which may be some seconds later. It sounds until `sounds_until`, as was decided when
    it was claimed, whatever is changed meanwhile. Whoever rang back has until `wrap_up_until` to write it down, set when
    they talk no more.
    """

    __tablename__ = "rings"
    __table_args__ = (
        check("state", RingState, name="state"),
        check("kind", RingKind, name="kind"),
        CheckConstraint("(kind IN ('say', 'test', 'through', 'tell')) = (call_id IS NULL)", name="about_a_call"),
        # Nobody's phone is rung twice at once: the database has the last word.
        Index(
            "uq_rings_person_live",
            "person_id",
            unique=True,
            sqlite_where=IS_LIVE,
            postgresql_where=IS_LIVE,
        ),
        Index(None, "call_id"),
        Index(None, "state", "due_at"),
        Index(None, "queued_at"),
        Index(None, "person_id", "asked_at"),
        known("wrap_up_until", "person_id"),
        # Of all that rang somebody there are few, and each page of a handler tells of the last.
        Index("ix_rings_tests", "person_id", sqlite_where=IS_A_TEST, postgresql_where=IS_A_TEST),
        known("request_id"),
        known("item_id"),
        known("message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RingKind] = mapped_column(StateText(RingKind), default=RingKind.TAKE)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    item_id: Mapped[int | None]
    request_id: Mapped[int | None]
    message_id: Mapped[int | None]
    state: Mapped[RingState] = mapped_column(StateText(RingState), default=RingState.OWED)
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    sounds_until: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]
    leg_over_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int] = mapped_column(default=-1)
    wrap_up_until: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(String(200))

    person: Mapped[Person] = relationship(lazy="joined")


# Somebody took this leg. After ringing back it is up still, though they talk no more.
IS_TALKING = (Ring.state == R.TOOK) & Ring.over_at.is_(None) & Ring.wrap_up_until.is_(None)


def is_talking(ring: Ring) -> bool:
    """The same of one ring."""
    return ring.state == R.TOOK and ring.over_at is None and ring.wrap_up_until is None


def owe(
    session: Session,
    person: Person,
    call_id: int | None,
    *,
    at: datetime,
    kind: RingKind = RingKind.TAKE,
    item_id: int | None = None,
    request_id: int | None = None,
    message_id: int | None = None,
) -> Ring:
    """Owe somebody a ring, about a call or a request if it is about one, or to tell them a message."""
    about = {"call_id": call_id, "item_id": item_id, "request_id": request_id, "message_id": message_id}
    ring = Ring(kind=kind, person=person, asked_at=at, due_at=at, **about)
    session.add(ring)
    session.flush()
    history.record(session, "ring.owed", at=at, call_id=call_id, ring_id=ring.id, person_id=person.id)
    return ring


def of_call(session: Session, call_id: int) -> list[Ring]:
    """Every ring about a call, oldest first."""
    return list(session.scalars(select(Ring).where(Ring.call_id == call_id).order_by(Ring.id)))


def live_of(session: Session, person_id: int) -> Ring | None:
    """The ring somebody's phone has now, if any."""
    return session.scalar(select(Ring).where(Ring.person_id == person_id, IS_LIVE).order_by(Ring.id.desc()).limit(1))


def claim(session: Session, ring: Ring, *, at: datetime) -> bool:
    """Take a ring in hand before dialling. False when somebody already has, or it was cancelled."""
    plan = durations.of(session)
    until = at + (plan.tell_ring if ring.kind == RingKind.TELL else plan.ring)
    return LIFE.win(session, ring, R.DIALLING, claimed_at=at, sounds_until=until, attempts=Ring.attempts + 1)


def seconds(ring: Ring) -> int:
    """How long the telephone of a ring in hand sounds, for the carrier."""
    if ring.claimed_at is None or ring.sounds_until is None:
        raise ValueError("a ring is claimed before it is dialled")
    return int((ring.sounds_until - ring.claimed_at).total_seconds())


def may_sound(at: datetime) -> ColumnElement[bool]:
    """Rings whose telephone was to sound until now or later. Code of before this was written down did not say until when."""
    return (Ring.sounds_until > at) | (Ring.sounds_until.is_(None) & (Ring.claimed_at > at - DEFAULTS.ring))


def long_over(at: datetime) -> ColumnElement[bool]:
    """Rings of which we should have heard by now: somebody who picked up at last, and pressed nothing, has been told so."""
    return (Ring.sounds_until <= at - NO_NEWS) | (
        Ring.sounds_until.is_(None) & (Ring.claimed_at <= at - DEFAULTS.ring - NO_NEWS)
    )


def dialled(session: Session, ring: Ring, sid: str, *, at: datetime) -> None:
    """The carrier made the leg. If the ring was over meanwhile, the leg owes its own ending."""
    ring.sid = sid
    if ring.state in {R.CANCELLED, R.MISSED, R.DECLINED}:
        errands.owe(session, errands.ErrandKind.END_LEG, sid, at=at)
    elif ring.state == R.UNKNOWN and live_of(session, ring.person_id):  # rung again meanwhile: one phone rings once
        end(session, ring, R.CANCELLED, at=at)
        errands.owe(session, errands.ErrandKind.END_LEG, sid, at=at)
    elif ring.state in {R.DIALLING, R.UNKNOWN}:
        LIFE.move(ring, R.RINGING)


def later(session: Session, ring: Ring, *, due_at: datetime) -> None:
    """The carrier certainly did not dial: owe it again from `due_at`."""
    LIFE.win(session, ring, R.OWED, due_at=due_at, queued_at=None)


def answered(session: Session, ring: Ring, *, at: datetime) -> None:
    """Somebody, or their answerphone, picked up."""
    if ring.state not in {R.ANSWERED, *OVER} and LIFE.win(session, ring, R.ANSWERED, answered_at=at):
        history.record(session, "ring.answered", at=at, call_id=ring.call_id, ring_id=ring.id, person_id=ring.person_id)


def unknown(session: Session, ring: Ring, *, at: datetime, why: str) -> bool:
    """We cannot tell whether their phone rang. False when we can after all."""
    if not LIFE.win(session, ring, R.UNKNOWN, over_at=at, why=why):
        return False
    history.record(session, "ring.unknown", at=at, call_id=ring.call_id, ring_id=ring.id, person_id=ring.person_id)
    return True


def end(session: Session, ring: Ring, state: RingState, *, at: datetime, why: str | None = None) -> bool:
    """Record how a ring ended: `missed`, `declined` or `cancelled`. False when it had ended already.

    Three in a row missed or declined, or as many as the group says, pause a handler; the caller of this verb tells them. A
    cancelled ring is no miss, nor is one that no caller waited for.
    """
    if not LIFE.allows(ring.state, state) or not LIFE.win(session, ring, state, over_at=at, why=why):
        return False
    history.record(session, f"ring.{state}", at=at, call_id=ring.call_id, ring_id=ring.id, person_id=ring.person_id)
    if state in {R.MISSED, R.DECLINED} and ring.kind not in NO_CALLER:
        ring.person.misses += 1
        if ring.person.misses >= durations.of(session).misses_before_pause:
            people.pause(session, ring.person, who=None, at=at)
    return True


def cancel_others(session: Session, call_id: int, *, except_id: int | None, at: datetime) -> None:
    """End every other ring of a call. A leg somebody has answered is left to hear why; one still ringing is ended."""
    for ring in of_call(session, call_id):
        if ring.id == except_id or ring.state in OVER or ring.kind == RingKind.CALL_BACK:
            continue
        cancel(session, ring, at=at)


def cancel(session: Session, ring: Ring, *, at: datetime) -> None:
    """End one that is not wanted any more, as above."""
    sounding = ring.state in {R.DIALLING, R.RINGING, R.UNKNOWN}
    if end(session, ring, R.CANCELLED, at=at) and sounding and ring.sid:
        errands.owe(session, errands.ErrandKind.END_LEG, ring.sid, at=at)


def leg_is(session: Session, ring: Ring, sid: str, *, at: datetime) -> None:
    """The carrier names the leg of a ring, perhaps before the worker who asked for it could write that down."""
    lock(session, ring)  # whoever takes the call may be cancelling it this moment
    if ring.sid is None and sid:
        dialled(session, ring, sid, at=at)


def leg_over(session: Session, ring: Ring, *, at: datetime) -> None:
    """The leg of a ring is over: their phone is free again."""
    if ring.leg_over_at is not None:
        return
    ring.leg_over_at = at
    if ring.state == R.TOOK and ring.over_at is None:
        ring.over_at = at
        history.record(session, "ring.hung_up", at=at, call_id=ring.call_id, ring_id=ring.id, person_id=ring.person_id)


def wrapped_up(session: Session, person_id: int, *, at: datetime) -> None:
    """Whatever somebody rang back for is written down: they may be rung again."""
    theirs = only_looked_at(Ring.person_id) == person_id
    session.execute(update(Ring).where(theirs, Ring.wrap_up_until > at).values(wrap_up_until=at))


def took(session: Session, ring: Ring, *, at: datetime) -> bool:
    """Key 1 was pressed first on this leg. It is busy until it hangs up. False when it is over already."""
    if not LIFE.win(session, ring, R.TOOK):
        return False
    if ring.kind not in NO_CALLER:
        ring.person.misses = 0
        ring.person.last_answered_at = at
    history.record(session, "ring.took", at=at, call_id=ring.call_id, ring_id=ring.id, person_id=ring.person_id)
    return True
