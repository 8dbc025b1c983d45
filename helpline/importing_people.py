"""The people that a group's own spreadsheet says, and their hats: a person on one line or several."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpline import people, phone, wearing, wording
from helpline.errors import HelplineError
from helpline.importing import Columns, Judged, Plan, Row, Verdict, count, key, needed
from helpline.people import COORDINATES, DetailsBy, Hat, HatName, Person, Way
from helpline.places import Patch
from helpline.sealed import key_of, keys_of

LONGEST_LANGUAGES = 60
PEOPLE = Columns(("name", "phone", "hats"), ("patch", "by", "details", "languages"))
A_TIME = 500
"""Numbers that are looked up in one question."""

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


Worn = tuple[HatName, int | None]


@dataclass
class Somebody:
    """A person as the table has them; what a table without the column says nothing of is None."""

    line: int
    name: str
    phone: str
    by: Way | None
    details_by: DetailsBy | None
    languages: str | None
    hats: dict[tuple[HatName, str | None], int | None]
    person: Person | None = None

    @property
    def worn(self) -> dict[Worn, None]:
        """Their hats, each with its patch, in the order in which they stand."""
        return {(name, patch_id): None for (name, _), patch_id in self.hats.items()}


def take(session: Session, rows: Iterable[Row], *, at: datetime) -> str:
    """Take people and their hats. Raises `NotImportedError`."""
    made = plan(session, rows)
    sentence = made.sentence()
    carry_out(session, made, at=at)
    return sentence


def plan(session: Session, rows: Iterable[Row]) -> Plan:
    """What a table of people would do."""
    patches = {patch.id: patch.name for patch in session.scalars(select(Patch))}
    by_name = {key(name): patch_id for patch_id, name in patches.items()}
    everybody: dict[str, Somebody] = {}
    judged: list[Judged] = []
    for row in rows:
        try:
            somebody = _read_person(row, by_name)
            first = everybody.setdefault(somebody.phone, somebody)
            if _said(first) != _said(somebody):
                raise HelplineError(f"Line {first.line} says something else of the same number.")  # noqa: TRY301
        except HelplineError as problem:
            judged.append(Judged(row.line, row.cells.get("name", ""), Verdict.REFUSED, str(problem)))
            continue
        first.hats |= somebody.hats
    known = _known(session, list(everybody))
    for number, somebody in everybody.items():
        somebody.person = known.get(number)
        judged.append(_judge(somebody, patches))
    todo = list(everybody.values())
    return Plan(sorted(judged, key=lambda one: one.line), todo, count(len(todo), "person", "people"))


def _known(session: Session, numbers: Sequence[str]) -> dict[str, Person]:
    """Those we know, by their number; some hundred numbers in one question."""
    found: dict[str, Person] = {}
    for begins in range(0, len(numbers), A_TIME):
        keys = {hashed: number for number in numbers[begins : begins + A_TIME] for hashed in keys_of(number)}
        rows = session.scalars(
            select(Person).where(Person.phone_key.in_(keys)).options(selectinload(Person.hats)).order_by(Person.id)
        )
        for person in rows:
            found.setdefault(keys[person.phone_key or ""], person)
    return found


def _said(one: Somebody) -> tuple[object, ...]:
    return one.name, one.by, one.details_by, one.languages


def _read_person(row: Row, patches: Mapping[str, int]) -> Somebody:
    number = phone.understand(needed(row, "phone"))
    if number is None:
        raise HelplineError(f"“{row['phone']}” is not a telephone number.")
    way, details = _WAYS.get(_plain(row["by"])), _DETAILS.get(_plain(row["details"]))
    if way is None:
        raise HelplineError(f"“{row['by']}” is not a way to be asked; write text, whatsapp or voice.")
    if details is None:
        raise HelplineError(f"“{row['details']}” is not a way to hear who and where; write link, text or voice.")
    return Somebody(
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
    if set(COORDINATES) <= set(names):
        raise HelplineError("Write coordinator and deputy on two lines, each with its patch.")
    hats: dict[tuple[HatName, str | None], int | None] = {}
    for name in names:
        if name in COORDINATES or (name == HatName.NEIGHBOUR and row["patch"]):
            hats |= {(name, patch): patches[patch] for patch in _read_patches(row, name, patches)}
        else:
            hats[name, None] = None
    return hats


def _read_patches(row: Row, hat: HatName, patches: Mapping[str, int]) -> list[str]:
    named = [name.strip() for name in row["patch"].split(";") if name.strip()]
    if not named:
        raise HelplineError(f"A {hat} needs a patch.")
    for name in named:
        if key(name) not in patches:
            raise HelplineError(f"There is no patch called “{name}”; import the streets first.")
    return [key(name) for name in named]


def _judge(somebody: Somebody, patches: Mapping[int, str]) -> Judged:
    person, name = somebody.person, somebody.name
    if person is None:
        said = wording.listed([_hat(one, patches) for one in somebody.worn]) or "no hat"
        return Judged(somebody.line, name, Verdict.NEW, f"{said[0].upper()}{said[1:]}.")
    said_of = []
    if person.name != name:
        said_of.append(f"Was called {person.name or 'nothing'}.")
    if somebody.by not in {None, person.by}:
        said_of.append(f"Is asked by {somebody.by}.")
    if somebody.details_by not in {None, person.details_by}:
        said_of.append(f"Hears who and where by {somebody.details_by}.")
    if somebody.languages not in {None, person.languages}:
        said_of.append(f"Speaks {somebody.languages}.")
    worn, wanted = {(hat.name, hat.patch_id) for hat in person.hats}, somebody.worn
    more = [_hat(one, patches) for one in wanted if one not in worn]
    fewer = [_hat(one, patches) for one in sorted(worn - wanted.keys(), key=str)]
    said_of += [f"Is {wording.listed(more)} from now on."] if more else []
    said_of += [f"Is no more {wording.listed(fewer)}."] if fewer else []
    return Judged(somebody.line, name, Verdict.CHANGED if said_of else Verdict.SAME, " ".join(said_of))


def _hat(one: Worn, patches: Mapping[int, str]) -> str:
    name, patch_id = one
    return f"{name.value} of {patches.get(patch_id, 'a patch')}" if patch_id else name.value


def carry_out(session: Session, made: Plan, *, at: datetime, who: Person | None = None) -> None:
    """Do what a plan says. With an organiser (`who`), hats of people we know are given and taken as on their pages."""
    everybody = [one for one in made.todo if isinstance(one, Somebody)]
    session.add_all(_newcomer(one, at=at) for one in everybody if one.person is None)
    session.flush()
    for somebody in everybody:
        if somebody.person is not None:
            _update(session, somebody.person, somebody, at=at, who=who)
    session.flush()


def _newcomer(somebody: Somebody, *, at: datetime) -> Person:
    return Person(
        name=somebody.name,
        phone=somebody.phone,
        phone_key=key_of(somebody.phone),
        created_at=at,
        by=somebody.by or Way.TEXT,
        details_by=somebody.details_by or DetailsBy.LINK,
        languages=somebody.languages or "en",
        hats=[Hat(name=name, patch_id=patch_id, since_at=at) for name, patch_id in somebody.worn],
    )


def _update(session: Session, person: Person, somebody: Somebody, *, at: datetime, who: Person | None) -> None:
    person.name = somebody.name
    person.by = somebody.by or person.by
    person.details_by = somebody.details_by or person.details_by
    person.languages = somebody.languages or person.languages
    worn = {(hat.name, hat.patch_id): hat for hat in person.hats}
    gone = [hat for one, hat in worn.items() if one not in somebody.worn]
    more = [one for one in somebody.worn if one not in worn]
    for name, patch_id in more:
        if who is None:
            people.wear(session, person, name, at=at, patch_id=patch_id)
        else:
            wearing.give(session, person, name, patch_id=patch_id, who=who, at=at)
    for hat in gone:
        if hat not in person.hats:  # of a deputy a coordinator was made
            continue
        if who is None:
            person.hats.remove(hat)
            session.delete(hat)
        else:
            wearing.take_off(session, hat, who=who, at=at)
