"""The first words of a call, remembered for two seconds: every call begins with them, and a group changes them once a month."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import Response
from sqlalchemy.orm import Session

from helpline import languages

FRESH = timedelta(seconds=2)


@dataclass(frozen=True)
class Said:
    """The languages offered, with the key of each, and the documents made so far, by the language that comes first."""

    read_at: datetime
    offered: dict[str, int]
    documents: dict[str, bytes] = field(default_factory=dict)

    def document(self, language: str, make: Callable[[], Response]) -> Response:
        """The document that begins in this language, made once."""
        if language not in self.documents:
            self.documents[language] = bytes(make().body)
        return Response(self.documents[language], media_type="text/xml")


class FirstWords:
    """What this process remembers of them. Two threads that ask at once both read, and one of them is remembered."""

    def __init__(self) -> None:
        self._said: Said | None = None

    def now(self, session: Session, at: datetime) -> Said:
        """What is said at this instant, read again when it was read too long ago."""
        said = self._said
        if said is None or not timedelta(0) <= at - said.read_at < FRESH:
            said = self._said = Said(at, languages.offered(session))
        return said
