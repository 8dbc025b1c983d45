"""When the line is closed: what a caller hears, whoever is on shift, and what becomes of those who wait already."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import closings, hours, languages, opening_words, people, prompts, rota
from helpline.bank_holidays import Nation
from helpline.calls import Call, Ending
from helpline.config import Settings
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.opening import Week
from helpline.people import HatName, Person
from tests import builders
from tests.builders import NOON
from tests.stories.evening import Evening
from tests.valkey import Valkey

RITA = "+442079460118"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
IN_MARCH = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)  # half an hour before the clocks go forward


def week(typed: str) -> Week:
    day = opening_words.understand(typed)
    return day, day, day, day, day, day, day


def an_organiser(database: Database, *, on_shift: bool = False, at: datetime = NOON, hours: float = 4) -> Person:
    with database.transaction() as session:
        bea = builders.a_handler(session, "Bea Marsh", on_shift=on_shift, at=at, hours=hours)
        people.wear(session, bea, HatName.ORGANISER, at=at)
    return bea


def decide(database: Database, who: Person, typed: str, *, nation: Nation | None = None, at: datetime = NOON) -> None:
    with database.transaction() as session:
        before = hours.standing(session)
        me = session.get_one(Person, who.id)
        seen = before.id if before else None
        hours.decide(session, always=not typed, week=week(typed), nation=nation, seen=seen, who=me, at=at)


def in_polish(session: Session, who: Person) -> None:
    """Callers can choose Polish, every sentence of which a speaker has read."""
    polish = languages.begin(session, "pl", who=who, at=NOON)
    for sentence in prompts.needed("pl"):
        prompts.mark_read(session, sentence, "pl", who=who, at=NOON)
    prompts.switch_on(session, polish, who=who, at=NOON)


def endings(line: Evening) -> list[Ending | None]:
    with line.read() as session:
        return list(session.scalars(select(Call.ending).order_by(Call.id)))


def owed(line: Evening) -> list[ItemKind]:
    with line.read() as session:
        return list(session.scalars(select(DeskItem.kind).order_by(DeskItem.id)))


def test_a_closed_line_says_so_and_when_it_opens_and_takes_a_message(line: Evening, database: Database) -> None:
    bea = an_organiser(database, on_shift=True)
    decide(database, bea, "10 am to 1 pm")  # it is 2:47 pm, and Bea is on shift all the same
    with database.transaction() as session:
        opens = NOON.replace(hour=10, minute=0) + timedelta(days=1)
        rota.write(session, session.get_one(Person, bea.id), starts_at=opens, ends_at=opens + 3 * HOUR)
    call = line.phone(RITA, "Rita").dial().hears("Hello, this is Larkfield Neighbours.")
    call.hears("If somebody's life is in danger, hang up and dial 999.")
    call.hears("The line is closed now. The line opens next at 10 am tomorrow.").hears("To leave a message, press 5")
    call.press("5").hears("(beep)").wait(1).speaks(5).press("#").hears("Your message is kept")
    assert endings(line) == [Ending.MESSAGE_LEFT]
    assert owed(line) == [ItemKind.VOICEMAIL]
    assert "press 1" not in line.exchange.transcript(), "nobody is promised who is not there"


def test_who_says_nothing_to_a_closed_line_is_rung_back(line: Evening, database: Database) -> None:
    decide(database, an_organiser(database), "10 am to 1 pm")
    line.phone(RITA, "Rita").dial().hears("The line opens next at 10 am tomorrow.").until_ended()
    assert endings(line) == [Ending.CALL_BACK_OWED]


def test_key_1_opens_no_closed_line(line: Evening, database: Database) -> None:
    decide(database, an_organiser(database, on_shift=True), "10 am to 1 pm")
    line.phone(RITA, "Rita").dial().press("1").hears("The line is closed now.").until_ended()
    assert endings(line) == [Ending.CALL_BACK_OWED]


@pytest.mark.parametrize("key", ["4", "9"])
def test_keys_during_the_greeting_of_a_closed_line_lead_somewhere(line: Evening, database: Database, key: str) -> None:
    decide(database, an_organiser(database), "10 am to 1 pm")
    call = line.phone(RITA, "Rita").dial().press(key)
    if key == "9":
        call.hears("The line is closed now.").hears("press 5").press("4")
    call.hears("somebody will ring you back").until_ended()
    assert endings(line) == [Ending.CALL_BACK_OWED]


def test_who_asks_about_a_request_of_a_closed_line_is_told_and_may_leave_a_message(
    line: Evening, database: Database
) -> None:
    decide(database, an_organiser(database), "10 am to 1 pm")
    call = line.phone(RITA, "Rita").dial().press("3").hears("no request")
    call.hears("The line is closed now.").press("5").hears("(beep)").wait(1).speaks(5).hang_up()
    line.clock.advance(5)
    assert endings(line) == [Ending.MESSAGE_LEFT]


def test_who_waits_at_closing_time_is_taken_all_the_same(line: Evening, database: Database) -> None:
    bea = an_organiser(database, on_shift=True)
    decide(database, bea, "10 am to 2:48 pm")
    waits = line.phone(RITA, "Rita").dial().press("1").hears("We are ringing somebody for you")
    line.pass_time(timedelta(seconds=62))  # Bea's phone rang twice and was not answered; now the line is closed
    late = line.phone("+442079460142", "Mrs Osei").dial().hears("The line is closed now.")
    assert not waits.ended
    line.phone(bea).rings(within=60).hears("Press 1").press("1")
    waits.hears("You are through to Bea", limit=30)
    late.hang_up()
    waits.wait(2).hang_up()
    assert endings(line) == [Ending.ANSWERED, Ending.CALL_BACK_OWED]


def test_a_bank_holiday_closes_the_line_by_its_switch(line: Evening, database: Database) -> None:
    bea = an_organiser(database)
    christmas, boxing_day = date(2026, 12, 25), date(2026, 12, 28)
    decide(database, bea, "", nation=Nation.ENGLAND_AND_WALES)
    with database.transaction() as session:
        me = session.get_one(Person, bea.id)
        hours.keep_holiday(session, Nation.ENGLAND_AND_WALES, boxing_day, closed=False, who=me, at=NOON)
        for day in (christmas, boxing_day):
            noon = datetime.combine(day, time(12), UTC)
            rota.write(session, me, starts_at=noon, ends_at=noon + 6 * HOUR)
    line.pass_time(datetime(2026, 12, 25, 13, tzinfo=UTC) - NOON)
    call = line.phone(RITA, "Rita").dial()
    call.hears("The line is closed now. The line opens next at 12 pm on Monday 28 December.").hang_up()
    line.pass_time(timedelta(days=3))
    again = line.phone(RITA, "Rita").dial().press("1").hears("We are ringing somebody for you")
    line.phone(bea).rings().press("1")
    again.hears("You are through to Bea").hang_up()


def test_when_nobody_is_on_the_time_said_is_one_at_which_it_is_open_too(line: Evening, database: Database) -> None:
    bea = an_organiser(database)
    decide(database, bea, "10 am to 6 pm")
    with database.transaction() as session:
        me = session.get_one(Person, bea.id)
        rota.write(session, me, starts_at=NOON.replace(hour=20), ends_at=NOON.replace(hour=22))  # when it is closed
        tomorrow = NOON.replace(hour=8, minute=0) + timedelta(days=1)
        rota.write(session, me, starts_at=tomorrow, ends_at=tomorrow + 4 * HOUR)  # two hours too early
    call = line.phone(RITA, "Rita").dial()
    call.hears("There is nobody on the line just now. The line opens next at 10 am tomorrow.").hang_up()


def test_an_organiser_closes_the_line_now_and_says_why(line: Evening, database: Database) -> None:
    bea = an_organiser(database, on_shift=True)
    waits = line.phone(RITA, "Rita").dial().press("1").hears("We are ringing somebody")
    with database.transaction() as session:
        me = session.get_one(Person, bea.id)
        closings.close(session, until=NOON + 3 * HOUR, words="The hall is flooded", who=me, at=line.clock.now())
    call = line.phone("+442079460142", "Mrs Osei").dial().hears("dial 999")
    call.hears("The line is closed now. The hall is flooded. The line opens next at 5:47 pm.").hang_up()
    line.phone(bea).rings().press("1")
    waits.hears("You are through to Bea").hang_up()
    with database.transaction() as session:
        closing = closings.now(session, line.clock.now())
        assert closing is not None
        closings.end(session, closing, who=session.get_one(Person, bea.id), at=line.clock.now())
    line.phone("+442079460142", "Mrs Osei").dial().press("1").hears("Nobody is free just now").hang_up()


@pytest.fixture
def that_night(settings: Settings, database: Database, valkey: Valkey) -> Iterator[Evening]:
    evening = Evening(settings, database, valkey, IN_MARCH)
    yield evening
    evening.check()
    evening.close()


def test_on_the_night_of_the_clock_change_it_closes_by_the_wall(that_night: Evening, database: Database) -> None:
    line = that_night
    bea = an_organiser(database, on_shift=True, at=IN_MARCH, hours=5)
    decide(database, bea, "10 pm to 3 am", at=IN_MARCH)
    taken = line.phone(RITA, "Rita").dial().press("1").hears("We are ringing somebody")
    line.phone(bea).rings().press("1")
    taken.hears("You are through to Bea").hang_up()
    line.pass_time(89 * MINUTE)  # by the wall it is 2:59 am: an hour went by in an instant
    line.phone(RITA, "Rita").dial().hears("To talk to us, press 1").hang_up()
    line.pass_time(2 * MINUTE)
    line.phone(RITA, "Rita").dial().hears("The line is closed now. The line opens next at 10 pm.").hang_up()


def test_a_closed_line_in_another_language_is_plain_where_it_must_be(line: Evening, database: Database) -> None:
    bea = an_organiser(database)
    with database.transaction() as session:
        me = session.get_one(Person, bea.id)
        in_polish(session, me)
        closings.close(session, until=NOON + 3 * HOUR, words="The hall is flooded", who=me, at=NOON)
    call = line.phone(RITA, "Rita").dial().press("6").hears("Telefon jest teraz nieczynny.")
    call.hears("Następny dyżur: dziś o 17:47.").hang_up()
    assert "flooded" not in line.exchange.transcript(), "her own language knows no words for it"
