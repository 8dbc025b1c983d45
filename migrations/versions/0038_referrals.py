"""referrals: somebody passed on to an organisation, or by one to us; and what the desk owes about one."""

from functools import partial

import sqlalchemy as sa
from alembic import op

from migrations.rules import knowing, not_knowing, rule_of

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

WAITS = sa.text("state = 'waiting'")
REQUESTED = sa.text("request_id IS NOT NULL")
OVER = sa.text("over_at IS NOT NULL AND forgotten_at IS NULL")
LIVE_ITEM = sa.text("state <> 'done' AND referral_id IS NOT NULL")
NAMED = ("signpost_id", "signposts", False), ("request_id", "requests", True), ("call_id", "calls", True)


def upgrade() -> None:
    op.create_table(
        "referrals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=may_lack) for column, _, may_lack in NAMED),
        sa.Column("instead", sa.Boolean(), server_default=sa.false(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("name", "phone", "words", "came_back")),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("hear_by_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("way IN ('out', 'in')", name=op.f("ck_referrals_way")),
        sa.CheckConstraint(
            "state IN ('waiting', 'helped', 'could_not', 'called_off')", name=op.f("ck_referrals_state")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_referrals_{column}"))
            for column, table, _ in NAMED
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_referrals_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("form_key", name=op.f("uq_referrals_form_key")),
    )
    op.create_index(
        op.f("ix_referrals_hear_by_at"), "referrals", ["hear_by_at"], sqlite_where=WAITS, postgresql_where=WAITS
    )
    op.create_index(
        op.f("ix_referrals_request_id"), "referrals", ["request_id"], sqlite_where=REQUESTED, postgresql_where=REQUESTED
    )
    op.create_index(op.f("ix_referrals_over_at"), "referrals", ["over_at"], sqlite_where=OVER, postgresql_where=OVER)
    for columns in (["signpost_id", "id"], ["made_at"], ["made_by_id"]):
        op.create_index(op.f(f"ix_referrals_{'_'.join(columns)}"), "referrals", columns)
    op.add_column("desk_items", sa.Column("referral_id", sa.Integer(), nullable=True))
    rule_of("desk_items", "ck_desk_items_kind", partial(knowing, "referral"))
    op.create_index(
        "uq_desk_items_referral_id_live",
        "desk_items",
        ["kind", "referral_id"],
        unique=True,
        sqlite_where=LIVE_ITEM,
        postgresql_where=LIVE_ITEM,
    )


def downgrade() -> None:
    op.execute("DELETE FROM desk_items WHERE kind = 'referral'")
    op.drop_index("uq_desk_items_referral_id_live", table_name="desk_items")
    rule_of("desk_items", "ck_desk_items_kind", partial(not_knowing, "referral"))
    op.drop_column("desk_items", "referral_id")
    op.drop_table("referrals")
