"""who read what, by whom and about whom, newest first."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_readings_reader_id_at"), "readings", ["reader_id", "at"])
    op.drop_index(op.f("ix_readings_reader_id"), table_name="readings")
    for columns in (["person_id", "at"], ["call_id"]):
        known = sa.text(f"{columns[0]} IS NOT NULL")
        name = op.f(f"ix_readings_{'_'.join(columns)}")
        op.create_index(name, "readings", columns, sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    op.drop_index(op.f("ix_readings_call_id"), table_name="readings")
    op.drop_index(op.f("ix_readings_person_id_at"), table_name="readings")
    op.create_index(op.f("ix_readings_reader_id"), "readings", ["reader_id"])
    op.drop_index(op.f("ix_readings_reader_id_at"), table_name="readings")
