"""What a text says: a yes, a no, done, what?, a handler who is ready. Pure; the words are in `reply_words`.

Generous with how people write, and never ambiguous. A text is cut into phrases that we know, the longest first. Whatever is left
over makes it unclear, and so do two phrases that disagree; so no word that we do not know can ever turn a no into a yes.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from helpline import reply_words
from helpline.reply_text import NO_LETTERS, bare, fold, own_words, tokens
from helpline.reply_words import Role


class Meaning(StrEnum):
    """What a text says."""

    YES = "yes"
    NO = "no"
    DONE = "done"
    WHAT = "what"
    HELP = "help"
    LETTER = "letter"
    """A letter and nothing else, which may answer "Which one?"."""
    THANKS = "thanks"
    AUTOMATIC = "automatic"
    """A machine wrote it."""
    STOP = "stop"
    START = "start"
    READY = "ready"
    PAUSE = "pause"
    AWAY = "away"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Reply:
    """A meaning, and the letter of the question it is about, if one was given.

    `nod`: a yes that may also only say that something was read ("ok", a thumb up): it answers what was just asked, nothing else.
    """

    meaning: Meaning
    letter: str | None = None
    nod: bool = field(default=False, compare=False)


UNCLEAR = Reply(Meaning.UNCLEAR)
SAYS: dict[Role, Meaning] = {
    Role.YES: Meaning.YES,
    Role.NOD: Meaning.YES,
    Role.PROMISE: Meaning.YES,
    Role.NO: Meaning.NO,
    Role.SORRY: Meaning.NO,
    Role.DONE: Meaning.DONE,
    Role.WHAT: Meaning.WHAT,
    Role.HELP: Meaning.HELP,
    Role.READY: Meaning.READY,
    Role.PAUSE: Meaning.PAUSE,
    Role.AWAY: Meaning.AWAY,
}


_ASKS = re.compile("[?\N{ARABIC QUESTION MARK}\N{FULLWIDTH QUESTION MARK}\N{EXCLAMATION QUESTION MARK}]")


def understand(body: str, *, signed: str | None = None) -> Reply:
    """What a text says: `YES A`, `yes`, `No b`, `Done!`, a thumb up. `signed` is the sender's name, which may stand below it."""
    reaction = _reaction(body)
    if reaction is not None:
        return reaction
    words = own_words(body)
    plain = " ".join(tokens(words))
    if plain in reply_words.STOP or plain in reply_words.START:
        return Reply(Meaning.STOP if plain in reply_words.STOP else Meaning.START)
    if any(f" {phrase} " in f" {plain} " for phrase in _folded(reply_words.AUTOMATIC)):
        return Reply(Meaning.AUTOMATIC)
    said = _cut(tokens(words), signed or "")
    return _asking(said) if _ASKS.search(words) else _weigh(said)


# Reactions

_REACTIONS = {"liked": True, reply_words.THUMB_UP: True, "disliked": False, reply_words.THUMB_DOWN: False}
_REACTION = re.compile(r"\s*(\w+(?: \w+)?|\W{1,3} to) [\u201c\"](.*)[\u201d\"]\s*", re.DOTALL)
_REACTS = re.compile(r"liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|removed .*|\W{1,3} to", re.IGNORECASE)
_OF_A_QUESTION = re.compile(r"\byes\b(?: ([a-z])\b)?", re.IGNORECASE)


def _reaction(body: str) -> Reply | None:
    """A telephone that cannot react to a text writes what it would have done, and quotes ours; None when it is no such thing."""
    found = _REACTION.fullmatch(body)
    if found is None or not _REACTS.fullmatch(found[1]):
        return None
    likes = _REACTIONS.get(bare(found[1].lower().removesuffix(" to")))
    letters = {letter.upper() for letter in _OF_A_QUESTION.findall(found[2])}
    if likes is None or len(letters) > 1:
        return UNCLEAR
    if not letters:  # of no question
        return Reply(Meaning.THANKS) if likes else UNCLEAR
    return Reply(Meaning.YES if likes else Meaning.NO, letters.pop() or None)


# Phrases


@cache
def _folded(phrases: str) -> tuple[str, ...]:
    return tuple(fold(phrase) for phrase in phrases.split("|"))


@cache
def _known() -> dict[tuple[str, ...], Role]:
    known: dict[tuple[str, ...], Role] = {
        (picture,): role for role, pictures in reply_words.PICTURES.items() for picture in pictures
    }
    for language in reply_words.LANGUAGES.values():
        for role, phrases in language.items():
            known.update((tuple(phrase.split()), role) for phrase in _folded(phrases))
    return known


@cache
def _longest() -> int:
    return max(map(len, _known()))


@dataclass
class _Said:
    """What the phrases of a text do, the letters in it, and whether there is anything that we do not know."""

    roles: set[Role] = field(default_factory=set)
    letters: set[str] = field(default_factory=set)
    unknown: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.roles or self.letters or self.unknown)


_BEFORE_A_NAME = frozenset({"from", "its"})
# Nobody's name, whatever it is, may pass over one of these.
_NO_NAMES = frozenset(
    fold("but may if when not might later could would should hope except unless after before until").split()
)


def _cut(given: list[str], signed: str) -> _Said:
    said, name = _Said(), set(fold(signed).split()) - _NO_NAMES
    place = 0
    while place < len(given):
        length, role = _phrase(given[place:])
        word = given[place]
        if role is None and word in _BEFORE_A_NAME and name & set(given[place + 1 : place + 2]):
            role = Role.POLITE
        if role is None and _is_letter(word):
            said.letters.add(word.upper())
        elif role is None and word not in name:
            said.unknown = True
        else:
            said.roles.add(role or Role.POLITE)
        place += length
    return said


def _phrase(given: list[str]) -> tuple[int, Role | None]:
    """How many words the next phrase has, and what it does."""
    for length in range(min(_longest(), len(given)), 0, -1):
        role = _known().get(tuple(given[:length]))
        if role is not None:
            return length, role
    word = given[0]
    if _before_a_letter(given) or unicodedata.category(word[0]) == "So":
        return 1, Role.POLITE
    return 1, _known().get((_meant_to_be(word),))


def _is_letter(word: str) -> bool:
    return len(word) == 1 and "a" <= word <= "z" and word not in NO_LETTERS


def _before_a_letter(given: list[str]) -> bool:
    """`to A`, `with the letter A`."""
    after = next((word for word in given if word not in _folded(reply_words.BEFORE_A_LETTER)), "")
    return given[0] in _folded(reply_words.BEFORE_A_LETTER) and _is_letter(after)


@cache
def near(word: str) -> frozenset[str]:
    """Every word that is one slip away from this one, its first letter right."""
    head, rest = word[0], word[1:]
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(rest[:cut], rest[cut:]) for cut in range(len(rest) + 1)]
    left_out = {a + b[1:] for a, b in cuts if b}
    turned = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    wrong = {a + char + b[1:] for a, b in cuts if b for char in letters}
    added = {a + char + b for a, b in cuts for char in letters}
    slips = frozenset(head + tail for tail in left_out | turned | wrong | added)
    return frozenset(slip for slip in slips if len(slip) > 2 and slip not in _folded(reply_words.NEAR))


def _meant_to_be(word: str) -> str:
    return next((right for right in _folded(reply_words.FUZZY) if word in near(right)), word)


# What they say together


def _weigh(said: _Said) -> Reply:
    roles, letter = set(said.roles), next(iter(said.letters), None)
    if said.unknown or len(said.letters) > 1:
        return UNCLEAR
    if roles & {Role.NO, Role.SORRY}:
        roles -= {Role.REASON, Role.AWAY, Role.DOUBT}
    if Role.DONE in roles:
        roles -= {Role.WELL}
    if roles & {Role.REASON, Role.DOUBT, Role.WELL} or {Role.DONE, Role.PROMISE} <= roles:
        return UNCLEAR
    if Role.DONE in roles:  # "yes, done"
        roles -= {Role.YES, Role.NOD}
    says = {SAYS[role] for role in roles if role in SAYS}
    if len(says) == 1:
        meaning = says.pop()
        return Reply(meaning, letter, nod=meaning == Meaning.YES and Role.YES not in roles)
    if says or Role.SOON in roles:
        return UNCLEAR
    if letter is not None:
        return Reply(Meaning.LETTER, letter)
    return Reply(Meaning.THANKS) if Role.THANKS in roles else UNCLEAR


def _asking(said: _Said) -> Reply:
    """With a question mark it says neither yes nor no: it is "what?", or a person must read it."""
    asks = said.nothing or said.roles & {Role.WHAT, Role.SORRY}
    clear = not said.unknown and said.roles <= {Role.WHAT, Role.SORRY, Role.POLITE, Role.THANKS}
    return Reply(Meaning.WHAT) if asks and clear else UNCLEAR
