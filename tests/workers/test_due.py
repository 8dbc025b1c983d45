"""What the clock puts into the queue first."""

from datetime import timedelta

from sqlalchemy.orm import Session

from helpline import calls, messages, rings
from helpline.messages import M, Message, MessageKind
from helpline.rings import RingKind
from helpline.wording import Urgency
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, a_request
from workers import clock

SECOND = timedelta(seconds=1)


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
