"""A handler's shifts in their own calendar, as a calendar program sees them: read back by another library than wrote them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event
from sqlalchemy import select

from helpline import config, feeds, metrics, resealing, retention, rota, shifts
from helpline.db import Database
from helpline.feeds import Feed, FeedEntry
from helpline.people import Person
from helpline.rota import Shift
from tests.builders import NOON, a_handler
from tests.conftest import KEY, settings_for
from tests.dashboard.browser import Browser, Hands
from tests.dashboard.conftest import SignIn
from tests.stories.leaks import Channels, logging_to

LONDON = ZoneInfo("Europe/London")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        return a_handler(session, "Hana Novak", on_shift=False)


@pytest.fixture
def tomasz(database: Database) -> Person:
    with database.transaction() as session:
        return a_handler(session, "Tomasz Zielinski", on_shift=False)


def down(database: Database, who: Person, starts_at: datetime, ends_at: datetime) -> Shift:
    with database.transaction() as session:
        return rota.write(session, session.get_one(Person, who.id), starts_at=starts_at, ends_at=ends_at)


@dataclass
class Program:
    """A calendar program that has an address, asks again, and keeps what it is told."""

    browser: Browser
    path: str

    def asks(self, **headers: str) -> httpx.Response:
        return self.browser._send("GET", self.path, headers=headers)

    def shifts(self) -> dict[str, Event]:
        """What stands in it now, by name; what was cancelled has gone."""
        answer = self.asks()
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        told = IcsCalendarStream.calendar_from_ics(answer.text)
        assert len({event.uid for event in told.events}) == len(told.events)
        return {event.uid or "": event for event in told.events if (event.status or "").upper() != "CANCELLED"}

    def times(self) -> list[tuple[datetime, datetime]]:
        return sorted((utc(event.dtstart), utc(event.dtend)) for event in self.shifts().values())


def utc(at: object) -> datetime:
    assert isinstance(at, datetime)
    assert at.tzinfo is not None
    return at.astimezone(UTC)


def address(signed_in: SignIn, who: Person) -> str:
    """What they copy from the page."""
    browser = signed_in(who)
    browser.open("/yours")
    page = browser.press("Put my shifts in my calendar")
    found = re.search(r'value="http[^"]*(/calendar/[\w-]+\.ics)"', page.html)
    assert found
    assert f"webcal://127.0.0.1:8000{found.group(1)}" in page.links["Open in my calendar"]
    return found.group(1)


@pytest.fixture
def program(app: FastAPI, signed_in: SignIn, hana: Person) -> Program:
    return Program(Browser(app), address(signed_in, hana))


def test_hana_puts_her_shifts_into_her_calendar_and_it_follows(
    database: Database, hands: Hands, hana: Person, tomasz: Person, program: Program
) -> None:
    friday, saturday = NOON + DAY, NOON + 2 * DAY
    hers, his = down(database, hana, friday, friday + 3 * HOUR), down(database, tomasz, saturday, saturday + 3 * HOUR)
    down(database, hana, NOON - 5 * WEEK, NOON - 5 * WEEK + HOUR)  # too long ago
    long_ahead = down(database, hana, NOON + 20 * WEEK, NOON + 20 * WEEK + HOUR)
    before = program.shifts()
    assert sorted(utc(one.dtstart) for one in before.values()) == [friday, long_ahead.starts_at]
    event = before[f"shift-{hers.id}-{hana.id}@127.0.0.1"]
    assert (event.summary, event.sequence) == ("Helpline shift, Larkfield Neighbours", 0)

    hands.at += HOUR  # she asks for cover: it is hers still, and says so
    with database.transaction() as session:
        mine = session.get_one(Shift, hers.id)
        shifts.want_cover(session, mine, who=mine.person, at=hands.at)
    event = program.shifts()[event.uid or ""]
    assert (event.summary, event.sequence) == ("Helpline shift, Larkfield Neighbours (cover asked for)", 1)

    hands.at += HOUR  # the two swap
    with database.transaction() as session:
        one, other = session.get_one(Shift, hers.id), session.get_one(Shift, his.id)
        shifts.exchange(session, one, other, who=other.person, at=hands.at)
    assert program.times() == [(saturday, saturday + 3 * HOUR), (long_ahead.starts_at, long_ahead.ends_at)]
    gone = next(one for one in IcsCalendarStream.calendar_from_ics(program.asks().text).events if one.uid == event.uid)
    assert (gone.status, gone.sequence) == ("CANCELLED", 2), "a program that merely heard no more of it would keep it"

    hands.at += HOUR  # she leaves one for good
    with database.transaction() as session:
        left = session.get_one(Shift, long_ahead.id)
        shifts.leave(session, left, who=left.person, at=hands.at)
    assert program.times() == [(saturday, saturday + 3 * HOUR)]


def test_a_shift_ended_early_ends_early_in_the_calendar_under_the_same_name(
    database: Database, hands: Hands, hana: Person, program: Program
) -> None:
    shift = down(database, hana, NOON - HOUR, NOON + 2 * HOUR)
    (name,) = program.shifts()
    hands.at += HOUR
    with database.transaction() as session:
        rota.end_now(session, session.get_one(Person, hana.id), at=hands.at)
    event = program.shifts()[name]
    assert (utc(event.dtstart), utc(event.dtend), event.sequence) == (shift.starts_at, hands.at, 1)
    assert utc(event.last_modified) == hands.at


@pytest.mark.parametrize(("day", "lasts"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 11, 20), 8)])
def test_a_night_over_a_clock_change_is_as_long_as_it_is(
    database: Database, hands: Hands, hana: Person, program: Program, day: date, lasts: int
) -> None:
    begins, ends = datetime.combine(day, time(22), LONDON), datetime.combine(day + DAY, time(6), LONDON)
    hands.at = begins.astimezone(UTC) - DAY
    down(database, hana, begins, ends)
    ((starts_at, ends_at),) = program.times()
    assert (ends_at - starts_at) / HOUR == lasts
    assert [at.astimezone(LONDON).hour for at in (starts_at, ends_at)] == [22, 6]


def test_nobody_elses_name_or_number_is_in_it(
    database: Database, hana: Person, tomasz: Person, program: Program
) -> None:
    for who in (hana, tomasz):
        down(database, who, NOON + DAY, NOON + DAY + HOUR)
    told = program.asks().text
    for personal in ("Tomasz", "Zielinski", "Hana", "Novak", hana.phone or "?", "07700"):
        assert personal not in told
    assert "Helpline shift" in told


def test_most_of_the_time_there_is_nothing_new_and_nothing_is_written(
    database: Database, hands: Hands, hana: Person, program: Program
) -> None:
    down(database, hana, NOON + DAY, NOON + DAY + HOUR)
    first = program.asks()
    hands.at += timedelta(minutes=5)
    again = program.asks(**{"If-None-Match": f'W/{first.headers["etag"]}, "x"'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert program.asks(**{"If-Modified-Since": first.headers["last-modified"]}).status_code == 304
    for other in ({"If-None-Match": '"x"'}, {"If-Modified-Since": "yesterday"}):
        assert program.asks(**other).status_code == 200
    with database.reading() as session:
        assert feeds.of(session, hana).read_at == NOON
    head = program.browser._send("HEAD", program.path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])
    down(database, hana, NOON + 2 * DAY, NOON + 2 * DAY + HOUR)
    assert program.asks(**{"If-None-Match": first.headers["etag"]}).status_code == 200


# Stopping it


def test_an_address_that_is_stopped_replaced_or_guessed_opens_nothing(
    app: FastAPI, signed_in: SignIn, hana: Person, program: Program, hands: Hands
) -> None:
    down_at_first = program.asks()
    assert down_at_first.status_code == 200
    browser = signed_in(hana)
    hands.at += timedelta(minutes=30)
    browser.open("/yours").says("A calendar last asked for it at 2:47 pm.").never_says(program.path)
    page = browser.press("Make a new address")
    found = re.search(r"/calendar/[\w-]+\.ics", page.html)
    assert found
    anew = Program(program.browser, found.group())
    for old in (program, Program(program.browser, "/calendar/guessed.ics")):
        answer = old.asks()
        assert (answer.status_code, answer.content) == (404, b"")
    assert anew.asks().status_code == 200
    browser.open("/yours")
    browser.press("Stop it").says("Stopped. The address opens nothing any more.", "There is no address yet")
    assert anew.asks().status_code == 404


def test_whoever_is_no_handler_any_more_is_told_nothing(database: Database, hana: Person, program: Program) -> None:
    assert program.asks().status_code == 200
    with database.transaction() as session:
        session.delete(session.get_one(Person, hana.id).hats[0])
    assert program.asks().status_code == 404


def test_two_addresses_at_once_are_one(database: Database, hana: Person) -> None:
    with database.transaction() as session:
        first, second = (feeds.make(session, who=hana, at=NOON).rpartition("/")[2] for _ in range(2))
        assert feeds.follow(session, first.removesuffix(".ics")) is None
        assert feeds.follow(session, second.removesuffix(".ics")) is not None


def test_what_is_stopped_or_long_over_is_forgotten(
    database: Database, hands: Hands, hana: Person, program: Program
) -> None:
    down(database, hana, NOON + DAY, NOON + DAY + HOUR)
    program.asks()
    with database.transaction() as session:
        feeds.stop(session, who=session.get_one(Person, hana.id), at=NOON)
    rules = [rule for rule in retention.RULES if rule.table in {Feed, FeedEntry}]

    def due(at: datetime) -> list[int]:
        with database.reading() as session:
            return [len(rule.find(session, at)) for rule in rules]

    assert due(NOON + 28 * DAY - HOUR) == [0, 0]
    assert due(NOON + 31 * DAY) == [1, 1]
    with database.transaction() as session:
        for rule in rules:
            for row in rule.find(session, NOON + 31 * DAY):
                rule.forget(session, row, NOON + 31 * DAY)
        assert session.scalar(select(Feed)) is session.scalar(select(FeedEntry)) is None


# What it leaves behind


def test_its_address_is_in_no_log_and_no_figure(database: Database, hana: Person, program: Program) -> None:
    channels = Channels()
    with logging_to(channels):
        program.asks()
        Program(program.browser, "/calendar/guessed-token.ics").asks()
    token = program.path.split("/")[2].removesuffix(".ics")
    figures = metrics.page(database, NOON).decode()
    assert 'route="/calendar/{token}.ics"' in figures
    for told in (figures, *(log.getvalue() for log in channels.log.values())):
        assert token not in told
        assert "guessed-token" not in told
    with database.reading() as session:
        assert token not in str(session.execute(select(Feed.token_key)).all())


def test_its_key_moves_on_when_the_calendar_asks(database: Database, hana: Person, program: Program) -> None:
    new = "another made-up key of quite enough letters"
    config.use(settings_for(secret_key=f"{new},{KEY}"))
    with database.reading() as session:
        assert feeds.under_older_keys(session) == 1
    assert program.asks().status_code == 200
    with database.reading() as session:
        assert feeds.under_older_keys(session) == 0
    resealing.reseal(database, at=NOON, zone=LONDON)
    config.use(settings_for(secret_key=new))
    assert program.asks().status_code == 200
