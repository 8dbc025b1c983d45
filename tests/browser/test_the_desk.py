"""The road of a handler in a real browser, by keyboard: nothing in the console, nothing for axe, nothing sideways."""

import re
from datetime import datetime

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, clock, rings
from helpline.calls import Call
from helpline.db import Database
from helpline.messages import Message
from tests.browser.conftest import Desk, Window
from tests.builders import a_coordinator, a_handler, a_street
from tests.dashboard.cast import a_call, a_sid
from tests.dashboard.links import link_in


def a_ward(session: Session, at: datetime) -> None:
    a_street(session, "Acacia Road")
    a_street(session, "Acacia Close", patch="The Closes")
    a_coordinator(session, "Coral", at=at, awake=True)
    a_handler(session, "Hana", phone="+447700900001", at=at)


def the_code(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(Message.body).order_by(Message.id.desc())).first().split()[0]


def is_fit_for_everybody(window: Window) -> None:
    """axe finds nothing, and nothing scrolls sideways, light and dark."""
    for scheme in ("light", "dark"):
        window.page.emulate_media(color_scheme=scheme)
        found = Axe().run(window.page)
        assert found.violations_count == 0, found.generate_report()
    window.page.emulate_media(color_scheme="light")
    assert window.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def comes_in(desk: Desk, window: Window, to: str = "The line is quiet.") -> None:
    page = window.page
    page.goto(desk.url)
    is_fit_for_everybody(window)
    page.get_by_label("Your mobile number").fill("07700 900001")
    page.keyboard.press("Enter")
    expect(page.get_by_label("The code")).to_be_focused()
    is_fit_for_everybody(window)
    page.keyboard.type(the_code(desk.database))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(to)


def test_a_request_is_written_by_keyboard_and_reaches_the_private_page(  # noqa: PLR0915  # one call, told from its beginning
    desk: Desk, window: Window
) -> None:
    page, at = window.page, clock.now()
    with desk.database.transaction() as session:
        a_ward(session, at)
    comes_in(desk, window)
    is_fit_for_everybody(window)

    # A call rings her phone and she takes it: card and form come by themselves.
    with desk.database.transaction() as session:
        call = a_call(session, at=at)
        ring = rings.of_call(session, call.id)[0]
        rings.claim(session, ring, at=at)
        rings.dialled(session, ring, a_sid(), at=at)
        call_id, ring_id = call.id, ring.id
    expect(page.get_by_role("alert")).to_contain_text("Your phone is ringing.")
    is_fit_for_everybody(window)
    with desk.database.transaction() as session:
        call, ring = session.get_one(Call, call_id), session.get_one(rings.Ring, ring_id)
        rings.answered(session, ring, at=at)
        calls.take(session, call, ring, at=at)
        calls.connected(session, call, at=at)
    expect(page.get_by_role("heading", level=1)).to_contain_text("You are talking to a caller")
    words = page.get_by_label("In their words")
    expect(words).to_be_visible()

    # The form, by keyboard alone; the call ends while she writes, and nothing she wrote moves or goes.
    page.get_by_label("Shopping").focus()
    page.keyboard.press("Space")
    words.focus()
    page.keyboard.type("Milk, bread")
    with desk.database.transaction() as session:
        calls.finish(session, session.get_one(Call, call_id), at=clock.now())
    expect(page.get_by_text("while you finish writing")).to_be_visible()
    expect(words).to_be_focused()
    page.keyboard.type(" and cat food")
    expect(words).to_have_value("Milk, bread and cat food")
    page.get_by_label("What they are called").focus()
    page.keyboard.type("Rita")
    page.keyboard.press("Tab")
    page.keyboard.type("14")
    page.keyboard.press("Tab")
    page.keyboard.type("akaysha")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Acacia")
    expect(page.locator("#street")).to_have_attribute("aria-expanded", "true")
    is_fit_for_everybody(window)
    marked = page.locator("[role=option][aria-selected=true]")
    first = options.first.inner_text()
    assert marked.inner_text() == first
    page.keyboard.press("ArrowDown")
    assert marked.inner_text() == first
    page.keyboard.press("ArrowDown")
    assert marked.inner_text() == options.nth(1).inner_text()
    while "Acacia Road" not in page.locator("[role=option][aria-selected=true]").inner_text():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#street")).to_have_value("Acacia Road")
    expect(page.locator("#promise")).to_contain_text("Coral looks after Acacia Road. We ask Coral now")
    expect(page.get_by_role("button", name="Save and ask Coral")).to_be_visible()
    expect(page.locator("#consent-words")).to_contain_text("to Coral, and to the neighbour")

    # Refused first: the tick is missing. Her words are all there, and the field is in focus.
    page.get_by_label("Today").check(force=True)
    page.get_by_label("None needed").check(force=True)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Not saved yet: one thing is missing.")).to_be_visible()
    expect(page.get_by_label("They said yes")).to_be_focused()
    expect(page.get_by_label("In their words")).to_have_value("Milk, bread and cat food")
    is_fit_for_everybody(window)
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save and ask Coral").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Shopping for Rita")
    expect(page.locator("#standing")).to_contain_text("Coral has been asked")
    is_fit_for_everybody(window)
    assert page.evaluate("Object.keys(localStorage).length") == 0

    # The coordinator's page, in a browser that was never signed in.
    coral = page.context.browser.new_context(viewport={"width": 360, "height": 740})
    hers = Window(coral.new_page(), window.complaints)
    hers.page.goto(desk.url + link_in(desk.database, "offer"))
    is_fit_for_everybody(hers)
    hers.page.get_by_role("button", name="Yes, I will find somebody").click()
    expect(hers.page.get_by_role("heading", level=1)).to_contain_text("You took this.")
    hers.page.goto(desk.url + link_in(desk.database, "details"))
    is_fit_for_everybody(hers)
    hers.page.get_by_role("button", name="Show me who and where").click()
    expect(hers.page.get_by_text("14 Acacia Road")).to_be_visible()
    is_fit_for_everybody(hers)

    # And the handler's page hears of it by itself.
    expect(page.locator("#standing")).to_contain_text("Taken by Coral")
    hers.page.locator("summary", has_text="It is done").click()
    hers.page.get_by_role("button", name="Yes, it is done").click()
    expect(page.locator("#standing")).to_contain_text("Done")
    coral.close()
    for path in ("/", "/requests", "/requests/new", "/yours", "/settings/prompts", "/settings/prompts/en/greeting"):
        page.goto(desk.url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        is_fit_for_everybody(window)
    unexpected = [said for said in window.complaints if "422" not in said]
    assert unexpected == []


def test_what_is_typed_is_kept_on_the_device_until_it_is_saved(desk: Desk, window: Window) -> None:
    page = window.page
    with desk.database.transaction() as session:
        a_ward(session, clock.now())
    comes_in(desk, window)
    page.goto(f"{desk.url}/requests/new")
    page.get_by_label("In their words").fill("Milk")
    page.get_by_label("Lift").check(force=True)
    expect(page.locator("#draft-note")).to_have_text(re.compile("Kept on this computer|Saved .* ago"))
    page.goto(desk.url)
    page.goto(f"{desk.url}/requests/new")
    expect(page.get_by_label("In their words")).to_have_value("Milk")
    expect(page.get_by_label("Lift")).to_be_checked()

    # With its street: the words to say and the name in the consent come back with it.
    page.get_by_label("Now, it is urgent").check(force=True)  # so that Coral is asked at any hour
    page.get_by_label("House number").fill("14")
    page.locator("#street").fill("Acacia Road")
    expect(page.locator("#promise")).to_contain_text("Coral looks after Acacia Road.")
    page.reload()
    expect(page.locator("#street")).to_have_value("Acacia Road")
    expect(page.locator("#promise")).to_contain_text("Coral looks after Acacia Road.")
    expect(page.locator("#consent-words")).to_contain_text("to Coral, and to the neighbour")
    expect(page.get_by_role("button", name="Save and ask Coral")).to_be_visible()
    page.goto(f"{desk.url}/yours")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Come in")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert window.complaints == []


def test_one_press_on_the_desk_changes_it_in_place(desk: Desk, window: Window) -> None:
    page = window.page
    with desk.database.transaction() as session:
        a_ward(session, clock.now())
        call = a_call(session, at=clock.now())
        calls.finish(session, call, at=clock.now())
    comes_in(desk, window)
    page.evaluate("window.stillThere = true")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.get_by_role("button", name="Take it").dblclick()
    expect(page.get_by_role("button", name="Ring them")).to_be_visible()
    assert [url.rsplit("/", 1)[-1] for url in sent] == ["take"]
    is_fit_for_everybody(window)
    page.evaluate(
        "for (const _ of [1, 2, 3]) document.querySelector('#item-1-ring, [id$=-ring]').click()"
    )  # three presses by keyboard, faster than any answer
    expect(page.get_by_role("alert")).to_contain_text("Your phone is about to ring.")
    assert [url.rsplit("/", 1)[-1] for url in sent] == ["take", "ring"]
    expect(page.locator("#notice")).to_have_count(0)
    with desk.database.transaction() as session:
        ring = session.scalars(select(rings.Ring).where(rings.Ring.state == rings.R.OWED)).one()
        rings.end(session, ring, rings.R.CANCELLED, at=clock.now())
    expect(page.get_by_role("heading", name="The line is quiet.")).to_be_visible()
    page.get_by_role("button", name="Pause my phone").click()
    expect(page.get_by_text("Your phone is paused.")).to_be_visible()
    expect(page.locator("#you")).to_contain_text("paused")
    page.get_by_role("button", name="Ring me again").click()
    expect(page.get_by_text("Your phone is paused.")).to_be_hidden()
    page.get_by_role("button", name="Pause my phone").click()  # and it may be pressed again, when the first is over
    expect(page.get_by_text("Your phone is paused.")).to_be_visible()
    page.get_by_role("button", name="It is done").click()
    expect(page.locator("#said")).to_contain_text("Done, and off the desk.")
    expect(page.locator("#news")).to_be_focused()
    is_fit_for_everybody(window)
    assert page.evaluate("window.stillThere")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("You have it, until")).to_be_visible()
    assert window.complaints == []
