"""sheets: a table that an organiser brings, held for an hour between what it would do and doing it."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

DONE = sa.text("done_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("words", "judged", "unused")),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brought_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('streets', 'patches', 'people', 'signposts')", name=op.f("ck_sheets_kind")),
        sa.ForeignKeyConstraint(["brought_by_id"], ["people.id"], name=op.f("fk_sheets_brought_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheets")),
    )
    op.create_index(op.f("ix_sheets_done_at"), "sheets", ["done_at"], sqlite_where=DONE, postgresql_where=DONE)
    op.create_index(op.f("ix_sheets_brought_by_id"), "sheets", ["brought_by_id"])


def downgrade() -> None:
    op.drop_table("sheets")
