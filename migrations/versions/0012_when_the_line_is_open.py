"""when the line is open."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _who(table: str, column: str, *, nullable: bool = False) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column(column, sa.Integer(), nullable=nullable),
        sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}")),
    )


def upgrade() -> None:
    op.create_table(
        "hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("nation", sa.String(length=24), nullable=True),
        sa.Column("replaces", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_who("hours", "made_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours")),
        sa.UniqueConstraint("replaces", name=op.f("uq_hours_replaces")),
    )
    op.create_table(
        "closed_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_who("closed_days", "made_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_days")),
        sa.UniqueConstraint("day", name=op.f("uq_closed_days_day")),
    )
    op.create_table(
        "closings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_who("closings", "made_by_id"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_who("closings", "ended_by_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closings")),
        sa.UniqueConstraint("replaces", name=op.f("uq_closings_replaces")),
    )
    for table, column in (
        ("hours", "made_by_id"),
        ("closed_days", "made_by_id"),
        ("closings", "made_by_id"),
        ("closings", "ended_by_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table in ("closings", "closed_days", "hours"):
        op.drop_table(table)
