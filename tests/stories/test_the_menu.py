"""The menu: help is offered, a request is asked about, and every key of it works while she waits too."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from helpline import offering, people, requests
from helpline.asked import LETTERS
from helpline.calls import Call, Ending, Outcome
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.offers import O, Offer
from helpline.people import HatName, Person
from helpline.requests import HelpRequest, Q, Written
from helpline.wording import Kind, Money, Urgency
from tests import builders
from tests.builders import NOON
from tests.stories.evening import Browser, Evening
from tests.stories.test_the_line import cast, owed, the_call

RITA = "+442079460118"
CORAL = "+447700900201"


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        builders.a_coordinator(session, "Coral Reid", phone=CORAL)
        return builders.a_handler(session, "Hana Novak")


WITH_CORAL = {Q.ASKING: O.OPEN, Q.TAKEN: O.ACCEPTED}


def asked_for(database: Database, who: Person, *states: Q, at: datetime = NOON) -> None:
    """Requests of Rita's, one for each state; what is asked or taken is with Coral."""
    with database.transaction() as session:
        people.meet(session, RITA, at=at, name="Rita Bell")
        coral = people.meet(session, CORAL, at=at)
        for number, state in enumerate(states):
            written = Written(
                form_key=f"form {number} of {len(states)}",
                kinds=(Kind.PRESCRIPTION,),
                words="Her heart tablets",
                urgency=Urgency.TODAY,
                money=Money.NONE,
                phone=RITA,
                street_words="Somewhere Lane",
            )
            request, _ = requests.write(session, written, who=session.merge(who), at=at)
            request.state, request.over_at = state, at if state == Q.DONE else None
            if state in WITH_CORAL:
                given = {"hat": HatName.COORDINATOR, "letter": LETTERS[number], "state": WITH_CORAL[state]}
                session.add(
                    Offer(request=request, person=coral, asked_at=at, lapses_at=at + timedelta(days=1), **given)
                )


# 2: an offer of help.


def test_somebody_offers_help_and_it_travels_to_the_coordinator_of_her_street(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    call = line.phone(RITA, "Rita").dial().hears("To offer help, 2").press("2")
    call.hears("Thank you for offering to help").hears("please say after the tone", limit=15).hears("(beep)", limit=20)
    call.wait(2).speaks(8, "It is Rita of Acacia Road, I could walk a dog").press("#").hears("Your offer is kept")
    call.until_ended()
    line.clock.advance(10)
    assert the_call(line).ending == Ending.MESSAGE_LEFT
    assert not line.phone(hana).ringing, "nobody is rung for it"
    with line.read() as session:
        item = session.scalars(select(DeskItem)).one()
    desk.shows("An offer of help,", "Not listened to yet", "Listen")
    page = desk.shows("An offer of help.", "The message 9 s long", "Write the offer down", on=f"/items/{item.id}")
    assert "goes to the coordinator of their street" in page
    form = desk.get(f"/requests/new?call={item.call_id}").text
    assert 'value="offer_of_help"' in form
    assert "who will ring you" in form
    with line.read() as session:
        street = builders.find_street(session, "Acacia Road")
        assert street is not None
    saved = desk.post(
        "/requests",
        {
            "form_key": "a form key of some length",
            "call": item.call_id,
            "kind": "offer_of_help",
            "words": "Could walk a dog",
            "name": "Rita",
            "street": "Acacia Road",
            "street_was": "Acacia Road",
            "street_id": street.id,
            "urgency": "this_week",
            "money": "none",
            "consent": "yes",
        },
    )
    assert saved.status_code == 303, saved.text
    text = line.phone(CORAL).receives("somebody near Acacia Road offers help. Can you ring them?")
    assert "Rita" not in text.body
    page = desk.get(saved.headers["location"]).text
    assert "Offer of help from Rita" in " ".join(page.split())
    text.replies("YES")
    line.phone(CORAL).receives("offer of help near Acacia Road is yours")
    line.phone(CORAL).sends("DONE")
    line.phone(hana).receives("Offer of help near Acacia Road, which you wrote down")
    assert the_call(line).outcome == Outcome.OFFER_OF_HELP
    assert owed(line) == []


def written_from_the_text(line: Evening, hana: Person) -> Browser:
    """Rita offers help by text, and Hana writes it down from that."""
    desk = line.desk(hana)
    line.phone(RITA, "Rita").sends("Hello I could")
    line.phone(RITA).sends("walk a dog on Acacia Road if anyone needs it")
    line.phone(RITA).receives("somebody from Larkfield Neighbours will read this")
    with line.read() as session:
        (item,) = session.scalars(select(DeskItem)).all()
        street = builders.find_street(session, "Acacia Road")
        assert street is not None
    desk.shows("Hello I could", "walk a dog on Acacia Road", "Write it down", on=f"/items/{item.id}")
    form = desk.get(f"/requests/new?text={item.text_id}").text
    last = (item.text_id or 0) + 1
    words = "Hello I could walk a dog on Acacia Road if anyone needs it"
    for prefilled in (words, 'value="020 7946 0118"', f'name="text" value="{last}"'):
        assert prefilled in form
    fields = {
        "form_key": "a form key of some length",
        "text": last,
        "kind": "offer_of_help",
        "words": "Could walk a dog",
        "name": "Rita",
        "phone": "020 7946 0118",
        "street": "Acacia Road",
        "street_was": "Acacia Road",
        "street_id": street.id,
        "urgency": "this_week",
        "money": "none",
        "consent": "yes",
    }
    for _ in range(2):  # a double click
        saved = desk.post("/requests", fields)
        assert saved.status_code == 303, saved.text
    desk.shows("Offer of help from Rita", "They had written to us by text", on=saved.headers["location"].split("?")[0])
    return desk


def test_help_offered_by_text_travels_the_same_road(line: Evening, hana: Person) -> None:
    written_from_the_text(line, hana)
    assert owed(line) == [], "the text is dealt with"
    line.phone(CORAL).receives("somebody near Acacia Road offers help. Can you ring them?").replies("Yes I'll do it")
    line.phone(CORAL).receives("offer of help near Acacia Road is yours")
    line.phone(CORAL).sends("all sorted ta")
    line.phone(hana).receives("Offer of help near Acacia Road, which you wrote down")
    line.pass_time(timedelta(days=2))
    assert owed(line) == [], "nobody is asked how it was to offer help"


def test_help_that_the_street_cannot_take_up_just_now_comes_back_to_the_desk(line: Evening, hana: Person) -> None:
    desk = written_from_the_text(line, hana)
    line.phone(CORAL).receives("offers help").replies("No I'm on holiday")
    line.phone(hana).receives("Nobody yet for an offer of help near Acacia Road")
    assert owed(line) == [ItemKind.REQUEST]
    desk.shows("Offer of help")


def test_an_offer_may_be_told_by_ringing_back(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    line.phone(RITA, "Rita").dial().hears("To offer help, 2").press("2").hears("To be rung back about it").press(
        "4"
    ).hears("somebody will ring you back").until_ended()
    assert the_call(line).ending == Ending.CALL_BACK_OWED
    desk.shows("An offer of help: ring back")


def test_an_offer_from_a_withheld_number_says_its_number(line: Evening) -> None:
    call = line.phone(RITA, "Rita").dial(withheld=True).hears("To offer help").press("2")
    call.hears("We cannot see your number").hears("your name, your number").hears("(beep)", limit=20).speaks(
        5
    ).hang_up()
    line.clock.advance(5)
    assert (the_call(line).ending, the_call(line).offers_help) == (Ending.MESSAGE_LEFT, True)


def test_an_offer_of_nothing_but_silence_is_rung_back(line: Evening) -> None:
    call = line.phone(RITA, "Rita").dial().hears("To offer help").press("2").hears("(beep)", limit=60)
    call.hears("We did not hear anything", limit=30).hears("somebody will ring you back").until_ended()
    assert the_call(line).ending == Ending.CALL_BACK_OWED


def test_an_offer_and_a_need_are_written_down_apart(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    answer = desk.post(
        "/requests",
        {"kind": ["offer_of_help", "shopping"], "words": "Both", "street": "Acacia Road"},
        on="/requests/new",
    )
    assert answer.status_code == 422
    assert "An offer of help stands by itself" in answer.text
    assert "Both" in answer.text


# 3: how a request stands.


def test_somebody_asks_how_her_request_stands_and_hears_no_more_than_that(line: Evening, hana: Person) -> None:
    asked_for(line.database, hana, Q.TAKEN)
    call = line.phone(RITA, "Rita").dial().hears("About your request, 3").press("3")
    call.hears("A request of yours is taken: somebody is seeing to it. To talk to somebody, press 1")
    heard = " ".join(call.transcript)
    assert not any(word in heard for word in ("Rita", "rescription", "Somewhere", "tablets"))
    call.hang_up()
    line.clock.advance(2)
    assert the_call(line).ending == Ending.SERVED
    assert owed(line) == []


def test_of_several_requests_she_hears_how_many_stand_how(line: Evening, hana: Person) -> None:
    asked_for(line.database, hana, Q.ASKING, Q.NOBODY, Q.TAKEN, Q.DONE, Q.CALLED_OFF)
    call = line.phone(RITA, "Rita").dial().hears("About your request").press("3")
    call.hears("Two requests of yours are waiting for somebody to take them. A request of yours is taken")
    call.hears("A request of yours is done").press("1")
    line.phone(hana).rings(within=10).hears("Press 1").press("1")
    call.hears("You are through to Hana")


def test_what_was_done_long_ago_and_what_was_offered_is_not_told(line: Evening, hana: Person) -> None:
    asked_for(line.database, hana, Q.DONE, at=NOON - timedelta(days=8))
    line.phone(RITA, "Rita").dial().hears("About your request").press("3").hears("We know of no request").hang_up()


def test_with_no_request_she_is_offered_a_person_and_need_do_nothing(line: Evening, hana: Person) -> None:
    call = line.phone(RITA, "Rita").dial().hears("About your request").press("3")
    call.hears("We know of no request from your number. To talk to somebody")
    line.phone(hana).rings(within=20).hears("Press 1").press("1")
    call.hears("You are through to Hana")


def test_a_withheld_number_is_told_nothing_of_anybody(line: Evening, hana: Person) -> None:
    asked_for(line.database, hana, Q.TAKEN)
    call = line.phone(RITA, "Rita").dial(withheld=True).hears("About your request").press("3")
    call.hears("We cannot see your number, so we cannot say how your request stands. To talk to somebody")
    line.phone(hana).rings(within=20, answer=False)


# While she waits.


def test_3_while_waiting_is_told_and_keeps_her_place(line: Evening, hana: Person) -> None:
    asked_for(line.database, hana, Q.ASKING, Q.TAKEN)
    line.phone(hana).behaves("no answer")
    call = line.phone(RITA, "Rita").dial().hears("We are ringing somebody", limit=30).press("3")
    since = the_call(line).waiting_since
    call.hears("A request of yours is waiting").hears("A request of yours is taken")
    call.hears("We are still ringing somebody", limit=20)
    assert the_call(line).waiting_since == since
    call.hang_up()
    line.clock.advance(2)
    assert the_call(line).ending == Ending.CALL_BACK_OWED, "she wanted somebody besides"


def test_2_while_waiting_and_then_silence_is_answered_by_somebody_who_sees_it(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    call = line.phone(RITA, "Rita").dial().hears("We are ringing somebody", limit=30).press("2")
    call.hears("Please stay on the line and tell whoever answers")
    desk.shows("They pressed 2, to offer help.")
    line.phone(hana).rings(within=20).hears("Press 1").press("1")
    call.hears("You are through to Hana")
    desk.shows("They pressed 2, to offer help.")
    assert re.search(r'value="offer_of_help"\s+checked', desk.get("/").text)


def test_2_and_5_while_waiting_leave_the_offer_after_the_tone(line: Evening, hana: Person) -> None:
    line.phone(hana).behaves("no answer")
    call = (
        line.phone(RITA, "Rita")
        .dial()
        .hears("We are ringing somebody", limit=30)
        .press("2")
        .hears("press 5")
        .press("5")
    )
    call.hears("what you could do").hears("(beep)", limit=20).speaks(5).press("#").hears("Your offer is kept")
    line.clock.advance(3)
    assert owed(line) == [ItemKind.VOICEMAIL]


def test_4_while_waiting_keeps_her_place_among_the_call_backs(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone(hana).behaves("no answer")
    rita = line.phone(RITA, "Rita").dial().hears("We are ringing somebody", limit=30)
    osei = line.phone("+442079460142", "Mrs Osei").dial().wait(3).press("1").wait(3)
    osei.press("4").hears("somebody will ring you back")
    rita.press("4").hears("somebody will ring you back")
    with line.read() as session:
        numbers = [
            session.get_one(Call, item.call_id).phone
            for item in session.scalars(select(DeskItem).order_by(DeskItem.created_at))
        ]
    assert numbers == [RITA, "+442079460142"], "in the order in which they would have been answered"


def test_4_while_waiting_with_a_number_withheld_loses_nothing(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone(hana).behaves("no answer")
    call = line.phone(RITA, "Rita").dial(withheld=True).hears("We are ringing somebody", limit=30).press("4")
    call.hears("We cannot see your number. To leave a message, press 5")
    call.hears("We are still ringing somebody", limit=20)


def test_1_while_waiting_is_what_she_does_already(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    call = line.phone(RITA, "Rita").dial().hears("We are ringing somebody", limit=30).press("1")
    line.phone(hana).rings(within=10).hears("Press 1").press("1")
    call.hears("You are through to Hana")


def test_when_nobody_is_on_2_and_3_do_what_they_do_in_the_menu(line: Evening, hana: Person, database: Database) -> None:
    with database.transaction() as session:
        builders.rota.end_now(session, session.merge(hana), at=NOON)
    asked_for(database, hana, Q.ASKING)
    call = line.phone(RITA, "Rita").dial().hears("There is nobody on the line", limit=30).press("3")
    call.hears("A request of yours is waiting").hears("To be rung back, press 4").press("2")
    call.hears("Thank you for offering").press("5").hears("what you could do").hears("(beep)", limit=20)
    call.speaks(4).press("#").hears("Your offer is kept")


# Going wrong.


def test_the_pages_of_an_offer_may_be_asked_for_twice(line: Evening) -> None:
    line.exchange.weather.turns("repeated")
    call = line.phone(RITA, "Rita").dial().hears("To offer help").press("2").hears("press 5").press("5")
    call.hears("(beep)", limit=20).speaks(5).press("#").hears("Your offer is kept").until_ended()
    line.clock.advance(5)
    assert owed(line) == [ItemKind.VOICEMAIL]
    with line.read() as session:
        assert len(session.scalars(select(Call)).all()) == 1


def test_an_offer_that_nobody_looks_after_goes_to_the_desk_as_any_request(database: Database) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak", at=NOON)
        written = Written(
            form_key="an offer from elsewhere",
            kinds=(Kind.OFFER_OF_HELP,),
            words="A lift on Fridays",
            urgency=Urgency.THIS_WEEK,
            money=Money.NONE,
            street_words="Somewhere Lane",
        )
        request, _ = requests.write(session, written, who=hana, at=NOON)
        offering.ask_next(session, request, at=NOON)
    with database.reading() as session:
        assert session.scalars(select(DeskItem.kind)).all() == [ItemKind.REQUEST]
        assert session.scalars(select(HelpRequest)).one().state == Q.NOBODY
