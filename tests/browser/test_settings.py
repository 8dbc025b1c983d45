"""An organiser changes how long things take and when the line is open, by keyboard, and every state is fit for everybody."""

from playwright.sync_api import expect

from helpline import clock, people
from helpline.people import HatName
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import comes_in, is_fit_for_everybody
from tests.builders import a_handler


def test_durations_and_hours_are_changed_by_keyboard(desk: Desk, window: Window) -> None:
    page, at = window.page, clock.now()
    with desk.database.transaction() as session:
        olga = a_handler(session, "Olga", phone="+447700900001", at=at)
        people.wear(session, olga, HatName.ORGANISER, at=at)
    comes_in(desk, window)
    page.goto(f"{desk.url}/more")
    page.get_by_role("link", name="Settings").click()
    is_fit_for_everybody(window)
    page.get_by_role("link", name="How long things take").press("Enter")
    ring = page.get_by_label("How long a handler's phone rings")
    ring.fill("soon")
    ring.press("Enter")
    expect(page.get_by_text("Write how long, such as “18 s”.")).to_be_visible()
    expect(ring).to_be_focused()
    expect(ring).to_have_value("soon")
    is_fit_for_everybody(window)
    ring.fill("25 s")
    page.get_by_label("Details are forgotten, once it is over, after").fill("8 weeks")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("From now on we say “eight weeks” to callers.")).to_be_visible()
    is_fit_for_everybody(window)
    page.get_by_label("Yes, eight weeks").press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Olga changed it from 18 s to 25 s today.")).to_be_visible()
    is_fit_for_everybody(window)

    page.goto(f"{desk.url}/settings/opening")
    page.get_by_label("At these hours, when somebody is on shift").press("Space")
    page.get_by_label("Monday").fill("9-5")
    page.get_by_label("Bank holidays").select_option("scotland")
    page.get_by_role("button", name="Save the hours").press("Enter")
    expect(page.get_by_text("Say am or pm: “10 am to 6 pm”.")).to_be_visible()
    expect(page.get_by_label("Monday")).to_be_focused()
    expect(page.get_by_label("Bank holidays")).to_have_value("scotland")
    is_fit_for_everybody(window)
    page.get_by_label("Monday").fill("9 am to 5 pm")
    page.get_by_role("button", name="Save the hours").press("Enter")
    expect(page.get_by_text("Christmas Day").first).to_be_visible()
    is_fit_for_everybody(window)

    page.locator("summary").get_by_text("Close the line now").click()
    page.get_by_label("Day", exact=True).select_option(index=1)
    page.get_by_label("Time", exact=True).fill("6 pm")
    page.get_by_label("What callers hear").fill("The hall is flooded")
    is_fit_for_everybody(window)
    page.get_by_role("button", name="Close the line now").press("Enter")
    expect(page.get_by_text("“The line is closed now. The hall is flooded.”")).to_be_visible()
    is_fit_for_everybody(window)
    page.goto(desk.url)
    expect(page.get_by_text("The line is closed until 6 pm tomorrow.")).to_be_visible()
    is_fit_for_everybody(window)
    assert [said for said in window.complaints if "422" not in said] == []
