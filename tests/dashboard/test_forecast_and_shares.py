"""How many each hour needs, and how the hours share out: as a handler reads them, and as a file."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from helpline import people, rota
from helpline.busy_hours import BusyHour
from helpline.db import Database
from helpline.people import HatName, Person
from helpline.slots import Slot
from tests.builders import NOON, a_handler
from tests.dashboard.browser import Browser, Hands
from tests.dashboard.conftest import SignIn

LONDON = ZoneInfo("Europe/London")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        return a_handler(session, "Hana Novak", on_shift=False, at=NOON - 20 * WEEK)


@pytest.fixture
def desk(signed_in: SignIn, hana: Person) -> Browser:
    return signed_in(hana)


def wall(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


def a_slot(database: Database, day: date, begins: int, ends: int, *who: Person) -> None:
    with database.transaction() as session:
        slot = Slot(day=day, starts_at=wall(day, begins), ends_at=wall(day, ends), least=1, most=3)
        session.add(slot)
        for one in who:
            person = session.get_one(Person, one.id)
            rota.write(session, person, starts_at=slot.starts_at, ends_at=slot.ends_at, slot=slot)


def past(database: Database, *, weeks: int, busy: int = 8) -> None:
    """So many weeks in which Fridays at 10 were busy and every other hour of the day was quiet."""
    with database.transaction() as session:
        for day in (FRIDAY - number * DAY for number in range(2, 7 * weeks + 2)):
            for hour in range(9, 17):
                calls = busy if (day.weekday(), hour) == (4, 10) else 1
                session.add(BusyHour(day=day, hour=hour, calls=calls, answered=calls, held=600 * calls, open=3600))


def test_the_heading_says_where_more_would_help(database: Database, desk: Browser, hana: Person) -> None:
    past(database, weeks=12)
    a_slot(database, FRIDAY, 10, 11, hana)
    a_slot(database, FRIDAY, 13, 14, hana)
    a_slot(database, FRIDAY + DAY, 10, 12, hana)
    page = desk.open("/rota/forecast")
    assert "<h1>" in page.html
    page.says("Friday, 10 to 11 am: two more would help.", "That is for 80 % of callers to be answered within 1 min.")
    page.says("which kept a handler for 10 min on average", "1 +2 10 am, 3 needed", "Saturday 21")
    rows = desk.open(page.links["As a spreadsheet (CSV)"]).answer.text.splitlines()
    assert rows[0] == "\ufeffFrom,To,Needed,Down on the rota,More would help"
    assert "2026-11-20T10:00+00:00,2026-11-20T11:00+00:00,3,1,2" in rows
    assert len(rows) == 5
    desk.open("/rota/forecast?of=2026-11-24").says("Nothing is on the rota in that week.")


def test_the_week_says_it_where_a_gap_does_not_say_it_already(database: Database, desk: Browser, hana: Person) -> None:
    past(database, weeks=12)
    a_slot(database, FRIDAY, 10, 11, hana)
    desk.open("/rota").says("busy hours, two more would help")
    with database.transaction() as session:
        session.execute(update(Slot).values(least=3))
    desk.open("/rota").says("2 more").never_says("busy hours")


def test_when_enough_are_down_it_says_so(database: Database, desk: Browser, hana: Person) -> None:
    past(database, weeks=12, busy=1)
    with database.transaction() as session:
        others = [a_handler(session, name, on_shift=False) for name in ("Bea", "Femi")]
    a_slot(database, FRIDAY, 10, 12, hana, *others)
    desk.open("/rota/forecast").says("As many are down as the calls need.").never_says("more would help.")


def test_a_day_that_is_over_asks_for_nobody(database: Database, desk: Browser, hands: Hands, hana: Person) -> None:
    past(database, weeks=12)
    a_slot(database, FRIDAY, 10, 11, hana)
    a_slot(database, FRIDAY, 13, 14, hana)
    hands.at = wall(FRIDAY, 11)
    desk.open("/rota/forecast").says("As many are down as the calls need.", "Today 20")
    desk.open("/rota/forecast?of=2026-11-16").never_says("Friday, 10")


def test_with_too_little_history_it_says_how_much_there_is_and_draws_nothing(
    database: Database, desk: Browser, hana: Person
) -> None:
    a_slot(database, FRIDAY, 10, 12, hana)
    desk.open("/rota/forecast").says(
        "There is too little history to say how many each hour needs.",
        "So far nobody has rung to talk.",
        "It takes 4 weeks, 50 calls and 20 answered. Until then no number is made up.",
    )
    past(database, weeks=2)
    page = desk.open("/rota/forecast")
    page.says("So far we have 3 weeks with the line open").never_says("needed,", "<rect")
    assert "As a spreadsheet (CSV)" not in page.links


def test_who_carries_how_much_is_told_by_name(database: Database, desk: Browser, hana: Person) -> None:
    with database.transaction() as session:
        bea = a_handler(session, "Bea Lund", on_shift=False, at=NOON - WEEK)
        also_hana = a_handler(session, "Hana Abara", on_shift=False, at=NOON - 20 * WEEK)
        people.wear(session, also_hana, HatName.ORGANISER, at=NOON - DAY)
    a_slot(database, FRIDAY - 2 * DAY, 22, 23, hana)
    a_slot(database, FRIDAY - 5 * DAY, 10, 13, bea, hana)
    page = desk.open("/rota/shares")
    page.says("Three handlers shared 7 hours in four weeks.", "Bea since 12 Nov 3 h 0 0 1", "Hana N. 4 h 0 0 1")
    assert page.words.index("Bea") < page.words.index("Hana A.") < page.words.index("Hana N.")
    page.never_says("Novak", "Lund")
    rows = desk.open("/rota/shares.csv").answer.text.splitlines()[1:]
    assert rows == ["Bea,3.0,0,0,1,2026-11-12", "Hana A.,0.0,0,0,0,", "Hana N.,4.0,0,0,1,"]


def test_a_name_is_no_formula(database: Database, desk: Browser) -> None:
    with database.transaction() as session:
        a_handler(session, "=1+1", on_shift=False, at=NOON - 20 * WEEK)
    assert "'=1+1,0.0,0,0,0," in desk.open("/rota/shares.csv").answer.text.splitlines()
