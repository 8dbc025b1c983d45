"""what becomes of a talk: held, handed over, joined by a coordinator."""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

Words = Callable[[Sequence[str]], Sequence[str]]
LIVE = ("state IN ('taken', 'talking')", "state IN ('taken', 'talking', 'held', 'together')")
NEXT_STEP = "next_step IN ('hold', 'hand_over', 'together', 'back', 'drop_out')"
ADDED = (
    ("calls", "state", ("held", "together", "introduced", "parted")),
    ("rings", "kind", ("hand_over", "join")),
    ("errands", "kind", ("move_leg",)),
)


def upgrade() -> None:
    # In words, since both databases take a rule with a new column, and SQLite takes it at no other time.
    op.execute(f"ALTER TABLE calls ADD COLUMN next_step VARCHAR(24) CONSTRAINT ck_calls_next_step CHECK ({NEXT_STEP})")
    for column in (
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("apart_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hand_to_id", sa.Integer(), nullable=True),
        sa.Column("waits_again_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moves", sa.Integer(), server_default="0", nullable=False),
    ):
        op.add_column("calls", column)
    for table, column_name, words in ADDED:
        _say(table, column_name, words, are_known=True)
    _live(LIVE[1])


def downgrade() -> None:
    _live(LIVE[0])
    op.execute("UPDATE calls SET state = 'ended', ending = 'answered' WHERE state IN ('introduced', 'parted')")
    op.execute("UPDATE calls SET state = 'talking' WHERE state IN ('held', 'together')")
    op.execute("UPDATE rings SET kind = 'take' WHERE kind IN ('hand_over', 'join')")
    op.execute("DELETE FROM errands WHERE kind = 'move_leg'")
    for table, column_name, words in ADDED:
        _say(table, column_name, words, are_known=False)
    for name in (
        "next_step",
        "next_step_at",
        "apart_at",
        "handing_at",
        "hand_to_id",
        "waits_again_since",
        "moves",
    ):
        op.drop_column("calls", name)


def _live(where: str) -> None:
    """What an index holds, which both databases write down in words."""
    op.drop_index("uq_calls_handler_live", table_name="calls")
    op.create_index(
        "uq_calls_handler_live",
        "calls",
        ["handler_id"],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _say(table: str, column: str, new: Sequence[str], *, are_known: bool) -> None:
    """Change the words that a column may hold, whichever they are by now."""

    def change(said: Sequence[str]) -> Sequence[str]:
        return [*(one for one in said if one not in new), *(new if are_known else ())]

    name = f"ck_{table}_{column}"
    if op.get_bind().dialect.name == "sqlite":
        _made_anew(table, name, column, change)
        return
    rule = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": name}
    )
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, _rule(column, change(re.findall(r"'(\w+)'", rule))))


def _rule(column: str, words: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _made_anew(table: str, name: str, column: str, change: Words) -> None:
    """SQLite changes a rule by making the table anew. Rows of others name its rows meanwhile, and find them again at the end."""
    bind = op.get_bind()
    told = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"), {"table": table}
    ).all()
    (made,) = [words for kind, words in told if kind == "table"]
    rule = re.search(rf'CONSTRAINT "?{name}"? CHECK \({column} IN \(([^)]*)\)\)', made)
    if rule is None:
        raise LookupError(f"{table} has no rule {name}")
    words = ", ".join(repr(word) for word in change(re.findall(r"'(\w+)'", rule[1])))
    bind.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    # No word of these comes from anywhere but this file.
    bind.exec_driver_sql(f"CREATE TEMPORARY TABLE kept_rows AS SELECT * FROM {table}")  # noqa: S608
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(made.replace(rule[1], words))
    bind.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM kept_rows")  # noqa: S608
    bind.exec_driver_sql("DROP TABLE kept_rows")
    for kind, words in told:
        if kind != "table":
            bind.exec_driver_sql(words)
