"""Beyond the street, by keyboard: an organisation is found and told of, somebody passed on, an incident, a table."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from helpline import calls, clock, people, referrals, sign_in
from helpline.calls import Call, Outcome
from helpline.messages import Message
from helpline.people import HatName
from helpline.requests import HelpRequest, Q
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import is_fit_for_everybody
from tests.builders import a_coordinator, a_handler, a_street
from tests.dashboard.cast import a_request
from tests.helpline.signpost_cast import a_signpost


@pytest.fixture
def page(desk: Desk, window: Window) -> Page:
    """Hana's, who is signed in, an organiser, and has just had a call that came to nothing yet."""
    at = clock.now()
    with desk.database.transaction() as session:
        hana = a_handler(session, "Hana", phone="+447700900001", at=at)
        people.wear(session, hana, HatName.ORGANISER, at=at)
        a_street(session, "Acacia Road")
        a_coordinator(session, "Coral", at=at, awake=True)
        a_signpost(session, hana, at=at - timedelta(days=100))
        a_request(session, hana, at=at)
        call = calls.arrive(session, "CA1", phone="+447700900118", at=at - timedelta(minutes=2))
        call.state, call.handler, call.talking_at = calls.C.TALKING, hana, at - timedelta(minutes=1)
        session.flush()
        calls.finish(session, call, at=at)
        sign_in.ask_for_code(session, hana.phone or "", at=at)
        code = session.scalars(select(Message.body).order_by(Message.id.desc())).first().split()[0]
        token = sign_in.sign_in(session, hana.phone or "", code, label="Chrome", at=at)
    window.page.context.add_cookies([{"name": "helpline_device", "value": token, "url": desk.url}])
    return window.page


def test_an_organisation_is_found_in_two_presses_and_a_caller_told_of_it(
    desk: Desk, window: Window, page: Page
) -> None:
    page.goto(desk.url)
    page.get_by_text("What was the call about, then?").press("Enter")
    page.get_by_role("link", name="Another one, and what to say").press("Enter")
    page.get_by_role("link", name="Larkfield Food Bank").press("Enter")
    expect(page.locator(".say").first).to_contain_text("Their number is 020 7946 0771")
    expect(page.get_by_text("so say that it may have changed")).to_be_visible()
    page.get_by_role("button", name="I rang them today, it still holds").press("Enter")
    expect(page.get_by_text("It says that you asked today.")).to_be_visible()
    page.get_by_role("button", name="Send it by text").press("Enter")
    expect(page.get_by_text("Ask first: it is sent when they say yes")).to_be_visible()
    is_fit_for_everybody(window)
    page.get_by_label("They said yes").press("Space")
    page.get_by_role("button", name="Send it by text").press("Enter")
    expect(page.get_by_text("It is sent in a moment.")).to_be_visible()
    page.get_by_role("button", name="I told them of it").press("Enter")
    expect(page.get_by_text("Written down. Thank you.")).to_be_visible()
    with desk.database.reading() as session:
        assert session.scalars(select(Call.outcome)).all() == [Outcome.REFERRED]
    assert [said for said in window.complaints if "422" not in said] == []


def test_somebody_is_passed_on_and_what_they_could_not_do_comes_back(desk: Desk, window: Window, page: Page) -> None:
    page.goto(f"{desk.url}/requests/1")
    page.get_by_text("More to do").press("Enter")
    page.get_by_role("link", name="Pass it on to an organisation").press("Enter")
    page.get_by_label("To", exact=True).select_option(label="Larkfield Food Bank")
    page.get_by_role("button", name="Pass them on").press("Enter")
    expect(page.get_by_text("Nothing is passed on without a yes.")).to_be_visible()
    expect(page.get_by_label("They said yes")).to_be_focused()
    is_fit_for_everybody(window)
    page.get_by_label("They said yes").press("Space")
    page.get_by_role("button", name="Pass them on").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Passed on to Larkfield Food Bank.")
    is_fit_for_everybody(window)
    with desk.database.transaction() as session:
        referrals.put(session, 1, clock.now() + timedelta(days=5))
    page.goto(desk.url)
    expect(page.get_by_role("heading", name="Ask Larkfield Food Bank how it went")).to_be_visible()
    page.goto(f"{desk.url}/referrals")
    page.get_by_role("link", name="Larkfield Food Bank").press("Enter")
    page.get_by_label("In a few words").fill("No parcels this week")
    page.get_by_role("button", name="They could not").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Larkfield Food Bank could not help.")
    with desk.database.reading() as session:
        assert session.get_one(HelpRequest, 1).state == Q.NOBODY
    assert [said for said in window.complaints if "422" not in said] == []


def test_an_incident_is_written_without_a_name_and_closed(desk: Desk, window: Window, page: Page) -> None:
    page.goto(f"{desk.url}/incidents?request=1")
    page.get_by_label("What", exact=True).fill("Rita waited all day")
    page.get_by_role("button", name="Write it down").press("Enter")
    expect(page.get_by_text("“Rita” could name somebody.")).to_be_visible()
    expect(page.get_by_label("What", exact=True)).to_be_focused()
    is_fit_for_everybody(window)
    page.get_by_label("What", exact=True).fill("A resident waited all day")
    page.get_by_role("button", name="Write it down").press("Enter")
    page.get_by_label("What did we change?").fill("We say a time, and ring when it is later")
    is_fit_for_everybody(window)
    page.get_by_role("button", name="Close it").press("Enter")
    expect(page.get_by_text("Closed. Everybody can read what we changed.")).to_be_visible()
    assert [said for said in window.complaints if "422" not in said] == []


def test_a_table_is_looked_at_done_and_taken_home(desk: Desk, window: Window, page: Page) -> None:
    page.goto(f"{desk.url}/sheets")
    file = page.get_by_label("A file of streets", exact=True)
    for raw, said in (
        (b"\x89PNG\r\n\x1a\n\0\0", "is a picture, or another file that is no table"),
        (b"street,patch\nGorse Lane,\n", "The patch is missing."),
    ):
        file.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": raw})
        page.get_by_role("button", name="See what a file of streets would do").press("Enter")
        expect(page.get_by_text(said)).to_be_visible()
        is_fit_for_everybody(window)
        page.goto(f"{desk.url}/sheets")
    table = b"street,patch\nGorse Lane,The Groves\n"
    file.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="See what a file of streets would do").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("It would make 1 new, and change 0"))
    is_fit_for_everybody(window)
    page.get_by_role("button", name="Do it").press("Enter")
    expect(page.get_by_text("Done, all of it")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Take it home as a file").press("Enter")
    assert saved.value.suggested_filename == "report-streets.csv"
    assert [said for said in window.complaints if "422" not in said] == []
