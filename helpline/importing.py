"""What a group's own spreadsheet says, line by line: what each line would do, and doing it whole or not at all.

What the table says of a street or a person is the whole of what is known of them, so a changed line changes things and the same
table again changes nothing. Every line that cannot be understood is named, and then nothing at all is taken.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from helpline.errors import HelplineError

LONGEST_NAME = 80


@dataclass(frozen=True)
class Columns:
    """The columns of a table: those it must have, and those it may."""

    needed: tuple[str, ...]
    welcome: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One line of a table: what stands in it, by column; `trouble` when its cells do not fit the columns."""

    line: int
    cells: Mapping[str, str]
    trouble: str | None = None

    def __getitem__(self, column: str) -> str:
        """What stands in a column, without the spaces around it; nothing when the table has no such column.

        Raises `HelplineError` when the line is in trouble, or the cell holds a control character.
        """
        if self.trouble:
            raise HelplineError(self.trouble)
        cell = " ".join(self.cells.get(column, "").split())
        if any(unicodedata.category(letter) == "Cc" for letter in cell):
            raise HelplineError(f"The {column} holds a character that cannot be seen; type it again.")
        return cell


class NotImportedError(HelplineError):
    """Some lines cannot be understood, so nothing was taken; the message names each line and why."""


@dataclass
class Report:
    """What became of the lines."""

    new: int = 0
    changed: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, why: object) -> None:
        self.faults.append((line, str(why)))

    def sentence(self, what: str) -> str:
        """The report, or `NotImportedError` when any line was refused."""
        if self.faults:
            lines = [f"line {line}: {why}" for line, why in sorted(self.faults)]
            raise NotImportedError(
                "\n".join([*lines, "Nothing was imported. Put these right and import the file again."])
            )
        changed = f", {self.changed} changed" if self.changed else ""
        return f"{what} read: {self.new} new{changed}."


def key(name: str) -> str:
    """What two spellings of one name share."""
    return name.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def needed(row: Row, column: str) -> str:
    if not row[column]:
        raise HelplineError(f"The {column} is missing.")
    if len(row[column]) > LONGEST_NAME:
        raise HelplineError(f"The {column} is longer than {LONGEST_NAME} letters.")
    return row[column]


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


class Verdict(StrEnum):
    """What a line would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Judged:
    """What the lines about one thing would do, told at the first of them; `why` says what changes, or why it is refused."""

    line: int
    name: str
    verdict: Verdict
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """What a table would do, and nothing done. `todo` is what whoever made the plan needs to carry it out."""

    judged: Sequence[Judged]
    todo: Sequence[object]
    what: str

    def many(self, verdict: Verdict) -> int:
        """How many things come to this."""
        return sum(one.verdict == verdict for one in self.judged)

    def sentence(self) -> str:
        """What was done, or `NotImportedError` when any line is refused."""
        report = Report(self.many(Verdict.NEW), self.many(Verdict.CHANGED))
        report.faults = [(one.line, one.why) for one in self.judged if one.verdict == Verdict.REFUSED]
        return report.sentence(self.what)
