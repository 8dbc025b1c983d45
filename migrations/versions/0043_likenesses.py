"""requests that may be the same, and what was said of them."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "likenesses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('same', 'different')", name=op.f("ck_likenesses_verdict")),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_likenesses_older_first")),
        sa.ForeignKeyConstraint(["first_id"], ["requests.id"], name=op.f("fk_likenesses_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["requests.id"], name=op.f("fk_likenesses_second_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_likenesses_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likenesses")),
    )
    op.create_index("uq_likenesses_first_id_second_id", "likenesses", ["first_id", "second_id"], unique=True)
    op.create_index(op.f("ix_likenesses_second_id"), "likenesses", ["second_id"])
    op.create_index(op.f("ix_likenesses_who_id"), "likenesses", ["who_id"])
    op.add_column("requests", sa.Column("same_as_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("requests", "same_as_id")
    op.drop_table("likenesses")
