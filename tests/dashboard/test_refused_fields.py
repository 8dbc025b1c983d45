"""A field that is refused says so in one way: it is tied to the sentence that says why, and that sentence stands in its template.

That no page has one name twice, or ties a field to what is not there, each page that a test reads is asked (`browser.Page`).
"""

import re
from pathlib import Path

import pytest

from dashboard.render import HERE

TEMPLATES = HERE / "templates"
BY_THEMSELVES = ["parts/macros.html", "requests/_form_parts.html"]  # where it is said how
TIED = re.compile(r"\b(?:says_why\(|says_why_of\([^,]+, |why\()((?:[^,()]|\([^()]*\))+)[,)]")
DRAWN = re.compile(r"\brefused\(([^,]+),")
# What can be refused of a press and not of a field: the sentence stands beside the button.
PRESSES = {"prompts/page.html": {"read", "ring"}, "rota/pattern.html": {"change"}, "settings/opening.html": {"closing"}}


def named(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def templates() -> list[Path]:
    return [one for one in sorted(TEMPLATES.rglob("*.html")) if named(one) not in BY_THEMSELVES]


def ids(found: list[str]) -> set[str]:
    return {one.strip("\"'") for one in found}


def with_fields() -> list[Path]:
    return [one for one in templates() if TIED.search(html := one.read_text("utf-8")) or DRAWN.search(html)]


def test_no_template_writes_by_hand_that_a_field_was_refused() -> None:
    assert [named(one) for one in templates() if "aria-invalid" in one.read_text("utf-8")] == []


@pytest.mark.parametrize("template", with_fields(), ids=named)
def test_each_field_is_tied_to_a_sentence_that_is_drawn(template: Path) -> None:
    html = template.read_text("utf-8")
    assert ids(TIED.findall(html)) | PRESSES.get(named(template), set()) == ids(DRAWN.findall(html))
