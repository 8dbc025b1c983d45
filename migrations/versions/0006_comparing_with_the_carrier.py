"""an errand that compares us with the carrier's lists."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('end_leg', 'delete_queue', 'fetch_recording', 'delete_recording', 'delete_message')"
AFTER = BEFORE.replace(")", ", 'compare')")


def upgrade() -> None:
    _kinds(AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM errands WHERE kind = 'compare'")
    _kinds(BEFORE)


def _kinds(rule: str) -> None:
    with op.batch_alter_table("errands") as errands:
        errands.drop_constraint(op.f("ck_errands_kind"), type_="check")
        errands.create_check_constraint(op.f("ck_errands_kind"), rule)
