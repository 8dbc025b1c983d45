"""until when what was said to be dealt with may have been pressed by mistake."""

import sqlalchemy as sa
from alembic import op

import helpline.db

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None
NAME = "ix_desk_items_undo_until"


def upgrade() -> None:
    op.add_column("desk_items", sa.Column("undo_until", helpline.db.Instant(), nullable=True))
    said = sa.text("undo_until IS NOT NULL")
    op.create_index(NAME, "desk_items", ["undo_until"], sqlite_where=said, postgresql_where=said)


def downgrade() -> None:
    op.drop_index(NAME, "desk_items")
    op.drop_column("desk_items", "undo_until")
