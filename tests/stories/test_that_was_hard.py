"""That was hard: Maureen said that she would ring, and hears of it; or she has stopped our texts, and Hana hears so."""

from helpline.db import Database
from tests import builders
from tests.stories.evening import Browser, Evening

HANA, MAUREEN = "+447700900101", "+447700900777"


def chosen(line: Evening, database: Database) -> Browser:
    """Hana's desk, and Maureen whom she chose."""
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak", phone=HANA)
    desk = line.desk(hana)
    desk.post("/yours/buddy", {"buddy_name": "Maureen", "buddy_number": "07700 900777"}, on="/yours")
    return desk


def test_a_buddy_who_said_yes_is_told_and_nothing_of_whom(line: Evening, database: Database) -> None:
    desk, maureen = chosen(line, database), line.phone(MAUREEN, "Maureen")
    maureen.receives("Hana answers our phone line and would like you as a buddy")
    maureen.sends("yes love")
    maureen.receives("Thank you. We text you when Hana had a hard call.")
    line.phone(HANA, "Hana").receives("Maureen is your buddy now")
    desk.post("/line/hard", {})
    desk.shows("Maureen is told by text to ring you.", "Ring me again")
    maureen.receives("Hana has had a hard call and would be glad if you rang")
    desk.post("/line/hard", {})  # pressed twice it is told once: another text would fail the story
    desk.post("/line/resume", {})
    assert "Ring me again" not in desk.shows("Pause my phone")


def test_a_buddy_who_stopped_our_texts_is_not_told_and_hana_hears_so(line: Evening, database: Database) -> None:
    desk, maureen = chosen(line, database), line.phone(MAUREEN, "Maureen")
    maureen.receives("would like you as a buddy")
    maureen.sends("Yes")
    maureen.receives("Thank you.")
    line.phone(HANA, "Hana").receives("Maureen is your buddy now")
    maureen.sends("STOP")
    line.clock.advance(2)
    desk.post("/line/hard", {})
    desk.shows("No more calls until you say so.", "Nobody is told: Maureen has stopped our texts.", "Choose another")
