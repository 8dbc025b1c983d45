"""What the clock puts into the queue first."""

from datetime import timedelta

from sqlalchemy.orm import Session

from helpline import calls, rings
from helpline.rings import RingKind
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call
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
