from datetime import timedelta

from helpline import passing, people, rota
from helpline.config import TWILIO
from helpline.db import Database
from helpline.people import HatName
from tests import builders
from tests.builders import NOON
from tests.doctor.conftest import Examine, all_well, words
from workers.doctor import group
from workers.doctor.finding import Level

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_an_empty_group(examine: Examine, database_url: str) -> None:
    for check, says in (
        (group.organisers, "Nobody is an organiser"),
        (group.on_the_rota, "Nobody is on just now; nor is anybody later"),
        (group.on_the_rota, "Nobody has a shift in the coming week"),
    ):
        assert says in words(examine(check, at=lambda: NOON, database_url=database_url), Level.LOOK)


def test_everything_hangs_on_one_person(examine: Examine, database_url: str, database: Database) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak", on_shift=False)
        people.wear(session, hana, HatName.ORGANISER, at=NOON)
        for day in (1, 2):
            rota.write(session, hana, starts_at=NOON + day * DAY, ends_at=NOON + day * DAY + HOUR)
        someone_later = builders.a_handler(session, "Tomasz", on_shift=False)
        rota.write(session, someone_later, starts_at=NOON + 8 * DAY, ends_at=NOON + 9 * DAY)
    for check, says in (
        (group.organisers, "One person alone is an organiser"),
        (group.on_the_rota, "Nobody is on just now; the next begins"),
        (group.on_the_rota, "One handler has all the shifts of the coming week"),
    ):
        said = words(examine(check, at=lambda: NOON, database_url=database_url), Level.LOOK)
        assert says in said
        assert "Hana" not in said


def test_the_demos_people_are_wrong_for_a_real_group(examine: Examine, database_url: str, database: Database) -> None:
    def said() -> tuple[str, str]:
        (found,) = examine(group.numbers, database_url=database_url, twilio_api_url=TWILIO)
        return found.level, found.words

    with database.transaction() as session:
        builders.a_person(session, "Rita Marsh")  # who rang, and has no hat
        people.wear(session, people.meet(session, "+441632961303", at=NOON), HatName.HANDLER, at=NOON)
    assert said() == (Level.OK, "Nobody with a hat has a made-up number.")
    with database.transaction() as session:
        builders.a_handler(session, "Hana Novak", on_shift=False)
        builders.a_coordinator(session, "Coral Reid")
    level, sentence = said()
    assert level == Level.WRONG
    assert "2 people with hats have numbers kept for drama" in sentence
    assert "Hana" not in sentence
    assert examine(group.numbers, database_url=database_url) == [], "in the demo that is as it should be"


def test_whoever_is_paused_is_not_on(examine: Examine, database_url: str, database: Database) -> None:
    with database.transaction() as session:
        people.pause(session, builders.a_handler(session, "Hana Novak"), who=None, at=NOON)
    found = examine(group.on_the_rota, at=lambda: NOON, database_url=database_url)
    assert "Nobody is on just now" in words(found, Level.LOOK)


def test_where_neighbours_are_asked_it_says_whether_any_are_willing(
    database: Database, examine: Examine, database_url: str
) -> None:
    with database.transaction() as session:
        bea = builders.a_handler(session, "Bea")
        people.wear(session, bea, HatName.ORGANISER, at=NOON)
        passing.decide(session, passing.Model.NEIGHBOURS, seen=0, who=bea, at=NOON)
    (found,) = examine(group.patches, database_url=database_url)
    assert found.words == "No willing neighbours yet: every request comes to the desk."
    with database.transaction() as session:
        people.wear(session, builders.a_person(session, "Owen"), HatName.NEIGHBOUR, at=NOON)
    (found,) = examine(group.patches, database_url=database_url)
    assert found.words == "1 willing neighbour can be asked."


def test_patches_without_a_coordinator_or_a_deputy_are_named(
    examine: Examine, database_url: str, database: Database
) -> None:
    with database.transaction() as session:
        builders.a_coordinator(session, "Coral Reid", of="The Groves")
        builders.a_patch(session, "The Yard")
    found = examine(group.patches, database_url=database_url)
    assert words(found, Level.LOOK) == "No coordinator yet: The Yard.\nNo deputy yet: The Groves and The Yard."


def test_a_group_that_shares_everything_is_well(examine: Examine, database_url: str, database: Database) -> None:
    with database.transaction() as session:
        for name in ("Hana Novak", "Tomasz Lis"):
            person = builders.a_handler(session, name)
            people.wear(session, person, HatName.ORGANISER, at=NOON)
        builders.a_coordinator(session, "Coral Reid")
        builders.a_coordinator(session, "Deepak Rao", deputy=True)
    for check in (group.organisers, group.on_the_rota, group.patches):
        assert all_well(examine(check, at=lambda: NOON, database_url=database_url))
