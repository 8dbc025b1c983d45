"""which key made the hash of a link or a device."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("devices", "links"):
        op.add_column(table, sa.Column("key_mark", sa.String(length=8), nullable=True))


def downgrade() -> None:
    for table in ("devices", "links"):
        op.drop_column(table, "key_mark")
