"""Which patch a house belongs to."""

import pytest
from sqlalchemy.orm import Session

from helpline import places
from helpline.errors import HelplineError
from helpline.places import Numbers, Side, Stretch
from tests.builders import a_street


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", [Numbers()]),
        ("  ", [Numbers()]),
        ("1-49 odd", [Numbers(1, 49, Side.ODD)]),
        ("2–48 Even", [Numbers(2, 48, Side.EVEN)]),  # noqa: RUF001
        ("odds", [Numbers(side=Side.ODD)]),
        ("50-", [Numbers(50)]),
        ("7", [Numbers(7, 7)]),
        ("1 - 9, 20-30 even,41", [Numbers(1, 9), Numbers(20, 30, Side.EVEN), Numbers(41, 41)]),
    ],
)
def test_house_numbers_as_a_spreadsheet_writes_them(written: str, meant: list[Numbers]) -> None:
    assert places.read_numbers(written) == meant


@pytest.mark.parametrize("written", ["x", "-", "9-1", "1--3", "1-9 both", "1,,2", "1 to 9"])
def test_house_numbers_that_make_no_sense(written: str) -> None:
    with pytest.raises(HelplineError, match="House numbers"):
        places.read_numbers(written)


@pytest.mark.parametrize(
    "numbers", [Numbers(), Numbers(1, 49, Side.ODD), Numbers(side=Side.EVEN), Numbers(50), Numbers(7, 7), Numbers(2, 8)]
)
def test_written_numbers_read_back_as_themselves(numbers: Numbers) -> None:
    stretch = Stretch(first=numbers.first, last=numbers.last, side=numbers.side)
    assert places.read_numbers(places.written_numbers(stretch)) == [numbers]


@pytest.mark.parametrize(
    ("house", "number"),
    [
        ("14", 14),
        ("14a", 14),
        ("14 B", 14),
        ("Flat 2, 14", 14),
        ("14, flat 2", 14),
        ("Apt 3b 101", 101),
        ("Rose Cottage", None),
        ("Flat 2", None),
        ("", None),
        (None, None),
    ],
)
def test_the_number_of_a_house(house: str | None, number: int | None) -> None:
    assert places.house_number(house) == number


def test_a_whole_street_needs_no_number(session: Session) -> None:
    street = a_street(session, "Acacia Road", patch="Acacia")
    for house in (None, "", "Rose Cottage", "14"):
        patch = places.patch_for(street, house)
        assert patch is not None
        assert patch.name == "Acacia"


def test_a_split_street_needs_one(session: Session) -> None:
    a_street(session, "Elm Walk", patch="Odd", numbers=Numbers(side=Side.ODD))
    street = a_street(session, "Elm Walk", patch="Even", numbers=Numbers(side=Side.EVEN))
    patches = {house: places.patch_for(street, house) for house in ("1", "2", "Flat 2, 7", "Rose Cottage")}
    assert {house: patch.name if patch else None for house, patch in patches.items()} == {
        "1": "Odd",
        "2": "Even",
        "Flat 2, 7": "Odd",
        "Rose Cottage": None,
    }


def test_a_number_beyond_every_stretch_is_nobodys(session: Session) -> None:
    street = a_street(session, "Larch Avenue", patch="Elm", numbers=Numbers(1, 59))
    assert places.patch_for(street, "60") is None
    assert places.patch_for(street, "59") is not None
    assert places.patch_for(street, "1") is not None


@pytest.mark.parametrize("first_written", ["wide", "narrow"])
@pytest.mark.parametrize(
    ("wide", "narrow", "house"),
    [
        (Numbers(), Numbers(20, 30), "25"),
        (Numbers(), Numbers(side=Side.EVEN), "4"),
        (Numbers(), Numbers(50), "51"),
        (Numbers(1, 99, Side.ODD), Numbers(41, 47), "43"),
        (Numbers(20, 30), Numbers(20, 30, Side.EVEN), "24"),
    ],
)
def test_the_narrowest_stretch_wins(
    session: Session, wide: Numbers, narrow: Numbers, house: str, first_written: str
) -> None:
    stretches = {"wide": wide, "narrow": narrow}
    for name in (first_written, *(stretches.keys() - {first_written})):
        street = a_street(session, "Willow Bank", patch=name, numbers=stretches[name])
    patch = places.patch_for(street, house)
    assert patch is not None
    assert patch.name == "narrow"


def test_a_street_is_found_by_its_exact_name(session: Session) -> None:
    a_street(session, "Acacia Road")
    assert places.find_street(session, " Acacia Road ") is not None
    assert places.find_street(session, "Acacia") is None
