"""Take the README's pictures: the desk and the switchboard while Rita tells Hana what she needs.

Nobody in them is real, and every number in them is kept for drama.
"""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from actors import Switchboard, Telephone
from procfile import ROOT
from stack import Stack, running_stack

PICTURES = ROOT / "docs" / "pictures"
WIDE, PHONE = ViewportSize(width=1280, height=1240), ViewportSize(width=390, height=844)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]


def main() -> int:
    """Play the evening as far as the form, and look at it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="helpline-pictures-") as folder,
        running_stack(Path(folder), say=lambda _name, _line: None) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        desk = browser.new_context(viewport=WIDE, color_scheme="light").new_page()
        board = browser.new_context(viewport=WIDE, color_scheme="light").new_page()
        take(stack, desk, board)
        browser.close()
    return 0


def take(stack: Stack, desk: Page, board: Page) -> None:
    """Each picture at its moment."""
    telephones = Switchboard(stack.simulator_url)
    rita, hana = telephones.telephone("Rita"), telephones.telephone("Hana")
    sign_in(desk, stack, hana)
    board.goto(stack.simulator_url)
    rita.do("dial").hears("dial 999").do("press", keys="1")
    hana.rings().hears("Press 1 to take it").do("press", keys="1")
    rita.hears("talking to Hana")
    rita.do("speak", words="I cannot get out for my shopping. It is Rita, at 14 Acacia Road.")
    write(desk)
    desk.wait_for_timeout(16_000)  # a call looks like one when it has lasted a little
    keep(desk, "desk.png")
    keep(board, "switchboard.png")
    desk.set_viewport_size(PHONE)
    keep(desk, "desk-on-a-phone.png")


def sign_in(desk: Page, stack: Stack, hana: Telephone) -> None:
    """Hana comes in with the code that her telephone receives."""
    desk.goto(stack.web_url)
    desk.get_by_label("Your mobile number").fill(hana.number)
    desk.get_by_role("button", name="Text me a code").click()
    desk.get_by_label("code").first.fill(hana.receives("is your code").split()[0])
    desk.get_by_role("button", name="Come in").click()
    desk.get_by_role("heading", name="The line is quiet.").wait_for()


def write(desk: Page) -> None:
    """Hana writes down what Rita needs, as far as the street that sounds like what she typed."""
    desk.get_by_text("Shopping", exact=True).click()
    desk.get_by_label("In their words").fill("Milk, bread, cat food (the blue tins), two bananas")
    desk.get_by_label("House number").fill("14")
    desk.get_by_label("Street, type what you hear").press_sequentially("akaysha road", delay=20)
    desk.get_by_role("option").first.filter(has_text="Acacia Road").wait_for()


def keep(page: Page, name: str) -> None:
    """One picture, in docs/pictures."""
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=PICTURES / name)
    print(f"docs/pictures/{name}")


if __name__ == "__main__":
    sys.exit(main())
