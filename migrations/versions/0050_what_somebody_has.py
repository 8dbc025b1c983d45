"""an index for what somebody has, asked or taken, and for the rings about something that the desk owes."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

OF_AN_ITEM = sa.text("item_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(op.f("ix_offers_person_id_state"), "offers", ["person_id", "state"])
    op.create_index(
        op.f("ix_rings_item_id"), "rings", ["item_id"], sqlite_where=OF_AN_ITEM, postgresql_where=OF_AN_ITEM
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_rings_item_id"), table_name="rings")
    op.drop_index(op.f("ix_offers_person_id_state"), table_name="offers")
