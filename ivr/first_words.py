"""The first words of a call, remembered for two seconds: every call begins with them, and a group changes them once a month."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import Response
from sqlalchemy.orm import Session

from helpline import calls, durations, languages
from helpline.db import Database
from helpline.script import Sentence

FRESH = timedelta(seconds=2)


@dataclass(frozen=True)
class Said:
    """The languages offered, with the key of each, and the documents made so far, by the language that comes first.

    `asks_first`: whether somebody whose number is withheld presses a key before anybody is rung.
    """

    read_at: datetime
    offered: dict[str, int]
    asks_first: bool = False
    documents: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def first(self, database: Database, phone: str | None) -> str:
        """The language that comes first for whoever rings from this number."""
        if len(self.offered) == 1:
            return next(iter(self.offered))
        with database.reading() as session:
            return calls.language_for(session, phone, self.offered)

    def document(
        self, database: Database, language: str, menu: Sentence, make: Callable[[Session], Response]
    ) -> Response:
        """The document that begins in this language, with this menu, made once."""
        which = language, menu.key
        if which not in self.documents:
            with database.reading() as session:
                self.documents[which] = bytes(make(session).body)
        return Response(self.documents[which], media_type="text/xml")


class FirstWords:
    """What this process remembers of them. Two threads that ask at once both read, and one of them is remembered."""

    def __init__(self) -> None:
        self._said: Said | None = None

    def now(self, database: Database, at: datetime) -> Said:
        """What is said at this instant, read again when it was read too long ago."""
        said = self._said
        if said is None or not timedelta(0) <= at - said.read_at < FRESH:
            with database.reading() as session:
                asks_first = durations.of(session).withheld_keys > 0
                said = self._said = Said(at, languages.offered(session), asks_first=asks_first)
        return said
