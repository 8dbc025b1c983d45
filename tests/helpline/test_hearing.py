"""Street names, as they are heard and typed."""

import re
import tomllib
from pathlib import Path

import pytest

from helpline import hearing
from helpline.hearing import Heard
from helpline.places import Name
from workers import demo

HERE = Path(__file__).parent
BIG = tomllib.loads((HERE / "ward.toml").read_text(encoding="utf-8"))
BIG_WARD = [
    Name(number, name, tuple(BIG["once"].get(name, ())))
    for number, name in enumerate(re.split(r"[;\n]\s*", BIG["streets"].strip()))
]
ON_THE_TELEPHONE = tomllib.loads((HERE / "heard.toml").read_text(encoding="utf-8"))
WARD = tomllib.loads(demo.WARD.read_text(encoding="utf-8"))
NAMES = sorted({written.partition(", ")[0] for patch in WARD["patches"].values() for written in patch})

HEARD = """
acasha road = Acacia Road         | acaysia rd = Acacia Road          | ackaysha rode = Acacia Road
14 acacia road = Acacia Road      | acacia close = Acacia Close       | acacia clo = Acacia Close
kwince lane = Quince Lane         | quints lane = Quince Lane         | queens = Queen's Road
queens rd = Queen's Road          | rowen row = Rowan Row             | roan = Rowan Row
orcherd way = Orchard Way         | hawthorne terrace = Hawthorn Terrace | horthorn ter = Hawthorn Terrace
awthorn = Hawthorn Terrace        | hawforn = Hawthorn Terrace        | hawth = Hawthorn Terrace
damsen close = Damson Close       | dampson close = Damson Close      | junipper muse = Juniper Mews
bramly road = Bramley Road        | brambly = Bramley Road            | tannary = Tannery Lane
helm walk = Elm Walk              | elm gr = Elm Grove                | lyndon grove = Linden Grove
larj avenue = Larch Avenue        | sickamore drive = Sycamore Drive  | meddler street = Medlar Street
medla st = Medlar Street          | weever = Weaver Street            | kill lane = Kiln Lane
pottry row = Pottery Row          | mil lane = Mill Lane              | fairy road = Ferry Road
wear close = Weir Close           | read street = Reed Street         | herring court = Heron Court
staytion road = Station Road      | signel = Signal Street            | vyaduct = Viaduct Road
saint marys row = St Mary's Row   | St Mary's = St Mary's Row         | st marys = St Mary's Row
mary = St Mary's Row              | st marie's row = St Mary's Row    | saint ann = St Anne's Close
vickeridge gardens = Vicarage Gardens | gleeb street = Glebe Street   | high st = High Street
the high street = High Street     | market = Market Square            | bakers = Baker's Passage
abby lane = Abbey Lane            | clóister = Cloister Way           | beecham road = Beauchamp Road
munks hill = Monk's Hill          | edward = King Edward Avenue       | king edwards ave = King Edward Avenue
welington = Wellington Road       | medow view = Meadow View          | lapwin close = Lapwing Close
butter cup way = Buttercup Way    | toll gate = Tollgate Road         | coblers yard = Cobbler's Yard
"""
PAIRS = [tuple(pair.strip().split(" = ")) for line in HEARD.strip().splitlines() for pair in line.split("|")]


@pytest.mark.parametrize(("heard", "meant"), PAIRS, ids=[heard for heard, _ in PAIRS])
def test_the_street_that_was_meant_comes_first(heard: str, meant: str) -> None:
    assert hearing.rank(NAMES, heard)[0][1] == meant


@pytest.mark.parametrize(
    "heard",
    [
        "",
        "  ",
        "!!!",
        "12",
        "the",
        "road",
        "street",
        "xyzzy",
        "qwertyuiop",
        "helicopter",
        "piccadilly",
        "i dont know",
        "leicester square",
        "tottenham court road",
        "buckingham palace",
        "downing street",
        "sdfghjkl",
        "umbrella",
    ],
)
def test_nothing_is_suggested_for_what_is_no_street_here(heard: str) -> None:
    assert hearing.rank(NAMES, heard) == []


def test_both_of_two_streets_that_sound_alike_are_offered() -> None:
    assert {name for _, name in hearing.rank(NAMES, "acacia")} == {"Acacia Close", "Acacia Road"}
    assert [name for _, name in hearing.rank(NAMES, "queens lane")] == ["Queen's Road", "Quince Lane"]
    assert [name for _, name in hearing.rank(NAMES, "elm")][:2] == ["Elm Grove", "Elm Walk"]


@pytest.mark.parametrize("letters", ["a", "ac", "aca", "acac", "acaci", "acacia", "acacia ", "acacia c", "acacia cl"])
def test_it_is_found_while_it_is_being_typed(letters: str) -> None:
    names = [name for _, name in hearing.rank(NAMES, letters)]
    assert "Acacia Close" in names[:4]
    if "c" in letters.removeprefix("acacia"):
        assert names[0] == "Acacia Close"


def test_at_most_as_many_as_are_asked_for() -> None:
    streets = [Name(number, name) for number, name in enumerate(NAMES)]
    assert [street.name for street in hearing.suggest(streets, "acacia", most=1)] == ["Acacia Close"]
    assert len(hearing.suggest(streets, "s")) == 6
    assert hearing.suggest([], "acacia") == []


@pytest.mark.parametrize(
    ("part", "first", "in_three"), [("forty", 38, 40), ("kept_back", 23, 25), ("afterwards", 23, 25)]
)
def test_a_street_said_on_the_telephone_is_found_among_300(part: str, first: int, in_three: int) -> None:
    assert len(BIG_WARD) == 300
    found = {heard: [one.name for one in hearing.suggest(BIG_WARD, heard, most=3)] for heard in ON_THE_TELEPHONE[part]}
    meant = ON_THE_TELEPHONE[part]
    missed = {heard: names for heard, names in found.items() if names[:1] != [meant[heard]]}
    assert len(meant) - len(missed) >= first, missed
    assert sum(meant[heard] in names for heard, names in found.items()) >= in_three, missed


def test_a_street_is_found_by_what_it_was_called_once_and_says_so() -> None:
    streets = [Name(1, "Mill Way", ("Old Mill Lane",)), Name(2, "Mill Road")]
    assert hearing.suggest(streets, "old mill lane")[0] == Heard(1, "Mill Way", "Old Mill Lane")
    assert hearing.suggest(streets, "mill way")[0] == Heard(1, "Mill Way")
    assert sorted(one.street_id for one in hearing.suggest(streets, "mill")) == [1, 2], "each street once"
