"""Somebody with a landline is rung and asked: takes it by a key, cannot, is out, hangs up, presses the wrong key, is too late."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpline import durations, messages, offering, people, pin_hash, pins, requests, retention, withdrawing
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.history import Reading
from helpline.messages import M, Message, MessageKind
from helpline.people import DetailsBy, HatName, Person, Way
from helpline.requests import HelpRequest, Q
from helpline.rings import R, Ring
from helpline.wording import Kind, Urgency
from simulator.handset import PhoneCall
from tests import builders
from tests.helpline.cast import written as form
from tests.stories.evening import Evening
from tests.stories.test_ringing_in import events

EDITH = "+442079460171"
RITA = "+442079460118"
PIN = "4738"
MINUTE = timedelta(minutes=1)
ASKS = (
    "This is Larkfield Neighbours. Somebody near Acacia Road needs some shopping, today. Can you find somebody for it?"
)
KEYS = "Press 1 to take it, 2 if you can't, star to hear it again."
Street = tuple[Person, Person, Person]


def with_pin(session: Session, person: Person) -> None:
    pins.put(session, person, pin_hash.make(PIN), who=person, at=builders.NOON)


@pytest.fixture
def street(database: Database) -> Street:
    """Hana writes requests down; Edith, who has a landline, looks after Acacia Road, and Deepak is her deputy."""
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        hana = builders.a_handler(session, "Hana Novak")
        people.wear(session, hana, HatName.ORGANISER, at=builders.NOON)
        durations.change(session, "tell_again", 60, seen=None, who=hana, at=builders.NOON)
        edith = builders.a_coordinator(session, "Edith Stone", by=Way.VOICE, phone=EDITH)
        return hana, edith, builders.a_coordinator(session, "Deepak Rao", deputy=True)


@pytest.fixture
def edith(line: Evening, street: Street) -> Person:
    line.phone(street[1]).kind = "landline"
    return street[1]


def a_request(line: Evening, hana: Person, **changes: object) -> int:
    with line.database.transaction() as session:
        road = session.scalars(select(builders.Street)).one()
        request, _ = requests.write(
            session, form(road, phone=RITA, **changes), who=session.merge(hana), at=line.clock.now()
        )
        offering.ask_next(session, request, at=line.clock.now())
        return request.id


def state(line: Evening, request_id: int) -> Q:
    with line.read() as session:
        return session.get_one(HelpRequest, request_id).state


def desk(line: Evening) -> list[ItemKind]:
    with line.read() as session:
        return list(session.scalars(select(DeskItem.kind).where(DeskItem.state != "done").order_by(DeskItem.id)))


def personal(call: PhoneCall) -> list[str]:
    return [word for word in ("Rita", "14", "Milk", "118") for said in call.transcript if word in said]


def test_she_takes_it_by_a_key_and_hears_who_and_where_after_her_pin(
    line: Evening, street: Street, edith: Person
) -> None:
    with line.database.transaction() as session:
        with_pin(session, session.get_one(Person, edith.id))
    request = a_request(line, street[0])
    call = line.phone(edith).rings().hears(ASKS).hears(KEYS)
    assert personal(call) == [], "nothing of hers is heard before a key"
    call.press("1").press("1").hears(
        "Thank you, it is yours. To hear who and where now, key in your PIN and press hash"
    )
    assert personal(call) == []
    call.press("1234#").hears("That PIN is not right. Please key it in again")
    call.press(f"{PIN}#").hears(
        "The name is Rita Marsh. The house is 14, Acacia Road. What is needed: Milk, bread, cat food"
    )
    call.hears("To hear that again, press star. When it is done, ring us on 020 7946 0303").press("*")
    call.hears("The name is Rita Marsh").hears("Thank you. Goodbye.").until_ended()
    assert (state(line, request), desk(line)) == (Q.TAKEN, [])
    with line.read() as session:
        assert [one.reader_id for one in session.scalars(select(Reading))] == [edith.id, edith.id]
        assert session.scalars(select(Message)).one().state == M.DELIVERED, "and nothing is texted to a landline"
    line.desk(street[0]).shows("Edith was asked, by a call.", "Edith said yes.", on=f"/requests/{request}")


def test_without_a_pin_she_is_told_to_ring_and_how_to_have_one(line: Evening, street: Street, edith: Person) -> None:
    request = a_request(line, street[0])
    call = line.phone(edith).rings().hears(KEYS).press("1")
    call.hears("it is yours. To hear who and where you need a PIN, and have none yet. Please ring us on 020 7946 0303")
    call.until_ended()
    assert personal(call) == []
    assert state(line, request) == Q.TAKEN


def test_silence_and_wrong_pins_say_how_to_hear_it_later(line: Evening, street: Street, edith: Person) -> None:
    with line.database.transaction() as session:
        with_pin(session, session.get_one(Person, edith.id))
    a_request(line, street[0])
    call = line.phone(edith).rings().hears(KEYS).press("1").hears("key in your PIN")
    call.hears("To hear who and where another time, ring us", limit=20).until_ended()
    assert personal(call) == []
    a_request(line, street[0], kinds=(Kind.DOG_WALK,))
    call = line.phone(edith).rings().hears("needs a dog walk").hears(KEYS).press("1").hears("key in your PIN")
    for _ in range(2):
        call.press("9999#").hears("That PIN is not right")
    call.press("9999#").hears("No PIN is taken from this number for a while. Please ring us on").until_ended()
    assert personal(call) == []


def test_with_a_mobile_she_takes_it_by_a_key_and_reads_who_and_where(
    line: Evening, street: Street, database: Database
) -> None:
    with database.transaction() as session:
        deepak = session.get_one(Person, street[2].id)
        deepak.by, deepak.details_by = Way.VOICE, DetailsBy.TEXT
        edith = session.get_one(Person, street[1].id)
        session.delete(edith.hats[0])
    request = a_request(line, street[0])
    line.phone(deepak).rings().hears(KEYS).press("1").hears(
        "it is yours. A text says who and where. Goodbye"
    ).until_ended()
    words = line.phone(deepak).receives("Shopping for Rita Marsh, 14 Acacia Road").body
    assert "Milk, bread, cat food" in words
    assert state(line, request) == Q.TAKEN


def test_she_cannot_and_the_next_is_asked_at_once(line: Evening, street: Street, edith: Person) -> None:
    a_request(line, street[0])
    line.phone(edith).rings().hears(KEYS).press("2").hears(
        "Thank you for saying. We will ask somebody else. Goodbye."
    ).until_ended()
    line.phone(street[2]).receives("Shopping near Acacia Road")


def test_a_wrong_key_and_star_are_answered(line: Evening, street: Street, edith: Person) -> None:
    request = a_request(line, street[0])
    call = line.phone(edith).rings().hears(KEYS).press("7").hears("That key does nothing here. This is Larkfield")
    call.hears(KEYS).press("*").hears(ASKS).hears(KEYS).hang_up()
    assert (state(line, request), events(line, "message.")) == (Q.ASKING, ["message.delivered"])
    line.phone(edith).does_not_ring(for_seconds=80)


@pytest.mark.parametrize("behaviour", ["answerphone", "no answer", "busy"])
def test_nobody_is_there_so_once_more_and_then_the_next(
    line: Evening, street: Street, edith: Person, behaviour: str
) -> None:
    """An answerphone hears a street and a kind of help, and no key is pressed: it has not been told."""
    request = a_request(line, street[0])
    line.phone(edith).behaves(behaviour)
    line.clock.advance(60)
    assert state(line, request) == Q.ASKING
    line.phone(street[2]).receives("Shopping near Acacia Road", within=160)
    heard = [said for leg in line.exchange.calls for said in leg.transcript]
    assert not [word for word in ("Rita", "14", "Milk") for said in heard if word in said.words]
    assert events(line, "offer.", "message.")[:3] == ["offer.made", "message.undelivered", "offer.undelivered"]
    with line.read() as session:
        assert len(session.scalars(select(Ring).where(Ring.person_id == edith.id)).all()) == 2


def test_hung_up_in_the_middle_is_rung_once_more(line: Evening, street: Street, edith: Person) -> None:
    request = a_request(line, street[0])
    line.phone(edith).rings().hears("This is Larkfield").hang_up()
    line.phone(edith).rings(within=90).hears(KEYS).press("1").hears("it is yours")
    assert state(line, request) == Q.TAKEN


def test_a_key_after_it_moved_on(line: Evening, street: Street, edith: Person) -> None:
    request = a_request(line, street[0])
    call = line.phone(edith).rings().hears("This is Larkfield")
    with line.database.transaction() as session:
        hana = session.get_one(Person, street[0].id)
        offering.ask_again(session, session.get_one(HelpRequest, request), who=hana, at=line.clock.now())
    call.hears(KEYS).press("1").hears("That one has moved on, thank you. Goodbye.").until_ended()
    line.phone(street[2]).receives("Shopping near Acacia Road")
    assert state(line, request) == Q.ASKING


def test_a_telephone_that_rings_in_vain_stops(line: Evening, street: Street, edith: Person) -> None:
    request = a_request(line, street[0])
    call = line.phone(edith).rings(answer=False)
    with line.database.transaction() as session:
        hana = session.get_one(Person, street[0].id)
        withdrawing.call_off(session, session.get_one(HelpRequest, request), who=hana, at=line.clock.now())
    call.until_ended(5)
    line.phone(edith).does_not_ring(for_seconds=20)


def test_with_a_mobile_a_text_follows_when_nobody_answers(line: Evening, street: Street, database: Database) -> None:
    with database.transaction() as session:
        coral = builders.a_coordinator(session, "Coral Reid", of="Elm", by=Way.VOICE)
        builders.a_street(session, "Elm Walk", patch="Elm")
    with line.database.transaction() as session:
        elm = session.scalars(select(builders.Street).where(builders.Street.name == "Elm Walk")).one()
        request, _ = requests.write(session, form(elm), who=session.merge(street[0]), at=line.clock.now())
        offering.ask_next(session, request, at=line.clock.now())
    line.phone(coral).behaves("no answer")
    line.clock.advance(120)
    line.phone(coral).receives("Shopping near Elm Walk, today. Can somebody? Reply YES A").replies("yes")
    line.phone(coral).receives("is yours")
    line.phone(coral).receives("Who and where")
    line.desk(street[0]).shows(
        "Coral was sent a text instead. Nobody answered when we rang.", on=f"/requests/{request.id}"
    )


def test_nobody_is_rung_in_their_quiet_hours_unless_it_is_urgent(line: Evening, street: Street, edith: Person) -> None:
    now = line.clock.now()
    with line.database.transaction() as session:
        who = session.get_one(Person, edith.id)
        who.quiet_from, who.quiet_until = time(14), time(16)
        news = messages.owe(session, MessageKind.NEWS, "Words", to=who, at=now)
    line.phone(edith).does_not_ring(for_seconds=10)
    a_request(line, street[0], urgency=Urgency.NOW)
    line.phone(edith).rings().hears("needs some shopping, now, it is urgent").press("2").hears("somebody else")
    line.phone(street[2]).receives("Shopping")
    with line.read() as session:
        assert session.get_one(Message, news.id).due_at == now.replace(hour=16, minute=0, second=0, microsecond=0)


def test_a_handlers_ring_goes_first(line: Evening, street: Street, edith: Person) -> None:
    for kind in (Kind.SHOPPING, Kind.LIFT):
        a_request(line, street[0], kinds=(kind,))
    resident = line.phone("+442079460199", "Otto").dial()
    resident.hears("We are ringing somebody for you", limit=40)
    line.phone(street[0]).rings(within=3, answer=False).hang_up()
    with line.read() as session:
        rung = session.scalars(select(Ring).order_by(Ring.queued_at, Ring.id)).all()
        assert [ring.kind for ring in rung if ring.queued_at is not None][:2] == ["tell", "take"]
    resident.hang_up()


def test_she_who_took_it_is_told_by_a_call_that_it_is_not_needed(line: Evening, street: Street, edith: Person) -> None:
    request = a_request(line, street[0])
    line.phone(edith).rings().hears(KEYS).press("1").hears("it is yours").hang_up()
    with line.database.transaction() as session:
        hana = session.get_one(Person, street[0].id)
        withdrawing.call_off(session, session.get_one(HelpRequest, request), who=hana, at=line.clock.now())
    call = line.phone(edith).rings().hears("This is Larkfield Neighbours, with a message for you. To hear it, press 1.")
    call.press("1").hears(
        "Larkfield Neighbours: Shopping near Acacia Road is no longer needed from you. Thank you all the same."
    )
    call.hears("To hear it again, press star").press("*").hears("is no longer needed from you").until_ended(30)


def test_what_we_cannot_know_is_shown_and_nobody_is_rung_again(line: Evening, street: Street, edith: Person) -> None:
    """The carrier never answers, and no report comes: it may have rung."""
    line.exchange.rest.trouble("Calls", lost=True, done=False, method="POST")
    request = a_request(line, street[0])
    line.phone(edith).does_not_ring(for_seconds=90)
    with line.read() as session:
        assert session.scalars(select(Message.state)).one() == M.UNKNOWN
        item = session.scalars(select(DeskItem.id)).one()
    assert (state(line, request), desk(line)) == (Q.ASKING, [ItemKind.UNKNOWN])
    browser = line.desk(street[0])
    browser.shows("We could not know whether somebody was rung about this", on=f"/requests/{request}")
    browser.shows("We could not know whether somebody was rung.", "Ring them again", on=f"/items/{item}")
    browser.post(f"/items/{item}/again", {}, on=f"/items/{item}")
    line.phone(edith).rings().hears(KEYS).press("1").hears("it is yours")


def test_what_the_carrier_reports_after_all_is_acted_on(line: Evening, street: Street, edith: Person) -> None:
    line.exchange.rest.trouble("Calls", lost=True, method="POST")
    request = a_request(line, street[0])
    line.phone(edith).rings().hears(KEYS).press("1").hears("it is yours").until_ended(60)
    assert (state(line, request), desk(line)) == (Q.TAKEN, [])


def test_our_failing_on_such_a_leg_apologises_and_hangs_up(line: Evening, street: Street, edith: Person) -> None:
    a_request(line, street[0])
    call = line.phone(edith).rings().hears("This is Larkfield")
    with line.database.transaction() as session:
        session.execute(update(Ring).values(message_id=None))  # what no code of ours does
    call.hears(KEYS).press("1").hears("Sorry, something of ours is broken. Nothing is lost: we try again").until_ended()


def test_a_number_that_is_dead_is_told_to_the_desk_once_and_the_next_is_asked(
    line: Evening, street: Street, edith: Person
) -> None:
    line.phone(edith).behaves("dead")
    a_request(line, street[0])
    line.phone(street[2]).receives("Shopping near Acacia Road", within=20)
    assert desk(line) == [ItemKind.NUMBER]
    a_request(line, street[0], kinds=(Kind.LIFT,))
    line.phone(street[2]).receives("Lift near Acacia Road", within=30)
    assert desk(line) == [ItemKind.NUMBER]
    browser = line.desk(street[0])
    browser.shows("Edith\N{RIGHT SINGLE QUOTATION MARK}s number does not work", on="/")
    with line.read() as session:
        item = session.scalars(select(DeskItem.id)).one()
    browser.shows("The telephone company says that there is no such number", on=f"/items/{item}")


def test_a_text_to_what_turns_out_a_landline_becomes_a_call(line: Evening, street: Street) -> None:
    deepak = street[2]
    with line.database.transaction() as session:
        session.delete(session.get_one(Person, street[1].id).hats[0])
    line.phone(deepak).kind = "landline"  # its number does not look like one
    request = a_request(line, street[0])
    line.phone(deepak).rings(within=20).hears(KEYS).press("1").hears("you need a PIN")
    assert state(line, request) == Q.TAKEN
    line.desk(street[0]).shows("Deepak is rung instead. Their telephone takes no texts", on=f"/requests/{request}")


def test_a_late_or_repeated_report_changes_nothing(line: Evening, street: Street, edith: Person) -> None:
    line.exchange.weather.turns("repeated")
    request = a_request(line, street[0])
    line.phone(edith).rings().hears(KEYS).press("1").hears("it is yours").until_ended(60)
    assert (state(line, request), events(line, "offer.accepted")) == (Q.TAKEN, ["offer.accepted"])
    with line.read() as session:
        assert session.scalars(select(Ring)).one().state == R.TOOK


def test_offers_of_help_are_asked_in_words_of_their_own(line: Evening, street: Street, edith: Person) -> None:
    a_request(line, street[0], kinds=(Kind.OFFER_OF_HELP,))
    line.phone(edith).rings().hears("Somebody near Acacia Road offers help. Can you ring them? Press 1 to take it")


def test_what_was_told_by_a_call_is_forgotten_at_the_carrier_too(line: Evening, street: Street, edith: Person) -> None:
    a_request(line, street[0])
    line.phone(edith).rings().hears(KEYS).press("1").hears("it is yours").hang_up()
    with line.database.transaction() as session:
        told = session.scalars(select(Message).where(Message.way == Way.VOICE)).one()
        retention.forget_text(session, told, at=line.clock.now())
    line.clock.advance(5)
    assert [leg for leg in line.exchange.calls if leg.parties.called == EDITH] == []
