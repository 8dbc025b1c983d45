"""Street names as they are heard on the telephone and typed in a hurry. Pure.

The word behind (road, close, ...) is what people get wrong first, so names are compared without it and it only settles ties.
What is left is compared as letters (Jaro-Winkler), as sounds (Metaphone), as sounds in an accent that is not the mapmaker's, and as
the beginning of a name still being typed. A street is found by what it was called once as well.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import jellyfish
from rapidfuzz.distance import Indel, JaroWinkler

from helpline.places import Name
from helpline.road_words import KIND_OF, KINDS, LONG, SAID_AS

LIKELY = 0.79  # below this a suggestion is noise: measured on names that are not in the ward at all
NEAR_BEST = 0.16  # and so is whatever is this much less likely than the best
IN_AN_ACCENT = 0.96  # what is the same only in an accent is a little less likely
_A_WARD = 4096  # names made ready, and words as sounds, that are remembered


@dataclass(frozen=True)
class _Read:
    """A name made ready: its words without the kind behind, run together, as sounds, and the kind of road if it has one."""

    words: tuple[str, ...]
    letters: str
    sounds: str
    accent: str
    kind: str | None


@dataclass(frozen=True)
class Heard:
    """A street that may be meant, and its other name if that is what was heard."""

    street_id: int
    name: str
    other: str | None = None


def suggest(names: Iterable[Name], heard: str, most: int = 6) -> list[Heard]:
    """The streets that may be meant, likeliest first, each once; none when nothing is near."""
    by_name: dict[str, Heard] = {}
    for one in names:
        by_name[one.name] = Heard(one.street_id, one.name)
        for other in one.others:
            by_name.setdefault(other, Heard(one.street_id, one.name, other))
    first: dict[int, Heard] = {}
    for _, name in rank(list(by_name), heard):
        first.setdefault(by_name[name].street_id, by_name[name])
    return list(first.values())[:most]


def rank(names: Sequence[str], heard: str) -> list[tuple[float, str]]:
    """The names that may be meant, each with how likely it is, likeliest first."""
    readings = list(_readings(heard))
    if not readings:
        return []
    scored = [(round(max(_alike(said, one) for said in _name(name) for one in readings), 4), name) for name in names]
    best = max((score for score, _ in scored), default=0.0)
    near = [(score, name) for score, name in scored if score >= max(LIKELY, best - NEAR_BEST)]
    return sorted(near, key=lambda one: (-one[0], one[1]))


_HOUSE = re.compile(r"^(?:(?:number|no|num|flat|house)\.? )?\d+ ?[a-z]?$")


def _words(written: str) -> list[str]:
    """Plain words: without accents, apostrophes, or a house number in front."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", written) if not unicodedata.combining(letter))
    bare = re.sub(r"['’‘`]", "", bare.lower()).replace("&", " and ")  # noqa: RUF001  # both ways of an apostrophe
    words = re.findall(r"[a-z0-9]+", bare)
    if len(words) > 1 and _HOUSE.match(" ".join(words[:2])) and not words[0].isdigit():
        words = words[2:]  # "number 7": the word goes with the number
    words = [word for word in words if not re.fullmatch(r"\d+[a-z]?", word)]
    return words[1:] if words[:1] in (["the"], ["ye"]) and len(words) > 1 else words


def _made(words: Sequence[str], kind: str | None) -> _Read:
    # "St" in front is a saint; behind it is a street, and was taken off as the kind.
    words = [LONG.get(word, word) for word in words]
    letters = "".join(words)
    return _Read(tuple(words), letters, "".join(_sound(word) for word in words), _accent(letters), kind)


@lru_cache(_A_WARD)
def _sound(word: str) -> str:
    return jellyfish.metaphone(word)


@lru_cache(_A_WARD)
def _accent(letters: str) -> str:
    """How it sounds where no h is said in front, no r before a consonant, and th as f or v; vowels in front are all alike."""
    bare = re.sub(r"r(?=[^aeiouy]|$)", "", letters.removeprefix("h"))
    said = _sound(bare).replace("0", "F").replace("V", "F")
    return re.sub(r"^[AEIOU]", "A", said)


@lru_cache(_A_WARD)
def _name(name: str) -> tuple[_Read, ...]:
    """A name as it is written, and as it is said where nobody would guess."""
    words = _words(name)
    kind = KIND_OF.get(words[-1]) if len(words) > 1 else None
    own = words[:-1] if kind else words
    said = [part for word in own for part in SAID_AS.get(word, word).split()]
    return (_made(own, kind),) if said == own else (_made(own, kind), _made(said, kind))


def _readings(heard: str) -> Iterator[_Read]:
    """What was typed, read every way it may be meant: the last word may be a kind of road, whole, misspelt or begun."""
    words = _words(heard)
    if not words:
        return
    last, kinds = words[-1], set[str]()
    if len(words) > 1:
        kinds = {KIND_OF[last]} if last in KIND_OF else {kind for kind in KINDS if _begun_or_misspelt(last, kind)}
    for kind in sorted(kinds):
        yield _made(words[:-1], kind)
    if last not in KIND_OF or len(words) == 1:
        yield _made(words, None)


def _begun_or_misspelt(typed: str, kind: str) -> bool:
    return kind.startswith(typed) or (len(typed) > 3 and JaroWinkler.similarity(typed, kind) > 0.87)


def _alike(name: _Read, heard: _Read) -> float:
    """How likely it is that `heard` means `name`: about 1 for the same, 0.5 for two names with nothing in common."""
    if heard.words[0] in KINDS and len(heard.words) == 1:  # "row" may begin Rowan Row, and is not like Reed Street
        return _begun(name, heard) if name.letters.startswith(heard.letters) else 0.0
    likely = max(_whole(name, heard), _begun(name, heard), _part(name, heard))
    if heard.kind is None or name.kind is None:
        return likely
    return likely + 0.04 if heard.kind == name.kind else likely - 0.02


def _whole(name: _Read, heard: _Read) -> float:
    letters = JaroWinkler.similarity(name.letters, heard.letters)
    if letters < 0.5:
        return letters
    sounds = Indel.normalized_similarity(name.sounds, heard.sounds)
    if len(heard.accent) > 1:
        sounds = max(sounds, IN_AN_ACCENT * Indel.normalized_similarity(name.accent, heard.accent))
    return 0.55 * letters + 0.45 * sounds


def _begun(name: _Read, heard: _Read) -> float:
    """The beginning of a name, as far as it has been typed; the more of it, the likelier."""
    typed, whole = heard.letters, name.letters
    if whole.startswith(typed):
        return 0.9 + 0.1 * len(typed) / len(whole)
    if len(typed) >= 4 and len(typed) < len(whole):
        return 0.96 * JaroWinkler.similarity(whole[: len(typed)], typed)
    return 0.0


def _part(name: _Read, heard: _Read) -> float:
    """Half of a name: every word that was typed begins a word of it, in the same order."""
    if len(name.words) < 2 or min(len(word) for word in heard.words) < 3:
        return 0.0
    rest = iter(name.words)
    if all(any(word.startswith(typed) for word in rest) for typed in heard.words):
        return 0.86
    if len(heard.words) == 1:
        return 0.93 * max(JaroWinkler.similarity(word, heard.words[0]) for word in name.words)
    return 0.0
