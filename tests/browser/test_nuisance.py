"""A nuisance is blocked and a block lifted by keyboard, and an offer of help is written down, on a desk and on a telephone."""

from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select

from helpline import calls, clock, offers, people, taking
from helpline.calls import Call, Outcome
from helpline.desk_items import DeskItem
from helpline.people import HatName
from helpline.requests import HelpRequest
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import a_ward, comes_in, is_fit_for_everybody
from tests.builders import a_handler
from tests.dashboard.links import link_in

PEST = "+442079460199"


def test_a_nuisance_is_blocked_by_keyboard_and_the_block_lifted(desk: Desk, window: Window) -> None:
    page, at = window.page, clock.now()
    with desk.database.transaction() as session:
        hana = a_handler(session, "Hana", phone="+447700900001", at=at)
        people.wear(session, hana, HatName.ORGANISER, at=at)
        call = calls.arrive(session, "CA1", phone=PEST, at=at - timedelta(minutes=2))
        call.state, call.handler, call.talking_at = calls.C.TALKING, hana, at - timedelta(minutes=1)
        session.flush()
        calls.finish(session, call, at=at)
    comes_in(desk, window, "That call is over.")
    page.get_by_text("What was the call about, then?").click()
    page.get_by_role("button", name="Nuisance").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Block the number that ends 199?")
    is_fit_for_everybody(window)
    page.get_by_role("button", name="Block it").press("Enter")
    expect(page.get_by_text("Say why, so that whoever reads it can judge.")).to_be_visible()
    expect(page.get_by_label("Why")).to_be_focused()
    is_fit_for_everybody(window)
    page.get_by_label("Why").fill("Shouts at whoever answers, and rings off")
    page.get_by_text("One week").click()
    page.get_by_role("button", name="Block it").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("One number is blocked.")
    is_fit_for_everybody(window)
    page.get_by_role("button", name="Lift the block of the number that ends 199").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("No number is blocked.")
    is_fit_for_everybody(window)
    with desk.database.reading() as session:
        assert session.scalars(select(Call.outcome)).all() == [Outcome.NUISANCE]
    assert [said for said in window.complaints if "422" not in said] == []


def test_an_offer_of_help_is_written_down_and_told_to_its_coordinator(desk: Desk, window: Window) -> None:
    page, at = window.page, clock.now()
    with desk.database.transaction() as session:
        a_ward(session, at)
        call = calls.arrive(session, "CA2", phone="+442079460118", at=at)
        calls.offer_help(session, call, at=at)
        calls.ring_back(session, call, at=at)
        item_id = session.scalars(select(DeskItem.id)).one()
    comes_in(desk, window)
    expect(page.get_by_role("link", name="An offer of help: ring back")).to_be_visible()
    is_fit_for_everybody(window)
    page.goto(f"{desk.url}/items/{item_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("An offer of help.")
    is_fit_for_everybody(window)
    page.get_by_role("link", name="Write the offer down").press("Enter")
    expect(page.get_by_label("Offer of help")).to_be_checked()
    page.get_by_label("In their words").fill("Could walk a dog on most days")
    page.locator("#name").fill("Rita")
    page.locator("#street").fill("Acacia Road")
    page.get_by_label("They said yes").check()
    is_fit_for_everybody(window)
    page.get_by_role("button", name="Save").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Offer of help from Rita")
    is_fit_for_everybody(window)
    page.goto(f"{desk.url}{link_in(desk.database, 'offer')}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Somebody near Acacia Road offers help")
    is_fit_for_everybody(window)
    with desk.database.transaction() as session:
        request = session.scalars(select(HelpRequest)).one()
        offer = offers.holder_of(session, request)
        assert offer is not None
        taking.accept(session, offer, at=clock.now())
    page.goto(f"{desk.url}{link_in(desk.database, 'details')}")
    page.get_by_role("button", name="Show me who and where").click()
    expect(page.get_by_text("Could walk a dog on most days")).to_be_visible()
    expect(page.locator("#chat-words")).to_have_count(0)
    is_fit_for_everybody(window)
    assert window.complaints == []
