"""What a newcomer does after `script/server`: real processes, the switchboard page and the desk, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_socket import enable_socket

from stack import Stack, running_stack

PATIENCE = 25_000  # milliseconds that a step may take


@pytest.fixture
def stack(tmp_path: Path) -> object:
    enable_socket()
    with running_stack(tmp_path, say=lambda _name, _line: None) as stack:
        yield stack


def open_page(chromium: Browser, url: str, complaints: list[str]) -> Page:
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    return page


def telephone(board: Page, name: str) -> Locator:
    return board.locator("article.telephone").filter(has=board.locator("h2.name", has_text=name)).first


def texts_of(phone: Locator) -> Locator:
    details = phone.locator("details.texts")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    return details


def says_done(private: Page) -> None:
    private.locator("summary", has_text="It is done").click()
    private.get_by_role("button", name="Yes, it is done").click()
    expect(private.get_by_role("heading", level=1)).to_contain_text("It is done")


def test_a_newcomer_rings_answers_writes_down_and_sees_it_done(stack: Stack, chromium: Browser) -> None:
    expect.set_options(timeout=PATIENCE)
    complaints: list[str] = []
    board = open_page(chromium, stack.simulator_url, complaints)
    desk = open_page(chromium, stack.web_url, complaints)
    rita, hana, coral = (telephone(board, name) for name in ("Rita", "Hana", "Coral"))

    # Hana signs in, with the code from her telephone.
    number = hana.locator(".number").inner_text()
    desk.get_by_label("Your mobile number").fill(number)
    desk.get_by_role("button", name="Text me a code").click()
    message = texts_of(hana).locator("ol.messages li").filter(has_text="is your code").first
    code = re.search(r"\b(\d{6}) is your code", message.inner_text())
    assert code
    desk.get_by_label(re.compile("code", re.IGNORECASE)).first.fill(code.group(1))
    desk.get_by_role("button", name="Come in").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("The line is quiet.")

    # Rita rings; Hana answers and presses 1; the desk shows it by itself.
    rita.get_by_role("button", name="Ring the helpline").click()
    expect(rita.locator("ol.lines")).to_contain_text("dial 999")
    rita.locator(".keypad").get_by_role("button", name="1", exact=True).click()
    hana.get_by_role("button", name="Answer").click()
    expect(hana.locator("ol.lines")).to_contain_text("Press 1 to take it")
    hana.locator(".keypad").get_by_role("button", name="1", exact=True).click()
    expect(rita.locator("ol.lines")).to_contain_text("You are through to Hana")
    expect(desk.get_by_text("You are talking to Rita, probably")).to_be_visible()

    # Hana writes it down: the street as she hears it.
    desk.get_by_text("Shopping", exact=True).click()
    desk.get_by_label("In their words").fill("Milk, bread, and the blue tins for the cat")
    desk.get_by_label("House number").fill("14")
    desk.get_by_label("Street, type what you hear").press_sequentially("akaysha road", delay=20)
    desk.get_by_role("option").first.filter(has_text="Acacia Road").click()
    desk.get_by_text("Today", exact=True).click()
    expect(desk.locator(".say").first).to_contain_text("Coral")
    desk.get_by_text(re.compile("Neighbour pays")).click()
    desk.get_by_role("checkbox", name=re.compile("said yes")).check()
    desk.get_by_role("button", name=re.compile("Save and ask Coral")).click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Shopping")
    rita.get_by_role("button", name="Hang up").click()

    # Coral hears of it, says yes, opens the details, and says when it is done.
    offer = texts_of(coral).locator("ol.messages li").filter(has_text="Shopping near Acacia Road").first
    expect(offer).to_contain_text("Reply YES A or NO A")
    assert "Rita" not in offer.inner_text()
    coral.get_by_label("Text to the helpline").fill("YES A")
    coral.get_by_role("button", name="Send the text").click()
    second = texts_of(coral).locator("ol.messages li").filter(has_text="Who and where").locator("a").first
    private = open_page(chromium, second.get_attribute("href") or "", complaints)
    private.get_by_role("button", name="Show me who and where").click()
    expect(private.get_by_role("heading", level=1)).to_contain_text("Shopping for Rita")
    expect(private.get_by_text("14 Acacia Road")).to_be_visible()
    expect(desk.get_by_text("Taken").first).to_be_visible()
    says_done(private)
    expect(desk.get_by_text("Done").first).to_be_visible()
    expect(texts_of(hana).locator("ol.messages")).to_contain_text("Done: Shopping near Acacia Road")
    assert complaints == []
