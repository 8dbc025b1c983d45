"""Somebody rings: who hears what, and where each call ends."""

from datetime import timedelta

from sqlalchemy import select

from helpline import rota
from helpline.calls import Call, Ending
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.people import Person
from helpline.rings import Ring, RingState
from helpline.voicemails import Voicemail
from tests import builders
from tests.stories.evening import Evening

RITA = "+442079460118"


def cast(database: Database, *names: str, on_shift: bool = True) -> list[Person]:
    with database.transaction() as session:
        return [builders.a_handler(session, name, on_shift=on_shift) for name in names]


def the_call(line: Evening) -> Call:
    with line.read() as session:
        return session.scalars(select(Call)).one()


def owed(line: Evening) -> list[ItemKind]:
    with line.read() as session:
        return list(session.scalars(select(DeskItem.kind).where(DeskItem.state != "done").order_by(DeskItem.id)))


def test_a_caller_who_does_nothing_reaches_a_handler(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call = (
        line.phone(RITA, "Rita")
        .dial()
        .hears("this is Larkfield Neighbours")
        .hears("life is in danger, hang up and dial 999")
    )
    began = line.clock.now()
    leg = line.phone(hana).rings(within=20)
    assert line.clock.now() - began <= timedelta(seconds=15)
    leg.hears("Helpline call. Press 1 to take it").press("1")
    call.hears("You are through to Hana").wait(3)
    assert call.is_bridged_with(leg)
    leg.says("Hello, this is Hana")
    call.hears("Hello, this is Hana")
    call.hang_up()
    leg.hears("The call is over")
    ended = the_call(line)
    assert (ended.ending, ended.handler_id) == (Ending.ANSWERED, hana.id)
    assert ended.wrap_up_until is not None
    assert owed(line) == []
    line.clock.advance(5)
    assert line.exchange.queues == [], "her queue is deleted at the carrier"


def test_an_answerphone_never_takes_a_call_nor_stops_others_ringing(line: Evening, database: Database) -> None:
    hana, tomasz = cast(database, "Hana Novak", "Tomasz Lis")
    line.phone(hana).behaves("answerphone")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(tomasz).rings(within=30).hears("Press 1 to take it")
    leg.press("1")
    call.hears("You are through to Tomasz")
    with line.read() as session:
        states = {ring.person_id: ring.state for ring in session.scalars(select(Ring))}
    assert states[tomasz.id] == RingState.TOOK
    assert states[hana.id] in {RingState.CANCELLED, RingState.MISSED}


def test_of_two_who_press_1_at_once_exactly_one_wins(line: Evening, database: Database) -> None:
    hana, tomasz = cast(database, "Hana Novak", "Tomasz Lis")
    call = line.phone(RITA, "Rita").dial()
    first = line.phone(hana).rings(within=30)
    second = line.phone(tomasz).rings(within=30)
    first.hears("Press 1")
    second.hears("Press 1")
    first.press("1")
    second.press("1")
    call.hears("You are through to Hana")
    second.hears("Already taken, thank you")
    line.clock.advance(3)
    assert call.is_bridged_with(first)
    assert the_call(line).handler_id == hana.id


def test_the_winner_pressing_twice_is_harmless(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.exchange.weather.turns("repeated")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("1")
    call.hears("You are through to Hana")
    leg.press("1").wait(3)
    assert call.is_bridged_with(leg)


def test_a_caller_who_has_gone_as_the_key_is_pressed_is_owed_a_call_back(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1")
    call.hang_up()
    leg.press("1")
    leg.hears("The caller has just rung off. It is on the desk")
    assert the_call(line).ending == Ending.CALL_BACK_OWED
    assert owed(line) == [ItemKind.CALL_BACK]


def test_a_caller_who_rings_off_while_being_connected_is_owed_a_call_back(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("1")
    call.hears("You are through to Hana").hang_up()
    leg.hears("The caller has just rung off. It is on the desk")
    assert the_call(line).ending == Ending.CALL_BACK_OWED
    assert owed(line) == [ItemKind.CALL_BACK]


def test_phones_still_ringing_stop_when_somebody_else_has_taken_it(line: Evening, database: Database) -> None:
    hana, tomasz = cast(database, "Hana Novak", "Tomasz Lis")
    line.phone(RITA, "Rita").dial()
    line.phone(hana).rings(within=30)
    ringing = line.phone(tomasz).rings(within=30, answer=False)
    line.phone(hana).call.hears("Press 1").press("1")
    line.clock.advance(3)
    assert ringing.ended


def test_with_nobody_on_shift_she_hears_when_and_is_rung_back(line: Evening, database: Database) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak", on_shift=False)
        start = builders.NOON + timedelta(hours=19)
        rota.write(session, hana, starts_at=start, ends_at=start + timedelta(hours=3))
    call = line.phone(RITA, "Rita").dial()
    call.hears("There is nobody on the line just now").hears("opens next at 9:47 am tomorrow")
    call.hears("To be rung back, press 4, or just wait").hears("somebody will ring you back", limit=40)
    call.until_ended()
    assert the_call(line).ending == Ending.CALL_BACK_OWED
    assert owed(line) == [ItemKind.CALL_BACK]


def test_with_nobody_on_shift_she_may_leave_a_message(line: Evening) -> None:
    call = line.phone(RITA, "Rita").dial().hears("There is nobody on the line").hears("press 5").press("5")
    call.hears("(beep)").wait(1).speaks(6, "It is Rita, at number 14").press("#").hears("Your message is kept")
    call.until_ended()
    line.clock.advance(30)
    assert the_call(line).ending == Ending.MESSAGE_LEFT
    assert owed(line) == [ItemKind.VOICEMAIL]
    with line.read() as session:
        voicemail = session.scalars(select(Voicemail)).one()
        assert voicemail.sound, "we hold the sound"
    assert line.exchange.recordings == [], "and the carrier no longer does"


def test_a_withheld_number_is_asked_to_say_it(line: Evening) -> None:
    call = line.phone(RITA, "Rita").dial(withheld=True).hears("There is nobody on the line")
    call.hears("We cannot see your number").hears("(beep)").wait(1).speaks(5).hang_up()
    line.clock.advance(5)
    assert the_call(line).ending == Ending.MESSAGE_LEFT


def test_nobody_answers_so_she_chooses_a_message(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone(hana).behaves("no answer")
    call = line.phone(RITA, "Rita").dial().hears("To leave a message, press 5", limit=60)
    call.press("5").hears("(beep)").wait(1).speaks(5).press("#").hears("Your message is kept")
    assert the_call(line).ending == Ending.MESSAGE_LEFT
    assert owed(line) == [ItemKind.VOICEMAIL]


def test_nobody_answers_so_she_asks_to_be_rung_back(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone(hana).behaves("no answer")
    call = line.phone(RITA, "Rita").dial().hears("To be rung back instead, in your turn, press 4", limit=60)
    call.press("4").hears("somebody will ring you back").until_ended()
    assert the_call(line).ending == Ending.CALL_BACK_OWED


def test_after_five_minutes_both_ways_out_are_offered_and_nobody_is_cut_off(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone("+442079460142", "Mrs Osei").dial()
    line.phone(hana).rings(within=30).hears("Press 1").press("1").wait(5)
    call = line.phone(RITA, "Rita").dial()
    line.pass_time(timedelta(minutes=5, seconds=30))
    call.hears("This is taking longer than it should. You can go on waiting")
    assert not call.ended


def test_when_everybody_on_shift_is_paused_she_is_offered_both_ways_out(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone(hana).behaves("no answer")
    call = line.phone(RITA, "Rita").dial()
    call.hears("We could not put you through just now", limit=150).hears("press 5").press("5").hears("after the tone")


def test_three_misses_pause_a_handler_and_tell_them(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone(hana).behaves("no answer")
    line.phone(RITA, "Rita").dial()
    line.pass_time(timedelta(minutes=2))
    line.phone(hana).receives("You missed three helpline calls")
    line.phone(hana).does_not_ring(for_seconds=30)


def test_wrong_keys_go_to_a_person(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call = line.phone(RITA, "Rita").dial().hears("this is Larkfield").press("7").hears("That key does nothing here")
    call.press("9")
    line.phone(hana).rings(within=10).hears("Press 1")


def test_a_handler_pressing_a_wrong_key_is_asked_again(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("5").hears("Press 1 to take it")
    leg.press("1")
    call.hears("You are through")


def test_phones_ring_one_after_another_and_then_wider(line: Evening, database: Database) -> None:
    everybody = cast(database, "Hana Novak", "Tomasz Lis", "Bea Okoro", "Femi Ade")
    for person in everybody:
        line.phone(person).behaves("no answer")
    line.phone(RITA, "Rita").dial().hears("We are ringing somebody for you now", limit=40)
    for after, phones in ((4, 1), (8, 2), (8, 3)):
        line.clock.advance(after)
        assert len([person for person in everybody if line.phone(person).ringing]) == phones


def test_a_handler_who_picks_up_in_time_spares_the_next_the_ringing(line: Evening, database: Database) -> None:
    hana, tomasz = cast(database, "Hana Novak", "Tomasz Lis")
    line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=20, answer=False)
    leg.wait(9).answer().wait(4)
    assert not line.phone(tomasz).ringing, "somebody is about to press 1"
    leg.press("1")
    line.clock.advance(30)
    with line.read() as session:
        assert [ring.person_id for ring in session.scalars(select(Ring))] == [hana.id]


def test_an_answerphone_that_picks_up_holds_the_next_phone_up_for_a_moment_only(
    line: Evening, database: Database
) -> None:
    hana, tomasz = cast(database, "Hana Novak", "Tomasz Lis")
    line.phone(hana).behaves("answerphone")
    call = line.phone(RITA, "Rita").dial().hears("We are ringing somebody for you now", limit=40)
    began = line.clock.now()
    line.phone(tomasz).rings(within=20).hears("Press 1").press("1")
    assert line.clock.now() - began < timedelta(seconds=20)
    call.hears("You are through to Tomasz")


def test_the_one_who_answered_longest_ago_is_rung_first(line: Evening, database: Database) -> None:
    hana, tomasz, bea = cast(database, "Hana Novak", "Tomasz Lis", "Bea Okoro")
    with database.transaction() as session:
        session.merge(hana).last_answered_at = builders.NOON - timedelta(minutes=5)
        session.merge(tomasz).last_answered_at = builders.NOON - timedelta(minutes=50)
        session.merge(bea).last_answered_at = builders.NOON - timedelta(minutes=20)
    line.phone(RITA, "Rita").dial()
    line.phone(tomasz).rings(within=20, answer=False)
    line.phone(bea).rings(within=20, answer=False)
    assert not line.phone(hana).ringing


def test_two_callers_wait_in_queues_of_their_own_and_are_answered_in_turn(line: Evening, database: Database) -> None:
    hana, tomasz = cast(database, "Hana Novak", "Tomasz Lis")
    rita = line.phone(RITA, "Rita").dial()
    line.clock.advance(2)
    osei = line.phone("+442079460142", "Mrs Osei").dial()
    line.phone(hana).rings(within=40).hears("Press 1").press("1")
    rita.hears("You are through to Hana")
    line.phone(tomasz).rings(within=40).hears("Press 1").press("1")
    osei.hears("You are through to Tomasz")


def test_when_the_last_shift_ends_nobody_waits_with_no_next_step(line: Evening, database: Database) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak", hours=0.02)  # 72 seconds
    line.phone(hana).behaves("no answer")
    call = line.phone(RITA, "Rita").dial()
    call.hears("We could not put you through just now", limit=180)
    call.hears("To be rung back, press 4").press("4").hears("somebody will ring you back")
    assert owed(line) == [ItemKind.CALL_BACK]


def test_a_caller_who_rings_off_while_waiting_is_on_the_desk(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone(hana).behaves("no answer")
    call = line.phone(RITA, "Rita").dial().hears("We are ringing somebody", limit=30)
    call.wait(8).hang_up()
    line.clock.advance(3)
    assert the_call(line).ending == Ending.CALL_BACK_OWED
    assert owed(line) == [ItemKind.CALL_BACK]
    assert not line.phone(hana).ringing


def test_a_caller_who_rings_off_during_the_greeting_rang_off(line: Evening) -> None:
    line.phone(RITA, "Rita").dial().hears("this is Larkfield").hang_up()
    line.clock.advance(2)
    assert the_call(line).ending == Ending.RANG_OFF
    assert owed(line) == []


def test_whoever_answers_as_she_asks_to_be_rung_back_is_not_told_that_she_rang_off(
    line: Evening, database: Database
) -> None:
    (hana,) = cast(database, "Hana Novak")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1")
    call.press("4").hears("somebody will ring you back")
    leg.press("1").hears("That is no longer needed, thank you")


def test_whoever_loses_the_race_is_not_rung_again_while_they_hear_so(line: Evening, database: Database) -> None:
    hana, tomasz = cast(database, "Hana Novak", "Tomasz Lis")
    line.phone(RITA, "Rita").dial()
    first = line.phone(hana).rings(within=40, answer=False)
    second = line.phone(tomasz).rings(within=40)
    line.phone("+442079460142", "Mrs Osei").dial()
    first.answer().hears("Press 1").press("1")
    second.hears("Press 1").press("1").hears("Already taken, thank you").until_ended()
    line.phone(tomasz).rings(within=30).hears("Press 1").press("1")
    with line.read() as session:
        assert session.get_one(Person, tomasz.id).misses == 0
        assert RingState.DECLINED not in session.scalars(select(Ring.state)).all()


def test_a_wrong_key_at_the_ways_out_is_told_so_and_takes_nothing_away(line: Evening) -> None:
    call = line.phone(RITA, "Rita").dial().hears("To leave a message, press 5").press("7")
    call.hears("That key does nothing here").hears("To leave a message, press 5").press("5").hears("after the tone")


def test_a_withheld_caller_is_not_offered_what_she_cannot_have(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone(hana).behaves("no answer")
    call = line.phone(RITA, "Rita").dial(withheld=True)
    call.does_not_hear("To be rung back", for_seconds=40).hears("To leave a message, press 5")


def test_she_is_told_the_truth_when_everybody_is_talking(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone("+442079460142", "Mrs Osei").dial()
    line.phone(hana).rings(within=30).hears("Press 1").press("1").wait(5)
    call = line.phone(RITA, "Rita").dial()
    call.hears("Nobody is free just now. We ring the first who is")


def test_every_webhook_delivered_twice_changes_nothing(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.exchange.weather.turns("repeated")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("1")
    call.hears("You are through to Hana").wait(5).hang_up()
    leg.until_ended()
    line.clock.advance(3)
    assert the_call(line).ending == Ending.ANSWERED
    with line.read() as session:
        assert len(session.scalars(select(Ring)).all()) == 1
    line.phone(RITA).dial().hears("this is Larkfield").wait(30)
    line.phone(hana).does_not_ring(for_seconds=10)  # she is wrapping up
