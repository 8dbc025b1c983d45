"""a year of tallies is added up from an index alone."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

COLUMNS = ["day", "what", "part", "step", "many"]


def upgrade() -> None:
    op.create_index(op.f("ix_tallies_day_what_part_step_many"), "tallies", COLUMNS)


def downgrade() -> None:
    op.drop_index(op.f("ix_tallies_day_what_part_step_many"), table_name="tallies")
