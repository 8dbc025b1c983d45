"""what comes back: requests that repeat."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repeats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_repeats_made_by_id")),
        sa.ForeignKeyConstraint(["stopped_by_id"], ["people.id"], name=op.f("fk_repeats_stopped_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeats")),
    )
    op.create_index(op.f("ix_repeats_made_by_id"), "repeats", ["made_by_id"])
    op.create_index(op.f("ix_repeats_stopped_by_id"), "repeats", ["stopped_by_id"])
    due = sa.text("next_at IS NOT NULL")
    op.create_index(op.f("ix_repeats_next_at"), "repeats", ["next_at"], sqlite_where=due, postgresql_where=due)
    for name in ("repeat_id", "ask_first_id"):
        op.add_column("requests", sa.Column(name, sa.Integer(), nullable=True))
    one = sa.text("repeat_id IS NOT NULL")
    op.create_index(op.f("ix_requests_repeat_id"), "requests", ["repeat_id"], sqlite_where=one, postgresql_where=one)


def downgrade() -> None:
    op.drop_index(op.f("ix_requests_repeat_id"), table_name="requests")
    for name in ("ask_first_id", "repeat_id"):
        op.drop_column("requests", name)
    op.drop_table("repeats")
