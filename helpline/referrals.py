"""Referrals: somebody is passed on to an organisation, or by one to us; either way somebody is owed an answer by a day.

Out: with the resident's yes, by the words we read to them. When nothing came back by its day it is on the desk, until somebody
has asked. If they could not help, what they took over from us goes on here. In: what an organisation asked of us is a request
like any other, and the organisation is told how it went.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, false, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column, relationship

from helpline import clock, config, desk_items, follow_ups, history, offering, offers, requests, withdrawing
from helpline.db import Base, kept, known, lock
from helpline.desk_items import DeskItem, ItemKind
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.requests import HelpRequest, Q
from helpline.sealed import Sealed
from helpline.signposts import Signpost
from helpline.states import Life, StateText, check

ASKED_AT = time(10)
"""By the wall clock: when the day on which we want to hear has come."""
LONGEST = 500
MOST = 100


class ReferralWay(StrEnum):
    """From us to them, or from them to us."""

    OUT = "out"
    IN = "in"


class ReferralState(StrEnum):
    """The life of a referral."""

    WAITING = "waiting"
    HELPED = "helped"
    COULD_NOT = "could_not"
    CALLED_OFF = "called_off"


R = ReferralState
LIFE = Life("referral", {R.WAITING: frozenset({R.HELPED, R.COULD_NOT, R.CALLED_OFF})})
_WAITS = text("state = 'waiting'")


class Referral(Base):
    """Somebody passed on, with their yes, to an organisation; or by one to us.

    `waiting` until something came back (out), or until we told them (in). An answer is wanted by `hear_by_at`; without one it is
    on the desk. `instead`: they took the request over, so nobody of its street is asked meanwhile. `words` are what was passed on
    besides who and where, `came_back` what became of it. Somebody of whom there is no request is known by `name` and `phone`.
    """

    __tablename__ = "referrals"
    __table_args__ = (
        check("way", ReferralWay, name="way"),
        check("state", ReferralState, name="state"),
        Index(None, "hear_by_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index(None, "signpost_id", "id"),
        Index(None, "made_at"),
        known("request_id"),
        kept("over_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(String(40), unique=True)
    way: Mapped[ReferralWay] = mapped_column(StateText(ReferralWay))
    state: Mapped[ReferralState] = mapped_column(StateText(ReferralState), default=R.WAITING)
    signpost_id: Mapped[int] = mapped_column(ForeignKey("signposts.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    instead: Mapped[bool] = mapped_column(default=False, server_default=false())
    name: Mapped[str | None] = mapped_column(Sealed())
    phone: Mapped[str | None] = mapped_column(Sealed())
    words: Mapped[str | None] = mapped_column(Sealed())
    came_back: Mapped[str | None] = mapped_column(Sealed())
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    hear_by_at: Mapped[datetime]
    over_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]

    signpost: Mapped[Signpost] = relationship(lazy="joined")
    request: Mapped[HelpRequest | None] = relationship()
    made_by: Mapped[Person] = relationship()

    @property
    def goes_out(self) -> bool:
        """Whether we passed them on."""
        return self.way == ReferralWay.OUT


@dataclass(frozen=True)
class Given:
    """What a handler wrote. `form_key` is made with the form, so that however often it is sent it is one referral."""

    form_key: str
    way: ReferralWay
    hear_by: date
    words: str = ""
    agreed: bool = False
    instead: bool = False
    name: str = ""
    phone: str | None = None


class NotAgreedError(HelplineError):
    """Nobody has said yes."""


def day_at(day: date) -> datetime:
    """The instant at which a day on which we want to hear has come."""
    return clock.instant(datetime.combine(day, ASKED_AT), config.current().zone)


def make(
    session: Session,
    signpost: Signpost,
    given: Given,
    *,
    request: HelpRequest | None = None,
    call_id: int | None = None,
    who: Person,
    at: datetime,
) -> tuple[Referral, bool]:
    """Pass somebody on, or write down that an organisation passed them on to us. Answers with it, and whether it is new.

    Raises `NotAgreedError` when nobody has said yes, `HelplineError` when it cannot be.
    """
    already = session.scalar(select(Referral).where(Referral.form_key == given.form_key))
    if already is not None:
        return already, False
    _check(given, request, at=at)
    made = Referral(
        form_key=given.form_key,
        way=given.way,
        signpost=signpost,
        request=request,
        call_id=call_id,
        instead=given.instead and request is not None and given.way == ReferralWay.OUT,
        name=None if request else given.name or None,
        phone=None if request else given.phone,
        words=given.words.strip() or None,
        made_at=at,
        made_by=who,
        hear_by_at=day_at(given.hear_by),
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # the same form, sent twice at once
        return session.scalars(select(Referral).where(Referral.form_key == given.form_key)).one(), False
    _record(session, made, f"referral.{given.way}", who=who, at=at)
    if made.instead and request is not None:
        withdrawing.leave_to_others(session, request, who=who, at=at)
    return made, True


def _check(given: Given, request: HelpRequest | None, *, at: datetime) -> None:
    if given.way == ReferralWay.OUT and not given.agreed:
        raise NotAgreedError("Ask first, in the words above. Nothing is passed on without a yes.")
    if given.way == ReferralWay.IN and request is None:
        raise HelplineError("Write the request down first: what they ask of us is one like any other.")
    if request is not None and request.forgotten_at is not None:
        raise HelplineError("That request has been forgotten, as we promise, so there is nobody to pass on.")
    if request is not None and request.state not in requests.OPEN and given.way == ReferralWay.OUT:
        raise HelplineError("That request is no longer open, so there is nothing to pass on.")
    if day_at(given.hear_by) <= at:
        raise HelplineError("Say a day that is still to come.")


def _record(session: Session, referral: Referral, what: str, *, who: Person | None, at: datetime) -> None:
    history.record(
        session,
        what,
        at=at,
        who=who.id if who else None,
        request_id=referral.request_id,
        call_id=referral.call_id,
    )


def find(session: Session, referral_id: int) -> Referral | None:
    """A referral by its id."""
    return session.get(Referral, referral_id)


def of_request(session: Session, request_id: int) -> list[Referral]:
    """Where a request was passed on to, or from; newest first."""
    return list(session.scalars(select(Referral).where(Referral.request_id == request_id).order_by(Referral.id.desc())))


def of_signpost(session: Session, signpost_id: int, *, most: int = 20) -> list[Referral]:
    """What went to an organisation or came from it, newest first."""
    of_it = select(Referral).where(Referral.signpost_id == signpost_id).order_by(Referral.id.desc())
    return list(session.scalars(of_it.limit(most)))


def waiting(session: Session) -> list[Referral]:
    """Every one of which somebody is owed an answer, the first to be heard of first."""
    found = select(Referral).where(Referral.state == R.WAITING).order_by(Referral.hear_by_at, Referral.id)
    return list(session.scalars(found.limit(MOST)))


def lately(session: Session, *, most: int = 20) -> list[Referral]:
    """Those that something came back of, newest first."""
    over = select(Referral).where(Referral.over_at.is_not(None)).order_by(Referral.over_at.desc(), Referral.id.desc())
    return list(session.scalars(over.limit(most)))


def has(about: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether an organisation has taken over what is about this request."""
    theirs = (Referral.request_id == about) & (Referral.state == R.WAITING) & Referral.instead
    return select(Referral.id).where(theirs).exists()


# What the clock does


def _due(at: datetime) -> ColumnElement[bool]:
    """The day has come, or what was asked of us is over; and it is not on the desk."""
    over = select(HelpRequest.id).where(HelpRequest.id == Referral.request_id, HelpRequest.over_at.is_not(None))
    owed = select(DeskItem.id).where(DeskItem.referral_id == Referral.id, DeskItem.state.in_(desk_items.LIVE))
    come = or_(Referral.hear_by_at <= at, and_(Referral.way == ReferralWay.IN, over.exists()))
    return (Referral.state == R.WAITING) & come & ~owed.exists()


def due(session: Session, at: datetime) -> Sequence[int]:
    """The ids of those that somebody is to ask about, or to answer."""
    return session.scalars(select(Referral.id).where(_due(at)).order_by(Referral.hear_by_at)).all()


def put(session: Session, referral_id: int, at: datetime) -> None:
    """It is on the desk, if it is still due."""
    referral = session.get_one(Referral, referral_id)
    lock(session, referral)
    if session.scalar(select(Referral.id).where(Referral.id == referral_id, _due(at))) is not None:
        desk_items.put(session, ItemKind.REFERRAL, at=at, referral_id=referral.id)
        _record(session, referral, "referral.unheard", who=None, at=at)


def item_of(session: Session, referral: Referral) -> DeskItem | None:
    """What the desk owes about it, if anything."""
    owed = (DeskItem.referral_id == referral.id) & DeskItem.state.in_(desk_items.LIVE)
    return session.scalar(select(DeskItem).where(owed))


# What people do


def settle(
    session: Session, referral: Referral, state: ReferralState, words: str, *, who: Person, at: datetime
) -> bool:
    """What came back of it, or what we told them. False when somebody has said so before.

    What they took over and could not do goes on with us; what they took over and did is done.
    """
    lock(session, referral)
    if not LIFE.allows(referral.state, state) or not LIFE.win(session, referral, state, over_at=at):
        return False
    referral.came_back = words.strip()[:LONGEST] or None
    session.flush()
    _record(session, referral, f"referral.{state}" if referral.goes_out else "referral.answered", who=who, at=at)
    desk_items.close_all(session, at=at, who=who.id, referral_id=referral.id)
    request = referral.request
    if not referral.instead or request is None or request.state not in requests.OPEN:
        return True
    lock(session, request)
    if state == R.HELPED:
        withdrawing.withdraw(session, request, at=at)
        requests.done(session, request, who=who, at=at)
        follow_ups.expect(session, request, at=at)
    elif request.state == Q.TAKEN and offers.holder_of(session, request) is None:
        offering.go_on(session, request, at=at)
    return True


def later(session: Session, referral: Referral, hear_by: date, *, who: Person, at: datetime) -> None:
    """Nothing yet: asked again on another day. Raises `HelplineError` when that day is not to come."""
    if day_at(hear_by) <= at:
        raise HelplineError("Say a day that is still to come.")
    lock(session, referral)
    if referral.state != R.WAITING:
        raise HelplineError("Something has come back of it meanwhile: look at it again.")
    referral.hear_by_at = day_at(hear_by)
    session.flush()
    _record(session, referral, "referral.later", who=who, at=at)
    desk_items.close_all(session, at=at, who=who.id, referral_id=referral.id)
