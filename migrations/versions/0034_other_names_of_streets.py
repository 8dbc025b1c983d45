"""other names of streets: what they were called once."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("streets", sa.Column("also_called", sa.String(length=240), nullable=True))


def downgrade() -> None:
    op.drop_column("streets", "also_called")
