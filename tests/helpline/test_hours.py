"""Opening hours, closed days and closings as organisers decide them, and when somebody can be reached."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import bank_holidays, closings, hours, opening_words, people, reachable, rota
from helpline.bank_holidays import Nation
from helpline.db import Database
from helpline.durations import ChangedMeanwhileError
from helpline.errors import HelplineError
from helpline.history import Event
from helpline.hours import Hours
from helpline.opening import ALWAYS, Week
from helpline.people import HatName, Person
from helpline.reachable import Standing
from tests import builders
from tests.builders import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = NOON.date()
CHRISTMAS = date(2026, 12, 25)


def week(typed: str) -> Week:
    day = opening_words.understand(typed)
    return day, day, day, day, day, day, day


TEN_TO_SIX = week("10 am to 6 pm")


def bea(session: Session, name: str = "Bea Marsh", *, on_shift: bool = False) -> Person:
    person = builders.a_handler(session, name, on_shift=on_shift)
    people.wear(session, person, HatName.ORGANISER, at=NOON)
    return person


def decide(session: Session, who: Person, given: Week = TEN_TO_SIX, nation: Nation | None = None) -> Hours | None:
    before = hours.standing(session)
    seen = before.id if before else None
    return hours.decide(session, always=given == ALWAYS, week=given, nation=nation, seen=seen, who=who, at=NOON)


def test_until_somebody_decides_it_is_open_whenever_somebody_is_on(session: Session) -> None:
    assert hours.plan(session).is_always
    assert reachable.standing(session, NOON) == Standing.OPEN
    assert reachable.closes(session, NOON) is None


def test_hours_that_are_decided_count_at_once(session: Session) -> None:
    made = decide(session, bea(session))
    assert made is not None
    assert reachable.is_open(session, NOON)
    assert reachable.closes(session, NOON) == NOON.replace(hour=18, minute=0)
    assert reachable.standing(session, NOON + 4 * HOUR) == Standing.OUT_OF_HOURS
    assert reachable.opens(session, NOON + 4 * HOUR) == NOON.replace(hour=10, minute=0) + DAY
    assert session.scalars(select(Event.what)).all()[-1] == "hours.decided"
    assert decide(session, made.made_by) is None, "it is so already"


def test_a_week_is_remembered_while_the_line_is_always_open(session: Session) -> None:
    made = decide(session, bea(session))
    assert made is not None
    again = hours.decide(session, always=True, week=TEN_TO_SIX, nation=None, seen=made.id, who=made.made_by, at=NOON)
    assert again is not None
    assert hours.plan(session).is_always
    assert hours.week_of(again) == TEN_TO_SIX


def test_hours_that_never_open_are_refused_and_only_organisers_decide(session: Session) -> None:
    with pytest.raises(HelplineError, match="would never open"):
        decide(session, bea(session), week(""))
    with pytest.raises(HelplineError, match="Only an organiser"):
        decide(session, builders.a_handler(session, "Hana Novak"))


def test_of_two_organisers_the_second_is_told_who_was_first(database: Database) -> None:
    with database.transaction() as session:
        one, other = bea(session), bea(session, "Ola Lis")
    with database.transaction() as session:
        decide(session, session.get_one(Person, one.id))
    with database.transaction() as session:
        with pytest.raises(ChangedMeanwhileError, match="Bea changed the opening hours a moment ago"):
            hours.decide(
                session,
                always=True,
                week=TEN_TO_SIX,
                nation=None,
                seen=None,
                who=session.get_one(Person, other.id),
                at=NOON,
            )
        assert hours.plan(session).week == TEN_TO_SIX


def test_bank_holidays_close_the_line_each_by_its_switch(session: Session) -> None:
    who = bea(session)
    decide(session, who, ALWAYS, Nation.SCOTLAND)
    assert hours.plan(session).closed_days[CHRISTMAS] == "Christmas Day"
    assert date(2026, 11, 30) in hours.plan(session).closed_days, "St Andrew's Day, in Scotland"
    hours.keep_holiday(session, Nation.SCOTLAND, CHRISTMAS, closed=False, who=who, at=NOON)
    assert CHRISTMAS not in hours.plan(session).closed_days
    hours.keep_holiday(session, Nation.SCOTLAND, CHRISTMAS, closed=True, who=who, at=NOON)
    assert CHRISTMAS in hours.plan(session).closed_days
    with pytest.raises(HelplineError, match="no bank holiday"):
        hours.keep_holiday(session, Nation.SCOTLAND, TODAY, closed=True, who=who, at=NOON)


def test_the_list_of_bank_holidays_reaches_some_way(session: Session) -> None:
    del session
    for nation in Nation:
        assert bank_holidays.known_until(nation) > date(2027, 12, 1)
        assert bank_holidays.of(nation)[CHRISTMAS] == "Christmas Day"


def test_a_day_is_closed_by_a_name_and_opened_again(session: Session) -> None:
    who = bea(session, on_shift=True)
    hours.close_day(session, TODAY, " Street  party ", today=TODAY, who=who, at=NOON)
    assert hours.plan(session).closed_days == {TODAY: "Street party"}
    assert not reachable.is_open(session, NOON)
    assert reachable.opens(session, NOON) == NOON.replace(hour=0, minute=0) + DAY
    hours.close_day(session, TODAY, "Street fair", today=TODAY, who=who, at=NOON)
    assert [day.name for day in hours.days(session, TODAY)] == ["Street fair"]
    hours.open_day(session, TODAY, who=who, at=NOON)
    hours.open_day(session, TODAY, who=who, at=NOON)
    assert hours.plan(session).is_always


@pytest.mark.parametrize(
    ("day", "name", "said"),
    [
        (TODAY - DAY, "Street party", "That day is over"),
        (TODAY + 800 * DAY, "Street party", "more than two years"),
        (TODAY, " ", "Give the day a name"),
        (TODAY, "x" * 61, "too long"),
    ],
)
def test_a_day_that_cannot_be_closed(session: Session, day: date, name: str, said: str) -> None:
    with pytest.raises(HelplineError, match=said):
        hours.close_day(session, day, name, today=TODAY, who=bea(session), at=NOON)


# Closing it now


def test_the_line_is_closed_now_until_a_time_or_until_somebody_opens_it(session: Session) -> None:
    who = bea(session)
    closing = closings.close(session, until=NOON + HOUR, words="The hall is flooded", who=who, at=NOON)
    assert closing.words == "The hall is flooded."
    assert reachable.standing(session, NOON) == Standing.CLOSED_BY_US
    assert reachable.opens(session, NOON) == NOON + HOUR
    assert reachable.is_open(session, NOON + HOUR)
    closings.end(session, closing, who=who, at=NOON + HOUR / 2)
    assert reachable.is_open(session, NOON + HOUR / 2)
    assert closings.close(session, until=NOON + 2 * HOUR, words="", who=who, at=NOON + HOUR).words == ""


@pytest.mark.parametrize(
    ("until", "words", "said"),
    [
        (NOON, "", "over already"),
        (NOON + 40 * DAY, "", "more than a month"),
        (NOON + HOUR, "x" * 201, "too long"),
        (NOON + HOUR, "We {are} shut", "Curly brackets"),
        (NOON + HOUR, "} {why}", "Curly brackets"),
    ],
)
def test_a_closing_that_cannot_be(session: Session, until: object, words: str, said: str) -> None:
    with pytest.raises(HelplineError, match=said):
        closings.close(session, until=until, words=words, who=bea(session), at=NOON)  # type: ignore[arg-type]


def test_two_who_close_it_at_once_close_it_once(database: Database) -> None:
    with database.transaction() as session:
        who = bea(session)
        closings.close(session, until=NOON + HOUR, words="", who=who, at=NOON)
    with database.transaction() as session, pytest.raises(ChangedMeanwhileError, match="Bea has closed the line"):
        closings.close(session, until=NOON + HOUR, words="", who=session.get_one(Person, who.id), at=NOON)


# When somebody can be reached


def test_somebody_can_be_reached_when_it_is_open_and_they_are_on(session: Session) -> None:
    who = bea(session)
    decide(session, who)
    evening = NOON.replace(hour=19, minute=0)
    assert reachable.somebody_next(session, evening) is None
    assert reachable.told(session, evening) == NOON.replace(hour=10, minute=0) + DAY, "the hours say so, if nobody else"
    rota.write(session, who, starts_at=evening + HOUR, ends_at=evening + 2 * HOUR)  # when it is closed
    rota.write(session, who, starts_at=evening + 20 * HOUR, ends_at=evening + 22 * HOUR)
    assert reachable.told(session, evening) == evening + 20 * HOUR
    rota.write(session, bea(session, "Ola Lis"), starts_at=evening + 12 * HOUR, ends_at=evening + 16 * HOUR)
    assert reachable.told(session, evening) == NOON.replace(hour=10, minute=0) + DAY


def test_who_is_down_for_a_closed_hour_is_there_when_it_opens(session: Session) -> None:
    who = bea(session, on_shift=True)  # until 6:47 pm
    closings.close(session, until=NOON + HOUR, words="", who=who, at=NOON)
    assert reachable.told(session, NOON) == NOON + HOUR


def test_nothing_is_said_of_an_open_line_for_which_nobody_is_down(session: Session) -> None:
    assert reachable.told(session, NOON) is None
    bea(session, on_shift=True)
    assert reachable.told(session, NOON) is None, "whoever is on now is paused, and nobody knows until when"


def test_somebody_in_two_months_is_found_too(session: Session) -> None:
    rota.write(session, bea(session), starts_at=NOON + 50 * DAY, ends_at=NOON + 50 * DAY + HOUR)
    assert reachable.told(session, NOON) == NOON + 50 * DAY
