"""One request's page: everything that can be done with it, and what is shown of whose it is."""

from datetime import date

import pytest
from sqlalchemy import func, select

from helpline import away, likenesses, offers, requests, taking
from helpline.db import Database
from helpline.history import Reading
from helpline.likenesses import Likeness, Verdict
from helpline.requests import HelpRequest
from helpline.rings import Ring, RingKind
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.browser import Browser
from tests.dashboard.cast import FILLED_IN, a_request
from tests.dashboard.conftest import Find, SignIn


@pytest.fixture
def database_with_one(database: Database) -> Database:
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_street(session, "Quince Lane", patch="The Orchard")
        a_coordinator(session, "Coral")
        a_coordinator(session, "Orla", of="The Orchard")
        hana = a_handler(session, "Hana")
        a_handler(session, "Tomasz")
        a_request(session, hana)
    return database


@pytest.fixture
def hana(signed_in: SignIn, database_with_one: Database, find: Find) -> Browser:
    del database_with_one
    return signed_in(find("Hana"))


@pytest.fixture
def tomasz(signed_in: SignIn, database_with_one: Database, find: Find) -> Browser:
    del database_with_one
    return signed_in(find("Tomasz"))


def test_who_wrote_it_sees_where_and_others_press_for_it(hana: Browser, tomasz: Browser, database: Database) -> None:
    hana.open("/requests/1").says("14 Acacia Road", "ends 118").never_says("900118")
    tomasz.open("/requests/1").says("A house on Acacia Road", "ends 118").never_says("14 Acacia Road", "900118")
    tomasz.press("show it").says("14 Acacia Road", "07700 900118")
    with database.reading() as session:
        read = session.execute(select(Reading.what, Reading.reader_id).order_by(Reading.id)).all()
    assert [what for what, _ in read] == ["request", "request", "number"]


def test_whoever_wrote_it_down_and_has_left_the_desk_is_not_said_to_hear(tomasz: Browser, database: Database) -> None:
    tomasz.open("/requests/1").says("wrote it down, gets a text when it is done")
    with database.transaction() as session:
        request = session.get_one(HelpRequest, 1)
        taking.accept(session, offers.live_of_request(session, request)[0], at=NOON)
        session.delete(request.handler.hats.pop())
    page = tomasz.open("/requests/1").says("Hana", "wrote it down", "Coral tells us when it is done.")
    page.never_says("gets a text")


def test_ringing_rings_my_phone_and_twice_is_once(tomasz: Browser, database: Database) -> None:
    tomasz.open("/requests/1")
    tomasz.press("Ring Rita").says("Your phone rings in a moment. Press 1")
    tomasz.open("/requests/1")
    assert tomasz.post("/requests/1/ring", {"csrf": tomasz.page.form("/requests/1/notes").fields["csrf"]}).status == 409
    with database.reading() as session:
        kinds = session.scalars(select(Ring.kind)).all()
    assert kinds == [RingKind.THROUGH]


def test_handing_it_to_somebody_one_chooses(tomasz: Browser) -> None:
    page = tomasz.open("/requests/1")
    page = tomasz.open(page.links["Ask somebody else"]).says(
        "Looking after The Groves", "Coral is being asked already.", "Of other patches", "Has nothing open now"
    )
    tomasz.press("Ask Orla").says(
        "Somebody else is being asked.", "Tomasz chose Orla to be asked.", "Orla has been asked"
    )


def test_whoever_went_away_meanwhile_is_not_asked(tomasz: Browser, database: Database, find: Find) -> None:
    tomasz.open("/requests/1/hand")
    with database.transaction() as session:
        orla = session.merge(find("Orla"))
        away.say_away(session, orla, date(2026, 11, 19), date(2026, 11, 30), who=orla, at=NOON)
    page = tomasz.press("Ask Orla").says("Orla is away until Monday 30 November, so nothing was asked of them.")
    assert page.status == 409
    tomasz.open("/requests/1").says("Coral has been asked")
    tomasz.open("/requests/1/hand").says("Orla is away until").never_says("Ask Orla")


def test_a_day_to_ask_how_it_went(tomasz: Browser) -> None:
    tomasz.open("/requests/1")
    tomasz.press("Put it on the desk", day="2026-11-21").says("It comes to the desk on that day.", "wants Rita rung")
    tomasz.open("/requests/1")
    assert tomasz.press("Put it on the desk", day="yesterday").says("within four weeks").status == 409


def test_the_street_is_put_right(tomasz: Browser) -> None:
    page = tomasz.open("/requests/1")
    tomasz.open(page.links["Put it right"]).says("Put it right")
    page = tomasz.press("Save it like this", street="Quinse lane", words="Bread").says(
        "Which of these is it?", "Quince Lane"
    )
    assert page.status == 422
    assert page.form("/requests/1/correct").fields["words"] == ["Bread"]
    tomasz.press("Save it like this", street_id="2").says(
        "Put right.", "Orla has been asked", "Tomasz put right where it is.", "Tomasz put right what is written."
    )


def test_two_who_put_it_right_at_once_are_told_of_each_other_and_lose_no_word(hana: Browser, tomasz: Browser) -> None:
    for browser in (hana, tomasz):
        browser.open("/requests/1/correct")
    hana.press("Save it like this", street="Quince Lane", street_id="2", words="Milk").says("Put right.")
    page = tomasz.press("Save it like this", words="Bread, and no cat food", street="Acacia rode")
    assert page.status == 422  # which does not say that he has seen hers
    page = tomasz.press("Save it like this", street="Acacia Road")
    assert page.status == 409
    page.says("Hana put it right while you had this open.", "Milk For Rita Marsh. 14 Quince Lane. By when: today.")
    assert page.form("/requests/1/correct").fields["words"] == ["Bread, and no cat food"]
    tomasz.press("Save it like this", street="Quince Lane").says(
        "Put right.", "Orla has been asked", "Bread, and no cat food"
    )


def another(database: Database, find: Find) -> HelpRequest:
    with database.transaction() as session:
        return a_request(session, session.merge(find("Hana")))


def test_two_that_are_alike_are_side_by_side_and_linked(tomasz: Browser, database: Database, find: Find) -> None:
    second = another(database, find)
    page = tomasz.open("/requests/2").says("There is another one like it.", "Perhaps the same", "They are the same")
    assert page.words.count("Milk and cat food") == 3  # the words of both beside each other, and above
    with database.reading() as session:
        first = session.get_one(HelpRequest, 1)
        assert session.scalar(select(func.count()).where(Reading.request_id == 1)) == 1
    tomasz.press("They are the same").says(
        "Linked. Both stay as they are", f"Tomasz said that it is the same as {first.reference}."
    )
    tomasz.open("/requests/1").says(f"Tomasz said that it is the same as {second.reference}.", "Coral has been asked")
    tomasz.press("They are different").says("said to be different")
    with database.reading() as session:
        assert session.scalars(select(Likeness.verdict)).all() == [Verdict.DIFFERENT]


def test_one_is_called_off_as_the_same(tomasz: Browser, database: Database, find: Find) -> None:
    another(database, find)
    with database.reading() as session:
        first = session.get_one(HelpRequest, 1)
    tomasz.open("/requests/2").says(f"It is the same as {first.reference}, Shopping")
    tomasz.press("Call it off", same_as="1").says(
        f"Tomasz called it off: the same as {first.reference}.", "It is the same as"
    )
    with database.reading() as session:
        assert session.get_one(HelpRequest, 2).state == requests.Q.CALLED_OFF
        assert session.get_one(HelpRequest, 1).state in requests.OPEN
        assert session.scalars(select(Likeness.verdict)).all() == [Verdict.SAME]


def test_while_writing_the_likely_one_is_shown_and_what_was_said_is_remembered(
    tomasz: Browser, database: Database
) -> None:
    typed = {**FILLED_IN, "kind": ["shopping"], "house": "no. 14", "phone": ""}
    tomasz.open("/requests/new")
    form = tomasz.page.form("/requests")
    part = tomasz.post("/requests/alike", {**form.fields, **typed})
    part.says("Rita asked for some shopping today", "The same one", "Another one").never_says("Milk")
    assert part.status == 200
    tomasz.post("/requests/alike", {**form.fields, **typed, "kind": ["lift"]}).never_says("Rita")
    tomasz.post("/requests", {**form.fields, **typed, "alike_1": "different", "alike_77": "same", "alike_x": "same"})
    with database.reading() as session:
        second = session.get_one(HelpRequest, 2)
        assert second.state == requests.Q.ASKING, "it is a request like any other"
        assert [one.verdict for one in likenesses.of_request(session, second)] == [Verdict.DIFFERENT]
