"""What the group decided, looked at: hours that nobody covers, and durations that few would have."""

from datetime import timedelta

from helpline import closings, durations, hours, opening_words, people, prompts, rota, script
from helpline.db import Database
from helpline.people import HatName, Person
from tests import builders
from tests.builders import NOON
from tests.doctor.conftest import Examine, all_well, words
from tests.recordings import wav
from workers.doctor import decided
from workers.doctor.finding import Level

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def an_organiser(database: Database) -> Person:
    with database.transaction() as session:
        bea = builders.a_handler(session, "Bea Marsh", on_shift=False)
        people.wear(session, bea, HatName.ORGANISER, at=NOON)
        day = opening_words.understand("10 am to 6 pm")
        week = (day, day, day, day, day, (), ())
        hours.decide(session, always=False, week=week, nation=None, seen=None, who=bea, at=NOON)
    return bea


def test_a_group_that_decided_nothing_is_well(examine: Examine, database_url: str) -> None:
    assert all_well(examine(decided.open_hours, at=lambda: NOON, database_url=database_url))
    assert all_well(examine(decided.how_long, at=lambda: NOON, database_url=database_url))


def test_open_with_nobody_on_is_worth_a_look(examine: Examine, database_url: str, database: Database) -> None:
    bea = an_organiser(database)
    with database.transaction() as session:  # today from 2:47 pm, with a gap, and all of Friday
        me = session.get_one(Person, bea.id)
        rota.write(session, me, starts_at=NOON - HOUR, ends_at=NOON + HOUR)
        rota.write(session, me, starts_at=NOON + 2 * HOUR, ends_at=NOON + 6 * HOUR)
        rota.write(session, me, starts_at=NOON + 17 * HOUR, ends_at=NOON + 30 * HOUR)
    found = examine(decided.open_hours, at=lambda: NOON, database_url=database_url)
    said = words(found, Level.LOOK).replace("\N{NO-BREAK SPACE}", " ")
    assert "open with nobody on shift 5 times, first at 3:47 pm" in said, (
        "today, Monday to Wednesday, and part of Thursday"
    )
    assert "Bea" not in said


def test_hours_that_the_rota_covers_are_well(examine: Examine, database_url: str, database: Database) -> None:
    bea = an_organiser(database)
    with database.transaction() as session:
        me = session.get_one(Person, bea.id)
        for day in range(8):
            rota.write(session, me, starts_at=NOON + day * DAY - 6 * HOUR, ends_at=NOON + day * DAY + 6 * HOUR)
    assert all_well(examine(decided.open_hours, at=lambda: NOON, database_url=database_url))


def test_a_line_that_was_closed_by_hand_is_worth_a_look(
    examine: Examine, database_url: str, database: Database
) -> None:
    bea = an_organiser(database)
    with database.transaction() as session:
        me = session.get_one(Person, bea.id)
        closings.close(session, until=NOON + HOUR, words="", who=me, at=NOON)
    found = examine(decided.open_hours, at=lambda: NOON, database_url=database_url)
    assert "An organiser has closed the line just now" in words(found, Level.LOOK)


def test_what_few_groups_would_have_is_worth_a_look(examine: Examine, database_url: str, database: Database) -> None:
    bea = an_organiser(database)
    with database.transaction() as session:
        me = session.get_one(Person, bea.id)
        durations.change(session, "ring", 6, seen=None, who=me, at=NOON)
        prompts.keep_sound(session, script.RECORD, "en", wav(5), read=True, who=me, at=NOON)
        durations.change(session, "forget", 14 * 86_400, seen=None, who=me, at=NOON + HOUR)
    found = examine(decided.how_long, at=lambda: NOON + DAY, database_url=database_url)
    said = words(found, Level.LOOK).replace("\N{NO-BREAK SPACE}", " ")
    assert "How long a handler's phone rings: 6 s. Most groups have 10 s to 30 s." in said
    assert "Some recordings may still say how long" in said
