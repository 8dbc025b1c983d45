"""The coordinator of her street is brought into a talk, and the handler leaves the two to it; and the ways that goes wrong."""

import pytest
from sqlalchemy import select

from helpline import parting, requests, talking
from helpline.calls import C, Call, Ending, NextStep
from helpline.db import Database
from helpline.people import Person
from helpline.rings import Ring, RingKind, RingState
from simulator.handset import PhoneCall
from tests import builders
from tests.helpline.cast import written
from tests.stories.evening import Evening
from tests.stories.test_hold import at_rest
from tests.stories.test_hold import talking as talk
from tests.stories.test_the_line import RITA, cast, owed, the_call

CORAL = "+447700900120"


@pytest.fixture
def hana(database: Database) -> Person:
    """Rita once asked for something in Acacia Road, which Coral looks after."""
    (hana,) = cast(database, "Hana Novak")
    with database.transaction() as session:
        street = builders.a_street(session, "Acacia Road")
        builders.a_coordinator(session, "Coral Reyes", phone=CORAL)
        requests.write(session, written(street, phone=RITA), who=session.merge(hana), at=builders.NOON)
    return hana


def by_the_desk(line: Evening, hana: Person) -> None:
    """Hana asks for the coordinator on the desk, and goes on talking."""
    call = the_call(line)
    with line.database.transaction() as session:
        person = talking.who_to_bring_in(session, session.get_one(Call, call.id))
        talking.bring_in(session, session.get_one(Call, call.id), person, who=hana, at=line.clock.now())


def three(line: Evening, hana: Person) -> tuple[PhoneCall, PhoneCall, PhoneCall]:
    """Rita, Hana and Coral talk together."""
    call, leg = talk(line, hana)
    by_the_desk(line, hana)
    third = line.phone(CORAL, "Coral").rings(within=15)
    assert call.is_bridged_with(leg), "they talk on while Coral is rung"
    third.hears("Hana is talking to somebody from your streets").press("1").hears("Thank you. One moment")
    call.hears("Coral is joining you now").wait(5)
    assert call.is_bridged_with(leg)
    assert call.is_bridged_with(third)
    assert leg.is_bridged_with(third)
    assert the_call(line).state == C.TOGETHER
    return call, leg, third


def test_the_coordinator_joins_and_the_handler_drops_out(line: Evening, database: Database, hana: Person) -> None:
    call, leg, third = three(line, hana)
    assert line.exchange.conferences[0].name == call.sid, "no name of a person"
    leg.hang_up()
    line.clock.advance(2)
    assert call.is_bridged_with(third)
    assert the_call(line).state == C.INTRODUCED
    third.hang_up()
    call.hears("Thank you for ringing. Goodbye").until_ended()
    assert the_call(line).ending == Ending.ANSWERED
    assert owed(line) == []
    at_rest(line)


def test_from_the_desk_the_handler_drops_out_and_hears_so(line: Evening, database: Database, hana: Person) -> None:
    call, leg, third = three(line, hana)
    with database.transaction() as session:
        talking.ask(session, session.get_one(Call, the_call(line).id), NextStep.DROP_OUT, who=hana, at=line.clock.now())
    leg.hears("You have left them to it").until_ended()
    assert call.is_bridged_with(third)
    assert the_call(line).state == C.INTRODUCED


def test_star_steps_out_and_1_goes_back(line: Evening, hana: Person) -> None:
    call, leg, third = three(line, hana)
    leg.press("*").hears("The other two are talking. To go back to them, press 1")
    assert call.is_bridged_with(third)
    leg.press("1").wait(2)
    assert leg.is_bridged_with(call)
    assert leg.is_bridged_with(third)


def test_the_coordinator_leaves_and_the_two_talk_on(line: Evening, hana: Person) -> None:
    call, leg, third = three(line, hana)
    third.hang_up()
    call.hears("You are through to Hana").wait(3)
    assert call.is_bridged_with(leg)
    assert the_call(line).state == C.TALKING
    call.hang_up()
    leg.hears("The call is over")
    at_rest(line)


def test_the_coordinator_leaves_while_the_handler_has_stepped_out(line: Evening, hana: Person) -> None:
    call, leg, third = three(line, hana)
    leg.press("*").hears("The other two are talking")
    third.hang_up()
    call.hears("You are through to Hana", limit=30).wait(3)
    assert call.is_bridged_with(leg)


def test_she_hangs_up_and_it_is_over_for_all(line: Evening, hana: Person) -> None:
    call, leg, third = three(line, hana)
    call.hang_up()
    leg.hears("The call is over").until_ended()
    third.hears("That is over. Thank you").until_ended()
    assert the_call(line).ending == Ending.ANSWERED
    at_rest(line)


def test_an_answerphone_never_joins(line: Evening, hana: Person) -> None:
    call, leg = talk(line, hana)
    line.phone(CORAL, "Coral").behaves("answerphone")
    by_the_desk(line, hana)
    line.clock.advance(60)
    assert call.is_bridged_with(leg)
    assert the_call(line).state == C.TALKING
    with line.read() as session:
        assert session.scalars(select(Ring.state).where(Ring.kind == RingKind.JOIN)).one() == RingState.MISSED
        assert session.scalars(select(Person).where(Person.name.is_not(None))).all()


def test_3_asks_from_the_hold_and_a_refusal_is_heard(line: Evening, hana: Person) -> None:
    call, leg = talk(line, hana)
    leg.press("*").hears("3 to bring their coordinator in").press("3").hears("We are ringing Coral")
    line.phone(CORAL, "Coral").rings(within=15).hears("or 2 if you cannot").press("2").hears("we will tell them")
    leg.hears("Coral cannot join you just now. The caller is on hold. Press 1").press("1")
    call.hears("You are through to Hana").wait(3)
    assert call.is_bridged_with(leg)


def test_3_asks_from_the_hold_and_all_are_together(line: Evening, hana: Person) -> None:
    call, leg = talk(line, hana)
    leg.press("*").hears("3 to bring their coordinator in").press("3").hears("We are ringing Coral")
    third = line.phone(CORAL, "Coral").rings(within=15).hears("Press 1 to join").press("1")
    call.hears("Coral is joining you now", limit=20).wait(8)
    assert call.is_bridged_with(leg)
    assert call.is_bridged_with(third)


def test_nobody_known_to_bring_in_is_told(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    _, leg = talk(line, hana)
    leg.press("*").hears("3 to bring").press("3").hears("We know of nobody to bring in just now")


def test_with_the_worker_away_star_brings_the_three_together(line: Evening, hana: Person) -> None:
    call, leg = talk(line, hana)
    by_the_desk(line, hana)
    third = line.phone(CORAL, "Coral").rings(within=15).hears("Press 1 to join")
    line.workers_are_up = False
    third.press("1").hears("One moment").wait(5)
    assert call.is_bridged_with(leg), "nothing has come apart"
    leg.press("*")
    call.hears("Coral is joining you now").wait(5)
    assert call.is_bridged_with(leg)
    assert call.is_bridged_with(third)
    line.workers_are_up = True
    line.clock.advance(10)
    assert call.is_bridged_with(leg), "the errand that comes late moves nobody"


def test_she_hangs_up_as_the_coordinator_presses_1(line: Evening, hana: Person) -> None:
    call, leg = talk(line, hana)
    by_the_desk(line, hana)
    third = line.phone(CORAL, "Coral").rings(within=15).hears("Press 1 to join")
    call.hang_up()
    third.press("1").hears("no longer needed").until_ended()
    leg.hears("The call is over")
    assert the_call(line).ending == Ending.ANSWERED
    at_rest(line)


def test_she_hangs_up_before_they_are_together(line: Evening, hana: Person) -> None:
    call, leg = talk(line, hana)
    by_the_desk(line, hana)
    third = line.phone(CORAL, "Coral").rings(within=15).hears("Press 1 to join")
    line.workers_are_up = False
    third.press("1").hears("One moment")
    call.hang_up()
    third.hears("That is over. Thank you").until_ended()
    leg.until_ended()
    line.workers_are_up = True
    at_rest(line)


def test_the_handlers_telephone_dies_before_they_are_together(line: Evening, hana: Person) -> None:
    call, leg = talk(line, hana)
    by_the_desk(line, hana)
    third = line.phone(CORAL, "Coral").rings(within=15).hears("Press 1 to join")
    line.workers_are_up = False
    third.press("1")
    leg.hang_up()
    call.hears("Coral is joining you now").wait(4)
    assert call.is_bridged_with(third)
    with line.read() as session:
        assert parting.third(session, the_call(line)) is not None
    assert the_call(line).state == C.INTRODUCED


def test_the_handlers_telephone_dies_and_the_coordinator_rings_off_before_they_are_together(
    line: Evening, hana: Person
) -> None:
    call, leg = talk(line, hana)
    by_the_desk(line, hana)
    third = line.phone(CORAL, "Coral").rings(within=15).hears("Press 1 to join").press("1").hears("One moment")
    leg.hang_up()
    call.hears("Coral is joining you now")
    assert the_call(line).state == C.INTRODUCED
    began = the_call(line).wrap_up_until
    third.hang_up()
    call.hears("The other phone has gone. If you had finished, just hang up", limit=20)
    assert (the_call(line).state, the_call(line).wrap_up_until) == (C.PARTED, began)
    line.phone(hana).rings(within=40).hears("Press 1").press("1")
    call.hears("You are through to Hana").wait(2).hang_up()
    at_rest(line)
