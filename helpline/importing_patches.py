"""The patches that a group's own spreadsheet says, and who looks after each, in the order in which they are asked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpline import hats, patches, people, phone
from helpline.errors import HelplineError
from helpline.importing import Columns, Judged, Plan, Row, Verdict, count, key, needed
from helpline.people import Hat, HatName, Person
from helpline.places import Patch
from helpline.wording import listed

# `names` is for whoever reads it: a number alone says who is meant.
PATCHES = Columns(("patch",), ("coordinators", "deputies", "elsewhere", "names"))
YES, NO = frozenset({"yes", "y", "true", "1"}), frozenset({"", "no", "n", "false", "0"})
LADDER = (("coordinators", HatName.COORDINATOR), ("deputies", HatName.DEPUTY))

Ladder = dict[HatName, list[Person]]


@dataclass(frozen=True)
class Tended:
    """A patch as the table has it. What a table without the column says nothing of is None."""

    line: int
    name: str
    elsewhere: bool | None
    ladder: Mapping[HatName, Sequence[Person] | None]
    patch: Patch | None


def plan(session: Session, rows: Iterable[Row]) -> Plan:
    """What a table of patches would do."""
    old = {key(patch.name): patch for patch in session.scalars(select(Patch))}
    worn = _worn(session)
    judged: list[Judged] = []
    seen: dict[str, int] = {}
    todo: list[Tended] = []
    for row in rows:
        try:
            tended = _read(session, row, old, seen)
        except HelplineError as problem:
            judged.append(Judged(row.line, row.cells.get("patch", ""), Verdict.REFUSED, str(problem)))
            continue
        todo.append(tended)
        judged.append(_judge(tended, worn.get(tended.patch.id, {}) if tended.patch else {}))
    elsewhere = [one for one in todo if one.elsewhere]
    judged += [
        Judged(one.line, one.name, Verdict.REFUSED, f"Line {elsewhere[0].line} says that another is everywhere else.")
        for one in elsewhere[1:]
    ]
    return Plan(sorted(judged, key=lambda one: one.line), todo, count(len(todo), "patch", "patches"))


def _worn(session: Session) -> dict[int, Ladder]:
    """Who looks after each patch, in the order in which they are asked."""
    names = [name for _, name in LADDER]
    found = session.scalars(
        select(Hat)
        .where(Hat.name.in_(names), Hat.patch_id.is_not(None))
        .options(joinedload(Hat.person))
        .order_by(Hat.place.is_(None), Hat.place, Hat.id)
    )
    worn: dict[int, Ladder] = {}
    for hat in found:
        worn.setdefault(hat.patch_id or 0, {}).setdefault(hat.name, []).append(hat.person)
    return worn


def _read(session: Session, row: Row, old: Mapping[str, Patch], seen: dict[str, int]) -> Tended:
    name = needed(row, "patch")
    rival = seen.setdefault(key(name), row.line)
    if rival != row.line:
        raise HelplineError(f"{name} stands on line {rival} already.")
    ladder = {hat: _people(session, row, column) if column in row.cells else None for column, hat in LADDER}
    both = {one.id for one in ladder[HatName.COORDINATOR] or ()} & {one.id for one in ladder[HatName.DEPUTY] or ()}
    if both:
        raise HelplineError("Somebody is both coordinator and deputy of it: leave them in one of the two.")
    return Tended(row.line, name, _elsewhere(row), ladder, old.get(key(name)))


def _elsewhere(row: Row) -> bool | None:
    if "elsewhere" not in row.cells:
        return None
    written = row["elsewhere"].casefold()
    if written not in YES | NO:
        raise HelplineError(f"“{row['elsewhere']}” is neither yes nor no.")
    return written in YES


def _people(session: Session, row: Row, column: str) -> list[Person]:
    found: dict[int, Person] = {}
    for written in filter(None, (one.strip() for one in re.split("[;,]", row[column]))):
        number = phone.understand(written)
        person = people.find(session, number) if number else None
        if person is None:
            raise HelplineError(f"“{written}” is nobody's number that we know; bring the people first.")
        found[person.id] = person
    return list(found.values())


def _judge(tended: Tended, worn: Ladder) -> Judged:
    wanted = {hat: given for hat, given in tended.ladder.items() if given is not None}
    if tended.patch is None:
        said = [_named(hat, given) for hat, given in wanted.items() if given]
        return Judged(tended.line, tended.name, Verdict.NEW, " ".join(said) or "Nobody looks after it yet.")
    said = [_named(hat, given) for hat, given in wanted.items() if list(given) != worn.get(hat, [])]
    if tended.patch.name != tended.name:
        said.append(f"Was called {tended.patch.name}.")
    if tended.elsewhere not in {None, tended.patch.everywhere_else}:
        said.append("Is everywhere else from now on." if tended.elsewhere else "Is no more everywhere else.")
    return Judged(tended.line, tended.name, Verdict.CHANGED if said else Verdict.SAME, " ".join(said))


def _named(hat: HatName, given: Sequence[Person]) -> str:
    names = [person.first_name or "somebody" for person in given]
    heading = hat.value.capitalize() if len(names) == 1 else {"coordinator": "Coordinators", "deputy": "Deputies"}[hat]
    return f"{heading}: {listed(names) or 'nobody'}."


def carry_out(session: Session, made: Plan, *, who: Person, at: datetime) -> None:
    """Do what a plan says, as on the pages of the patches: whoever looks after one is told."""
    worn = _worn(session)
    for tended in made.todo:
        if not isinstance(tended, Tended):
            continue
        patch = tended.patch
        if patch is None:
            patch = patches.add(session, tended.name, elsewhere=bool(tended.elsewhere), who=who, at=at)
        elif patch.name != tended.name or tended.elsewhere not in {None, patch.everywhere_else}:
            elsewhere = patch.everywhere_else if tended.elsewhere is None else tended.elsewhere
            patches.change(session, patch, tended.name, elsewhere=elsewhere, who=who, at=at)
        _look_after(session, patch, tended, worn.get(patch.id, {}), who=who, at=at)


def _look_after(session: Session, patch: Patch, tended: Tended, worn: Ladder, *, who: Person, at: datetime) -> None:
    wanted = {hat: list(given) for hat, given in tended.ladder.items() if given is not None}
    stay = {person.id for given in wanted.values() for person in given}
    for hat in wanted:
        for person in worn.get(hat, []):
            if person.id not in stay:
                hats.take_off(session, patch, person, who=who, at=at)
    for hat, given in wanted.items():
        for person in given:
            if person not in worn.get(hat, []):
                hats.name(session, patch, person, hat, who=who, at=at)
        _in_turn(session, patch, hat, given)


def _in_turn(session: Session, patch: Patch, hat: HatName, given: Sequence[Person]) -> None:
    """They are asked in the order of the table."""
    ladder = {one.person_id: one for one in people.ladder_of(session, patch.id) if one.name == hat}
    if list(ladder) == [person.id for person in given]:
        return
    for place, person in enumerate(given, 1):
        ladder[person.id].place = place
    session.flush()
