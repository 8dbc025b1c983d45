"""SQLite with many writers at once: each waits its turn, so none is refused and nothing is lost."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from helpline import calls, clock, texts
from helpline.calls import Call
from helpline.db import PATIENCE, Database
from helpline.history import Event
from helpline.texts import Text

WRITERS = 16
EACH = 40


def write(url: str, writer: int) -> tuple[list[str], float]:
    """A thread of its own, with connections of its own: what was refused, and the longest that one waited."""
    database = Database(url)
    refused, longest = [], 0.0
    for turn in range(EACH):
        began = time.monotonic()
        try:
            both(database, f"{writer:02}{turn:03}")
        except Exception as problem:  # noqa: BLE001  # whatever it was, it is what the test is about
            refused.append(repr(problem))
        longest = max(longest, time.monotonic() - began)
    database.close()
    return refused, longest


def both(database: Database, number: str) -> None:
    """A call, an event and a text, in one transaction."""
    with database.transaction() as session:
        phone = f"+4477009{number}"
        calls.wait(session, calls.arrive(session, f"CA{number}", phone=phone, at=clock.now()), at=clock.now())
        texts.receive(session, f"SM{number}", phone=phone, body="YES", who=None, at=clock.now())


def test_death_of_no_transaction_among_sixteen_writers(migrated_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "helpline.db"
    shutil.copy(migrated_file, file)
    url = f"sqlite:///{file}"
    with ThreadPoolExecutor(WRITERS) as writers:
        told = list(writers.map(write, [url] * WRITERS, range(WRITERS)))
    assert [refusal for refused, _ in told for refusal in refused] == []
    database = Database(url)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Call)) == WRITERS * EACH
        assert session.scalar(select(func.count()).select_from(Text)) == WRITERS * EACH
        assert session.scalar(select(func.count()).select_from(Event)) == WRITERS * EACH
    database.close()
    assert max(longest for _, longest in told) < PATIENCE, "nobody waited so long that the carrier would have given up"
