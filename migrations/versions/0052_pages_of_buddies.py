"""by which key a buddy's page is known, so that an older key can be taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("buddies", sa.Column("key_mark", sa.String(8)))


def downgrade() -> None:
    with op.batch_alter_table("buddies") as table:
        table.drop_column("key_mark")
