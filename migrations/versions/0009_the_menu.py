"""the menu: an offer of help, how a request stands, and keys that have moved."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# A group's own words or recordings of these name keys that mean something else now, or lack new ones.
MOVED = ("menu", "ways_while_waiting", "way_while_withheld", "ways_out")


def upgrade() -> None:
    op.add_column("calls", sa.Column("offers_help", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("calls", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    prompts = sa.table("prompts", sa.column("sentence", sa.String()))
    op.execute(prompts.delete().where(prompts.c.sentence.in_(MOVED)))


def downgrade() -> None:
    op.drop_column("calls", "told_at")
    op.drop_column("calls", "offers_help")
