"""a call that is not over, or a request, is not in the index of what will be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OVER = {"calls": "ended_at", "requests": "over_at"}


def upgrade() -> None:
    for table, column in OVER.items():
        _again(table, column, sa.text(f"{column} IS NOT NULL AND forgotten_at IS NULL"))


def downgrade() -> None:
    for table, column in OVER.items():
        _again(table, column, sa.text("forgotten_at IS NULL"))


def _again(table: str, column: str, where: sa.TextClause) -> None:
    name = op.f(f"ix_{table}_{column}")
    op.drop_index(name, table_name=table)
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
