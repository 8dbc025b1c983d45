"""Houses as people say them: `14a`, `Flat 3, Rose Court, 12`, `The Old Forge`. Pure.

A number tells where a house is on its street, unless it is the number of a flat in a block with a name of its own.
"""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass

_FLAT = re.compile(
    r"\b(?:flat|apartment|apt|unit|room|studio)\b\.?\s*(?:no\.?\s*)?(?:\d+\s*[a-z]?|[a-z])?\b", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w/])(\d+)\s?[a-z]?(?![\w])", re.IGNORECASE)
_RANGE = re.compile(r"\b(\d+)\s*(?:-|\N{EN DASH}|/|&|\band\b)\s*(\d+)\b", re.IGNORECASE)
_BLOCK = re.compile(
    r"\b(?:court|house|lodge|mansions?|buildings?|towers?|cottages|villas|heights|point|hall|mews|gardens|place|block|wharf)\b"
)
_SHORT = {"ct": "court", "crt": "court", "hse": "house", "bldg": "building", "bldgs": "buildings", "cott": "cottage"}


@dataclass(frozen=True)
class House:
    """What a house says of where it is: numbers on the street, any of which it may be, and the names it goes by."""

    numbers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    in_a_block: bool = False

    @property
    def number(self) -> int | None:
        """Its number on the street, or the first of them."""
        return self.numbers[0] if self.numbers else None

    def goes_by(self, name: str) -> bool:
        """Whether it is that house, or lies within that block: `3 Rose Court` does within `Rose Court`."""
        return any(re.search(rf"\b{re.escape(key(name))}\b", said) for said in self.names)

    def like(self, names: Collection[str]) -> str | None:
        """The one of these names that was probably meant, if any is near."""
        keys = {key(name): name for name in names}
        bare = [re.sub(r"\b\d+\w?\b", "", said).strip() for said in self.names]
        near = (match for said in bare for match in difflib.get_close_matches(said, keys, n=1, cutoff=0.75))
        return next((keys[match] for match in near), None)


def key(name: str) -> str:
    """What two spellings of a house's name share: `The Old Forge` and `old forge`, `Rose Ct.` and `Rose Court`."""
    words = re.sub(r"[^\w\s]+", "", name.casefold()).split()
    words = [_SHORT.get(word, word) for word in words]
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def read(house: str | None, street: str = "") -> House:
    """A house as it was written down. Its street may stand behind it, and which flat it is says nothing of where."""
    written = " ".join((house or "").replace(";", ",").split())
    if street and written.casefold().endswith(street.casefold()):
        written = written[: -len(street)]
    bare = _FLAT.sub(" ", written)
    numbers, names, in_a_block = list[int](), list[str](), False
    for part in (one.strip() for one in bare.split(",")):
        if re.search(r"[^\W\d]{3,}", part):
            names.append(key(part))
        if _BLOCK.search(key(part)) and re.search(r"\d", part):
            in_a_block = True  # "7 Rose Court" is the seventh flat, wherever Rose Court is
        else:
            numbers += [number for number in _numbers(part) if number not in numbers]
    return House(tuple(numbers), tuple(names), in_a_block and not numbers)


def _numbers(part: str) -> list[int]:
    found = _RANGE.search(part)
    return [int(one) for one in (found.groups() if found else _NUMBER.findall(part)[:1])]
