"""Several clocks on several machines: together they do what one would."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from pytest_socket import enable_socket
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from helpline import calls, line, messages, pulse, rings
from helpline.db import GONE, Database
from helpline.defaults import DEFAULTS
from helpline.messages import M, MessageKind
from helpline.rings import R, Ring
from tests import builders
from tests.builders import NOON
from tests.conftest import settings_for
from tests.helpline.cast import a_call
from tests.valkey import Valkey
from tests.workers.test_hanging import CARRIERS_PATIENCE
from workers import clock, sweeps
from workers.house import Tower

CLOCKS = 4


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    enable_socket()
    queue = Valkey()
    queue.start()
    yield queue
    queue.close()


def at_once(database: Database, act: Callable[[Database], object]) -> None:
    """What each of several clocks does in one moment, each with connections of its own."""
    start = Barrier(CLOCKS)

    def one_clock(_: int) -> None:
        own = Database(database.url)
        own.alive()
        start.wait()
        act(own)
        own.close()

    with ThreadPoolExecutor(CLOCKS) as clocks:
        list(clocks.map(one_clock, range(CLOCKS)))


def test_together_they_let_out_no_more_calls_a_second_than_one_would(database: Database, valkey: Valkey) -> None:
    settings = settings_for(calls_per_second=10)
    with database.transaction() as session:
        pulse.beat(session, at=NOON)
        call = a_call(session)
        for number in range(40):
            rings.owe(session, builders.a_handler(session, f"Handler {number}"), call.id, at=NOON)

    def tick(own: Database) -> None:
        house = Tower(settings=settings, database=own, redis=valkey.redis, clock=lambda: NOON)
        clock.enqueue(house, NOON)

    at_once(database, tick)
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Ring.queued_at.is_not(None))) == 10
    assert valkey.redis.llen("rq:queue:ringing") == 10


def test_a_caller_for_whom_all_of_them_look_at_once_has_two_phones_rung(database: Database) -> None:
    with database.transaction() as session:
        for number in range(12):
            builders.a_handler(session, f"Handler {number}")
        waiting = [a_call(session, phone=f"+4420794601{number:02}").id for number in range(5)]

    def tick(own: Database) -> None:
        for call_id in waiting:
            with own.transaction() as session:
                sweeps.widen(session, call_id, NOON + DEFAULTS.next_first_ring)

    at_once(database, tick)
    tick(database)  # whom two were about to ring in one moment, one of them left to the next tick
    with database.reading() as session:
        rung = [len(rings.of_call(session, call_id)) for call_id in waiting]
    assert rung == [DEFAULTS.first_rings] * len(waiting)


def test_a_ring_that_one_of_them_found_unknown_is_no_miss_for_the_other(session: Session) -> None:
    hana, call = builders.a_handler(session, "Hana Novak"), a_call(session)
    ring = rings.owe(session, hana, call.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    later = NOON + line.UNCLAIMED
    assert list(sweeps.silent_rings(session, later)) == [ring.id]
    for _ in range(2):  # both had looked before either dealt with it
        sweeps.settle_ring(session, ring.id, later)
    assert (ring.state, hana.misses) == (R.UNKNOWN, 0)


def test_a_leg_of_which_there_is_news_at_last_is_left_to_ring(session: Session) -> None:
    hana, call = builders.a_handler(session, "Hana Novak"), a_call(session)
    ring = rings.owe(session, hana, call.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    later = NOON + line.UNCLAIMED
    rings.leg_is(session, ring, "CA1", at=later)  # between looking and dealing
    sweeps.settle_ring(session, ring.id, later)
    assert (ring.state, hana.misses) == (R.RINGING, 0)


def test_a_text_said_again_between_looking_and_dealing_is_not_given_up(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    message = messages.owe(session, MessageKind.NEWS, "Thank you", to=hana, at=NOON)
    messages.claim(session, message, at=NOON)
    later = NOON + line.UNCLAIMED
    assert list(sweeps.stuck_messages(session, later)) == [message.id]
    sweeps.settle_message(session, message.id, later)
    messages.say_again(session, message, who=hana, at=later)
    messages.claim(session, message, at=later)
    sweeps.settle_message(session, message.id, later)  # the other clock, which had looked before
    assert message.state == M.SENDING


def test_a_machine_that_is_gone_holds_no_row_for_long(database: Database) -> None:
    if database.writer is not database.reader:
        pytest.skip("SQLite is on one machine, whose end is the end of everybody")
    for _ in range(2):  # and again from the pool, after a transaction that was rolled back
        with database.reading() as session:
            assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == f"{GONE}s"


def test_a_machine_that_is_gone_while_it_answers_is_noticed_in_seconds(database: Database) -> None:
    if database.writer is not database.reader:
        pytest.skip("SQLite is no further than the disk")
    with database.reading() as session:
        given = session.connection().connection.driver_connection.info.get_parameters()
    asks = {name: int(given[f"keepalives_{name}"]) for name in ("idle", "interval", "count")}
    assert asks["idle"] + asks["interval"] * asks["count"] < CARRIERS_PATIENCE


def test_whoever_holds_the_pulse_is_alone_until_they_have_finished(database: Database) -> None:
    with database.transaction() as session:
        pulse.beat(session, at=NOON)
        call = a_call(session)

    def one_more(own: Database) -> None:
        with own.transaction() as session:
            pulse.hold(session)
            wrong = session.scalar(select(calls.Call.wrong_keys).where(calls.Call.id == call.id)) or 0
            session.execute(text("UPDATE calls SET wrong_keys = :wrong"), {"wrong": wrong + 1})

    at_once(database, one_more)
    with database.reading() as session:
        assert session.scalar(select(calls.Call.wrong_keys)) == CLOCKS
