"""Reminders, cover, swaps and gaps: what handlers are asked about shifts, and what the organisers were told."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INDEXES: tuple[tuple[str, list[str], bool, str | None], ...] = (
    ("uq_asks_reminder", ["shift_id", "kind"], True, "kind IN ('day_before', 'hour_before')"),
    ("uq_asks_letter_open", ["person_id", "letter"], True, "state = 'open'"),
    ("uq_asks_swap_open", ["shift_id", "other_id"], True, "kind = 'swap' AND state = 'open'"),
    ("ix_asks_message_id", ["message_id"], False, "message_id IS NOT NULL"),
    ("ix_asks_lapses_at_open", ["lapses_at"], False, "state = 'open'"),
    ("ix_asks_person_id_asked_at", ["person_id", "asked_at"], False, None),
    ("ix_asks_shift_id_kind", ["shift_id", "kind"], False, None),
    ("ix_asks_other_id", ["other_id"], False, None),
    ("ix_asks_by_id", ["by_id"], False, None),
)


def upgrade() -> None:
    op.create_table(
        "asks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("letter", sa.String(length=1), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('day_before', 'hour_before', 'cover', 'swap', 'which')", name=op.f("ck_asks_kind")
        ),
        sa.CheckConstraint("state IN ('open', 'yes', 'no', 'lapsed', 'withdrawn')", name=op.f("ck_asks_state")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_asks_by_id")),
        sa.ForeignKeyConstraint(["other_id"], ["shifts.id"], name=op.f("fk_asks_other_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_asks_person_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_asks_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
    )
    for name, columns, unique, where in INDEXES:
        held = sa.text(where) if where else None
        op.create_index(name, "asks", columns, unique=unique, sqlite_where=held, postgresql_where=held)
    op.create_table(
        "standbys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_standbys_person_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_standbys_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standbys")),
        sa.UniqueConstraint("shift_id", "person_id", name=op.f("uq_standbys_shift_id_person_id")),
    )
    op.create_index(op.f("ix_standbys_person_id"), "standbys", ["person_id"])
    op.add_column("slots", sa.Column("alarmed", sa.Integer(), server_default="0", nullable=False))
    op.add_column("shifts", sa.Column("cover_alarmed_at", sa.DateTime(timezone=True), nullable=True))
    said = sa.text("shift_id IS NOT NULL")
    op.create_index("ix_events_shift_id_id", "events", ["shift_id", "id"], sqlite_where=said, postgresql_where=said)


def downgrade() -> None:
    op.drop_index("ix_events_shift_id_id", table_name="events")
    op.drop_column("shifts", "cover_alarmed_at")
    op.drop_column("slots", "alarmed")
    op.drop_table("standbys")
    op.drop_table("asks")
