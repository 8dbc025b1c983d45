"""A handler pressed 1, and then their phone was gone before the two had met."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline import calls
from helpline.calls import C, Call, Ending
from helpline.config import Settings
from helpline.db import Database
from helpline.rings import R, Ring
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, an_answered_ring
from tests.ivr.test_webhooks import Door, sign


class Line(Door):
    def says(self, path: str, **fields: str) -> str:
        pairs = [("From", "+442079460118"), *fields.items()]
        answer = self.post(path, pairs, sign(self.settings, self.settings.public_url + path, pairs))
        assert answer.status_code in {200, 204}
        return answer.text


@pytest.fixture
def taken(database: Database) -> tuple[Call, Ring]:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
        builders.a_handler(session, "Tomasz Lis")
        call = a_call(session)
        ring = an_answered_ring(session, hana, call)
        assert calls.take(session, call, ring, at=NOON)
        return call, ring


def now(database: Database, call: Call) -> Call:
    with database.reading() as session:
        return session.get_one(Call, call.id)


@pytest.mark.parametrize("told_by", ["over", "status"])
def test_she_waits_on_and_others_are_rung(
    settings: Settings, database: Database, taken: tuple[Call, Ring], told_by: str
) -> None:
    call, ring = taken
    door = Line(settings, database)
    if told_by == "over":
        door.says(f"/ivr/rings/{ring.id}/over", CallSid="CA9", CallStatus="completed", DialCallStatus="no-answer")
    else:
        door.says(f"/ivr/status/calls?ring={ring.id}", CallSid="CA9", CallStatus="completed", SequenceNumber="3")
    stands = now(database, call)
    assert (stands.state, stands.handler_id) == (C.WAITING, None)
    came_back = door.says(
        "/ivr/voice/queued", CallSid=call.sid, CallStatus="in-progress", QueueResult="bridging-in-process"
    )
    assert "<Enqueue" in came_back, "she heard to whom she is put through, and did not come to anybody"
    with database.reading() as session:
        assert R.OWED in session.scalars(select(Ring.state)).all()
    assert "still ringing" in door.says("/ivr/voice/waiting", CallSid=call.sid) or "We are ringing" in door.says(
        "/ivr/voice/waiting", CallSid=call.sid
    )


def test_a_caller_who_has_gone_first_is_owed_a_call_back(
    settings: Settings, database: Database, taken: tuple[Call, Ring]
) -> None:
    call, ring = taken
    door = Line(settings, database)
    said = door.says(f"/ivr/rings/{ring.id}/over", CallSid="CA9", CallStatus="in-progress", DialCallStatus="no-answer")
    assert "has just rung off. It is on the desk" in said
    assert now(database, call).ending == Ending.CALL_BACK_OWED


@pytest.mark.parametrize("page", ["over", "key"])
def test_of_a_caller_who_has_gone_first_and_whose_number_is_withheld_nothing_is_promised(
    settings: Settings, database: Database, page: str
) -> None:
    with database.transaction() as session:
        call = a_call(session, phone=None)
        ring = an_answered_ring(session, builders.a_handler(session, "Hana Novak"), call)
        if page == "over":
            assert calls.take(session, call, ring, at=NOON)
        else:
            calls.finish(session, call, at=NOON)
    said = Line(settings, database).says(
        f"/ivr/rings/{ring.id}/{page}", CallSid="CA9", CallStatus="in-progress", Digits="1"
    )
    assert "nothing more for you to do" in said
    assert now(database, call).ending == Ending.RANG_OFF


def test_after_twenty_seconds_in_the_queue_they_will_not_meet_any_more(
    settings: Settings, database: Database, taken: tuple[Call, Ring]
) -> None:
    call, _ = taken
    with database.transaction() as session:
        session.get_one(Call, call.id).taken_at = NOON - timedelta(seconds=20)
    assert "ringing" in Line(settings, database).says("/ivr/voice/waiting", CallSid=call.sid)
    assert now(database, call).state == C.WAITING


def test_who_is_let_out_of_the_queue_with_a_call_back_owed_is_told_so(
    settings: Settings, database: Database, taken: tuple[Call, Ring]
) -> None:
    call, _ = taken
    with database.transaction() as session:
        calls.finish(session, session.get_one(Call, call.id), at=NOON)
    said = Line(settings, database).says("/ivr/voice/queued", CallSid=call.sid, QueueResult="leave")
    assert "somebody will ring you back" in said
