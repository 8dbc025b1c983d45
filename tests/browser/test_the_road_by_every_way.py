"""The essential road, from signing in to a shift on the rota, in two ways: by keyboard alone, and with JavaScript off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session

from helpline import calls, clock
from tests.browser.conftest import Desk
from tests.browser.test_the_desk import the_code
from tests.browser.test_the_rota import a_slot
from tests.builders import a_coordinator, a_handler, a_street
from tests.dashboard.cast import a_call

TABS = 90


def a_desk(session: Session, at: datetime) -> None:
    """Two streets that sound alike, somebody to be rung back, and a time of the rota that nobody has."""
    a_street(session, "Acacia Road")
    a_street(session, "Acacia Close", patch="The Closes")
    a_coordinator(session, "Coral", at=at, awake=True)
    a_handler(session, "Hana", phone="+447700900001", at=at, on_shift=False)
    calls.finish(session, a_call(session, at=at - timedelta(minutes=20)), at=at - timedelta(minutes=18))
    a_slot(session, at.date() + timedelta(days=9 - at.weekday()), 10)  # Wednesday of next week


def pressed(page: Page, role: Any, name: str) -> Locator:
    """What is pressed by that name; what is folded away opens by its summary."""
    found = page.get_by_role(role, name=name)
    return found.or_(page.locator("summary", has_text=name)).first


@dataclass
class Keys:
    """Somebody who has no mouse: Tab until it is in focus, and every stop on the way can be seen."""

    page: Page

    def reach(self, wanted: Locator) -> None:
        expect(wanted).to_be_visible()
        for _ in range(TABS):
            if wanted.evaluate("(one) => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(SEEN), self.page.evaluate("document.activeElement.outerHTML")
        raise AssertionError(f"{wanted} is not reached by Tab")

    def press(self, role: str, name: str, key: str = "Enter") -> None:
        self.reach(pressed(self.page, role, name))
        self.page.keyboard.press(key)

    def write(self, label: str, words: str) -> None:
        self.reach(self.page.get_by_label(label))
        self.page.keyboard.type(words)

    def tick(self, label: str) -> None:
        one = self.page.get_by_label(label)
        if one.get_attribute("type") == "radio":  # one stop for all of a group; arrows go on from there
            group = self.page.locator(f"input[name={one.get_attribute('name')}]")
            self.reach(group.first)
            for _ in range(group.count()):
                if one.evaluate("(one) => one === document.activeElement"):
                    break
                self.page.keyboard.press("ArrowDown")
        else:
            self.reach(one)
        if not one.is_checked():
            self.page.keyboard.press("Space")
        expect(one).to_be_checked()

    def street(self) -> None:
        """The list comes while one types; down, and Enter takes."""
        self.write("Street, type what you hear", "akaysha rode")
        expect(self.page.get_by_role("option").first).to_contain_text("Acacia Road")
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#street")).to_have_value("Acacia Road")


# Whatever has the focus is within sight, with a ring around it, and no bar lies over it.
SEEN = """() => {
  const one = document.activeElement;
  if (one === document.body) return true;
  const box = (one.closest(".chips label") ?? one).getBoundingClientRect();
  const ring = getComputedStyle(one.closest(".chips label") ?? one);
  const bar = document.querySelector(".nav");
  const floor = bar && getComputedStyle(bar).position === "fixed" && !bar.contains(one)
    ? bar.getBoundingClientRect().top : innerHeight;
  const top = one.matches("textarea") ? box.top + 48 : box.bottom;
  return ring.outlineStyle !== "none" && box.bottom > 0 && box.top < innerHeight && (top <= floor + 1 || box.height > floor / 2);
}"""


@dataclass
class NoScript:
    """Somebody whose browser runs none of our JavaScript."""

    page: Page

    def press(self, role: str, name: str) -> None:
        pressed(self.page, role, name).click()

    def write(self, label: str, words: str) -> None:
        self.page.get_by_label(label).fill(words)

    def tick(self, label: str) -> None:
        self.page.get_by_label(label).check(force=True)

    def street(self) -> None:
        """It is typed; which was meant is asked when it is saved."""
        self.write("Street, type what you hear", "akaysha rode")


Way = Callable[[Page], Keys | NoScript]


@pytest.mark.parametrize(("way", "width"), [(Keys, 1280), (Keys, 360), (NoScript, 360)])
def test_from_signing_in_to_a_shift_on_the_rota(desk: Desk, chromium: Browser, way: Way, width: int) -> None:
    with desk.database.transaction() as session:
        a_desk(session, clock.now())
    context = chromium.new_context(viewport={"width": width, "height": 740}, java_script_enabled=way is not NoScript)
    page = context.new_page()
    page.set_default_timeout(10_000)
    hand = way(page)
    says = Says(page)

    page.goto(desk.url)
    hand.write("Your mobile number", "07700 900001")
    hand.press("button", "Text me a code")
    expect(page.get_by_label("The code")).to_be_visible()
    hand.write("The code", the_code(desk.database))
    hand.press("button", "Come in")
    says("The line is quiet.")

    hand.press("button", "Start a shift now")
    expect(page.get_by_role("link", name="End my shift")).to_be_visible()
    hand.press("button", "Take it")
    expect(page.locator("#owed")).to_contain_text("You")
    expect(page.get_by_role("button", name="Ring them")).to_be_visible()

    hand.press("link", "Ring back a caller")
    says("Ring back a caller.")
    hand.press("link", "Write a request")
    writes(hand, page)
    says("Shopping for Rita")
    expect(page.locator("#standing")).to_contain_text("Coral has been asked")

    hand.press("button", "Add a note")
    hand.write("Your note", "Her sister comes on Sunday.")
    hand.press("button", "Save the note")
    expect(page.locator("#story")).to_contain_text("Her sister comes on Sunday.")
    hand.press("button", "It is done")
    expect(page.locator("#standing")).to_contain_text("Done")

    hand.press("link", "Rota")
    hand.press("link", "Next week")
    hand.press("button", "Take it")
    expect(page.locator("#news")).to_have_text("It is yours. Thank you.")
    context.close()


@dataclass
class Says:
    """What the heading of the page is now."""

    page: Page

    def __call__(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)


def writes(hand: Keys | NoScript, page: Page) -> None:
    """What Rita needs, and where; the choice of streets comes before or after."""
    hand.tick("Shopping")
    hand.write("In their words", "Milk, bread, cat food")
    hand.write("What they are called", "Rita")
    hand.write("House number", "14")
    hand.street()
    hand.tick("Today")
    hand.tick("None needed")
    hand.tick("They said yes")
    hand.press("button", "Save")
    if isinstance(hand, NoScript):
        expect(page.get_by_text("Your words are all here.")).to_be_visible()
        hand.tick("Acacia Road")
        hand.press("button", "Save")
