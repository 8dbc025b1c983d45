"""when messages were put in the queue, which keeps their pace."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = sa.text("queued_at IS NOT NULL")
    op.create_index(
        op.f("ix_messages_queued_at"), "messages", ["queued_at"], sqlite_where=known, postgresql_where=known
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_messages_queued_at"), table_name="messages")
