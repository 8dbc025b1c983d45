"""Every screen that a browser can open, on a busy afternoon, at a kitchen table and in a hand, by day and in the dark.

A screen that is new is looked at by itself. One whose address takes a parameter that nothing in `busy_ward` fills, fails.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from dashboard.app import create
from helpline import config, sign_in
from helpline.db import Database
from helpline.messages import Message
from helpline.people import Person
from tests import screens as every_screen
from tests.browser import busy_ward
from tests.browser.busy_ward import Ward
from tests.browser.conftest import Desk, served
from tests.builders import NOON
from tests.conftest import settings_for
from tests.dashboard.browser import Hands

WIDE, NARROW, NARROWEST = 1280, 360, 320
FIT = Path(__file__).with_name("fit.js").read_text(encoding="utf-8")
# What the parameter of an address is called where two kinds of thing have the same name.
OTHERWISE = {
    "/o/{token}": "offer_token",
    "/p/{token}": "patch_token",
    "/requests/{request_id}/correct": "open_request_id",
    "/b/{token}": "buddy_token",
    "/rota/shifts/{shift_id}/swap": "own_shift_id",
}
# Part of one, or only pressed for.
PARTS = every_screen.PARTS | every_screen.ON_THEIR_WAY - {"/sign-in/code"}
ADDRESSES = """[...document.querySelectorAll("a, form")].map(
    (one) => one.getAttribute("href") ?? one.getAttribute("action") ?? "")"""
ALL = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# In the dark only the colours are others, and in a hand only what is beside what.
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
PLACES = {"resultTypes": ["violations"], "runOnly": ["target-size", "scrollable-region-focusable", "region"]}


def a_code(page: Page, url: str) -> None:
    """The page for a code is only there when one was asked for."""
    page.goto(f"{url}/sign-in")
    page.get_by_label("Your mobile number").fill("07700 900999")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code")


BEFORE = {"/sign-in/code": a_code}


@dataclass
class Screens:
    """The desk with the busy ward on it, and the browsers of those who look at it."""

    desk: Desk
    ward: Ward
    personal: re.Pattern[str]
    pages: dict[str, Page]
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def screens(chromium: Browser, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    file = tmp_path_factory.mktemp("screens") / "helpline.db"
    shutil.copy(migrated_file, file)
    with served(file, clock=Hands(NOON)) as desk:
        with desk.database.transaction() as session:
            ward = busy_ward.fill(session, config.current())
        complaints: list[str] = []
        contexts = {name: a_browser(chromium, desk, name) for name in ("Hana", "Tomasz", "nobody")}
        pages = {name: a_page(context, complaints) for name, context in contexts.items()}
        yield Screens(desk, ward, everybody(desk.database), pages, complaints)
        for context in contexts.values():
            context.close()


def a_browser(chromium: Browser, desk: Desk, name: str) -> BrowserContext:
    """Somebody's, in which they are signed in already."""
    context = chromium.new_context(viewport={"width": WIDE, "height": 800}, reduced_motion="reduce")
    context.add_init_script(AXE_SCRIPT)
    if name != "nobody":
        with desk.database.transaction() as session:
            who = busy_ward.who(session, name)
            sign_in.ask_for_code(session, who.phone or "", at=NOON)
            code = session.scalars(select(Message.body).order_by(Message.id.desc())).first().split()[0]
            token = sign_in.sign_in(session, who.phone or "", code, label="Chrome", at=NOON)
        context.add_cookies([{"name": "helpline_device", "value": token, "url": desk.url}])
    return context


def a_page(context: BrowserContext, complaints: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def everybody(database: Database) -> re.Pattern[str]:
    """Every name and number that we know, to be found in no title and no address."""
    with database.reading() as session:
        known = list(session.scalars(select(Person)))
        words = {word for person in known for word in (person.name or "").split()}
        numbers = {(person.phone or "x")[-7:] for person in known}
    return re.compile(r"\b(" + "|".join(map(re.escape, sorted(words | numbers))) + r")\b")


def doors() -> list[str]:
    """Every address that shows a screen."""
    app = create(settings_for(), database=Database("sqlite:///never-opened.db"))
    return [path for path in every_screen.paths(app) if path not in PARTS]


def addresses(path: str, ward: Ward) -> list[str]:
    """It with each value that its parameter can have."""
    found = [""]
    for part in re.split(r"({\w+})", path):
        name = OTHERWISE.get(path, part.strip("{}")) if part.startswith("{") else None
        if name is not None and not ward.places.get(name):
            pytest.fail(f"{path} wants a {name}: give one in tests/browser/busy_ward.py")
        values = ward.places[name] if name else [part]
        found = [f"{begun}{value}" for begun in found for value in values]
    return found


def is_fit(screens: Screens, page: Page) -> list[str]:
    """What is wrong with the page as it stands, by day and in the dark, wide and narrow."""
    wrong: list[str] = []
    for width, by_day in ((WIDE, ALL), (NARROW, PLACES)):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="light")
        wrong += [f"{width} px: {said}" for said in page.evaluate(FIT, {"phone": width == NARROW})]
        wrong += axe(page, by_day, f"{width} px, light")
        page.emulate_media(color_scheme="dark")
        wrong += axe(page, COLOURS, f"{width} px, dark")
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append("it goes sideways at 320 px")
    title = page.title()
    addressed = page.evaluate(ADDRESSES)
    if not title.endswith(", Larkfield Neighbours") or title.startswith(","):
        wrong.append(f"its title is {title!r}")
    wrong += [f"it tells of somebody in {words!r}" for words in [title, *addressed] if screens.personal.search(words)]
    return wrong + [f"its console says {said}" for said in screens.complaints]


def axe(page: Page, options: dict[str, Any], when: str) -> list[str]:
    found = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{when}: {violation['help']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("path", doors())
def test_it_is_fit_for_everybody(screens: Screens, path: str) -> None:
    whose = "nobody" if path.startswith(("/sign-in", "/o/", "/p/", "/card")) else "Hana"
    page = screens.pages[whose]
    wrong: list[str] = []
    for address in addresses(path, screens.ward):
        if path in BEFORE:
            BEFORE[path](page, screens.desk.url)
        screens.complaints.clear()
        answer = page.goto(screens.desk.url + address)
        assert answer is not None
        assert answer.status == 200, f"{address} answers {answer.status}"
        assert page.url.removeprefix(screens.desk.url) == address
        wrong += [f"{address}: {said}" for said in is_fit(screens, page)]
    assert not wrong, "\n".join(wrong)


def test_whoever_is_in_a_call_sees_it_and_what_they_took(screens: Screens) -> None:
    """Tomasz, while Rita talks to him."""
    page = screens.pages["Tomasz"]
    screens.complaints.clear()
    page.goto(screens.desk.url)
    page.get_by_role("heading", level=1, name="You are talking to Rita").wait_for()
    wrong = is_fit(screens, page)
    assert not wrong, "\n".join(wrong)


def test_the_details_behind_the_second_link(screens: Screens) -> None:
    page = screens.pages["nobody"]
    page.goto(f"{screens.desk.url}/o/{screens.ward.places['offer_token'][-1]}")
    page.get_by_role("button", name="Show me who and where").click()
    page.get_by_text("8 Medlar Street").wait_for()
    screens.complaints.clear()
    wrong = is_fit(screens, page)
    assert not wrong, "\n".join(wrong)


INKS = ["--page", "--sheet", "--ink", "--press", "--tint", "--call"]

# What somebody may do to the words of any page: twice as large, or further apart (WCAG 1.4.4 and 1.4.12).
LARGER = "html { font-size: 225% !important }"
APART = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
WORN = """(rules) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
}"""
# What is cut: words that go on beyond a box that hides them.
CUT = """() => [...document.querySelectorAll("main *")].filter((one) =>
  one.checkVisibility() && !one.closest(".unseen") && one.innerText?.trim()
  && getComputedStyle(one).overflow === "hidden"
  && one.clientWidth > 1 && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", ["/", "/requests/new", "/requests/1", "/rota", "/patches", "/people", "/pieces"])
def test_words_may_be_larger_and_further_apart(screens: Screens, path: str) -> None:
    page = screens.pages["Hana"]
    page.goto(screens.desk.url + path)
    for rules, width in ((LARGER, WIDE), (LARGER, 2 * NARROWEST), (APART, WIDE), (APART, NARROW)):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(WORN, rules)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, f"{rules} at {width}"
        assert page.evaluate(CUT) == [], f"{rules} at {width}"


def test_states_are_seen_in_the_colours_of_the_system_and_nothing_moves_that_should_not(screens: Screens) -> None:
    page = screens.pages["Hana"]
    page.set_viewport_size({"width": WIDE, "height": 800})
    page.emulate_media(color_scheme="light", forced_colors="active")
    page.goto(f"{screens.desk.url}/pieces")
    for shown in (".call", ".press", ".notice", ".chips label:has(:checked)", ".strip li", ".news", ".say"):
        border = page.locator(shown).first.evaluate("(one) => getComputedStyle(one).borderTopWidth")
        assert float(border.removesuffix("px")) >= 1, shown
    expect(page.locator(".chips label:has(:checked) .i").first).to_be_visible()
    page.emulate_media(forced_colors="none", reduced_motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("document.getAnimations().map((one) => one.animationName)") == ["fresh"]
    page.emulate_media(reduced_motion="reduce")


@pytest.mark.parametrize("path", ["/rota", "/requests/1", "/patches", "/reports", "/signposts/print"])
def test_paper_is_black_on_white_whatever_the_device_likes(screens: Screens, path: str) -> None:
    page = screens.pages["Hana"]
    page.set_viewport_size({"width": WIDE, "height": 800})
    page.goto(screens.desk.url + path)
    page.emulate_media(media="print", color_scheme="dark")
    found = page.evaluate(
        "(names) => names.map((one) => getComputedStyle(document.documentElement).getPropertyValue(one))", INKS
    )
    bars = [page.locator(one).first.is_visible() for one in (".nav", ".press", ".skip") if page.locator(one).count()]
    page.emulate_media(media="screen", color_scheme="light")
    assert [ink.strip() for ink in found] == ["#fff", "#fff", "#000", "#000", "#fff", "#fff"]
    assert not any(bars)
