"""Years of a ward's history, written straight into the tables: people, calls, requests, and what came of each, in proportion.

The verbs would take a day. Every sealed value is sealed once and written again and again; rows go in by the database's own way of
taking many, with its indexes put aside meanwhile and made again at the end. The last four weeks are the same in both
wards, as a thousandth of the calls; whatever else there is lies in the ten years before them, and is as forgetting leaves it
(`helpline/retention.py`): nothing sealed, and nobody named whom it was about.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import chain, islice
from typing import Any

import psycopg
from sqlalchemy import Table
from sqlalchemy.engine import make_url
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from helpline import sealed
from helpline.db import Base, Database
from tests.builders import NOON

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
LATELY, LONG_AGO = NOON - 28 * A_DAY, NOON - 3650 * A_DAY
LOOKED_BACK = 100
BATCH = 50_000
Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How much has happened, and how many of the calls came in the last four weeks.

    `handlers` and `asked` are the people of the ward, who are written after all that they did.
    """

    people: int
    calls: int
    requests: int
    recent: int
    handlers: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()

    def thousandth(self) -> "Size":
        """The same ward when it was new."""
        return Size(max(1, self.people // 1000), max(1, self.calls // 1000), max(1, self.requests // 1000), self.recent)


def write(database: Database, size: Size) -> None:
    """Write it all into an empty database."""
    with _into(database) as into:
        put_aside = into.indexes()
        for name in put_aside:
            into.run(f'DROP INDEX "{name}"')
        for table, rows in _everything(size):
            _put(into, Base.metadata.tables[table], rows)
        for made in put_aside.values():
            into.run(made)


def _everything(size: Size) -> Iterator[tuple[str, Iterable[Row]]]:
    made = _Made(size)
    yield "people", made.each(made.person, size.people)
    yield "calls", made.each(made.call, size.calls)
    yield "rings", made.each(made.ring, size.calls)
    yield "requests", made.each(made.request, size.requests)
    yield "offers", made.each(made.offer, size.requests)
    yield "messages", made.each(made.message, 2 * size.requests)
    yield "desk_items", made.each(made.item, size.calls // 10)
    yield "texts", made.each(made.text, size.calls // 20)
    yield "notes", made.each(made.note, size.requests // 5)
    yield "readings", made.each(made.reading, size.requests)
    yield "events", made.each(made.event, 3 * size.calls + 4 * size.requests)
    # As far back as any page looks, in the new ward too.
    days = LOOKED_BACK if size.calls <= size.recent else (NOON - LONG_AGO) // A_DAY
    yield "daily_lines", made.each(made.daily_line, days - 1)
    yield "busy_hours", made.each(made.busy_hour, 24 * (days - 1))
    yield "shifts", made.each(made.shift, 2 * (days - 1))


class _Made:
    """One row of each table, by its number."""

    def __init__(self, size: Size) -> None:
        self.size = size
        sealing = Base.metadata.tables["people"].c.name.type
        self.name, self.phone, self.words = (
            sealing.process_bind_param(value, None)  # type: ignore[attr-defined]
            for value in ("Rita Marsh", "+447700900118", "Milk and cat food (the blue tins)")
        )
        self.keys = [sealed.key_of(f"+447700900118{nth or ''}") for nth in range(size.people)]

    def each(self, one: Callable[[int], Row], many: int) -> Iterator[Row]:
        return ({"id": nth + 1, **one(nth)} for nth in range(many))

    def when(self, nth: int, many: int) -> datetime:
        """When the call or request of that number came: the last ones lately, the others long ago."""
        recent = min(many, max(1, round(self.size.recent * many / self.size.calls)))
        if nth >= many - recent:
            return LATELY + (NOON - A_DAY - LATELY) * ((nth - many + recent) / recent)
        return LONG_AGO + (LATELY - LONG_AGO) * (nth / (many - recent))

    def kept(self, at: datetime, **about: Any) -> Row:
        """What is forgotten after four weeks."""
        if at >= LATELY:
            return {**about, "forgotten_at": None}
        return {**dict.fromkeys(about), "forgotten_at": at + (NOON - LATELY)}

    def handler(self, nth: int) -> int:
        return self.size.handlers[nth % len(self.size.handlers)]

    def resident(self, nth: int) -> int:
        return nth % self.size.people

    def person(self, nth: int) -> Row:
        return {"name": self.name, "phone": self.phone, "phone_key": self.keys[nth], "created_at": LONG_AGO}

    def call(self, nth: int) -> Row:
        at, ending = self.when(nth, self.size.calls), "call_back_owed" if nth % 10 == 9 else "answered"
        answered = {"taken_at": at + A_MINUTE, "talking_at": at + A_MINUTE, "handler_id": self.handler(nth)}
        return {
            "sid": f"CA{nth:032}",
            **self.kept(
                at,
                phone=self.phone,
                phone_key=self.keys[self.resident(nth)],
                person_id=self.resident(nth) + 1,
            ),
            "state": "ended",
            "ending": ending,
            "outcome": "request" if ending == "answered" else None,
            "arrived_at": at,
            "waiting_since": at,
            "taken_at": None,
            "talking_at": None,
            "handler_id": None,
            **(answered if ending == "answered" else {}),
            "ended_at": at + 5 * A_MINUTE,
            "wrap_up_until": at + 7 * A_MINUTE,
        }

    def ring(self, nth: int) -> Row:
        at = self.when(nth, self.size.calls)
        return {
            "call_id": nth + 1,
            "person_id": self.handler(nth),
            "state": "missed" if nth % 10 == 9 else "took",
            "sid": f"CA9{nth:031}",
            "asked_at": at,
            "due_at": at,
            "claimed_at": at,
            "sounds_until": at + A_MINUTE,
            "over_at": at + 5 * A_MINUTE,
            "leg_over_at": at + 5 * A_MINUTE,
        }

    def request(self, nth: int) -> Row:
        at, street = self.when(nth, self.size.requests), nth % 6
        return {
            "reference": f"{nth:08}",
            "form_key": f"{nth:040}",
            "state": "called_off" if nth % 30 == 29 else "done",
            "kinds": ("shopping", "prescription", "lift")[nth % 3],
            "urgency": ("today", "this_week")[nth % 2],
            "money": "none",
            **self.kept(
                at,
                words=self.words,
                name=self.name,
                phone=self.phone,
                house=self.name,
                resident_id=self.resident(nth) + 1,
            ),
            "street_id": street + 1,
            "patch_id": street % 3 + 1,
            "handler_id": self.handler(nth),
            "call_id": min(nth * 3 + 1, self.size.calls),
            "created_at": at,
            "done_on": (at + A_DAY).date(),
            "over_at": at + A_DAY,
        }

    def offer(self, nth: int) -> Row:
        at = self.when(nth, self.size.requests)
        return {
            "request_id": nth + 1,
            "person_id": self.size.asked[nth % len(self.size.asked)],
            "hat": "coordinator",
            "letter": "A",
            "state": "withdrawn" if nth % 30 == 29 else "done",
            "asked_at": at,
            "lapses_at": at + 60 * A_MINUTE,
            "answered_at": at + 30 * A_MINUTE,
        }

    def message(self, nth: int) -> Row:
        request = nth // 2
        at = self.when(request, self.size.requests)
        return {
            "kind": ("offer", "details")[nth % 2],
            **self.kept(
                at,
                person_id=self.size.asked[request % len(self.size.asked)],
                phone=self.phone,
                body=self.words,
            ),
            "state": "delivered",
            "sid": f"SM{nth:032}",
            "due_at": at,
            "created_at": at,
            "request_id": request + 1,
            "offer_id": request + 1,
        }

    def item(self, nth: int) -> Row:
        at = self.when(nth * 10 + 9, self.size.calls)
        return {
            "kind": "call_back",
            "state": "done",
            "created_at": at,
            "closed_at": at + A_DAY,
            "holder_id": self.handler(nth),
            "call_id": nth * 10 + 10,
        }

    def text(self, nth: int) -> Row:
        at = self.when(nth * 20, self.size.calls)
        return {
            "sid": f"SM8{nth:031}",
            "at": at,
            **self.kept(
                at,
                person_id=self.resident(nth) + 1,
                phone=self.phone,
                phone_key=self.keys[self.resident(nth)],
                body=self.words,
            ),
            "answered": True,
        }

    def note(self, nth: int) -> Row:
        at = self.when(nth * 5, self.size.requests)
        return {"request_id": nth * 5 + 1, "who_id": self.handler(nth), "words": self.words, "at": at}

    def reading(self, nth: int) -> Row:
        at = self.when(nth, self.size.requests)
        return {"at": at, "what": "request", "reader_id": self.handler(nth), "person_id": None, "request_id": nth + 1}

    def event(self, nth: int) -> Row:
        """Of a call and a request three and four, mixed as they came about."""
        told = dict.fromkeys(("call_id", "request_id", "offer_id", "person_id", "who_id"))
        many = 3 * self.size.calls + 4 * self.size.requests
        if nth % 7 < 4 and nth // 7 * 4 + nth % 7 < 4 * self.size.requests:
            place = nth // 7 * 4 + nth % 7
            request, what = place // 4, ("request.written", "offer.made", "offer.accepted", "request.done")[place % 4]
            given = {"what": what, "request_id": request + 1, "offer_id": request + 1, "who_id": self.handler(request)}
        else:
            call = nth % self.size.calls
            what = ("call.waiting", "call.taken", "call.answered")[nth % 3]
            given = {"what": what, "call_id": call + 1, "who_id": self.handler(call)}
        return {"at": self.when(nth * self.size.calls // many, self.size.calls), **told, **given}

    def daily_line(self, nth: int) -> Row:
        day = (NOON - (nth + 2) * A_DAY).date()  # that of yesterday is the ward's
        return {"day": day, "made_at": NOON, "calls": 9, "answered": 8, "unaccounted": 0, "compared": True}

    def busy_hour(self, nth: int) -> Row:
        day = (NOON - (nth // 24 + 1) * A_DAY).date()
        return {"day": day, "hour": nth % 24, "calls": 1, "answered": 1, "held": 300, "open": 3600}

    def shift(self, nth: int) -> Row:
        begins = NOON - (nth // 2 + 2) * A_DAY + timedelta(hours=6 * (nth % 2))
        who = self.handler(nth // 2 + nth)
        return {"person_id": who, "starts_at": begins, "ends_at": begins + timedelta(hours=4), "handed_over_at": NOON}


# How many rows get into each kind of database: rows name people who are written later, and nobody else looks meanwhile


class _Sqlite:
    indexes_are = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'"

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw
        self.run("PRAGMA synchronous=OFF")

    def run(self, statement: str) -> None:
        self.raw.execute(statement)

    def indexes(self) -> dict[str, str]:
        """The statements that make the indexes, but those that keep something from being written twice."""
        return dict(self.raw.execute(self.indexes_are).fetchall())

    def put(self, table: str, columns: Sequence[str], rows: Iterator[list[Any]]) -> None:
        asks = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608  # our own
        while batch := [[_as_text(value) for value in row] for row in islice(rows, BATCH)]:
            self.run("BEGIN")
            self.raw.executemany(asks, batch)
            self.run("COMMIT")


class _Postgresql:
    indexes_are = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE 'CREATE INDEX%'"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    )

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.run("SET session_replication_role = replica")

    def run(self, statement: str) -> None:
        self.raw.execute(statement)

    def indexes(self) -> dict[str, str]:
        """The same."""
        return dict(self.raw.execute(self.indexes_are).fetchall())

    def put(self, table: str, columns: Sequence[str], rows: Iterator[list[Any]]) -> None:
        with self.raw.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608  # our own


@contextmanager
def _into(database: Database) -> Iterator[_Sqlite | _Postgresql]:
    address = make_url(database.url)
    if address.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(address.database or "", isolation_level=None)) as raw:
            yield _Sqlite(raw)
    else:
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as raw:
            yield _Postgresql(raw)


def _put(into: _Sqlite | _Postgresql, table: Table, rows: Iterable[Row]) -> None:
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return
    always = {
        column.name: _plain(column.default.arg)
        for column in table.columns
        if column.name not in first and isinstance(column.default, ScalarElementColumnDefault)
    }
    values = ([*row.values(), *always.values()] for row in chain([first], waiting))
    into.put(table.name, [*first, *always], values)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}"
    return value.isoformat() if isinstance(value, date) else value
