"""Counts what one request of a browser asks of the database.

with counting(database) as asked:
    browser.open("/")
assert len(asked) <= 10, asked.told()
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from helpline.db import Database

# How a transaction begins and ends is no question.
NO_QUESTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Asked:
    """The statements, in the order in which they were asked."""

    statements: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """How many there were."""
        return len(self.statements)

    def told(self) -> str:
        """All of them, to be read in a test that fails."""
        return "\n".join(f"{place:>3}  {_shortly(one)}" for place, one in enumerate(self.statements, 1))


def _shortly(statement: str) -> str:
    """A statement without the list of its columns, which says little."""
    words = " ".join(statement.split())
    verb, _, rest = words.partition(" ")
    return f"{verb} … {rest[rest.find('FROM') :]}"[:300] if verb == "SELECT" and "FROM" in rest else words[:300]


@contextmanager
def counting(database: Database) -> Iterator[Asked]:
    """Count every statement of this database until the end of the `with`."""
    asked = Asked()

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(NO_QUESTIONS):
            asked.statements.append(statement)

    engines = {id(engine): engine for engine in (database.reader, database.writer)}.values()
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", hear)
