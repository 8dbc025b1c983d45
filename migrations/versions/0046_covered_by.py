"""places outside our area, and who looks after each."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "covers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("place_key", sa.String(length=80), nullable=False),
        sa.Column("signpost_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_covers_made_by_id_people")),
        sa.ForeignKeyConstraint(["signpost_id"], ["signposts.id"], name=op.f("fk_covers_signpost_id_signposts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covers")),
        sa.UniqueConstraint("place_key", name=op.f("uq_covers_place_key")),
    )
    op.create_index(op.f("ix_covers_made_by_id"), "covers", ["made_by_id"])
    op.create_index(op.f("ix_covers_signpost_id"), "covers", ["signpost_id"])


def downgrade() -> None:
    op.drop_table("covers")
