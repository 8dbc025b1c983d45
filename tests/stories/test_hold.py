"""A talk is held, handed over, or broken off by a telephone that dies."""

import pytest
from sqlalchemy import select

from helpline.calls import C, Call, Ending
from helpline.db import Database
from helpline.desk_items import ItemKind
from helpline.people import Person
from helpline.rings import Ring, RingKind
from simulator.handset import PhoneCall
from tests.stories.evening import Evening
from tests.stories.test_the_line import RITA, cast, owed, the_call


def talking(line: Evening, hana: Person) -> tuple[PhoneCall, PhoneCall]:
    """Rita and Hana talk to each other."""
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("1")
    call.hears("You are through to Hana").wait(3)
    assert call.is_bridged_with(leg)
    return call, leg


def at_rest(line: Evening) -> None:
    """Nothing is left at the carrier."""
    line.clock.advance(30)
    assert line.exchange.queues == []
    assert {one.status for one in line.exchange.conferences} <= {"completed"}
    assert [leg for leg in line.exchange.calls if not leg.over] == []


def test_star_holds_her_and_1_brings_them_together_again(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call, leg = talking(line, hana)
    leg.press("*").hears("The caller is on hold. Press 1 to go back to them")
    call.hears("One moment, please. Please stay on the line").hears("You are not forgotten")
    assert (the_call(line).state, the_call(line).handler_id) == (C.HELD, hana.id)
    leg.press("1")
    call.hears("You are through to Hana").wait(3)
    assert call.is_bridged_with(leg)
    call.hang_up()
    leg.hears("The call is over")
    assert the_call(line).ending == Ending.ANSWERED
    assert owed(line) == []
    at_rest(line)


def test_a_caller_who_rings_off_on_hold_is_rung_back(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call, leg = talking(line, hana)
    leg.press("*").hears("The caller is on hold")
    call.hears("Please stay on the line").hang_up()
    leg.hears("The caller rang off while they were on hold. It is on the desk").until_ended()
    assert the_call(line).ending == Ending.CALL_BACK_OWED
    assert owed(line) == [ItemKind.CALL_BACK]
    at_rest(line)


def test_star_twice_and_every_page_twice_change_nothing(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call, leg = talking(line, hana)
    line.exchange.weather.turns("repeated")
    leg.press("**").wait(3).press("*").hears("The caller is on hold")
    leg.press("1")
    call.hears("You are through to Hana").wait(3)
    assert call.is_bridged_with(leg)


def test_an_ordinary_end_by_the_handler_is_over_when_she_hangs_up_too(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call, leg = talking(line, hana)
    leg.hang_up()
    call.hears("The other phone has gone. If you had finished, just hang up")
    assert the_call(line).state == C.PARTED
    call.hang_up()
    assert the_call(line).ending == Ending.ANSWERED
    assert owed(line) == []
    line.phone(hana).does_not_ring(for_seconds=10)
    at_rest(line)


def test_an_ordinary_end_once_it_is_written_down_is_a_farewell(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call, leg = talking(line, hana)
    line.desk(hana).post(f"/calls/{the_call(line).id}/outcome", {"outcome": "information"})
    leg.hang_up()
    call.hears("Thank you for ringing. Goodbye").until_ended()
    assert the_call(line).ending == Ending.ANSWERED
    at_rest(line)


def test_a_handler_whose_telephone_dies_is_rung_again_and_she_is_first_in_line(
    line: Evening, database: Database
) -> None:
    (hana,) = cast(database, "Hana Novak")
    call, leg = talking(line, hana)
    leg.hang_up()
    call.hears("If not, please stay on the line")
    again = line.phone(hana).rings(within=40).hears("Press 1").press("1")
    call.hears("You are through to Hana").wait(3)
    assert call.is_bridged_with(again)
    call.hang_up()
    assert the_call(line).ending == Ending.ANSWERED
    at_rest(line)


def test_she_who_gives_up_waiting_again_is_rung_back(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call, leg = talking(line, hana)
    line.phone(hana).behaves("no answer")
    leg.hang_up()
    call.hears("please stay on the line").hears("We are ringing somebody", limit=40).wait(5).hang_up()
    assert the_call(line).ending == Ending.CALL_BACK_OWED
    assert owed(line) == [ItemKind.CALL_BACK]
    at_rest(line)


def test_a_handler_who_hangs_up_on_hold_leaves_her_to_the_next(line: Evening, database: Database) -> None:
    hana, tomasz = cast(database, "Hana Novak", "Tomasz Lis")
    call = line.phone(RITA, "Rita").dial()
    line.phone(tomasz).behaves("no answer")
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("1")
    call.hears("You are through to Hana").wait(2)
    line.phone(tomasz).behaves("person")
    leg.press("*").hears("The caller is on hold").hang_up()
    call.hears("The other phone has gone")
    other = line.phone(tomasz).rings(within=40).hears("Press 1").press("1")
    call.hears("You are through to Tomasz").wait(2)
    assert call.is_bridged_with(other)


# Handing over.


def two(line: Evening, database: Database) -> tuple[Person, Person, PhoneCall, PhoneCall]:
    """Rita talks to Hana, and Tomasz is free."""
    hana, tomasz = cast(database, "Hana Novak", "Tomasz Lis")
    line.phone(tomasz).behaves("busy")
    call, leg = talking(line, hana)
    line.clock.advance(12)
    line.phone(tomasz).behaves("person")
    return hana, tomasz, call, leg


def test_2_hands_her_over_and_the_first_is_free(line: Evening, database: Database) -> None:
    hana, tomasz, call, leg = two(line, database)
    leg.press("*").hears("2 to hand them over").press("2").hears("We are ringing somebody to take the call")
    other = line.phone(tomasz).rings(within=15).hears("Hana is handing a call over. Press 1 to take it")
    call.hears("We are ringing somebody else for you")
    other.press("1")
    leg.hears("Tomasz has taken the call. Thank you").until_ended()
    call.hears("You are through to Tomasz").wait(2)
    assert call.is_bridged_with(other)
    assert the_call(line).handler_id == tomasz.id
    line.phone("+442079460142", "Mrs Osei").dial()
    line.phone(hana).rings(within=60)
    call.hang_up()
    assert the_first(line).ending == Ending.ANSWERED


def test_whose_second_handler_is_gone_is_asked_though_the_first_has_written_it_down(
    line: Evening, database: Database
) -> None:
    hana, tomasz, call, leg = two(line, database)
    line.desk(hana).post(f"/calls/{the_call(line).id}/outcome", {"outcome": "information"})
    leg.press("*").hears("2 to hand them over").press("2")
    other = line.phone(tomasz).rings(within=15).hears("Press 1 to take it").press("1")
    call.hears("You are through to Tomasz").wait(2)
    other.hang_up()
    call.hears("The other phone has gone. If you had finished, just hang up")
    again = line.phone(tomasz).rings(within=40).hears("Press 1").press("1")
    call.hears("You are through to Tomasz").wait(2).hang_up()
    again.hears("The call is over. You have")
    assert the_call(line).ending == Ending.ANSWERED


def the_first(line: Evening) -> Call:
    with line.read() as session:
        return session.scalars(select(Call).order_by(Call.id)).first() or pytest.fail("there is no call")


def test_a_hand_over_that_nobody_takes_comes_back(line: Evening, database: Database) -> None:
    _, tomasz, call, leg = two(line, database)
    line.phone(tomasz).behaves("no answer")
    leg.press("*").hears("2 to hand them over").press("2")
    leg.hears("Nobody has taken the call. The caller is on hold. Press 1", limit=60).press("1")
    call.hears("You are through to Hana").wait(2)
    assert call.is_bridged_with(leg)


def test_with_nobody_free_she_is_not_handed_over(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call, leg = talking(line, hana)
    leg.press("*").hears("2 to hand them over").press("2").hears("Nobody else is free just now").press("1")
    call.hears("You are through to Hana")


def test_a_handler_who_hangs_up_while_handing_over_leaves_her_first_in_line(line: Evening, database: Database) -> None:
    _, tomasz, call, leg = two(line, database)
    leg.press("*").hears("2 to hand them over").press("2").hears("We are ringing somebody")
    ringing = line.phone(tomasz).rings(within=15)
    leg.hang_up()
    ringing.hears("Press 1 to take it").press("1")
    call.hears("You are through to Tomasz").wait(2)
    assert call.is_bridged_with(ringing)
    with line.read() as session:
        kinds = list(session.scalars(select(Ring.kind).where(Ring.person_id == tomasz.id)))
    assert kinds[-1] == RingKind.HAND_OVER


def test_of_two_hands_at_once_exactly_one_has_her(line: Evening, database: Database) -> None:
    _, tomasz, call, leg = two(line, database)
    leg.press("*").hears("2 to hand them over").press("2")
    other = line.phone(tomasz).rings(within=15).hears("Press 1 to take it")
    leg.press("1")
    other.press("1").hears("Already taken, thank you")
    call.hears("You are through to Hana").wait(2)
    assert call.is_bridged_with(leg)
    assert not call.is_bridged_with(other)
