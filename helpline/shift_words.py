"""What a handler says of their own shifts by text: I need cover, when am I on, I am on now, I am off, I am late, try me. Pure.

None of these is a word that the carriers act on (STOP, START, END, CANCEL, QUIT, HELP), nor one that answers a question
(`replies`).
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """What is wanted."""

    COVER = "cover"
    SHIFTS = "shifts"
    ON = "on"
    OFF = "off"
    LATE = "late"
    TEST = "test"


@dataclass(frozen=True)
class Said:
    """What somebody wants, and how many minutes late they are, when they said."""

    wish: Wish
    minutes: int | None = None


WORDS: dict[Wish, frozenset[str]] = {
    wish: frozenset(words.split("|"))
    for wish, words in {
        Wish.COVER: "cover|need cover|i need cover|cover me|find cover|cover needed|cover wanted|need someone to cover"
        "|need somebody to cover|can someone cover|can somebody cover|can anyone cover|can anybody cover"
        "|can someone cover me|can somebody cover me|can anyone cover me|can anybody cover me"
        "|can someone cover my shift|can somebody cover my shift|can anyone cover my shift|can anybody cover my shift"
        "|i need cover for my shift|need cover for my shift|cover my shift|cover for my shift|i cant do my shift"
        "|cant do my shift|cannot do my shift|i cannot do my shift|i cant make my shift|cant make my shift",
        Wish.SHIFTS: "shifts|shift|my shifts|my shift|my next shift|next shift|when am i on|when am i on next"
        "|when is my next shift|whens my next shift|when is my shift|whens my shift|rota|my rota",
        Wish.ON: "on|on now|on shift|im on|i am on|im on now|i am on now|begin|begin shift|begin my shift|im starting"
        "|i am starting|start shift|start my shift|start now|starting now|starting early|on early|start early|im on early",
        Wish.OFF: "off|off now|off shift|im off|i am off|im off now|i am off now|end shift|end my shift|end now"
        "|finish shift|finish my shift|going off|signing off|off early|finish early|finishing early|ending early",
        Wish.TEST: "test|test call|test me|ring me for a test|test my phone|try me|send test|test please",
    }.items()
}
LATE = re.compile(
    r"(?:i ?(?:a?m|will be|ll be) |running |will be |be )*(?:(?P<before>\d{1,3}) ?(?:m|min|mins|minutes)? )?late"
    r"(?: by)?(?: (?P<after>\d{1,3}) ?(?:m|min|mins|minutes)?)?"
)


def understand(body: str) -> Said | None:
    """What a text wants: `COVER`, `late 20`, `I'm on now`; None when it says none of these."""
    letters = body.strip().lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("'", "")
    simple = " ".join(re.sub(r"[^\w ]+", " ", letters).split())
    simple = re.sub(r"^(?:(?:hi|hello|please|sorry)\s+)+|(?:\s+(?:please|thanks|thank you|sorry|x+))+$", "", simple)
    late = LATE.fullmatch(simple)
    if late:
        minutes = late["before"] or late["after"]
        return Said(Wish.LATE, int(minutes) if minutes else None)
    return next((Said(wish) for wish, words in WORDS.items() if simple in words), None)
