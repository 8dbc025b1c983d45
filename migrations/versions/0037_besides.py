"""what a request may say besides: for whom somebody rang, the language, who pays, and who answers for it."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ADDED: tuple[sa.Column[object], ...] = (
    sa.Column("for_another", sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column("knows", sa.Boolean(), nullable=True),
    sa.Column("ring_ringer", sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column("ringer", sa.LargeBinary(), nullable=True),
    sa.Column("asker_id", sa.Integer(), nullable=True),
    sa.Column("language", sa.LargeBinary(), nullable=True),
    sa.Column("paid_how", sa.String(length=24), nullable=True),
    sa.Column("payer", sa.LargeBinary(), nullable=True),
    sa.Column("worry", sa.LargeBinary(), nullable=True),
    sa.Column("lead_id", sa.Integer(), nullable=True),
)


def upgrade() -> None:
    for column in ADDED:
        op.add_column("requests", column)
    for name in ("asker_id", "lead_id"):
        known = sa.text(f"{name} IS NOT NULL")
        op.create_index(op.f(f"ix_requests_{name}"), "requests", [name], sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    for name in ("asker_id", "lead_id"):
        op.drop_index(op.f(f"ix_requests_{name}"), table_name="requests")
    for column in reversed(ADDED):
        op.drop_column("requests", column.name)
