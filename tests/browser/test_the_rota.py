"""The week in a real browser: a gap is taken by keyboard and the hand stays where it was; without scripts; and at 320 pixels."""

from datetime import date, datetime, time, timedelta

from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from helpline import clock, config, people, rota
from helpline.people import HatName
from helpline.slots import Slot
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import comes_in, is_fit_for_everybody, the_code
from tests.builders import a_handler

DAY = timedelta(days=1)


def a_slot(session: Session, day: date, hour: int) -> Slot:
    zone = config.current().zone
    starts, ends = (datetime.combine(day, time(at), zone) for at in (hour, hour + 3))
    slot = Slot(day=day, starts_at=starts, ends_at=ends, least=2, most=3)
    session.add(slot)
    session.flush()
    return slot


def a_week(desk: Desk) -> date:
    """Next week: each day from ten to four in two; Hana on the first, and nobody on the last."""
    at = clock.now()
    monday = at.date() - at.date().weekday() * DAY + 7 * DAY
    with desk.database.transaction() as session:
        hana = a_handler(session, "Hana", phone="+447700900001", at=at, on_shift=False)
        people.wear(session, hana, HatName.ORGANISER, at=at)
        bea = a_handler(session, "Bartholomew Featherstonehaugh", at=at, on_shift=False)
        for ahead in range(7):
            for hour in (10, 13):
                slot = a_slot(session, monday + ahead * DAY, hour)
                for person in (hana, bea) if ahead == 0 and hour == 10 else (bea,) if ahead < 6 else ():
                    rota.write(session, person, starts_at=slot.starts_at, ends_at=slot.ends_at, slot=slot)
    return monday


def test_a_gap_is_taken_by_keyboard_and_every_page_is_fit_for_everybody(desk: Desk, window: Window) -> None:
    page, monday = window.page, a_week(desk)
    comes_in(desk, window)
    page.get_by_role("link", name="Rota").press("Enter")
    page.get_by_role("link", name="Next week").press("Enter")
    expect(page.locator("#rota-lead")).to_contain_text("13 shifts need somebody")
    is_fit_for_everybody(window)
    page.get_by_role("button", name="Take it: Sunday, 1 to 4").press("Enter")
    expect(page.locator("#news")).to_have_text("It is yours. Thank you.")
    expect(page.locator("#s14")).to_be_focused()
    expect(page.locator("#s14")).to_contain_text("Hana")
    expect(page.locator("#rota-mine")).to_contain_text(f"{monday + 6 * DAY:%A} {(monday + 6 * DAY).day}, 1 to 4")
    page.keyboard.press("Tab")
    expect(page.locator("#s14 a").first).to_be_focused()
    is_fit_for_everybody(window)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Enter")
    page.locator("summary").get_by_text("Leave it").press("Enter")
    is_fit_for_everybody(window)
    page.get_by_role("button", name="Leave it").press("Enter")
    expect(page.locator("#news")).to_contain_text("You have left it")
    page.goto(f"{desk.url}/rota/slots/1")
    page.locator("summary").get_by_text("Take Bartholomew off").press("Enter")
    is_fit_for_everybody(window)
    page.goto(f"{desk.url}/rota/shifts/1/swap")
    page.get_by_label("For which").select_option(index=1)
    is_fit_for_everybody(window)
    page.get_by_role("link", name="More").click()
    is_fit_for_everybody(window)
    assert window.complaints == []


def test_without_scripts_the_whole_page_comes_back(desk: Desk, chromium: Browser) -> None:
    a_week(desk)
    context = chromium.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(desk.url)
    page.get_by_label("Your mobile number").fill("07700 900001")
    page.keyboard.press("Enter")
    expect(page.get_by_label("The code")).to_be_visible()
    page.get_by_label("The code").fill(the_code(desk.database))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Rota").click()
    page.get_by_role("link", name="Next week").click()
    page.get_by_role("button", name="Take it: Sunday, 1 to 4").click()
    expect(page.locator("#news")).to_have_text("It is yours. Thank you.")
    page.get_by_role("button", name="Ask for cover").last.click()
    expect(page.locator("#s14")).to_contain_text("needs cover")
    expect(page.locator(".day")).to_have_count(7)
    context.close()
