"""Alembic's way in: the tables as the code has them, on the database that is being migrated."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from helpline import config, db, sealed, states
from helpline.tables import metadata

OURS = (db.Instant, sealed.Sealed, sealed.SealedBytes, states.StateText)


def render(kind: str, thing: Any, autogen: Any) -> Any:
    """Write our own column types into migrations as the plain types that they store."""
    if kind == "type" and isinstance(thing, OURS):
        return f"sa.{thing.impl!r}".replace("sa.DateTime()", "sa.DateTime(timezone=True)")
    del autogen
    return False


def run(connection: Connection) -> None:
    """Bring one database up to date."""
    context.configure(
        connection=connection, target_metadata=metadata, render_item=render, render_as_batch=True, compare_type=False
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = db.Database(config.load().database_url).writer
    with engine.begin() as opened:
        run(opened)
