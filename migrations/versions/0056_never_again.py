"""ids that never come again: SQLite gave that of the newest row, once it was gone, to the next one."""

from functools import partial

from alembic import op

from migrations.rules import made_anew

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

# Whose rows can go, and whose ids stand in addresses or in rows that stay.
TABLES = ("people", "hats", "sheets", "drafts", "covers", "regulars", "away", "devices")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return  # PostgreSQL counts on by itself
    for table in TABLES:
        made_anew(table, partial(_counting_on, table))
    # Events name whoever is gone, too.
    newest = "SELECT max(person_id) FROM events"
    op.execute(f"UPDATE sqlite_sequence SET seq = max(seq, coalesce(({newest}), 0)) WHERE name = 'people'")  # noqa: S608
    # Who read of somebody before we knew them read of another one, who had their id.
    known = "SELECT 1 FROM people WHERE people.id = readings.person_id AND people.created_at <= readings.at"
    op.execute(
        f"UPDATE readings SET person_id = NULL WHERE person_id IS NOT NULL AND NOT EXISTS ({known})"  # noqa: S608
    )


def _counting_on(table: str, made: str) -> str:
    """The words that made a table, once more, with the key beside its column: only there does SQLite let it count on."""
    if "AUTOINCREMENT" in made:
        return made
    column, key = "\tid INTEGER NOT NULL,", f"CONSTRAINT pk_{table} PRIMARY KEY (id),"
    if column not in made or key not in made:
        raise LookupError(f"{table} has another key than this knows")
    counting = f"\tid INTEGER NOT NULL CONSTRAINT pk_{table} PRIMARY KEY AUTOINCREMENT,"
    return made.replace(key, "").replace(column, counting)


def downgrade() -> None:
    """They may count on: older code runs with it."""
