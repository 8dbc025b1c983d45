"""What a group's own spreadsheet says: streets, people and shifts, line by line.

What the table says of a street or a person is the whole of what is known of them, so a changed line changes things and the same
table again changes nothing. Every line that cannot be understood is named, and then nothing at all is taken.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import clock, houses, people, phone, places, rota, slots, wording
from helpline.errors import HelplineError
from helpline.people import DetailsBy, HatName, Person, Way
from helpline.places import Numbers, Patch, Side, Street, Stretch
from helpline.rota import Shift

LONGEST_NAME = 80
LONGEST_LANGUAGES = 60
LONGEST_SHIFT = timedelta(hours=24)


@dataclass(frozen=True)
class Columns:
    """The columns of a table: those it must have, and those it may."""

    needed: tuple[str, ...]
    welcome: tuple[str, ...] = ()


STREETS = Columns(("street", "patch"), ("numbers", "also"))
PEOPLE = Columns(("name", "phone", "hats"), ("patch", "by", "languages"))
SHIFTS = Columns(("phone", "start", "end"))


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


def _key(name: str) -> str:
    """What two spellings of one name share."""
    return name.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def needed(row: Row, column: str) -> str:
    if not row[column]:
        raise HelplineError(f"The {column} is missing.")
    if len(row[column]) > LONGEST_NAME:
        raise HelplineError(f"The {column} is longer than {LONGEST_NAME} letters.")
    return row[column]


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


# Streets


@dataclass(frozen=True)
class _Part:
    line: int
    numbers: Numbers
    patch: str


def take_streets(session: Session, rows: Iterable[Row]) -> str:
    """Take streets and their patches. Raises `NotImportedError`, also when two patches are given the same houses."""
    report = Report()
    names: dict[str, str] = {}
    parts: dict[str, list[_Part]] = {}
    others: dict[str, list[str]] = {}
    for row in rows:
        try:
            name, patch = needed(row, "street"), needed(row, "patch")
            numbers = places.read_numbers(row["numbers"])
            also = places.check_other_names(row["also"])
        except HelplineError as problem:
            report.refuse(row.line, problem)
            continue
        names.setdefault(_key(name), name)
        if "also" in row.cells:
            others.setdefault(_key(name), []).extend(also)
        known = parts.setdefault(_key(name), [])
        for part in (_Part(row.line, one, patch) for one in numbers):
            rival = next((other for other in known if _rivals(part, other)), None)
            if rival:
                report.refuse(
                    row.line, f"{name} is split twice: line {rival.line} gives some of these houses to {rival.patch}."
                )
            else:
                known.append(part)
    patches = {_key(patch.name): patch for patch in session.scalars(select(Patch))}
    old = {_key(street.name): street for street in places.all_streets(session)}
    for key, name in names.items():
        street = old.get(key) or Street(name=name)
        session.add(street)
        changed = _share_out(session, street, parts[key], patches) | _call_also(street, others.get(key))
        report.new += key not in old
        report.changed += key in old and changed
    session.flush()
    named = {_key(part.patch) for known in parts.values() for part in known}
    return report.sentence(f"{_count(len(names), 'street', 'streets')} in {_count(len(named), 'patch', 'patches')}")


def _call_also(street: Street, others: list[str] | None) -> bool:
    """Its other names, if the table has a column of them. False when nothing changed."""
    before = street.also_called
    if others is not None:
        street.also_called = places.written_other_names(others)
    return street.also_called != before


def _share_out(session: Session, street: Street, parts: list[_Part], patches: dict[str, Patch]) -> bool:
    """Give a street these stretches and no others. False when it had them already."""
    wanted: dict[_Key, Patch] = {}
    for part in parts:
        patch = patches.setdefault(_key(part.patch), Patch(name=part.patch))
        session.add(patch)
        wanted[part.numbers, _key(part.patch)] = patch
    surplus = [stretch for stretch in street.stretches if wanted.pop(_as_key(stretch), None) is None]
    for stretch in surplus:
        street.stretches.remove(stretch)
        session.delete(stretch)
    for (one, _), patch in wanted.items():
        street.stretches.append(Stretch(patch=patch, first=one.first, last=one.last, side=one.side, named=one.named))
    return bool(surplus or wanted)


_Key = tuple[Numbers, str]


def _as_key(stretch: Stretch) -> _Key:
    return Numbers(stretch.first, stretch.last, stretch.side, stretch.named), _key(stretch.patch.name)


def _rivals(one: _Part, other: _Part) -> bool:
    """Whether two patches claim a house and neither stretch lies within the other, so that nobody can say whose it is."""
    a, b = one.numbers, other.numbers
    if _key(one.patch) == _key(other.patch) or {a.side, b.side} == {Side.ODD, Side.EVEN}:
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


# People

_HATS = {hat.value: hat for hat in HatName} | {"co-ordinator": HatName.COORDINATOR, "organizer": HatName.ORGANISER}
_WAYS = {way.value: way for way in Way} | {
    "": Way.TEXT,
    "txt": Way.TEXT,
    "texts": Way.TEXT,
    "sms": Way.TEXT,
    "wa": Way.WHATSAPP,
    "whats app": Way.WHATSAPP,
    "what's app": Way.WHATSAPP,
    "phone": Way.VOICE,
    "phone call": Way.VOICE,
    "call": Way.VOICE,
    "calls": Way.VOICE,
    "landline": Way.VOICE,
    "ring": Way.VOICE,
    "spoken": Way.VOICE,
}
_DETAILS = {how.value: how for how in DetailsBy} | {
    "": DetailsBy.LINK,
    "page": DetailsBy.LINK,
    "sms": DetailsBy.TEXT,
    "phone": DetailsBy.VOICE,
    "call": DetailsBy.VOICE,
    "spoken": DetailsBy.VOICE,
    "pin": DetailsBy.VOICE,
}
_FOR_A_PATCH = (HatName.COORDINATOR, HatName.DEPUTY)


@dataclass
class _Somebody:
    line: int
    name: str
    phone: str
    by: Way | None
    details_by: DetailsBy | None
    languages: str | None
    hats: dict[tuple[HatName, str | None], int | None]


def take_people(session: Session, rows: Iterable[Row], *, at: datetime) -> str:
    """Take people and their hats, a person on one line or several. Raises `NotImportedError`."""
    report = Report()
    patches = {_key(patch.name): patch.id for patch in session.scalars(select(Patch))}
    everybody: dict[str, _Somebody] = {}
    for row in rows:
        try:
            somebody = _read_person(row, patches)
            first = everybody.setdefault(somebody.phone, somebody)
            if _said(first) != _said(somebody):
                raise HelplineError(f"Line {first.line} says something else of the same number.")  # noqa: TRY301
        except HelplineError as problem:
            report.refuse(row.line, problem)
            continue
        first.hats |= somebody.hats
    for somebody in everybody.values():
        person = people.find(session, somebody.phone)
        if person is None:
            report.new += 1
            _update(session, people.meet(session, somebody.phone, at=at, name=somebody.name), somebody, at=at)
        else:
            report.changed += _update(session, person, somebody, at=at)
    session.flush()
    return report.sentence(_count(len(everybody), "person", "people"))


def _said(one: _Somebody) -> tuple[object, ...]:
    return one.name, one.by, one.details_by, one.languages


def _read_person(row: Row, patches: Mapping[str, int]) -> _Somebody:
    number = phone.understand(needed(row, "phone"))
    if number is None:
        raise HelplineError(f"“{row['phone']}” is not a telephone number.")
    way, details = _WAYS.get(_plain(row["by"])), _DETAILS.get(_plain(row["details"]))
    if way is None:
        raise HelplineError(f"“{row['by']}” is not a way to be asked; write text, whatsapp or voice.")
    if details is None:
        raise HelplineError(f"“{row['details']}” is not a way to hear who and where; write link, text or voice.")
    return _Somebody(
        row.line,
        needed(row, "name"),
        number,
        way if "by" in row.cells else None,
        details if "details" in row.cells else None,
        _read_languages(row["languages"]) if "languages" in row.cells else None,
        _read_hats(row, patches),
    )


def _plain(written: str) -> str:
    """A word as it is looked up: in small letters, a curly apostrophe made plain."""
    return wording.plain(written.strip()).lower()


def _read_languages(written: str) -> str:
    languages = re.split(r"[\s,;/]+", written.lower()) if written else ["en"]
    for language in languages:
        if not re.fullmatch("[a-z]{2,3}", language):
            raise HelplineError(f"“{written}” is not languages; write their short names, like en pl.")
    short = " ".join(dict.fromkeys(languages))
    if len(short) > LONGEST_LANGUAGES:
        raise HelplineError("Those are more languages than we can note.")
    return short


def _read_hats(row: Row, patches: Mapping[str, int]) -> dict[tuple[HatName, str | None], int | None]:
    words = [word for word in re.split(r"\s*(?:[;,/&+]|\band\b|\s)\s*", row["hats"].lower()) if word]
    unknown = [word for word in words if word not in _HATS]
    if unknown:
        raise HelplineError(f"“{unknown[0]}” is not a hat; write handler, organiser, coordinator, deputy or neighbour.")
    names = [_HATS[word] for word in words]
    if set(_FOR_A_PATCH) <= set(names):
        raise HelplineError("Write coordinator and deputy on two lines, each with its patch.")
    hats: dict[tuple[HatName, str | None], int | None] = {}
    for name in names:
        if name in _FOR_A_PATCH or (name == HatName.NEIGHBOUR and row["patch"]):
            hats |= {(name, patch): patches[patch] for patch in _read_patches(row, name, patches)}
        else:
            hats[name, None] = None
    return hats


def _read_patches(row: Row, hat: HatName, patches: Mapping[str, int]) -> list[str]:
    named = [name.strip() for name in row["patch"].split(";") if name.strip()]
    if not named:
        raise HelplineError(f"A {hat} needs a patch.")
    for name in named:
        if _key(name) not in patches:
            raise HelplineError(f"There is no patch called “{name}”; import the streets first.")
    return [_key(name) for name in named]


def _update(session: Session, person: Person, somebody: _Somebody, *, at: datetime) -> bool:
    """Make somebody as the table says. False when they were so already."""
    before = (person.name, person.by, person.details_by, person.languages)
    person.name = somebody.name
    person.by = somebody.by or person.by
    person.details_by = somebody.details_by or person.details_by
    person.languages = somebody.languages or person.languages
    wanted = {(name, patch_id) for (name, _), patch_id in somebody.hats.items()}
    worn = {(hat.name, hat.patch_id): hat for hat in person.hats}
    for key, hat in worn.items():
        if key not in wanted:
            person.hats.remove(hat)
            session.delete(hat)
    for (name, _), patch_id in somebody.hats.items():
        people.wear(session, person, name, at=at, patch_id=patch_id)
    return before != (person.name, person.by, person.details_by, person.languages) or wanted != worn.keys()


# Shifts

_WHEN = re.compile(
    r"""(?:(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)
        |(?P<first>\d\d?)[/.-](?P<second>\d\d?)[/.-](?P<last>\d{4}|\d\d))
        [\sT,]+(?P<hour>\d\d?)(?:[:.](?P<minute>\d\d)(?::00)?)?\s*(?P<half>am|pm)?""",
    re.VERBOSE | re.IGNORECASE,
)


def take_shifts(session: Session, rows: Iterable[Row], *, zone: ZoneInfo) -> str:
    """Take shifts, in local time, of handlers we know. Raises `NotImportedError`, also when somebody's shifts overlap."""
    report = Report()
    taken: dict[int, list[tuple[datetime, datetime, int]]] = {}
    read = 0
    for row in rows:
        read += 1
        try:
            who = _handler(session, row)
            starts_at, ends_at = _from_to(row, zone)
            mine = taken.setdefault(who.id, [])
            rival = next((line for start, end, line in mine if start < ends_at and starts_at < end), None)
            if rival is not None:
                raise HelplineError(f"The shift overlaps the same person's on line {rival}.")  # noqa: TRY301
            mine.append((starts_at, ends_at, row.line))
            report.new += _write(session, who, starts_at, ends_at)
        except HelplineError as problem:
            report.refuse(row.line, problem)
    return report.sentence(_count(read, "shift", "shifts"))


def _handler(session: Session, row: Row) -> Person:
    number = phone.understand(needed(row, "phone"))
    if number is None:
        raise HelplineError(f"“{row['phone']}” is not a telephone number.")
    person = people.find(session, number)
    if person is None or not person.wears(HatName.HANDLER):
        raise HelplineError(f"“{row['phone']}” is not a handler's number; import the people first.")
    return person


def _write(session: Session, who: Person, starts_at: datetime, ends_at: datetime) -> bool:
    same = select(Shift.id).where(Shift.person_id == who.id, Shift.starts_at == starts_at, Shift.ends_at == ends_at)
    if session.scalar(same) is not None:
        return False
    rota.write(session, who, starts_at=starts_at, ends_at=ends_at, slot=slots.around(session, starts_at, ends_at))
    return True


def _from_to(row: Row, zone: ZoneInfo) -> tuple[datetime, datetime]:
    starts_at, ends_at = (clock.instant(read_time(needed(row, column)), zone) for column in ("start", "end"))
    if ends_at - starts_at > LONGEST_SHIFT:
        raise HelplineError(f"The shift is {wording.how_long(ends_at - starts_at)} long; is the end on the right day?")
    return starts_at, ends_at


def read_time(written: str) -> datetime:
    """A wall-clock time as a spreadsheet writes it, day first: `2026-11-23 10:00`, `23/11/2026 10:00`, `23/11/26 10 am`.

    Raises `HelplineError` when it cannot be understood.
    """
    found = _WHEN.fullmatch(written)
    if not found or (found["minute"] is None and found["half"] is None):
        raise HelplineError(f"“{written}” is not a day and time; write it like 2026-11-23 10:00.")
    year = int(found["year"] or found["last"])
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise HelplineError(f"“{written}” is not a day and time; write it like 2026-11-23 10:00.")
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    midnight = hour == 24 and not int(found["minute"] or 0)  # how a rota writes the end of an evening
    try:
        day = datetime(  # noqa: DTZ001  # a wall-clock time; its zone is the neighbourhood's
            year if year > 99 else 2000 + year,
            int(found["month"] or found["second"]),
            int(found["day"] or found["first"]),
            0 if midnight else hour,
            int(found["minute"] or 0),
        )
    except ValueError:
        raise HelplineError(f"There is no “{written}”; the day comes before the month.") from None
    return day + timedelta(days=1) if midnight else day
