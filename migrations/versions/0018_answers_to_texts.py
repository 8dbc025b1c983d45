"""which text a message answers."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("text_id", sa.Integer(), nullable=True))
    known = sa.text("text_id IS NOT NULL")
    op.create_index(op.f("ix_messages_text_id"), "messages", ["text_id"], sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    op.drop_index(op.f("ix_messages_text_id"), table_name="messages")
    op.drop_column("messages", "text_id")
