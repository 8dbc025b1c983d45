"""The rarely needed part of the request form, and where it is seen: ringing for a neighbour, a language, money, and at risk."""

from typing import Any

import pytest
from sqlalchemy import select

from helpline import chat_words, offers, people, taking
from helpline.db import Database
from helpline.messages import Message
from helpline.people import DetailsBy, Person
from helpline.requests import HelpRequest
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.browser import Browser
from tests.dashboard.cast import FILLED_IN, a_call, answered_by
from tests.dashboard.conftest import Find, SignIn
from tests.dashboard.links import link_in

FOR_A_NEIGHBOUR: dict[str, Any] = {
    **FILLED_IN,
    "who": "other",
    "ringer": "Priya",
    "knows": "no",
    "contact": "ringer",
    "phone": "",
    "language": "Polish",
    "paid_how": "transfer",
    "payer": "her son",
}


@pytest.fixture
def hana(signed_in: SignIn, database: Database) -> Browser:
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_coordinator(session, "Coral", phone="+447700900003")
        a_handler(session, "Bea", on_shift=False, phone="+447700900004")
        hana = a_handler(session, "Hana")
    return signed_in(hana)


def texts(database: Database, to: str) -> list[str]:
    with database.reading() as session:
        found = session.scalars(select(Message).order_by(Message.id))
        return [one.body or "" for one in found if one.phone == to]


def test_somebody_rings_for_a_neighbour(hana: Browser, database: Database, find: Find, signed_in: SignIn) -> None:
    with database.transaction() as session:
        answered_by(session, session.merge(find("Hana")), a_call(session))
    page = hana.open("/").says("Who rings for them?", "Do they know that you are being rung?")
    token = page.forms[0].fields["csrf"][0]
    consent = hana.post("/streets/promise", {"csrf": token, **FOR_A_NEIGHBOUR})
    consent.says("“Please tell your neighbour today that somebody will ring or come", "to Coral? We forget them")
    hana.open("/")
    page = hana.press("Save", **FOR_A_NEIGHBOUR)
    page.says(
        "Priya asked for them. They do not know of it yet.",
        "The number is Priya's: ring it first.",
        "They speak Polish.",
        "It is paid back by bank transfer by her son.",
    )
    with database.transaction() as session:
        request = session.scalars(select(HelpRequest)).one()
        rang = people.find(session, "+447700900118")
        assert rang is not None
        assert (request.resident_id, request.asker_id, request.phone) == (None, rang.id, "+447700900118")
        assert rang.name == "Priya", "whoever rang is not taken for the neighbour"
        assert request.call_id is not None
        session.get_one(Person, find("Coral").id).details_by = DetailsBy.TEXT
        taking.accept(session, offers.of_request(session, request)[0], at=NOON)
    (asked, *_, details) = texts(database, "+447700900003")
    assert "Priya" not in asked
    assert "Polish" not in asked
    assert "Priya asked for them. They do not know of it yet." in details


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"knows": ""}, "Ask whether they know that you are being rung, and press one."),
        ({"contact": ""}, "Say whom we ring about it: press one."),
        ({"contact": "them"}, "Write the number of the neighbour here, or press that we ring whoever rang."),
        ({"ringer": "Rita Marsh"}, "That is who rang. Write here what the neighbour is called"),
    ],
)
def test_what_is_missing_is_said_beside_it_and_nothing_is_lost(
    hana: Browser, typed: dict[str, str], sentence: str
) -> None:
    hana.open("/requests/new")
    page = hana.press("Save", **{**FOR_A_NEIGHBOUR, **typed})
    assert page.status == 422
    page.says(sentence)
    fields = page.form("/requests").fields
    assert (fields["who"], fields["language"], fields["payer"]) == (["other"], ["Polish"], ["her son"])


def test_somebody_may_be_at_risk_and_one_person_answers_for_it(hana: Browser, database: Database, find: Find) -> None:
    bea = str(find("Bea").id)
    hana.open("/requests/new")
    page = hana.press("Save", **FILLED_IN, at_risk="yes", worry="No heating, and alone")
    page.says("You answer for it, unless you name somebody else here.", "Bea", "Hana (you)").never_says("Coral")
    assert hana.press("Save", lead="1").says("Say who answers for it: a handler or an organiser").status == 422
    page = hana.press("Save", lead=bea).says("Saved. Whoever answers for it is told.")
    page.says("Bea answers for it. They may be at risk.", "No heating, and alone", "Hana was worried about them.")
    (told,) = texts(database, "+447700900004")
    assert "Hana has named you to answer for request" in told
    for word in ("risk", "Rita", "Acacia", "heating"):
        assert word not in told
    assert not any("risk" in body or "heating" in body for body in texts(database, "+447700900003"))
    hana.open("/requests").never_says("risk", "worried")
    hana.open("/").never_says("heating")
    hana.open("/requests/1/worried")
    hana.press("Save", lead=str(find("Hana").id), worry="Seen to").says("You answer for it.", "Seen to")
    hana.press("Nobody is worried any more").says("Saved. Nobody is worried any more.").never_says(
        "They may be at risk. "
    )


def test_the_street_is_told_who_keeps_it_in_mind_and_not_why(hana: Browser, database: Database, find: Find) -> None:
    hana.open("/requests/new")
    hana.press("Save", **FOR_A_NEIGHBOUR, at_risk="yes", worry="No heating, and alone")
    with database.transaction() as session:
        request = session.scalars(select(HelpRequest)).one()
        offer = taking.accept(session, offers.of_request(session, request)[0], at=NOON)
        words = chat_words.of([], street=offer.street, by="today", money=request.money, signed="Coral")
    assert "risk" not in words
    coral = Browser(hana.app)
    coral.open(link_in(database, "details"))
    page = coral.press("Show me who and where")
    page.says(
        "They speak Polish.",
        "her son pays back the same amount by bank transfer",
        "Hana at the helpline keeps this one in mind",
    )
    page.never_says("risk", "heating")
