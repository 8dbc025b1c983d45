"""incidents: what went wrong, who answers for it, and what we changed."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
WHO = (("owner_id", False), ("written_by_id", False), ("closed_by_id", True))


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("serious", sa.String(length=24), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("changed", sa.LargeBinary(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        *(sa.Column(column, sa.Integer(), nullable=may_lack) for column, may_lack in WHO),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_incidents_state")),
        sa.CheckConstraint("serious IN ('small', 'near', 'harm')", name=op.f("ck_incidents_serious")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_incidents_request_id")),
        *(sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_incidents_{column}")) for column, _ in WHO),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("form_key", name=op.f("uq_incidents_form_key")),
    )
    op.create_index(
        op.f("ix_incidents_written_at"), "incidents", ["written_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    for column in ("closed_at", "request_id"):
        known = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            op.f(f"ix_incidents_{column}"), "incidents", [column], sqlite_where=known, postgresql_where=known
        )
    for column, _ in WHO:
        op.create_index(op.f(f"ix_incidents_{column}"), "incidents", [column])


def downgrade() -> None:
    op.drop_table("incidents")
