"""Every table, imported once so that migrations and tests see them all."""

from helpline import (
    calls,
    desk_items,
    durations,
    errands,
    history,
    languages,
    links,
    messages,
    offers,
    people,
    places,
    prompts,
    pulse,
    requests,
    rings,
    rota,
    said,
    sign_in,
    spoken_notes,
    texts,
)
from helpline.db import Base

__all__ = [
    "Base",
    "calls",
    "desk_items",
    "durations",
    "errands",
    "history",
    "languages",
    "links",
    "messages",
    "offers",
    "people",
    "places",
    "prompts",
    "pulse",
    "requests",
    "rings",
    "rota",
    "said",
    "sign_in",
    "spoken_notes",
    "texts",
]

metadata = Base.metadata
