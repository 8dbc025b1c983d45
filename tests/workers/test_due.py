"""What the clock puts into the queue first."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, errands, messages, rings
from helpline.errands import Errand, ErrandKind
from helpline.messages import M, Message, MessageKind
from helpline.people import Person
from helpline.rings import RingKind
from helpline.wording import Urgency
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, a_request
from workers import clock

SECOND = timedelta(seconds=1)


def a_text(session: Session, to: Person) -> Message:
    return messages.owe(session, MessageKind.NEWS, "Words", to=to, at=NOON)


def test_callers_who_wait_come_before_a_ring_back_asked_for_later_on_both_databases(session: Session) -> None:
    hana, tomasz, bea = (builders.a_handler(session, name) for name in ("Hana Novak", "Tomasz Lis", "Bea Okoro"))
    long_ago = a_call(session, at=NOON - timedelta(hours=2))
    calls.finish(session, long_ago, at=NOON - timedelta(hours=1))
    never_waited = a_call(session, waits=False)
    calls.ring_back(session, never_waited, at=NOON)
    waiting = a_call(session)
    old = rings.owe(session, hana, long_ago.id, at=NOON + 2 * SECOND, kind=RingKind.CALL_BACK)
    first = rings.owe(session, tomasz, never_waited.id, at=NOON - SECOND, kind=RingKind.CALL_BACK)
    hers = rings.owe(session, bea, waiting.id, at=NOON + 3 * SECOND)
    due = clock._due_rings(session, 10, NOON + 5 * SECOND)  # the order is what is told here
    assert list(due) == [first.id, hers.id, old.id]


def test_the_most_urgent_text_leaves_first_and_no_more_than_the_carrier_takes(session: Session) -> None:
    hana, road = builders.a_handler(session, "Hana Novak"), builders.a_street(session, "Acacia Road")
    builders.a_coordinator(session, "Coral")
    week, old, new, now = (
        a_request(session, hana, road, urgency=urgency, at=NOON + after * SECOND)
        for urgency, after in ((Urgency.THIS_WEEK, 0), (Urgency.TODAY, 1), (Urgency.TODAY, 2), (Urgency.NOW, 3))
    )
    code = messages.owe(session, MessageKind.SIGN_IN_CODE, "123456", to=hana, at=NOON + 4 * SECOND)
    at, left = NOON + 5 * SECOND, list[int | None]()
    while due := clock.due_messages(session, 1, at):
        assert len(due) == 1
        message = session.get_one(Message, due[0])
        message.queued_at, message.state = at, M.SENT
        session.flush()
        left.append(message.request_id)
        assert clock.due_messages(session, 1, at + SECOND / 2) == []
        at += SECOND
    assert code.state == M.SENT
    assert left == [None, now.id, old.id, new.id, week.id]
    assert len(clock.due_messages(session, 10, at)) == 0


def test_a_clock_that_is_put_back_an_hour_goes_on_at_its_pace(session: Session) -> None:
    hana, tomasz = builders.a_handler(session, "Hana Novak"), builders.a_handler(session, "Tomasz Lis")
    ahead = NOON + timedelta(hours=1)
    gone, first = rings.owe(session, hana, a_call(session).id, at=NOON), a_text(session, hana)
    gone.queued_at = ahead
    first.queued_at, first.state = ahead, M.SENT
    lost = a_text(session, hana)
    lost.queued_at = ahead
    errands.owe(session, ErrandKind.DELETE_QUEUE, "CA1", at=NOON)
    errand = session.scalars(select(Errand)).one()
    errand.queued_at = ahead
    session.flush()
    assert clock._due_rings(session, 1, NOON) == [gone.id]
    assert clock.due_messages(session, 1, NOON) == [lost.id]
    assert clock._due_errands(session, NOON) == [errand.id]
    gone.queued_at = lost.queued_at = NOON
    rings.owe(session, tomasz, a_call(session).id, at=NOON)
    a_text(session, tomasz)
    assert [*clock._due_rings(session, 1, NOON), *clock.due_messages(session, 1, NOON)] == []
    later = NOON + SECOND
    assert (len(clock._due_rings(session, 1, later)), len(clock.due_messages(session, 1, later))) == (1, 1)


def test_what_somebody_has_in_hand_is_not_put_in_again(session: Session) -> None:
    errands.owe(session, ErrandKind.COMPARE, "everything", at=NOON)
    assert errands.take(session, session.scalars(select(Errand)).one(), at=NOON)
    assert clock._due_errands(session, NOON + 30 * SECOND) == []
    assert len(clock._due_errands(session, NOON + errands.IN_HAND + clock.AGAIN)) == 1
