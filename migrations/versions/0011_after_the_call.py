"""after the call: notes said on the handler's leg, and a wrap-up after ringing back."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('call_back', 'voicemail', 'request', 'text', 'unknown')"
AFTER = "kind IN ('call_back', 'voicemail', 'request', 'text', 'spoken_note', 'unknown')"


def upgrade() -> None:
    op.create_table(
        "spoken_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("recording_sid", sa.String(length=34), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_spoken_notes_call_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people.id"], name=op.f("fk_spoken_notes_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken_notes")),
        sa.UniqueConstraint("recording_sid", name=op.f("uq_spoken_notes_recording_sid")),
    )
    op.create_index(op.f("ix_spoken_notes_call_id"), "spoken_notes", ["call_id"])
    op.create_index(op.f("ix_spoken_notes_who_id"), "spoken_notes", ["who_id"])
    # A column that may be empty is added without making the table anew, which rows of others name.
    op.add_column("rings", sa.Column("wrap_up_until", sa.DateTime(timezone=True), nullable=True))
    known = sa.text("wrap_up_until IS NOT NULL")
    op.create_index(
        op.f("ix_rings_wrap_up_until_person_id"),
        "rings",
        ["wrap_up_until", "person_id"],
        sqlite_where=known,
        postgresql_where=known,
    )
    _kinds(AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM desk_items WHERE kind = 'spoken_note'")
    _kinds(BEFORE)
    op.drop_index(op.f("ix_rings_wrap_up_until_person_id"), table_name="rings")
    op.drop_column("rings", "wrap_up_until")
    op.drop_table("spoken_notes")


def _kinds(rule: str) -> None:
    with op.batch_alter_table("desk_items") as items:
        items.drop_constraint(op.f("ck_desk_items_kind"), type_="check")
        items.create_check_constraint(op.f("ck_desk_items_kind"), rule)
