"""how many rang in each hour."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "busy_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_busy_hours_hour")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_hours")),
        sa.UniqueConstraint("day", "hour", name=op.f("uq_busy_hours_day_hour")),
    )


def downgrade() -> None:
    op.drop_table("busy_hours")
