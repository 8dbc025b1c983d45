"""words by which requests and people are found: keyed hashes of the words of a name, and of a number."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "found_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("noun", sa.String(length=24), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("noun IN ('request', 'person')", name=op.f("ck_found_words_noun")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_words")),
    )
    op.create_index("uq_found_words_key_noun_row_id", "found_words", ["key", "noun", "row_id"], unique=True)
    op.create_index(op.f("ix_found_words_noun_row_id"), "found_words", ["noun", "row_id"])
    # The clock keeps the words of the rows that are here already, some at a time (`found_words.fill`).
    unfound = sa.text("found_by IS NULL AND forgotten_at IS NULL")
    for table in ("people", "requests"):
        op.add_column(table, sa.Column("found_by", sa.String(length=8), nullable=True))
        op.create_index(
            op.f(f"ix_{table}_found_by"), table, ["found_by"], sqlite_where=unfound, postgresql_where=unfound
        )


def downgrade() -> None:
    for table in ("requests", "people"):
        op.drop_index(op.f(f"ix_{table}_found_by"), table_name=table)
        op.drop_column(table, "found_by")
    op.drop_table("found_words")
