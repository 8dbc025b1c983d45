"""Each part dies in turn: nothing is lost, nothing is said twice, and what is unknown is on the desk."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from helpline import clock, messages
from helpline.calls import Call, Ending
from helpline.config import Settings
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.errands import Errand, ErrandKind
from helpline.messages import Message, MessageKind, MessageState
from helpline.people import Person
from helpline.requests import Q
from helpline.rings import Ring, RingKind, RingState
from tests import builders
from tests.conftest import HERE
from tests.stories.evening import Evening
from tests.stories.test_passing_on import on_the_desk, state, street, written
from tests.valkey import Valkey
from workers import sweeps

__all__ = ["street"]  # the fixture
Street = tuple[Person, Person, Person]
RITA = "+442079460118"


def offer_text(line: Evening) -> Message:
    with line.read() as session:
        return session.scalars(select(Message).where(Message.kind == MessageKind.OFFER).order_by(Message.id)).first()


def texts_to(line: Evening, who: Person) -> list[str]:
    return [text.body for text in line.exchange.texts if text.to == who.phone]


def test_redis_away_for_a_whole_evening_and_back(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    line.valkey.stop()
    call = line.phone(RITA, "Rita").dial().hears("To be rung back instead, in your turn, press 4", limit=60)
    call.press("4").hears("somebody will ring you back").until_ended()
    request = written(line, hana)
    line.pass_time(timedelta(hours=3))
    assert texts_to(line, coral) == []
    assert state(line, request) == Q.ASKING, "Coral has not been passed over for a text that was never sent"
    assert on_the_desk(line) == [ItemKind.CALL_BACK, ItemKind.REQUEST], "and the desk has known for two hours"

    line.valkey.start()
    line.phone(coral).receives("Shopping near Acacia Road", within=15).replies("YES")
    line.phone(coral).receives("Who and where")
    line.pass_time(timedelta(minutes=5))
    assert len([body for body in texts_to(line, coral) if "Can somebody?" in body]) == 1
    assert texts_to(line, deepak) == []
    assert on_the_desk(line) == [ItemKind.CALL_BACK]


def test_a_caller_who_waits_while_redis_is_away_is_answered_when_it_is_back(line: Evening, street: Street) -> None:
    hana, *_ = street
    line.valkey.stop()
    call = line.phone(RITA, "Rita").dial().hears("We are ringing somebody", limit=30).wait(60)
    line.valkey.start()
    leg = line.phone(hana).rings(within=60).hears("Press 1").press("1").wait(5)
    assert call.is_bridged_with(leg)


def test_a_carrier_too_busy_is_asked_again_and_the_text_goes_once(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    line.exchange.rest.trouble("Messages", status=429, times=3)
    written(line, hana)
    line.phone(coral).receives("Shopping near Acacia Road", within=60)
    line.pass_time(timedelta(minutes=3))
    assert len(texts_to(line, coral)) == 1
    assert offer_text(line).state == MessageState.DELIVERED
    assert on_the_desk(line) == []


def test_a_carrier_that_answers_503_leaves_us_not_knowing_and_a_person_decides(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    line.exchange.rest.trouble("Messages", status=503)
    written(line, hana)
    line.pass_time(timedelta(minutes=10))
    assert offer_text(line).state == MessageState.UNKNOWN
    assert texts_to(line, coral) == [], "it is not said again by itself"
    assert on_the_desk(line) == [ItemKind.UNKNOWN]
    with line.database.transaction() as session:
        message = session.get_one(Message, offer_text(line).id)
        messages.say_again(session, message, who=session.merge(hana), at=line.clock.now())
    line.phone(coral).receives("Shopping near Acacia Road")
    line.clock.advance(5)
    assert on_the_desk(line) == []


def test_429_and_then_503_on_one_text(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    line.exchange.rest.trouble("Messages", status=429)
    line.exchange.rest.trouble("Messages", status=503)
    written(line, hana)
    line.pass_time(timedelta(minutes=10))
    assert offer_text(line).state == MessageState.UNKNOWN
    assert texts_to(line, coral) == []
    assert on_the_desk(line) == [ItemKind.UNKNOWN]


def test_a_text_whose_answer_was_lost_is_known_again_by_the_carriers_report(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    line.exchange.rest.trouble("Messages", lost=True)
    written(line, hana)
    line.phone(coral).receives("Shopping near Acacia Road", within=30)
    line.pass_time(timedelta(minutes=3))
    assert offer_text(line).state == MessageState.DELIVERED
    assert len(texts_to(line, coral)) == 1
    assert on_the_desk(line) == []


def test_a_ring_the_carrier_was_too_busy_for_is_asked_again(line: Evening, street: Street) -> None:
    hana, *_ = street
    line.exchange.rest.trouble("Calls", status=429, times=2)
    call = line.phone(RITA, "Rita").dial()
    line.phone(hana).rings(within=60).hears("Press 1").press("1")
    call.hears("You are through to Hana")


def test_a_ring_that_may_or_may_not_have_been_made_is_on_the_desk_and_others_are_rung(
    line: Evening, street: Street
) -> None:
    hana, *_ = street
    line.exchange.rest.trouble("Calls", status=503)
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=60).hears("Press 1").press("1").wait(4)
    assert call.is_bridged_with(leg), "from Rita's own leg: the same phone is not tried the same way twice"
    assert on_the_desk(line) == [ItemKind.UNKNOWN]
    with line.read() as session:
        assert session.scalars(select(Ring.state).order_by(Ring.id)).all() == [
            RingState.CANCELLED,
            RingState.TOOK,
        ]


def test_a_ring_whose_answer_was_lost_can_still_take_the_call(line: Evening, street: Street) -> None:
    hana, *_ = street
    line.exchange.rest.trouble("Calls", lost=True)
    call = line.phone(RITA, "Rita").dial()
    line.phone(hana).rings(within=40).hears("Press 1").press("1")
    call.hears("You are through to Hana")
    assert on_the_desk(line) == []


def test_an_end_that_the_carrier_refuses_for_a_while_is_tried_until_it_is_done(line: Evening, street: Street) -> None:
    line.exchange.rest.trouble("Queues", status=503, times=4)
    line.phone(RITA, "Rita").dial().hears("We are ringing somebody", limit=30).hang_up()
    line.pass_time(timedelta(minutes=3))
    assert line.exchange.queues == []
    with line.read() as session:
        assert session.scalars(select(Errand.attempts).where(Errand.kind == ErrandKind.DELETE_QUEUE)).all() == [4], (
            "each time a little later"
        )


def test_status_reports_that_never_come_leave_nobody_ringing_for_ever(line: Evening, street: Street) -> None:
    hana, *_ = street
    line.exchange.weather.turns("lost", of="calls")
    line.phone(hana).behaves("no answer")
    line.phone(RITA, "Rita").dial().hears("We are ringing somebody", limit=30)
    line.pass_time(timedelta(minutes=2))
    with line.read() as session:
        assert RingState.MISSED in session.scalars(select(Ring.state)).all()


# A worker killed by `kill -9` between claiming and sending: a real process, before a carrier that never answers.


class DeafCarrier:
    """Accepts connections and says nothing."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.heard: list[socket.socket] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.door.getsockname()[1]}"

    def close(self) -> None:
        self.door.close()


def wait_for(happened: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def start_worker(
    role: str, database_url: str, carrier: DeafCarrier, valkey: Valkey, settings: Settings, log: Path
) -> subprocess.Popen[bytes]:
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url,
        "REDIS_URL": f"unix://{valkey.socket}",
        "SECRET_KEY": settings.secret_key,
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "TWILIO_API_URL": carrier.url,
        "HELPLINE_NUMBER": settings.helpline_number,
        "FALLBACK_NUMBER": settings.fallback_number,
        "PYTHONPATH": str(HERE.parent),
    }
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "workers", role], env=environment, cwd="/", stdout=out, stderr=out
        )


@pytest.mark.parametrize("role", ["sending", "ringing"])
def test_a_worker_killed_between_claiming_and_sending_leaves_an_unknown_on_the_desk(
    role: str, database: Database, database_url: str, valkey: Valkey, settings: Settings, tmp_path: Path
) -> None:
    carrier = DeafCarrier()
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak", at=clock.now())
        if role == "sending":
            owed: Message | Ring = messages.owe(session, MessageKind.NEWS, "Words", to=hana, at=clock.now())
        else:
            call = Call(sid="CA1", state="ended", ending=Ending.RANG_OFF, arrived_at=clock.now())
            session.add(call)
            session.flush()
            owed = Ring(kind=RingKind.CALL_BACK, call_id=call.id, person=hana, asked_at=clock.now(), due_at=clock.now())
            session.add(owed)
    table: Any = type(owed)
    job = "say" if role == "sending" else "dial"

    def stands() -> str:
        with database.reading() as session:
            return str(session.get_one(table, owed.id).state)

    from rq import Queue  # noqa: PLC0415  # only this test speaks to the queue itself

    Queue(role, connection=valkey.redis).enqueue_call(f"workers.jobs.{job}", args=(owed.id,))
    worker = start_worker(role, database_url, carrier, valkey, settings, tmp_path / "log")
    try:
        wait_for(lambda: stands() in {"sending", "dialling"})
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        # Started again, it finds the row claimed and leaves it alone.
        Queue(role, connection=valkey.redis).enqueue_call(f"workers.jobs.{job}", args=(owed.id,))
        worker = start_worker(role, database_url, carrier, valkey, settings, tmp_path / "log")
        wait_for(lambda: Queue(role, connection=valkey.redis).count == 0)
        time.sleep(0.5)
        assert stands() in {"sending", "dialling"}
    finally:
        worker.kill()
        worker.wait()
        carrier.close()
    sweeps.sweep(database, clock.now() + timedelta(seconds=61))
    assert stands() == "unknown"
    with database.reading() as session:
        assert session.scalars(select(DeskItem.kind)).all() == [ItemKind.UNKNOWN]
    log = (tmp_path / "log").read_text()
    assert "Words" not in log, "what is said is in no log"
    assert hana.phone.removeprefix("+") not in log, "nor is anybody's number"
