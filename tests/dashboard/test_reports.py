"""Reports: some days in figures, as a handler reads them and as files."""

from datetime import timedelta

import pytest

from helpline import calls
from helpline.calls import Ending
from helpline.counting import What, Why
from helpline.db import Database
from tests.builders import NOON, a_handler, a_patch
from tests.dashboard.browser import Browser
from tests.dashboard.cast import a_call, a_request, answered_by
from tests.dashboard.conftest import SignIn
from tests.dashboard.counting import counting
from tests.dashboard.tallied import Counts, tallied

DAY = timedelta(days=1)
TODAY = NOON.date()  # a Thursday
A_BUSY_DAY: Counts = {
    (What.CALL, Ending.ANSWERED, 0): 10,
    (What.CALL, What.LOST, 0): 2,
    (What.CALL, Ending.CALL_BACK_OWED, 0): 1,
    (What.ASKED, "10", 0): 13,
    (What.ANSWERED, "10", 0): 10,
    (What.LOST, "10", 0): 2,
    (What.WAIT, "10", 10): 8,
    (What.WAIT, "10", 60): 2,
    (What.OUTCOME, "request", 0): 10,
    (What.LANGUAGE, "en", 0): 12,
    (What.LANGUAGE, "pl", 0): 1,
    (What.WRITTEN, "1", 0): 6,
    (What.WRITTEN_KIND, "shopping", 0): 6,
    (What.DONE, "1", 0): 4,
    (What.DONE_KIND, "shopping", 0): 4,
    (What.ACCEPTED, "today", 1200): 5,
    (What.FINISHED, "today", 18_000): 4,
    (What.NEVER, f"{Why.NO_ANSWER}/1", 0): 1,
    (What.NEVER, f"{Why.NO_ANSWER}/0", 0): 1,
    (What.GOT_IT, "partly", 0): 3,
    (What.AGAIN, "yes", 0): 3,
    (What.REFERRED, "food/out", 0): 3,
    (What.REFERRED, "food/in", 0): 1,
    (What.SERVED, "", 0): 420,
}


@pytest.fixture
def desk(database: Database, signed_in: SignIn) -> Browser:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
        a_patch(session, "The Groves")
        for day in (TODAY - 3 * DAY, TODAY - 10 * DAY, TODAY - 100 * DAY):
            tallied(session, day, A_BUSY_DAY)
        for day in (TODAY - 2 * DAY, TODAY - DAY):
            tallied(session, day, {})
        call = a_call(session, at=NOON - timedelta(minutes=20))
        answered_by(session, hana, call, at=NOON - timedelta(minutes=19))
        lost = a_call(session, None, at=NOON - timedelta(minutes=9))
        calls.finish(session, call, at=NOON - timedelta(minutes=10))
        calls.finish(session, lost, at=NOON - timedelta(minutes=8))
        a_request(session, hana, on=None)
    return signed_in(hana)


def test_the_heading_is_the_answer_and_today_counts_so_far(desk: Browser, database: Database) -> None:
    with counting(database) as asked:
        page = desk.open("/reports")
    assert len(asked) <= 10, asked.told()
    page.says("We answered 11 of 15 calls this week.", "Today counts so far.", "Handlers were on for 8 hours in all.")
    page.says("7 requests were written down and 4 done, half of them within 5 h. 2 were never met.")
    page.says("With nobody just now: 1 request.")
    page.says("Mon 16 Nov 10 of 13", "Thu 19 Nov 1 of 2", "Rang off before anybody came 3", "To be rung back 1")
    page.says(
        "10 am half of them within 10 s, nine in ten within 1 min", "2 pm half of them within 1 min, all 1 within 1 min"
    )
    page.says("Shopping 7, 4 done", "The Groves 6, 4 done", "Today half of them within 20 min, all 5 within 20 min")
    page.says("Nobody answered in time 2: 1 in The Groves and 1 in no patch", "Partly 3 got it, 0 would ring again")
    page.says("Food 3, 1 to us", "English 14", "Polish 1").never_says("not counted yet", "Hana Novak")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/reports?over=last_week", "We answered 10 of 13 calls last week."),
        ("/reports?over=four_weeks", "We answered 21 of 28 calls in four weeks."),
        ("/reports?over=year", "We answered 31 of 41 calls in a year."),
        ("/reports?from=2026-08-11&to=2026-08-11", "We answered 10 of 13 calls on 11 August 2026."),
        ("/reports?from=2026-09-01&to=2026-09-30", "Nobody rang to talk from 1 to 30 September 2026."),
    ],
)
def test_other_days_are_a_press_away(desk: Browser, address: str, says: str) -> None:
    desk.open(address).says(says)


def test_days_that_make_no_report_are_kept_with_the_reason(desk: Browser) -> None:
    page = desk.open("/reports?from=2026-09-30&to=2026-09-01")
    assert page.status == 422
    page.says("Tuesday 1 September comes before Wednesday 30 September.")
    assert 'value="2026-09-30"' in page.html


def test_each_chart_is_a_file(desk: Browser) -> None:
    page = desk.open("/reports?over=last_week")
    rows = desk.open("/reports/calls.csv?over=last_week").answer.text.splitlines()
    assert rows[0] == "\ufeffFrom,To,Asked to talk,Answered,Rang off before anybody came,To be rung back,Left a message"
    assert rows[1:3] == ["2026-11-09,2026-11-09,13,10,2,1,0", "2026-11-10,2026-11-10,0,0,0,0,0"]
    assert "10 am,10,10,60" in desk.open("/reports/waits.csv?over=last_week").answer.text.replace("\xa0", " ")
    files = [href for words, href in page.links.items() if words.startswith("As a spreadsheet")]
    assert len(files) >= 11
    for href in files:
        assert desk.open(href).status == 200
    assert desk.open("/reports/nothing.csv").status == 404


def test_days_that_nobody_counted_yet_are_said_to_be_missing(desk: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_call(session, "+447700900119", at=NOON - 6 * DAY)
    desk.open("/reports?over=last_week").says("3 days are not counted yet.")


def test_before_anybody_ever_rang_it_says_so(database: Database, signed_in: SignIn) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana", on_shift=False)
    page = signed_in(hana).open("/reports?over=year")
    page.says("Nobody rang to talk in a year.", "Nothing was asked for.", "Nobody has been asked yet.").never_says(
        "None", "not counted"
    )
