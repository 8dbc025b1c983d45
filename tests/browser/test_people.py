"""People in a real browser, wide and narrow, by keyboard: found, added, given a hat, told what we hold, forgotten."""

from playwright.sync_api import expect

from helpline import clock, offers, people, taking
from helpline.people import HatName
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import comes_in, is_fit_for_everybody
from tests.builders import a_coordinator, a_handler, a_street
from tests.dashboard.cast import a_request


def test_somebody_is_found_added_given_a_hat_and_forgotten_by_keyboard(  # one evening of an organiser
    desk: Desk, window: Window
) -> None:
    page, at = window.page, clock.now()
    with desk.database.transaction() as session:
        a_street(session, "Acacia Road")
        olga = a_handler(session, "Olga Lund", phone="+447700900001", at=at)
        people.wear(session, olga, HatName.ORGANISER, at=at)
        coral = a_coordinator(session, "Coral Reid", at=at, awake=True)
        a_request(session, olga, at=at)
        taking.accept(session, offers.live_of_person(session, coral)[0], at=at)
    comes_in(desk, window)

    page.goto(f"{desk.url}/people")
    find = page.get_by_label("Find")
    find.press("Enter")
    expect(page.get_by_text("Write a whole word of a name")).to_be_visible()
    expect(find).to_be_focused()
    find.fill("marsh")
    find.press("Enter")
    expect(page.get_by_role("heading", name="One person goes by that.")).to_be_visible()
    is_fit_for_everybody(window)
    page.get_by_role("link", name="Rita Marsh").press("Enter")
    expect(page.get_by_role("heading", name="Rita Marsh")).to_be_visible()
    expect(page.get_by_text("ends 118")).to_be_visible()
    page.get_by_role("button", name="show it").press("Enter")
    expect(page.get_by_text("07700 900118")).to_be_visible()

    page.get_by_role("link", name="Give or take a hat").press("Enter")
    page.get_by_label("Willing neighbour: may be asked for a hand").press("Space")
    page.get_by_role("button", name="Give the hat").press("Enter")
    expect(page.get_by_text("Rita wears it now.")).to_be_visible()
    page.get_by_role("link", name="Give or take a hat").press("Enter")
    page.get_by_role("link", name="Take off: neighbour").press("Enter")
    expect(page.get_by_role("heading", name="Is Rita no longer a willing neighbour?")).to_be_visible()

    page.goto(f"{desk.url}/people/new")
    page.get_by_label("Name").fill("Mina Okafor")
    page.get_by_label("Number").fill("07700 900118")
    page.get_by_label("Handler: answers the line").press("Space")
    page.get_by_role("button", name="Add them").press("Enter")
    expect(page.get_by_text("Somebody has that number already")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Mina Okafor")
    is_fit_for_everybody(window)
    page.get_by_role("link", name="See whose it is").press("Enter")

    page.get_by_role("link", name="What we hold, and until when").press("Enter")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save it to read").press("Enter")
    assert saved.value.suggested_filename == "record.html"
    page.get_by_role("link", name="Forget Rita now").press("Enter")
    expect(page.get_by_text("Coral is told by text.")).to_be_visible()
    page.get_by_role("button", name="Forget Rita now").press("Enter")
    expect(page.get_by_text("Forgotten. Whoever had to be told has been told.")).to_be_visible()
    assert [said for said in window.complaints if "422" not in said] == []
