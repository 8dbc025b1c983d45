"""What was typed in one field may mean several things; a table."""

import pytest

from helpline import looked_for
from helpline.places import Name
from helpline.wording import Kind

WARD = [
    Name(place, name)
    for place, name in enumerate(("Acacia Road", "Marsh Lane", "Quince Lane", "St Mary's Close", "Ritson Road"))
]


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("BXK42", "BXK42"),
        (" bxk 42 ", "BXK42"),
        ("bxk-42", "BXK42"),
        ("Rita", None),
        ("118", None),
        ("07700 900118", None),
    ],
)
def test_a_reference(typed: str, reference: str | None) -> None:
    assert looked_for.reference(typed) == reference


@pytest.mark.parametrize(
    ("typed", "kinds", "words"),
    [
        ("shopping", {Kind.SHOPPING}, ()),
        ("some shopping for Rita", {Kind.SHOPPING}, ("rita",)),
        ("Dog walk", {Kind.DOG_WALK}, ()),
        ("odd jobs", {Kind.ODD_JOB}, ()),
        ("food parcel", {Kind.FOOD_PARCEL}, ()),
        ("offer of help", {Kind.OFFER_OF_HELP}, ()),
        ("Job Walker", set(), ("job", "walker")),
        ("118", set(), ("118",)),
        ("14", set(), ()),
        ("Rita 118", set(), ("118", "rita")),
    ],
)
def test_kinds_and_words(typed: str, kinds: set[Kind], words: tuple[str, ...]) -> None:
    meant = looked_for.understand(typed, WARD)
    assert (set(meant.kinds), meant.words) == (kinds, words)


@pytest.mark.parametrize(
    ("typed", "street", "surely"),
    [
        ("acacia", "Acacia Road", True),
        ("Akasha Rd", "Acacia Road", False),
        ("shopping on saint marys", "St Mary's Close", False),
    ],
)
def test_a_street_as_it_is_heard(typed: str, street: str, surely: bool) -> None:
    meant = looked_for.understand(typed, WARD)
    assert meant.streets[0].name == street
    assert meant.is_a_street is surely


@pytest.mark.parametrize(
    ("typed", "name", "there"),
    [
        ("rita acacia", ("rita",), ["Acacia Road"]),
        ("Rita Marsh", ("rita",), ["Marsh Lane"]),
        ("rita quince lane", ("rita",), ["Quince Lane"]),
        ("rita bell", (), []),
        ("acacia road", (), []),
    ],
)
def test_a_name_and_a_street(typed: str, name: tuple[str, ...], there: list[str]) -> None:
    meant = looked_for.understand(typed, WARD)
    assert meant.name_there == name
    assert [street.name for street in meant.streets_there] == there
