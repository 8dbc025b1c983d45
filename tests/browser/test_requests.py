"""What somebody does with requests, in a real browser by keyboard: finds one, hands it on, says that two are the same."""

import pytest
from playwright.sync_api import expect

from helpline import clock, likenesses, sign_in
from helpline.likenesses import Verdict
from helpline.requests import HelpRequest
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import is_fit_for_everybody, the_code
from tests.builders import a_coordinator, a_handler, a_street
from tests.dashboard.cast import a_request


@pytest.fixture
def signed_in(desk: Desk, window: Window) -> Window:
    """Hana's browser; Rita has asked for shopping twice, once through Tomasz, and somebody on Quince Lane too."""
    at = clock.now()
    with desk.database.transaction() as session:
        a_street(session, "Acacia Road")
        a_street(session, "Quince Lane", patch="The Orchard")
        a_coordinator(session, "Coral", at=at, awake=True)
        a_coordinator(session, "Orla", of="The Orchard", at=at, awake=True)
        hana, tomasz = a_handler(session, "Hana", at=at), a_handler(session, "Tomasz", at=at)
        ida = a_request(session, tomasz, on="Quince Lane", at=at)
        ida.name, ida.phone, ida.resident = "Ida Frost", None, None
        a_request(session, tomasz, at=at)
        a_request(session, hana, at=at)
        sign_in.ask_for_code(session, hana.phone or "", at=at)
    code = the_code(desk.database)
    with desk.database.transaction() as session:
        token = sign_in.sign_in(session, hana.phone or "", code, label="Chrome on Linux", at=at)
    window.page.context.add_cookies([{"name": "helpline_device", "value": token or "", "url": desk.url}])
    return window


def test_one_is_looked_for_by_name_by_street_and_by_how_it_stands(desk: Desk, signed_in: Window) -> None:
    page = signed_in.page
    page.goto(f"{desk.url}/")
    page.get_by_role("link", name="Requests", exact=True).press("Enter")
    field = page.get_by_label("Look for", exact=True)
    field.fill("ida")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Found for “ida”.")
    expect(page.get_by_role("link", name="Shopping, Quince Lane, for Ida")).to_be_visible()
    assert "ida" not in page.url.casefold()
    is_fit_for_everybody(signed_in)
    field.fill("Akasha")
    field.press("Enter")
    expect(page.get_by_role("heading", name="On Acacia Road")).to_be_visible()
    field.fill("Idda")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is found by “Idda”.")
    page.get_by_role("link", name="Every open request").press("Enter")
    is_fit_for_everybody(signed_in)
    page.get_by_role("link", name="Needs the desk").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs the desk.")
    expect(page.get_by_text("Nothing needs the desk.")).to_be_visible()
    assert not signed_in.complaints


def test_one_is_handed_to_somebody_and_two_are_linked(desk: Desk, signed_in: Window) -> None:
    page = signed_in.page
    page.goto(f"{desk.url}/requests/3")
    is_fit_for_everybody(signed_in)
    page.get_by_role("link", name="Ask somebody else").press("Enter")
    expect(page.get_by_text("Coral is being asked already.")).to_be_visible()
    is_fit_for_everybody(signed_in)
    page.get_by_role("button", name="Ask Orla").press("Enter")
    expect(page.get_by_text("Hana chose Orla to be asked.")).to_be_visible()
    page.get_by_role("link", name="There is another one like it.").press("Enter")
    page.get_by_role("button", name="They are the same").press("Enter")
    expect(page.get_by_text("Linked. Both stay as they are, and each says so.")).to_be_visible()
    is_fit_for_everybody(signed_in)
    page.get_by_text("More to do").press("Enter")
    page.get_by_role("link", name="Put it right").press("Enter")
    is_fit_for_everybody(signed_in)
    with desk.database.reading() as session:
        said = likenesses.of_request(session, session.get_one(HelpRequest, 3))
        assert [(one.first_id, one.second_id, one.verdict) for one in said] == [(2, 3, Verdict.SAME)]
    assert not signed_in.complaints


def test_the_likely_one_appears_beside_the_form(desk: Desk, signed_in: Window) -> None:
    page = signed_in.page
    page.goto(f"{desk.url}/requests/new")
    page.get_by_label("Shopping", exact=True).check()
    page.get_by_label("House number").fill("14")
    page.get_by_label("Street, type what you hear").fill("Acacia Road")
    page.keyboard.press("Tab")
    # Two are like it; saying so of one neither saves nor hides anything.
    expect(page.get_by_text("Rita asked for some shopping today")).to_have_count(2)
    page.get_by_label("Another one").first.check()
    is_fit_for_everybody(signed_in)
    expect(page.get_by_label("Another one").first).to_be_checked()
    assert not signed_in.complaints
