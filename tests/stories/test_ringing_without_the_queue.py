"""The queue, the worker or the clock is away: a caller is answered all the same, and the ordinary road is taken up again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline import rings
from helpline.calls import Call, Ending
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.people import Person
from helpline.rings import Ring, RingKind, RingState
from tests import builders
from tests.stories.evening import Evening

RITA = "+442079460118"
Away = Callable[[Evening], None]


def redis_away(line: Evening) -> None:
    line.valkey.stop()


def worker_away(line: Evening) -> None:
    line.workers_are_up = False


def clock_away(line: Evening) -> None:
    line.clock_is_up = False


@pytest.fixture
def two(database: Database) -> tuple[Person, Person]:
    with database.transaction() as session:
        return builders.a_handler(session, "Hana Novak"), builders.a_handler(session, "Tomasz Lis")


def the_call(line: Evening) -> Call:
    with line.read() as session:
        return session.scalars(select(Call).order_by(Call.id.desc())).first()


Two = tuple[Person, Person]


@pytest.mark.parametrize("away", [redis_away, worker_away, clock_away])
def test_a_caller_is_answered_within_thirty_seconds(line: Evening, two: Two, away: Away) -> None:
    hana, tomasz = two
    away(line)
    began = line.clock.now()
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Helpline call. Press 1 to take it").press("1")
    leg.hears("You are through to the caller").wait(3)
    assert call.is_bridged_with(leg)
    assert line.clock.now() - began <= timedelta(seconds=33), "30 s, and the three in which they met"
    assert not line.phone(tomasz).ringing, "one at a time"
    leg.says("Hello, this is Hana")
    call.hears("Hello, this is Hana").hang_up()
    line.clock.advance(2)
    assert (the_call(line).ending, the_call(line).handler_id) == (Ending.ANSWERED, hana.id)


def test_an_answerphone_does_not_take_her_and_the_next_is_rung(line: Evening, two: Two) -> None:
    hana, tomasz = two
    line.valkey.stop()
    line.phone(hana).behaves("answerphone")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(tomasz).rings(within=90).hears("Press 1").press("1").wait(4)
    assert call.is_bridged_with(leg)


def test_a_caller_who_rings_off_meanwhile_is_on_the_desk(line: Evening, two: Two) -> None:
    hana, _ = two
    line.valkey.stop()
    call = line.phone(RITA, "Rita").dial()
    line.phone(hana).rings(within=30, answer=False)
    call.hang_up()
    line.clock.advance(2)
    assert the_call(line).ending == Ending.CALL_BACK_OWED
    assert not line.phone(hana).ringing


def test_when_the_queue_is_back_the_ordinary_road_is_taken(line: Evening, two: Two) -> None:
    hana, tomasz = two
    line.valkey.stop()
    line.phone(hana).behaves("no answer")
    call = line.phone(RITA, "Rita").dial()
    line.phone(hana).rings(within=30, answer=False)
    line.valkey.start()
    line.phone(tomasz).rings(within=60).hears("Press 1").press("1")
    call.hears("You are through to Tomasz")
    with line.read() as session:
        made = session.scalars(select(Ring).order_by(Ring.id)).all()
    assert RingKind.ONE_AT_A_TIME in {ring.kind for ring in made}
    assert [ring.kind for ring in made if ring.state == RingState.TOOK] == [RingKind.TAKE]


def test_keys_still_work_while_ringing_cannot_be_arranged(line: Evening, two: Two) -> None:
    line.valkey.stop()
    call = line.phone(RITA, "Rita").dial().hears("To leave a message, press 5", limit=30).press("5")
    call.hears("(beep)").wait(1).speaks(4).press("#").hears("Your message is kept")
    assert the_call(line).ending == Ending.MESSAGE_LEFT


def test_every_webhook_twice_changes_nothing_here_either(line: Evening, two: Two) -> None:
    hana, tomasz = two
    line.exchange.weather.turns("repeated")
    line.valkey.stop()
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("1").wait(4)
    assert call.is_bridged_with(leg)
    leg.hang_up()
    call.hears("If you had finished, just hang up").hang_up()
    assert the_call(line).ending == Ending.ANSWERED
    assert not line.phone(tomasz).ringing


def test_a_caller_who_rings_off_as_the_key_is_pressed_is_owed_a_call_back(line: Evening, two: Two) -> None:
    hana, _ = two
    line.workers_are_up = False
    call = line.phone(RITA, "Rita").dial()
    line.phone(hana).rings(within=30).hears("Press 1").press("1")
    call.hang_up()
    line.clock.advance(2)
    assert the_call(line).ending == Ending.CALL_BACK_OWED, "nobody talked to her"


def test_a_handler_who_drops_right_after_pressing_leaves_her_on_the_line(line: Evening, two: Two) -> None:
    hana, tomasz = two
    line.valkey.stop()
    call = line.phone(RITA, "Rita").dial()
    line.phone(hana).rings(within=30).hears("Press 1").press("1").hang_up()
    leg = line.phone(tomasz).rings(within=60).hears("Press 1").press("1").wait(4)
    assert call.is_bridged_with(leg)


@pytest.mark.parametrize(
    ("status", "items"),
    [(429, []), (503, [ItemKind.UNKNOWN] * 2)],
    ids=["too busy for our requests", "does not say whether it rings anybody"],
)
def test_the_carrier_does_not_do_what_we_ask_and_still_answers_its_calls(
    line: Evening, two: Two, status: int, items: list[ItemKind]
) -> None:
    hana, _ = two
    line.exchange.rest.trouble("Calls", status=status, times=100_000)
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=60).hears("Press 1").press("1").wait(4)
    assert call.is_bridged_with(leg)
    with line.read() as session:
        on_the_desk = session.scalars(select(DeskItem.kind)).all()
        assert on_the_desk == items, "of two phones that may have rung, once each, and no more are tried so"


def test_the_only_handler_is_rung_from_her_leg_when_the_carrier_does_not_say_whether_it_rang(
    line: Evening, database: Database
) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
    line.exchange.rest.trouble("Calls", status=503, times=100_000)
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=60).hears("Press 1").press("1").wait(4)
    assert call.is_bridged_with(leg)


@pytest.mark.parametrize("others", [True, False])
def test_worker_and_clock_die_with_a_ring_in_hand(line: Evening, database: Database, *, others: bool) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
        tomasz = builders.a_handler(session, "Tomasz Lis") if others else hana
    line.workers_are_up = False
    call = line.phone(RITA, "Rita").dial().press("1")
    line.clock.advance(1)
    line.clock_is_up = False
    with database.transaction() as session:
        assert rings.claim(session, session.scalars(select(Ring)).first(), at=line.clock.now())
    leg = line.phone(tomasz).rings(within=60 if others else 130).hears("Press 1").press("1").wait(4)
    assert call.is_bridged_with(leg)
