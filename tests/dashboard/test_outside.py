"""Callers from outside our streets: whom they can ring instead, and that they were told so."""

import pytest
from sqlalchemy import select

from helpline import people
from helpline.calls import Call, Outcome
from helpline.db import Database
from helpline.people import HatName
from helpline.tellings import Telling
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.browser import Browser
from tests.dashboard.cast import a_call, answered_by
from tests.dashboard.conftest import Find, SignIn
from tests.helpline.signpost_cast import a_signpost


@pytest.fixture
def bea(signed_in: SignIn, database: Database) -> Browser:
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_coordinator(session, "Coral")
        bea = a_handler(session, "Bea")
        people.wear(session, bea, HatName.ORGANISER, at=NOON)
        a_signpost(session, bea, "Elm Park Neighbours", phone="020 7946 0777")
    return signed_in(bea)


def test_an_organiser_keeps_the_list_and_a_handler_reads_it(
    bea: Browser, signed_in: SignIn, database: Database
) -> None:
    bea.open("/settings").says("Outside our streets")
    bea.open("/settings/outside").says("We know nobody yet who looks after the places around us.")
    bea.press("Add the place", place=" ", signpost="1").says("Write the place as people say it")
    bea.press("Add the place", place="Elm Park", signpost="1").says(
        "Added.", "We know who looks after 1 place around us."
    )
    bea.press("Add the place", place="elm park", signpost="1").says("elm park is on the list already.")
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    page = (
        signed_in(hana).open("/settings/outside").says("Elm Park Neighbours", "020 7946 0777", "Organisers change it.")
    )
    assert not [form for form in page.forms if form.action.startswith("/settings/outside")]
    bea.open("/settings/outside")
    bea.press("Take it off").says("Taken off the list.", "We know nobody yet")


@pytest.mark.parametrize(
    ("street", "says", "never"),
    [
        (
            "elm park",
            "“Elm Park is outside our streets. Elm Park Neighbours looks after it. Their number is 020 7946 07",
            "Coral",
        ),
        ("ellm park", "Elm Park is outside our streets.", "Coral"),
        ("Flat 2, N19 4AB", "N19 is outside our streets.", "Coral"),
        ("Acacia Road", "Coral looks after Acacia Road.", "outside our streets"),
        ("acacia", "The words come when the street is known.", "outside our streets"),
        ("Zebedee Lane", "Do not promise today.", "outside our streets"),
    ],
)
def test_a_caller_from_there_is_told_whom_to_ring(bea: Browser, street: str, says: str, never: str) -> None:
    for place in ("Elm Park", "N19"):
        bea.open("/settings/outside")
        bea.press("Add the place", place=place, signpost="1")
    form = bea.open("/requests/new").form("/requests").fields
    bea.post("/streets/promise", {**form, "street": street}).says(says).never_says(never)


def test_one_press_writes_down_that_they_were_told(bea: Browser, database: Database, find: Find) -> None:
    bea.open("/settings/outside")
    bea.press("Add the place", place="Elm Park", signpost="1")
    with database.transaction() as session:
        call_id = answered_by(session, session.merge(find("Bea")), a_call(session)).id
    form = bea.open("/").form("/requests").fields
    page = bea.post("/streets/promise", {**form, "street": "Elm Park"})
    page.says("They were told of Elm Park Neighbours")
    assert 'form="told-form"' in page.html
    told = bea.open("/").form("/signposts/0/told").fields
    bea.post("/signposts/1/told", told)
    with database.reading() as session:
        assert session.get_one(Call, call_id).outcome == Outcome.REFERRED
        assert [one.call_id for one in session.scalars(select(Telling))] == [call_id]
