"""Follow-ups: whoever asked is rung when it is done, and asked two questions. The answers are kept and nobody is ranked by them.

Who has heard by ringing that it is done need not be rung to be told.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import clock, config, desk_items, durations, history, requests, wording
from helpline.calls import Call
from helpline.db import Base, insert_once, lock
from helpline.desk_items import DeskItem, ItemKind
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.requests import HelpRequest, Q
from helpline.sealed import keys_of
from helpline.states import StateText, check

# Nobody waits for this one.
NOT_LATE = timedelta(days=3)
LONGEST = timedelta(days=27)
MORNING = time(10)
# What comes back every day or week is asked about no more often.
SELDOM = timedelta(weeks=4)


class Answer(StrEnum):
    """What they said to a question."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_ASKED = "not_asked"


class NotPressedError(HelplineError):
    """A question has no answer yet."""


class Feedback(Base):
    """What a resident said of what was done: whether they got what they needed, and whether they would ring again."""

    __tablename__ = "feedback"
    __table_args__ = (check("got_it", Answer, name="got_it"), check("again", Answer, name="again"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), unique=True)
    got_it: Mapped[Answer] = mapped_column(StateText(Answer))
    again: Mapped[Answer] = mapped_column(StateText(Answer))
    who_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]

    who: Mapped[Person] = relationship(lazy="joined")


def of_request(session: Session, request_id: int) -> Feedback | None:
    """What was said of a request, if anybody asked."""
    return session.scalar(select(Feedback).where(Feedback.request_id == request_id))


def expect(session: Session, request: HelpRequest, *, at: datetime) -> None:
    """Its street has seen to it: whoever asked is to be rung after a while, if we have a number, and were not just now."""
    if request.phone is not None and not request.offers_help and not _asked_lately(session, request, at=at):
        request.follow_up_at = at + durations.of(session).follow_up


def _asked_lately(session: Session, request: HelpRequest, *, at: datetime) -> bool:
    """Whether one like it, of what comes back, was or will be asked about, with nothing amiss: a call every day asks too much."""
    if request.repeat_id is None:
        return False
    others = select(HelpRequest.id).where(HelpRequest.repeat_id == request.repeat_id, HelpRequest.id != request.id)
    expected = others.where(HelpRequest.follow_up_at.is_not(None))
    lately = (DeskItem.kind == ItemKind.FOLLOW_UP) & (DeskItem.created_at > at - SELDOM)
    asked = others.join(DeskItem, DeskItem.request_id == HelpRequest.id).where(lately)
    if session.scalar(expected.union(asked).limit(1)) is None:
        return False
    said = select(Feedback.got_it).where(Feedback.request_id.in_(others)).order_by(Feedback.at.desc()).limit(1)
    return session.scalar(said) not in {Answer.PARTLY, Answer.NO}


def choose_day(session: Session, request: HelpRequest, day: date | None, *, who: Person, at: datetime) -> None:
    """Somebody wants them rung and asked how it went, or goes, on a day: today that is now. Chosen again, it is moved.

    Raises `HelplineError` when they cannot be rung, or that day is not to be.
    """
    lock(session, request)
    today = clock.local(at, config.current().zone).date()
    if request.phone is None or request.state == Q.CALLED_OFF:
        raise HelplineError("Nobody can be rung about that: no number is known, or it was called off.")
    if day is None or not today <= day <= today + LONGEST:
        raise HelplineError("Choose a day from today on, within four weeks: after that we forget the number.")
    if request.over_at is not None:
        forgotten = clock.local(
            durations.kept(session).until(request.created_at, request.over_at), config.current().zone
        )
        if day >= forgotten.date():
            raise HelplineError(
                f"Choose a day before {wording.date_words(forgotten.date())}: then we forget the number."
            )
    history.record(session, "request.follow_up_chosen", at=at, who=who.id, request_id=request.id)
    if day > today:
        request.follow_up_at = clock.meant(datetime.combine(day, MORNING), config.current().zone)
        return
    request.follow_up_at = None
    desk_items.put(session, ItemKind.FOLLOW_UP, at=at, due_at=at + NOT_LATE, request_id=request.id)


def due(session: Session, at: datetime) -> Sequence[int]:
    """Requests whose residents it is time to ring."""
    return session.scalars(
        select(HelpRequest.id).where(HelpRequest.follow_up_at <= at).order_by(HelpRequest.follow_up_at)
    ).all()


def put(session: Session, request_id: int, at: datetime) -> None:
    """It is on the desk now, unless they have heard by ringing, or it has been forgotten."""
    request = session.get_one(HelpRequest, request_id)
    lock(session, request)
    if request.follow_up_at is None or request.follow_up_at > at:
        return
    request.follow_up_at = None
    wanted = request.state in requests.OPEN or (request.state == Q.DONE and not _has_heard(session, request))
    if request.phone is not None and wanted:
        desk_items.put(session, ItemKind.FOLLOW_UP, at=at, due_at=at + NOT_LATE, request_id=request.id)


def _has_heard(session: Session, request: HelpRequest) -> bool:
    """Whether somebody rang from their number since, and asked how it stands."""
    told = (Call.told_at >= request.over_at) & Call.phone_key.in_(keys_of(request.phone or ""))
    return session.scalar(select(Call.id).where(told).limit(1)) is not None


def answer(
    session: Session, item: DeskItem, got_it: Answer | None, again: Answer | None, *, who: Person, at: datetime
) -> None:
    """What they said; asked again later, the last word counts. Raises `NotPressedError` when one is left out, `HelplineError` when
    somebody else has it.
    """
    if got_it is None or again is None or item.request_id is None:
        raise NotPressedError("Press one answer to each question; “not asked” will do.")
    desk_items.claim(session, item, who=who, at=at)
    connection, before = session.connection(), of_request(session, item.request_id)
    if before is not None:
        before.got_it, before.again, before.who = got_it, again, who
    row = {"request_id": item.request_id, "got_it": got_it, "again": again, "who_id": who.id, "at": at}
    connection.execute(insert_once(connection.dialect.name, Feedback, "request_id"), row)
    history.record(session, "request.followed_up", at=at, who=who.id, request_id=item.request_id, item_id=item.id)
    desk_items.close(session, item, at=at, who=who.id)
