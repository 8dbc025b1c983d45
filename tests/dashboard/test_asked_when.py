"""Days away, quiet hours, a rest and how many: said on the desk, by oneself or for somebody else."""

from datetime import time

import pytest

from helpline import offers
from helpline.db import Database
from helpline.people import HatName, Person
from tests import builders
from tests.builders import NOON
from tests.dashboard.cast import a_request
from tests.dashboard.conftest import Find, SignIn


@pytest.fixture(autouse=True)
def people(database: Database) -> None:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        coral = builders.a_coordinator(session, "Coral Reid")
        builders.people.wear(session, coral, HatName.HANDLER, at=NOON)
        builders.a_coordinator(session, "Deepak Rao", deputy=True)
        builders.a_handler(session, "Hana Novak")
        builders.people.wear(session, builders.a_person(session, "Olga Berg"), HatName.ORGANISER, at=NOON)


def test_a_handler_says_that_somebody_is_away_and_back(signed_in: SignIn, find: Find, database: Database) -> None:
    hana, coral = signed_in(find("Hana")), find("Coral")
    page = hana.open(f"/people/{coral.id}/asked").says(
        "Days away None.", "They themselves or an organiser change that."
    )
    assert len(page.forms) == 1
    hana.press("Away then", first="2026-11-19", last="2026-11-30").says(
        "From Thursday 19 to Monday 30 November", "You said so", "Back again"
    )
    hana.open(f"/people/{coral.id}").says("away until Monday 30 November.")
    with database.transaction() as session:
        request = a_request(session, find("Hana"))
        assert [offer.person.first_name for offer in offers.of_request(session, request)] == ["Deepak"]
        request_id = request.id
    hana.open(f"/requests/{request_id}").says("Coral is away until Monday 30 November, so Deepak was asked.")
    hana.open(f"/people/{coral.id}/asked")
    hana.press("Back again").says("From now on Coral is asked again.", "None.")


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("", "", "Say a day"),
        ("2026-11-31", "", "Say a day"),
        ("2026-11-25", "2026-11-24", "That ends before it begins"),
        ("2026-11-01", "2026-11-02", "Those days have gone by"),
    ],
)
def test_days_that_cannot_be_are_refused_beside_what_was_typed(
    signed_in: SignIn, find: Find, first: str, last: str, why: str
) -> None:
    hana, coral = signed_in(find("Hana")), find("Coral")
    hana.open(f"/people/{coral.id}/asked")
    page = hana.press("Away then", first=first, last=last)
    assert page.status == 422
    page.says(why)
    assert page.form_with("Away then").fields["first"] == [first]


def test_oneself_says_when_and_how_much_one_is_asked(signed_in: SignIn, find: Find, database: Database) -> None:
    coral = find("Coral")
    browser = signed_in(coral)
    browser.open("/yours").says("When you are asked", "You have 0 of the 5 requests that you take on at once.")
    browser.open(f"/people/{coral.id}/asked")
    browser.press("Save", start="07:00", end="15:30", rests="2026-11-20", most="2").says(
        "Saved. It counts from now on."
    )
    with database.reading() as session:
        saved = session.get_one(Person, coral.id)
        assert (saved.quiet_from, saved.quiet_until, saved.most_open) == (time(7), time(15, 30), 2)
    browser.open("/yours").says("Having a rest until Friday 20 November.")
    browser.open(f"/people/{coral.id}/asked")
    browser.press("Save", start="", end="", rests="", most="")
    browser.open("/yours").says("not from 9 pm to 8 am", "of the 5")


def test_what_will_not_do_saves_nothing_and_keeps_what_was_typed(
    signed_in: SignIn, find: Find, database: Database
) -> None:
    olga, coral = signed_in(find("Olga")), find("Coral")
    olga.open(f"/people/{coral.id}/asked")
    page = olga.press("Save", start="07:00", end="06:00", rests="2026-01-01", most="99")
    assert page.status == 422
    page.says("less than four hours", "has gone by", "It can be from 1 to 15")
    assert page.form_with("Save").fields["most"] == ["99"]
    olga.press("Save", start="22:00", end="", rests="soon", most="few").says(
        "leave both empty", "Say a day", "whole number"
    )
    olga.press("Save", start="22:00", end="06:00", rests="2026-01-01", most="3").says("has gone by")
    with database.reading() as session:
        saved = session.get_one(Person, coral.id)
        assert (saved.quiet_from, saved.rests_until, saved.most_open) == (None, None, None)


def test_only_an_organiser_changes_it_for_somebody_else(signed_in: SignIn, find: Find, database: Database) -> None:
    hana, coral = signed_in(find("Hana")), find("Coral")
    token = hana.open(f"/people/{find('Hana').id}/asked").form_with("Save").fields["csrf"][0]
    page = hana.post(f"/people/{coral.id}/asked", {"csrf": token, "most": "1"})
    assert page.status == 422
    assert hana.post(f"/people/{coral.id}/asked/away/1/off", {"csrf": token}).status == 404
    with database.reading() as session:
        assert session.get_one(Person, coral.id).most_open is None
