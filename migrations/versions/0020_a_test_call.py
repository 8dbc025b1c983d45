"""A test call to one of our own, and when a handler was sent the contact card."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KIND, ABOUT = "ck_rings_kind", "ck_rings_about_a_call"
BEFORE, AFTER = "(kind = 'say') = (call_id IS NULL)", "(kind IN ('say', 'test')) = (call_id IS NULL)"


def upgrade() -> None:
    op.add_column("people", sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True))
    # Whoever answers the line by now has found out how to.
    op.execute(
        "UPDATE people SET welcomed_at = created_at "
        "WHERE id IN (SELECT person_id FROM hats WHERE name IN ('handler', 'organiser'))"
    )
    _kinds(known=True)


def downgrade() -> None:
    op.execute("DELETE FROM rings WHERE kind = 'test'")
    _kinds(known=False)
    op.drop_column("people", "welcomed_at")


def _kinds(*, known: bool) -> None:
    """Change which kinds there are, whichever they are by now, and which of them are about no call."""
    old, new = (BEFORE, AFTER) if known else (AFTER, BEFORE)
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        _made_anew(old, new, known=known)
        return
    rule = bind.scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": KIND}
    )
    op.drop_constraint(op.f(KIND), "rings", type_="check")
    words = _words(re.findall(r"'(\w+)'", rule), known=known)
    op.create_check_constraint(op.f(KIND), "rings", f"kind IN ({words})")
    op.drop_constraint(op.f(ABOUT), "rings", type_="check")
    op.create_check_constraint(op.f(ABOUT), "rings", new)


def _words(said: list[str], *, known: bool) -> str:
    return ", ".join(repr(word) for word in [*(one for one in said if one != "test"), *(["test"] if known else [])])


def _made_anew(old: str, new: str, *, known: bool) -> None:
    """SQLite changes a rule by making the table anew. Rows of others name its rows meanwhile, and find them again at the end."""
    bind = op.get_bind()
    told = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = 'rings' AND sql IS NOT NULL")
    ).all()
    (made,) = [words for kind, words in told if kind == "table"]
    rule = re.search(rf'CONSTRAINT "?{KIND}"? CHECK \(kind IN \(([^)]*)\)\)', made)
    if rule is None or old not in made:
        raise LookupError("rings has other rules than this knows")
    made = made.replace(rule[1], _words(re.findall(r"'(\w+)'", rule[1]), known=known)).replace(old, new)
    bind.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    bind.exec_driver_sql("CREATE TEMPORARY TABLE kept_rows AS SELECT * FROM rings")
    bind.exec_driver_sql("DROP TABLE rings")
    bind.exec_driver_sql(made)
    bind.exec_driver_sql("INSERT INTO rings SELECT * FROM kept_rows")
    bind.exec_driver_sql("DROP TABLE kept_rows")
    for kind, words in told:
        if kind != "table":
            bind.exec_driver_sql(words)
