"""What a text of one of ours means: a coordinator's answer, or a handler who is ready, or wants a pause. Pure.

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
    READY = "ready"
    PAUSE = "pause"
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
# Of the line itself, for handlers. None of them is a word that a coordinator answers with, since one person may be both.
READY = frozenset(
    """ready|im ready|i'm ready|i am ready|ready now|im ready now|i'm ready now|i am ready now|ready again|ready for the next
    |ready for the next one|ready for the next call|ready for next call|im free|i'm free|i am free|free now|im free now
    |i'm free now|free again|available now|back|im back|i'm back|i am back|back now|im back now|i'm back now|back again
    |ring me again|resume|unpause""".replace("\n    ", "").split("|")
)
PAUSE = frozenset(
    """pause|pause me|pause my phone|pause now|break|a break|on a break|need a break|i need a break|taking a break
    |having a break|dont ring me|don't ring me|do not ring me""".replace("\n    ", "").split("|")
)
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
        (READY, Meaning.READY),
        (PAUSE, Meaning.PAUSE),
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
