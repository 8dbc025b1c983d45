"""Asking at once: what a screen shows of many tables, in two questions instead of one for each table and one for each row.

Each part is an ordinary `select` of a table's class, which finds the ids of its rows by an index of its own. The first question is
all of these ids, and the rows behind them; the second, whomever and whatever those rows name.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, inspect, literal_column, select, union_all
from sqlalchemy.orm import RelationshipProperty, Session, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from helpline.db import Base


def ask(session: Session, *parts: Select[Any]) -> list[list[Any]]:
    """The rows that each part finds, in the order in which the parts are given; within one, in no certain order.

    Whatever a row names of its own (a relationship with `lazy="joined"`) comes with it.
    """
    told = rows(session, *parts)
    _bring_what_they_name(session, [row for part in told for row in part])
    return told


def rows(session: Session, *parts: Select[Any]) -> list[list[Any]]:
    """The same, without what the rows name: one question."""
    places: dict[type[Base], list[int]] = {}
    ids = []
    for place, part in enumerate(parts):
        table = part.column_descriptions[0]["entity"]
        places.setdefault(table, []).append(place)
        ids.append(
            part.with_only_columns(literal_column(str(place)).label("place"), table.id.label("row_id")).subquery()
        )
    found = union_all(*(select(one) for one in ids)).subquery()
    asked: Select[Any] = select(found.c.place).select_from(found).options(lazyload("*"))
    for table, of_it in places.items():
        here = (inspect(table).c.id == found.c.row_id) & found.c.place.in_(of_it)
        asked = asked.add_columns(table).outerjoin(table, here)
    column = {place: nth for nth, of_it in enumerate(places.values(), 1) for place in of_it}
    told: list[list[Any]] = [[] for _ in ids]
    for row in session.execute(asked):
        told[row[0]].append(row[column[row[0]]])
    return told


def _bring_what_they_name(session: Session, found: Iterable[Base]) -> None:
    """The people, streets and patches of rows, each once, however many rows name them."""
    naming = [(row, one) for row in found for one in _joined(type(row)) if one.key not in row.__dict__]
    keys = [_key(row, one) for row, one in naming]
    known = {key: session.identity_map.get(key) for key in keys if key is not None}
    wanted: dict[type[Base], set[int]] = {}
    for table, (row_id, *_), *_ in (key for key, row in known.items() if row is None):
        wanted.setdefault(table, set()).add(row_id)
    parts = [select(table).where(inspect(table).c.id.in_(ids)) for table, ids in wanted.items()]
    brought = {inspect(row).key: row for part in rows(session, *parts) for row in part} if parts else {}
    for (row, one), key in zip(naming, keys, strict=True):
        set_committed_value(row, one.key, None if key is None else known[key] or brought.get(key))


@cache
def _joined(table: type[Base]) -> list[RelationshipProperty[Any]]:
    """What the rows of a table name that always comes with them."""
    return [one for one in inspect(table).relationships if one.lazy == "joined" and not one.uselist]


def _key(row: Base, one: RelationshipProperty[Any]) -> tuple[Any, ...] | None:
    """By what the session knows the row that this one names; None when it names none."""
    (column,) = one.local_columns
    named_id = getattr(row, inspect(type(row)).get_property_by_column(column).key)
    return None if named_id is None else one.mapper.identity_key_from_primary_key((named_id,))
