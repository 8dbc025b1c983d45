"""Four weeks after: what we said we would forget is gone, here and at the carrier, and the desk says so plainly."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from helpline.calls import Call
from helpline.db import Database
from helpline.desk_items import UNDONE_WITHIN, DeskItem
from helpline.errands import Errand, ErrandKind, ErrandState
from helpline.people import Person
from helpline.voicemails import Voicemail
from tests import builders
from tests.stories.evening import Evening
from tests.stories.test_the_whole_road import RITA, save

FOUR_WEEKS = timedelta(days=29)


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        builders.a_coordinator(session, "Coral Reid", phone="+447700900201")
        return builders.a_handler(session, "Hana Novak", hours=24 * 60)


def road(line: Evening, hana: Person) -> str:
    """Rita rings, Hana writes it down, Coral takes it and says that it is done. Answers with the request's page."""
    desk = line.desk(hana)
    rita = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=15).hears("Press 1").press("1")
    rita.hears("You are through to Hana")
    request = save(line, desk).split("?")[0]
    desk.post(f"{request}/notes", {"words": "The bell is broken, knock"}, on=request)
    rita.hang_up()
    leg.until_ended()
    coral = line.phone("+447700900201", "Coral")
    coral.receives("Shopping near Acacia Road").replies("YES")
    coral.receives("Who and where")
    coral.sends("DONE")
    line.phone(hana).receives("Done: Shopping near Acacia Road")
    line.clock.advance(10)
    return request


def test_four_weeks_after_the_whole_road_nothing_of_hers_is_left(
    line: Evening, database: Database, hana: Person
) -> None:
    request = road(line, hana)
    desk = line.desk(hana)
    desk.shows("Milk, bread", "Rita", "A house on Acacia Road", "The bell is broken", on=request)
    line.pass_time(timedelta(days=27))
    desk.shows("Milk, bread", "Rita", on=request)
    line.exchange.texts.pop()  # one that is gone at the carrier already is no matter
    assert line.exchange.texts
    line.pass_time(timedelta(days=2))

    page = desk.shows("Forgotten on Thursday 17 December, as we promise.", "Done", "Coral", "said yes", on=request)
    assert not [word for word in ("Rita", "Marsh", "14 Acacia", "118", "Milk", "bell") if word in page]
    assert "Acacia Road" in page, "figures still tell which street"
    assert line.exchange.texts == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 2, "Hana and Coral, who wear hats"
        not_standing = select(Errand.state).where(Errand.kind != ErrandKind.COMPARE)
        assert set(session.scalars(not_standing)) == {ErrandState.DONE}

    # Rita is somebody new.
    again = line.phone(RITA).dial()
    leg = line.phone(hana).rings(within=15).hears("Press 1").press("1")
    again.hears("You are through to Hana")
    shown = desk.shows("You are talking to", "From this number before", "Nothing yet.")
    assert "Rita" not in shown
    again.hang_up()
    leg.until_ended()


def test_a_message_left_is_forgotten_four_weeks_after_and_not_before_somebody_heard_it(
    line: Evening, database: Database, hana: Person
) -> None:
    desk = line.desk(hana)
    line.phone(RITA).dial().hears("press 5", limit=60).press("5").hears("(beep)").wait(1).speaks(5).press(
        "#"
    ).until_ended()
    line.clock.advance(10)
    found = re.search(r"/items/(\d+)", desk.get("/").text)
    assert found
    item = found.group()
    line.pass_time(FOUR_WEEKS)
    with database.reading() as session:
        sound = f"/voicemails/{session.scalars(select(Voicemail)).one().id}/sound"
        assert session.scalars(select(Call)).one().phone == RITA
    assert desk.get(sound).status_code == 200, "nobody has heard it yet"
    desk.post(f"{item}/done", {}, on=item)
    line.pass_time(UNDONE_WITHIN)
    line.clock.advance(11)
    with database.reading() as session:
        assert session.scalars(select(Call)).one().phone is None
        assert session.scalars(select(DeskItem)).one().call_id is not None
    desk.shows("Forgotten on Friday 18 December, as we promise.", on=item)
    assert "has been forgotten" in desk.get(sound).text
    assert "Withheld" not in desk.get(item).text


def test_a_text_that_was_dealt_with_is_forgotten(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    line.phone(RITA).sends("Could somebody ring me about my cat?")
    line.phone(RITA).receives("")
    found = re.search(r"/items/(\d+)", desk.get("/").text)
    assert found
    item = found.group()
    desk.shows("about my cat", on=item)
    desk.post(f"{item}/done", {}, on=item)
    line.pass_time(FOUR_WEEKS)
    shown = desk.shows("Forgotten on Thursday 17 December, as we promise.", on=item)
    assert "cat" not in shown
    assert not [text for text in line.exchange.texts if RITA in {text.sender, text.to}]
