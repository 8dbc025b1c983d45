"""That was hard: the phone is quiet, a buddy is told, and nobody else knows."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline import buddies, calls, delivery, hard_calls, inbox, messages, people
from helpline.calls import Call
from helpline.db import Database
from helpline.desk_items import DeskItem
from helpline.history import Event
from helpline.messages import M, Message
from helpline.people import HatName, Person
from tests.builders import NOON, a_handler
from tests.dashboard.browser import Browser, Hands
from tests.dashboard.cast import a_call, a_sid, answered_by
from tests.dashboard.conftest import Find, SignIn

MAUREEN = "+447700900777"


@pytest.fixture
def hana(signed_in: SignIn, database: Database) -> Browser:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
        people.wear(session, a_handler(session, "Bea"), HatName.ORGANISER, at=NOON)
    return signed_in(hana)


def texts(database: Database, to: str = MAUREEN) -> list[Message]:
    with database.reading() as session:
        return [one for one in session.scalars(select(Message).order_by(Message.id)) if one.phone == to]


def chosen(hana: Browser) -> None:
    hana.open("/yours").says("Your buddy", "Nobody yet.")
    hana.press("Ask them", buddy_name="Maureen", buddy_number="07700 900777").says("Asked, by text.")


def says(database: Database, body: str) -> None:
    with database.transaction() as session:
        inbox.receive(session, a_sid("SM"), phone=MAUREEN, body=body, at=NOON)


def test_a_buddy_says_yes_by_text_and_is_told_when_it_was_hard(
    hana: Browser, database: Database, find: Find, signed_in: SignIn
) -> None:
    chosen(hana)
    (asked,) = texts(database)
    assert "Hana answers our phone line and would like you as a buddy" in (asked.body or "")
    hana.open("/yours").says("Maureen has been asked, by text, and has not said yes yet.")
    says(database, "Yes of course")
    assert (texts(database)[-1].body or "").startswith("Thank you. We text you when Hana had a hard call.")
    hana.open("/yours").says("Maureen is your buddy.")

    with database.transaction() as session:
        call = answered_by(session, session.merge(find("Hana")), a_call(session))
    hana.open("/").says("That was hard", "What to say, word for word", "020 7946 0456")
    hana.press("That was hard").says("Maureen is told by text to ring you. No more calls until you say so.", "116 123")
    with database.transaction() as session:
        calls.finish(session, session.get_one(Call, call.id), at=NOON)
    hana.open("/").says("Maureen is told by text to ring you.", "Ring me again")
    told = texts(database)[-1].body or ""
    assert "Hana has had a hard call and would be glad if you rang." in told
    assert not re.search(r"Rita|118|Acacia|http", told)

    # Nobody else sees it: not an organiser on the desk, on her page, or in what happened.
    bea = signed_in(find("Bea"))
    for path in ("/", f"/people/{find('Hana').id}", "/people"):
        bea.open(path).never_says("hard call", "Maureen")
    with database.reading() as session:
        assert "hard" not in " ".join(session.scalars(select(Event.what)))
    hana.press("Ring me again").never_says("Maureen is told", "Ring me again")


def test_pressed_twice_it_is_told_once(hana: Browser, database: Database, find: Find) -> None:
    chosen(hana)
    says(database, "yes")
    before = len(texts(database))
    hana.open("/")
    hana.press("That was hard")
    with database.transaction() as session:
        hard_calls.press(session, session.merge(find("Hana")), at=NOON + timedelta(minutes=1))
    assert len(texts(database)) == before + 1


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("nobody", "Nobody is told: you have no buddy yet. Choose one"),
        ("asked", "Nobody is told: Maureen has not said yes yet."),
        ("no", "Nobody is told: Maureen would rather not be your buddy."),
        ("stop", "Nobody is told: Maureen has stopped our texts."),
        ("not any more", "Nobody is told: Maureen would rather not be your buddy."),
        ("lost", "Our text did not reach Maureen. Ring them, or somebody you trust."),
    ],
)
def test_when_nobody_can_be_told_she_hears_so_and_her_phone_is_quiet_all_the_same(
    hana: Browser, database: Database, find: Find, what: str, sentence: str
) -> None:
    if what != "nobody":
        chosen(hana)
    if what == "no":
        says(database, "No, sorry")
    if what in {"stop", "lost", "not any more"}:
        says(database, "Yes")
    if what == "stop":
        says(database, "STOP")
    if what == "not any more":
        says(database, "no")
    hana.open("/")
    page = hana.press("That was hard")
    if what == "lost":
        with database.transaction() as session:
            message = session.get_one(Message, texts(database)[-1].id)
            messages.claim(session, message, at=NOON)
            delivery.lost(session, message, M.UNDELIVERED, at=NOON, why="carrier code 30003", code=30003)
        page = hana.open("/")
        with database.reading() as session:
            assert [item for item in session.scalars(select(DeskItem)) if item.message_id] == []
    page.says("No more calls until you say so." if what != "lost" else "Our text", sentence, "Ring me again")
    with database.reading() as session:
        assert session.get_one(Person, find("Hana").id).paused_at is not None


def test_a_buddy_says_yes_and_later_no_on_a_page_that_changes_nothing_by_itself(
    hana: Browser, database: Database, find: Find, hands: Hands
) -> None:
    chosen(hana)
    link = (texts(database)[0].body or "").partition("http")[2].partition("/b/")[2]
    maureen = Browser(hana.app)
    maureen.open(f"/b/{link}").says("Some calls are hard.")
    maureen.open(f"/b/{link}").says("Some calls are hard.")
    maureen.press("Yes, I will").says("After a hard call we text you")
    maureen.press("I would rather not any more").says("Nothing more is asked of you here.")
    hana.open("/yours").says("Maureen would rather not. Choose somebody else when you like.")
    assert maureen.open("/b/nonsense").status == 404


@pytest.mark.parametrize(
    ("name", "number", "sentence"),
    [
        ("", "07700 900777", "Say what your buddy is called."),
        ("Maureen", "020 7946 0123", "write the number of a mobile"),
        ("Maureen", "07700", "write the number of a mobile"),
        ("Me", "own", "That is your own number."),
    ],
)
def test_whoever_cannot_be_texted_is_no_buddy(hana: Browser, find: Find, name: str, number: str, sentence: str) -> None:
    hana.open("/yours")
    page = hana.press("Ask them", buddy_name=name, buddy_number=find("Hana").phone if number == "own" else number)
    assert page.status == 422
    page.says(sentence)


def test_one_that_is_changed_is_told_and_two_at_once_are_one(hana: Browser, database: Database, find: Find) -> None:
    chosen(hana)
    says(database, "yes")
    hana.open("/yours")
    hana.press("I would rather have another, or none").says("Saved. Choose somebody else")
    assert "you are no longer down as Hana's buddy" in (texts(database)[-1].body or "")
    with database.transaction() as session:
        hana_ = session.merge(find("Hana"))
        first = buddies.choose(session, "Olga", "07700 900778", who=hana_, at=NOON)
        assert buddies.choose(session, "Olga", "07700 900778", who=hana_, at=NOON) is first
