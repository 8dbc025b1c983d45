"""Who read what, what is forgotten when, all of it to take away, and being forgotten now: each on its page."""

import json

import pytest
from sqlalchemy import select

from helpline import calls, offers, people, requests, taking, withdrawing
from helpline.db import Database
from helpline.history import Event, Reading
from helpline.messages import Message
from helpline.people import HatName, Person
from helpline.requests import HelpRequest, Q
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.browser import Hands
from tests.dashboard.cast import a_request, a_sid
from tests.dashboard.conftest import Find, SignIn


@pytest.fixture(autouse=True)
def ward(database: Database) -> None:
    """Rita has asked for shopping, Coral took it, and Hana wrote it down and looked again."""
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        coral = a_coordinator(session, "Coral Reid")
        hana = a_handler(session, "Hana Novak")
        people.wear(session, a_handler(session, "Olga Lund"), HatName.ORGANISER, at=NOON)
        request = a_request(session, hana)
        taking.accept(session, offers.live_of_person(session, coral)[0], at=NOON)
        requests.add_note(session, request, "Knock, the bell is broken", who=hana, at=NOON)


def test_who_read_what_is_told_to_everybody_of_themselves_and_to_an_organiser_of_anybody(
    signed_in: SignIn, find: Find
) -> None:
    hana, olga, rita = signed_in(find("Hana")), signed_in(find("Olga")), find("Rita")
    hana.open("/requests/1")
    hana.open(f"/people/{rita.id}")
    olga.open(f"/people/{find('Hana').id}")
    olga.open(f"/people/{rita.id}/readings").says(
        "Who has read Rita\N{RIGHT SINGLE QUOTATION MARK}s details",
        "Hana opened the page",
        "Hana read a request, this one",
    )
    olga.open(f"/people/{find('Hana').id}/has-read").says("Hana opened the page of Rita")
    page = hana.open("/yours")
    hana.open(page.links["Who has read it"]).says("Who has read your details", "Olga opened the page")
    hana.open(page.links["What you have read"]).says("You opened the page of Rita")
    assert hana.open(f"/people/{rita.id}/readings").says("Only an organiser sees that").status == 409
    assert hana.open(f"/people/{rita.id}/record").status == 409


def test_what_is_forgotten_when_is_said_with_its_days(signed_in: SignIn, find: Find, database: Database) -> None:
    olga, rita = signed_in(find("Olga")), find("Rita")
    olga.open(f"/people/{rita.id}/record").says("Shopping, Acacia Road", "four weeks after it is over")
    with database.transaction() as session:
        withdrawing.see_to(
            session, session.get_one(HelpRequest, 1), who=session.get_one(Person, find("Olga").id), at=NOON
        )
    page = olga.open(f"/people/{rita.id}/record")
    page.says("All of it is forgotten by Thursday 17 December, unless something new comes.", "by 17 Dec")
    page.never_says("Milk", "900118")
    page.never_says("That a call was hard")
    page = olga.open(f"/people/{find('Coral').id}/record")
    page.says("Coral is known to us for as long as they wear a hat.", "That a call was hard is for nobody else to know")


def test_all_of_it_is_taken_away_and_that_is_written_down(signed_in: SignIn, find: Find, database: Database) -> None:
    olga, rita = signed_in(find("Olga")), find("Rita")
    olga.open(f"/people/{rita.id}/record")
    page = olga.press("Save it to read")
    assert page.answer.headers["content-disposition"] == 'attachment; filename="record.html"'
    page.says("Rita Marsh", "+447700900118", "Milk and cat food (the blue tins)", "Knock, the bell is broken")
    page.never_says("Coral", "<script", "/o/")
    olga.open(f"/people/{rita.id}/record")
    answer = olga.press("Save it for a computer").answer
    held = json.loads(answer.text)["held"]
    assert held["people"][0]["name"] == "Rita Marsh"
    assert held["requests"][0]["house"] == "14"
    with database.reading() as session:
        assert [(one.what, one.reader_id, one.person_id) for one in session.scalars(select(Reading))] == [
            ("record", find("Olga").id, rita.id)
        ] * 2
        told = select(Event.who_id).where(Event.what == "person.exported", Event.person_id == rita.id)
        assert session.scalars(told).all() == [find("Olga").id] * 2


def test_somebody_is_forgotten_on_their_wish_and_a_second_press_is_harmless(
    signed_in: SignIn, find: Find, database: Database
) -> None:
    olga, rita, coral = signed_in(find("Olga")), find("Rita"), find("Coral")
    page = olga.open(f"/people/{rita.id}/erase")
    page.says("Forget Rita now?", "It cannot be undone.", "Shopping, Acacia Road", "Coral is told by text.")
    token = page.form_with("Forget Rita now").fields["csrf"][0]
    olga.press("Forget Rita now").says("Forgotten. Whoever had to be told has been told.")
    again = olga.post(f"/people/{rita.id}/erase", {"csrf": token})
    again.says("Forgotten.")
    assert olga.open(f"/people/{rita.id}").status == 404
    olga.open("/people")
    olga.press("Find", q="Rita").says("Nobody goes by that.")
    with database.reading() as session:
        assert session.get_one(HelpRequest, 1).state == Q.CALLED_OFF
        told = session.scalars(select(Message.body).where(Message.person_id == coral.id).order_by(Message.id)).all()
        assert "is no longer needed from you" in (told[-1] or "")
        erased = session.scalars(select(Event).where(Event.what == "person.erased")).all()
        assert [(one.who_id, one.person_id) for one in erased] == [(find("Olga").id, rita.id)]
    olga.open("/requests/1").says("Forgotten on Thursday 19 November, as we promise.").never_says("Rita", "Milk")


def test_whoever_is_on_the_line_or_the_last_organiser_is_not_forgotten(
    signed_in: SignIn, find: Find, database: Database
) -> None:
    olga, rita = signed_in(find("Olga")), find("Rita")
    page = olga.open(f"/people/{rita.id}/erase")
    with database.transaction() as session:
        calls.arrive(session, a_sid(), phone=rita.phone, at=NOON)
    page = olga.press("Forget Rita now")
    assert page.status == 409
    page.says("They are on the line to us now. Wait until that is over").never_says("It is done")
    page = olga.open(f"/people/{find('Olga').id}/erase")
    page.says("Nobody else is organiser.").never_says("Forget you now</button>")
    assert all("erase" not in form.action for form in page.forms)
    hana = signed_in(find("Hana"))
    assert hana.open(f"/people/{rita.id}/erase").status == 409
    token = hana.open("/yours").forms[0].fields["csrf"][0]
    assert hana.post(f"/people/{rita.id}/erase", {"csrf": token}).says("Only an organiser").status == 409
    assert find("Rita").name == "Rita Marsh"


def test_an_organiser_who_wishes_to_be_forgotten_is_out(
    signed_in: SignIn, find: Find, database: Database, hands: Hands
) -> None:
    with database.transaction() as session:
        people.wear(session, session.get_one(Person, find("Hana").id), HatName.ORGANISER, at=NOON)
    olga = signed_in(find("Olga"))
    olga.open(f"/people/{find('Olga').id}/erase").says("Handler and organiser: taken off.", "left open on the rota")
    page = olga.press("Forget you now")
    assert page.path == "/sign-in"
    assert olga.open("/").path == "/sign-in"
    assert hands.at == NOON
