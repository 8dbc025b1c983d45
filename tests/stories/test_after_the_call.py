"""After the call: ready again by key, text, click or time; and a request said on the telephone for somebody to write down."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from helpline import errands, retention, wrap_up
from helpline import line as the_line
from helpline.calls import Call
from helpline.db import Database
from helpline.defaults import DEFAULTS
from helpline.desk_items import DeskItem, ItemKind
from helpline.errands import ErrandKind
from helpline.people import Person
from helpline.spoken_notes import SpokenNote
from simulator.handset import PhoneCall
from tests import builders
from tests.stories.evening import Browser, Evening
from tests.stories.stage import Wire
from tests.stories.test_the_whole_road import NEEDS

RITA, OSEI = "+442079460118", "+442079460142"


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        builders.a_coordinator(session, "Coral Reid", phone="+447700900201")
        return builders.a_handler(session, "Hana Novak")


def talked(line: Evening, hana: Person) -> PhoneCall:
    """Rita rings, talks to Hana, and rings off. Answers with Hana's leg, which is still up."""
    rita = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("1")
    rita.hears("You are through to Hana").wait(3).hang_up()
    return leg.hears("The call is over")


def rung_back(line: Evening, hana: Person) -> PhoneCall:
    """Rita rang off before anybody took her call; Hana rings her back and they talk. Answers with Hana's leg."""
    line.phone(hana).behaves("no answer")
    line.phone(RITA, "Rita").dial().hears("We are ringing somebody", limit=30).wait(20).hang_up()
    line.phone(hana).behaves("person")
    line.clock.advance(5)
    line.desk(hana).post(f"/items/{the_item(line).id}/ring", {})
    leg = line.phone(hana).rings(within=10).hears("Press 1").press("1")
    rita = line.phone(RITA).rings(within=10).wait(5)
    assert rita.is_bridged_with(leg)
    rita.hang_up()
    return leg.hears("The call is over")


def the_item(line: Evening) -> DeskItem:
    with line.read() as session:
        return session.scalars(select(DeskItem).where(DeskItem.state != "done").order_by(DeskItem.id)).one()


def owed(line: Evening) -> list[ItemKind]:
    with line.read() as session:
        return list(session.scalars(select(DeskItem.kind).where(DeskItem.state != "done").order_by(DeskItem.id)))


def is_free(line: Evening) -> bool:
    with line.read() as session:
        return the_line.handlers(session, line.clock.now())[0].free


def notes(line: Evening) -> list[SpokenNote]:
    with line.read() as session:
        return list(session.scalars(select(SpokenNote).options(undefer(SpokenNote.sound)).order_by(SpokenNote.id)))


def rings_again(line: Evening, hana: Person) -> None:
    line.phone(OSEI, "Mrs Osei").dial()
    line.phone(hana).rings(within=30).hears("Press 1")


# Wrap-up


def test_by_key_she_is_ready_for_the_next_call_at_once(line: Evening, hana: Person) -> None:
    leg = talked(line, hana).hears("When you are ready for the next call, press 1")
    assert not is_free(line)
    leg.press("1").hears("We ring you for the next call").until_ended()
    rings_again(line, hana)


def test_the_key_pressed_twice_is_harmless(line: Evening, hana: Person) -> None:
    line.exchange.weather.turns("repeated")
    talked(line, hana).hears("press 1").press("11").hears("We ring you for the next call").until_ended()
    line.clock.advance(2)
    assert is_free(line)
    assert owed(line) == []


def test_her_phone_is_not_rung_while_she_still_listens(line: Evening, database: Database, hana: Person) -> None:
    desk = line.desk(hana)
    leg = talked(line, hana).hears("press 2")
    with line.read() as session:
        call = session.scalars(select(Call)).one()
    desk.post(f"/calls/{call.id}/outcome", {"outcome": "information"})
    assert not is_free(line), "her leg is still up, though it is all written down"
    leg.hang_up()
    line.clock.advance(1)
    assert is_free(line)


def test_whoever_saved_it_while_talking_is_not_asked_for_anything(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    rita = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("1")
    rita.hears("You are through").wait(3)
    with line.read() as session:
        call = session.scalars(select(Call)).one()
    desk.post(f"/calls/{call.id}/outcome", {"outcome": "information"})
    rita.hang_up()
    leg.hears("The call is over, and written down").until_ended()
    assert "press 2" not in " ".join(leg.transcript)
    line.clock.advance(1)
    assert is_free(line)


def test_silence_leaves_her_the_time_and_the_time_ends_by_itself(line: Evening, hana: Person) -> None:
    talked(line, hana).hears("Goodbye", limit=40).until_ended()
    line.clock.advance(30)
    assert not is_free(line)
    line.pass_time(DEFAULTS.wrap_up)
    assert is_free(line)
    assert owed(line) == []


def test_a_wrong_key_is_told_so(line: Evening, hana: Person) -> None:
    talked(line, hana).press("7").hears("That key does nothing here").hears("press 1").press("1").hears("We ring you")


def test_by_text_she_is_ready(line: Evening, hana: Person) -> None:
    talked(line, hana).hang_up()
    line.clock.advance(2)
    assert not is_free(line)
    line.phone(hana).sends("Ready")
    line.phone(hana).receives("Thank you, you are ready")
    assert is_free(line)


def test_by_click_she_is_ready(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    talked(line, hana).hang_up()
    desk.shows("No calls for 5 min", "I am ready now")
    desk.post("/line/ready", {})
    line.clock.advance(1)
    assert is_free(line)


def test_a_pause_by_text_and_back_again(line: Evening, hana: Person) -> None:
    phone = line.phone(hana)
    phone.sends("Pause please")
    phone.receives("your phone is paused")
    assert not is_free(line)
    phone.sends("BACK")
    phone.receives("We ring you for the next call")
    assert is_free(line)


def test_ready_from_somebody_on_no_call_and_no_shift_changes_nothing(line: Evening, database: Database) -> None:
    with database.transaction() as session:
        bea = builders.a_handler(session, "Bea Okoro", on_shift=False)
    phone = line.phone(bea)
    for word in ("Ready", "Pause"):
        phone.sends(word)
        phone.receives("You are not on a shift just now")
    with line.read() as session:
        assert session.get_one(Person, bea.id).paused_at is None, "a pause would last into her next shift, unseen"
    assert owed(line) == []


def test_ready_from_a_resident_goes_to_a_person(line: Evening) -> None:
    rita = line.phone("+447700900142", "Rita")
    rita.sends("ready")
    rita.receives("somebody from Larkfield Neighbours will read this")
    assert owed(line) == [ItemKind.TEXT]


def test_a_coordinator_who_is_a_handler_too_answers_offers_as_before(
    line: Evening, database: Database, hana: Person
) -> None:
    with database.transaction() as session:
        builders.a_street(session, "Beech Way", patch="The Beeches")
        cora = builders.a_handler(session, "Cora Bell", phone="+447700900205")
        builders.a_coordinator(session, "Cora Bell", of="The Beeches", phone="+447700900205")
    line.desk(hana).post("/requests", {**NEEDS, "street": "Beech Way"})
    phone = line.phone(cora)
    phone.receives("Shopping near Beech Way")
    phone.sends("I'm free now")  # an answer, or her own ringing: a person reads it
    phone.receives("We did not quite understand")
    phone.sends("PAUSE")
    phone.receives("your phone is paused")
    phone.sends("YES")
    phone.receives("Who and where")


# The note


def say_a_note(leg: PhoneCall) -> PhoneCall:
    leg.hears("press 2").press("2").hears("After the tone, please say who it is for").hears("(beep)").wait(1)
    return leg.speaks(8, "Rita at 14 Acacia Road, milk, today, and yes").press("#")


def test_a_handler_without_a_browser_says_the_request_and_another_writes_it_down(
    line: Evening, database: Database, hana: Person
) -> None:
    with database.transaction() as session:
        tomasz = builders.a_handler(session, "Tomasz Lis", on_shift=False)
    say_a_note(talked(line, hana)).hears("It is kept, and somebody will write it down").hears("press 1").press("1")
    line.clock.advance(30)
    assert is_free(line)
    assert line.exchange.recordings == [], "we hold it, and the carrier no longer does"
    (note,) = notes(line)
    assert note.sound

    desk = line.desk(tomasz)
    desk.shows(
        "A spoken note of Hana\N{RIGHT SINGLE QUOTATION MARK}s",
        "About the call at 2:47 pm, to be written down",
        "Not listened to yet",
    )
    item = f"/items/{the_item(line).id}"
    desk.shows("A spoken note, to be written down.", "Hana said", "Write a request", on=item)
    assert desk.get(f"/spoken-notes/{note.id}/sound").content == note.sound
    desk.shows("Listened to at 2:48 pm")
    desk.post("/requests", {**NEEDS, "call": note.call_id}, on=item)
    assert owed(line) == [], "written down, it is off the desk"
    line.phone("+447700900201", "Coral").receives("Shopping near Acacia Road")


def test_a_note_becomes_an_outcome_by_somebody_else(line: Evening, database: Database, hana: Person) -> None:
    with database.transaction() as session:
        tomasz = builders.a_handler(session, "Tomasz Lis", on_shift=False)
    say_a_note(talked(line, hana)).hears("It is kept").hang_up()
    line.clock.advance(10)
    call_id, desk = notes(line)[0].call_id, line.desk(tomasz)
    assert desk.post(f"/calls/{call_id}/outcome", {"outcome": "information"}).status_code == 303
    assert owed(line) == []
    refused = desk.post(f"/calls/{call_id}/outcome", {"outcome": "silent"})
    assert "Somebody else answered that call" in refused.text


def test_two_seconds_of_silence_are_no_note(line: Evening, hana: Person) -> None:
    leg = talked(line, hana).hears("press 2").press("2").hears("(beep)").wait(2).press("#")
    leg.hears("We did not hear anything").hears("press 2").press("2").hears("(beep)")
    leg.speaks(4, "Rita wants milk").press("#").hears("It is kept")
    assert len(notes(line)) == 1


def test_she_hangs_up_in_the_middle_of_saying_it(line: Evening, hana: Person) -> None:
    leg = talked(line, hana).hears("press 2").press("2").hears("(beep)").wait(1)
    leg.says("Rita at number fourteen", 5).wait(6).hang_up()
    line.clock.advance(10)
    assert owed(line) == [ItemKind.SPOKEN_NOTE]
    assert notes(line)[0].sound


def test_every_page_and_report_twice_makes_one_note(line: Evening, hana: Person) -> None:
    line.exchange.weather.turns("repeated")
    say_a_note(talked(line, hana)).hears("It is kept").hang_up()
    line.clock.advance(10)
    assert len(notes(line)) == 1
    assert owed(line) == [ItemKind.SPOKEN_NOTE]


def test_when_page_and_report_are_lost_the_carriers_list_brings_it(
    line: Evening, database: Database, hana: Person
) -> None:
    leg = talked(line, hana).hears("press 2").press("2").hears("(beep)").wait(1)
    line.exchange.wire = wire = Wire(line.doors)
    wire.gone = True
    leg.says("Rita at number fourteen", 5).wait(6).hang_up()
    line.clock.advance(5)
    wire.is_back()
    assert notes(line) == []
    line.pass_time(timedelta(minutes=5))
    assert owed(line) == [ItemKind.SPOKEN_NOTE]
    assert notes(line)[0].sound
    line.exchange.forgive(11205)


def test_a_note_is_forgotten_with_its_call_and_at_the_carrier_too(
    line: Evening, database: Database, hana: Person
) -> None:
    say_a_note(talked(line, hana)).hears("It is kept").hang_up()
    line.clock.advance(10)
    later = line.clock.now() + DEFAULTS.forget + timedelta(hours=1)
    (calls_rule,) = [rule for rule in retention.RULES if rule.table is Call]
    with database.reading() as session:
        assert calls_rule.find(session, later) == [], "one that nobody has dealt with is kept"
    line.desk(hana).post(f"/calls/{notes(line)[0].call_id}/outcome", {"outcome": "information"})
    with database.transaction() as session:
        calls_rule.forget(session, notes(line)[0].call_id, later)
        assert errands.was_owed(session, ErrandKind.DELETE_RECORDING, notes(line)[0].recording_sid)
    assert notes(line)[0].sound is None


# After ringing back


def test_after_ringing_back_there_is_time_to_write_it_down(line: Evening, hana: Person) -> None:
    rung_back(line, hana).hang_up()
    line.clock.advance(2)
    assert not is_free(line)
    desk: Browser = line.desk(hana)
    desk.shows("That call is over.", "No calls for 5 min", "From the call at 2:47 pm")
    desk.post("/line/ready", {})
    assert is_free(line)
    assert owed(line) == [ItemKind.CALL_BACK], "whether it is done she has yet to say"


def test_after_ringing_back_she_says_by_key_that_it_is_done(line: Evening, hana: Person) -> None:
    rung_back(line, hana).hears("If that is done, press 1").press("1").hears("We ring you for").until_ended()
    assert owed(line) == []
    rings_again(line, hana)


def test_after_ringing_back_she_says_by_key_that_she_did_not_reach_them(line: Evening, hana: Person) -> None:
    rung_back(line, hana).hears("If you did not reach them, press 3").press("3").hears(
        "It stays on the desk"
    ).until_ended()
    item = the_item(line)
    assert (item.kind, item.attempts, item.holder_id) == (ItemKind.CALL_BACK, 1, hana.id)
    line.clock.advance(1)
    assert is_free(line), "there is nothing to write down"


def test_after_ringing_back_the_request_may_be_said_too(line: Evening, hana: Person) -> None:
    say_a_note(rung_back(line, hana)).hears("It is kept").hears("If that is done, press 1").press("1")
    line.clock.advance(10)
    assert owed(line) == [ItemKind.SPOKEN_NOTE]
    with line.read() as session:
        assert wrap_up.of(session, session.get_one(Person, hana.id), at=line.clock.now()) is None


def test_saving_the_request_ends_the_wrap_up_of_a_call_back(line: Evening, hana: Person) -> None:
    rung_back(line, hana).hang_up()
    line.clock.advance(2)
    with line.read() as session:
        call = session.scalars(select(Call)).one()
    line.desk(hana).post("/requests", {**NEEDS, "call": call.id})
    line.phone("+447700900201", "Coral").receives("Shopping near Acacia Road")
    assert is_free(line)
    assert owed(line) == []
