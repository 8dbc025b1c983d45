"""The page of pieces is what the sheet has: no class that nothing wears, none that the sheet lacks, and every component shown."""

import re

import pytest

from dashboard.pieces import still
from dashboard.render import HERE, STATIC
from helpline.db import Database
from tests.builders import a_handler
from tests.dashboard.browser import Browser
from tests.dashboard.conftest import SignIn

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
A_CLASS = re.compile(r'\bclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)"', re.DOTALL)
# What the sheet has for a whole page or its layout, and for paper. What only one screen wears, that screen shows.
OF_A_PAGE = {
    "wrap", "two", "paper", "no-paper", "key", "strip-key", "swatch", "reach", "day",
    "spoken", "act", "actions", "fold", "mild", "stack", "close", "short", "wraps", "facts", "lit",
}  # fmt: skip


def of_the_sheet() -> set[str]:
    sheet = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", (STATIC / "helpline.css").read_text("utf-8"), flags=re.DOTALL)
    return {name for rule in re.findall(r"([^{}]+)\{", sheet) for name in re.findall(r"\.([A-Za-z][\w-]*)", rule)}


def worn(html: str) -> set[str]:
    """Every class in a template, those that a condition chooses among them; and the words of its conditions."""
    found: set[str] = set()
    for written in A_CLASS.findall(re.sub(r"\{#.*?#\}", "", html, flags=re.DOTALL)):
        found.update(JINJA.sub(" ", written).split())
        for logic in JINJA.findall(written):
            found.update(word for words in re.findall(r'"([^"]*)"', logic) for word in words.split())
    return found


def of_the_templates() -> set[str]:
    html = [file.read_text("utf-8") for file in (HERE / "templates").rglob("*.html")]
    kinds = [word for one in html for words in re.findall(r"\{% block kind %\}(.*?)\{%", one) for word in words.split()]
    scripts = " ".join(file.read_text("utf-8") for file in STATIC.glob("[!h]*.js"))
    scripts += (STATIC / "helpline.js").read_text("utf-8")
    by_hand = re.findall(r"classList\.\w+\(\"([\w-]+)\"", scripts) + re.findall(r"className = \"([\w -]+)\"", scripts)
    return set().union(*map(worn, html), kinds, by_hand)


@pytest.fixture
def hana(database: Database, signed_in: SignIn) -> Browser:
    with database.transaction() as session:
        person = a_handler(session, "Hana")
    return signed_in(person)


def test_every_class_of_the_sheet_is_worn() -> None:
    assert of_the_sheet() - of_the_templates() == set()


def test_no_class_is_worn_that_the_sheet_lacks() -> None:
    conditions = {  # what a condition compares with, and no class
        word
        for file in (HERE / "templates").rglob("*.html")
        for written in A_CLASS.findall(file.read_text("utf-8"))
        for word in re.findall(r'(?:[=!]=|in) *\(?((?:"[\w-]+"(?:, *)?)+)', written)
        for word in re.findall(r'"([\w-]+)"', word)
    }
    assert of_the_templates() - of_the_sheet() - conditions == set()


def shared() -> set[str]:
    """The classes of the sheet that more than one screen wears."""
    rooms: dict[str, set[str]] = {}
    for file in (HERE / "templates").rglob("*.html"):
        rooms.setdefault(file.relative_to(HERE / "templates").parts[0], set()).update(worn(file.read_text("utf-8")))
    rooms.pop("pieces")
    return {name for name in of_the_sheet() if sum(name in there for there in rooms.values()) > 1}


def test_every_component_is_among_the_pieces(hana: Browser) -> None:
    page = hana.open("/pieces")
    assert page.status == 200
    shown = {name for written in re.findall(r'class="([^"]*)"', page.html) for name in written.split()}
    assert shared() - shown - OF_A_PAGE == set()


def test_the_pieces_say_what_they_should(hana: Browser) -> None:
    hana.open("/pieces").says(
        "Your phone is ringing.",
        "You are talking to Rita, probably",
        "You, Coral and Rita, probably, are talking",
        "2 callers are waiting.",
        "late, 1 h 5 min",
        "Coral looks after Acacia Road.",
        "Not saved yet: 3 things need another look.",
        "If Coral has not answered by then, we ask Priti.",
        "Everybody is away, so what is asked comes to the desk",
        "busy hours, a third would help",
        "Put the kettle on.",
    )


def test_nothing_on_it_can_be_pressed_by_mistake(hana: Browser) -> None:
    page = hana.open("/pieces")
    pieces = page.html[page.html.index("<main") :]
    assert "hx-" not in pieces
    assert 'method="post"' not in pieces
    assert set(re.findall(r'(?:href|action)="([^"#][^"]*)"', pieces)) == {"/pieces"}
    names = re.findall(r'\sid="([^"]+)"', pieces)
    assert len(names) == len(set(names))


def test_a_part_that_stands_still_keeps_its_names_apart_and_its_headings_in_order() -> None:
    part = '<section aria-labelledby="a"><h2 id="a">A</h2><h3>B</h3><a href="#a">A</a><a href="/">C</a></section>'
    assert still(part, 7) == (
        '<section><h2 aria-level="3" id="a-7">A</h2><h3 aria-level="4">B</h3>'
        '<a href="#a-7">A</a><a href="/pieces">C</a></section>'
    )


def test_whoever_has_not_signed_in_is_not_shown_it(visitor: Browser) -> None:
    assert visitor.open("/pieces", follow=False).status == 303
