"""Street names as they are heard on the telephone and typed in a hurry. Pure.

The word behind (road, close, ...) is what people get wrong first, so names are compared without it and it only settles ties.
What is left is compared as letters (Jaro-Winkler) and as sounds (Metaphone), and as the beginning of a name still being typed.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import jellyfish
from rapidfuzz.distance import Indel, JaroWinkler

from helpline.places import Street

LIKELY = 0.79  # below this a suggestion is noise: measured on names that are not in the ward at all
NEAR_BEST = 0.16  # and so is whatever is this much less likely than the best

_KINDS = {
    "alley": "alley",
    "approach": "approach",
    "arcade": "arcade",
    "avenue": "ave av aven",
    "bank": "bank",
    "buildings": "bldgs bdgs",
    "close": "cl clo cls",
    "common": "common",
    "court": "ct crt",
    "crescent": "cres cr cresc",
    "croft": "croft",
    "drive": "dr drv",
    "end": "end",
    "estate": "est",
    "gardens": "gdns gdn garden gds",
    "gate": "gate",
    "green": "grn",
    "grove": "gr grv gro",
    "hill": "hl",
    "lane": "ln la",
    "mews": "mws mew muse",
    "parade": "pde",
    "park": "pk",
    "passage": "psge",
    "path": "path",
    "place": "pl",
    "rise": "rise",
    "road": "rd rode",
    "row": "row",
    "square": "sq sqr",
    "street": "st str",
    "terrace": "ter terr tce",
    "vale": "vale",
    "view": "view",
    "walk": "wk wlk",
    "way": "wy",
    "yard": "yd",
}
_KIND_OF = {short: kind for kind, shorts in _KINDS.items() for short in (kind, *shorts.split())}
_LONG = {
    "st": "saint",
    "ste": "saint",
    "snt": "saint",
    "sant": "saint",
    "gt": "great",
    "lt": "little",
    "upr": "upper",
    "lwr": "lower",
    "nth": "north",
    "sth": "south",
    "mt": "mount",
    "olde": "old",
    "ye": "the",
}


@dataclass(frozen=True)
class _Name:
    """A name made ready: its words without the kind behind, run together, as sounds, and the kind of road if it has one."""

    words: tuple[str, ...]
    letters: str
    sounds: str
    kind: str | None


def suggest(streets: Sequence[Street], heard: str, most: int = 6) -> list[Street]:
    """The streets that may be meant, likeliest first; none when nothing is near."""
    by_name = {street.name: street for street in streets}
    return [by_name[name] for _, name in rank(list(by_name), heard)[:most]]


def rank(names: Sequence[str], heard: str) -> list[tuple[float, str]]:
    """The names that may be meant, each with how likely it is, likeliest first."""
    readings = list(_readings(heard))
    if not readings:
        return []
    scored = [(round(max(_alike(_name(name), reading) for reading in readings), 4), name) for name in names]
    best = max((score for score, _ in scored), default=0.0)
    near = [(score, name) for score, name in scored if score >= max(LIKELY, best - NEAR_BEST)]
    return sorted(near, key=lambda one: (-one[0], one[1]))


def _words(written: str) -> list[str]:
    """Plain words: without accents, apostrophes, or a house number in front."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", written) if not unicodedata.combining(letter))
    bare = re.sub(r"['’‘`]", "", bare.lower()).replace("&", " and ")  # noqa: RUF001  # both ways of an apostrophe
    words = [word for word in re.findall(r"[a-z0-9]+", bare) if not re.fullmatch(r"\d+[a-z]?", word)]
    return words[1:] if words[:1] in (["the"], ["ye"]) and len(words) > 1 else words


def _made(words: list[str], kind: str | None) -> _Name:
    # "St" in front is a saint; behind it is a street, and was taken off as the kind.
    words = [_LONG.get(word, word) for word in words]
    return _Name(tuple(words), "".join(words), "".join(_sound(word) for word in words), kind)


@cache
def _sound(word: str) -> str:
    return jellyfish.metaphone(word)


@cache
def _name(name: str) -> _Name:
    words = _words(name)
    kind = _KIND_OF.get(words[-1]) if len(words) > 1 else None
    return _made(words[:-1] if kind else words, kind)


def _readings(heard: str) -> Iterator[_Name]:
    """What was typed, read every way it may be meant: the last word may be a kind of road, whole, misspelt or begun."""
    words = _words(heard)
    if not words:
        return
    last, kinds = words[-1], set[str]()
    if len(words) > 1:
        kinds = {_KIND_OF[last]} if last in _KIND_OF else {kind for kind in _KINDS if _begun_or_misspelt(last, kind)}
    for kind in sorted(kinds):
        yield _made(words[:-1], kind)
    if last not in _KIND_OF or len(words) == 1:
        yield _made(words, None)


def _begun_or_misspelt(typed: str, kind: str) -> bool:
    return kind.startswith(typed) or (len(typed) > 3 and JaroWinkler.similarity(typed, kind) > 0.87)


def _alike(name: _Name, heard: _Name) -> float:
    """How likely it is that `heard` means `name`: about 1 for the same, 0.5 for two names with nothing in common."""
    if heard.words[0] in _KINDS and len(heard.words) == 1:  # "row" may begin Rowan Row, and is not like Reed Street
        return _begun(name, heard) if name.letters.startswith(heard.letters) else 0.0
    likely = max(_whole(name, heard), _begun(name, heard), _part(name, heard))
    if heard.kind is None or name.kind is None:
        return likely
    return likely + 0.04 if heard.kind == name.kind else likely - 0.02


def _whole(name: _Name, heard: _Name) -> float:
    letters = JaroWinkler.similarity(name.letters, heard.letters)
    if letters < 0.5:
        return letters
    return 0.55 * letters + 0.45 * Indel.normalized_similarity(name.sounds, heard.sounds)


def _begun(name: _Name, heard: _Name) -> float:
    """The beginning of a name, as far as it has been typed; the more of it, the likelier."""
    typed, whole = heard.letters, name.letters
    if whole.startswith(typed):
        return 0.9 + 0.1 * len(typed) / len(whole)
    if len(typed) >= 4 and len(typed) < len(whole):
        return 0.96 * JaroWinkler.similarity(whole[: len(typed)], typed)
    return 0.0


def _part(name: _Name, heard: _Name) -> float:
    """Half of a name: every word that was typed begins a word of it, in the same order."""
    if len(name.words) < 2 or min(len(word) for word in heard.words) < 3:
        return 0.0
    rest = iter(name.words)
    if all(any(word.startswith(typed) for word in rest) for typed in heard.words):
        return 0.86
    if len(heard.words) == 1:
        return 0.93 * max(JaroWinkler.similarity(word, heard.words[0]) for word in name.words)
    return 0.0
