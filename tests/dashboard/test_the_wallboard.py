"""The wallboard: how everything stands, and nobody on it who is not one of us."""

from datetime import timedelta

import pytest

from helpline import calls, desk_items
from helpline.db import Database
from helpline.people import Person
from helpline.slots import Slot
from helpline.wallboard import drawn
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.browser import Browser
from tests.dashboard.cast import a_call, a_request, answered_by
from tests.dashboard.conftest import SignIn
from tests.dashboard.counting import counting
from tests.helpline.test_tallies import LONDON

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        return a_handler(session, "Hana Novak")


@pytest.fixture
def wall(signed_in: SignIn, hana: Person) -> Browser:
    return signed_in(hana)


@pytest.mark.parametrize(("hour", "first"), [(0, 0), (8, 8), (9, 9), (20, 9), (21, 10), (23, 12)])
def test_this_hour_is_always_among_those_that_are_drawn(hour: int, first: int) -> None:
    assert drawn(NOON.replace(hour=hour), LONDON) == range(first, first + 12)


def test_when_all_is_quiet_it_says_so(wall: Browser) -> None:
    page = wall.open("/wallboard")
    page.says("2:47 pm", "Waiting 0 The line is quiet", "On shift 1 Hana is free", "Still owed 0 Nothing is owed")
    page.says("Nobody has rung to talk today").never_says("Desk Requests Rota", "more", "<button")


def test_who_waits_who_is_on_and_what_is_late_without_anybodys_details(
    database: Database, wall: Browser, hana: Person
) -> None:
    with database.transaction() as session:
        hana = session.get_one(Person, hana.id)
        a_handler(session, "Tomasz Zielinski")
        a_street(session, "Acacia Road")
        a_coordinator(session, "Coral")
        talks = a_call(session, "+447700900118", at=NOON - 20 * MINUTE)
        answered_by(session, hana, talks, at=NOON - 19 * MINUTE)
        back = a_call(session, "+447700900142", at=NOON - HOUR)
        calls.finish(session, back, at=NOON - 58 * MINUTE)
        (owed,) = desk_items.about_call(session, back.id)
        owed.due_at = NOON - MINUTE
        a_call(session, "+447700900143", at=NOON - MINUTE)
        a_request(session, hana, on=None)
        session.add(Slot(day=NOON.date(), starts_at=NOON + 6 * HOUR, ends_at=NOON + 9 * HOUR, least=2, most=3))
    with counting(database) as asked:
        page = wall.open("/wallboard")
    assert len(asked) <= 10, asked.told()
    page.says(
        "Waiting 1 1 min, ringing Tomasz",
        "On shift 2 ",
        "Hana is talking",
        "Tomasz is free",
        "Still owed 2 1 late, the oldest 1 h",
    )
    page.says("Today, 8:47 to 11:47 pm: 2 more", "0 of 1 call answered today", "1 1 pm, 1 not answered")
    for private in ("Rita", "Marsh", "Novak", "Zielinski", "118", "142", "143", "0770", "Acacia", "Zebedee", "14 "):
        page.never_says(private)
    assert "Wallboard, Larkfield Neighbours" in page.html


def test_only_what_changed_is_sent(wall: Browser) -> None:
    live = {"HX-Request": "true"}
    part = wall.open("/wallboard", headers=live)
    seen = part.html.split("seen=")[1].split('"')[0]
    assert "<html" not in part.html
    assert wall.open(f"/wallboard?seen={seen}", headers=live).status == 204


def test_nobody_sees_it_who_is_not_signed_in(visitor: Browser) -> None:
    visitor.open("/wallboard").says("Your mobile number")
