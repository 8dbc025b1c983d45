"""Shortly: how many parts a text costs, and saying it in fewer.

The cheap alphabet holds 160 letters, then 153 a part; one letter outside it, and it is 70, then 67. So every text is kept in the
cheap alphabet where that loses nothing, and what is long is said more shortly when that saves a part. Pure.
"""

import re
from collections.abc import Callable
from textwrap import shorten

# The GSM 03.38 alphabet and its extension, which costs two characters each.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWO = frozenset("^{}\\[~]|€")
LONGEST = 3
"""Parts of the longest text we write: more is for a page, or a conversation."""
# As they are written on maps.
SHORT = {
    "Avenue": "Ave",
    "Boulevard": "Blvd",
    "Close": "Cl",
    "Court": "Ct",
    "Crescent": "Cres",
    "Drive": "Dr",
    "Gardens": "Gdns",
    "Grove": "Gr",
    "Lane": "Ln",
    "Place": "Pl",
    "Road": "Rd",
    "Saint": "St",
    "Square": "Sq",
    "Street": "St",
    "Terrace": "Terr",
}
_SHORTER = re.compile(rf"\b({'|'.join(SHORT)})\b")
SHORT_GROUP = 20
SMALL_WORDS = frozenset({"and", "of", "the", "for", "in", "&", "-"})


def is_cheap(words: str) -> bool:
    """Whether every letter is of the cheap alphabet."""
    return all(letter in GSM or letter in GSM_TWO for letter in words)


def letters(words: str) -> int:
    """How many letters a text is counted as."""
    if is_cheap(words):
        return sum(2 if letter in GSM_TWO else 1 for letter in words)
    return len(words.encode("utf-16-be")) // 2


def parts(words: str) -> int:
    """How many parts a text is sent and paid in."""
    one, more = (160, 153) if is_cheap(words) else (70, 67)
    length = letters(words)
    return 1 if length <= one else -(-length // more)


def street(name: str) -> str:
    """A street as it is written where there is little room: `Upper St Bartholomew's Gdns`."""
    return _SHORTER.sub(lambda word: SHORT[word[1]], name)


def group(name: str) -> str:
    """A group by the first words of its name: `Larkfield` of `Larkfield and Priory Park Neighbours`."""
    if len(name) <= SHORT_GROUP:
        return name
    kept: list[str] = []
    for word in name.split():
        if kept and len(" ".join([*kept, word])) > SHORT_GROUP:
            break
        kept.append(word)
    while len(kept) > 1 and kept[-1].casefold() in SMALL_WORDS:
        kept.pop()
    return " ".join(kept)


def snug(write: Callable[[str, str], str], group_name: str, street_name: str) -> str:
    """A text that names a group and a street, with either said shortly when that saves a part, and not otherwise."""
    tries = (
        (group_name, street_name),
        (group_name, street(street_name)),
        (group(group_name), street_name),
        (group(group_name), street(street_name)),
    )
    return min((write(*names) for names in tries), key=parts)


def fitted(words: str, *around: str) -> str:
    """Words cut, where one ends, so that with all that stands around them they are no longer than our longest text."""
    more = 153 if all(map(is_cheap, (words, *around))) else 67
    room = more * LONGEST - sum(letters(one) + 1 for one in around)
    return shorten(words, max(room, len("...")), placeholder="...")
