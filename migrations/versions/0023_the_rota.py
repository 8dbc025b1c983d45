"""the rota: patterns, slots, regulars, and the life of a shift."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patterns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("made_until", sa.Date(), nullable=True),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_patterns_weekday")),
        sa.CheckConstraint("least >= 1 AND most >= least", name=op.f("ck_patterns_least_and_most")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patterns")),
    )
    op.create_table(
        "slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_why", sa.String(length=24), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_slots_forwards")),
        sa.CheckConstraint("least >= 1 AND most >= least", name=op.f("ck_slots_least_and_most")),
        sa.CheckConstraint(
            "called_off_why IN ('closed', 'pattern', 'organiser')", name=op.f("ck_slots_called_off_why")
        ),
        sa.ForeignKeyConstraint(["pattern_id"], ["patterns.id"], name=op.f("fk_slots_pattern_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("pattern_id", "day", name=op.f("uq_slots_pattern_id_day")),
    )
    op.create_index(op.f("ix_slots_starts_at"), "slots", ["starts_at"])
    op.create_table(
        "regulars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.CheckConstraint("every BETWEEN 1 AND 2", name=op.f("ck_regulars_every")),
        sa.ForeignKeyConstraint(["pattern_id"], ["patterns.id"], name=op.f("fk_regulars_pattern_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_regulars_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulars")),
    )
    op.create_index(op.f("ix_regulars_pattern_id"), "regulars", ["pattern_id"])
    op.create_index(op.f("ix_regulars_person_id"), "regulars", ["person_id"])
    for name in ("slot_id", "shift_id"):
        op.add_column("events", sa.Column(name, sa.Integer(), nullable=True))
    # Old code writes shifts without a state: they are kept.
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slot_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=24), server_default="kept", nullable=False))
        for name in ("was_to_end_at", "cover_wanted_at", "confirmed_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_shifts_slot_id"), "slots", ["slot_id"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_shifts_state"), "state IN ('kept', 'cover_wanted', 'left', 'passed_on', 'called_off')"
        )
        batch_op.create_index(batch_op.f("ix_shifts_slot_id"), ["slot_id"])
    _part_what_overlaps()
    _refuse_twice()


def _part_what_overlaps() -> None:
    """Shifts of one handler that overlap, from before the database refused them: the later one is not live."""
    op.execute(
        "UPDATE shifts SET state = 'left' WHERE EXISTS (SELECT 1 FROM shifts AS other WHERE other.person_id = shifts.person_id "
        "AND other.id < shifts.id AND other.starts_at < shifts.ends_at AND other.ends_at > shifts.starts_at)"
    )


def _refuse_twice() -> None:
    """Nobody is on the rota twice at one time. On SQLite a migration that makes `shifts` anew must make these triggers again."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE shifts ADD CONSTRAINT ex_shifts_once EXCLUDE USING gist (int4range(person_id, person_id, '[]') WITH &&, "
            "tstzrange(starts_at, ends_at) WITH &&) WHERE (state IN ('kept', 'cover_wanted'))"
        )
        return
    for name, when in (("made", "INSERT"), ("changed", "UPDATE OF person_id, state, starts_at, ends_at")):
        op.execute(
            f"CREATE TRIGGER shifts_once_{name} BEFORE {when} ON shifts "  # noqa: S608  # words of our own
            "WHEN NEW.state IN ('kept', 'cover_wanted') AND EXISTS "
            "(SELECT 1 FROM shifts WHERE person_id = NEW.person_id AND id IS NOT NEW.id AND state IN ('kept', 'cover_wanted') "
            "AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at) BEGIN SELECT RAISE(ABORT, 'on the rota twice'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE shifts DROP CONSTRAINT ex_shifts_once")
    else:
        for name in ("made", "changed"):
            op.execute(f"DROP TRIGGER shifts_once_{name}")
    op.execute("DELETE FROM shifts WHERE state NOT IN ('kept', 'cover_wanted')")
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shifts_slot_id"))
        batch_op.drop_constraint(batch_op.f("ck_shifts_state"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_shifts_slot_id"), type_="foreignkey")
        for name in ("confirmed_at", "cover_wanted_at", "was_to_end_at", "state", "slot_id"):
            batch_op.drop_column(name)
    for name in ("shift_id", "slot_id"):
        op.drop_column("events", name)
    for table in ("regulars", "slots", "patterns"):
        op.drop_table(table)
