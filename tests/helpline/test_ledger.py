"""The ledger: each day one line, on whatever clock; and which calls of it are not accounted for."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpline import calls, comparing, errands, glance, ledger, people, still_owed
from helpline.calls import Call
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.errands import Errand, ErrandKind
from helpline.errors import HelplineError
from helpline.ledger import DailyLine
from helpline.messages import Message
from helpline.people import HatName, Person
from helpline.still_owed import Today
from tests.builders import NOON, a_handler, a_person
from tests.dashboard.cast import a_call, a_sid

LONDON = ZoneInfo("Europe/London")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EIGHT = datetime(2026, 11, 20, 8, tzinfo=UTC)  # the morning after NOON
YESTERDAY = date(2026, 11, 19)


def organiser(session: Session) -> Person:
    olu = a_person(session, "Olu")
    people.wear(session, olu, HatName.ORGANISER, at=NOON)
    return olu


def compared(session: Session, at: datetime) -> None:
    """The carrier's lists were read at this instant."""
    comparing.begin(session, at=at)
    errand = session.scalars(select(Errand).where(Errand.kind == ErrandKind.COMPARE)).one()
    errand.due_at, errand.queued_at = at + comparing.EVERY, None
    session.flush()


def not_compared(session: Session, at: datetime) -> None:
    """They could not be read since yesterday; the last try was just now."""
    compared(session, NOON)
    errand = session.scalars(select(Errand).where(Errand.kind == ErrandKind.COMPARE)).one()
    errands.not_before(session, errand, at=at + MINUTE, why="the carrier answered 503")


def a_call_back(session: Session, phone: str = "+447700900142", *, at: datetime = NOON) -> Call:
    call = a_call(session, phone, at=at)
    calls.finish(session, call, at=at + MINUTE)
    return call


def today(session: Session, at: datetime) -> Today:
    """The day in figures, as it is on somebody's desk."""
    seen = glance.of(session, a_person(session, "Hana"), at=at)
    return still_owed.stands(session, seen.yesterday, seen.unaccounted, at=at)


def made(session: Session, at: datetime) -> list[DailyLine]:
    for ordinal in ledger.due(session, at):
        ledger.make(session, ordinal, at)
    return ledger.lines(session)


def texts(session: Session) -> list[str]:
    return [one.body or "" for one in session.scalars(select(Message))]


def test_a_day_on_which_all_is_well_has_a_line_and_no_text(session: Session) -> None:
    organiser(session)
    a_call_back(session)
    compared(session, EIGHT)
    assert made(session, EIGHT - MINUTE) == []
    (line,) = made(session, EIGHT)
    assert (line.day, line.calls, line.unaccounted, line.compared) == (YESTERDAY, 1, 0, True)
    assert texts(session) == []
    assert made(session, EIGHT + HOUR) == [line], "once a day"


def test_a_call_back_that_is_nowhere_is_told_by_text_without_saying_whose(session: Session) -> None:
    olu = organiser(session)
    lost = a_call_back(session)
    a_call_back(session, "+447700900143")
    session.execute(delete(DeskItem).where(DeskItem.call_id == lost.id))
    compared(session, EIGHT)
    (line,) = made(session, EIGHT)
    assert (line.calls, line.unaccounted) == (2, 1)
    (text,) = texts(session)
    assert "2 calls on Thursday 19 November, 1 not accounted for." in text
    assert not any(word in text for word in ("142", "0770", "2:47"))
    assert ledger.of_day(session, YESTERDAY, at=EIGHT).unaccounted == (lost,)

    ledger.put_on_the_desk(session, lost, who=olu, at=EIGHT)
    assert ledger.of_day(session, YESTERDAY, at=EIGHT).unaccounted == ()
    kinds = session.scalars(select(DeskItem.kind).where(DeskItem.call_id == lost.id)).all()
    assert kinds == [ItemKind.CALL_BACK]


def test_a_call_that_never_ended_is_not_accounted_for(session: Session) -> None:
    a_handler(session, "Hana")
    call = a_call(session, at=NOON)
    compared(session, EIGHT)
    (line,) = made(session, EIGHT)
    assert line.unaccounted == 1
    with pytest.raises(HelplineError, match="not over"):
        ledger.put_on_the_desk(session, call, who=a_person(session, "Olu"), at=EIGHT)


def test_a_silent_day_has_a_line_too_and_a_broken_clock_does_not_look_like_one(session: Session) -> None:
    organiser(session)
    a_call_back(session)
    compared(session, EIGHT)
    made(session, EIGHT)
    next_day = EIGHT + timedelta(days=1)
    late = next_day + ledger.MISSED_AFTER
    assert today(session, next_day).line_is_missing is False
    assert today(session, late).line_is_missing is True
    compared(session, late)
    assert [line.calls for line in made(session, late)] == [0, 1]
    stands = today(session, late)
    assert (stands.line_is_missing, stands.yesterday and stands.yesterday.calls) == (False, 0)
    assert texts(session) == []


def test_days_that_were_missed_have_their_lines_later(session: Session) -> None:
    a_call_back(session)
    back = EIGHT + timedelta(days=3)
    assert ledger.due(session, back) == [], "first the carrier's lists are read"
    compared(session, back)
    assert [line.day.day for line in made(session, back)] == [22, 21, 20, 19]


def test_while_the_lists_are_being_read_the_line_waits(session: Session) -> None:
    a_call_back(session)
    not_compared(session, EIGHT)
    later = EIGHT + 5 * MINUTE
    assert errands.take(session, session.scalars(select(Errand)).one(), at=later)
    assert ledger.due(session, later) == []


def test_before_anybody_ever_rang_there_is_no_line(session: Session) -> None:
    compared(session, EIGHT)
    assert made(session, EIGHT) == []
    assert not today(session, EIGHT + HOUR).line_is_missing


def test_when_the_carriers_lists_cannot_be_read_the_line_says_so(session: Session) -> None:
    organiser(session)
    a_call_back(session)
    not_compared(session, EIGHT)
    (line,) = made(session, EIGHT)
    assert not line.compared
    assert "could not be read, so there may be more" in texts(session)[0]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 19), 24)]
)
def test_a_day_is_as_long_as_it_really_is(day: date, hours: int) -> None:
    begins, ends = ledger.bounds(day, LONDON)
    assert ends.astimezone(UTC) - begins.astimezone(UTC) == hours * HOUR


def test_the_day_the_clocks_go_back_counts_its_twenty_fifth_hour(session: Session) -> None:
    sunday = date(2026, 10, 25)
    begins, ends = (one.astimezone(UTC) for one in ledger.bounds(sunday, LONDON))
    for at in (begins - MINUTE, begins, begins + timedelta(hours=24, minutes=30), ends - MINUTE, ends):
        call = calls.arrive(session, a_sid(), phone="+447700900142", at=at)
        calls.finish(session, call, at=at)
    assert ledger.of_day(session, sunday, at=ends + HOUR).calls == 3
    eight = datetime(2026, 10, 26, 8, tzinfo=LONDON).astimezone(UTC)
    compared(session, eight)
    assert {line.day: line.calls for line in made(session, eight)} == {sunday: 3, date(2026, 10, 24): 1}


def test_two_clocks_make_one_line_and_one_text(database: Database) -> None:
    with database.transaction() as session:
        organiser(session)
        lost = a_call_back(session)
        session.execute(delete(DeskItem).where(DeskItem.call_id == lost.id))
        compared(session, EIGHT)
    with database.reading() as session:
        found = [list(ledger.due(session, EIGHT)) for _ in range(2)]
    for days in found:
        for ordinal in days:
            with database.transaction() as session:
                ledger.make(session, ordinal, EIGHT)
    with database.reading() as session:
        assert len(ledger.lines(session)) == 1
        assert len(texts(session)) == 1
