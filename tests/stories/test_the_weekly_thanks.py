"""On Sunday evening everybody who did something hears what got done; and nobody does when nothing did."""

import pytest

from helpline import durations, people
from helpline.db import Database
from helpline.people import HatName, Person
from tests import builders
from tests.builders import NOON
from tests.stories.evening import Evening
from tests.stories.test_forgetting import road

UNTIL_SUNDAY = 75.3
"""Hours from the Thursday afternoon on which evenings begin to six o'clock, and a little."""


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        builders.a_coordinator(session, "Coral Reid", phone="+447700900201")
        hana = builders.a_handler(session, "Hana Novak", hours=100)
        people.wear(session, hana, HatName.ORGANISER, at=NOON)
        durations.change(session, "thanks_on", 7, seen=None, who=hana, at=NOON)
        return hana


def test_whoever_did_something_hears_what_got_done(line: Evening, hana: Person) -> None:
    road(line, hana)
    line.hours_go_by(UNTIL_SUNDAY)
    line.clock.advance(30)
    for who in (line.phone(hana), line.phone("+447700900201", "Coral")):
        text = who.receives("this week 1 thing got done on your streets: 1 shopping trip. Thank you.")
        assert not [word for word in ("Rita", "Acacia", "Coral", "Hana", "118") if word in text.body]
    line.hours_go_by(2)
    line.clock.advance(30)  # and not again: the evening fails if anybody is texted once more


def test_with_nothing_done_nobody_is_thanked(line: Evening, hana: Person) -> None:
    line.phone(hana)
    line.hours_go_by(UNTIL_SUNDAY)
    line.clock.advance(30)  # an evening fails if anybody hears what it does not know of
    assert line.exchange.texts == []
