"""Nuisance: blocked numbers, withheld ones that press a key first, and those that ring again and again. 999 is never skipped."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from helpline import blocks, durations, people, retention
from helpline.blocks import Block
from helpline.calls import Call, Ending, Outcome
from helpline.db import Database
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.rings import Ring
from tests import builders
from tests.builders import NOON
from tests.stories.evening import Evening
from tests.stories.stage import Weak
from tests.stories.test_the_line import cast, owed

RITA = "+442079460118"
PEST = "+442079460199"
A_WEEK = timedelta(days=7)


@pytest.fixture
def hana(database: Database) -> Person:
    return cast(database, "Hana Novak")[0]


def blocked(database: Database, phone: str, who: Person, *, lasts: timedelta = A_WEEK, at: datetime = NOON) -> None:
    with database.transaction() as session:
        blocks.block(session, phone, "Shouts at everybody", until_at=at + lasts, who=session.merge(who), at=at)


def the_last_call(line: Evening) -> Call:
    with line.read() as session:
        return session.scalars(select(Call).order_by(Call.id.desc()).limit(1)).one()


def how_many_rings(line: Evening) -> int:
    with line.read() as session:
        return len(session.scalars(select(Ring.id)).all())


# Blocked.


def test_a_handler_blocks_a_number_from_a_nuisance_and_it_is_turned_away_after_999(line: Evening, hana: Person) -> None:
    desk = line.desk(hana)
    call = line.phone(PEST, "Pest").dial()
    leg = line.phone(hana).rings(within=20).hears("Press 1").press("1")
    call.hears("You are through").wait(5).hang_up()
    leg.until_ended()
    first = the_last_call(line)
    answer = desk.post(f"/calls/{first.id}/outcome", {"outcome": "nuisance"})
    there = f"/calls/{first.id}/block"
    assert answer.headers["location"] == f"{there}?news=outcome"
    desk.shows("Written down as a nuisance", "Block the number that ends 199?", on=answer.headers["location"])
    refused = desk.post(there, {"why": " ", "length": "week"}, on=there)
    assert (refused.status_code, "Say why, so that" in refused.text) == (422, True)
    assert desk.post(there, {"why": "Shouts", "length": "week"}, on=there).status_code == 303
    shown = desk.shows("One number is blocked", "Number ends 199", "Shouts", "You, at", "Lift it", on="/blocks")
    assert PEST not in shown

    rung = how_many_rings(line)
    again = line.phone(PEST).dial().hears("If somebody's life is in danger, hang up and dial 999. We are sorry")
    again.hears("cannot take calls from this number for now").until_ended()
    line.clock.advance(15)
    assert the_last_call(line).ending == Ending.TURNED_AWAY
    assert (how_many_rings(line), owed(line)) == (rung, [])


def test_a_blocked_caller_whose_block_is_over_is_answered_and_the_block_is_forgotten(
    line: Evening, hana: Person, database: Database
) -> None:
    blocked(database, PEST, hana, lasts=timedelta(minutes=2))
    line.phone(PEST, "Pest").dial().hears("cannot take calls").until_ended()
    line.pass_time(timedelta(minutes=4))
    call = line.phone(PEST).dial()
    line.phone(hana).rings(within=20).hears("Press 1").press("1")
    call.hears("You are through to Hana")
    with line.read() as session:
        block = session.scalars(select(Block)).one()
        assert (block.phone, block.phone_key, block.why) == (None, None, None)
        assert block.ended_at == block.until_at
        assert block.forgotten_at is not None


def test_a_blocked_caller_is_told_in_the_language_she_chose_last(line: Evening, hana: Person) -> None:
    blocked(line.database, PEST, hana)
    line.exchange.weather.turns("repeated")
    line.phone(PEST, "Pest").dial().hears("dial 999").hears("cannot take calls").until_ended()
    with line.read() as session:
        assert [call.ending for call in session.scalars(select(Call))] == [Ending.TURNED_AWAY], "told twice, one call"


def test_a_block_is_lifted_by_whoever_made_it_or_an_organiser_and_nobody_else(
    line: Evening, hana: Person, database: Database
) -> None:
    with database.transaction() as session:
        olga = builders.a_handler(session, "Olga Marin", on_shift=False)
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
        tomasz = builders.a_handler(session, "Tomasz Lis", on_shift=False)
    blocked(database, PEST, hana)
    with line.read() as session:
        block_id = session.scalars(select(Block.id)).one()
    his, hers = line.desk(tomasz), line.desk(olga)
    assert "Lift it" not in his.shows("Number ends 199", "Hana, at", on="/blocks")
    refused = his.post(f"/blocks/{block_id}/lift", {})
    assert (refused.status_code, "Only an organiser" in refused.text) == (409, True)
    assert hers.post(f"/blocks/{block_id}/lift", {}, on="/blocks").status_code == 303
    assert hers.post(f"/blocks/{block_id}/lift", {}).status_code == 303, "twice is harmless"
    hers.shows("No number is blocked", on="/blocks")
    line.phone(PEST, "Pest").dial().hears("To talk to us, press 1")


def test_nobody_of_ours_is_ever_blocked_whenever_they_came_to_be_one(
    line: Evening, hana: Person, database: Database
) -> None:
    with database.transaction() as session:
        coral = builders.a_coordinator(session, "Coral Reid", phone="+447700900201")
        with pytest.raises(HelplineError, match="number of one of us"):
            blocks.block(session, coral.phone, "Why", until_at=NOON + A_WEEK, who=session.merge(hana), at=NOON)
        with pytest.raises(HelplineError, match="withheld"):
            blocks.block(session, None, "Why", until_at=NOON + A_WEEK, who=session.merge(hana), at=NOON)
    blocked(database, "+447700900202", hana)
    with database.transaction() as session:
        builders.a_coordinator(session, "Deepak Rao", phone="+447700900202", deputy=True)
    line.phone("+447700900202", "Deepak").dial().does_not_hear("cannot take calls", for_seconds=12).hang_up()
    with line.read() as session:
        assert session.scalars(select(Call)).one().ending != Ending.TURNED_AWAY


def test_blocking_again_takes_the_place_of_the_block_that_stands(hana: Person, database: Database) -> None:
    blocked(database, PEST, hana, lasts=timedelta(days=1))
    blocked(database, PEST, hana, lasts=A_WEEK)
    with database.reading() as session:
        assert [one.until_at for one in blocks.standing(session, at=NOON)] == [NOON + A_WEEK]
        assert retention.RULES
        assert blocks.of_number(session, PEST, at=NOON + A_WEEK) is None


def test_with_our_database_away_a_blocked_caller_too_is_put_through_to_the_other_number(
    line: Evening, hana: Person, database: Database
) -> None:
    blocked(database, PEST, hana)
    weak = Weak(database)
    weak.fails = 1
    app = line.doors.apps[urlsplit(line.settings.public_url).netloc]
    app.state.house = replace(app.state.house, database=weak)
    call = line.phone(PEST, "Pest").dial().hears("dial 999").hears("We are putting you through to another number")
    line.phone(line.settings.fallback_number, "Other").rings(within=30).hang_up()
    call.until_ended()
    line.clock.advance(5)
    assert the_last_call(line).ending is not None
    line.phone(PEST).dial().hears("cannot take calls"), "and it is back as soon as the database is"


# Withheld.


def asks_first(database: Database) -> None:
    with database.transaction() as session:
        olga = builders.a_handler(session, "Olga Marin", on_shift=False)
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
        durations.change(session, "withheld_keys", 1, seen=None, who=olga, at=NOON)


def test_a_withheld_caller_presses_1_before_anybody_is_rung_where_the_group_wants_it(
    line: Evening, hana: Person, database: Database
) -> None:
    asks_first(database)
    call = (
        line.phone(RITA, "Rita").dial(withheld=True).hears("dial 999. We cannot see your number. To talk to somebody")
    )
    call.press("1")
    line.phone(hana).rings(within=10).hears("Press 1").press("1")
    call.hears("You are through to Hana")


def test_a_withheld_caller_who_presses_nothing_may_leave_a_message_and_rings_nobody(
    line: Evening, hana: Person, database: Database
) -> None:
    asks_first(database)
    call = line.phone(RITA, "Rita").dial(withheld=True).hears("To leave a message, press 5, or just wait")
    call.hears("Please say your message", limit=30).hears("(beep)", limit=20).speaks(5).hang_up()
    line.clock.advance(5)
    assert the_last_call(line).ending == Ending.MESSAGE_LEFT
    assert how_many_rings(line) == 0


def test_a_number_that_is_shown_is_asked_for_no_key(line: Evening, hana: Person, database: Database) -> None:
    asks_first(database)
    line.phone(RITA, "Rita").dial().hears("To talk to us, press 1")
    line.phone(hana).rings(within=20, answer=False)


def test_a_wrong_key_and_another_from_a_withheld_number_go_to_a_person(
    line: Evening, hana: Person, database: Database
) -> None:
    asks_first(database)
    call = line.phone(RITA, "Rita").dial(withheld=True).hears("We cannot see your number").press("7")
    call.hears("That key does nothing here. We cannot see your number").press("8")
    line.phone(hana).rings(within=10, answer=False)


# Again and again.


def short_calls(line: Evening, phone: str, times: int, *, withheld: bool = False) -> None:
    for _ in range(times):
        line.phone(phone, "Again").dial(withheld=withheld).wait(5).hang_up()
        line.clock.advance(20)


def test_whoever_rings_again_and_again_waits_longer_and_rings_one_phone_at_a_time(
    line: Evening, hana: Person, database: Database
) -> None:
    cast(database, "Tomasz Lis", "Bea Okoro")
    for person in database_people(database):
        line.phone(person).behaves("no answer")
    short_calls(line, PEST, 4)
    assert how_many_rings(line) == 0
    call = line.phone(PEST).dial().hears("dial 999").press("1")
    call.hears("Thank you. Please stay on the line").hears("To be rung back instead")
    line.clock.advance(10)
    assert how_many_rings(line) == 0, "a longer quiet"
    line.clock.advance(14)
    assert how_many_rings(line) == 1, "and then one phone"
    line.clock.advance(12)
    with line.read() as session:
        assert len(session.scalars(select(Ring.id).where(Ring.over_at.is_(None))).all()) == 1, "at a time"
    assert not call.ended, "and she is never refused"


def database_people(database: Database) -> list[Person]:
    with database.reading() as session:
        return list(session.scalars(select(Person)))


def test_three_short_calls_are_a_line_that_fails_and_slow_nobody(line: Evening, hana: Person) -> None:
    short_calls(line, RITA, 3)
    line.phone(RITA).dial().hears("dial 999").press("1").hears("We are ringing somebody for you now")
    line.phone(hana).rings(within=5, answer=False)


def test_a_number_is_as_quick_as_any_other_once_ten_minutes_are_over(line: Evening, hana: Person) -> None:
    short_calls(line, RITA, 4)
    line.pass_time(timedelta(minutes=10))
    line.phone(RITA).dial().hears("dial 999").press("1").hears("We are ringing somebody for you now")
    line.phone(hana).rings(within=5, answer=False)


def test_one_withheld_number_wears_nobody_out_and_others_wait_a_little_longer(line: Evening, hana: Person) -> None:
    short_calls(line, PEST, 4, withheld=True)
    line.phone(RITA, "Rita").dial(withheld=True).hears("dial 999").press("1").hears("Please stay on the line")
    line.phone(hana).does_not_ring(for_seconds=6)
    line.phone(hana).rings(within=6, answer=False)


def test_a_number_that_shows_itself_is_not_slowed_by_those_that_do_not(line: Evening, hana: Person) -> None:
    short_calls(line, PEST, 5, withheld=True)
    line.phone(RITA, "Rita").dial().hears("dial 999").press("1").hears("We are ringing somebody for you now")
    line.phone(hana).rings(within=5, answer=False)


def test_calls_that_handlers_called_a_nuisance_slow_the_next_for_an_hour(
    line: Evening, hana: Person, database: Database
) -> None:
    with database.transaction() as session:
        for number in range(2):
            session.add(
                Call(
                    sid=f"CA{number:032}",
                    state="ended",
                    ending=Ending.ANSWERED,
                    outcome=Outcome.NUISANCE,
                    arrived_at=NOON - timedelta(minutes=40),
                    ended_at=NOON - timedelta(minutes=35),
                )
            )
    line.phone(PEST, "Pest").dial(withheld=True).hears("dial 999").press("1").hears("Please stay on the line")


def test_in_the_quiet_she_may_still_leave_a_message(line: Evening, hana: Person) -> None:
    short_calls(line, PEST, 4)
    call = line.phone(PEST).dial().hears("dial 999").press("1").hears("To leave a message, press 5").press("5")
    call.hears("(beep)", limit=20).speaks(4).press("#").hears("Your message is kept")
