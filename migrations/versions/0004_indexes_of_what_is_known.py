"""indexes leave out the rows that say nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_calls_handler_id_wrap_up_until", "calls", ["handler_id", "wrap_up_until"]),
    ("ix_calls_person_id", "calls", ["person_id"]),
    ("ix_events_request_id_id", "events", ["request_id", "id"]),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.drop_index(name, table)
        where = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, columns in INDEXES:
        op.drop_index(name, table)
        op.create_index(name, table, columns)
