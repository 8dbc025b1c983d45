"""what a coordinator and a street see, and how the loop closes."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

Words = Callable[[str], str]
ADDED = (("rings", "kind", ("through",)), ("desk_items", "kind", ("advice", "follow_up", "quiet")))
COLUMNS: tuple[tuple[str, sa.Column[Any]], ...] = (
    ("offers", sa.Column("quiet_at", sa.DateTime(timezone=True), nullable=True)),
    ("offers", sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True)),
    ("offers", sa.Column("call_owed_at", sa.DateTime(timezone=True), nullable=True)),
    ("requests", sa.Column("neighbour", sa.LargeBinary(), nullable=True)),
    ("requests", sa.Column("found_at", sa.DateTime(timezone=True), nullable=True)),
    ("requests", sa.Column("done_on", sa.Date(), nullable=True)),
    ("requests", sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True)),
    ("rings", sa.Column("request_id", sa.Integer(), nullable=True)),
    ("hats", sa.Column("place", sa.Integer(), nullable=True)),
    ("patches", sa.Column("everywhere_else", sa.Boolean(), server_default=sa.false(), nullable=False)),
    ("links", sa.Column("person_id", sa.Integer(), nullable=True)),
    ("links", sa.Column("patch_id", sa.Integer(), nullable=True)),
)
KNOWN = (
    ("offers", "quiet_at"),
    ("requests", "follow_up_at"),
    ("rings", "request_id"),
    ("links", "person_id"),
    ("links", "patch_id"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, column)
    for table, name in KNOWN:
        known = sa.text(f"{name} IS NOT NULL")
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name], sqlite_where=known, postgresql_where=known)
    else_ = sa.text("everywhere_else")
    op.create_index(
        "uq_patches_everywhere_else",
        "patches",
        ["everywhere_else"],
        unique=True,
        sqlite_where=else_,
        postgresql_where=else_,
    )
    with op.batch_alter_table("links") as batch_op:
        batch_op.alter_column("offer_id", existing_type=sa.Integer(), nullable=True)
    _tables()
    for table, column_name, words in ADDED:
        _say(table, column_name, words, are_known=True)
    _about_a_call(are_known=True)


def _tables() -> None:
    op.create_table(
        "openings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("browser_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_openings_link_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_openings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
        sa.UniqueConstraint("link_id", "browser_key", name=op.f("uq_openings_link_id_browser_key")),
    )
    op.create_index(op.f("ix_openings_person_id"), "openings", ["person_id"])
    answer = "IN ('yes', 'partly', 'no', 'not_asked')"
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("got_it", sa.String(length=24), nullable=False),
        sa.Column("again", sa.String(length=24), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"got_it {answer}", name=op.f("ck_feedback_got_it")),
        sa.CheckConstraint(f"again {answer}", name=op.f("ck_feedback_again")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_feedback_request_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_feedback_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("request_id", name=op.f("uq_feedback_request_id")),
    )
    op.create_index(op.f("ix_feedback_who_id"), "feedback", ["who_id"])


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_table("openings")
    op.execute("DELETE FROM rings WHERE kind = 'through'")
    op.execute("DELETE FROM desk_items WHERE kind IN ('advice', 'follow_up', 'quiet')")
    op.execute("DELETE FROM links WHERE offer_id IS NULL")
    _about_a_call(are_known=False)
    for table, column_name, words in ADDED:
        _say(table, column_name, words, are_known=False)
    with op.batch_alter_table("links") as batch_op:
        batch_op.alter_column("offer_id", existing_type=sa.Integer(), nullable=False)
    op.drop_index("uq_patches_everywhere_else", table_name="patches")
    for table, name in KNOWN:
        op.drop_index(op.f(f"ix_{table}_{name}"), table_name=table)
    for table, column in COLUMNS:
        op.drop_column(table, column.name)


def _say(table: str, column: str, new: Sequence[str], *, are_known: bool) -> None:
    """Change the words that a column may hold, whichever they are by now."""

    _rule(table, column, lambda rule: f"{column} IN ({_words(rule, new, are_known=are_known)})")


def _about_a_call(*, are_known: bool) -> None:
    """Who is put through is rung about no call, like some others."""
    new = ("through",)
    _rule(
        "rings",
        "about_a_call",
        lambda rule: f"(kind IN ({_words(rule, new, are_known=are_known)})) = (call_id IS NULL)",
    )


def _words(rule: str, new: Sequence[str], *, are_known: bool) -> str:
    said = [one for one in re.findall(r"'(\w+)'", rule) if one not in new]
    return ", ".join(repr(word) for word in [*said, *(new if are_known else ())])


def _rule(table: str, name: str, change: Words) -> None:
    """Change a rule of a table."""
    full = f"ck_{table}_{name}"
    if op.get_bind().dialect.name == "sqlite":
        _made_anew(table, full, change)
        return
    rule = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": full}
    )
    op.drop_constraint(op.f(full), table, type_="check")
    op.create_check_constraint(op.f(full), table, change(rule))


def _made_anew(table: str, name: str, change: Words) -> None:
    """SQLite changes a rule by making the table anew. Rows of others name its rows meanwhile, and find them again at the end."""
    bind = op.get_bind()
    told = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"), {"table": table}
    ).all()
    (made,) = [words for kind, words in told if kind == "table"]
    begins = re.search(rf'CONSTRAINT "?{name}"? CHECK \(', made)
    if begins is None:
        raise LookupError(f"{table} has no rule {name}")
    ends, depth = begins.end(), 1
    while depth:
        depth += {"(": 1, ")": -1}.get(made[ends], 0)
        ends += 1
    rule = made[begins.end() : ends - 1]
    bind.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    # No word of these comes from anywhere but this file.
    bind.exec_driver_sql(f"CREATE TEMPORARY TABLE kept_rows AS SELECT * FROM {table}")  # noqa: S608
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(made[: begins.end()] + change(rule) + made[ends - 1 :])
    bind.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM kept_rows")  # noqa: S608
    bind.exec_driver_sql("DROP TABLE kept_rows")
    for kind, words in told:
        if kind != "table":
            bind.exec_driver_sql(words)
