"""her place in the queue, as she was told it last."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("told_place", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("calls", "told_place")
