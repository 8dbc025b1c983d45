"""Every table, imported once so that migrations and tests see them all."""

from helpline import (
    calls,
    desk_items,
    errands,
    history,
    links,
    messages,
    offers,
    people,
    places,
    pulse,
    requests,
    rings,
    rota,
    sign_in,
    texts,
)
from helpline.db import Base

__all__ = [
    "Base",
    "calls",
    "desk_items",
    "errands",
    "history",
    "links",
    "messages",
    "offers",
    "people",
    "places",
    "pulse",
    "requests",
    "rings",
    "rota",
    "sign_in",
    "texts",
]

metadata = Base.metadata
