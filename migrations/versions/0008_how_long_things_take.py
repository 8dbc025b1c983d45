"""how long things take, as a group changes it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STANDS = sa.text("replaced_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("was", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_changes_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    with op.batch_alter_table("changes") as changes:
        changes.create_index(op.f("ix_changes_made_by_id"), ["made_by_id"])
        changes.create_index(op.f("ix_changes_name_id"), ["name", "id"])
        changes.create_index(
            "uq_changes_name_stands", ["name"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
        )
    # Rings of the code before do not say until when they sound: it is told from when they were claimed.
    with op.batch_alter_table("rings") as rings:
        rings.add_column(sa.Column("sounds_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("rings") as rings:
        rings.drop_column("sounds_until")
    op.drop_table("changes")
