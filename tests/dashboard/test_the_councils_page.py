"""The council's page: figures and no names, and no number small enough to be somebody."""

import re
from datetime import date, timedelta

import pytest

from helpline.counting import What, Why
from helpline.db import Database
from helpline.people import HatName, Person, wear
from tests.builders import NOON, a_coordinator, a_handler, a_patch, a_street
from tests.dashboard.browser import Browser, Page
from tests.dashboard.cast import a_call, a_request
from tests.dashboard.conftest import SignIn
from tests.dashboard.counting import counting
from tests.dashboard.tallied import Counts, tallied

DAY = timedelta(days=1)
OCTOBER: Counts = {
    (What.ASKED, "10", 0): 44,
    (What.ANSWERED, "10", 0): 41,
    (What.LOST, "10", 0): 2,
    (What.WRITTEN, "1", 0): 30,
    (What.WRITTEN, "2", 0): 3,
    (What.WRITTEN, "0", 0): 9,
    (What.WRITTEN_KIND, "shopping", 0): 30,
    (What.WRITTEN_KIND, "dog_walk", 0): 3,
    (What.WRITTEN_KIND, "lift", 0): 9,
    (What.DONE, "1", 0): 28,
    (What.DONE, "0", 0): 9,
    (What.DONE_KIND, "shopping", 0): 28,
    (What.DONE_KIND, "lift", 0): 9,
    (What.NEVER, f"{Why.NO_ANSWER}/2", 0): 1,
    (What.NEVER, f"{Why.NOBODY_THERE}/0", 0): 6,
    (What.ACCEPTED, "today", 1200): 40,
    (What.FINISHED, "today", 18_000): 37,
    (What.GOT_IT, "yes", 0): 4,
    (What.GOT_IT, "no", 0): 4,
    (What.REFERRED, "food/out", 0): 12,
    (What.REFERRED, "home/out", 0): 6,
    (What.REFERRED, "council/out", 0): 1,
    (What.SERVED, "", 0): 6000,
}


@pytest.fixture
def olu(database: Database) -> Person:
    with database.transaction() as session:
        olu = a_handler(session, "Olu Adeyemi", on_shift=False)
        wear(session, olu, HatName.ORGANISER, at=NOON)
        for street in ("Acacia Road", "Beech Grove"):
            a_street(session, street)
        a_coordinator(session, "Coral Finch")
        for number in range(5):
            a_street(session, f"{'ABCDE'[number]}lder Way", patch="Riverside")
        a_street(session, "Fir Close", patch="Hill End")
        a_call(session, "+447700900118", at=NOON - 40 * DAY)
        a_request(session, olu, on="Fir Close", at=NOON - 40 * DAY)
        tallied(session, date(2026, 10, 10), OCTOBER)
        return olu


@pytest.fixture
def desk(signed_in: SignIn, olu: Person) -> Browser:
    return signed_in(olu)


def figures(page: Page) -> str:
    """What is printed and sent."""
    found = re.search(r"<article.*</article>", page.html, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found.group()).split())


def test_it_says_what_was_asked_and_met_in_figures(desk: Browser, database: Database) -> None:
    with counting(database) as asked:
        page = desk.open("/reports/council?from=2026-10&to=2026-10")
    assert len(asked) <= 10, asked.told()
    told = figures(page)
    for sentence in (
        "What our streets asked for in October 2026",
        "44 calls asked to talk to somebody, and 41 of them were answered.",
        "42 requests were written down, and 37 done.",
        "Half of them had somebody within 20 min, and nine in ten within 20 min.",
        "Volunteers answered the telephone for 100 hours.",
        "Nobody looks after that street not told",
        "Nobody answered in time fewer than 5",
        "Food 12 0 Housing and heating not told 0 The council fewer than 5 0 Together 19 0",
        "2 of 8 streets have somebody",
        "Riverside Alder Way, Blder Way, Clder Way, Dlder Way and Elder Way 5",
        "Hill End fewer than 5",
    ):
        assert sentence in told, f"{sentence!r} is not in:\n{told}"


def test_nobody_is_on_it_and_no_number_small_enough_to_be_somebody(desk: Browser) -> None:
    told = figures(desk.open("/reports/council?from=2026-10&to=2026-10"))
    for private in ("Rita", "Marsh", "Olu", "Coral", "0770", "118", "14 ", "Fir Close", "Acacia Road", "cat food"):
        assert private not in told, private
    small = [
        number
        for number in re.findall(r"(?<![\d,.])([1-4])(?![\d,.])", told)
        if f"fewer than {number}" not in told and "2 of 8 streets" not in told
    ]
    assert small == []
    assert "Dog walk fewer than 5 0" in told
    assert "Lift not told 9" in told, "44 in all less 30 would tell the three"
    assert (
        "How it went Those who were rung afterwards were asked: did you get what you needed? 8 in all, which are too few"
        in told
    )


def test_a_paragraph_of_ones_own_is_on_the_page_and_nowhere_else(
    desk: Browser, signed_in: SignIn, database: Database
) -> None:
    desk.open("/reports/council?from=2026-10&to=2026-10")
    sent = desk.press("Put it on the page", words="We need a van.\n\nAnd <b>somebody</b> in Hill End.")
    assert "We need a van." in figures(sent)
    assert "&lt;b&gt;somebody" in sent.html
    sent.says("What our streets asked for in October 2026")
    assert "van" not in figures(desk.open("/reports/council"))
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    signed_in(hana).open("/reports/council").never_says("A paragraph of your own").says("What our streets asked for")


@pytest.mark.parametrize(
    ("months", "why"),
    [
        ("from=2026-10&to=2026-08", "August 2026 comes before October 2026."),
        ("from=2026-10&to=2027-02", "February 2027 is still to come."),
        ("from=October&to=2026-10", "Choose both months from the lists."),
    ],
)
def test_months_that_make_no_page_are_refused_with_a_reason(desk: Browser, months: str, why: str) -> None:
    page = desk.open(f"/reports/council?{months}")
    assert page.status == 422
    page.says(why)


def test_calls_that_nobody_answered_are_said_to_be_so(database: Database, signed_in: SignIn) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana", on_shift=False)
        tallied(session, date(2026, 10, 10), {(What.ASKED, "10", 0): 12, (What.LOST, "10", 0): 12})
    told = figures(signed_in(hana).open("/reports/council"))
    assert "12 calls asked to talk to somebody, and none of them were answered." in told


def test_with_nothing_to_tell_it_says_nothing_untrue(database: Database, signed_in: SignIn) -> None:
    with database.transaction() as session:
        a_patch(session, "The Groves")
        hana = a_handler(session, "Hana", on_shift=False)
    told = figures(signed_in(hana).open("/reports/council"))
    assert "What our streets asked for from August to October 2026" in told
    assert "No calls asked to talk to somebody. No requests were written down, and none done." in told
