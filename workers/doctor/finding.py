"""What a check says: one line each, for a volunteer; never a secret, a number or a name of anybody."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from workers.doctor.patient import Patient


class Level(StrEnum):
    """How bad it is; what is only to be looked at may be as it is meant to be."""

    OK = "ok"
    LOOK = "look"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """One line; unless all is well, it says what to do."""

    level: Level
    words: str


Check = Callable[[Patient], Iterator[Finding]]


def ok(words: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, words)


def look(words: str) -> Finding:
    """Perhaps not as it should be."""
    return Finding(Level.LOOK, words)


def wrong(words: str) -> Finding:
    """Residents will not be helped, or will be harmed, until this is put right."""
    return Finding(Level.WRONG, words)
