"""What every test stands on: settings, and a migrated database on SQLite and on PostgreSQL."""

import shutil
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from helpline import config
from helpline.config import Settings
from helpline.db import Database
from helpline.tables import metadata
from tests import postgres
from tests.deaths.table import pytest_terminal_summary  # noqa: F401  # pytest finds the hook here

HERE = Path(__file__).parent
KEY = "a made-up key of quite enough letters for tests"


def settings_for(**changes: object) -> Settings:
    """Settings that read neither the environment nor any `.env`."""
    given: dict[str, object] = {
        "secret_key": KEY,
        "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_token": "a made-up token",
        "twilio_api_url": "http://127.0.0.1:8099",
        "public_url": "http://127.0.0.1:8001",
        "dashboard_url": "http://127.0.0.1:8000",
        "helpline_number": "+442079460303",
        "fallback_number": "+442079460999",
        "safeguarding_number": "+442079460456",
        "group_name": "Larkfield Neighbours",
        "calls_per_second": 1,
        **changes,
    }
    return Settings.model_validate(given)


@event.listens_for(Engine, "connect")
def read_backwards(connection: Any, _record: object) -> None:
    """Have SQLite hand over from the last row what was asked for in no order, for PostgreSQL may hand it over in any."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


@pytest.fixture(autouse=True)
def settings() -> Settings:
    return config.use(settings_for())


def migrate(url: str) -> None:
    """Bring a database up to date, as `helpline migrate` does."""
    database = Database(url)
    alembic = Config()
    alembic.set_main_option("script_location", str(HERE.parent / "migrations"))
    with database.writer.begin() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
    database.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    config.use(settings_for())
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config.use(settings_for())
    with postgres.server(tmp_path_factory.mktemp("postgres")) as server:
        url = server.fresh_database()
        migrate(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database; every test that asks for one runs on both kinds."""
    if request.param == "sqlite":
        file = tmp_path / "helpline.db"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        return f"sqlite:///{file}"
    url: str = request.getfixturevalue("postgres_url")
    empty(url)
    return url


def empty(url: str) -> None:
    """Take every row out (DELETE was measured at 8 ms, TRUNCATE at 23)."""
    database = Database(url)
    with database.writer.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    database.close()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One open transaction, for testing verbs; nothing of it is kept."""
    with Session(database.writer, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word, as a machine does that is stopped or cut off."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        yield server.getsockname()[1]
