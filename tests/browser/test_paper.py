"""The street's view in a real browser, and the paper pack, which fits two sheets."""

import re
from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import clock, config, offering, people, places, requests, sign_in
from helpline.people import HatName, Person
from helpline.requests import Written
from helpline.wording import Kind, Money, Urgency
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import is_fit_for_everybody, the_code
from workers import demo

NEEDS = "Milk, bread, cat food (the blue tins), two bananas. Nothing heavy upstairs please, and ring twice."


def hana(session: Session) -> Person:
    return next(one for one in session.scalars(select(Person)) if one.first_name == "Hana")


def a_busy_ward(desk: Desk) -> None:
    """The demo ward, with a dozen requests open."""
    at = clock.now()
    with desk.database.transaction() as session:
        demo.load(session, at=at, zone=config.current().zone)
    with desk.database.transaction() as session:
        who = hana(session)
        people.wear(session, who, HatName.ORGANISER, at=at)
        for number, street in enumerate(places.all_streets(session)[:36:3]):
            written = Written(
                form_key=f"form {number}",
                kinds=(Kind.SHOPPING, Kind.PRESCRIPTION),
                words=NEEDS,
                urgency=Urgency.TODAY,
                money=Money.PAID_BACK,
                name="Rita Marsh",
                phone=f"+4477009009{number:02}",
                house=str(number + 3),
                street_id=street.id,
            )
            request, _ = requests.write(session, written, who=who, at=at - timedelta(hours=number))
            offering.ask_next(session, request, at=at)


def signed_in(desk: Desk, window: Window) -> None:
    with desk.database.transaction() as session:
        phone = hana(session).phone or ""
        sign_in.ask_for_code(session, phone, at=clock.now())
    code = the_code(desk.database)
    with desk.database.transaction() as session:
        token = sign_in.sign_in(session, phone, code, label="Chromium", at=clock.now())
    window.page.context.add_cookies([{"name": "helpline_device", "value": token or "", "url": desk.url}])


def test_the_street_is_seen_on_any_screen_and_a_busy_ward_prints_on_two_sheets(desk: Desk, window: Window) -> None:
    a_busy_ward(desk)
    signed_in(desk, window)
    page = window.page
    for path, heading in (
        ("/patches", "streets have somebody."),
        ("/patches/1", "is asked first for"),
        ("/streets/1", "is in"),
        ("/patches/paper", "Shred me on"),
    ):
        page.goto(desk.url + path)
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        is_fit_for_everybody(window)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True))) <= 2
    assert window.complaints == []
