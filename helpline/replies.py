"""What a coordinator's text means. Pure.

Generous with how people write, and never ambiguous: whatever is not clearly a yes is never taken as one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What a text says."""

    YES = "yes"
    NO = "no"
    DONE = "done"
    STOP = "stop"
    START = "start"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Reply:
    """A meaning, and the letter of the offer it is about, if one was given."""

    meaning: Meaning
    letter: str | None = None


# The carriers act on these themselves (Twilio, "Support for opt-out keywords"); ours collide with none of them.
STOP = frozenset({"stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel"})
START = frozenset({"start", "unstop"})
YES = frozenset(
    """yes|y|yep|yeah|yup|ok|okay|aye|1|sure|will do|yes please|yes will do|yes please will do|happy to|i can|i will
    |yes ok|ok yes|no problem|yes no problem|no problem yes|yep will do|ok will do|yes i can|yes i will|i can do it
    |i can do that|can do|yes can do|i will do it|tak""".replace("\n    ", "").split("|")
)
NO = frozenset(
    """no|n|nope|2|cant|can't|cannot|sorry|sorry no|no sorry|sorry cant|sorry can't|i cant|i can't|no thanks
    |not this time|not today|no cant|no can't|cant sorry|can't sorry|cannot sorry|sorry cannot|i cannot|no not today
    |sorry not today|sorry not this time|sorry i can't|sorry i cant|nie""".replace("\n    ", "").split("|")
)
DONE = frozenset({"done", "finished", "sorted", "all done", "its done", "it's done", "completed", "all sorted"})
THUMB = re.compile("^\N{THUMBS UP SIGN}[\U0001f3fb-\U0001f3ff]?$")
_APOSTROPHES = re.compile(
    "[\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}`\N{PRIME}\N{MODIFIER LETTER APOSTROPHE}]"
)
_CANNOT = re.compile(r"\b(can|won|don) t\b")  # typed without its apostrophe, this is no letter T
# An x is a kiss, so it is no offer's letter.
_POLITE = re.compile(r"\b(?:thanks|thank you|please|ta|love|x+)\b")


def understand(body: str) -> Reply:
    """What a text says: `YES A`, `yes`, `No b`, `Done!`, a thumb up."""
    words = body.strip()
    if THUMB.match(words):
        return Reply(Meaning.YES)
    if "?" in words:  # "Yes?" asks something
        return Reply(Meaning.UNCLEAR)
    simple = re.sub(r"[^\w' ]+", " ", _APOSTROPHES.sub("'", words).lower())
    simple = _CANNOT.sub(r"\1't", " ".join(simple.split()))
    whole = _meaning(simple)
    if whole is not None:
        return Reply(whole)
    bare = " ".join(_POLITE.sub(" ", simple).split())
    lettered = _with_letter(bare)
    if lettered is not None:
        return lettered
    meaning = _meaning(bare)
    return Reply(meaning) if meaning is not None else Reply(Meaning.UNCLEAR)


def _meaning(simple: str) -> Meaning | None:
    for words, meaning in (
        (STOP, Meaning.STOP),
        (START, Meaning.START),
        (YES, Meaning.YES),
        (NO, Meaning.NO),
        (DONE, Meaning.DONE),
    ):
        if simple in words:
            return meaning
    return None


def _with_letter(simple: str) -> Reply | None:
    """`yes a`, `a yes`, `no a sorry`: one letter alone beside words that have a meaning without it."""
    words = simple.split()
    for place, word in enumerate(words):
        if len(word) == 1 and word.isascii() and word.isalpha():
            meaning = _meaning(" ".join(words[:place] + words[place + 1 :]))
            if meaning in {Meaning.YES, Meaning.NO, Meaning.DONE}:
                return Reply(meaning, word.upper())
    return None
