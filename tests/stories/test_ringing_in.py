"""Our own people ring in: a handler to her shift and her call-backs, a coordinator to her requests; and whoever only pretends."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, offering, people, pin_hash, pins, requests, rota, shifts, withdrawing
from helpline.calls import C, Call, Ending
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemState
from helpline.history import Event, Reading
from helpline.offers import O, Offer
from helpline.people import HatName, Person
from helpline.requests import HelpRequest, Q
from helpline.rings import Ring
from helpline.wording import Kind
from simulator.handset import PhoneCall
from tests import builders
from tests.helpline.cast import a_call, written
from tests.stories.evening import Evening

RITA = "+442079460118"
PIN = "4738"
MINUTE = timedelta(minutes=1)


def with_pin(session: Session, person: Person, pin: str = PIN) -> Person:
    pins.put(session, person, pin_hash.make(pin), who=person, at=builders.NOON)
    return person


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        return with_pin(session, builders.a_handler(session, "Hana Novak", on_shift=False))


@pytest.fixture
def coral(database: Database) -> Person:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        return with_pin(session, builders.a_coordinator(session, "Coral Reid"))


def a_request(database: Database, **changes: object) -> int:
    """Rita's, written down by somebody at the desk, and put to whoever looks after Acacia Road."""
    with database.transaction() as session:
        bea = people.find(session, "+447700900299") or builders.a_handler(
            session, "Bea Okoro", phone="+447700900299", on_shift=False
        )
        street = session.scalars(select(builders.Street)).first()
        given = written(street, phone=RITA, **changes)
        request, _ = requests.write(session, given, who=bea, at=builders.NOON)
        offering.ask_next(session, request, at=builders.NOON)
        return request.id


def rings_in(line: Evening, who: Person, pin: str = PIN) -> PhoneCall:
    call = line.phone(who).dial().hears("life is in danger, hang up and dial 999")
    return call.hears("If you have a PIN, key it in and press hash").press(f"{pin}#")


def the_call(line: Evening, nth: int = -1) -> Call:
    with line.read() as session:
        return session.scalars(select(Call).order_by(Call.id)).all()[nth]


def events(line: Evening, *nouns: str) -> list[str]:
    with line.read() as session:
        return [what for what in session.scalars(select(Event.what).order_by(Event.id)) if what.startswith(nouns)]


def the_offer(line: Evening, request_id: int) -> Offer:
    with line.read() as session:
        return session.scalars(select(Offer).where(Offer.request_id == request_id).order_by(Offer.id)).all()[-1]


# The handler.


def test_a_handler_starts_her_shift_by_telephone_and_is_rung(line: Evening, hana: Person) -> None:
    call = rings_in(line, hana).hears("Hello Hana. You are not on shift. To start one now, until 4:47 pm, press 1")
    call.press("1").hears("You are on until 4:47 pm, and once you hang up we ring you on this telephone")
    call.hears("To end your shift, press 2").hang_up()
    assert (the_call(line).state, the_call(line).ending) == (C.ENDED, Ending.OUR_OWN)
    resident = line.phone(RITA, "Rita").dial()
    line.phone(hana).rings(within=30).hears("Helpline call").press("1")
    resident.hears("You are through to Hana")


def test_she_ends_it_hears_who_is_on_and_is_told_of_a_wrong_key(
    line: Evening, hana: Person, database: Database
) -> None:
    with database.transaction() as session:
        rota.start_now(session, session.get_one(Person, hana.id), at=builders.NOON)
        builders.a_handler(session, "Tomasz Lis", hours=3)
        femi = builders.a_handler(session, "Femi Ade", on_shift=False)
        start = builders.NOON + 5 * 60 * MINUTE
        rota.write(session, femi, starts_at=start, ends_at=start + 60 * MINUTE)
    call = rings_in(line, hana).hears("You are on until 4:47 pm. To end your shift, press 2")
    call.press("3").hears("On now: Tomasz and Hana. Next: Femi, at 7:47 pm.")
    call.press("8").hears("That key does nothing here. You are on until")
    call.press("*").hears("You are on until 4:47 pm")
    call.press("2").hears("Your shift is over, and we ring you no more. You are not on shift")
    call.hears("press 0").hears("Thank you for ringing. Goodbye.", limit=120).until_ended()
    assert the_call(line).ending == Ending.OUR_OWN


def test_she_starts_early_and_is_on_until_her_own_shift_ends_and_hears_her_next_ones(
    line: Evening, hana: Person, database: Database
) -> None:
    at = builders.NOON
    with database.transaction() as session:
        who = session.get_one(Person, hana.id)
        rota.write(session, who, starts_at=at + 13 * MINUTE, ends_at=at + 193 * MINUTE)
        rota.write(session, who, starts_at=at + timedelta(days=1), ends_at=at + timedelta(days=1, hours=3))
        later = rota.write(session, who, starts_at=at + timedelta(days=2), ends_at=at + timedelta(days=2, hours=3))
        shifts.want_cover(session, later, who=who, at=at)
    call = rings_in(line, hana).hears("To start one now, until 6 pm, press 1.").press("1")
    call.hears("You are on until 6 pm, and once you hang up")
    call.press("5").hears(
        "You are down for this: today, from 3 to 6 pm; tomorrow, from 2:47 to 5:47 pm; Saturday 21 November"
    )
    call.hears("You asked for cover for the one at 2:47 pm on Saturday 21 November. You are on until 6 pm").hang_up()


def test_a_handler_who_was_paused_is_rung_again_at_a_key(line: Evening, hana: Person, database: Database) -> None:
    with database.transaction() as session:
        who = session.get_one(Person, hana.id)
        rota.start_now(session, who, at=builders.NOON)
        people.pause(session, who, who=None, at=builders.NOON)
    call = rings_in(line, hana).hears("but we are not ringing you. To be rung again, press 1").press("1")
    call.hears("You are on until 4:47 pm").hang_up()
    with line.read() as session:
        assert session.get_one(Person, hana.id).paused_at is None


def test_silence_in_her_menu_goes_to_the_ordinary_one_and_then_to_somebody(
    line: Evening, hana: Person, database: Database
) -> None:
    """She may have fallen: who says nothing is rung for, like anybody else."""
    with database.transaction() as session:
        tomasz = builders.a_handler(session, "Tomasz Lis")
    call = rings_in(line, hana).hears("Hello Hana").hears("You are not on shift").hears("You are not on shift")
    call.hears("To talk to us, press 1", limit=50)
    line.phone(tomasz).rings(within=30).hears("Helpline call").press("1")
    call.hears("You are through to Tomasz").wait(2).hang_up()
    assert the_call(line).ending == Ending.ANSWERED


def a_call_back(line: Evening) -> None:
    call = line.phone(RITA, "Rita").dial()
    call.hears("There is nobody on the line").until_ended(60)
    assert the_call(line).ending == Ending.CALL_BACK_OWED


def the_item(line: Evening) -> DeskItem:
    with line.read() as session:
        return session.scalars(select(DeskItem)).one()


def test_she_rings_a_resident_back_as_the_helpline_and_it_is_done(line: Evening, hana: Person) -> None:
    a_call_back(line)
    call = rings_in(line, hana).hears("To ring a resident back, press 4").press("4")
    call.hears("Somebody rang at 2:47 pm. To ring them now, press 1").press("1").hears("Ringing them now")
    rita = line.phone(RITA).rings(within=10, answer=False)
    assert rita.leg.parties.caller == line.settings.helpline_number
    rita.answer()
    call.wait(2)
    assert call.is_bridged_with(rita)
    line.clock.advance(90)
    rita.hang_up()
    call.hears("That call is over. If it is done, press 1. To try again later, press 2").press("1")
    call.hears("Thank you, it is marked done").hang_up()
    item = the_item(line)
    assert (item.state, item.attempts) == (ItemState.DONE, 1)
    assert events(line, "call_back") == ["call_back.rung", "call_back.spoke"]
    assert the_call(line).ending == Ending.OUR_OWN
    with line.read() as session:
        assert session.scalars(select(Ring)).all() == [], "no second telephone of hers was rung"


def test_a_number_that_we_do_not_ring_is_said_to_be_so_and_is_done(
    line: Evening, hana: Person, database: Database
) -> None:
    with database.transaction() as session:
        gone = a_call(session, phone="+449098790123", at=builders.NOON)
        calls.finish(session, gone, at=builders.NOON + MINUTE)
    call = rings_in(line, hana).hears("press 4").press("4")
    call.hears("We do not ring that number: it is withheld, abroad, or costs extra. If it is done, press 1").press("1")
    call.hears("Thank you, it is marked done").hang_up()
    assert (the_item(line).state, the_item(line).attempts) == (ItemState.DONE, 0)
    assert events(line, "call_back") == []


def test_the_resident_does_not_answer_and_it_stays_on_the_desk(line: Evening, hana: Person) -> None:
    a_call_back(line)
    line.phone(RITA).behaves("busy")
    call = rings_in(line, hana).hears("press 4").press("4").hears("To ring them now").press("1")
    call.hears("They did not answer. If it is done, press 1. To try again later, press 2", limit=40).press("2")
    call.hears("It is back on the desk, to be tried again later").hang_up()
    item = the_item(line)
    assert (item.state, item.attempts, item.holder_id) == (ItemState.OPEN, 1, None)
    assert events(line, "call_back") == ["call_back.rung", "call_back.no_answer"]


def test_what_another_took_at_the_desk_meanwhile_is_not_rung_twice(
    line: Evening, hana: Person, database: Database
) -> None:
    a_call_back(line)
    call = rings_in(line, hana).hears("press 4").press("4").hears("To ring them now")
    with database.transaction() as session:
        tomasz = builders.a_handler(session, "Tomasz Lis", on_shift=False)
        item = session.scalars(select(DeskItem)).one()
        item.state, item.holder_id, item.held_until = ItemState.CLAIMED, tomasz.id, builders.NOON + 60 * MINUTE
    call.press("1").hears("Somebody else has that one now. There is nobody else to ring back")
    assert line.phone(RITA).ringing is None


def test_she_rings_off_in_the_middle_of_ringing_back_and_holds_it_still(line: Evening, hana: Person) -> None:
    a_call_back(line)
    call = rings_in(line, hana).hears("press 4").press("4").hears("To ring them now").press("1")
    line.phone(RITA).rings(within=10)
    call.wait(20).hang_up()
    line.clock.advance(5)
    item = the_item(line)
    assert (item.state, item.holder_id) == (ItemState.CLAIMED, hana.id)
    assert the_call(line).ending == Ending.OUR_OWN
    line.pass_time(20 * MINUTE)
    assert the_item(line).state == ItemState.OPEN, "her lease is over"


def test_every_page_asked_for_twice_does_everything_once(line: Evening, hana: Person) -> None:
    a_call_back(line)
    line.exchange.weather.turns("repeated")
    call = rings_in(line, hana).hears("To start one now").press("1").hears("To ring a resident back").press("4")
    call.hears("To ring them now").press("1")
    rita = line.phone(RITA).rings(within=10)
    call.wait(5)
    rita.hang_up()
    call.hears("To try again later, press 2").press("2").hears("back on the desk").press("2").hears(
        "Your shift is over"
    )
    call.hang_up()
    assert the_item(line).attempts == 1
    assert events(line, "call_back") == ["call_back.rung", "call_back.spoke"]
    assert events(line, "shift", "pin", "call.let_in", "call.our_own") == [
        *("pin.set", "pin.right", "call.let_in", "shift.started", "shift.ended", "call.our_own")
    ]


# Whoever is not let in.


def test_a_wrong_pin_three_times_closes_it_for_an_hour_and_she_is_a_caller_like_any_other(
    line: Evening, hana: Person, database: Database
) -> None:
    with database.transaction() as session:
        tomasz = builders.a_handler(session, "Tomasz Lis")
    call = rings_in(line, hana, "9164").hears("That PIN is not right. If you have a PIN")
    call.press("9165#").hears("That PIN is not right. If you have a PIN").press("9166#")
    call.hears("That PIN is not right. We are sorry, no PIN can be used from this number for a while.")
    call.hears("To talk to us, press 1, or wait")
    line.phone(tomasz).rings(within=30).hears("Helpline call").press("1")
    call.hears("You are through to Tomasz").hang_up()
    line.phone(hana).receives("Several wrong PINs were keyed in from your number")
    rings_in(line, hana).hears("no PIN can be used from this number for a while").hears("To talk to us").hang_up()
    line.pass_time(timedelta(hours=1))
    rings_in(line, hana).hears("Hello Hana").hang_up()


def test_a_made_up_number_without_the_pin_hears_nothing_personal(
    line: Evening, hana: Person, coral: Person, database: Database
) -> None:
    """The same words for a handler, a coordinator, whoever has a PIN and whoever has none; and nothing is done."""
    a_request(database)
    line.phone(coral).receives("near Acacia Road")
    with database.transaction() as session:
        others = [
            builders.a_handler(session, "Tomasz Lis", on_shift=False),
            builders.a_coordinator(session, "Una Bell"),
        ]
    heard = []
    for who in (hana, coral, *others):
        call = (
            rings_in(line, who, "1111").hears("That PIN is not right").press("22#").hears("4 to 8 figures").press("0")
        )
        call.hears("There is nobody on the line", limit=40).hang_up()
        heard.append([words for words in call.transcript if not words.startswith(">")])
    assert heard[1:] == heard[:-1]
    for personal in ("Hana", "Coral", "shift", "Acacia", "Shopping"):
        assert personal not in " ".join(heard[0])
    with line.read() as session:
        assert session.scalars(select(Reading)).all() == []
        assert rota.on_now(session, line.clock.now()) == []


def test_whoever_rings_off_at_the_door_has_rung_off(line: Evening, hana: Person) -> None:
    line.phone(hana).dial().hears("If you have a PIN").press("47").wait(2).hang_up()
    line.clock.advance(5)
    assert the_call(line).ending == Ending.RANG_OFF


def test_one_who_says_nothing_at_the_door_is_put_through_and_her_own_phone_is_not_rung(
    line: Evening, database: Database
) -> None:
    with database.transaction() as session:
        hana, tomasz = builders.a_handler(session, "Hana Novak"), builders.a_handler(session, "Tomasz Lis")
    began = line.clock.now()
    call = line.phone(hana).dial().hears("To talk to us, press 1")
    leg = line.phone(tomasz).rings(within=40)
    assert line.clock.now() - began <= timedelta(seconds=30)
    leg.hears("Helpline call").press("1")
    call.hears("You are through to Tomasz")
    with line.read() as session:
        assert [ring.person_id for ring in session.scalars(select(Ring))] == [tomasz.id]


def test_the_only_one_on_who_needs_help_herself_is_offered_the_ways_out(line: Evening, database: Database) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
    call = line.phone(hana).dial().hears("If you have a PIN").press("0")
    call.hears("There is nobody on the line just now", limit=40).until_ended(60)
    assert the_call(line).ending == Ending.CALL_BACK_OWED


def test_a_handler_who_has_rung_in_is_not_rung_for_a_caller_until_she_hangs_up(line: Evening, hana: Person) -> None:
    own = rings_in(line, hana).hears("To start one now").press("1").hears("You are on until")
    resident = line.phone(RITA, "Rita").dial().hears("Nobody is free just now", limit=40)
    own.press("3").hears("On now: Hana").hang_up()
    line.phone(hana).rings(within=30).hears("Helpline call").press("1")
    resident.hears("You are through to Hana")


def test_a_withheld_number_hears_the_ordinary_menu(line: Evening, hana: Person) -> None:
    line.phone(hana).dial(withheld=True).does_not_hear("PIN", 14)


# The coordinator.


def test_a_coordinator_takes_a_request_hears_the_details_is_put_through_and_says_done(
    line: Evening, coral: Person, database: Database
) -> None:
    request_id = a_request(database)
    line.phone(coral).receives("Shopping near Acacia Road")
    line.phone(RITA, "Rita")
    call = rings_in(line, coral).hears("Hello Coral. You have 1 request to answer.")
    call.hears("Shopping near Acacia Road, today. Please say by 3:47 pm. If you will find somebody, press 1").press("1")
    call.hears(
        "Thank you, it is yours. You took this: Shopping near Acacia Road, today. To hear who and where, press 1"
    )
    line.phone(coral).receives("is yours. Please ring them. Who and where")
    assert the_offer(line, request_id).state == O.ACCEPTED
    call.press("1").hears("The name is Rita Marsh.").hears("The house is 14, Acacia Road.")
    call.hears("What is needed: Milk, bread, cat food").press("9").hears("The name is Rita Marsh")
    call.press("2").hears("Ringing them now")
    rita = line.phone(RITA).rings(within=10, answer=False)
    assert rita.leg.parties.caller == line.settings.helpline_number
    rita.answer()
    call.wait(180)
    rita.hang_up()
    call.hears("That call is over. You took this").press("3").hears("Thank you, it is marked done")
    call.hears("Nothing is open with you just now").hang_up()
    assert the_call(line).ending == Ending.OUR_OWN
    with line.read() as session:
        assert session.get_one(HelpRequest, request_id).state == Q.DONE
        readings = session.scalars(select(Reading)).all()
    assert [(one.what, one.reader_id, one.request_id) for one in readings] == [("request", coral.id, request_id)] * 2
    with line.read() as session:
        named = session.scalars(select(Person).where(Person.name.is_not(None)).order_by(Person.id.desc()))
        bea = next(person for person in named if person.first_name == "Bea")
    line.phone(bea).receives("Done: Shopping near Acacia Road")
    told = line.desk(bea).shows(on=f"/requests/{request_id}")
    assert "Coral rang Rita through the helpline. 3 min" in told


def test_she_passes_one_and_goes_on_to_the_next(line: Evening, coral: Person, database: Database) -> None:
    first, second = a_request(database), a_request(database, kinds=(Kind.DOG_WALK,))
    for what in ("Shopping", "Dog walk"):
        line.phone(coral).receives(what)
    call = (
        rings_in(line, coral).hears("You have 2 requests to answer. Shopping near").hears("For the next one, press 5")
    )
    call.press("5").hears("Dog walk near Acacia Road").press("5").hears("Shopping near Acacia Road").press("2")
    call.hears("We will ask somebody else. Dog walk near Acacia Road").hang_up()
    assert the_offer(line, first).state == O.PASSED
    assert the_offer(line, second).state == O.OPEN


def test_the_request_moved_on_while_she_listened(line: Evening, coral: Person, database: Database) -> None:
    request_id = a_request(database)
    line.phone(coral).receives("Shopping")
    call = rings_in(line, coral).hears("Shopping near Acacia Road")
    with database.transaction() as session:
        request = session.get_one(HelpRequest, request_id)
        withdrawing.call_off(session, request, who=request.handler, at=line.clock.now())
    call.press("1").hears("That one has moved on, so there is nothing for you to do. Nothing is open with you")
    line.phone(coral).receives("no longer needed")


def test_the_details_are_not_heard_any_more_once_it_is_not_hers(
    line: Evening, coral: Person, database: Database
) -> None:
    request_id = a_request(database)
    line.phone(coral).receives("Shopping")
    call = rings_in(line, coral).hears("press 1").press("1").hears("To hear who and where")
    line.phone(coral).receives("Who and where")
    with database.transaction() as session:
        request = session.get_one(HelpRequest, request_id)
        withdrawing.call_off(session, request, who=request.handler, at=line.clock.now())
    for key in "12":
        call.press(key).hears("That one has moved on" if key == "1" else "That key does nothing here")
    assert "Rita" not in " ".join(call.transcript)
    assert line.phone(RITA).ringing is None
    line.phone(coral).receives("no longer needed")


def test_the_resident_does_not_answer_her_and_she_gives_it_back(
    line: Evening, coral: Person, database: Database
) -> None:
    with database.transaction() as session:
        denise = builders.a_coordinator(session, "Denise", deputy=True)
    request_id = a_request(database)
    line.phone(coral).receives("Shopping")
    line.phone(RITA, "Rita").behaves("no answer")
    call = rings_in(line, coral).hears("press 1").press("1").hears("both numbers hidden, press 2").press("2")
    line.phone(coral).receives("Who and where")
    call.hears("They did not answer. You took this", limit=50).press("4").hears("We will ask somebody else")
    call.hang_up()
    assert events(line, "offer.put", "offer.no", "offer.spoke") == ["offer.put_through", "offer.no_answer"]
    line.phone(denise).receives("Shopping near Acacia Road")
    assert the_offer(line, request_id).person_id == denise.id


def test_she_rings_off_while_she_talks_to_the_resident(line: Evening, coral: Person, database: Database) -> None:
    request_id = a_request(database)
    line.phone(coral).receives("Shopping")
    call = rings_in(line, coral).hears("press 1").press("1").hears("To talk to them").press("2")
    line.phone(coral).receives("Who and where")
    line.phone(RITA, "Rita").rings(within=10)
    call.wait(30).hang_up()
    line.clock.advance(5)
    assert the_call(line).ending == Ending.OUR_OWN
    assert the_offer(line, request_id).state == O.ACCEPTED
    assert events(line, "offer.spoke") == ["offer.spoke"]


def test_one_with_both_hats_chooses_first(line: Evening, coral: Person, database: Database) -> None:
    with database.transaction() as session:
        people.wear(session, session.get_one(Person, coral.id), HatName.HANDLER, at=builders.NOON)
    call = rings_in(line, coral).hears(
        "For your shift and the line, press 1. For the requests of your streets, press 2"
    )
    call.press("2").hears("Nothing is open with you just now").press("0").hears("To talk to us").hang_up()
    rings_in(line, coral).hears("press 2").press("1").hears("You are not on shift").hang_up()
    assert the_call(line, 0).ending == Ending.RANG_OFF
    assert the_call(line, 1).ending == Ending.OUR_OWN
