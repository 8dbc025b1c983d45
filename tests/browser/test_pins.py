"""A handler sets her PIN, and an organiser a coordinator's, by keyboard, on a wide screen and on a telephone's."""

from playwright.sync_api import expect

from helpline import clock, people
from helpline.people import HatName
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import comes_in, is_fit_for_everybody
from tests.builders import a_coordinator, a_handler


def test_an_organiser_sets_her_own_pin_and_a_coordinators_by_keyboard(desk: Desk, window: Window) -> None:
    page, at = window.page, clock.now()
    with desk.database.transaction() as session:
        olga = a_handler(session, "Olga Lund", phone="+447700900001", at=at)
        people.wear(session, olga, HatName.ORGANISER, at=at)
        a_handler(session, "Hana Novak", at=at)
        a_coordinator(session, "Coral Reid", of="The Groves", at=at, awake=True)
        a_coordinator(
            session, "Bartholomew Featherstonehaugh", of="Station Approach and the allotments", at=at, deputy=True
        )
    comes_in(desk, window)
    page.get_by_role("link", name="Olga", exact=True).click()
    expect(page.get_by_role("heading", name="Your PIN for ringing in")).to_be_visible()
    is_fit_for_everybody(window)
    pin, again = page.get_by_label("PIN", exact=True), page.get_by_label("Once more")
    pin.fill("1234")
    again.fill("1234")
    again.press("Enter")
    expect(page.get_by_text("Figures in a row, like 1234, are tried first. Choose another.")).to_be_visible()
    expect(pin).to_be_focused()
    expect(pin).to_have_value("")
    is_fit_for_everybody(window)
    pin.fill("4738")
    again.fill("4738")
    again.press("Enter")
    expect(page.get_by_text("Saved. It works from the next time you ring in.")).to_be_visible()
    is_fit_for_everybody(window)

    page.get_by_role("link", name="More").click()
    page.get_by_role("link", name="People").click()
    expect(page.get_by_text("4 people look after the line and the streets.")).to_be_visible()
    is_fit_for_everybody(window)
    page.get_by_role("link", name="Coral Reid").press("Enter")
    page.get_by_role("link", name="PIN, test call, devices").press("Enter")
    is_fit_for_everybody(window)
    page.get_by_label("PIN", exact=True).fill("9164")
    page.get_by_label("Once more").fill("9164")
    page.get_by_role("button", name="Save the PIN").press("Enter")
    expect(page.get_by_text("Saved. It works from the next time Coral rings.")).to_be_visible()
    page.get_by_role("button", name="Take the PIN away").press("Enter")
    expect(page.get_by_text("Taken away. Ringing in opens only the ordinary menu.")).to_be_visible()
    is_fit_for_everybody(window)
    assert [said for said in window.complaints if "422" not in said] == []
