"""People with hats, and the PINs with which they ring in."""

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from helpline import calls, people, pin_hash, pins
from helpline.db import Database
from helpline.people import HatName, Person
from tests.builders import NOON, a_coordinator, a_handler, a_person
from tests.dashboard.conftest import Find, SignIn

PIN = "4738"


@pytest.fixture(autouse=True)
def everybody(database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana Novak", phone="+447700900271")
        olga = a_handler(session, "Olga Lund")
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
        a_coordinator(session, "Coral Reid", of="The Groves")
        a_person(session, "Rita Marsh")


def fits(database: Database, person: Person, pin: str) -> bool:
    with database.reading() as session:
        return pin_hash.fits(pins.hash_of(session, person), pin)


def test_everybody_with_a_hat_is_there_and_no_resident(signed_in: SignIn, find: Find) -> None:
    page = signed_in(find("Hana")).open("/people")
    page.says("3 people look after the line and the streets.", "Coral Reid", "The Groves", "Hana Novak", "Olga Lund")
    page.never_says("Rita", "no PIN")
    assert signed_in(find("Hana")).open(f"/people/{find('Rita').id}").status == 404


def test_a_handler_sets_her_own_pin_and_it_is_never_shown(signed_in: SignIn, find: Find, database: Database) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/yours").says("There is none yet, so ringing in opens only the ordinary menu.")
    page = browser.press("Save the PIN", pin=PIN, again=PIN)
    page.says(
        "Saved. It works from the next time you ring in.", "There is one. You set it, 2:47 pm. It is never shown."
    )
    page.never_says(PIN)
    assert fits(database, find("Hana"), PIN)
    browser.press("Take the PIN away").says("Taken away.", "There is none yet")
    assert not fits(database, find("Hana"), PIN)


@pytest.mark.parametrize(
    ("pin", "again", "why"),
    [
        ("1234", "1234", "Figures in a row, like 1234, are tried first. Choose another."),
        ("0271", "0271", "That is part of their own number"),
        ("473", "473", "A PIN has 4 to 8 figures."),
        (PIN, "4739", "The two are not the same. Write the same PIN in both."),
    ],
)
def test_what_will_not_do_is_said_beside_the_field_and_not_shown_again(
    signed_in: SignIn, find: Find, database: Database, pin: str, again: str, why: str
) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/yours")
    page = browser.press("Save the PIN", pin=pin, again=again)
    assert page.status == 422
    page.says(why, "Your devices")
    assert f'value="{pin}"' not in page.html
    assert not fits(database, find("Hana"), pin)


def test_an_organiser_sets_and_clears_a_coordinators(signed_in: SignIn, find: Find, database: Database) -> None:
    browser, coral = signed_in(find("Olga")), find("Coral")
    browser.open("/people").says("no PIN Coral Reid")
    browser.open(f"/people/{coral.id}").says("Coral", "coordinator The Groves", "Tell Coral by word of mouth")
    browser.press("Save the PIN", pin=PIN, again=PIN).says("Saved. It works from the next time Coral rings.")
    assert fits(database, coral, PIN)
    with database.reading() as session:
        found = pins.of(session, coral)
        assert found is not None
        assert found.set_by_id == find("Olga").id
    browser.press("Take the PIN away").says("Taken away.")
    assert not fits(database, coral, PIN)


def test_nobody_else_sets_anybodys(signed_in: SignIn, find: Find, database: Database) -> None:
    browser, coral = signed_in(find("Hana")), find("Coral")
    page = browser.open(f"/people/{coral.id}").says("Coral sets it on the desk, or an organiser does.")
    assert page.forms == []
    token = browser.open("/yours").form("/yours/pin").fields["csrf"][0]
    for path, data in ((f"/people/{coral.id}/pin", {"pin": PIN, "again": PIN}), (f"/people/{coral.id}/pin/clear", {})):
        page = browser.post(path, {"csrf": token, **data})
        assert page.status == 409
        page.says("Only an organiser sets somebody else's PIN.")
    assert not fits(database, coral, PIN)


def test_no_transaction_is_open_while_the_hash_is_made(
    signed_in: SignIn, find: Find, database: Database, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/yours")
    open_now, seen = [0], []
    engines = {database.writer, database.reader}
    for engine in engines:
        event.listen(engine, "begin", lambda _: open_now.__setitem__(0, open_now[0] + 1))
        for end in ("commit", "rollback"):
            event.listen(engine, end, lambda _: open_now.__setitem__(0, open_now[0] - 1))
    hasher = pin_hash._HASHER
    make = hasher.hash
    monkeypatch.setattr(hasher, "hash", lambda pin: seen.append(open_now[0]) or make(pin))
    browser.press("Save the PIN", pin=PIN, again=PIN).says("Saved.")
    assert seen == [0]


def test_a_pin_that_was_closed_is_told_and_a_new_one_opens_it(
    signed_in: SignIn, find: Find, database: Database
) -> None:
    with database.transaction() as session:
        hana = session.get_one(Person, find("Hana").id)
        for nth in range(pins.LIMITS[0][0]):
            call = calls.arrive(session, f"CA{nth:032}", phone=hana.phone, at=NOON)
            assert pins.guess(session, hana, call_id=call.id, nth=1, at=NOON)
    browser = signed_in(find("Hana"))
    browser.open("/yours").says("Too many wrong ones were keyed in, so none is taken for a while.")
    browser.press("Save the PIN", pin=PIN, again=PIN).never_says("Too many wrong ones")
