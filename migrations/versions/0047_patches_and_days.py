"""an index for the newest requests of a patch, and of all of them."""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_requests_patch_id_created_at"), "requests", ["patch_id", "created_at"])
    op.create_index(op.f("ix_requests_created_at"), "requests", ["created_at"])
    op.drop_index(op.f("ix_requests_patch_id"), table_name="requests")


def downgrade() -> None:
    op.create_index(op.f("ix_requests_patch_id"), "requests", ["patch_id"])
    op.drop_index(op.f("ix_requests_created_at"), table_name="requests")
    op.drop_index(op.f("ix_requests_patch_id_created_at"), table_name="requests")
