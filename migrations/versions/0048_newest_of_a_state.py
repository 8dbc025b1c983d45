"""the newest requests of a state, in the order in which they are listed."""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_requests_state_id"), "requests", ["state", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_requests_state_id"), table_name="requests")
