"""how a group passes requests on: a hat for willing neighbours, who are asked together."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

HATS = "'handler', 'organiser', 'coordinator', 'deputy'"
STATES = "'open', 'accepted', 'passed', 'lapsed', 'given_back', 'withdrawn', 'done'"
MORE = {HATS: f"{HATS}, 'neighbour'", STATES: STATES.replace("'withdrawn'", "'withdrawn', 'elsewhere'")}
RULES = (
    ("hats", "ck_hats_hat", "name", HATS),
    ("offers", "ck_offers_hat", "hat", HATS),
    ("offers", "ck_offers_state", "state", STATES),
)
LIVE = "state IN ('open', 'accepted')"
ALONE = "state = 'accepted' OR (state = 'open' AND NOT together)"


def upgrade() -> None:
    op.create_table(
        "passings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=24), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("model IN ('coordinators', 'neighbours', 'streets')", name=op.f("ck_passings_model")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_passings_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passings")),
        sa.UniqueConstraint("replaces", name=op.f("uq_passings_replaces")),
    )
    op.create_index(op.f("ix_passings_made_by_id"), "passings", ["made_by_id"])
    # Old code asks one at a time.
    op.add_column("offers", sa.Column("together", sa.Boolean(), server_default=sa.false(), nullable=False))
    for table, name, column, known in RULES:
        _may_be(table, name, column, before=known, after=MORE[known])
    _alone(ALONE)
    op.create_index(op.f("ix_offers_request_id"), "offers", ["request_id"])


def _alone(rule: str) -> None:
    """Who has a request alone: the database has the last word."""
    op.drop_index("uq_offers_request_live", table_name="offers")
    where = sa.text(rule)
    op.create_index(
        "uq_offers_request_live", "offers", ["request_id"], unique=True, sqlite_where=where, postgresql_where=where
    )


def _may_be(table: str, name: str, column: str, *, before: str, after: str) -> None:
    """Change what a column may be. SQLite makes the table anew; rows of others name its rows meanwhile, and find them again."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, f"{column} IN ({after})")
        return
    told = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL"), {"name": table}
    ).all()
    (made,) = [words for kind, words in told if kind == "table"]
    rule = f"CHECK ({column} IN ({before}))"
    if rule not in made:
        raise LookupError(f"{table} has other rules than this knows")
    bind.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    bind.exec_driver_sql(f"CREATE TEMPORARY TABLE kept_rows AS SELECT * FROM {table}")  # noqa: S608  # a name of ours
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(made.replace(rule, f"CHECK ({column} IN ({after}))"))
    bind.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM kept_rows")  # noqa: S608  # a name of ours
    bind.exec_driver_sql("DROP TABLE kept_rows")
    for kind, words in told:
        if kind != "table":
            bind.exec_driver_sql(words)


def downgrade() -> None:
    op.execute("UPDATE offers SET state = 'withdrawn' WHERE state = 'elsewhere' OR (state = 'open' AND together)")
    op.execute("UPDATE offers SET hat = 'deputy' WHERE hat = 'neighbour'")
    op.execute("DELETE FROM hats WHERE name = 'neighbour'")
    op.drop_index(op.f("ix_offers_request_id"), table_name="offers")
    _alone(LIVE)
    for table, name, column, known in reversed(RULES):
        _may_be(table, name, column, before=MORE[known], after=known)
    op.drop_column("offers", "together")
    op.drop_table("passings")
