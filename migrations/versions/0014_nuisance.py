"""numbers that are blocked, and calls for which nobody is rung yet."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_key", sa.String(length=64), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_blocks_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
    )
    stands = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_blocks_phone_key_stands",
        "blocks",
        ["phone_key"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_index(op.f("ix_blocks_made_by_id"), "blocks", ["made_by_id"])
    op.create_index(op.f("ix_blocks_forgotten_at_until_at"), "blocks", ["forgotten_at", "until_at"])
    op.add_column("calls", sa.Column("quiet_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("calls", "quiet_until")
    op.drop_table("blocks")
