"""How the hours share out: what counts as served, as a night and as a weekend, and who is told of."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from helpline import calls, fairness, people, rota
from helpline.people import HatName, Person
from tests.builders import NOON, a_coordinator, a_handler, a_person
from tests.helpline.cast import a_call

LONDON = ZoneInfo("Europe/London")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
LONG_AGO = NOON - 20 * WEEK


def wall(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("begins", "lasts", "evenings"),
    [
        (wall(date(2026, 11, 19), 22), 8, [19]),  # a night shift is one night
        (wall(date(2026, 11, 19), 20), 3.5, []),  # until half past eleven is none
        (wall(date(2026, 11, 19), 20), 4, [19]),
        (wall(date(2026, 11, 20), 4, 30), 4, [19]),  # an early morning is the night before's
        (wall(date(2026, 11, 20), 5, 30), 4, []),
        (wall(date(2026, 10, 24), 22), 9, [24]),  # both clock changes
        (wall(date(2026, 3, 28), 22), 7, [28]),
        (wall(date(2026, 11, 19), 12), 48, [19, 20]),
    ],
)
def test_what_counts_as_a_night(begins: datetime, lasts: float, evenings: list[int]) -> None:
    found = fairness.nights([(begins, begins + lasts * HOUR)], LONDON)
    assert sorted(day.day for day in found) == evenings


def test_a_night_in_two_halves_is_one_night() -> None:
    evening = wall(date(2026, 11, 19), 23)
    halves = [(evening, evening + HOUR / 2), (evening + 5 * HOUR, evening + 5.5 * HOUR)]
    assert fairness.nights(halves, LONDON) == {date(2026, 11, 19)}


def test_a_saturday_and_its_sunday_are_one_weekend() -> None:
    saturday, sunday, friday = (wall(date(2026, 11, day), 10) for day in (21, 22, 20))
    assert fairness.weekends([(one, one + HOUR) for one in (saturday, sunday, friday)], LONDON) == {date(2026, 11, 21)}
    into_the_night = wall(date(2026, 11, 20), 23)
    assert fairness.weekends([(into_the_night, into_the_night + HOUR)], LONDON) == set(), "over as the weekend begins"


def told(session: Session, *, at: datetime = NOON) -> dict[str | None, fairness.Share]:
    session.flush()
    return {share.person.name: share for share in fairness.shares(session, at=at)}


def test_hours_are_those_really_served(session: Session) -> None:
    hana = a_handler(session, "Hana", on_shift=False, at=LONG_AGO)
    rota.write(
        session, hana, starts_at=NOON - 4 * WEEK - HOUR, ends_at=NOON - 4 * WEEK + HOUR
    )  # half of it too long ago
    rota.write(session, hana, starts_at=NOON - 3 * DAY, ends_at=NOON - 3 * DAY + 3 * HOUR)
    rota.end_now(session, hana, at=NOON - 3 * DAY + HOUR)  # ended early
    rota.start_now(session, hana, at=NOON - HOUR / 2)  # begun on the spot, and still on
    rota.write(session, hana, starts_at=NOON + DAY, ends_at=NOON + DAY + 3 * HOUR)  # still to come
    assert told(session)["Hana"].hours == 2.5 * HOUR


def test_calls_are_those_somebody_talked_to(session: Session) -> None:
    hana, tomasz = (a_handler(session, name, at=LONG_AGO) for name in ("Hana", "Tomasz"))
    for who, at in [(hana, NOON - DAY), (hana, NOON - HOUR), (tomasz, NOON - 5 * WEEK), (None, NOON - DAY)]:
        call = a_call(session, at=at)
        if who is not None:
            call.handler, call.taken_at, call.talking_at = who, at, at
        calls.finish(session, call, at=at + HOUR / 6)
    assert {name: share.calls for name, share in told(session).items()} == {"Hana": 2, "Tomasz": 0}


def test_everybody_with_the_hat_is_there_by_name_and_nobody_else(session: Session) -> None:
    for name in ("Tomasz", "bea", "Hana"):
        a_handler(session, name, on_shift=False, at=LONG_AGO)
    organiser = a_person(session, "Femi")
    people.wear(session, organiser, HatName.ORGANISER, at=NOON - WEEK)
    a_coordinator(session, "Coral")
    left = a_handler(session, "Idris", at=LONG_AGO)
    session.delete(left.hats[0])
    session.flush()
    session.expire_all()
    shares = fairness.shares(session, at=NOON)
    assert [share.person.name for share in shares] == ["bea", "Femi", "Hana", "Tomasz"]
    assert [share.joined for share in shares] == [None, NOON - WEEK, None, None], "who has just begun is said so"


def test_a_hat_more_is_no_new_beginning(session: Session) -> None:
    hana: Person = a_handler(session, "Hana", on_shift=False, at=LONG_AGO)
    people.wear(session, hana, HatName.ORGANISER, at=NOON - DAY)
    session.flush()
    session.expire_all()
    assert told(session)["Hana"].joined is None
