"""The clock rests between two ticks, but not while a caller waits for a ring that is owed since."""

import threading
import time
from datetime import UTC, datetime

from helpline import history
from helpline.db import Database
from workers import clock

LONG = 60.0


def test_the_clock_wakes_when_something_has_happened(database: Database) -> None:
    def happens() -> None:
        with database.transaction() as session:
            history.record(session, "ring.owed", at=datetime.now(UTC))

    seen, until = clock.newest(database), time.monotonic() + LONG
    soon = threading.Timer(0.2, happens)
    soon.start()

    clock.rest(database, seen, until=until)

    assert clock.newest(database) != seen
    assert time.monotonic() < until
    soon.join()


def test_the_clock_rests_until_the_next_tick_when_nothing_happens(database: Database) -> None:
    seen, until = clock.newest(database), time.monotonic() + 0.2

    clock.rest(database, seen, until=until)

    assert clock.newest(database) == seen
    assert time.monotonic() >= until


def test_a_database_that_is_away_wakes_the_clock_only_once(tmp_path: object) -> None:
    away = Database(f"sqlite:///{tmp_path}/nothing.db")  # a file without tables
    until = time.monotonic() + LONG

    clock.rest(away, 1, until=until)
    assert time.monotonic() < until

    until = time.monotonic() + 0.2
    clock.rest(away, clock.newest(away), until=until)
    assert time.monotonic() >= until
    away.close()
