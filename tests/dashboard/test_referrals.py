"""Passing somebody on, hearing what came of it, and being passed somebody, on the pages of the desk."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline import referrals
from helpline.db import Database
from helpline.history import Reading
from helpline.requests import HelpRequest, Q
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.browser import Hands
from tests.dashboard.cast import FILLED_IN, a_call, a_request, answered_by
from tests.dashboard.conftest import Find, SignIn
from tests.helpline.signpost_cast import a_signpost

WAITS = NOON + timedelta(days=4)


@pytest.fixture(autouse=True)
def somebody(database: Database) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana", hours=200)
        a_coordinator(session, "Coral")
        a_street(session, "Acacia Road")
        a_signpost(session, hana)
        a_request(session, hana)


def the_clock_comes_by(database: Database, hands: Hands) -> None:
    with database.transaction() as session:
        for row_id in referrals.due(session, hands.at):
            referrals.put(session, row_id, hands.at)


def test_a_request_is_passed_on_never_heard_of_and_comes_back(
    signed_in: SignIn, find: Find, database: Database, hands: Hands
) -> None:
    browser = signed_in(find("Hana"))
    assert "/referrals/new?request=1" in browser.open("/requests/1").html
    browser.open("/referrals/new?request=1").says("May we give them your name", "Who is told what")
    browser.press("Pass them on").says("Say which organisation.")
    page = browser.press("Pass them on", signpost="1", words="Ask for Jo").says("Nothing is passed on without a yes.")
    assert (page.status, page.form("/referrals").fields["words"]) == (422, ["Ask for Jo"])
    browser.press("Pass them on", signpost="1", agreed="yes").says("Saved. Now tell them.", "020 7946 0771")
    page = browser.open("/requests/1").says("passed it on to an organisation, with their yes", "Larkfield Food Bank")
    page.says("Taken over by an organisation. Not done yet.").never_says("Taken by Coral")
    browser.open("/referrals").says("One answer is waited for.", "Larkfield Food Bank")
    hands.at = WAITS
    the_clock_comes_by(database, hands)
    browser.open("/").says("Ask Larkfield Food Bank how it went", "have not heard since")
    browser.open("/items/2" if "/items/2" in browser.page.html else "/items/1").says("Take it", "late, since")
    browser.press("Take it").says("You have it in hand")
    browser.press("They could not", words="No parcels this week").says("could not help.", "No parcels this week")
    with database.reading() as session:
        request = session.get_one(HelpRequest, 1)
        assert request.state == Q.NOBODY  # Coral had it before, and was told that it is no longer hers
        assert session.scalars(select(Reading.what).where(Reading.what == "referral")).all()
    browser.open("/").never_says("Ask Larkfield Food Bank")


def test_a_caller_is_passed_on_from_a_call_and_asked_again_later(
    signed_in: SignIn, find: Find, database: Database
) -> None:
    hana = find("Hana")
    with database.transaction() as session:
        call = answered_by(session, session.merge(hana), a_call(session))
        call_id = call.id
    browser = signed_in(hana)
    browser.open("/signposts/1")
    page = browser.open(f"/referrals/new?call={call_id}&signpost=1").says("May we give Larkfield Food Bank your name")
    assert page.form("/referrals").fields["phone"] == ["07700 900118"]
    browser.press("Pass them on", signpost="1", name="Rita", phone="what", agreed="yes").says(
        "That is not a telephone number."
    )
    page = browser.press("Pass them on", signpost="1", name="Rita", phone="07700 900118", agreed="yes")
    page.says("Rita", "07700 900118")
    page = browser.press("Ask again then", hear_by="2020-01-01").says("Say a day that is still to come.")
    assert page.form_with("Ask again then").fields["hear_by"] == ["2020-01-01"]
    browser.press("Ask again then", hear_by="2026-12-01").says("We want to hear by Tuesday 1 December")
    browser.press("They helped", words="From Tuesday").says("Larkfield Food Bank helped.", "From Tuesday")


def test_what_an_organisation_passes_on_to_us_is_a_request_and_they_are_told(
    signed_in: SignIn, find: Find, database: Database, hands: Hands
) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/signposts/1")
    form = browser.open(browser.page.links["They pass somebody on to us"]).form("/requests")
    browser.post("/requests", {**form.fields, **FILLED_IN}).says("passed on to us", "an answer is wanted by")
    browser.open("/requests/2")
    browser.press("It is done")
    the_clock_comes_by(database, hands)
    browser.open("/").says("Tell Larkfield Food Bank how it went", "are owed an answer")
    browser.open("/referrals/1").says("wants to hear from us.", "It is done.”")
    browser.press("I told them: it is done", words="Told Jo").says("Larkfield Food Bank was told.")
    browser.open("/signposts/1").says("To us", "told")
