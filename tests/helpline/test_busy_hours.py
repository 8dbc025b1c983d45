"""Each hour of a day counted once, when it is over; and spans of time, on which it stands."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import busy_hours, calls, closings, forecast, hours, people, retention, rings, rota, spans
from helpline.busy_hours import BusyHour, Came
from helpline.calls import Call, Outcome
from helpline.opening import Span as Open
from helpline.people import HatName, Person
from tests.builders import a_handler
from tests.helpline.cast import a_call

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 16)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(hour: int, minute: int = 0, *, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


# Spans


def test_spans_are_merged_met_and_cut() -> None:
    ten, eleven, noon, one, two = (at(hour) for hour in (10, 11, 12, 13, 14))
    assert spans.merged([(noon, one), (ten, eleven), (eleven, noon), (two, two)]) == [(ten, one)]
    assert spans.within([(ten, two)], [(eleven, noon), (one, two + HOUR)]) == [(eleven, noon), (one, two)]
    assert spans.without([(ten, two)], [(eleven, noon), (one, two + HOUR)]) == [(ten, eleven), (noon, one)]
    assert spans.without([(ten, two)], [(ten - HOUR, two + HOUR)]) == []
    assert spans.without([(ten, eleven), (one, two)], [(eleven, one)]) == [(ten, eleven), (one, two)]


@pytest.mark.parametrize(
    ("day", "lasts", "hours"), [(date(2026, 3, 29), 23, 23), (date(2026, 10, 25), 25, 25), (MONDAY, 24, 24)]
)
def test_a_day_is_as_long_as_it_is(day: date, lasts: int, hours: int) -> None:
    begins, ends = spans.of_day(day, LONDON)
    assert (ends - begins) / HOUR == lasts
    assert len(spans.hours_of(day, LONDON)) == hours
    assert spans.days_of((begins, ends), LONDON) == [day]
    assert spans.days_of((begins - MINUTE, ends + MINUTE), LONDON) == [day - DAY, day, day + DAY]


# A day, counted


def test_octobers_second_one_am_is_counted_with_the_first_and_marchs_is_not_open() -> None:
    back, forward = date(2026, 10, 25), date(2026, 3, 29)
    twice = [Came(spans.midnight(back, LONDON) + wait, 5 * MINUTE) for wait in (HOUR, 2 * HOUR, 3 * HOUR)]
    told = busy_hours.count(twice, [spans.of_day(back, LONDON)], back, LONDON)
    assert [(row["calls"], row["held"], row["open"]) for row in told[:3]] == [
        (0, 0, 3600),
        (2, 600, 7200),
        (1, 300, 3600),
    ]
    told = busy_hours.count([], [spans.of_day(forward, LONDON)], forward, LONDON)
    assert [row["open"] for row in told[:3]] == [3600, 0, 3600]


def rows(session: Session) -> dict[int, tuple[int, int, int, int]]:
    """What was counted, hour by hour: calls, answered, seconds held, seconds open."""
    found = session.scalars(select(BusyHour).where((BusyHour.open > 0) | (BusyHour.calls > 0)))
    return {row.hour: (row.calls, row.answered, row.held, row.open) for row in found}


def a_talk(session: Session, who: Person, begins: datetime, *, lasts: timedelta, writes: timedelta) -> Call:
    """A call that was taken after a minute, talked for so long, and was written down for so long."""
    call = a_call(session, at=begins)
    ring = rings.owe(session, who, call.id, at=begins)
    rings.claim(session, ring, at=begins)
    rings.leg_is(session, ring, f"leg of {ring.id}", at=begins)
    rings.answered(session, ring, at=begins)
    assert calls.take(session, call, ring, at=begins + MINUTE)
    calls.connected(session, call, at=begins + MINUTE)
    calls.finish(session, call, at=begins + MINUTE + lasts)
    calls.come_to(session, call, Outcome.INFORMATION, who=who, at=begins + MINUTE + lasts + writes)
    return call


def test_a_day_is_counted_from_what_its_rows_say(session: Session) -> None:
    hana = a_handler(session, "Hana", on_shift=False)
    rota.write(session, hana, starts_at=at(9, 30), ends_at=at(13))
    a_talk(session, hana, at(10, 5), lasts=8 * MINUTE, writes=3 * MINUTE)
    calls.finish(session, a_call(session, at=at(10, 40)), at=at(10, 42))  # rang off while she waited
    a_call(session, at=at(10, 50), waits=False)  # never asked to talk
    a_talk(session, hana, at(12, 55), lasts=4 * MINUTE, writes=MINUTE)
    busy_hours.make(session, MONDAY.toordinal(), at(4, day=MONDAY + DAY))
    assert rows(session) == {
        9: (0, 0, 0, 1800),
        10: (2, 1, 11 * 60, 3600),
        11: (0, 0, 0, 3600),
        12: (1, 1, 5 * 60, 3600),
    }


def test_the_line_is_open_when_the_hours_say_so_and_nobody_closed_it(session: Session) -> None:
    hana = a_handler(session, "Hana", on_shift=False)
    people.wear(session, hana, HatName.ORGANISER, at=at(8))
    rota.write(session, hana, starts_at=at(9), ends_at=at(13))
    week = ((Open(10 * 60, 17 * 60),),) * 7
    hours.decide(session, always=False, week=week, nation=None, seen=None, who=hana, at=at(8))
    closing = closings.close(session, until=at(12), words="", who=hana, at=at(10, 30))
    closings.end(session, closing, who=hana, at=at(11, 15))
    busy_hours.make(session, MONDAY.toordinal(), at(4, day=MONDAY + DAY))
    assert {hour: row[3] for hour, row in rows(session).items()} == {10: 1800, 11: 2700, 12: 3600}


def test_days_are_counted_once_when_they_are_over_and_none_is_left_out(session: Session) -> None:
    assert list(busy_hours.due(session, at(12))) == [], "nobody has rung yet"
    call = a_call(session, at=at(10))
    calls.finish(session, call, at=at(10, 5))
    assert list(busy_hours.due(session, at(3, 59, day=MONDAY + DAY))) == []
    assert list(busy_hours.due(session, at(4, day=MONDAY + DAY))) == [MONDAY.toordinal()]
    for _ in range(2):  # two clocks
        busy_hours.make(session, MONDAY.toordinal(), at(4, day=MONDAY + DAY))
    assert session.scalar(select(func.count()).select_from(BusyHour)) == 24
    later = at(9, day=MONDAY + 3 * DAY)
    assert list(busy_hours.due(session, later)) == [(MONDAY + n * DAY).toordinal() for n in (1, 2)]
    away = at(9, day=MONDAY + 200 * DAY)
    found = list(busy_hours.due(session, away))
    assert len(found) == busy_hours.AT_MOST
    assert found[0] == (MONDAY + 199 * DAY).toordinal() - busy_hours.LOOKED_AT.days


def test_what_was_counted_outlives_what_is_forgotten(session: Session) -> None:
    hana = a_handler(session, "Hana", on_shift=False)
    rota.write(session, hana, starts_at=at(10), ends_at=at(11))
    call = a_talk(session, hana, at(10, 5), lasts=8 * MINUTE, writes=MINUTE)
    retention.forget_call(session, call, at=at(10, day=MONDAY + 28 * DAY))
    busy_hours.make(session, MONDAY.toordinal(), at(4, day=MONDAY + 30 * DAY))
    seen = busy_hours.history(session, at=at(12, day=MONDAY + 30 * DAY))
    assert (seen.hours[10], seen.calls, seen.answered, seen.held) == (forecast.Seen(1, 1.0), 1, 1, 9 * MINUTE)
    assert seen.weeks == 1
    assert busy_hours.history(session, at=at(12, day=MONDAY + 90 * DAY)).calls == 0, "older than twelve weeks"


def test_the_forecast_is_made_of_what_was_counted(session: Session) -> None:
    for number in range(28):
        day = MONDAY + number * DAY
        calling = {10: 8, 11: 1} if day.weekday() < 5 else {}
        session.add_all(
            BusyHour(day=day, hour=hour, calls=many, answered=many, held=many * 600, open=3600)
            for hour, many in calling.items()
        )
    session.flush()
    told = busy_hours.forecast_of(session, at=at(12, day=MONDAY + 28 * DAY))
    assert told.is_known
    assert (told.needed(at(10), LONDON), told.needed(at(11), LONDON), told.needed(at(12), LONDON)) == (3, 2, None)
