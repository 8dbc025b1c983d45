"""Rules that name the words a column may hold: one more word, or one fewer, on a table with rows in it."""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

Change = Callable[[Sequence[str]], Sequence[str]]


def knowing(word: str, said: Sequence[str]) -> Sequence[str]:
    return [*not_knowing(word, said), word]


def not_knowing(word: str, said: Sequence[str]) -> Sequence[str]:
    return [one for one in said if one != word]


def rule_of(table: str, rule: str, change: Change) -> None:
    """Change which words a rule names, whichever they are by now."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        made_anew(table, lambda made: _with(made, rule, change))
        return
    told = bind.scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": rule}
    )
    words = ", ".join(repr(word) for word in change(re.findall(r"'(\w+)'", told)))
    ends = " = (call_id IS NULL)" if "call_id" in told else ""
    op.drop_constraint(op.f(rule), table, type_="check")
    op.create_check_constraint(op.f(rule), table, f"(kind IN ({words})){ends}")


def _with(made: str, rule: str, change: Change) -> str:
    found = re.search(rf"""(CONSTRAINT "?{rule}"? CHECK \(\(?)(kind (?:IN \([^)]*\)|= '\w+'))""", made)
    if found is None:
        raise LookupError(f"there is no rule {rule}")
    words = ", ".join(repr(word) for word in change(re.findall(r"'(\w+)'", found[2])))
    return made.replace(found[0], f"{found[1]}kind IN ({words})")


def made_anew(table: str, change: Callable[[str], str]) -> None:
    """SQLite changes a table by making it anew. Rows of others name its rows meanwhile, and find them again at the end."""
    bind = op.get_bind()
    told = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"), {"table": table}
    ).all()
    (made,) = [words for kind, words in told if kind == "table"]
    columns = [name for _, name, *_ in bind.exec_driver_sql(f"PRAGMA table_info({table})").all()]
    held = ", ".join(columns)
    bind.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    # No word of these comes from anywhere but this file.
    bind.exec_driver_sql(f"CREATE TEMPORARY TABLE kept_rows AS SELECT {held} FROM {table}")  # noqa: S608
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(change(made))
    bind.exec_driver_sql(f"INSERT INTO {table} ({held}) SELECT {held} FROM kept_rows")  # noqa: S608
    bind.exec_driver_sql("DROP TABLE kept_rows")
    for kind, words in told:
        if kind != "table":
            bind.exec_driver_sql(words)
