"""The streets that a group's own spreadsheet says, and which houses of them are in which patch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import houses, places, streets
from helpline.errors import HelplineError
from helpline.importing import Columns, Judged, Plan, Row, Verdict, count, key, needed
from helpline.people import Person
from helpline.places import Numbers, Patch, Side, Street, Stretch
from helpline.wording import listed

STREETS = Columns(("street", "patch"), ("numbers", "also"))


@dataclass(frozen=True)
class _Part:
    line: int
    numbers: Numbers
    patch: str


@dataclass(frozen=True)
class Drawn:
    """A street as the table has it; `others` is None when the table says nothing of other names."""

    name: str
    parts: Sequence[_Part]
    others: Sequence[str] | None
    street: Street | None


def take(session: Session, rows: Iterable[Row]) -> str:
    """Take streets and their patches. Raises `NotImportedError`, also when two patches are given the same houses."""
    made = plan(session, rows)
    sentence = made.sentence()
    carry_out(session, made)
    return sentence


def plan(session: Session, rows: Iterable[Row]) -> Plan:
    """What a table of streets would do."""
    names: dict[str, str] = {}
    parts: dict[str, list[_Part]] = {}
    others: dict[str, list[str]] = {}
    judged: list[Judged] = []
    for row in rows:
        try:
            name, patch = needed(row, "street"), needed(row, "patch")
            numbers = places.read_numbers(row["numbers"])
            also = places.check_other_names(row["also"])
        except HelplineError as problem:
            judged.append(Judged(row.line, row.cells.get("street", ""), Verdict.REFUSED, str(problem)))
            continue
        names.setdefault(key(name), name)
        if "also" in row.cells:
            others.setdefault(key(name), []).extend(also)
        known = parts.setdefault(key(name), [])
        for part in (_Part(row.line, one, patch) for one in numbers):
            rival = next((other for other in known if _rivals(part, other)), None)
            if rival:
                why = f"{name} is split twice: line {rival.line} gives some of these houses to {rival.patch}."
                judged.append(Judged(row.line, name, Verdict.REFUSED, why))
            else:
                known.append(part)
    old = {key(street.name): street for street in places.all_streets(session)}
    drawn = [Drawn(name, parts[at], others.get(at), old.get(at)) for at, name in names.items() if parts[at]]
    judged += [_judge(one) for one in drawn]
    named = {key(part.patch) for known in parts.values() for part in known}
    what = f"{count(len(names), 'street', 'streets')} in {count(len(named), 'patch', 'patches')}"
    return Plan(sorted(judged, key=lambda one: one.line), drawn, what)


def _judge(drawn: Drawn) -> Judged:
    line = drawn.parts[0].line
    if drawn.street is None:
        there = listed(list(dict.fromkeys(part.patch for part in drawn.parts)))
        return Judged(line, drawn.name, Verdict.NEW, f"In {there}.")
    said = []
    before = {_as_it_is(stretch) for stretch in drawn.street.stretches}
    if before != {(part.numbers, key(part.patch)) for part in drawn.parts}:
        said.append(f"Was {_told(drawn.street)}, will be {_will_be(drawn.parts)}.")
    if drawn.others is not None and places.written_other_names(drawn.others) != drawn.street.also_called:
        said.append(f"Other names: {'; '.join(drawn.others) or 'none'}.")
    return Judged(line, drawn.name, Verdict.CHANGED if said else Verdict.SAME, " ".join(said))


def _told(street: Street) -> str:
    said = [f"{one.patch.name}{f' ({one.words})' if one.words else ''}" for one in street.stretches]
    return listed(said) or "in no patch"


def _will_be(parts: Sequence[_Part]) -> str:
    said = [(part.patch, Stretch(**vars(part.numbers)).words) for part in parts]
    return listed([f"{patch}{f' ({words})' if words else ''}" for patch, words in said])


def carry_out(session: Session, made: Plan, *, who: Person | None = None, at: datetime | None = None) -> None:
    """Do what a plan says. With an organiser (`who`), what is open on a street goes along to its new patch."""
    patches = {key(patch.name): patch for patch in session.scalars(select(Patch))}
    for drawn in made.todo:
        if not isinstance(drawn, Drawn):
            continue
        street = drawn.street or Street(name=drawn.name)
        session.add(street)
        if drawn.street is not None and who is not None and at is not None:
            _redraw(session, drawn, patches, who=who, at=at)
        else:
            _share_out(session, street, drawn.parts, patches)
        if drawn.others is not None:
            street.also_called = places.written_other_names(drawn.others)
    session.flush()


def _redraw(session: Session, drawn: Drawn, patches: dict[str, Patch], *, who: Person, at: datetime) -> None:
    street = drawn.street
    if street is None or _judge(drawn).verdict == Verdict.SAME:
        return
    parts = [streets.Part(_patch(session, part.patch, patches), part.numbers) for part in drawn.parts]
    session.flush()
    if {_as_it_is(one) for one in street.stretches} != {(part.numbers, key(part.patch.name)) for part in parts}:
        streets.redraw(session, street, parts, who=who, at=at)


def _patch(session: Session, name: str, patches: dict[str, Patch]) -> Patch:
    patch = patches.setdefault(key(name), Patch(name=name))
    session.add(patch)
    return patch


def _share_out(session: Session, street: Street, parts: Sequence[_Part], patches: dict[str, Patch]) -> None:
    """Give a street these stretches and no others."""
    wanted: dict[_Stretch, Patch] = {}
    for part in parts:
        wanted[part.numbers, key(part.patch)] = _patch(session, part.patch, patches)
    surplus = [stretch for stretch in street.stretches if wanted.pop(_as_it_is(stretch), None) is None]
    for stretch in surplus:
        street.stretches.remove(stretch)
        session.delete(stretch)
    for (one, _), patch in wanted.items():
        street.stretches.append(Stretch(patch=patch, first=one.first, last=one.last, side=one.side, named=one.named))


_Stretch = tuple[Numbers, str]


def _as_it_is(stretch: Stretch) -> _Stretch:
    return Numbers(stretch.first, stretch.last, stretch.side, stretch.named), key(stretch.patch.name)


def _rivals(one: _Part, other: _Part) -> bool:
    """Whether two patches claim a house and neither stretch lies within the other, so that nobody can say whose it is."""
    a, b = one.numbers, other.numbers
    if key(one.patch) == key(other.patch) or {a.side, b.side} == {Side.ODD, Side.EVEN}:
        return False
    if a.named or b.named:
        return bool(a.named and b.named) and houses.key(a.named or "") == houses.key(b.named or "")
    (low, high), (bottom, top) = _ends(a), _ends(b)
    if high < bottom or top < low:
        return False
    if (low, high) == (bottom, top):
        return a.side == b.side
    return not (low <= bottom and top <= high) and not (bottom <= low and high <= top)


def _ends(numbers: Numbers) -> tuple[float, float]:
    return (
        float("-inf") if numbers.first is None else numbers.first,
        float("inf") if numbers.last is None else numbers.last,
    )
