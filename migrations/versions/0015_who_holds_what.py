"""who holds what the desk owes, and what is handed over at the end of a shift."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_handovers_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_who_id"), "handovers", ["who_id"])
    for name, column, where in (
        ("ix_handovers_id", "id", sa.text("told_at IS NULL")),
        ("ix_handovers_at", "at", sa.text("forgotten_at IS NULL")),
    ):
        op.create_index(op.f(name), "handovers", [column], sqlite_where=where, postgresql_where=where)
    op.add_column("desk_items", sa.Column("handed_to_id", sa.Integer(), nullable=True))
    op.add_column("desk_items", sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shifts", sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("shifts", "handed_over_at")
    op.drop_column("desk_items", "alarmed_at")
    op.drop_column("desk_items", "handed_to_id")
    op.drop_table("handovers")
