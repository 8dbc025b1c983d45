"""when a copy was last put back: what was sent until then may have been acted on before it was lost."""

import sqlalchemy as sa
from alembic import op

import helpline.db

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("errands", sa.Column("restored_at", helpline.db.Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("errands", "restored_at")
