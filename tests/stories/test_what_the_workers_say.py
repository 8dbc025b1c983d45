"""What the log says of the queue and of errands: once, and with ids."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from helpline import errands
from helpline.db import Database
from helpline.errands import ErrandKind, ErrandState
from tests import builders
from tests.stories.evening import Evening
from tests.stories.leaks import Channels, logging_to
from workers import jobs


@pytest.fixture
def heard() -> Iterator[Channels]:
    channels = Channels()
    with logging_to(channels):
        yield channels


def said(heard: Channels, about: str) -> list[str]:
    return [line.partition(": ")[2] for line in heard.log["plain"].getvalue().splitlines() if about in line]


def test_the_clock_says_once_that_the_queue_is_away_and_once_that_it_is_back(
    line: Evening, database: Database, heard: Channels
) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
    line.valkey.stop()
    line.phone("+442079460118", "Rita").dial()
    line.phone(hana).rings(within=60)  # one at a time, from her own leg
    with database.transaction() as session:
        errands.owe(session, ErrandKind.DELETE_QUEUE, "CA1", at=line.clock.now())
    line.clock.advance(30)
    away = "the queue is away; what is owed stays owed, and is tried again"
    assert said(heard, "the queue") == [away]
    line.valkey.start()
    line.clock.advance(30)
    assert said(heard, "the queue") == [away, "the queue is back"]


def test_an_errand_that_is_stuck_is_said_to_be_once_and_is_done_in_the_end(
    line: Evening, database: Database, heard: Channels
) -> None:
    with database.transaction() as session:
        errands.owe(session, ErrandKind.DELETE_QUEUE, "CA1", at=line.clock.now())
        owed = session.query(errands.Errand).one().id
    line.exchange.rest.trouble("Queues", status=503, times=errands.MANY + 3)
    line.pass_time(timedelta(hours=3))
    stuck = f"an errand is stuck, and is tried again every ten minutes, errand={owed} kind=delete_queue attempts=12"
    assert said(heard, "stuck") == [stuck]
    tries = [json.loads(told) for told in heard.log["json"].getvalue().splitlines() if "not done" in told]
    assert [(told["errand"], told["why"]) for told in tries] == [(owed, "the carrier answered 503")] * 12
    with line.read() as session:
        done = session.query(errands.Errand).filter_by(id=owed).one()
        assert (done.state, done.attempts) == (ErrandState.DONE, errands.MANY + 3)


def test_copies_of_an_errand_in_the_queue_are_one_try(line: Evening, database: Database) -> None:
    with database.transaction() as session:
        errands.owe(session, ErrandKind.DELETE_QUEUE, "CA1", at=line.clock.now())
        owed = session.query(errands.Errand).one().id
    line.exchange.rest.trouble("Queues", status=503, times=errands.MANY)
    for _ in range(errands.MANY):
        jobs.run(owed)
    with line.read() as session:
        assert session.query(errands.Errand).filter_by(id=owed).one().attempts == 1
