"""Tables in and out: what a file would do is seen first, done once, and out and in again changes nothing."""

import csv
import io
from datetime import timedelta
from time import perf_counter

import pytest
from sqlalchemy import func, select

from helpline import people, places, retention
from helpline.db import Database
from helpline.history import Reading
from helpline.messages import Message
from helpline.people import HatName, Person
from helpline.places import Patch
from helpline.requests import HelpRequest
from helpline.sheets import Sheet, SheetKind
from tests.builders import NOON, a_coordinator, a_handler, a_street, find_street
from tests.dashboard.browser import Browser, Hands, Page
from tests.dashboard.cast import a_request
from tests.dashboard.conftest import Find, SignIn
from tests.helpline.signpost_cast import a_signpost

STREETS = "street,patch\nAcacia Road,Riverside\nGorse Lane,The Groves\n"


@pytest.fixture(autouse=True)
def a_ward(database: Database) -> None:
    with database.transaction() as session:
        olga = a_handler(session, "Olga Lund", phone="+447700900271")
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
        a_handler(session, "Hana =1+1")
        a_street(session, "Acacia Road").also_called = "The Cut"
        a_street(session, "Larch Avenue", numbers=places.read_numbers("1-59 odd")[0])
        a_street(session, "Larch Avenue", patch="Riverside", numbers=places.read_numbers("60-")[0])
        riverside = session.scalars(select(Patch.id).where(Patch.name == "Riverside")).one()
        bo = a_coordinator(session, "Bo Park", phone="+442079460211")
        people.wear(session, bo, HatName.DEPUTY, at=NOON, patch_id=riverside)
        a_coordinator(session, "Coral Reid")
        a_coordinator(session, "Dot", deputy=True)
        a_signpost(session, olga)
        a_signpost(session, olga, "-The Library", phone="")


def bring(browser: Browser, kind: str, raw: bytes | str) -> Page:
    token = browser.open("/sheets").form("/sheets").fields["csrf"][0]
    raw = raw.encode() if isinstance(raw, str) else raw
    return browser.post("/sheets", {"csrf": token, "kind": kind}, files={"file": ("a.csv", raw, "text/csv")})


@pytest.fixture
def olga(signed_in: SignIn, find: Find) -> Browser:
    return signed_in(find("Olga"))


def test_streets_are_seen_first_and_then_done_once_with_what_is_open_on_them(olga: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_request(session, session.get_one(Person, 1))
    page = bring(olga, "streets", STREETS).says(
        "It would make 1 new, and change 1.", "Was The Groves, will be Riverside.", "Nothing was changed yet."
    )
    with database.reading() as session:
        assert find_street(session, "Gorse Lane") is None
    form = page.form_with("Do it")
    for _ in range(2):  # pressed twice
        olga.post(form.action, form.fields).says("Done, all of it", "1 new, 1 changed.")
    with database.reading() as session:
        assert find_street(session, "Gorse Lane") is not None
        request = session.get_one(HelpRequest, 1)
        assert request.patch is not None
        assert request.patch.name == "Riverside"
        assert session.scalars(select(Sheet.words)).all() == [None]
    report = olga.open("/sheets/1/report.csv").answer.text
    assert list(csv.reader(io.StringIO(report.removeprefix("\ufeff"))))[1] == [
        "2",
        "Acacia Road",
        "changed",
        "Was The Groves, will be Riverside.",
    ]


@pytest.mark.parametrize("kind", list(SheetKind))
def test_out_and_in_again_changes_nothing(olga: Browser, database: Database, kind: SheetKind) -> None:
    file = olga.open(f"/sheets/{kind}.csv").answer
    assert len(list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))) > 2
    page = bring(olga, kind, file.content).says("It would change nothing.")
    assert not any(word in page.words for word in ("Changed", "Refused", "Do it"))
    with database.reading() as session:
        assert session.scalars(select(Reading.what).order_by(Reading.id)).first() == f"file of {kind}"


@pytest.mark.parametrize(
    "raw",
    [
        STREETS.encode("utf-8-sig"),
        STREETS.replace("Gorse", "Café").encode("cp1252"),
        STREETS.replace(",", ";").encode(),
        STREETS.replace(",", "\t").encode("utf-16"),
    ],
)
def test_a_file_is_read_as_whatever_program_saved_it(olga: Browser, raw: bytes) -> None:
    bring(olga, "streets", raw).says("It would make 1 new, and change 1.")


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        ("streets", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a picture, or another file that is no table"),
        ("streets", b"PK\x03\x04 a workbook", "is a workbook. In the spreadsheet, choose Save as, then CSV"),
        ("streets", b"name,phone\nHana,07700 900118\n", "has no column called street and patch"),
        ("streets", b"street,patch\n", "There is no line under the names of the columns."),
        ("streets", b"", "Choose a file first."),
        ("streets", b"street,patch\n" + b"A,B\n" * 5001, "That is more than 5,000 lines."),
        ("pictures", b"street,patch\n", "Say what the file is a table of."),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(olga: Browser, kind: str, raw: bytes, said: str) -> None:
    assert bring(olga, kind, raw).says(said).status == 422


def test_a_file_with_a_line_that_cannot_be_understood_does_nothing_at_all(olga: Browser, database: Database) -> None:
    page = bring(
        olga,
        "people",
        "name,phone,hats,patch\n"
        "Rita,07700 900118,handler,\n"
        "Rita,ring the bell,handler,\n"
        "Ned,07700 900119,coordinator,Nowhere\n"
        "Ned,07700 900118,handler,\n",
    )
    page.says(
        "Three lines cannot be understood.",
        "line 3 Rita “ring the bell” is not a telephone number.",
        "line 4 Ned There is no patch called “Nowhere”; import the streets first.",
        "line 5 Ned Line 2 says something else of the same number.",
    ).never_says("Do it")
    with database.reading() as session:
        assert people.find(session, "+447700900118") is None


def test_what_changed_meanwhile_is_said_and_looked_at_again(olga: Browser, database: Database) -> None:
    form = bring(olga, "streets", STREETS).form_with("Do it")
    with database.transaction() as session:
        a_street(session, "Gorse Lane")
    page = olga.post(form.action, form.fields).says("Something has changed since you looked.")
    assert (page.status, "It would make 0 new, and change 1." in page.words) == (409, True)
    olga.press("Do it").says("Done, all of it", "0 new, 1 changed.")


def test_the_last_organiser_stays_one_and_nothing_else_of_the_file_is_done(olga: Browser, database: Database) -> None:
    bring(olga, "people", "name,phone,hats\nOlga Lund,07700 900271,handler\nNed,07700 900119,handler\n").says(
        "Is no more organiser."
    )
    assert olga.press("Do it").says("Nobody else is organiser.").status == 409
    with database.reading() as session:
        assert people.find(session, "+447700900119") is None


def test_who_looks_after_a_patch_is_changed_as_on_its_page(olga: Browser, database: Database) -> None:
    bring(olga, "patches", "patch,coordinators\nThe Groves,020 7946 0211\nHill End,\n").says(
        "Coordinator: Bo.", "Nobody looks after it yet."
    )
    olga.press("Do it").says("Patches: 1 new, 1 changed.")
    with database.reading() as session:
        groves = session.scalars(select(Patch).where(Patch.name == "The Groves")).one()
        assert [hat.person.first_name for hat in people.ladder_of(session, groves.id)] == ["Bo", "Dot"]
        assert any("Coral does not look after The Groves" in body for body in session.scalars(select(Message.body)))


def test_after_an_hour_the_file_is_gone(olga: Browser, database: Database, hands: Hands) -> None:
    form = bring(olga, "streets", STREETS).form_with("Do it")
    hands.at = NOON + timedelta(hours=1)
    olga.post(form.action, form.fields).says("held for an hour, and is gone")
    rule = next(rule for rule in retention.RULES if rule.table is Sheet)
    with database.transaction() as session:
        for row_id in rule.find(session, hands.at):
            rule.forget(session, row_id, hands.at)
        assert session.scalar(select(func.count(Sheet.id))) == 0


def test_handlers_bring_and_take_nothing(signed_in: SignIn, find: Find) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/sheets").says("Organisers do this").never_says("Take the people home")
    for path in ("/sheets/people.csv", "/sheets/1", "/sheets/1/report.csv"):
        assert browser.open(path).status == 409, path


def test_five_thousand_lines_are_read_and_taken_in_a_few_seconds(olga: Browser, database: Database) -> None:
    # Numbers kept for drama in five towns.
    numbers = [f"011{town} 496 0{n:03}" for town in (3, 4, 5, 6, 7) for n in range(1000)]
    lines = "".join(f"Person {nth},{number},neighbour\n" for nth, number in enumerate(numbers))
    begun = perf_counter()
    bring(olga, "people", f"name,phone,hats\n{lines}").says("It would make 5000 new, and change 0.")
    olga.press("Do it").says("People: 5000 new, 0 changed.")
    assert perf_counter() - begun < 60
    with database.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 5005
