"""buddies, and that a call was hard."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_buddies_person_id", "buddies", ["person_id"], None, False),
    ("ix_buddies_buddy_id_asked_at", "buddies", ["buddy_id", "asked_at"], None, False),
    ("ix_buddies_over_at", "buddies", ["over_at"], None, False),
    ("ix_buddies_message_id", "buddies", ["message_id"], "message_id IS NOT NULL", False),
    ("uq_buddies_person_live", "buddies", ["person_id"], "state IN ('asked', 'yes')", True),
    ("ix_hard_calls_person_id_at", "hard_calls", ["person_id", "at"], None, False),
    ("ix_hard_calls_at", "hard_calls", ["at"], None, False),
    ("ix_hard_calls_buddy_id", "hard_calls", ["buddy_id"], None, False),
    ("ix_hard_calls_message_id", "hard_calls", ["message_id"], "message_id IS NOT NULL", False),
)


def upgrade() -> None:
    op.create_table(
        "buddies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("buddy_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("token_key", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'yes', 'no', 'unreached', 'ended')", name=op.f("ck_buddies_state")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_buddies_person_id_people")),
        sa.ForeignKeyConstraint(["buddy_id"], ["people.id"], name=op.f("fk_buddies_buddy_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buddies")),
        sa.UniqueConstraint("token_key", name=op.f("uq_buddies_token_key")),
    )
    op.create_table(
        "hard_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("buddy_id", sa.Integer(), nullable=True),
        sa.Column("came_to", sa.String(length=24), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "came_to IN ('told', 'not_reached', 'no_buddy', 'not_yet', 'said_no', 'stopped')",
            name=op.f("ck_hard_calls_came_to"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_hard_calls_person_id_people")),
        sa.ForeignKeyConstraint(["buddy_id"], ["people.id"], name=op.f("fk_hard_calls_buddy_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hard_calls")),
    )
    for name, table, columns, where, unique in INDEXES:
        known = sa.text(where) if where else None
        op.create_index(op.f(name), table, columns, unique=unique, sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    op.drop_table("hard_calls")
    op.drop_table("buddies")
