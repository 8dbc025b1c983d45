from datetime import timedelta

import pytest

from helpline import errands, messages, rings
from helpline.db import Database
from helpline.errands import Errand, ErrandKind
from helpline.messages import M, Message, MessageKind
from tests import builders
from tests.builders import NOON
from tests.doctor.conftest import Examine, all_well, words
from tests.helpline.cast import a_call
from workers.doctor import owed
from workers.doctor.finding import Finding, Level

MINUTE = timedelta(minutes=1)


@pytest.fixture
def owing(database: Database) -> None:
    """A ring, a text and an errand, all owed at noon."""
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
        rings.owe(session, hana, a_call(session).id, at=NOON)
        messages.owe(session, MessageKind.NEWS, "Words", to=hana, at=NOON)
        errands.owe(session, ErrandKind.DELETE_QUEUE, "CA1", at=NOON)


def found(examine: Examine, database_url: str, after: timedelta) -> list[Finding]:
    return examine(owed.owed, at=lambda: NOON + after, database_url=database_url)


def test_what_is_owed_just_now_is_not_late(examine: Examine, database_url: str, owing: None) -> None:
    assert all_well(found(examine, database_url, timedelta(seconds=10)))


def test_a_ring_is_late_after_seconds_and_the_rest_after_minutes(
    examine: Examine, database_url: str, owing: None
) -> None:
    said = words(found(examine, database_url, MINUTE), Level.WRONG)
    assert "telephone to ring for 1\N{NO-BREAK SPACE}min" in said
    assert "“ringing”" in said
    assert "“sending”" not in said
    said = words(found(examine, database_url, 3 * MINUTE), Level.WRONG)
    assert "text to send" in said
    assert "errand to do" in said


def test_what_is_stuck_or_unknown_is_worth_a_look(
    examine: Examine, database_url: str, database: Database, owing: None
) -> None:
    with database.transaction() as session:
        session.query(Errand).update({"attempts": errands.MANY})
        session.query(Message).update({"state": M.UNKNOWN})
    said = words(found(examine, database_url, timedelta(0)), Level.LOOK)
    assert "1 errand at the carrier" in said
    assert "1 text that may or may not" in said
