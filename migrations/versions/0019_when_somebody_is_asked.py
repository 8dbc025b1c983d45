"""when somebody is asked: days away, quiet hours, a rest, and how many requests at once."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OF_PEOPLE: tuple[tuple[str, Any], ...] = (
    ("quiet_from", sa.Time()),
    ("quiet_until", sa.Time()),
    ("rests_until", sa.Date()),
    ("most_open", sa.Integer()),
)
OF_REQUESTS: tuple[tuple[str, Any], ...] = (
    ("waits_until", sa.DateTime(timezone=True)),
    ("waits_for_id", sa.Integer()),
)


def upgrade() -> None:
    op.create_table(
        "away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("said_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("last >= first", name=op.f("ck_away_forwards")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_away_person_id")),
        sa.ForeignKeyConstraint(["said_by_id"], ["people.id"], name=op.f("fk_away_said_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away")),
    )
    op.create_index(op.f("ix_away_person_id_last"), "away", ["person_id", "last"])
    op.create_index(op.f("ix_away_last"), "away", ["last"])
    op.create_index(op.f("ix_away_said_by_id"), "away", ["said_by_id"])
    for name, kind in OF_PEOPLE:
        op.add_column("people", sa.Column(name, kind, nullable=True))
    for name, kind in OF_REQUESTS:
        op.add_column("requests", sa.Column(name, kind, nullable=True))
    waits = sa.text("waits_until IS NOT NULL")
    op.create_index(
        op.f("ix_requests_waits_until"), "requests", ["waits_until"], sqlite_where=waits, postgresql_where=waits
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_requests_waits_until"), table_name="requests")
    for name, _ in OF_REQUESTS:
        op.drop_column("requests", name)
    for name, _ in OF_PEOPLE:
        op.drop_column("people", name)
    op.drop_table("away")
