"""Calls whose end nobody told us of."""

from datetime import timedelta

from sqlalchemy.orm import Session

from helpline import calls, rings
from helpline.calls import C, Ending
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call
from workers import sweeps

MINUTE = timedelta(minutes=1)


def test_a_call_whose_end_nobody_told_us_of_ends_all_the_same(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    waiting, talking, leaving = a_call(session), a_call(session), a_call(session)
    ring = rings.owe(session, hana, talking.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    rings.answered(session, ring, at=NOON)
    calls.take(session, talking, ring, at=NOON)
    calls.connected(session, talking, at=NOON)
    calls.leave_queue(session, leaving, at=NOON)
    later = NOON + rings.LONGEST_LEG
    assert list(sweeps.forgotten_calls(session, later - MINUTE)) == []
    for call_id in sweeps.forgotten_calls(session, later):
        sweeps.give_up(session, call_id, later)
    assert {call.ending for call in (waiting, leaving)} == {Ending.CALL_BACK_OWED}
    assert (talking.state, talking.ending) == (C.ENDED, Ending.ANSWERED)
