"""Sheets: a table that an organiser brings. What it would do is told first; then it is done, once, whole or not at all.

Between the two it is held here, sealed, for an hour: the page need not send it again, and what is done is what was looked at. It is
judged anew as it is done: had anything changed meanwhile, nothing is done and the new judgement is shown.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import (
    history,
    importing_patches,
    importing_people,
    importing_signposts,
    importing_streets,
    people,
    spreadsheets,
    welcomes,
)
from helpline.db import NEVER_AGAIN, Base, known, lock
from helpline.errors import HelplineError
from helpline.importing import Columns, Judged, Plan, Verdict
from helpline.people import Person
from helpline.sealed import Sealed, key_of
from helpline.states import StateText, check

HELD = timedelta(hours=1)
REPORTED = timedelta(days=1)
LARGEST = 2 * 1024 * 1024
MOST_LINES = 5_000
NAME = "The file"


class SheetKind(StrEnum):
    """What a table is of."""

    STREETS = "streets"
    PATCHES = "patches"
    PEOPLE = "people"
    SIGNPOSTS = "signposts"


@dataclass(frozen=True)
class Taking:
    """How a table of a kind is read, judged and taken."""

    columns: Columns
    plan: Callable[..., Plan]
    carry_out: Callable[..., None]


TAKING = {
    SheetKind.STREETS: Taking(importing_streets.STREETS, importing_streets.plan, importing_streets.carry_out),
    SheetKind.PATCHES: Taking(importing_patches.PATCHES, importing_patches.plan, importing_patches.carry_out),
    SheetKind.PEOPLE: Taking(importing_people.PEOPLE, importing_people.plan, importing_people.carry_out),
    SheetKind.SIGNPOSTS: Taking(importing_signposts.SIGNPOSTS, importing_signposts.plan, importing_signposts.carry_out),
}


class Sheet(Base):
    """A table as it was brought, and what it would do (`judged`); `mark` says that nothing has changed since it was judged.

    Once it is done its words are gone, and what was done is kept for a day, to be fetched as a file.
    """

    __tablename__ = "sheets"
    __table_args__ = (check("kind", SheetKind, name="kind"), known("done_at"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SheetKind] = mapped_column(StateText(SheetKind))
    words: Mapped[str | None] = mapped_column(Sealed())
    judged: Mapped[str | None] = mapped_column(Sealed())
    mark: Mapped[str] = mapped_column(String(64))
    unused: Mapped[str | None] = mapped_column(Sealed())
    brought_at: Mapped[datetime]
    brought_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    done_at: Mapped[datetime | None]

    brought_by: Mapped[Person] = relationship()


class ChangedMeanwhileError(HelplineError):
    """Something of ours has changed since it was judged."""


def bring(session: Session, kind: SheetKind, raw: bytes, *, who: Person, at: datetime) -> Sheet:
    """Hold a table, with what it would do; nothing is done. Raises `HelplineError` when it is no such table."""
    people.check_organiser(who)
    words = spreadsheets.decode(raw, name=NAME)
    made, unused = _plan(session, kind, words)
    judged = _written(made.judged)
    sheet = Sheet(
        kind=kind,
        words=words,
        judged=judged,
        mark=key_of(judged, "sheet"),
        unused=json.dumps(unused),
        brought_at=at,
        brought_by=who,
    )
    session.add(sheet)
    session.flush()
    history.record(session, "sheet.brought", at=at, who=who.id)
    return sheet


def _plan(session: Session, kind: SheetKind, words: str) -> tuple[Plan, list[str]]:
    table = spreadsheets.parse(words, TAKING[kind].columns, name=NAME)
    if len(table.rows) > MOST_LINES:
        raise HelplineError(f"That is more than {MOST_LINES:,} lines. Cut it in two, and bring one after the other.")
    if not table.rows:
        raise HelplineError("There is no line under the names of the columns.")
    return TAKING[kind].plan(session, table.rows), table.unused


def _written(judged: Sequence[Judged]) -> str:
    return json.dumps([list(asdict(one).values()) for one in judged], ensure_ascii=False)


def judged_of(sheet: Sheet) -> list[Judged]:
    """What its lines would do, or did."""
    rows = json.loads(sheet.judged or "[]")
    return [Judged(line, name, Verdict(verdict), why) for line, name, verdict, why in rows]


def unused_of(sheet: Sheet) -> list[str]:
    """Columns that nobody asked for."""
    found: list[str] = json.loads(sheet.unused or "[]")
    return found


def carry_out(session: Session, sheet: Sheet, *, who: Person, at: datetime) -> bool:
    """Do it, whole or not at all. False when it was done before.

    Raises `ChangedMeanwhileError` when something has changed since it was judged (then it is to be judged again), `HelplineError`
    when it is too late, some lines are refused, or what follows cannot be.
    """
    people.check_organiser(who)
    lock(session, sheet)
    if sheet.done_at is not None:
        return False
    if sheet.words is None or sheet.brought_at <= at - HELD:
        raise HelplineError("That file was held for an hour, and is gone. Bring it again: nothing was changed.")
    made, _ = _plan(session, sheet.kind, sheet.words)
    judged = _written(made.judged)
    if key_of(judged, "sheet") != sheet.mark:
        raise ChangedMeanwhileError("Something has changed since you looked. This is what the file would do now.")
    made.sentence()  # refuses when a line is refused
    TAKING[sheet.kind].carry_out(session, made, who=who, at=at)
    welcomes.welcome_new(session, at=at)
    sheet.done_at, sheet.words = at, None
    session.flush()
    history.record(session, "sheet.done", at=at, who=who.id)
    return True


def judge_again(session: Session, sheet: Sheet) -> None:
    """What it would do now, to be looked at before it is done."""
    if sheet.words is not None:
        sheet.judged = _written(_plan(session, sheet.kind, sheet.words)[0].judged)
        sheet.mark = key_of(sheet.judged, "sheet")
        session.flush()
