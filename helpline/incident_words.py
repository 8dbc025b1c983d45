"""The words about incidents, and a gentle look for names and numbers in what somebody wrote of one. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum

from helpline import shortly, wording


class Serious(StrEnum):
    """How serious it was."""

    SMALL = "small"
    NEAR = "near"
    HARM = "harm"


SERIOUS_WORDS = {
    Serious.SMALL: "A nuisance, no more",
    Serious.NEAR: "It could have harmed somebody",
    Serious.HARM: "Somebody was harmed",
}
_NUMBER = re.compile(r"(?:\+|\b)\d(?:[\s().-]?\d){5,}")
_WORD = re.compile(r"[^\W\d_]+")
SHORTEST = 3
"""Letters of a name that is looked for: shorter ones are words as well."""


def gives_away(words: str, names: Iterable[str | None]) -> list[str]:
    """What in these words names somebody: a telephone number, or a word of one of these names. As it was written, once each."""
    known = {part.casefold() for name in names if name for part in _WORD.findall(name) if len(part) >= SHORTEST}
    found = [number.strip() for number in _NUMBER.findall(words)]
    found += [word for word in _WORD.findall(words) if word.casefold() in known]
    return list(dict.fromkeys(found))


def warning(found: list[str]) -> str:
    """What is said of it."""
    quoted = wording.listed([f"“{one}”" for one in found])
    return f"{quoted} could name somebody. Say it without, if it can be said: “a neighbour”, “the coordinator”."


def owner_text(group: str, link: str) -> str:
    """Tells somebody that they answer for an incident; nothing of what happened is in it."""
    return min(
        (
            wording.plain(
                f"{one}: an incident was written down, and you answer for what we change. Read it here: {link}"
            )
            for one in (group, shortly.group(group))
        ),
        key=shortly.parts,
    )
