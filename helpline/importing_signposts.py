"""The organisations that a group's own spreadsheet says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpline import signposts
from helpline.errors import HelplineError
from helpline.importing import Columns, Judged, Plan, Row, Verdict, count
from helpline.people import Person
from helpline.signpost_words import KIND_WORDS, SignpostKind
from helpline.signposts import About, Signpost

SIGNPOSTS = Columns(("name", "for"), ("phone", "hours", "languages", "area", "notes"))
_KINDS = {kind.value: kind for kind in SignpostKind} | {words.casefold(): kind for kind, words in KIND_WORDS.items()}
WORDS = {
    "name": "name",
    "phone": "number",
    "hours": "hours",
    "languages": "languages",
    "area": "area",
    "notes": "notes",
}


@dataclass(frozen=True)
class Written:
    """An organisation as the table has it, and the signpost that it is about, if there is one."""

    line: int
    about: About
    signpost: Signpost | None


def plan(session: Session, rows: Iterable[Row]) -> Plan:
    """What a table of organisations would do."""
    old = {one.name_key: one for one in signposts.on_the_list(session)}
    judged: list[Judged] = []
    seen: dict[str, int] = {}
    todo: list[Written] = []
    for row in rows:
        try:
            about = _read(row)
            rival = seen.setdefault(about.name.casefold(), row.line)
            if rival != row.line:
                raise HelplineError(f"{about.name} stands on line {rival} already.")  # noqa: TRY301
        except HelplineError as problem:
            judged.append(Judged(row.line, row.cells.get("name", ""), Verdict.REFUSED, str(problem)))
            continue
        known = old.get(about.name.casefold())
        todo.append(Written(row.line, about, known))
        judged.append(_judge(row.line, about, known))
    return Plan(judged, todo, count(len(todo), "organisation", "organisations"))


def _read(row: Row) -> About:
    kinds = []
    for written in filter(None, (one.strip() for one in re.split(";", row["for"]))):
        kind = _KINDS.get(written.casefold())
        if kind is None:
            known = ", ".join(kind.value for kind in SignpostKind)
            raise HelplineError(f"“{written}” is not what one is for; write one of {known}.")
        kinds.append(kind)
    words = {column: row[column] for column in WORDS}
    return signposts.understand(About(kinds=tuple(kinds), **words))


def _judge(line: int, about: About, known: Signpost | None) -> Judged:
    if known is None:
        return Judged(line, about.name, Verdict.NEW)
    before = signposts.understand(signposts.about(known))
    said = [words for column, words in WORDS.items() if getattr(before, column) != getattr(about, column)]
    said += ["what for"] if before.kinds != about.kinds else []
    why = f"Changes: {', '.join(said)}." if said else ""
    return Judged(line, about.name, Verdict.CHANGED if said else Verdict.SAME, why)


def carry_out(session: Session, made: Plan, *, who: Person, at: datetime) -> None:
    """Do what a plan says."""
    for written in made.todo:
        if not isinstance(written, Written):
            continue
        if written.signpost is None:
            signposts.add(session, written.about, who=who, at=at)
        else:
            seen = signposts.newest_change(session, written.signpost)
            signposts.correct(session, written.signpost, written.about, seen=seen, who=who, at=at)
