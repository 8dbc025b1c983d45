"""The list of requests: filters, looking for somebody in one field, pages, and a file without names."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from helpline import offering, offers, people, requests, retention, taking, withdrawing
from helpline.db import Database
from helpline.people import HatName, Person
from helpline.requests import HelpRequest, Written
from helpline.wording import Kind, Money, Urgency
from tests.builders import NOON, a_coordinator, a_handler, a_street, find_street
from tests.dashboard.browser import Browser, Hands, Page
from tests.dashboard.cast import a_request, a_sid
from tests.dashboard.conftest import Find, SignIn
from tests.dashboard.counting import counting

DAY = timedelta(days=1)


@pytest.fixture
def hana(signed_in: SignIn, database: Database) -> Browser:
    """A handler, on an afternoon with four requests: one asked, one taken, one for the desk, one done."""
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_street(session, "Quince Lane", patch="The Orchard")
        a_coordinator(session, "Coral")
        hana, tomasz = a_handler(session, "Hana"), a_handler(session, "Tomasz")
        written(session, tomasz, name="Rita Marsh", phone="+447700900118")
        taken = written(session, tomasz, name="Zoë Bell", kinds=(Kind.DOG_WALK, Kind.LIFT))
        taking.accept(session, offers.of_request(session, taken)[0], at=NOON)
        written(session, hana, name="Ida Frost", on="Quince Lane", kinds=(Kind.PRESCRIPTION,))
        done = written(session, hana, name="Rita O'Brien", phone="+447700900222", on="Quince Lane", at=NOON - 2 * DAY)
        withdrawing.see_to(session, done, who=hana, at=NOON)
    return signed_in(hana)


def written(
    session: Session,
    who: Person,
    *,
    name: str,
    phone: str | None = None,
    on: str = "Acacia Road",
    kinds: tuple[Kind, ...] = (Kind.SHOPPING,),
    at: datetime = NOON,
) -> HelpRequest:
    street = find_street(session, on)
    assert street is not None
    request, _ = requests.write(
        session,
        Written(
            form_key=a_sid("key"),
            kinds=kinds,
            words="Milk",
            urgency=Urgency.TODAY,
            money=Money.NONE,
            name=name,
            phone=phone,
            house="14",
            street_id=street.id,
        ),
        who=who,
        at=at,
    )
    offering.ask_next(session, request, at=at)
    return request


def ids(page: Page) -> list[int]:
    """The requests in a list, by the addresses of its links."""
    return [int(href.rpartition("/")[2]) for href in page.links_to("/requests/") if href.rpartition("/")[2].isdigit()]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [3, 2, 1]),
        ("?stands=asked", [1]),
        ("?stands=taken", [2]),
        ("?stands=desk", [3]),
        ("?stands=late", []),
        ("?stands=done", [4]),
        ("?stands=called_off", []),
        ("?stands=any", [4, 3, 2, 1]),
        ("?mine=1", [3]),
        ("?kind=lift", [2]),
        ("?patch=1", [2, 1]),
        ("?stands=any&patch=2&kind=shopping", [4]),
        ("?street=2", [3]),
        ("?stands=no-such-word&kind=nonsense&mine=0", [3, 2, 1]),
    ],
)
def test_filters(hana: Browser, query: str, found: list[int]) -> None:
    assert ids(hana.open(f"/requests{query}")) == found


def test_what_is_late_is_what_was_needed_before(hana: Browser, hands: Hands) -> None:
    hands.at = NOON + DAY
    page = hana.open("/requests?stands=late").says("What is late.")
    assert ids(page) == [3, 2, 1]


@pytest.mark.parametrize(
    ("typed", "found", "said"),
    [
        ("rita", [4, 1], "By name or number"),
        ("Rita Marsh", [1], "By name or number"),
        ("obrien", [4], "By name or number"),
        ("zoe", [2], "By name or number"),
        ("118", [1], "By name or number"),
        ("07700 900 222", [4], "By name or number"),
        ("acacia", [2, 1], "On Acacia Road"),
        ("Akasha road", [2, 1], "On Acacia Road"),
        ("quince lane", [4, 3], "On Quince Lane"),
        ("rita quince", [4], "By that name, on Quince Lane"),
        ("shopping rita", [4, 1], "By name or number"),
    ],
)
def test_looking_for_somebody(hana: Browser, typed: str, found: list[int], said: str) -> None:
    hana.open("/requests")
    page = hana.press("Find", words=typed).says("Found for", typed, said)
    assert ids(page) == found
    assert page.path == "/requests/search"


def test_a_reference_leads_to_its_request_and_a_kind_to_its_list(hana: Browser, database: Database) -> None:
    with database.reading() as session:
        reference = session.get_one(HelpRequest, 3).reference
    hana.open("/requests")
    assert hana.press("Find", words=reference.lower()).path == "/requests/3"
    hana.open("/requests")
    page = hana.press("Find", words="Shopping")
    assert page.answer.request.url.query == b"stands=any&kind=shopping"
    assert ids(page) == [4, 1]


def test_nothing_is_found_and_it_says_why(hana: Browser) -> None:
    hana.open("/requests")
    page = hana.press("Find", words="Rit").says("Nothing is found by", "Names are found by whole words: Rita, not Rit")
    assert page.form("/requests/search").fields["words"] == ["Rit"]
    assert hana.press("Find", words="  ").says("Type a reference, a street").status == 422


def test_a_name_that_was_forgotten_is_found_no_more(hana: Browser, database: Database) -> None:
    with database.transaction() as session:
        retention.forget_request(session, session.get_one(HelpRequest, 4), at=NOON + 28 * DAY)
    hana.open("/requests")
    hana.press("Find", words="obrien").says("Nothing is found by")
    hana.open("/requests")
    assert ids(hana.press("Find", words="quince lane")) == [4, 3]


def test_pages_go_on_where_the_one_before_ended(hana: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        tomasz = session.merge(find("Tomasz"))
        for _ in range(50):
            a_request(session, tomasz, asked=False)
    page = hana.open("/requests").says("53 requests are open.")
    assert len(ids(page)) == 50
    assert ids(hana.open(page.links["Older"]).never_says("Older")) == [3, 2, 1]
    hana.open("/requests")
    first = hana.press("Find", words="rita")
    assert len(ids(first)) == 10
    assert ids(hana.press("Older"))[-2:] == [4, 1]


def test_a_file_has_no_names_and_no_formulas_and_is_for_organisers(
    hana: Browser, database: Database, find: Find
) -> None:
    assert hana.open("/requests.csv").status == 409
    with database.transaction() as session:
        people.wear(session, session.merge(find("Hana")), HatName.ORGANISER, at=NOON)
    hana.open("/requests?stands=any&patch=2").says("These as a file")
    answer = hana.open("/requests.csv?stands=any&patch=2").answer
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert lines[0] == "\ufeffReference,What,Patch,By when,How it stands,Written down,Done or called off"
    assert [line.split(",")[1:5] for line in lines[1:]] == [
        ["Shopping", "The Orchard", "today", "done"],
        ["Prescription", "The Orchard", "today", "nobody"],
    ]
    for secret in ("Rita", "222", "Quince", "14,", "Milk"):
        assert secret not in answer.text


def test_a_file_holds_all_of_them_with_the_times_of_the_clock_on_the_wall(
    hana: Browser, database: Database, find: Find
) -> None:
    with database.transaction() as session:
        who = session.merge(find("Hana"))
        people.wear(session, who, HatName.ORGANISER, at=NOON)
        like = {
            "state": "done",
            "kinds": "shopping",
            "urgency": Urgency.TODAY,
            "money": Money.NONE,
            "handler_id": who.id,
        }
        june = datetime(2026, 6, 1, 17, 30, tzinfo=UTC)
        many = [{**like, "reference": f"N{nth}", "form_key": f"{nth:040}", "created_at": june} for nth in range(1000)]
        session.execute(insert(HelpRequest), many)
    lines = hana.open("/requests.csv?stands=any").answer.text.splitlines()
    assert len(lines) == len({line.partition(",")[0] for line in lines}) == 1005
    assert lines[1] == "N999,Shopping,,today,done,2026-06-01T18:30+01:00,"


def test_few_questions_are_asked_for_a_search(hana: Browser, database: Database) -> None:
    hana.open("/requests")
    with counting(database) as asked:
        hana.press("Find", words="rita quince")
    mine = [one for one in asked.statements if "FROM requests" in one or "FROM offers" in one or "FROM streets" in one]
    assert len(mine) <= 5, asked.told()
