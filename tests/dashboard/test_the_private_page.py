"""The coordinators' page: no signing in, opening it changes nothing, and details only after yes and by the second link."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from dashboard.render import STATIC
from helpline import history, offering, requests, taking, withdrawing
from helpline.db import Database
from helpline.history import Reading
from helpline.links import Link
from helpline.messages import Message
from helpline.offers import O, Offer
from helpline.requests import HelpRequest, Q
from helpline.wording import Kind
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.browser import Browser, Hands, Page
from tests.dashboard.cast import a_request
from tests.dashboard.conftest import Find, SignIn
from tests.dashboard.links import link_in

SHOW = "Show me who and where"
SECRETS = ("Rita", "Marsh", "14 Acacia", "900118", "Milk")


@pytest.fixture
def first(database: Database) -> str:
    """Coral has been asked for shopping and a prescription; Deepak is next."""
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_coordinator(session, "Coral", phone="+447700900003")
        a_coordinator(session, "Deepak", phone="+447700900004", deputy=True)
        a_request(session, a_handler(session, "Hana"), kinds=(Kind.SHOPPING, Kind.PRESCRIPTION))
    return link_in(database, "offer")


def state(database: Database) -> tuple[str, str]:
    with database.reading() as session:
        return session.get_one(Offer, 1).state, session.get_one(HelpRequest, 1).state


def test_the_first_link_asks_and_says_nothing_of_who_or_where(visitor: Browser, first: str) -> None:
    page = visitor.open(first)
    page.says("Larkfield Neighbours, for Coral", "Could somebody near Acacia Road help with", "Please say by 3:47 pm.")
    page.says("After that we ask Deepak.", "Opening this page has told us nothing and changed nothing.")
    page.never_says(*SECRETS)


def test_opening_it_changes_nothing_however_often(visitor: Browser, database: Database, first: str) -> None:
    with database.reading() as session:
        before = history.latest(session)
    for _ in range(3):
        visitor.open(first)
    with database.reading() as session:
        assert history.latest(session) == before
        assert session.scalar(select(func.count()).select_from(Reading)) == 0
    assert state(database) == (O.OPEN, Q.ASKING)


def test_it_works_from_an_old_phone_that_keeps_no_cookies(app: FastAPI, database: Database, first: str) -> None:
    page = Browser(app).open(first)
    form = page.form_with("Yes, I will find somebody")
    assert Browser(app).post(form.action, form.fields).status == 200
    assert state(database) == (O.ACCEPTED, Q.TAKEN)


def test_a_token_of_another_link_is_refused(visitor: Browser, database: Database, first: str) -> None:
    visitor.open(first)
    visitor.press("Yes, I will find somebody")
    second = link_in(database, "details")
    token = visitor.open(second).forms[0].fields["csrf"]
    assert visitor.post(f"{first}/done", {"csrf": token}).status == 403


def yes(visitor: Browser, first: str) -> Page:
    visitor.open(first)
    return visitor.press("Yes, I will find somebody")


def test_after_yes_the_first_link_still_shows_no_details(visitor: Browser, first: str) -> None:
    page = yes(visitor, first)
    page.says("You took this. The second text holds who and where.", "It is done", "I have to give it back")
    page.never_says(*SECRETS)


def test_the_second_link_shows_who_and_where_and_is_written_down(
    visitor: Browser, database: Database, first: str, find: Find
) -> None:
    yes(visitor, first)
    link = link_in(database, "details")
    visitor.open(link).never_says(*SECRETS)
    page = visitor.press(SHOW)
    page.says("Shopping and prescription for Rita, today", "14 Acacia Road", "Rita Marsh", "Milk and cat food")
    page.says(
        "Ring Rita, numbers hidden",
        "Only somebody they know, or the chemist\N{RIGHT SINGLE QUOTATION MARK}s own delivery",
        "keeps the receipt",
    )
    page.never_says("900118", "900 118")
    visitor.open(link).says("14 Acacia Road")  # asked once in each browser
    with database.reading() as session:
        reading = session.scalars(select(Reading)).one()
        assert (reading.what, reading.reader_id, reading.request_id) == ("request", find("Coral").id, 1)


def test_the_words_for_the_chat_mark_no_house(visitor: Browser, database: Database, first: str) -> None:
    yes(visitor, first)
    visitor.open(link_in(database, "details"))
    html = visitor.press(SHOW).html
    words = html.split('id="chat-words">', 1)[1].split("<", 1)[0]
    assert words == (
        "Could anybody pick up a few bits of shopping and run a small errand near Acacia Road today? "
        "You would be paid back. Tell me and I will say more. Coral"
    )


def test_no_asks_the_next_and_says_thank_you(visitor: Browser, database: Database, first: str) -> None:
    visitor.open(first)
    visitor.press("I can\N{RIGHT SINGLE QUOTATION MARK}t this time").says(
        "Thank you for saying.", "We are asking somebody else."
    ).never_says(*SECRETS)
    assert state(database) == (O.PASSED, Q.ASKING)
    with database.reading() as session:
        assert session.get_one(Offer, 2).person.first_name == "Deepak"


def test_done_by_either_link(visitor: Browser, database: Database, first: str) -> None:
    yes(visitor, first)
    visitor.open(link_in(database, "details"))
    visitor.press("Yes, it is done").says("It is done. Thank you.").never_says(*SECRETS)
    assert state(database) == (O.DONE, Q.DONE)


def test_given_back_shows_nothing_more(visitor: Browser, database: Database, first: str) -> None:
    yes(visitor, first)
    second = link_in(database, "details")
    visitor.open(second)
    page = visitor.press("Give it back")
    assert page.status == 200
    page.says("You gave it back.", "We are asking somebody else now.").never_says(*SECRETS)
    assert page.forms == []
    visitor.open(first).says("You gave it back.").never_says(*SECRETS)
    assert visitor.open(second).status == 404
    assert state(database) == (O.GIVEN_BACK, Q.ASKING)


def test_a_note_reaches_the_story(
    visitor: Browser, database: Database, first: str, signed_in: SignIn, find: Find
) -> None:
    yes(visitor, first)
    visitor.open(link_in(database, "details"))
    visitor.press(SHOW)
    page = visitor.press("Send the note", words=" ")
    assert page.status == 422
    page.says("Write the note first.")
    visitor.press("Send the note", words="Sam is going at 4").says("Your note is with the helpline.")
    signed_in(find("Hana")).open("/requests/1").says(
        "Coral noted: “Sam is going at 4”", "Who has seen the details Coral"
    )


def test_a_late_yes_counts_while_nobody_else_has_it(
    visitor: Browser, database: Database, first: str, hands: Hands
) -> None:
    hands.at += timedelta(hours=3)
    with database.transaction() as session:
        taking.lapse(session, session.get_one(Offer, 1), at=hands.at)
    visitor.open(first).says("That one has moved on.")
    with database.transaction() as session:
        taking.lapse(session, session.get_one(Offer, 2), at=hands.at)
    visitor.open(first).says("The time for this one has passed, but nobody else has it yet. A yes still counts.")
    visitor.press("Yes, I will find somebody").says("You took this.")
    assert state(database) == (O.ACCEPTED, Q.TAKEN)


def test_a_yes_pressed_after_it_moved_on_is_answered_kindly(visitor: Browser, database: Database, first: str) -> None:
    visitor.open(first)
    with database.transaction() as session:
        taking.lapse(session, session.get_one(Offer, 1), at=NOON)
        taking.accept(session, session.get_one(Offer, 2), at=NOON)
    page = visitor.press("Yes, I will find somebody")
    assert page.status == 409
    page.says("Thank you. That one has moved on to somebody else").never_says(*SECRETS)


def test_yes_twice_is_harmless(visitor: Browser, database: Database, first: str) -> None:
    form = visitor.open(first).form_with("Yes, I will find somebody")
    for _ in range(2):
        visitor.post(form.action, form.fields).says("You took this.")


@pytest.mark.parametrize("why", ["unknown", "expired", "called off"])
def test_a_closed_link_is_one_kind_sentence(
    visitor: Browser, database: Database, first: str, hands: Hands, find: Find, why: str
) -> None:
    with database.transaction() as session:
        if why == "expired":
            hands.at += timedelta(days=8)
        elif why == "called off":
            hana = session.merge(find("Hana"))
            withdrawing.call_off(session, session.get_one(HelpRequest, 1), who=hana, at=NOON)
    page = visitor.open("/o/notalinkatall" if why == "unknown" else first)
    assert page.status == 404
    page.says("This page is closed.", "There is nothing you need to do.", "020 7946 0303").never_says(*SECRETS)


def test_the_details_link_of_one_who_lost_it_opens_nothing(
    visitor: Browser, database: Database, first: str, find: Find
) -> None:
    yes(visitor, first)
    second = link_in(database, "details")
    with database.transaction() as session:
        hana = session.merge(find("Hana"))
        offering.ask_again(session, session.get_one(HelpRequest, 1), who=hana, at=NOON)
    assert visitor.open(second).status == 404
    with database.reading() as session:
        assert session.scalars(select(Link).where(Link.revoked_at.is_not(None))).all()


def test_a_request_done_by_the_desk_says_moved_on(visitor: Browser, database: Database, first: str, find: Find) -> None:
    with database.transaction() as session:
        requests.done(session, session.get_one(HelpRequest, 1), who=session.merge(find("Hana")), at=NOON)
    assert visitor.open(first).status in {200, 404}


def test_a_link_sent_on_to_a_chat_shows_a_preview_nothing_and_she_is_told(
    app: FastAPI, visitor: Browser, database: Database, first: str
) -> None:
    yes(visitor, first)
    link = link_in(database, "details")
    with database.reading() as session:
        before = history.latest(session)
    for _ in range(3):
        Browser(app).open(link).never_says(*SECRETS)  # a preview only fetches
    with database.reading() as session:
        assert history.latest(session) == before
        assert session.scalars(select(Reading)).all() == []
    told = []
    for _ in range(5):
        stranger = Browser(app)
        stranger.open(link)
        stranger.press(SHOW).says("14 Acacia Road")
        told.append(texts_that_say(database, "was opened on four phones or computers"))
    assert told == [0, 0, 0, 1, 1], "told once, at the fourth"
    stranger.press("close this link").says("This link is closed.").never_says(*SECRETS)
    visitor.open(link).says("This page is closed.")
    fresh = link_in(database, "details")
    assert fresh != link
    visitor.open(fresh)
    visitor.press(SHOW).says("14 Acacia Road")


def texts_that_say(database: Database, words: str) -> int:
    with database.reading() as session:
        return len([one for one in session.scalars(select(Message)) if words in (one.body or "")])


def test_a_phone_that_keeps_no_cookies_is_shown_who_and_where_by_the_press(
    app: FastAPI, visitor: Browser, database: Database, first: str
) -> None:
    yes(visitor, first)
    link = link_in(database, "details")
    form = Browser(app).open(link).form_with(SHOW)
    Browser(app).post(form.action, form.fields).says("14 Acacia Road", "Ring Rita, numbers hidden")


def test_after_it_has_moved_on_nothing_on_the_second_link_does_anything(
    visitor: Browser, database: Database, first: str, hands: Hands
) -> None:
    yes(visitor, first)
    link = link_in(database, "details")
    visitor.open(link)
    token = visitor.press(SHOW).forms[0].fields["csrf"]
    with database.transaction() as session:
        taking.give_back(session, session.get_one(Offer, 1), at=hands.at)
        before = history.latest(session)
    for press in ("show", "ring", "found", "still", "done", "back", "note", "advice", "fresh", "patch"):
        page = visitor.post(f"{link}/{press}", {"csrf": token, "words": "Rita"})
        assert (page.status, page.title) == (404, "This page is closed, Larkfield Neighbours"), press
    with database.reading() as session:
        assert history.latest(session) == before


def test_it_cannot_have_been_done_tomorrow_or_before_it_was_asked_for(
    visitor: Browser, database: Database, first: str
) -> None:
    yes(visitor, first)
    visitor.open(link_in(database, "details"))
    visitor.press(SHOW)
    for day, why in (
        ("2026-11-20", "still to come"),
        ("2026-11-18", "It was asked for on"),
        ("soon", "on the calendar"),
    ):
        page = visitor.press("Yes, it is done", neighbour="Sam", on=day)
        assert page.status == 422
        page.says(why)
        assert page.form_with("Yes, it is done").fields["on"] == [day]
    visitor.press("Yes, it is done", on="2026-11-19").says("It is done. Thank you.")
    with database.reading() as session:
        request = session.get_one(HelpRequest, 1)
        assert (request.neighbour, str(request.done_on)) == ("Sam", "2026-11-19")


def test_her_patch_by_a_link_of_its_own(
    app: FastAPI, visitor: Browser, database: Database, first: str, find: Find
) -> None:
    with database.transaction() as session:
        a_request(session, session.merge(find("Hana")), kinds=(Kind.DOG_WALK,), asked=False)
    yes(visitor, first)
    visitor.open(link_in(database, "details"))
    visitor.press(SHOW)
    page = visitor.press("My patch: 2 open, 0 done")
    page.says(
        "The Groves: 2 open, 0 done", "With you Shopping and prescription, Acacia Road", "Open with others Dog walk"
    )
    page.never_says(*SECRETS)
    patch = page.path
    Browser(app).open(patch).says("Your patch, The Groves").never_says("Acacia Road")  # a preview
    visitor.press("Who and where").says("Shopping and prescription for Rita, today")
    with database.transaction() as session:
        coral = session.merge(find("Coral"))
        session.delete(coral.hats[0])
    assert visitor.open(patch).status == 404


def test_it_is_light_enough_for_an_old_phone(visitor: Browser, database: Database, first: str) -> None:
    """What must come before anything is seen: the page and the one sheet, without compression."""
    sheet = len((STATIC / "helpline.css").read_bytes())
    assert len(visitor.open(first).html.encode()) + sheet < 60_000
    yes(visitor, first)
    visitor.open(link_in(database, "details"))
    page = visitor.press(SHOW)
    assert len(page.html.encode()) + sheet < 60_000
    assert re.findall(r"<script[^>]*>", page.html) == re.findall(r"<script[^>]* defer>", page.html)
    assert "og:" not in page.html
