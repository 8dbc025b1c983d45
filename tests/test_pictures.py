"""The pictures of the README and the docs: each is shown somewhere, each that is shown is there, and together they are small."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"


def test_the_pictures_are_those_that_are_shown_and_small() -> None:
    shown = {
        (page.parent / link).resolve()
        for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
        for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text("utf-8"))
    }
    assert shown == {picture.resolve() for picture in PICTURES.iterdir()}
    assert sum(picture.stat().st_size for picture in PICTURES.iterdir()) < 800_000
