"""Whether a process can serve: what a load balancer is told, how soon, and at what cost."""

import asyncio
import threading
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.orm import Session

import dashboard.app
import ivr.app
from helpline import pulse, revisions
from helpline.config import Settings
from helpline.db import Database
from helpline.health import AWAY, Check, ClockIs, Health, clock_is
from helpline.revisions import Tables
from tests.builders import NOON
from tests.conftest import HERE

SECOND = timedelta(seconds=1)


def test_every_migration_file_begins_with_its_revision_and_they_count_up() -> None:
    migrations = HERE.parent / "migrations"
    script = ScriptDirectory(str(migrations))
    known = [found.revision for found in script.walk_revisions()]
    assert known == [f"{number:04}" for number in range(len(known), 0, -1)]
    assert {Path(found.path).name[:4] for found in script.walk_revisions()} == set(known)
    assert script.get_heads() == [revisions.newest()]


@pytest.mark.parametrize(
    ("found", "means"),
    [(None, Tables.MISSING), ("0004", Tables.OLDER), ("0005", Tables.RIGHT), ("0010", Tables.NEWER)],
)
def test_what_a_revision_means(found: str | None, means: Tables) -> None:
    assert revisions.standing(found, "0005") == means


def test_the_tables_of_a_database_are_looked_at(session: Session) -> None:
    known = revisions.newest()
    assert revisions.look(session, known) == Tables.RIGHT
    assert revisions.look(session, "9999") == Tables.OLDER
    assert revisions.look(session, "0000") == Tables.NEWER
    session.execute(text("DROP TABLE alembic_version"))
    assert revisions.look(session, known) == Tables.MISSING


def test_what_the_pulse_says() -> None:
    assert clock_is(None, NOON) == ClockIs.NEVER
    assert clock_is(NOON - pulse.STOPPED, NOON) == ClockIs.TICKING
    assert clock_is(NOON - pulse.STOPPED - SECOND, NOON) == ClockIs.STOPPED


def asked(app: object, method: str = "GET") -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, "http://127.0.0.1:8000/health")

    return asyncio.run(go())


@pytest.fixture(params=[ivr.app, dashboard.app], ids=["line", "desk"])
def door(request: pytest.FixtureRequest, settings: Settings, database: Database) -> object:
    return request.param.create(settings, database=database, clock=lambda: NOON)


def test_each_door_says_that_it_can_serve_and_how_the_clock_is(door: object, database: Database) -> None:
    answer = asked(door)
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "why": None, "clock": "never"})
    assert answer.headers["cache-control"] == "no-store"
    for ago, said in ((pulse.STOPPED + SECOND, "stopped"), (SECOND, "ticking")):
        with database.transaction() as session:
            pulse.beat(session, at=NOON - ago)
        answer = asked(door)
        assert (answer.status_code, answer.json()["clock"]) == (200, said), "a stopped clock is no reason to say no"
    assert (asked(door, "HEAD").status_code, asked(door, "HEAD").content) == (200, b"")
    assert asked(door, "POST").status_code in {404, 405}


@pytest.mark.parametrize("made", [ivr.app, dashboard.app], ids=["line", "desk"])
def test_a_door_before_tables_that_are_not_there_or_too_old_says_no(
    settings: Settings, tmp_path: Path, made: object
) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    app = made.create(settings, database=database)  # type: ignore[attr-defined]
    answer = asked(app)
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "why": revisions.WRONG[Tables.MISSING], "clock": "unknown"}
    assert answer.headers["cache-control"] == "no-store"
    with database.transaction() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        session.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    assert asked(app).json()["why"] == revisions.WRONG[Tables.OLDER]
    assert asked(app, "HEAD").status_code == 503
    database.close()


def asking() -> int:
    return sum(thread.name == "health" for thread in threading.enumerate())


def test_a_database_that_hangs_is_said_in_time_and_holds_one_thread(silent_port: int) -> None:
    check = Check(Database(f"postgresql://somebody@127.0.0.1:{silent_port}/helpline"), lambda: NOON)
    others = asking()

    async def many() -> list[Health]:
        return await asyncio.gather(*(check.health() for _ in range(50)))

    began = time.monotonic()
    assert asyncio.run(many()) == [AWAY] * 50
    assert asking() <= others + 1
    assert asyncio.run(many()) == [AWAY] * 50, "and now nobody waits for it"
    assert time.monotonic() - began < 4
    check.database.close()


def test_a_database_that_comes_back_is_believed(database: Database) -> None:
    check = Check(database, lambda: NOON)
    check.late = check.asking = check._ask()
    check.asking.result(5)
    assert asyncio.run(check.health()).status == 200
