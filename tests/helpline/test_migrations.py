"""A migration that makes a table anew keeps every row, and what names it."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

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


def test_calls_and_rings_keep_their_rows_and_all_that_name_them_as_they_learn_new_states(database: Database) -> None:
    before = (
        "INSERT INTO people (id, languages, by, created_at, misses) VALUES (1, 'en', 'text', '2026-11-19', 0)",
        (
            "INSERT INTO calls (id, sid, state, wrong_keys, arrived_at, handler_id) "
            "VALUES (1, 'CA1', 'talking', 0, '2026-11-19', 1)"
        ),
        (
            "INSERT INTO rings (id, kind, call_id, person_id, state, asked_at, due_at, attempts, sequence) "
            "VALUES (7, 'take', 1, 1, 'took', '2026-11-19', '2026-11-19', 1, 0)"
        ),
        (
            "INSERT INTO desk_items (id, kind, state, created_at, attempts, ring_id, call_id) "
            "VALUES (3, 'unknown', 'open', '2026-11-19', 0, 7, 1)"
        ),
        "INSERT INTO voicemails (id, call_id, recording_sid, seconds, left_at) VALUES (1, 1, 'RE1', 3, '2026-11-19')",
        "INSERT INTO errands (id, kind, subject, state, due_at, attempts) VALUES (1, 'end_leg', 'CA', 'owed', '2026-11-19', 0)",
    )
    to(database, "0015", down=True)
    try:
        with database.writer.begin() as connection:
            for row in before:
                connection.execute(text(row))
        to(database, "head")
        with database.writer.begin() as connection:
            connection.execute(text("UPDATE calls SET state = 'held', next_step = 'back', moves = 1"))
            connection.execute(text("UPDATE rings SET kind = 'hand_over'"))
            connection.execute(text("UPDATE errands SET kind = 'move_leg'"))
        for wrong in ("UPDATE calls SET state = 'asleep'", "UPDATE calls SET next_step = 'asleep'"):
            with pytest.raises(IntegrityError), database.writer.begin() as connection:
                connection.execute(text(wrong))
        with pytest.raises(IntegrityError), database.writer.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO calls (id, sid, state, wrong_keys, arrived_at, handler_id) "
                    "VALUES (2, 'CA2', 'talking', 0, '2026-11-19', 1)"
                )
            )
        to(database, "0015", down=True)
        with database.writer.begin() as connection:
            assert connection.execute(text("SELECT state, handler_id FROM calls")).all() == [("talking", 1)]
            assert connection.execute(text("SELECT id, ring_id, call_id FROM desk_items")).all() == [(3, 7, 1)]
            assert connection.execute(text("SELECT call_id FROM voicemails")).all() == [(1,)]
    finally:
        to(database, "head")


def test_guesses_items_and_rings_keep_their_rows_as_they_learn_ways(database: Database) -> None:
    before = (
        "INSERT INTO people (id, languages, by, created_at, misses) VALUES (1, 'en', 'voice', '2026-11-19', 0)",
        "INSERT INTO calls (id, sid, state, wrong_keys, arrived_at) VALUES (1, 'CA1', 'waiting', 0, '2026-11-19')",
        (
            "INSERT INTO rings (id, kind, call_id, person_id, state, asked_at, due_at, attempts, sequence) "
            "VALUES (7, 'take', 1, 1, 'took', '2026-11-19', '2026-11-19', 1, 0)"
        ),
        "INSERT INTO pin_guesses (id, person_id, call_id, nth, at) VALUES (1, 1, 1, 1, '2026-11-19')",
        (
            "INSERT INTO desk_items (id, kind, state, created_at, attempts, ring_id) "
            "VALUES (3, 'unknown', 'open', '2026-11-19', 0, 7)"
        ),
    )
    to(database, "0029", down=True)
    try:
        with database.writer.begin() as connection:
            for row in before:
                connection.execute(text(row))
        to(database, "head")
        with database.writer.begin() as connection:
            assert connection.execute(text("SELECT by, details_by FROM people")).all() == [("voice", "link")]
            assert connection.execute(text("SELECT call_id, nth, ring_id FROM pin_guesses")).all() == [(1, 1, None)]
            for told in (
                (
                    "INSERT INTO rings (id, kind, message_id, person_id, state, asked_at, due_at, attempts, sequence) "
                    "VALUES (8, 'tell', 5, 1, 'took', '2026-11-19', '2026-11-19', 1, 0)"
                ),
                "INSERT INTO pin_guesses (id, person_id, ring_id, nth, at) VALUES (2, 1, 8, 1, '2026-11-19')",
                (
                    "INSERT INTO desk_items (id, kind, state, created_at, attempts, person_id) "
                    "VALUES (4, 'number', 'open', '2026-11-19', 0, 1)"
                ),
            ):
                connection.execute(text(told))
        for wrong in ("UPDATE rings SET call_id = 1 WHERE id = 8", "UPDATE people SET details_by = 'dove'"):
            with pytest.raises(IntegrityError), database.writer.begin() as connection:
                connection.execute(text(wrong))
        to(database, "0029", down=True)
        with database.writer.begin() as connection:
            assert connection.execute(text("SELECT id, ring_id FROM desk_items")).all() == [(3, 7)]
            assert connection.execute(text("SELECT id, call_id FROM pin_guesses")).all() == [(1, 1)]
            assert connection.execute(text("SELECT id, kind FROM rings")).all() == [(7, "take")]
    finally:
        to(database, "head")
