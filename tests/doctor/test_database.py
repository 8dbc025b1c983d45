import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from helpline import pulse
from helpline.db import Database
from tests import builders
from tests.builders import NOON
from tests.doctor.conftest import Examine, all_well, words
from workers.doctor import database as checks
from workers.doctor.finding import Level
from workers.keys import OTHER_KEY


def test_a_database_with_its_tables_and_our_keys_is_well(
    examine: Examine, database_url: str, database: Database
) -> None:
    with database.transaction() as session:
        builders.a_person(session, "Rita Marsh")
    found = examine(checks.database, database_url=database_url)
    assert all_well(found)
    assert "A write takes" in words(found, Level.OK)


def test_another_key_is_wrong(examine: Examine, database_url: str, database: Database) -> None:
    with database.transaction() as session:
        builders.a_person(session, "Rita Marsh")
    found = examine(checks.database, database_url=database_url, secret_key="another key of quite enough letters for us")
    assert words(found, Level.WRONG) == OTHER_KEY


@pytest.mark.parametrize(
    ("revision", "level", "says"),
    [
        (None, Level.WRONG, "no tables yet"),
        ("0001", Level.WRONG, "older tables"),
        ("9999", Level.LOOK, "newer than this"),
    ],
)
def test_tables_that_are_not_the_newest(
    examine: Examine, tmp_path: Path, revision: str | None, level: Level, says: str
) -> None:
    url = f"sqlite:///{tmp_path}/ward.db"
    if revision:
        database = Database(url)
        with database.transaction() as session:
            session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            session.execute(text("CREATE TABLE people (id INTEGER, phone BLOB)"))
            session.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
        database.close()
    assert says in words(examine(checks.database, database_url=url), level)


@pytest.mark.parametrize(
    "url",
    ["postgresql://me:hush@127.0.0.1:1/ward", "sqlite:////proc/nope/x.db", "postgresql://me:hush@127.0.0.1:{}/ward"],
)
def test_a_database_that_is_away_or_hangs_is_wrong_and_its_password_a_secret(
    examine: Examine, silent_port: int, url: str
) -> None:
    url = url.format(silent_port)
    said = words(examine(checks.database, database_url=url), Level.WRONG)
    assert "cannot be reached" in said
    assert "hush" not in said
    assert words(examine(checks.clock, database_url=url), Level.LOOK).startswith("This cannot be told")


def test_a_database_that_takes_no_writes_is_wrong(examine: Examine, tmp_path: Path, migrated_file: Path) -> None:
    url = f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"
    other = Database(url)
    with other.transaction() as session:
        session.execute(text("SELECT 1"))  # and holds it
        said = words(examine(checks.database, database_url=url), Level.WRONG)
    other.close()
    assert said == "Nothing can be written to it (database is locked)."


def test_the_clock_by_its_pulse(examine: Examine, database_url: str, database: Database) -> None:
    def said(level: Level) -> str:
        return words(examine(checks.clock, at=lambda: NOON, database_url=database_url), level)

    assert "never ticked" in said(Level.WRONG)
    with database.transaction() as session:
        pulse.beat(session, at=NOON - timedelta(minutes=5))
    assert "stopped 5\N{NO-BREAK SPACE}min ago" in said(Level.WRONG)
    with database.transaction() as session:
        pulse.beat(session, at=NOON - timedelta(seconds=3))
    assert "ticks" in said(Level.OK)
