"""The evenings in `docs/evenings` are what is really heard."""

import pytest

from tests.stories import told


@pytest.mark.parametrize("name", told.EVENINGS)
def test_an_evening_is_told_as_it_is_heard(name: str) -> None:
    written = (told.FOLDER / f"{name}.md").read_text()
    assert told.told(name) == written, "write them again: python -m tests.stories.told, and read them aloud"
