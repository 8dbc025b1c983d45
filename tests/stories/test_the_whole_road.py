"""A resident rings and her street hears of it: the whole road, through every door, as each person meets it."""

import re

import pytest
from sqlalchemy import select

from helpline.db import Database
from helpline.history import Reading
from helpline.people import Person
from helpline.places import Street
from tests import builders
from tests.stories.evening import Browser, Evening

RITA = "+442079460118"
NEEDS = {
    "form_key": "a form key of this evening",
    "kind": ["shopping"],
    "words": "Milk, bread, and the blue tins for the cat",
    "name": "Rita Marsh",
    "house": "14",
    "street": "Acacia Road",
    "urgency": "today",
    "money": "paid_back",
    "consent": "yes",
}


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        builders.a_street(session, "Acacia Close", patch="The Meadows")
        builders.a_coordinator(session, "Coral Reid", phone="+447700900201")
        builders.a_coordinator(session, "Deepak Rao", phone="+447700900202", deputy=True)
        return builders.a_handler(session, "Hana Novak")


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found.group(1)


def save(line: Evening, desk: Browser, **changes: object) -> str:
    """Save the form on the desk; answers with the address of the request's page."""
    with line.read() as session:
        street = session.scalars(select(Street).where(Street.name == "Acacia Road")).one()
    call = re.search(r'name="call" value="(\d+)"', desk.get("/").text)
    about = {"call": call.group(1)} if call else {}
    answer = desk.post("/requests", {**NEEDS, "street_id": street.id, **about, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_resident_rings_and_her_street_hears_of_it(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    desk.shows("The line is quiet.")

    rita = line.phone(RITA, "Rita").dial().hears("this is Larkfield Neighbours").hears("dial 999")
    leg = line.phone(hana).rings(within=15)
    desk.shows("Your phone is ringing")
    leg.hears("Helpline call. Press 1 to take it").press("1")
    rita.hears("You are through to Hana")
    leg.wait(2).says("Hello, you are through to Hana. What can we do?")
    rita.hears("What can we do?").says("I cannot get out for my shopping")
    leg.hears("I cannot get out for my shopping")
    desk.shows("You are talking to", "Number ends 118")

    suggestions = desk.post("/streets", {"street": "akaysha", "house": "14"}).text
    assert suggestions.index("Acacia Road") < suggestions.index("The Groves")
    assert "Coral" in suggestions
    request = save(line, desk).split("?")[0]
    rita.hang_up()
    leg.hears("The call is over")

    desk.shows("Shopping for Rita", "Coral", "Milk, bread", on=request)
    coral = line.phone("+447700900201", "Coral")
    text = coral.receives("Shopping near Acacia Road")
    assert not [word for word in ("Rita", "Marsh", "14 Acacia", "118", "Milk") if word in text.body]

    # The first link shows no details, and opening it changes nothing.
    first = Browser(line, hana)
    page = first.get(text.link)
    assert page.status_code == 200
    assert not [word for word in ("Rita", "14 Acacia", "Milk") if word in page.text]
    desk.shows("has been asked", on=request)

    text.replies("YES A")
    second = coral.receives("Who and where")
    # A preview that fetches the second is shown nothing; a press is.
    fetched = first.get(second.link)
    assert not [word for word in ("Rita", "14 Acacia", "Milk") if word in fetched.text]
    asks = {"csrf": csrf_of(fetched.text)}
    first.evening.doors.ask("POST", f"{second.link}/show", cookies=first.cookies, data=asks)
    details = first.get(second.link)
    assert "Rita" in details.text
    assert "14 Acacia Road" in details.text
    with line.read() as session:
        assert "Coral" in {session.get_one(Person, r.reader_id).first_name for r in session.scalars(select(Reading))}
    desk.shows("Taken", "Coral", on=request)
    assert "Rita" not in first.get(text.link).text, "the first link never shows details, even after yes"

    first.evening.doors.ask("POST", f"{second.link}/done", cookies=first.cookies, data={"csrf": csrf_of(details.text)})
    line.phone(hana).receives("Done: Shopping near Acacia Road").body.index("Coral")
    desk.shows("Done", on=request)


def test_a_double_click_makes_one_request_and_one_text(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    assert save(line, desk) == save(line, desk)
    coral = line.phone("+447700900201", "Coral")
    coral.receives("Shopping")
    coral.receives_nothing(for_seconds=20)


def test_nobody_on_shift_then_a_call_back_claimed_by_one_handler(
    line: Evening, database: Database, hana: Person
) -> None:
    with database.transaction() as session:
        tomasz = builders.a_handler(session, "Tomasz Lis", on_shift=False)
        builders.rota.end_now(session, session.merge(hana), at=line.clock.now())
    line.phone(RITA, "Rita").dial().hears("There is nobody on the line").press("4").hears("ring you back").until_ended()

    hanas, tomaszs = line.desk(hana), line.desk(tomasz)
    item = re.search(r"/items/(\d+)", hanas.get("/").text)
    assert item
    assert hanas.post(f"/items/{item.group(1)}/take", {}).status_code in {200, 303}
    refused = tomaszs.post(f"/items/{item.group(1)}/take", {})
    assert "Hana took that a moment ago" in refused.text

    hanas.post(f"/items/{item.group(1)}/ring", {}, on=f"/items/{item.group(1)}")
    leg = line.phone(hana).rings(within=10).hears("Press 1, and we ring the resident").press("1")
    rita = line.phone(RITA).rings(within=10)
    assert rita.is_bridged_with(leg.wait(2))
    rita.says("Oh, you rang back")
    leg.hears("Oh, you rang back")
    rita.hang_up()
    leg.hears("If that is done, press 1").until_ended()
    hanas.post(f"/items/{item.group(1)}/done", {}, on=f"/items/{item.group(1)}")
    assert "Ring back" not in hanas.get("/").text


def test_a_resident_rung_back_who_does_not_answer_stays_on_the_desk(line: Evening, hana: Person) -> None:
    line.phone(hana).behaves("no answer")
    line.phone(RITA, "Rita").dial().hears("We are ringing somebody", limit=30).wait(20).hang_up()
    line.phone(hana).behaves("person")
    line.phone(RITA).behaves("no answer")
    desk = line.desk(hana)
    item = re.search(r"/items/(\d+)", desk.get("/").text)
    assert item
    desk.post(f"/items/{item.group(1)}/take", {})
    desk.post(f"/items/{item.group(1)}/ring", {}, on=f"/items/{item.group(1)}")
    line.phone(hana).rings(within=10).hears("Press 1").press("1").hears(
        "They did not answer. It stays on the desk", limit=60
    )
    desk.shows("Still owed")


def test_an_unknown_street_is_written_down_and_stays_on_the_desk(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    answer = desk.post("/requests", {**NEEDS, "street": "Nowhere Lane", "street_id": "none"})
    assert answer.status_code == 303
    desk.shows("Nowhere Lane", on=answer.headers["location"].split("?")[0])
    desk.shows("Still owed")
    line.phone("+447700900201", "Coral").receives_nothing(for_seconds=20)


def test_the_coordinator_says_no_on_the_page_and_the_deputy_is_asked(line: Evening, hana: Person) -> None:
    save(line, line.desk(hana))
    text = line.phone("+447700900201", "Coral").receives("Shopping")
    page = Browser(line, hana).get(text.link)
    line.doors.ask("POST", f"{text.link}/no", data={"csrf": csrf_of(page.text)})
    line.phone("+447700900202", "Deepak").receives("Shopping near Acacia Road")
