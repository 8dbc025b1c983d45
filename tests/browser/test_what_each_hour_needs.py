"""A handler looks at what each hour needs and how the hours share out, and puts her shifts into her calendar, by keyboard."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from helpline import clock, people
from helpline.people import HatName
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import comes_in, is_fit_for_everybody
from tests.builders import a_handler
from workers import demo_past, demo_rota

LONDON = ZoneInfo("Europe/London")


def test_the_forecast_the_shares_and_the_calendar(desk: Desk, window: Window) -> None:
    page, at = window.page, clock.now()
    with desk.database.transaction() as session:
        for number, name in enumerate(("Olga", "Hana", "Tomasz", "Femi", "Bea")):
            person = a_handler(session, name, phone=f"+4477009000{number + 1:02}", on_shift=False, at=at)
        people.wear(session, person, HatName.ORGANISER, at=at)
        demo_rota.fill(session, at=at, zone=LONDON)
        demo_past.fill(session, at=at, zone=LONDON)
    comes_in(desk, window)
    page.goto(f"{desk.url}/rota?of={(at + timedelta(days=7)).date()}")
    page.get_by_role("link", name="How many each hour needs").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Monday and Thursday, 10 am to noon: one more would help."
    )
    is_fit_for_everybody(window)
    page.get_by_role("link", name="The rota of that week").press("Enter")
    page.get_by_role("link", name="Calls, nights and weekends").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Five handlers shared")
    is_fit_for_everybody(window)
    page.get_by_role("link", name="The rota", exact=True).press("Enter")
    page.get_by_role("link", name="Put my shifts in my calendar").press("Enter")
    page.get_by_role("button", name="Put my shifts in my calendar").press("Enter")
    expect(page.get_by_text("This address is yours alone.")).to_be_visible()
    is_fit_for_everybody(window)
    assert "/calendar/" not in page.url
    assert window.complaints == []
