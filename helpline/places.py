"""Places: streets, and the patches that somebody looks after.

A street belongs to one patch, or is split between patches by house number, odd and even.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, false, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from helpline import houses
from helpline.db import Base
from helpline.errors import RefusedError
from helpline.states import StateText, check

_IS_ELSEWHERE = sql("everywhere_else")


class Side(StrEnum):
    """Which houses of a stretch: all of them, or one side of the road."""

    ALL = "all"
    ODD = "odd"
    EVEN = "even"


class Patch(Base):
    """A few streets that one coordinator looks after. One of them may be everywhere else: whatever street is on no list."""

    __tablename__ = "patches"
    __table_args__ = (
        Index(
            "uq_patches_everywhere_else",
            "everywhere_else",
            unique=True,
            sqlite_where=_IS_ELSEWHERE,
            postgresql_where=_IS_ELSEWHERE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    everywhere_else: Mapped[bool] = mapped_column(default=False, server_default=false())


class Street(Base):
    """A street, by the name on its sign. `also_called` is what people call it besides, or did once; several parted by `;`."""

    __tablename__ = "streets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    also_called: Mapped[str | None] = mapped_column(String(240))

    stretches: Mapped[list["Stretch"]] = relationship(back_populates="street", order_by="Stretch.id")


class Stretch(Base):
    """The part of a street that belongs to one patch; no numbers means the whole of it.

    A house or block with a name is a stretch of its own: `named`, from 0 to 0, which is no house's number.
    """

    __tablename__ = "stretches"
    __table_args__ = (check("side", Side, name="side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"), index=True)
    patch_id: Mapped[int] = mapped_column(ForeignKey("patches.id"), index=True)
    first: Mapped[int | None]
    last: Mapped[int | None]
    side: Mapped[Side] = mapped_column(StateText(Side), default=Side.ALL)
    named: Mapped[str | None] = mapped_column(String(80))

    street: Mapped[Street] = relationship(back_populates="stretches")
    patch: Mapped[Patch] = relationship(lazy="joined")

    @property
    def whole(self) -> bool:
        """Whether it is the whole street."""
        return self.first is None and self.last is None and self.side == Side.ALL and not self.named

    @property
    def words(self) -> str:
        """Its house numbers in words: `1 to 59, odd`, `61 upwards`, `Rose Court`; nothing for the whole street."""
        if self.named:
            return self.named
        if self.first is None and self.last is None:
            reach = ""
        elif self.first == self.last:
            reach = str(self.first)
        else:
            reach = f"{self.first or 1} to {self.last}" if self.last is not None else f"{self.first} upwards"
        return ", ".join(word for word in (reach, "" if self.side == Side.ALL else self.side.value) if word)


@dataclass(frozen=True)
class Numbers:
    """Some house numbers, both ends included; None is open. Or one house or block by its name."""

    first: int | None = None
    last: int | None = None
    side: Side = Side.ALL
    named: str | None = None


def covers(stretch: Stretch | Numbers, number: int) -> bool:
    """Whether a house number lies on that stretch."""
    if stretch.named:
        return False
    if stretch.side != Side.ALL and (number % 2 == 1) != (stretch.side == Side.ODD):
        return False
    return (stretch.first is None or number >= stretch.first) and (stretch.last is None or number <= stretch.last)


_NUMBERS = re.compile(r"^(?:(\d+)\s*(?:(-)\s*(\d+)?)?)?\s*(odd|even)?s?$", re.IGNORECASE)


def read_numbers(written: str) -> list[Numbers]:
    """House numbers as a spreadsheet writes them: `1-49 odd`, `even`, `50-`, `7`, `Rose Court`, parted by commas; blank is all.

    Raises `RefusedError` when they cannot be understood.
    """
    return [_read_one(part.strip()) for part in written.split(",")] if written.strip() else [Numbers()]


def _read_one(written: str) -> Numbers:
    found = _NUMBERS.match(written.replace("\N{EN DASH}", "-"))
    if written and not found and _is_a_name(written):
        return Numbers(0, 0, named=written)
    if not written or not found:
        raise RefusedError(
            "houses",
            f"House numbers “{written}” cannot be understood; write them like 1-49 odd, or a name like Rose Court.",
        )
    low, dash, high, side = found.groups()
    first = int(low) if low else None
    last = int(high) if high else (None if dash else first)
    if first is not None and last is not None and last < first:
        raise RefusedError("houses", f"House numbers “{written}” run backwards.")
    return Numbers(first, last, Side(side.lower()) if side else Side.ALL)


# Words of somebody who means numbers, and not a house by its name.
_NO_NAMES = frozenset(
    {
        "odd",
        "odds",
        "even",
        "evens",
        "all",
        "both",
        "side",
        "sides",
        "number",
        "numbers",
        "to",
        "from",
        "upwards",
        "rest",
    }
)


def _is_a_name(written: str) -> bool:
    words = re.findall(r"[^\W\d]+", written.casefold())
    return (
        written[0].isalpha()
        and any(len(word) > 2 for word in words)
        and not _NO_NAMES & set(words)
        and len(written) <= 80
    )


def written_numbers(stretch: Stretch) -> str:
    """The house numbers of a stretch as a spreadsheet writes them: `1-49 odd`, `Rose Court`; nothing for all of them."""
    if stretch.named:
        return stretch.named
    first, last = stretch.first, stretch.last
    if first is None and last is None:
        reach = ""
    elif first == last:
        reach = str(first)
    else:
        reach = f"{'1' if first is None else first}-{'' if last is None else last}"
    return f"{reach} {'' if stretch.side == Side.ALL else stretch.side}".strip()


FAR = 100_000  # no street has such a number


class Why(StrEnum):
    """Why we cannot say whose patch a house is in."""

    NO_NUMBER = "no_number"
    BLOCK = "block"
    BETWEEN = "between"
    BEYOND = "beyond"


@dataclass(frozen=True)
class Place:
    """The patch of a house, or why it is not known; `meant` is the house of that street that may have been meant."""

    patch: Patch | None
    why: Why | None = None
    meant: str | None = None


def patch_for(street: Street, house: str | None) -> Patch | None:
    """The patch that a house belongs to; None when the street is split and the house does not say where it is."""
    return place_of(street, house).patch


def place_of(street: Street, house: str | None) -> Place:
    """Whose patch a house is in. A name of its own counts before its number, and of numbers the narrowest stretch.

    What could be in two patches is in neither: a person finds out.
    """
    patches = {stretch.patch_id: stretch.patch for stretch in street.stretches}
    if len(patches) == 1 and any(stretch.whole for stretch in street.stretches):
        return Place(next(iter(patches.values())))
    said = houses.read(house, street.name)
    by_name = {
        stretch.patch_id: stretch.patch for stretch in street.stretches if stretch.named and said.goes_by(stretch.named)
    }
    if by_name:
        return Place(next(iter(by_name.values()))) if len(by_name) == 1 else Place(None, Why.BETWEEN)
    by_number = [_narrowest(street, number) for number in said.numbers]
    if by_number and all(found is not None and found is by_number[0] for found in by_number):
        return Place(by_number[0])
    meant = said.like([stretch.named for stretch in street.stretches if stretch.named])
    if not said.numbers:
        return Place(None, Why.BLOCK if said.in_a_block else Why.NO_NUMBER, meant)
    return Place(None, Why.BETWEEN if any(by_number) else Why.BEYOND, meant)


def _narrowest(street: Street, number: int) -> Patch | None:
    """The narrowest stretch that holds a number wins: a few houses inside a whole street."""
    fitting = [stretch for stretch in street.stretches if covers(stretch, number)]
    return min(fitting, key=_width).patch if fitting else None


def why_unknown(street: Street, house: str | None) -> str | None:
    """Why we cannot say whose patch a house is in, as a sentence for whoever asks; None when we can, or nobody has the street."""
    found = place_of(street, house)
    if found.patch is not None or not street.stretches:
        return None
    if not house:
        return f"{street.name} is shared between two patches, and no house was given."
    meant = f" Is it {found.meant}?" if found.meant else ""
    where, nearest = f"“{house}” on {street.name}", "Ask which end, or the nearest number."
    return {
        Why.NO_NUMBER: f"{where} could be in either of two patches.{meant} {nearest}",
        Why.BLOCK: f"{where} is a flat, and we do not know where its block is.{meant} Ask for the number of the block.",
        Why.BETWEEN: f"{where} reaches into two patches. {nearest}",
        Why.BEYOND: f"{where} is in no patch that we know of.{meant} Ask for the number again; else the desk finds out.",
    }[found.why or Why.NO_NUMBER]


def _width(stretch: Stretch) -> tuple[int, bool]:
    """How far a stretch reaches, and whether on both sides: `50-` is narrower than the whole street, and so is its even side."""
    first = stretch.first if stretch.first is not None else 0
    last = stretch.last if stretch.last is not None else FAR
    return last - first, stretch.side == Side.ALL


@dataclass(frozen=True)
class Name:
    """A street by its name, and its other names."""

    street_id: int
    name: str
    others: tuple[str, ...] = ()


def names(session: Session) -> list[Name]:
    """Every street by its names, and nothing more of it: one question, asked at every letter that is typed."""
    rows = session.execute(select(Street.id, Street.name, Street.also_called).order_by(Street.id)).all()
    return [Name(street_id, name, tuple(other_names(also))) for street_id, name, also in rows]


def other_names(written: str | None) -> list[str]:
    """Other names of a street, as they are written behind one another."""
    parts = (" ".join(part.split()) for part in re.split(r"[;\n]", written or ""))
    return list(dict.fromkeys(part for part in parts if part))


LONGEST_OTHER_NAMES = 240


def written_other_names(others: Iterable[str]) -> str | None:
    """Other names as they are kept, each once; None without any."""
    return "; ".join(dict.fromkeys(others)) or None


def check_other_names(written: str) -> list[str]:
    """Other names as they were written. Raises `RefusedError` when they are too many to keep."""
    others = other_names(written)
    if len(written_other_names(others) or "") > LONGEST_OTHER_NAMES:
        raise RefusedError("also", f"Those are too many other names: up to {LONGEST_OTHER_NAMES} letters, please.")
    return others


def all_streets(session: Session) -> list[Street]:
    """Every street, by name."""
    return list(session.scalars(select(Street).order_by(Street.name).options(selectinload(Street.stretches))))
