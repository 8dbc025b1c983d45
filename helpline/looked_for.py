"""What somebody looks for in one field: a reference, a street as they heard it, a kind, a name, a number, or two of these. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpline import found_words, hearing
from helpline.found_words import fold
from helpline.hearing import Heard
from helpline.places import Name
from helpline.wording import Kind

# References have five letters; what is read over the telephone may lack one, and then is none.
_REFERENCE = re.compile(r"[BCDFGHJKMNPQRTVWXYZ2-9]{4,8}")
# Whole words that name a kind of help, folded. What might well be somebody's name is not among them.
_KINDS = {
    Kind.SHOPPING: "shopping shop groceries",
    Kind.PRESCRIPTION: "prescription prescriptions chemist pharmacy",
    Kind.FOOD_PARCEL: "parcel parcels foodbank",
    Kind.FRIENDLY_CALL: "friendly",
    Kind.DOG_WALK: "dog dogs",
    Kind.LIFT: "lift lifts",
    Kind.ODD_JOB: "jobs repair repairs",
    Kind.TALK: "talk",
    Kind.OFFER_OF_HELP: "offer offers",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
# Said beside a kind, and naming nothing: "odd jobs", "dog walk", "food parcel", "a friendly call".
_BESIDE = frozenset(
    {"a", "an", "some", "food", "walk", "walks", "odd", "call", "calls", "of", "help", "to", "somebody", "for", "on"}
)
# Of a street's name, those that are in half of all names.
_TOO_COMMON = frozenset(
    {"the", "road", "street", "lane", "avenue", "close", "court", "crescent", "drive", "gardens", "grove", "hill"}
    | {"park", "place", "row", "square", "terrace", "view", "walk", "way", "green", "end", "gate", "rise", "mews"}
)
MOST_STREETS = 3


@dataclass(frozen=True)
class LookedFor:
    """What was typed may mean: all that is set of one meaning must be true.

    `streets` are those that all the words sound like, and `is_a_street` that they are surely one. With `name_there` and
    `streets_there`, a name and a street were typed together.
    """

    reference: str | None = None
    kinds: frozenset[Kind] = frozenset()
    words: tuple[str, ...] = ()
    streets: tuple[Heard, ...] = ()
    is_a_street: bool = False
    name_there: tuple[str, ...] = ()
    streets_there: tuple[Heard, ...] = ()


def reference(typed: str) -> str | None:
    """The reference that it may be: `bxk 42` as `BXK42`."""
    written = re.sub(r"[\s-]", "", typed).upper()
    return written if _REFERENCE.fullmatch(written) else None


def understand(typed: str, streets: Sequence[Name]) -> LookedFor:
    """Everything that it may mean."""
    tokens = [token for token in re.split(r"[^\w+'()/-]+", typed) if token]
    kinds = frozenset(_KIND_OF[fold(token)] for token in tokens if fold(token) in _KIND_OF)
    said = {*_KIND_OF, *_BESIDE} if kinds else set[str]()
    rest = " ".join(token for token in tokens if fold(token) not in said)
    words = found_words.typed(rest)
    if not re.search(r"[^\W\d_]", rest):
        return LookedFor(reference(typed), kinds, words)
    heard = tuple(hearing.suggest(streets, rest, MOST_STREETS))
    name, there = _together(rest.split(), streets)
    return LookedFor(
        reference(typed),
        kinds,
        words,
        heard,
        is_a_street=bool(heard) and _names(heard[0].name, heard[0].other or "") >= set(fold(rest).split()),
        name_there=found_words.typed(" ".join(name)),
        streets_there=there,
    )


def _names(*names: str) -> set[str]:
    return set().union(*(re.findall(r"\w+", fold(name)) for name in names))


def _together(tokens: Sequence[str], streets: Sequence[Name]) -> tuple[list[str], tuple[Heard, ...]]:
    """Which of the words are a name and which are a street's, when both are there: `rita acacia`."""
    folded = [fold(token) for token in tokens]
    of_streets, there = set[str](), list[Heard]()
    for street in streets:
        words = _names(street.name, *street.others)
        if len(there) < MOST_STREETS and (words - _TOO_COMMON) & set(folded):
            of_streets |= words
            there.append(Heard(street.street_id, street.name))
    name = [token for token, plain in zip(tokens, folded, strict=True) if plain not in of_streets]
    return (name, tuple(there)) if name and there else ([], ())
