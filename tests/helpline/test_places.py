"""Which patch a house belongs to."""

import pytest
from sqlalchemy.orm import Session

from helpline import houses, places
from helpline.errors import HelplineError
from helpline.places import Numbers, Patch, Side, Street, Stretch
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
        ("Rose Court", [Numbers(0, 0, named="Rose Court")]),
        ("2-48 even, The Old Forge", [Numbers(2, 48, Side.EVEN), Numbers(0, 0, named="The Old Forge")]),
        ("1 - 9, 20-30 even,41", [Numbers(1, 9), Numbers(20, 30, Side.EVEN), Numbers(41, 41)]),
    ],
)
def test_house_numbers_as_a_spreadsheet_writes_them(written: str, meant: list[Numbers]) -> None:
    assert places.read_numbers(written) == meant


@pytest.mark.parametrize(
    "written", ["x", "-", "9-1", "1--3", "1-9 both", "1,,2", "1 to 9", "both sides", "12 Rose Court"]
)
def test_house_numbers_that_make_no_sense(written: str) -> None:
    with pytest.raises(HelplineError, match="House numbers"):
        places.read_numbers(written)


@pytest.mark.parametrize(
    "numbers",
    [
        Numbers(),
        Numbers(1, 49, Side.ODD),
        Numbers(side=Side.EVEN),
        Numbers(50),
        Numbers(7, 7),
        Numbers(2, 8),
        Numbers(0, 0, named="Rose Court"),
    ],
)
def test_written_numbers_read_back_as_themselves(numbers: Numbers) -> None:
    stretch = Stretch(first=numbers.first, last=numbers.last, side=numbers.side, named=numbers.named)
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
    assert houses.read(house).number == number


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


ROSE = Numbers(0, 0, named="Rose Court")
FORGE = Numbers(0, 0, named="The Old Forge")


@pytest.mark.parametrize(
    ("house", "patch", "why"),
    [
        # numbers, odd and even
        ("7", "Odd", None),
        ("12", "Even", None),
        ("12a", "Even", None),
        ("12 A", "Even", None),
        ("No. 12", "Even", None),
        ("12 Acacia Road", "Even", None),
        ("Flat 3, 12", "Even", None),
        ("Flat 3 12 Acacia Road", "Even", None),
        ("flat b, 7", "Odd", None),
        ("12, flat 3", "Even", None),
        ("12 upstairs", "Even", None),
        ("Garden flat, 7", "Odd", None),
        ("2-4", "Even", None),
        # a block and a house of their own, whatever number stands beside them
        ("Rose Court", "Block", None),
        ("rose ct.", "Block", None),
        ("3 Rose Court", "Block", None),
        ("Flat 3, Rose Court", "Block", None),
        ("Flat 3, Rose Court, 12 Acacia Road", "Block", None),
        ("The Old Forge", "Block", None),
        ("Old Forge", "Block", None),
        # a block that has none, by its number on the street
        ("Flat 3, Elm House, 12", "Even", None),
        # and what nobody can tell
        ("", None, "is shared between two patches, and no house was given"),
        ("Flat 3", None, "could be in either of two patches. Ask which end"),
        ("Rose Cottage", None, "could be in either of two patches"),
        ("Roze Court", None, "could be in either of two patches. Is it Rose Court?"),
        ("7 Elm House", None, "is a flat, and we do not know where its block is"),
        ("7 Roze Court", None, "we do not know where its block is. Is it Rose Court?"),
        ("11-12", None, "reaches into two patches"),
        ("7 and 8", None, "reaches into two patches"),
        ("200", None, "is in no patch that we know of"),
        ("0", None, "is in no patch that we know of"),
    ],
)
def test_houses_as_people_say_them(house: str, patch: str | None, why: str | None) -> None:
    numbers = {"Odd": Numbers(1, 99, Side.ODD), "Even": Numbers(2, 98, Side.EVEN)}
    stretches = [("Odd", numbers["Odd"]), ("Even", numbers["Even"]), ("Block", ROSE), ("Block", FORGE)]
    ids = {"Odd": 1, "Even": 2, "Block": 3}
    street = Street(name="Acacia Road")
    for name, one in stretches:
        made = Stretch(first=one.first, last=one.last, side=one.side, named=one.named)
        made.patch_id, made.patch = ids[name], Patch(id=ids[name], name=name)
        street.stretches.append(made)
    found = places.place_of(street, house).patch
    assert (found.name if found else None) == patch
    said = places.why_unknown(street, house)
    assert said == why if why is None else why in (said or "")


def test_a_block_inside_a_whole_street_has_its_own_patch_and_a_house_without_a_number_is_the_desks(
    session: Session,
) -> None:
    a_street(session, "Acacia Road", patch="Street")
    street = a_street(session, "Acacia Road", patch="Court", numbers=ROSE)
    found = {house: places.patch_for(street, house) for house in ("12", "3 Rose Court", "The Old Forge", None)}
    assert [one.name if one else None for one in found.values()] == ["Street", "Court", None, None]
