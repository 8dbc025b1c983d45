"""The record of one person: everything that we hold of them, told to them on their wish.

It is read from the tables themselves, so that a table that is new is told without being listed: a column that names a person says
whose a row is (`ABOUT`), or only who did something for others, and then it is counted. Others' names, and who they are, stay out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import Column, ColumnElement, MetaData, Table, func, select
from sqlalchemy.orm import Session

from helpline.db import Base
from helpline.messages import MessageKind
from helpline.people import Person
from helpline.sealed import Sealed, SealedBytes, keys_of

# By these names a row is somebody's own; by any other that points to a person they did something, to which others may belong.
ABOUT = frozenset({"person_id", "resident_id", "reader_id"})
# Whose rows are told with what they belong to.
WITHIN = ("requests", "calls")
NOT_TOLD = {
    "events": "ids and states only: what they tell of a person stands in the rows that they are of",
    "drafts": "what they are writing of somebody else, for a day at most",
    "found_words": "keyed hashes of the words of their name, and nothing that can be read",
}
# Written without names, and kept for what was learnt.
NAMELESS = frozenset({"incidents"})
# These name a person too, and refer to no table.
LOOSE = frozenset({"asker_id", "lead_id", "hand_to_id", "waits_for_id", "ask_first_id"})
# Of these nobody is told but whose they are, not an organiser either.
PRIVATE = frozenset({"hard_calls"})
# What opens something, or finds a row again: of no use to anybody but us.
_SECRET = re.compile(r".*_key|key_mark|found_by|hashed|sid|form_key|.*_sid")
_LINK = re.compile(r"https?://\S+")
NOT_THEIRS = "(who and where of somebody else, which is not told here)"


@dataclass(frozen=True)
class Part:
    """The rows of one table that are theirs, each as its columns and what stands there."""

    table: str
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Did:
    """How often they did something for others: the table, as what, and how many rows."""

    table: str
    as_what: str
    many: int


@dataclass(frozen=True)
class Record:
    """All of it."""

    parts: tuple[Part, ...]
    did: tuple[Did, ...]


# Where a person stands: pure


def about(tables: MetaData = Base.metadata) -> Iterator[tuple[Table, Column[Any]]]:
    """Each table with a column by which a row is somebody's own."""
    for table in tables.sorted_tables:
        if table.name not in NOT_TOLD:
            yield from ((table, column) for column in table.columns if column.name in ABOUT)


def did(tables: MetaData = Base.metadata) -> Iterator[tuple[Table, Column[Any]]]:
    """Each table with a column that says who did something."""
    for table in tables.sorted_tables:
        for column in table.columns:
            if column.name not in ABOUT and (_points_to(column, "people") or column.name in LOOSE):
                yield table, column


def within(tables: MetaData = Base.metadata) -> Iterator[tuple[Table, Column[Any]]]:
    """Each table whose rows belong to a request or a call, and to nobody else."""
    own = {table.name for table, _ in about(tables)} | NAMELESS
    for table in tables.sorted_tables:
        if table.name not in own:
            yield from ((table, column) for column in table.columns if any(_points_to(column, name) for name in WITHIN))


def sealed_columns(table: Table) -> list[Column[Any]]:
    """What of a table only holders of the key can read."""
    return [column for column in table.columns if isinstance(column.type, Sealed | SealedBytes)]


def parent_of(column: Column[Any]) -> str:
    """The table that a column of `within` belongs to."""
    return next(iter(column.foreign_keys)).target_fullname.partition(".")[0]


def _points_to(column: Column[Any], table: str) -> bool:
    return any(key.target_fullname == f"{table}.id" for key in column.foreign_keys)


# Reading it


def of(session: Session, person: Person, *, who: Person) -> Record:
    """Everything that we hold of somebody, for `who` takes it away: themselves, or an organiser on their wish."""
    hidden = frozenset[str]() if who.id == person.id else PRIVATE
    people = Base.metadata.tables["people"]
    parts = [Part("people", _rows(session, people, people.c.id == person.id, person.id))]
    for table, column in about():
        if table.name in hidden:
            continue
        parts.append(Part(table.name, _rows(session, table, column == person.id, person.id)))
    if person.phone:
        blocks = Base.metadata.tables["blocks"]
        blocked = blocks.c.phone_key.in_(keys_of(person.phone))
        parts.append(Part("blocks", _rows(session, blocks, blocked, person.id)))
    for table, column in within():
        parent = Base.metadata.tables[parent_of(column)]
        own = next(one for one in parent.columns if one.name in ABOUT)
        theirs = column.in_(select(parent.c.id).where(own == person.id))
        parts.append(Part(table.name, _rows(session, table, theirs, person.id)))
    counted = (
        Did(table.name, column.name, session.scalar(select(func.count()).where(column == person.id)) or 0)
        for table, column in did()
        if table.name not in hidden
    )
    return Record(_merged(parts), tuple(one for one in counted if one.many))


def _rows(session: Session, table: Table, which: ColumnElement[bool], person_id: int) -> tuple[dict[str, Any], ...]:
    columns = [column for column in table.columns if _is_told(column)]
    order = table.c.id if "id" in table.c else columns[0]
    rows = session.execute(select(*columns).where(which).order_by(order)).mappings()
    return tuple(_told(table, dict(row), person_id) for row in rows)


def _is_told(column: Column[Any]) -> bool:
    """Not what opens something, not a sound, and nobody else."""
    others = column.name not in ABOUT and (_points_to(column, "people") or column.name in LOOSE)
    return not (others or _SECRET.fullmatch(column.name) or isinstance(column.type, SealedBytes))


def _told(table: Table, row: dict[str, Any], person_id: int) -> dict[str, Any]:
    told = {name: _plain(value) for name, value in row.items() if value is not None}
    if table.name == "readings" and row.get("person_id") not in {None, person_id}:
        told.pop("person_id", None)
    if table.name == "messages" and "body" in told:
        private = row["kind"] in {MessageKind.DETAILS, MessageKind.SIGN_IN_CODE}
        told["body"] = NOT_THEIRS if private else _LINK.sub("(a link)", told["body"])
        told.pop("fills", None)
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _merged(parts: list[Part]) -> tuple[Part, ...]:
    """One part a table; a row that is theirs twice is told once. What is empty is left out."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for part in parts:
        for row in part.rows:
            found.setdefault(part.table, {})[repr(sorted(row.items(), key=lambda one: one[0]))] = row
    return tuple(Part(table, tuple(rows.values())) for table, rows in found.items())
