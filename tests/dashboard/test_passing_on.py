"""Who is asked, as a group decides it; and the page of a street that runs itself."""

import pytest
from sqlalchemy import select

from helpline import offers, passing, people, taking
from helpline.db import Database
from helpline.messages import Message, MessageKind
from helpline.offers import O, Offer
from helpline.passing import Model
from helpline.people import HatName, Person
from helpline.places import Street
from helpline.requests import HelpRequest, Q
from helpline.wording import Kind
from tests.builders import NOON, a_coordinator, a_handler, a_person, a_street
from tests.dashboard.browser import Browser, Page
from tests.dashboard.cast import a_request
from tests.dashboard.conftest import Find, SignIn
from tests.dashboard.links import link_in

HERE = "/settings/passing"


@pytest.fixture
def bea(database: Database) -> Person:
    """An organiser; Coral and then Deepak look after Acacia Road."""
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_coordinator(session, "Coral", phone="+447700900003")
        a_coordinator(session, "Deepak", phone="+447700900004", deputy=True)
        bea = a_handler(session, "Bea")
        people.wear(session, bea, HatName.ORGANISER, at=NOON)
        return bea


def decided(database: Database, model: Model, who: Person) -> None:
    with database.transaction() as session:
        passing.decide(session, model, seen=0, who=session.merge(who), at=NOON)


def test_an_organiser_decides_and_a_handler_sees_who_did(database: Database, bea: Person, signed_in: SignIn) -> None:
    beas = signed_in(bea)
    beas.open(HERE).says("We ask the coordinator of the street.")
    beas.press("Save", model="neighbours").says("Saved.", "We ask several willing neighbours at once.")
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    hanas = signed_in(hana)
    page = hanas.open(HERE)
    page.says("Bea decided so")
    page.never_says("Put them down")


def test_two_organisers_at_once_are_told_of_each_other(database: Database, bea: Person, signed_in: SignIn) -> None:
    beas = signed_in(bea)
    beas.open(HERE)
    decided(database, Model.STREETS, bea)
    page = beas.press("Save", model="neighbours")
    assert page.status == 422
    page.says("Bea changed how requests are passed on a moment ago.")
    with database.reading() as session:
        assert passing.model(session) == Model.STREETS


def test_a_willing_neighbour_is_put_down_and_taken_off(database: Database, bea: Person, signed_in: SignIn) -> None:
    beas = signed_in(bea)
    beas.open(HERE)
    page = beas.press("Put them down", name="Owen Price", number="020 7946 0118")
    assert page.status == 422
    page.says("write the number of a mobile")
    assert page.form_with("Put them down").fields["name"] == ["Owen Price"], "nothing typed is lost"
    beas.press("Put them down", name="Owen Price", number="07700 900777").says("Owen Price, anywhere")
    with database.reading() as session:
        told = session.scalars(select(Message.body).where(Message.kind == MessageKind.NEWS)).all()
        assert [body for body in told if "Bea has put you down as a willing neighbour" in body]
    beas.press("Ask no more").says("Nobody yet.")


def test_the_page_of_a_willing_neighbour_speaks_of_them_alone(
    database: Database, bea: Person, visitor: Browser
) -> None:
    decided(database, Model.NEIGHBOURS, bea)
    with database.transaction() as session:
        people.wear(session, a_person(session, "Owen"), HatName.NEIGHBOUR, at=NOON)
        a_request(session, session.merge(bea))
    page = visitor.open(link_in(database, "offer"))
    page.says("Could you help with", "near Acacia Road", "Others have been asked too, and the first yes has it.")
    visitor.press("Yes, I can do that")
    visitor.open(link_in(database, "details"))
    visitor.press("Show me who and where").never_says("I found somebody", "chat-words", "My patch")


def the_patch(visitor: Browser, database: Database) -> Page:
    """Coral says yes, looks at who and where, and goes on to her patch."""
    visitor.open(link_in(database, "offer"))
    visitor.press("Yes, I will find somebody")
    visitor.open(link_in(database, "details"))
    visitor.press("Show me who and where")
    return visitor.press("My patch: 2 open, 0 done")


def test_a_street_that_runs_itself_takes_over_and_writes_down(
    database: Database, bea: Person, visitor: Browser, find: Find
) -> None:
    decided(database, Model.STREETS, bea)
    with database.transaction() as session:
        session.merge(find("Coral")).rests_until = NOON.date()  # so Deepak is asked first
        request = a_request(session, session.merge(bea), kinds=(Kind.DOG_WALK,))
        deepaks = offers.holder_of(session, request)
        assert deepaks is not None
        taking.accept(session, deepaks, at=NOON)
        session.merge(find("Coral")).rests_until = None
        a_request(session, session.merge(bea))
    the_patch(visitor, database)
    page = visitor.press("I will see to it")
    page.says("With you Shopping", "Dog walk")
    page.never_says("Open with others")
    with database.reading() as session:
        states = dict(session.execute(select(Offer.person_id, Offer.state).where(Offer.request_id == 1)).all())
        assert states == {find("Deepak").id: O.ELSEWHERE, find("Coral").id: O.ACCEPTED}
        assert all(offer.quiet_at is None for offer in session.scalars(select(Offer))), "nobody is asked how it goes"
        told = session.scalars(select(Message.body).where(Message.person_id == find("Deepak").id)).all()
        assert any("has somebody now" in body for body in told)
    with database.reading() as session:
        street = str(session.scalars(select(Street.id)).one())
    page = visitor.press("Save, it is with me", kind="", street=street, words="Bins")
    assert page.status == 422
    page.says("Say what is needed")
    assert "Bins" in page.html, "nothing typed is lost"
    assert page.refuses == {"own-kind"}
    assert visitor.press("Save, it is with me", kind="odd_job", street="").refuses == {"own-street"}
    visitor.press("Save, it is with me", kind="odd_job", street=street, words="Bins").says("Odd job, Acacia Road")
    with database.reading() as session:
        newest = session.scalars(select(HelpRequest).order_by(HelpRequest.id.desc())).first()
        assert newest is not None
        assert (newest.state, newest.handler_id, newest.phone) == (Q.TAKEN, find("Coral").id, None)


def test_where_coordinators_are_asked_nobody_takes_what_another_has(
    database: Database, bea: Person, visitor: Browser
) -> None:
    with database.transaction() as session:
        a_request(session, session.merge(bea), asked=False)
        a_request(session, session.merge(bea))
    page = the_patch(visitor, database)
    page.never_says("I will see to it")
    csrf = page.form_with("Who and where").fields["csrf"]
    visitor.post(f"{page.path}/take", {"csrf": csrf, "request": "1"}).says(
        "Only those who look after that patch do so, where streets run themselves."
    )
