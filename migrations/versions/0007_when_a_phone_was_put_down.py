"""when the leg of a ring was over."""

import sqlalchemy as sa
from alembic import op

import helpline.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rings", sa.Column("leg_over_at", helpline.db.Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("rings", "leg_over_at")
