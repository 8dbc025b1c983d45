"""by which way something is said: WhatsApp, calls that tell, what was refused, numbers that do not work."""

from functools import partial

import sqlalchemy as sa
from alembic import op

from migrations.rules import knowing, not_knowing, rule_of

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

WAY = "way IN ('text', 'whatsapp', 'voice')"
DETAILS_BY = "details_by IN ('link', 'text', 'voice')"
ADDED = (
    ("people", sa.Column("whatsapp_at", sa.DateTime(timezone=True), nullable=True)),
    ("people", sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True)),
    ("messages", sa.Column("fills", sa.LargeBinary(), nullable=True)),
    ("messages", sa.Column("code", sa.Integer(), nullable=True)),
    ("messages", sa.Column("instead_of_id", sa.Integer(), nullable=True)),
    ("rings", sa.Column("message_id", sa.Integer(), nullable=True)),
)
# In words, since both databases take a rule with a new column, and SQLite takes it at no other time.
RULED = (
    (
        "people",
        "details_by",
        f"VARCHAR(24) DEFAULT 'link' NOT NULL CONSTRAINT ck_people_details_by CHECK ({DETAILS_BY})",
    ),
    ("messages", "way", f"VARCHAR(24) DEFAULT 'text' NOT NULL CONSTRAINT ck_messages_way CHECK ({WAY})"),
    ("texts", "way", f"VARCHAR(24) DEFAULT 'text' NOT NULL CONSTRAINT ck_texts_way CHECK ({WAY})"),
    ("desk_items", "person_id", "INTEGER CONSTRAINT fk_desk_items_person_id REFERENCES people (id)"),
    ("pin_guesses", "ring_id", "INTEGER CONSTRAINT fk_pin_guesses_ring_id REFERENCES rings (id)"),
)
# Which rules know another word now: of which table, by what name, and the word.
WORDS = (
    ("rings", "ck_rings_kind", "tell"),
    ("rings", "ck_rings_about_a_call", "tell"),
    ("desk_items", "ck_desk_items_kind", "number"),
    ("errands", "ck_errands_kind", "delete_call"),
)
LIVE_ITEM = sa.text("state <> 'done' AND person_id IS NOT NULL")
TOLD = sa.text("message_id IS NOT NULL")


def upgrade() -> None:
    for table, column, words in RULED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {words}")
    for table, added in ADDED:
        op.add_column(table, added)
    for table, rule, word in WORDS:
        rule_of(table, rule, partial(knowing, word))
    op.create_index(op.f("ix_rings_message_id"), "rings", ["message_id"], sqlite_where=TOLD, postgresql_where=TOLD)
    op.create_index(
        "uq_desk_items_person_id_live",
        "desk_items",
        ["kind", "person_id"],
        unique=True,
        sqlite_where=LIVE_ITEM,
        postgresql_where=LIVE_ITEM,
    )
    with op.batch_alter_table("pin_guesses") as guesses:
        guesses.alter_column("call_id", existing_type=sa.Integer(), nullable=True)
        guesses.create_unique_constraint(op.f("uq_pin_guesses_ring_id_nth"), ["ring_id", "nth"])


def downgrade() -> None:
    op.execute("DELETE FROM pin_guesses WHERE call_id IS NULL")
    op.execute("DELETE FROM errands WHERE kind = 'delete_call'")
    op.execute("DELETE FROM desk_items WHERE kind = 'number'")
    op.execute("DELETE FROM desk_items WHERE ring_id IN (SELECT id FROM rings WHERE kind = 'tell')")
    op.execute("DELETE FROM rings WHERE kind = 'tell'")
    with op.batch_alter_table("pin_guesses") as guesses:
        guesses.drop_constraint(op.f("uq_pin_guesses_ring_id_nth"), type_="unique")
        guesses.drop_column("ring_id")
        guesses.alter_column("call_id", existing_type=sa.Integer(), nullable=False)
    op.drop_index("uq_desk_items_person_id_live", table_name="desk_items")
    op.drop_index(op.f("ix_rings_message_id"), table_name="rings")
    for table, rule, word in WORDS:
        rule_of(table, rule, partial(not_knowing, word))
    for table, added in ADDED:
        op.drop_column(table, added.name)
    for table, column, _ in RULED:
        if table != "pin_guesses":
            op.drop_column(table, column)
