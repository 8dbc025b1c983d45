"""Reports in a real browser: other days by keyboard, the council's page on paper, and a wallboard that changes by itself."""

from datetime import datetime, timedelta

from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, clock, config, people, rota, sign_in
from helpline.messages import Message
from helpline.people import HatName, Person
from tests.browser.conftest import Desk, Window
from tests.builders import a_handler, a_patch
from tests.dashboard.cast import a_call
from tests.dashboard.tallied import tallied
from tests.dashboard.test_the_councils_page import OCTOBER

DAY = timedelta(days=1)


def a_busy_month(desk: Desk, window: Window) -> None:
    """Hana is an organiser and signed in, and the month before this one was busy."""
    at = clock.now()
    with desk.database.transaction() as session:
        hana = _made(session, at)
        sign_in.ask_for_code(session, hana.phone or "", at=at)
        session.flush()
        code = (session.scalars(select(Message.body)).one() or "").split()[0]
        token = sign_in.sign_in(session, hana.phone or "", code, label="Chrome on Linux", at=at)
    window.page.context.add_cookies([{"name": "helpline_device", "value": token or "", "url": desk.url}])
    window.page.goto(desk.url)


def _made(session: Session, at: datetime) -> Person:
    hana = a_handler(session, "Hana", phone="+447700900001", at=at, on_shift=False)
    people.wear(session, hana, HatName.ORGANISER, at=at)
    a_patch(session, "The Groves")
    today = clock.local(at, config.current().zone).date()
    tallied(session, today.replace(day=1) - DAY, OCTOBER)
    return hana


def test_other_days_are_looked_at_and_the_council_is_sent_a_page(desk: Desk, window: Window) -> None:
    page = window.page
    a_busy_month(desk, window)
    page.get_by_role("link", name="More").press("Enter")
    page.get_by_role("link", name="Reports").press("Enter")
    page.get_by_role("link", name="A year").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("We answered 41 of 44 calls in a year.")
    expect(page.get_by_role("link", name="A year")).to_have_attribute("aria-current", "page")
    with page.expect_download() as saved:
        page.locator("#never-met ~ p a").click()
    assert saved.value.suggested_filename.startswith("never-met-")

    page.get_by_role("link", name="For the council").press("Enter")
    page.get_by_label("A paragraph of your own").fill("We need a van.")
    page.get_by_role("button", name="Put it on the page").press("Enter")
    expect(page.locator("article")).to_contain_text("We need a van.")
    page.emulate_media(media="print")
    for unprinted in (page.get_by_label("A paragraph of your own"), page.locator("nav"), page.locator(".you")):
        expect(unprinted).to_be_hidden()
    expect(page.locator("article")).to_contain_text("fewer than 5")
    page.emulate_media(media="screen")
    assert window.complaints == []


def test_the_wallboard_changes_by_itself(desk: Desk, window: Window) -> None:
    page, at = window.page, clock.now()
    a_busy_month(desk, window)
    page.goto(f"{desk.url}/wallboard")
    expect(page.locator(".lit")).to_have_count(0)
    with desk.database.transaction() as session:
        hana = people.find(session, "+447700900001")
        assert hana is not None
        rota.start_now(session, hana, at=at)
        a_call(session, "+447700900143", at=at)
    expect(page.locator(".lit")).to_contain_text("ringing Hana")
    expect(page.locator("#wall")).not_to_contain_text("143")
    with desk.database.transaction() as session:
        for call in calls.waiting(session):
            calls.finish(session, call, at=at)
    expect(page.locator(".lit")).to_have_count(0)
    assert window.complaints == []
