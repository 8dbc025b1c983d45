"""The week as a page: who is on, who is next, and what is mine; and the bar that leads there."""

from datetime import timedelta

from helpline import rota
from helpline.db import Database
from tests.builders import NOON, a_handler
from tests.dashboard.conftest import SignIn

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_the_week_says_who_is_on_who_is_next_and_what_is_mine(database: Database, signed_in: SignIn) -> None:
    with database.transaction() as session:
        hana, bea = a_handler(session, "Hana", hours=2), a_handler(session, "Bea", on_shift=False)
        rota.write(session, hana, starts_at=NOON + 2 * DAY, ends_at=NOON + 2 * DAY + 3 * HOUR)
        rota.write(session, bea, starts_at=NOON + 3 * HOUR, ends_at=NOON + 5 * HOUR)
    browser = signed_in(hana)
    page = browser.open(browser.open("/").links["Rota"])
    page.says("16 to 22 November", "You are on now. Next: Bea, from 5:47 pm.", "You are on today and Saturday.")
    page.says("Saturday 21, 2:47 to 5:47 pm")
    assert browser.open(page.links["Monday to Wednesday"]).status == 200
    page = browser.open(page.links["Next week"]).says(
        "23 to 29 November", "Nobody is down for anything in this week yet."
    )
    browser.open(page.links["This week"]).says("16 to 22 November")
    browser.open("/rota?of=2026-12-31").says("28 December 2026 to 3 January 2027")


def test_a_week_that_cannot_be_is_no_page(database: Database, signed_in: SignIn) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    browser = signed_in(hana)
    for of in ("tuesday", "0001-01-01", "9999-12-31", "2026-02-30"):
        assert browser.open(f"/rota?of={of}").status == 404


def test_everything_else_is_one_press_further(database: Database, signed_in: SignIn) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    browser = signed_in(hana)
    page = browser.open(browser.open("/").links["More"])
    for name in ("People", "Settings", "Blocked numbers", "Day by day", "Yours"):
        assert browser.open(page.links[name]).status == 200
