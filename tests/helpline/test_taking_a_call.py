"""Who takes a call, and what becomes of it, when the carrier's reports come in any order and all at once."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from helpline import calls, line, rings, voicemails
from helpline.calls import C, Call, Ending
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.errands import Errand, ErrandKind
from helpline.people import Person
from helpline.rings import R, Ring
from helpline.voicemails import Voicemail
from tests import builders
from tests.builders import NOON

RITA = "+442079460118"


@pytest.fixture
def two(database: Database) -> Iterator[tuple[Session, Session]]:
    """Two processes with a transaction open each; SQLite lets only one in at a time, so there is nothing to try there."""
    if database.writer is not database.reader:
        pytest.skip("SQLite lets one in at a time")
    with (
        Session(database.writer, expire_on_commit=False) as one,
        Session(database.writer, expire_on_commit=False) as other,
    ):
        yield one, other


def meanwhile(one: Session, other: Session, then: Callable[[], object]) -> None:
    """Let `other` begin `then` while `one` is still open, and go on to its end once `one` has committed."""
    failed: list[Exception] = []

    def go() -> None:
        try:
            then()
            other.commit()
        except Exception as problem:  # noqa: BLE001  # told below, in the thread of the test
            failed.append(problem)

    thread = threading.Thread(target=go)
    thread.start()
    thread.join(0.3)
    one.commit()
    thread.join(10)
    assert not failed, failed


def a_waiting_call(session: Session, sid: str = "CA1") -> Call:
    call = calls.arrive(session, sid, phone=RITA, at=NOON)
    calls.wait(session, call, at=NOON)
    return call


def a_leaving_call(database: Database) -> int:
    with database.transaction() as session:
        call = a_waiting_call(session)
        calls.leave_queue(session, call, at=NOON)
        return call.id


def an_answered_ring(session: Session, who: Person, call: Call) -> Ring:
    ring = rings.owe(session, who, call.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    rings.leg_is(session, ring, f"leg of {who.id}", at=NOON)
    rings.answered(session, ring, at=NOON)
    return ring


def test_a_key_that_comes_after_its_leg_is_over_takes_nothing(session: Session) -> None:
    call = a_waiting_call(session)
    ring = an_answered_ring(session, builders.a_handler(session, "Hana Novak"), call)
    line.leg_reported(session, ring, sid=ring.sid or "", status="completed", sequence=3, at=NOON)
    assert not calls.take(session, call, ring, at=NOON)
    assert (call.state, call.handler_id) == (C.WAITING, None), "or she would wait for a leg that is gone"


def test_the_same_key_twice_at_once_takes_it_for_whoever_pressed(
    database: Database, two: tuple[Session, Session]
) -> None:
    with database.transaction() as session:
        call = a_waiting_call(session)
        ring = an_answered_ring(session, builders.a_handler(session, "Hana Novak"), call)
    one, other = two
    again_call, again_ring = other.get_one(Call, call.id), other.get_one(Ring, ring.id)
    said = [calls.take(one, one.get_one(Call, call.id), one.get_one(Ring, ring.id), at=NOON)]
    meanwhile(one, other, lambda: said.append(calls.take(other, again_call, again_ring, at=NOON)))
    assert said == [True, True]


def test_a_leg_made_as_somebody_else_takes_the_call_owes_its_ending(
    database: Database, two: tuple[Session, Session]
) -> None:
    with database.transaction() as session:
        call = a_waiting_call(session)
        winner = an_answered_ring(session, builders.a_handler(session, "Hana Novak"), call)
        loser = rings.owe(session, builders.a_handler(session, "Tomasz Lis"), call.id, at=NOON)
        rings.claim(session, loser, at=NOON)
    one, other = two
    stale = other.get_one(Ring, loser.id)
    calls.take(one, one.get_one(Call, call.id), one.get_one(Ring, winner.id), at=NOON)
    meanwhile(one, other, lambda: rings.leg_is(other, stale, "CA9", at=NOON))
    with database.reading() as session:
        assert session.get_one(Ring, loser.id).state == R.CANCELLED
        assert session.scalars(select(Errand.subject).where(Errand.kind == ErrandKind.END_LEG)).all() == ["CA9"]


def test_who_is_free_is_one_question_that_sees_one_moment(database: Database, two: tuple[Session, Session]) -> None:
    with database.transaction() as session:
        call = a_waiting_call(session)
        ring = an_answered_ring(session, builders.a_handler(session, "Hana Novak"), call)
    one, other = two
    asked: list[str] = []

    def between(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT rings.", "SELECT calls.")):
            asked.append(statement)
            calls.take(other, other.get_one(Call, call.id), other.get_one(Ring, ring.id), at=NOON)
            other.commit()

    event.listen(one.connection(), "before_cursor_execute", between)
    (hana,) = line.handlers(one, NOON)
    assert len(asked) == 1, "between two questions she might go from what the later asks to what the earlier did"
    assert not hana.free


def test_two_callers_who_ring_the_same_handlers_at_once_never_wait_for_each_other(
    database: Database, two: tuple[Session, Session]
) -> None:
    with database.transaction() as session:
        hana, tomasz = builders.a_handler(session, "Hana Novak"), builders.a_handler(session, "Tomasz Lis")
        rita, osei = a_waiting_call(session, "CA1"), a_waiting_call(session, "CA2")
        tried = rings.owe(session, hana, osei.id, at=NOON)  # so that for Mrs Osei Tomasz comes first
        rings.end(session, tried, R.CANCELLED, at=NOON)
    later = NOON + timedelta(seconds=20)
    one, other = two
    mine, theirs = one.get_one(Call, rita.id), other.get_one(Call, osei.id)
    assert line.next_to_ring(one, mine, at=later) == [hana.id, tomasz.id]
    assert line.next_to_ring(other, theirs, at=later) == [tomasz.id, hana.id]
    for session in two:
        event.listen(session, "after_flush", lambda *_: time.sleep(0.2))
    first = threading.Thread(target=lambda: line.ring_round(one, mine, at=later))
    first.start()
    time.sleep(0.05)
    told: list[str] = []

    def ring() -> None:
        line.ring_round(other, theirs, at=later)
        other.commit()
        told.append("not refused")

    second = threading.Thread(target=ring)
    second.start()
    first.join(5)
    one.commit()
    second.join(5)
    assert told == ["not refused"]
    with database.reading() as session:
        assert len(session.scalars(select(Ring).where(Ring.state == R.OWED)).all()) == 2


def test_a_message_told_of_twice_at_once_is_one_message(database: Database, two: tuple[Session, Session]) -> None:
    call_id = a_leaving_call(database)
    one, other = two
    again = other.get_one(Call, call_id)
    voicemails.left(one, one.get_one(Call, call_id), recording_sid="RE1", seconds=5, at=NOON)
    meanwhile(one, other, lambda: voicemails.left(other, again, recording_sid="RE1", seconds=5, at=NOON))
    with database.reading() as session:
        assert len(session.scalars(select(Voicemail)).all()) == 1


def test_a_call_that_ends_as_its_message_comes_has_one_ending_and_one_item(
    database: Database, two: tuple[Session, Session]
) -> None:
    call_id = a_leaving_call(database)
    one, other = two
    again = other.get_one(Call, call_id)
    calls.finish(one, one.get_one(Call, call_id), at=NOON)
    meanwhile(one, other, lambda: voicemails.left(other, again, recording_sid="RE1", seconds=5, at=NOON))
    with database.reading() as session:
        assert session.get_one(Call, call_id).ending == Ending.MESSAGE_LEFT
        assert session.scalars(select(DeskItem.kind).where(DeskItem.state != "done")).all() == [ItemKind.VOICEMAIL]
