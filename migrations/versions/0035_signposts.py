"""signposts, what was done with them, and who was told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

WORDS = (("phone", 20), ("hours", 120), ("languages", 120), ("area", 120))
DONE = "what IN ('added', 'checked', 'corrected', 'removed', 'put_back')"
LISTED = sa.text("removed_at IS NULL")


def _person(column: str, table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}"))
    return sa.Column(column, sa.Integer(), nullable=False), key


def upgrade() -> None:
    op.create_table(
        "signposts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=80), nullable=False),
        sa.Column("kinds", sa.String(length=120), nullable=False),
        *(sa.Column(name, sa.String(length=most), server_default="", nullable=False) for name, most in WORDS),
        sa.Column("notes", sa.LargeBinary(), nullable=True),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        *_person("checked_by_id", "signposts"),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signposts")),
    )
    op.create_index(op.f("ix_signposts_checked_by_id"), "signposts", ["checked_by_id"])
    op.create_index(
        "uq_signposts_name_key_listed",
        "signposts",
        ["name_key"],
        unique=True,
        sqlite_where=LISTED,
        postgresql_where=LISTED,
    )
    op.create_table(
        "signpost_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signpost_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        *_person("who_id", "signpost_changes"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(DONE, name=op.f("ck_signpost_changes_what")),
        sa.ForeignKeyConstraint(["signpost_id"], ["signposts.id"], name=op.f("fk_signpost_changes_signpost_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signpost_changes")),
    )
    op.create_index(op.f("ix_signpost_changes_signpost_id_id"), "signpost_changes", ["signpost_id", "id"])
    op.create_index(op.f("ix_signpost_changes_who_id"), "signpost_changes", ["who_id"])
    op.create_table(
        "tellings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signpost_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        *_person("who_id", "tellings"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["signpost_id"], ["signposts.id"], name=op.f("fk_tellings_signpost_id")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_tellings_call_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_tellings_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tellings")),
    )
    for column in ("call_id", "request_id"):
        op.create_index(f"uq_tellings_{column}_signpost_id", "tellings", [column, "signpost_id"], unique=True)
    op.create_index(op.f("ix_tellings_signpost_id_at"), "tellings", ["signpost_id", "at"])
    op.create_index(op.f("ix_tellings_at"), "tellings", ["at"])
    op.create_index(op.f("ix_tellings_who_id"), "tellings", ["who_id"])


def downgrade() -> None:
    for table in ("tellings", "signpost_changes", "signposts"):
        op.drop_table(table)
