"""The organisations we tell people of, as somebody at the kitchen table meets them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from helpline import people
from helpline.calls import Call, Outcome
from helpline.db import Database
from helpline.messages import Message
from tests.builders import NOON, a_handler
from tests.dashboard.browser import Hands
from tests.dashboard.cast import a_call, answered_by
from tests.dashboard.conftest import Find, SignIn
from tests.helpline.signpost_cast import a_signpost

WRITTEN: dict[str, Any] = {
    "name": "Debt Advice Larkfield",
    "kind": ["money"],
    "phone": "020 7946 0772",
    "hours": "Mondays",
}
SAID = "“There is Larkfield Food Bank. Their number is 020 7946 0771."


@pytest.fixture(autouse=True)
def hana(database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana", phone="+447700900271")
        a_handler(session, "Tomasz")


def test_one_is_added_found_and_corrected(signed_in: SignIn, find: Find) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/signposts").says("No organisation is on the list yet.")
    page = browser.open("/signposts/new").says("Add an organisation")
    page = browser.press("Add it", name="Debt Advice Larkfield", hours="Mondays")
    page.says("Press what it is for: at least one.")
    assert (page.status, page.form("/signposts").fields["hours"]) == (422, ["Mondays"])
    browser.press("Add it", **WRITTEN).says("Added.", "Debt Advice Larkfield", "Money, debt and benefits")
    browser.open("/signposts?kind=food").never_says("Debt Advice")
    browser.open("/signposts?kind=money").says("Debt Advice Larkfield")
    browser.open("/signposts/1/correct")
    browser.press("Save", hours="Tuesdays").says("Corrected.", "Tuesdays", "You corrected it")
    browser.open("/more").says("One organisation.")


def test_after_three_months_one_press_says_that_it_still_holds(
    signed_in: SignIn, find: Find, database: Database, hands: Hands
) -> None:
    with database.transaction() as session:
        a_signpost(session, people.find(session, "+447700900271"))
    hands.at = NOON + timedelta(days=92)
    browser = signed_in(find("Tomasz"))
    browser.open("/signposts").says("Nobody has asked them for a while", SAID)
    browser.open("/signposts/1").says("so say that it may have changed")
    browser.press("I rang them today, it still holds").says("It says that you asked today.", "You rang them")
    browser.open("/signposts").never_says("Nobody has asked them")


def test_it_is_taken_off_and_put_back(signed_in: SignIn, find: Find, database: Database) -> None:
    with database.transaction() as session:
        a_signpost(session, people.find(session, "+447700900271"))
    browser = signed_in(find("Hana"))
    browser.open("/signposts/1")
    browser.press("Take it off").says("Off the list since", "You took it off the list")
    browser.open("/signposts/print").never_says("Larkfield Food Bank")
    browser.open("/signposts/1")
    browser.press("Put it back on the list").says("It is on the list again.")
    browser.open("/signposts/print").says("Larkfield Food Bank", "020 7946 0771")


@pytest.mark.parametrize(("phone", "takes"), [("+447700900118", True), ("+442079460118", False), (None, False)])
def test_a_caller_is_told_of_it_and_sent_it_with_her_yes(
    signed_in: SignIn, find: Find, database: Database, phone: str | None, *, takes: bool
) -> None:
    with database.transaction() as session:
        hana = people.find(session, "+447700900271")
        a_signpost(session, hana)
        answered_by(session, hana, a_call(session, phone))
    browser = signed_in(find("Hana"))
    browser.open("/").says("They were told of", "Larkfield Food Bank")
    page = browser.open("/signposts/1").says(SAID, "In this call")
    if takes:
        browser.press("Send it by text").says("Ask first")
        browser.press("Send it by text", agreed="yes").says("It is sent in a moment.")
    else:
        page.says("Read it out instead.")
    browser.open("/")
    browser.press("Larkfield Food Bank").says("Written down. Thank you.")
    with database.reading() as session:
        assert session.scalars(select(Call.outcome)).all() == [Outcome.REFERRED]
        sent = session.scalars(select(Message.body).where(Message.phone.is_not(None))).all()
    assert len([one for one in sent if "Food Bank" in one]) == (1 if takes else 0)
