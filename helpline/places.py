"""Places: streets, and the patches that somebody looks after.

A street belongs to one patch, or is split between patches by house number, odd and even.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, false, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline.db import Base
from helpline.errors import HelplineError
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
    """A street, by the name on its sign."""

    __tablename__ = "streets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)

    stretches: Mapped[list["Stretch"]] = relationship(back_populates="street", lazy="selectin", order_by="Stretch.id")


class Stretch(Base):
    """The part of a street that belongs to one patch; no numbers means the whole of it."""

    __tablename__ = "stretches"
    __table_args__ = (check("side", Side, name="side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"), index=True)
    patch_id: Mapped[int] = mapped_column(ForeignKey("patches.id"), index=True)
    first: Mapped[int | None]
    last: Mapped[int | None]
    side: Mapped[Side] = mapped_column(StateText(Side), default=Side.ALL)

    street: Mapped[Street] = relationship(back_populates="stretches")
    patch: Mapped[Patch] = relationship(lazy="joined")

    @property
    def whole(self) -> bool:
        """Whether it is the whole street."""
        return self.first is None and self.last is None and self.side == Side.ALL

    @property
    def words(self) -> str:
        """Its house numbers in words: `1 to 59, odd`, `61 upwards`, `even`; nothing for the whole street."""
        if self.first is None and self.last is None:
            reach = ""
        elif self.first == self.last:
            reach = str(self.first)
        else:
            reach = f"{self.first or 1} to {self.last}" if self.last is not None else f"{self.first} upwards"
        return ", ".join(word for word in (reach, "" if self.side == Side.ALL else self.side.value) if word)


@dataclass(frozen=True)
class Numbers:
    """Some house numbers, both ends included; None is open."""

    first: int | None = None
    last: int | None = None
    side: Side = Side.ALL


def covers(stretch: Stretch | Numbers, number: int) -> bool:
    """Whether a house number lies on that stretch."""
    if stretch.side != Side.ALL and (number % 2 == 1) != (stretch.side == Side.ODD):
        return False
    return (stretch.first is None or number >= stretch.first) and (stretch.last is None or number <= stretch.last)


_NUMBERS = re.compile(r"^(?:(\d+)\s*(?:(-)\s*(\d+)?)?)?\s*(odd|even)?s?$", re.IGNORECASE)


def read_numbers(written: str) -> list[Numbers]:
    """House numbers as a spreadsheet writes them: `1-49 odd`, `even`, `50-`, `7`, several parted by commas; blank is all.

    Raises `HelplineError` when they cannot be understood.
    """
    return [_read_one(part.strip()) for part in written.split(",")] if written.strip() else [Numbers()]


def _read_one(written: str) -> Numbers:
    found = _NUMBERS.match(written.replace("\N{EN DASH}", "-"))
    if not written or not found:
        raise HelplineError(f"House numbers “{written}” cannot be understood; write them like 1-49 odd.")
    low, dash, high, side = found.groups()
    first = int(low) if low else None
    last = int(high) if high else (None if dash else first)
    if first is not None and last is not None and last < first:
        raise HelplineError(f"House numbers “{written}” run backwards.")
    return Numbers(first, last, Side(side.lower()) if side else Side.ALL)


def written_numbers(stretch: Stretch) -> str:
    """The house numbers of a stretch as a spreadsheet writes them: `1-49 odd`; nothing for all of them."""
    first, last = stretch.first, stretch.last
    if first is None and last is None:
        reach = ""
    elif first == last:
        reach = str(first)
    else:
        reach = f"{'1' if first is None else first}-{'' if last is None else last}"
    return f"{reach} {'' if stretch.side == Side.ALL else stretch.side}".strip()


FAR = 100_000  # no street has such a number

_FLAT = re.compile(r"\b(?:flat|apartment|apt|unit|room)\s*\w+\b", re.IGNORECASE)


def house_number(house: str | None) -> int | None:
    """The number of the house on its street: 14 for `14a` and for `Flat 2, 14`; None for a house with only a name."""
    found = re.search(r"\d+", _FLAT.sub(" ", house or ""))
    return int(found.group()) if found else None


def patch_for(street: Street, house: str | None) -> Patch | None:
    """The patch that a house belongs to; None when the street is split and the number does not say where it is."""
    patches = {stretch.patch_id: stretch.patch for stretch in street.stretches}
    if len(patches) == 1:
        (only,) = patches.values()
        if any(stretch.whole for stretch in street.stretches):
            return only
    number = house_number(house)
    if number is None:
        return None
    # The narrowest stretch that holds the number wins: a block of flats inside a whole street.
    fitting = [stretch for stretch in street.stretches if covers(stretch, number)]
    return min(fitting, key=_width).patch if fitting else None


def _width(stretch: Stretch) -> tuple[int, bool]:
    """How far a stretch reaches, and whether on both sides: `50-` is narrower than the whole street, and so is its even side."""
    first = stretch.first if stretch.first is not None else 0
    last = stretch.last if stretch.last is not None else FAR
    return last - first, stretch.side == Side.ALL


def all_streets(session: Session) -> list[Street]:
    """Every street, by name."""
    return list(session.scalars(select(Street).order_by(Street.name)))


def find_street(session: Session, name: str) -> Street | None:
    """The street with exactly this name."""
    return session.scalar(select(Street).where(Street.name == name.strip()))
