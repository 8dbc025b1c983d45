"""`python -m bench.desk`: each screen's time and questions after years of history, against the same screen when the ward was new.

Both are one busy ward (`tests/ward.py`): who is on shift, who waits, what is owed and open, the streets, the rota and the last four
weeks are the same. What came before them is a thousand times as much (`years.py`). Each screen that the dashboard has is asked for
through the application, signed in as an organiser with a caller on the line, in turns of the one and the other.
"""

import argparse
import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import httpx
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from sqlalchemy import select, text

from bench import shared, years
from bench.years import Size
from dashboard.app import create
from helpline import config, sign_in
from helpline.db import Database
from helpline.messages import Message
from helpline.people import HatName, Person
from tests import screens
from tests.builders import NOON
from tests.conftest import settings_for
from tests.dashboard.browser import Hands
from tests.dashboard.counting import counting
from tests.ward import a_busy_ward

# Who is made before whom in the ward: of what they did in the years before, the rows are written first.
COORDINATORS, OTHERS, HANDLERS = 6, 4, 5
ROUNDS = 7
# Then it is measured once more, for longer: by itself no growth is believed.
LOOKED_AT_AGAIN = 1.3


@dataclass(frozen=True)
class Desk:
    """A dashboard over one database, and what to ask it with."""

    app: FastAPI
    database: Database
    values: dict[str, str]
    cookie: str

    async def ask(self, path: str) -> tuple[float, int]:
        """How long a screen takes, and what it answers with."""
        transport = httpx.ASGITransport(app=self.app)
        headers = {"HX-Request": "true"} if path in screens.PARTS else {}
        cookies = {"helpline_device": self.cookie}
        async with httpx.AsyncClient(transport=transport, base_url="http://desk.bench", cookies=cookies) as client:
            began = time.perf_counter()
            answer = await client.get(screens.filled_in(path, self.values), headers=headers)
            return time.perf_counter() - began, answer.status_code


@dataclass(frozen=True)
class Told:
    """One screen: how long it takes, and how many questions it asks."""

    path: str
    new: float
    old: float
    questions: int

    @property
    def growth(self) -> float:
        """How many times as long it takes after all these years."""
        return self.old / self.new


@contextmanager
def desk(kind: str, size: Size) -> Iterator[Desk]:
    """A ward of that size, in a database of that kind."""
    with shared.place(kind) as place:
        settings = config.use(settings_for(database_url=place.url))
        database = Database(place.url)
        _migrate(database)
        first = size.people + COORDINATORS + OTHERS + 1
        asked = tuple(range(size.people + 1, size.people + 1 + COORDINATORS))
        years.write(database, replace(size, handlers=tuple(range(first, first + HANDLERS)), asked=asked))
        values, cookie = _sit_down(database, first)
        if kind == shared.POSTGRESQL:  # which does so by itself; nobody does it in a group's SQLite
            with database.writer.begin() as connection:
                connection.execute(text("ANALYZE"))
        yield Desk(create(settings, clock=Hands(NOON), database=database), database, values, cookie)
        database.close()


def _migrate(database: Database) -> None:
    alembic = Config()
    alembic.set_main_option("script_location", "migrations")
    with database.writer.begin() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")


def _sit_down(database: Database, first: int) -> tuple[dict[str, str], str]:
    """The ward as it is now, and its organiser signed in."""
    with database.transaction() as session:
        values = a_busy_ward(session)
        who = session.get_one(Person, int(values["who"]))
        if who.id != first or not who.wears(HatName.HANDLER):
            raise RuntimeError(f"The handlers of the ward begin with {who.id}, and the years were written for {first}.")
        sign_in.ask_for_code(session, who.phone or "", at=NOON)
        code = session.scalar(select(Message).order_by(Message.id.desc()).limit(1))
    with database.transaction() as session:
        words = code.body or "" if code else ""
        token = sign_in.sign_in(session, who.phone or "", words.split()[0], label="Chrome on Linux", at=NOON)
    return values, token or ""


async def _measure(new: Desk, old: Desk, seconds: float) -> list[Told]:
    told = []
    for path in screens.paths(old.app):
        wanted = 303 if path in screens.ON_THEIR_WAY else 200
        for one in (new, old):
            await one.ask(path)  # what is looked at for the first time is written down
        with counting(old.database) as asked:
            _, status = await old.ask(path)
        if status != wanted:
            raise RuntimeError(f"{path} answered {status}.")
        screen = await _in_turns(new, old, path, seconds, len(asked))
        if screen.growth > LOOKED_AT_AGAIN:  # one that takes a few milliseconds is soon disturbed
            screen = await _in_turns(new, old, path, 6 * seconds, len(asked))
        told.append(screen)
        print(_line(told[-1]), flush=True)
    return told


async def _in_turns(new: Desk, old: Desk, path: str, seconds: float, questions: int) -> Told:
    times: tuple[list[float], list[float]] = [], []
    until = time.perf_counter() + seconds
    while len(times[0]) < ROUNDS or time.perf_counter() < until:
        for one, took in zip((new, old), times, strict=True):
            took.append((await one.ask(path))[0])
    return Told(path, shared.median(times[0]), shared.median(times[1]), questions)


def _line(one: Told) -> str:
    return f"{one.path:<42} {one.new * 1000:>8.1f} {one.old * 1000:>8.1f} {one.growth:>7.2f} {one.questions:>4}"


def _of(kind: str, size: Size, seconds: float) -> list[Told]:
    with ExitStack() as stack:
        began = time.perf_counter()
        new, old = (stack.enter_context(desk(kind, each)) for each in (size.thousandth(), size))
        print(f"{kind}: written in {time.perf_counter() - began:.0f} s")
        print(f"{'screen':<42} {'new, ms':>8} {'old, ms':>8} {'growth':>7} {'asks':>4}")
        return asyncio.run(_measure(new, old, seconds))


def main() -> None:
    parser = shared.options(__doc__ or "", seconds=0.5, database=False)
    parser.add_argument("--people", type=int, default=50_000, help="people (%(default)s)")
    parser.add_argument("--calls", type=int, default=1_000_000, help="calls (%(default)s)")
    parser.add_argument("--requests", type=int, default=300_000, help="requests (%(default)s)")
    parser.add_argument("--kind", choices=(shared.SQLITE, shared.POSTGRESQL), help="one kind of database; else both")
    options = parser.parse_args()
    size = Size(options.people, options.calls, options.requests, max(1, options.calls // 1000))
    told = [one for kind in _kinds(options) for one in _of(kind, size, options.seconds)]
    print(_worst(told))


def _kinds(options: argparse.Namespace) -> Sequence[str]:
    return (options.kind,) if options.kind else shared.kinds(None)


def _worst(told: Sequence[Told]) -> str:
    growth, questions = max(one.growth for one in told), max(one.questions for one in told)
    return f"worst growth {growth:.2f}; most queries {questions}"


if __name__ == "__main__":
    main()
