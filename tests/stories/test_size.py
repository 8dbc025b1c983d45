"""With a million calls behind us, nothing that happens in every tick and every webhook may read a whole table."""

import sqlite3

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from helpline.db import Database
from tests import builders
from tests.stories.evening import Evening
from tests.stories.test_passing_on import written

RITA = "+442079460118"
# What grows with every call and request; people, streets, shifts and hats are as many as the ward has.
GROWS = (
    "calls",
    "rings",
    "messages",
    "errands",
    "events",
    "desk_items",
    "offers",
    "texts",
    "requests",
    "voicemails",
    "links",
)


@pytest.fixture
def asked(database: Database) -> set[str]:
    statements: set[str] = set()

    def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.add(statement)

    for engine in {database.writer, database.reader}:
        event.listen(engine, "before_cursor_execute", keep)
    return statements


def whole_tables(database: Database, statements: set[str]) -> list[str]:
    """The statements for which SQLite says that it would read a whole table that grows."""
    file = make_url(database.url).database or ""
    found = []
    with sqlite3.connect(file) as plain:
        for statement in sorted(statements):
            if statement.split()[0] not in {"SELECT", "UPDATE", "DELETE"}:
                continue
            plan = plain.execute(f"EXPLAIN QUERY PLAN {statement}", [1] * statement.count("?")).fetchall()
            scans = [row[3] for row in plan if row[3].startswith("SCAN ") and row[3].split()[1] in GROWS]
            if scans:
                found.append(f"{scans} {' '.join(statement.split())[-400:]}")
    return found


def test_an_evening_reads_no_whole_table(line: Evening, database: Database, asked: set[str]) -> None:
    if database.writer is database.reader:
        pytest.skip("PostgreSQL chooses its plan by how much there is")
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        hana = builders.a_handler(session, "Hana Novak")
        coral = builders.a_coordinator(session, "Coral Reid")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("1")
    call.hears("You are through to Hana").hang_up()
    leg.until_ended()
    written(line, hana)
    line.phone(coral).receives("Shopping").replies("YES")
    line.phone(coral).receives("Who and where")
    line.phone(coral).sends("DONE")
    line.phone(hana).receives("Done: Shopping")
    line.phone(RITA).dial().hears("press 5", limit=60).press("5").hears("(beep)").wait(1).speaks(5).press(
        "#"
    ).until_ended()
    line.clock.advance(10)
    browser = line.desk(hana)
    for path in ("/", "/wallboard"):
        assert browser.get(path).status_code == 200
    assert whole_tables(database, asked) == []
