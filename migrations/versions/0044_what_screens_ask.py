"""an index for each question that a screen asks: the newest of somebody's requests, and the story of a slot."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

WHOSE = ("resident_id", "handler_id")
IN_A_SLOT = sa.text("slot_id IS NOT NULL")


def upgrade() -> None:
    for column in WHOSE:
        op.create_index(op.f(f"ix_requests_{column}_created_at"), "requests", [column, "created_at"])
        op.drop_index(op.f(f"ix_requests_{column}"), table_name="requests")
    op.create_index(
        op.f("ix_events_slot_id_id"), "events", ["slot_id", "id"], sqlite_where=IN_A_SLOT, postgresql_where=IN_A_SLOT
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_events_slot_id_id"), table_name="events")
    for column in WHOSE:
        op.create_index(op.f(f"ix_requests_{column}"), "requests", [column])
        op.drop_index(op.f(f"ix_requests_{column}_created_at"), table_name="requests")
