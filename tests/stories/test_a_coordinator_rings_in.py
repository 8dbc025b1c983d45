"""A coordinator with nothing but a landline: everything she can do by text or on her page, she can do by telephone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline import away, withdrawing
from helpline.calls import Ending
from helpline.db import Database
from helpline.offers import O
from helpline.people import Hat, HatName, Person, Way
from helpline.requests import HelpRequest, Q
from helpline.wording import Kind
from tests import builders
from tests.stories.evening import Evening
from tests.stories.test_ringing_in import RITA, a_request, events, rings_in, the_call, the_offer, with_pin

MINUTE = timedelta(minutes=1)


@pytest.fixture
def coral(database: Database) -> Person:
    """Coral looks after Acacia Road, and Deepak is her deputy."""
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        coral = with_pin(session, builders.a_coordinator(session, "Coral Reid"))
        with_pin(session, builders.a_coordinator(session, "Deepak Rao", deputy=True), "8264")
        return coral


def the_deputy(line: Evening) -> Person:
    with line.read() as session:
        return session.scalars(select(Person).join(Hat).where(Hat.name == HatName.DEPUTY)).one()


def called_off(line: Evening, request_id: int) -> None:
    with line.database.transaction() as session:
        request = session.get_one(HelpRequest, request_id)
        withdrawing.call_off(session, request, who=request.handler, at=line.clock.now())


def test_she_hears_them_one_by_one_and_back_again(line: Evening, coral: Person, database: Database) -> None:
    for kind in (Kind.SHOPPING, Kind.DOG_WALK, Kind.LIFT):
        a_request(database, kinds=(kind,))
        line.phone(coral).receives("near Acacia Road")
    call = rings_in(line, coral).hears("You have 3 requests to answer. Shopping near Acacia Road, today.")
    call.hears("For the next one, press 5. For the one before, press 6. If you are going away, press 8.")
    call.press("5").hears("Dog walk").hears("press 2").does_not_hear("press 9", 4)
    call.press("5").hears("Lift near").press("5").hears("Shopping near").press("6").hears("Lift near")
    call.press("1").hears("Thank you, it is yours. You took this: Lift near").press("5").hears("Shopping near")
    call.hears("To hear this again, press 9. For the ordinary menu, press 0.").hang_up()
    line.phone(coral).receives("Who and where")


def test_an_offer_of_help_is_asked_in_words_of_its_own(line: Evening, coral: Person, database: Database) -> None:
    a_request(database, kinds=(Kind.OFFER_OF_HELP,))
    line.phone(coral).receives("near Acacia Road offers help")
    call = rings_in(line, coral).hears("Somebody near Acacia Road offers help. Please say by")
    call.hears("If you will ring them, press 1").does_not_hear("find somebody", 10).press("1")
    call.hears("Thank you, it is yours").hang_up()
    line.phone(coral).receives("Who and where")


def test_she_takes_one_finds_somebody_and_says_done_another_day(
    line: Evening, coral: Person, database: Database
) -> None:
    request_id = a_request(database)
    line.phone(coral).receives("Shopping near Acacia Road")
    call = rings_in(line, coral).hears("press 1").press("1").hears("Once you have found somebody, press 7").press("7")
    call.hears("Thank you, we know now that somebody will do it. You took this")
    call.does_not_hear("press 7", 10).hang_up()
    line.phone(coral).receives("Who and where")
    with line.read() as session:
        assert session.get_one(HelpRequest, request_id).found_at is not None
    line.pass_time(timedelta(hours=20))
    rings_in(line, coral).hears("You have 1 that you took").press("3").hears("Thank you, it is marked done").hang_up()
    with line.read() as session:
        request = session.get_one(HelpRequest, request_id)
        assert (request.state, request.done_on) == (Q.DONE, away.today(line.clock.now()))
    line.known.add("+447700900299")  # Bea, who wrote it down, hears of it


def test_she_goes_away_for_two_weeks_and_comes_back_sooner(line: Evening, coral: Person, database: Database) -> None:
    request_id = a_request(database)
    line.phone(coral).receives("Shopping near Acacia Road")
    call = (
        rings_in(line, coral)
        .hears("If you are going away, press 8")
        .press("8")
        .hears("for how many weeks? Press 1, 2, 3 or 4")
    )
    call.press("2").hears("Until Thursday 3 December is over we ask you for nothing")
    call.hears(
        "Nothing is open with you just now. You are away until Thursday 3 December is over. If you are back, press 8."
    )
    call.hang_up()
    line.phone(the_deputy(line)).receives("Shopping near Acacia Road")
    assert the_offer(line, request_id).state == O.OPEN
    assert the_call(line).ending == Ending.OUR_OWN
    line.pass_time(timedelta(days=2))
    call = (
        rings_in(line, coral)
        .hears("If you are back, press 8")
        .press("8")
        .hears("Welcome back. We ask you again from now on")
    )
    call.hears("If you are going away, press 8").press("8").hears("for how many weeks").press("5").hears(
        "Nothing is open"
    ).hang_up()
    with line.read() as session:
        assert not away.is_away(session, session.get_one(Person, coral.id), away.today(line.clock.now()))


def test_her_deputy_does_the_same_when_nothing_reached_her(line: Evening, coral: Person, database: Database) -> None:
    deputy = the_deputy(line)
    rings_in(line, deputy, "8264").hears(
        "Hello Deepak. Nothing is open with you just now. If you are going away"
    ).hang_up()
    request_id = a_request(database)
    line.phone(coral).receives("Shopping").replies("no")
    line.phone(deputy).receives("Shopping near Acacia Road")
    call = rings_in(line, deputy, "8264").hears("You have 1 request to answer. Shopping near Acacia Road").press("1")
    call.hears("it is yours").press("4").hears("We will ask somebody else. Nothing is open with you just now").hang_up()
    line.phone(deputy).receives("Who and where")
    with line.read() as session:
        assert session.get_one(HelpRequest, request_id).state == Q.NOBODY


@pytest.mark.parametrize("key", ["3", "4", "7"])
def test_whatever_she_presses_after_it_has_moved_on_does_nothing(
    line: Evening, coral: Person, database: Database, key: str
) -> None:
    request_id = a_request(database)
    line.phone(coral).receives("Shopping")
    call = rings_in(line, coral).hears("press 1").press("1").hears("press 7")
    line.phone(coral).receives("Who and where")
    called_off(line, request_id)
    call.press(key).hears(
        "That one has moved on, so there is nothing for you to do. Nothing is open with you"
    ).hang_up()
    line.phone(coral).receives("no longer needed")
    assert "Rita" not in " ".join(call.transcript)
    assert line.phone(RITA).ringing is None
    assert (the_offer(line, request_id).state, events(line, "offer.found", "offer.put")) == (O.WITHDRAWN, [])


@pytest.mark.parametrize(
    ("behaves", "hears", "event"),
    [
        ("busy", "They did not answer", "offer.no_answer"),
        ("answerphone", "That call is over", "offer.spoke"),
    ],
)
def test_nobody_is_in_when_she_is_put_through(
    line: Evening, coral: Person, database: Database, behaves: str, hears: str, event: str
) -> None:
    """An answerphone is for a neighbour to speak to herself; we say nothing to it."""
    a_request(database)
    line.phone(coral).receives("Shopping")
    line.phone(RITA, "Rita").behaves(behaves)
    call = rings_in(line, coral).hears("press 1").press("1").hears("both numbers hidden, press 2").press("2")
    line.phone(coral).receives("Who and where")
    call.hears(hears, limit=120).hears("You took this").hang_up()
    assert events(line, "offer.put", "offer.no_a", "offer.spoke") == ["offer.put_through", event]
    assert not [words for words in line.exchange.transcript().splitlines() if RITA in words and "Shopping" in words]


def test_she_rings_off_while_the_resident_is_rung(line: Evening, coral: Person, database: Database) -> None:
    request_id = a_request(database)
    line.phone(coral).receives("Shopping")
    call = rings_in(line, coral).hears("press 1").press("1").hears("press 2").press("2")
    line.phone(coral).receives("Who and where")
    line.phone(RITA, "Rita").rings(within=10, answer=False)
    call.wait(4).hang_up()
    line.clock.advance(5)
    assert the_call(line).ending == Ending.OUR_OWN
    assert (the_offer(line, request_id).state, events(line, "offer.no_a", "offer.spoke")) == (
        O.ACCEPTED,
        ["offer.no_answer"],
    )


def test_a_landline_hears_all_of_it_and_is_never_sent_a_text(line: Evening, coral: Person, database: Database) -> None:
    """Three wrong PINs too: what closed it is said, not texted."""
    with database.transaction() as session:
        session.get_one(Person, coral.id).by = Way.VOICE
    call = rings_in(line, coral, "9164").hears("That PIN is not right").press("9165#").hears("not right").press("9166#")
    call.hears("That PIN is not right. We are sorry, no PIN can be used from this number for a while").hang_up()
    line.phone(coral).receives_nothing(for_seconds=30)
    line.pass_time(timedelta(hours=1))
    rings_in(line, coral).hears("Hello Coral. Nothing is open with you just now").hang_up()
