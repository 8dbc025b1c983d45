"""Two handlers at two desks, in two browsers; and one whose network, helpline or browser goes away while she writes."""

import re
import shutil
import time
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, clock, desk_items, rings
from helpline.calls import Call, NextStep
from helpline.db import Database
from helpline.desk_items import ItemKind
from helpline.people import Person
from helpline.requests import HelpRequest
from helpline.rings import Ring
from helpline.sealed import key_of
from helpline.sign_in import Device
from tests.browser.conftest import Desk, Window, served
from tests.browser.test_the_desk import a_ward
from tests.builders import a_handler
from tests.dashboard.cast import a_call, a_request, a_sid, answered_by
from tests.serving import a_free_port

# Generous, since it is a shared computer that plays this; what it took is printed.
A_WHILE = 5_000


def sits_down(context: BrowserContext, desk: Desk, name: str) -> Page:
    """Somebody at their desk, signed in there before."""
    at = clock.now()
    with desk.database.transaction() as session:
        who = next(one for one in session.scalars(select(Person)) if one.first_name == name)
        token = a_sid("device")
        session.add(
            Device(token_key=key_of(token, "device"), person_id=who.id, label="Chrome", created_at=at, seen_at=at)
        )
    context.add_cookies([{"name": "helpline_device", "value": token, "url": desk.url}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    with page.expect_response("**/live"):
        page.goto(desk.url)
    return page


def two(desk: Desk) -> None:
    with desk.database.transaction() as session:
        a_ward(session, clock.now())
        a_handler(session, "Tomasz", phone="+447700900002", at=clock.now())


def rings_for(session: Session, name: str) -> Ring:
    """A call comes, and that handler's phone rings for it."""
    call = a_call(session, at=clock.now())
    ring = next(one for one in rings.of_call(session, call.id) if one.person.first_name == name)
    rings.claim(session, ring, at=clock.now())
    rings.dialled(session, ring, a_sid(), at=clock.now())
    return ring


def test_a_call_rings_one_takes_it_and_the_other_sees_it_taken(chromium: Browser, desk: Desk) -> None:
    two(desk)
    wide = chromium.new_context(viewport={"width": 1280, "height": 800})
    hand = chromium.new_context(viewport={"width": 360, "height": 740})
    hana, tomasz = sits_down(wide, desk, "Hana"), sits_down(hand, desk, "Tomasz")
    with desk.database.transaction() as session:
        ring = rings_for(session, "Hana")
        call_id, ring_id = ring.call_id or 0, ring.id
    began = time.monotonic()
    expect(hana.get_by_role("alert")).to_contain_text("Your phone is ringing.", timeout=A_WHILE)
    print(f"the call was on her desk {time.monotonic() - began:.2f} s after it was committed")  # noqa: T201
    expect(tomasz.get_by_text("Hana is being rung.")).to_be_visible(timeout=A_WHILE)
    with desk.database.transaction() as session:
        call, ring = session.get_one(Call, call_id), session.get_one(Ring, ring_id)
        rings.answered(session, ring, at=clock.now())
        calls.take(session, call, ring, at=clock.now())
        calls.connected(session, call, at=clock.now())
    expect(hana.get_by_role("heading", level=1)).to_contain_text("You are talking to a caller", timeout=A_WHILE)
    expect(tomasz.get_by_text("Hana is being rung.")).to_be_hidden(timeout=A_WHILE)

    # She writes; a call-back is owed meanwhile. Tomasz takes it, and she presses before her desk has heard.
    words = hana.get_by_label("In their words")
    words.fill("Milk")
    with desk.database.transaction() as session:
        calls.finish(session, a_call(session, "+447700900119", at=clock.now()), at=clock.now())
    hers, his = (page.get_by_role("button", name="Take it") for page in (hana, tomasz))
    expect(hers).to_be_visible(timeout=A_WHILE)
    hana.route(re.compile(r"/\?seen="), lambda route: route.fulfill(status=204))
    his.click()
    expect(tomasz.get_by_role("button", name="Ring them")).to_be_visible()
    hers.click()
    expect(hana.get_by_text("Tomasz took that a moment ago. Nothing of yours is lost.")).to_be_visible()
    expect(words).to_have_value("Milk")
    with desk.database.reading() as session:
        [item] = [one for one in desk_items.on_the_desk(session) if one.kind == ItemKind.CALL_BACK]
        assert session.get_one(Person, item.holder_id).first_name == "Tomasz"
    wide.close()
    hand.close()


def begins_to_write(page: Page, url: str) -> None:
    page.goto(f"{url}/requests/new")
    page.get_by_label("Shopping").check(force=True)
    page.get_by_label("In their words").fill("Milk")
    page.get_by_label("House number").fill("14")
    page.locator("#street").fill("Acacia Road")
    page.get_by_label("Now, it is urgent").check(force=True)  # so that Coral is asked at any hour
    page.get_by_label("None needed").check(force=True)
    page.get_by_label("They said yes").check()
    expect(page.locator("#draft-note")).to_have_text(re.compile("Saved .* ago"), timeout=A_WHILE)


def written(database: Database) -> list[str | None]:
    with database.reading() as session:
        return list(session.scalars(select(HelpRequest.words)))


def test_a_form_that_was_open_while_the_helpline_was_restarted_is_saved(
    migrated_file: Path, tmp_path: Path, window: Window
) -> None:
    file, port, page = tmp_path / "helpline.db", a_free_port(), window.page
    shutil.copy(migrated_file, file)
    with served(file, clock=clock.now, port=port) as desk:
        two(desk)
        page = sits_down(page.context, desk, "Hana")
        begins_to_write(page, desk.url)
    words = page.get_by_label("In their words")
    words.fill("Milk and bread")
    expect(page.locator("#draft-note")).to_have_text("Kept on this computer")
    expect(page.get_by_text("We cannot reach the helpline", exact=True)).to_be_visible(timeout=A_WHILE)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    expect(words).to_have_value("Milk and bread")
    with served(file, clock=clock.now, port=port) as desk:
        expect(page.get_by_text("Saved.")).to_be_visible(timeout=15_000)
        assert written(desk.database) == ["Milk and bread"]
        assert page.evaluate("Object.keys(localStorage).length") == 0
        page.close()


def test_what_is_written_while_the_network_is_gone_is_kept_and_saved_when_it_is_back(
    desk: Desk, window: Window
) -> None:
    two(desk)
    context = window.page.context
    page = sits_down(context, desk, "Hana")
    begins_to_write(page, desk.url)
    context.set_offline(True)
    expect(page.get_by_text("No internet", exact=True)).to_be_visible()
    page.get_by_label("In their words").fill("Milk and cat food")
    expect(page.locator("#draft-note")).to_have_text("Kept on this computer")
    context.set_offline(False)
    expect(page.locator("#draft-note")).to_have_text(re.compile("Saved .* ago"), timeout=10_000)
    expect(page.get_by_text("No internet", exact=True)).to_be_hidden(timeout=A_WHILE)

    # The browser dies; the desk of another device has it.
    page.close()
    other = context.browser.new_context(viewport={"width": 360, "height": 740})
    page = sits_down(other, desk, "Hana")
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_label("In their words")).to_have_value("Milk and cat food")
    page.get_by_role("button", name="Save and ask Coral").click()
    expect(page.get_by_text("Saved. Coral has been asked.")).to_be_visible()
    assert written(desk.database) == ["Milk and cat food"]
    other.close()


def test_a_form_that_was_gone_on_with_and_saved_is_not_in_the_next_one(desk: Desk, window: Window) -> None:
    two(desk)
    page = sits_down(window.page.context, desk, "Hana")
    begins_to_write(page, desk.url)
    page.goto(desk.url)
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_label("In their words")).to_have_value("Milk")
    page.locator("#request-form button.main").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).length") == 0
    page.goto(f"{desk.url}/requests/new")
    expect(page.get_by_label("In their words")).to_have_value("")


def test_a_page_that_has_not_heard_for_a_while_says_so(desk: Desk, window: Window) -> None:
    """Nothing fails: the answers simply do not come, as through a proxy that has lost us."""
    two(desk)
    page = sits_down(window.page.context, desk, "Hana")
    page.clock.install()
    page.route(re.compile(r"/live$|/\?seen="), lambda _: None)
    page.reload()
    page.clock.fast_forward(40_000)
    page.clock.run_for(2_000)
    behind = page.locator("#behind")
    expect(behind).to_be_visible()
    expect(behind).to_have_text(re.compile(r"Updated \d+\s(seconds|min) ago\. Look again"))
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("link", name="Look again").click()
    expect(behind).to_be_hidden()


def test_a_list_that_the_keyboard_is_in_keeps_still_and_says_what_is_new(desk: Desk, window: Window) -> None:
    two(desk)

    def owed(phone: str) -> None:
        with desk.database.transaction() as session:
            calls.finish(session, a_call(session, phone, at=clock.now()), at=clock.now())

    owed("+447700900118")
    page = sits_down(window.page.context, desk, "Hana")
    page.get_by_role("button", name="Take it").focus()
    owed("+447700900119")
    expect(page.get_by_text("1 new on the desk.")).to_be_visible(timeout=A_WHILE)
    expect(page.get_by_role("button", name="Take it")).to_have_count(1)
    expect(page.get_by_role("button", name="Take it")).to_be_focused()
    # A caller waits: the line above grows, and what has the keyboard does not move on the screen.
    top = "document.activeElement.getBoundingClientRect().top"
    page.set_viewport_size({"width": page.viewport_size["width"] if page.viewport_size else 360, "height": 420})
    page.evaluate("window.scrollTo({ top: 280, behavior: 'instant' })")
    before = page.evaluate(top)
    with desk.database.transaction() as session:
        a_call(session, "+447700900120", at=clock.now())
    expect(page.locator("#ringing, #waiting-list").first).to_be_visible(timeout=A_WHILE)
    page.wait_for_timeout(100)
    assert abs(page.evaluate(top) - before) < 3
    page.get_by_role("button", name="Show them").click()
    expect(page.get_by_role("button", name="Take it")).to_have_count(2)
    expect(page.get_by_text("new on the desk.")).to_be_hidden()


def test_single_keys_do_nothing_until_they_are_switched_on_and_never_in_a_field(desk: Desk, window: Window) -> None:
    two(desk)
    page = sits_down(window.page.context, desk, "Hana")
    page.keyboard.press("n")
    page.goto(f"{desk.url}/yours")
    page.get_by_role("button", name="Switch them on").click()
    expect(page.get_by_text("Switched on, on this device.")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("n")
    words = page.get_by_label("In their words")
    words.fill("Milk")
    page.keyboard.type(" no onions?")
    expect(words).to_have_value("Milk no onions?")
    page.keyboard.press("Escape")
    expect(words).to_have_value("Milk no onions?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Write a request")
    with desk.database.transaction() as session:
        calls.finish(session, a_call(session, at=clock.now()), at=clock.now())
    page.goto(desk.url)
    page.keyboard.press("o")
    assert page.evaluate("document.activeElement.closest('#owed') !== null")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Look for")).to_be_visible()


def test_a_call_is_held_and_a_note_saved_by_key(desk: Desk, window: Window) -> None:
    two(desk)
    page = sits_down(window.page.context, desk, "Hana")
    page.goto(f"{desk.url}/yours")
    page.get_by_role("button", name="Switch them on").click()
    expect(page.get_by_text("Switched on, on this device.")).to_be_visible()
    at = clock.now()
    with desk.database.transaction() as session:
        hana = next(one for one in session.scalars(select(Person)) if one.first_name == "Hana")
        call_id = answered_by(session, hana, a_call(session, at=at), at=at).id
        request_id = a_request(session, hana, at=at).id
    page.goto(desk.url)
    expect(page.get_by_role("button", name="Hold")).to_be_visible()
    page.keyboard.press("h")
    expect(page.get_by_text("One moment.")).to_be_visible()
    with desk.database.reading() as session:
        assert session.get_one(Call, call_id).next_step == NextStep.HOLD
    page.goto(f"{desk.url}/requests/{request_id}")
    page.get_by_text("Add a note", exact=True).click()
    note = page.get_by_label("Your note")
    note.fill("She rang again.")
    note.press("Control+Enter")
    expect(page.locator("#main").get_by_text("She rang again.")).to_be_visible()
    expect(note).to_be_hidden()
