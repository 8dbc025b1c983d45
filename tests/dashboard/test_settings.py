"""What a group decides: how long things take, and when the line is open. Handlers read it, organisers change it."""

from datetime import timedelta
from typing import Any

import pytest

from helpline import closings, durations, hours, people, prompts, script
from helpline.db import Database
from helpline.people import HatName
from tests.builders import NOON, a_handler
from tests.dashboard.browser import Browser, Hands, Page
from tests.dashboard.conftest import SignIn
from tests.recordings import wav

DAY = timedelta(days=1)
DURATIONS, OPENING = "/settings/durations", "/settings/opening"


def comes_in(database: Database, signed_in: SignIn, name: str, *hats: HatName) -> Browser:
    with database.transaction() as session:
        person = a_handler(session, name)
        for hat in hats:
            people.wear(session, person, hat, at=NOON)
    return signed_in(person)


@pytest.fixture
def beas(database: Database, signed_in: SignIn) -> Browser:
    return comes_in(database, signed_in, "Bea", HatName.ORGANISER)


@pytest.fixture
def hanas(database: Database, signed_in: SignIn) -> Browser:
    return comes_in(database, signed_in, "Hana")


def typed(page: Page, name: str) -> str:
    return next(form.fields[name][0] for form in page.forms if name in form.fields)


def test_the_index_leads_to_everything_and_says_how_it_stands(beas: Browser) -> None:
    page = beas.open(beas.open(beas.open("/").links["More"]).links["Settings"])
    page.says("The line is open whenever somebody is on shift.", "Everything is as it came.", "In 1 language.")
    for name in ("When the line is open", "How long things take", "What callers hear"):
        assert beas.open(page.links[name]).status == 200


# How long things take


def test_an_organiser_changes_the_ring_time_and_everybody_sees_who_did(
    beas: Browser, hanas: Browser, hands: Hands, database: Database
) -> None:
    beas.open(DURATIONS)
    beas.press("Save", ring="25 s", wrap_up="1 h").says("Saved. It counts from now on.")
    hands.at = NOON + 3 * DAY
    page = hanas.open(DURATIONS)
    page.says(
        "Bea changed it from 18 s to 25 s on Thursday. Usually 18 s.", "Bea changed it from 5 min to 1 h on Thursday."
    )
    page.says("Organisers change it.")
    assert all(form.action != DURATIONS for form in page.forms)
    with database.reading() as session:
        assert durations.of(session).ring == timedelta(seconds=25)
    hanas.open("/settings").says("2 of them are changed.")


def test_what_cannot_be_is_refused_beside_the_field_and_nothing_is_lost(beas: Browser, database: Database) -> None:
    beas.open(DURATIONS)
    page = beas.press("Save", ring="soon", first_rings="0", widen="9 s")
    page.says("Nothing is saved yet: 2 things need another look.")
    page.says("Write how long, such as “18 s”.", "It can be from 1 to 20.")
    assert page.status == 422
    assert [typed(page, name) for name in ("ring", "first_rings", "widen")] == ["soon", "0", "9 s"]
    with database.reading() as session:
        assert durations.standing(session) == {}
    beas.press("Save", ring="20", first_rings="3").says("Saved.")
    with database.reading() as session:
        assert sorted(durations.standing(session)) == ["first_rings", "ring", "widen"]


def test_saving_what_is_so_changes_nothing(beas: Browser, database: Database) -> None:
    beas.open(DURATIONS)
    beas.press("Save", ring="18 seconds").says("Saved.")
    with database.reading() as session:
        assert durations.standing(session) == {}


def test_of_two_organisers_the_second_is_told_and_loses_nothing(
    beas: Browser, database: Database, signed_in: SignIn
) -> None:
    olas = comes_in(database, signed_in, "Ola", HatName.ORGANISER)
    olas.open(DURATIONS)
    beas.open(DURATIONS)
    beas.press("Save", ring="25 s").says("Saved.")
    page = olas.press("Save", ring="12 s", widen="4 s")
    page.says("Bea changed it from 18 s to 25 s a moment ago. What you typed is kept here")
    assert page.status == 422
    assert [typed(page, "ring"), typed(page, "widen")] == ["12 s", "4 s"]
    with database.reading() as session:
        assert sorted(durations.standing(session)) == ["ring"], "all or nothing"
    olas.press("Save").says(
        "Saved.", "Ola changed it from 25 s to 12 s today.", "Ola changed it from 8 s to 4 s today."
    )


def test_of_two_organisers_who_change_different_things_both_are_kept(
    beas: Browser, database: Database, signed_in: SignIn
) -> None:
    olas = comes_in(database, signed_in, "Ola", HatName.ORGANISER)
    olas.open(DURATIONS)
    beas.open(DURATIONS)
    beas.press("Save", ring="25 s").says("Saved.")
    olas.press("Save", widen="4 s").says("Saved.", "Bea changed it from 18 s to 25 s today.")
    with database.reading() as session:
        assert durations.of(session).ring == timedelta(seconds=25)


def test_a_longer_promise_is_asked_about_and_says_for_whom_it_counts(beas: Browser, database: Database) -> None:
    beas.open(DURATIONS)
    page = beas.press("Save", forget="8 weeks", ring="20 s")
    page.says("From now on we say “eight weeks” to callers.", "is forgotten after four weeks, as was promised")
    page.says("Nothing is saved yet: say below that you mean it.")
    assert page.status == 422
    assert [typed(page, "forget"), typed(page, "ring")] == ["8 weeks", "20 s"]
    beas.press("Save").says("Nothing is saved yet")
    beas.press("Save", sure=str(56 * 86_400)).says("Saved.", "Bea changed it from 28 days to 56 days today.")
    with database.reading() as session:
        assert durations.kept(session).raised
        said = prompts.speaker(session).says(script.RECORD)
        assert "We keep it for eight weeks." in said[0].words  # type: ignore[union-attr]


def test_a_shorter_promise_is_asked_about_because_it_forgets_at_once(beas: Browser, database: Database) -> None:
    beas.open(DURATIONS)
    beas.press("Save", forget="14").says(
        "Whatever has been over for longer than two weeks is forgotten within the hour"
    )
    beas.press("Save", sure=str(14 * 86_400)).says("Saved.")
    with database.reading() as session:
        assert durations.kept(session) == durations.Kept(14 * DAY)
    beas.open("/requests/new").says("We forget them two weeks after.")


def test_a_recording_that_may_say_how_long_is_named_until_it_is_said_anew(beas: Browser, database: Database) -> None:
    with database.transaction() as session:
        ola = a_handler(session, "Ola")
        people.wear(session, ola, HatName.ORGANISER, at=NOON)
        prompts.keep_sound(session, script.RECORD, "en", wav(5), read=True, who=ola, at=NOON - DAY)
    beas.open(DURATIONS)
    page = beas.press("Save", forget="14")
    page.says("These are said in a recording or in words of your own, and may say four weeks.", "Before the tone")
    page = beas.press("Save", sure=str(14 * 86_400)).says("How long we keep things was changed after these")
    assert page.links["Before the tone"] == "/settings/prompts/en/record"
    beas.open("/settings/prompts/en/record")
    beas.press("Say it in words again").says("Saved.")
    beas.open(DURATIONS).never_says("was changed after these")


def test_a_handler_changes_nothing_by_hand_made_forms(hanas: Browser, database: Database) -> None:
    csrf = hanas.open("/yours").forms[0].fields["csrf"][0]
    for path, data in {
        DURATIONS: {"ring": "25 s"},
        f"{OPENING}/hours": {"always": "yes"},
        f"{OPENING}/day": {"day": "2026-12-24", "name": "x"},
        f"{OPENING}/day/open": {"day": "2026-12-24"},
        f"{OPENING}/day/close": {"day": "2026-12-24"},
        f"{OPENING}/close": {"day": "2026-12-24", "time": "6 pm"},
        f"{OPENING}/open": {},
    }.items():
        page = hanas.post(path, {"csrf": csrf, **data})
        assert page.status == 409, path
        page.says("Only an organiser")
    with database.reading() as session:
        assert durations.standing(session) == {}
        assert hours.standing(session) is None


# When the line is open


def test_opening_hours_are_typed_and_previewed(beas: Browser, hanas: Browser, hands: Hands) -> None:
    page = beas.open(OPENING).says("The line is open whenever somebody is on shift.")
    assert typed(page, "monday") == "10 am to 6 pm"
    page = beas.press("Save the hours", always="no", thursday="10-13, 2 to 6 pm", friday="", saturday="")
    page.says("Saved.", "The line is open today until 6 pm. It opens next on Monday 23, at 10 am.")
    assert typed(page, "thursday") == "10 am to 1 pm, 2 pm to 6 pm"
    hands.at = NOON + timedelta(hours=5)
    page = hanas.open(OPENING).says("The line is closed now. It opens next on Monday 23, at 10 am.")
    page.says("10 am to 1 pm, 2 pm to 6 pm", "Bea decided them today.")
    assert all(not form.action.startswith(OPENING) for form in page.forms)
    hanas.open("/").says("The line is closed. It opens next on Monday 23, at 10 am.")


def test_hours_that_cannot_be_meant_are_refused_beside_their_day(beas: Browser, database: Database) -> None:
    beas.open(OPENING)
    page = beas.press("Save the hours", always="no", monday="9-5", tuesday="lunch")
    page.says("Say am or pm", "Write it like")
    assert page.status == 422
    assert [typed(page, "monday"), typed(page, "tuesday")] == ["9-5", "lunch"]
    closed: dict[str, Any] = dict.fromkeys(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), ""
    )
    beas.press("Save the hours", always="no", **closed).says("The line would never open.")
    with database.reading() as session:
        assert hours.standing(session) is None


def test_of_two_who_decide_hours_the_second_sees_what_the_first_decided(
    beas: Browser, database: Database, signed_in: SignIn
) -> None:
    olas = comes_in(database, signed_in, "Ola", HatName.ORGANISER)
    olas.open(OPENING)
    beas.open(OPENING)
    beas.press("Save the hours", always="no", monday="noon to 4 pm").says("Saved.")
    page = olas.press("Save the hours", always="no", monday="9 am to 5 pm")
    page.says("Bea changed the opening hours a moment ago", "Monday: noon to 4 pm")
    assert typed(page, "monday") == "9 am to 5 pm"
    olas.press("Save the hours").says("Saved.")


def test_bank_holidays_and_days_of_ones_own_are_switched(beas: Browser, database: Database) -> None:
    beas.open(OPENING).says("None yet.")
    page = beas.press("Save the hours", always="yes", nation="england-and-wales").says("Christmas Day", "Boxing Day")
    page.says(
        "The line is open until midnight on Thursday 24 December. It opens next on Saturday 26 December, at 12 am."
    )
    csrf = page.forms[0].fields["csrf"][0]
    beas.post(f"{OPENING}/day/open", {"csrf": csrf, "day": "2026-12-25"}).says(
        "Christmas Day, open after all, says Bea"
    )
    beas.post(f"{OPENING}/day/close", {"csrf": csrf, "day": "2026-12-25"}).says("Christmas Day, says Bea")
    beas.press("Close on that day", day="2026-11-20", name="Street party").says("Street party, says Bea")
    beas.open(OPENING).says("The line is open today until midnight. It opens next on Saturday 21, at 12 am.")
    beas.post(f"{OPENING}/day/open", {"csrf": csrf, "day": "2026-11-20"}).never_says("Street party, says Bea")
    page = beas.press("Close on that day", day="2026-11-01", name="Late").says("That day is over.")
    assert (page.status, typed(page, "name")) == (422, "Late")
    beas.press("Close on that day", day="", name="").says("Choose a day.")
    with database.reading() as session:
        assert len(hours.plan(session).closed_days) > 8


def test_the_line_is_closed_now_and_every_handler_sees_it(beas: Browser, hanas: Browser, database: Database) -> None:
    today: dict[str, Any] = {"day": NOON.date().isoformat()}
    beas.open(OPENING)
    page = beas.press("Close the line now", **today, time="6", words="The {hall} is flooded")
    page.says("Say am or pm: “6 am” or “6 pm”.", "Curly brackets cannot be used here.")
    assert typed(page, "words") == "The {hall} is flooded"
    beas.press("Close the line now", **today, time="2 pm").says("That is over already.")
    beas.press("Close the line now", **today, time="6 pm", words="The hall is flooded").says("The line is closed.")
    hanas.open("/").says(
        "The line is closed until 6 pm. Bea closed it, 2:47 pm.", "Callers hear “The hall is flooded.”"
    )
    hanas.open(OPENING).never_says("Open the line again")
    beas.open(OPENING)
    beas.press("Open the line again").says("The line is open again.")
    hanas.open("/").never_says("The line is closed")
    with database.reading() as session:
        assert closings.now(session, NOON) is None


def test_midnight_ends_the_day(beas: Browser) -> None:
    beas.open(OPENING)
    beas.press("Close the line now", day=NOON.date().isoformat(), time="midnight").says("12 am tomorrow")


def test_of_two_who_close_it_the_second_keeps_the_words(beas: Browser, database: Database, signed_in: SignIn) -> None:
    olas = comes_in(database, signed_in, "Ola", HatName.ORGANISER)
    olas.open(OPENING)
    beas.open(OPENING)
    today: dict[str, Any] = {"day": NOON.date().isoformat(), "time": "6 pm"}
    beas.press("Close the line now", **today)
    olas.press("Close the line now", **today, words="No heating").says(
        "Bea has closed the line", "You had written: “No heating”"
    )
