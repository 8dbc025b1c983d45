"""How somebody is asked, chosen by themselves or for them; and what a telephone does not take."""

import pytest

from helpline import people
from helpline.db import Database
from helpline.people import DetailsBy, HatName, Way
from tests.builders import NOON, a_coordinator, a_handler
from tests.dashboard.conftest import Find, SignIn


@pytest.fixture(autouse=True)
def everybody(database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana Novak")
        olga = a_handler(session, "Olga Lund")
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
        a_coordinator(session, "Coral Reid")
        a_coordinator(session, "Edith Stone", of="Elm", phone="+442079460171", by=Way.VOICE)


def test_she_chooses_for_herself_and_it_is_shown(signed_in: SignIn, find: Find) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/yours").says("How you are asked", "so what would go by it goes by text")
    page = browser.press("Save how you are asked", by="whatsapp", details_by="voice")
    page.says("Saved. It holds from the next time.", "There is no PIN yet, so nothing can be told on the telephone.")
    assert (find("Hana").by, find("Hana").details_by) == (Way.WHATSAPP, DetailsBy.VOICE)


def test_an_organiser_chooses_for_somebody_and_a_handler_does_not(signed_in: SignIn, find: Find) -> None:
    coral = find("Coral")
    signed_in(find("Hana")).open(f"/people/{coral.id}/phone").says("By text. Who and where: by a link").never_says(
        "Save how"
    )
    browser = signed_in(find("Olga"))
    browser.open(f"/people/{coral.id}/phone")
    browser.press("Save how Coral is asked", by="voice", details_by="text").says("Saved.")
    assert (find("Coral").by, find("Coral").details_by) == (Way.VOICE, DetailsBy.TEXT)


def test_what_a_landline_does_not_take_is_refused_beside_the_choice(signed_in: SignIn, find: Find) -> None:
    edith = find("Edith")
    browser = signed_in(find("Olga"))
    browser.open(f"/people/{edith.id}/phone").says("number is a landline, so it is rung")
    page = browser.press("Save how Edith is asked", by="text", details_by="voice")
    page.says("That number is a landline, which shows no messages. Choose a call.")
    assert page.status == 422
    assert find("Edith").by == Way.VOICE
