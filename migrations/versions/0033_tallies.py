"""how many of what there were on each day."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

# What a day is counted by.
INDEXES = (
    ("ix_requests_over_at_state", "requests", ["over_at", "state"]),
    ("ix_offers_answered_at", "offers", ["answered_at"]),
    ("ix_desk_items_closed_at", "desk_items", ["closed_at"]),
)


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tallies")),
        sa.UniqueConstraint("day", "what", "part", "step", name=op.f("uq_tallies_day_what_part_step")),
    )
    for name, table, columns in INDEXES:
        where = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(op.f(name), table, columns, sqlite_where=where, postgresql_where=where)
    op.create_index(op.f("ix_feedback_at"), "feedback", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_feedback_at"), table_name="feedback")
    for name, table, _ in INDEXES:
        op.drop_index(op.f(name), table_name=table)
    op.drop_table("tallies")
