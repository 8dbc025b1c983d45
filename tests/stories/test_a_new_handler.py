"""Somebody new on the line saves its number, and tries one call before a real one comes; an answerphone proves nothing."""

from helpline import people, welcomes
from helpline.db import Database
from helpline.people import HatName, Person
from tests import builders
from tests.builders import NOON
from tests.stories.evening import Evening


def a_new_handler(database: Database, name: str = "Bea Okoro") -> Person:
    with database.transaction() as session:
        return builders.a_handler(session, name, on_shift=False)


def test_the_card_is_sent_once_and_opens_for_anybody(line: Evening, database: Database) -> None:
    bea = a_new_handler(database)
    for _ in range(2):
        with database.transaction() as session:
            welcomes.welcome_new(session, at=line.clock.now())
    card = line.phone(bea).receives("Save our number, so that your phone lets us through").link
    line.phone(bea).receives_nothing(for_seconds=5)
    page = line.doors.ask("GET", card)
    assert page.status_code == 200
    assert "Emergency Bypass" in page.text
    saved = line.doors.ask("GET", f"{card}.vcf")
    assert saved.headers["content-type"].startswith("text/vcard")
    assert f"TEL;TYPE=VOICE:{line.settings.helpline_number}\r\n" in saved.text
    assert "Bea" not in page.text + saved.text


def test_a_test_call_that_is_taken_is_on_her_page(line: Evening, database: Database) -> None:
    bea = a_new_handler(database)
    with database.transaction() as session:
        people.wear(session, builders.a_handler(session, "Olga Lund"), HatName.ORGANISER, at=NOON)
        olga = people.with_hat(session, HatName.ORGANISER)[0]
    hers = line.desk(bea)
    hers.shows("You have never taken one.", on="/yours")
    hers.post("/yours/test-call", {}, on="/yours")
    leg = line.phone(bea).rings().hears("Nobody is waiting").hears("Press 1 to take it").press("1")
    leg.hears("Thank you, that works").until_ended()
    hers.shows("You took one, 2:47 pm.", on="/yours")
    line.desk(olga).shows("Bea took one, 2:47 pm.", on=f"/people/{bea.id}/phone")


def test_an_answerphone_does_not_pass_and_is_no_miss(line: Evening, database: Database) -> None:
    bea = a_new_handler(database)
    hers = line.desk(bea)
    line.phone(bea).behaves("answerphone")
    hers.post("/yours/test-call", {}, on="/yours")
    assert "ringing or on a call already" in hers.post("/yours/test-call", {}, on="/yours").text
    line.clock.advance(60)
    hers.shows("You were rung, 2:47 pm, and nobody pressed 1.", on="/yours")
    with line.read() as session:
        assert session.get_one(Person, bea.id).misses == 0
