"""The weekly thanks as a page, and wanting none."""

import pytest
from sqlalchemy import select

from helpline import durations, people, taking
from helpline.db import Database
from helpline.offers import Offer
from helpline.people import HatName, Person
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.cast import a_request
from tests.dashboard.conftest import SignIn
from tests.dashboard.counting import counting


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
        people.wear(session, hana, HatName.ORGANISER, at=NOON)
        a_street(session, "Acacia Road")
        a_coordinator(session, "Coral")
        return hana


def test_it_says_what_got_done_what_the_text_costs_and_names_nobody(
    database: Database, signed_in: SignIn, hana: Person
) -> None:
    with database.transaction() as session:
        who = session.get_one(Person, hana.id)
        request = a_request(session, who, at=NOON)
        offer = session.scalars(select(Offer).where(Offer.request_id == request.id)).one()
        taking.accept(session, offer, at=NOON)
        taking.done(session, offer, at=NOON)
        durations.change(session, "thanks_on", 7, seen=None, who=who, at=NOON)
    desk = signed_in(hana)
    desk.app.state.house.clock.at = NOON + (NOON - NOON.replace(minute=0))
    with counting(database) as asked:
        page = desk.open("/reports/thanks")
    assert len(asked) <= 10, asked.told()
    page.says("This week 1 thing got done on your streets.", "1 shopping trip", "It goes out on Sunday at 6 pm")
    page.says("2 people would hear it, in 1 part each: 2 parts to pay for.").never_says("Coral", "Rita", "Acacia")


def test_with_nothing_done_nothing_is_thanked_for(signed_in: SignIn, hana: Person) -> None:
    page = signed_in(hana).open("/reports/thanks")
    page.says(
        "This week nothing was said to be done on your streets.", "no text goes out", "It does not go out by text here."
    )
    page.never_says("Now it would say", "Thank you, each of you")


def test_somebody_wants_none_and_then_does(signed_in: SignIn, hana: Person) -> None:
    desk = signed_in(hana)
    desk.open(f"/people/{hana.id}/asked")
    desk.press("Send none").says("No thanks by text: that is how you want it.")
    desk.press("Send it again").says("A text once a week says what got done")
