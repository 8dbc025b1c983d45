"""houses and blocks with a name of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stretches", sa.Column("named", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM stretches WHERE named IS NOT NULL")
    op.drop_column("stretches", "named")
