"""when a shift was to begin whose handler is late."""

import sqlalchemy as sa
from alembic import op

import helpline.db

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shifts", sa.Column("was_to_start_at", helpline.db.Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("shifts", "was_to_start_at")
