"""A migration that makes a table anew keeps every row, and what names it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from helpline.db import Database

ROOT = Path(__file__).parents[2]


def to(database: Database, revision: str, *, down: bool = False) -> None:
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    with database.writer.begin() as connection:
        alembic.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(alembic, revision)


def test_rings_keep_their_rows_and_the_items_that_name_them(database: Database) -> None:
    to(database, "0004", down=True)
    try:
        with database.writer.begin() as connection:
            for row in (
                "INSERT INTO people (id, languages, by, created_at, misses) VALUES (1, 'en', 'text', '2026-11-19', 0)",
                "INSERT INTO calls (id, sid, state, wrong_keys, arrived_at) VALUES (1, 'CA1', 'waiting', 0, '2026-11-19')",
                (
                    "INSERT INTO rings (id, kind, call_id, person_id, state, asked_at, due_at, attempts, sequence) "
                    "VALUES (7, 'take', 1, 1, 'unknown', '2026-11-19', '2026-11-19', 1, 0)"
                ),
                (
                    "INSERT INTO desk_items (id, kind, state, created_at, attempts, ring_id) "
                    "VALUES (3, 'unknown', 'open', '2026-11-19', 0, 7)"
                ),
            ):
                connection.execute(text(row))
        to(database, "head")
        with database.writer.begin() as connection:
            assert connection.execute(text("SELECT id, kind, call_id, state FROM rings")).all() == [
                (7, "take", 1, "unknown")
            ]
            assert connection.execute(text("SELECT id, ring_id FROM desk_items")).all() == [(3, 7)]
            assert connection.execute(text("SELECT language FROM calls")).all() == [("en",)]
    finally:
        to(database, "head")
