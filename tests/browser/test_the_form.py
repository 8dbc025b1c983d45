"""The request form by keyboard alone, for a neighbour; whoever is outside; and "that was hard", in a real browser."""

from playwright.sync_api import expect
from sqlalchemy import select

from helpline import buddies, clock, covered_by, people
from helpline.calls import Call, Outcome
from helpline.db import Database
from helpline.people import HatName, Person
from tests.browser.conftest import Desk, Window
from tests.browser.test_the_desk import a_ward, comes_in, is_fit_for_everybody
from tests.dashboard.cast import a_call, answered_by
from tests.helpline.signpost_cast import a_signpost


def in_a_call(database: Database) -> int:
    """Hana talks; Maureen is her buddy; somebody looks after Elm Park, which is not ours."""
    at = clock.now()
    with database.transaction() as session:
        a_ward(session, at)
        hana = session.scalars(select(Person).where(Person.id == people.find(session, "+447700900001").id)).one()
        people.wear(session, hana, HatName.ORGANISER, at=at)
        covered_by.add(session, "Elm Park", a_signpost(session, hana, "Elm Park Neighbours", at=at), who=hana, at=at)
        buddy = buddies.choose(session, "Maureen", "07700 900777", who=hana, at=at)
        buddies.answer(session, buddy, yes=True, at=at)
        return answered_by(session, hana, a_call(session, at=at), at=at).id


def test_somebody_rings_for_a_neighbour_by_keyboard_alone(  # noqa: PLR0915  # one form, from its top to its foot
    desk: Desk, window: Window
) -> None:
    in_a_call(desk.database)
    page, keys = window.page, window.page.keyboard
    comes_in(desk, window, "You are talking to a caller")
    page.get_by_label("Prescription").focus()
    keys.press("Space")
    expect(page.get_by_text("A prescription needs care.")).to_be_visible()
    page.get_by_label("In their words").focus()
    keys.type("The chemist in Mill Way has it")
    keys.press("Tab")
    keys.press("ArrowRight")
    expect(page.get_by_label("Somebody else")).to_be_checked()
    keys.press("Tab")
    keys.type("Rita")
    keys.press("Tab")
    expect(page.get_by_label("Who rings for them?")).to_be_focused()
    keys.type("Priya")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    expect(page.get_by_label("Yes, they know")).to_be_checked()
    expect(page.get_by_label("Whoever rings now")).to_be_checked()
    expect(page.locator("#consent-words")).to_contain_text("Did your neighbour say that you may give us their name")
    keys.press("Tab")
    keys.type("14")
    keys.press("Tab")
    keys.type("akaysha rode")
    expect(page.get_by_role("option").first).to_contain_text("Acacia Road")
    keys.press("Enter")
    page.get_by_label("This week").focus()
    keys.press("Space")
    page.get_by_label("None needed").focus()
    keys.press("Space")
    page.get_by_label("They said yes").focus()
    keys.press("Space")
    page.locator("#besides summary").focus()
    keys.press("Enter")
    page.get_by_label("What they speak").focus()
    keys.type("Polish")
    page.get_by_label("I am worried about them").focus()
    keys.press("Space")
    page.get_by_label("What worries you").focus()
    keys.type("Alone, and no heating")
    is_fit_for_everybody(window)
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who answers for it?")
    is_fit_for_everybody(window)
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("You answer for it.")).to_be_visible()
    expect(page.get_by_text("Priya asked for them. They know of it.")).to_be_visible()
    expect(page.get_by_text("They speak Polish.")).to_be_visible()
    is_fit_for_everybody(window)
    assert window.complaints == []


def test_hard_and_outside_are_a_press_each(desk: Desk, window: Window) -> None:
    call_id = in_a_call(desk.database)
    page = window.page
    comes_in(desk, window, "You are talking to a caller")
    page.get_by_label("In their words").fill("Shopping")
    page.get_by_text("If it is serious: 999").click()
    page.get_by_text("What to say, word for word").click()
    expect(page.get_by_text("020 7946 0456").first).to_be_visible()
    page.get_by_role("button", name="That was hard").click()
    expect(page.get_by_text("Maureen is told by text to ring you.")).to_be_visible()
    expect(page.get_by_label("In their words")).to_have_value("Shopping")
    page.locator("#street").press_sequentially("elm park")
    expect(page.get_by_role("option").first).to_contain_text("Elm Park")
    page.keyboard.press("Enter")
    expect(page.locator("#promise")).to_contain_text(
        "“Elm Park is outside our streets. Elm Park Neighbours looks after it."
    )
    is_fit_for_everybody(window)
    page.get_by_role("button", name="They were told of Elm Park Neighbours").click()
    expect(page.get_by_text("Written down. Thank you.")).to_be_visible()
    with desk.database.reading() as session:
        assert session.get_one(Call, call_id).outcome == Outcome.REFERRED
    assert window.complaints == []
