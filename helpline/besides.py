"""What a request may say besides: somebody rings for a neighbour, what is spoken there, who pays, who answers for it. Pure.

Rarely needed, and so in one place. Whoever takes the request is told what they must know (`told`); that somebody may be at risk
is for the desk alone, and for whoever answers for it (`at_risk`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from helpline.sealed import Sealed
from helpline.states import StateText


class PaidHow(StrEnum):
    """How somebody who fronts the cost is paid back."""

    CASH = "cash"
    TRANSFER = "transfer"
    ALREADY = "already"


PAID_HOW_WORDS = {
    PaidHow.CASH: "In cash",
    PaidHow.TRANSFER: "By bank transfer",
    PaidHow.ALREADY: "It is paid already",
}


class BesidesRow:
    """Columns of a request. `for_another`: whoever rang (`ringer`, `asker_id`) is not who it is for, who perhaps `knows`.

    With `ring_ringer`, the number to ring is that of whoever rang. `payer` pays it back, if they do not themselves.
    `lead_id` is who answers for somebody who may be at risk, and `worry` what worried the handler.
    """

    for_another: Mapped[bool] = mapped_column(default=False, server_default=false())
    knows: Mapped[bool | None]
    ring_ringer: Mapped[bool] = mapped_column(default=False, server_default=false())
    ringer: Mapped[str | None] = mapped_column(Sealed())
    asker_id: Mapped[int | None]
    language: Mapped[str | None] = mapped_column(Sealed())
    paid_how: Mapped[PaidHow | None] = mapped_column(StateText(PaidHow))
    payer: Mapped[str | None] = mapped_column(Sealed())
    worry: Mapped[str | None] = mapped_column(Sealed())
    lead_id: Mapped[int | None]

    @property
    def whom_to_ring(self) -> str | None:
        """Whose number it is, by first name: theirs for whom it is, or that of whoever rang for them."""
        whose: str | None = self.ringer if self.ring_ringer else getattr(self, "name", None)
        return whose.split()[0] if whose else None

    def besides(self) -> dict[str, object]:
        """These columns by name, for another request that says the same."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(name for name in vars(BesidesRow).get("__annotations__", {}))


@dataclass(frozen=True)
class SomebodyElse:
    """Somebody rings for a neighbour, who perhaps knows; and whether we ring whoever rang about it."""

    ringer: str | None
    knows: bool
    ring_ringer: bool


@dataclass(frozen=True)
class Besides:
    """What a form said besides."""

    another: SomebodyElse | None = None
    language: str | None = None
    paid_how: PaidHow | None = None
    payer: str | None = None


NOTHING = Besides()


@dataclass(frozen=True)
class Numbers:
    """The number to ring about it, theirs for whom it is, and that of whoever rang for them."""

    to_ring: str | None
    theirs: str | None
    ringers: str | None = None


def numbers(given: str | None, rang: str | None, another: SomebodyElse | None) -> Numbers:
    """Whose the numbers are: the one that was `given`, and the one that `rang`, which is never taken for the neighbour's."""
    if another is None:
        return Numbers(given or rang, given or rang)
    if another.ring_ringer:
        return Numbers(given or rang, None, rang or given)
    return Numbers(given, given, rang)


def told(request: BesidesRow) -> list[str]:
    """What whoever takes it must know, a sentence for each. Who pays is told beside (`paid`)."""
    said = []
    if request.for_another:
        ringer = request.ringer or "Somebody else"
        knows = "They know of it." if request.knows else "They do not know of it yet."
        said.append(f"{ringer} asked for them. {knows}")
    if request.ring_ringer:
        whose = f"{request.ringer}'s" if request.ringer else "that of whoever asked"
        said.append(f"The number is {whose}: ring it first.")
    if request.language:
        said.append(f"They speak {request.language}.")
    return said


def paid(request: BesidesRow) -> list[str]:
    """Who pays, and how, where more is known than that somebody does."""
    if request.paid_how == PaidHow.ALREADY:
        return ["It is paid already."]
    how = {PaidHow.CASH: "in cash", PaidHow.TRANSFER: "by bank transfer"}.get(request.paid_how or PaidHow.ALREADY)
    parts = [how, f"by {request.payer}" if request.payer else None]
    said = " ".join(part for part in parts if part)
    return [f"It is paid back {said}."] if said else []


def with_words(words: str | None, sentences: Sequence[str]) -> str | None:
    """What is needed, and what there is to know besides, as one text."""
    return " ".join([*([words] if words else []), *sentences]) or None
