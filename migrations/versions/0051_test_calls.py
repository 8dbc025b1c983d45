"""an index for the test calls of a handler, of which each page of theirs tells the last."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

IS_A_TEST = sa.text("kind = 'test'")


def upgrade() -> None:
    op.create_index("ix_rings_tests", "rings", ["person_id"], sqlite_where=IS_A_TEST, postgresql_where=IS_A_TEST)


def downgrade() -> None:
    op.drop_index("ix_rings_tests", table_name="rings")
