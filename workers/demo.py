"""A made-up ward to try everything on, and the telephones of its people for the simulator."""

import json
import os
import tomllib
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import importing_people, importing_streets, people, phone, places, rota, sparing, wording
from helpline.config import Settings
from helpline.importing import Row
from helpline.people import HatName, Person
from helpline.places import Patch, Stretch
from workers import demo_elsewhere, demo_past, demo_rota
from workers.demo_rota import FIRST

WARD = Path(__file__).with_name("demo.toml")


def load(session: Session, *, at: datetime, zone: ZoneInfo) -> str:
    """Load the ward into an empty database; into its own again, only carry its rota on. Answers with what was done."""
    ward = tomllib.loads(WARD.read_text(encoding="utf-8"))
    if is_empty(session):
        importing_streets.take(session, _streets(ward))
        importing_people.take(session, _people(ward), at=at)
        _are_asked_at_any_hour(session, at=at)
        for number, (name, _) in ward["residents"].items():
            people.meet(session, _known(number), at=at, name=name)
        demo_rota.fill(session, at=at, zone=zone)
        demo_past.fill(session, at=at, zone=zone)
        demo_elsewhere.fill(session, at=at, zone=zone)
        return "Loaded the demo ward."
    if not _is_ours(session, ward):
        return "The database is not empty, so the demo ward was not loaded."
    if demo_rota.is_there(session, at=at):
        return "The demo ward is loaded already."
    demo_rota.carry_on(session, at=at, zone=zone)
    return "The demo ward is loaded already; its rota was carried on from today."


def _are_asked_at_any_hour(session: Session, *, at: datetime) -> None:
    """The demo is looked at in the evening as well, when nobody else would be asked before the morning."""
    for person in people.with_hats(session):
        if person.wears(HatName.COORDINATOR, HatName.DEPUTY):
            sparing.set_quiet(session, person, time(), time(), who=person, at=at)


def is_empty(session: Session) -> bool:
    """Whether the database knows nobody and no street."""
    return not session.scalar(select(func.count(Person.id))) and not session.scalar(select(func.count(Patch.id)))


def _is_ours(session: Session, ward: dict[str, Any]) -> bool:
    return all(people.find(session, _known(one["phone"])) is not None for one in ward["people"])


def _known(written: str) -> str:
    number = phone.understand(written)
    if number is None:
        raise ValueError(f"{written} in {WARD.name} is not a telephone number")
    return number


def _streets(ward: dict[str, Any]) -> Iterator[Row]:
    for patch, streets in ward["patches"].items():
        for written in streets:
            street, _, numbers = written.partition(", ")
            yield Row(0, {"street": street, "numbers": numbers, "patch": patch})


def _people(ward: dict[str, Any]) -> Iterator[Row]:
    for person in ward["people"]:
        yield Row(0, person)


# The telephones


def telephones(session: Session, settings: Settings, *, at: datetime) -> dict[str, Any]:
    """What the simulator is told: our number and where it is answered, and a telephone for everybody we know."""
    everybody = list(session.scalars(select(Person).where(Person.forgotten_at.is_(None)).order_by(Person.id)))
    on = {shift.person_id: shift for shift in rota.on_now(session, at)}
    homes = {_known(number): home for number, (_, home) in tomllib.loads(WARD.read_text("utf-8"))["residents"].items()}
    residents = [person for person in everybody if not person.hats]
    working = [person for person in everybody if person.id in on and person not in residents]
    looking_after = [
        person for person in everybody if person.wears(HatName.COORDINATOR, HatName.DEPUTY) and person not in working
    ]
    others = [person for person in everybody if person not in [*residents, *working, *looking_after]]
    return {
        "numbers": [
            {
                "number": settings.helpline_number,
                "name": settings.group_name,
                "voice_url": f"{settings.public_url}/ivr/voice",
                "sms_url": f"{settings.public_url}/ivr/texts",
                "status_callback": f"{settings.public_url}/ivr/status/calls",
            }
        ],
        "telephones": [
            *(
                _telephone(
                    person.phone or "",
                    person.name,
                    f"resident, {homes[person.phone]}" if person.phone in homes else "resident",
                )
                for person in residents
            ),
            *(
                _telephone(person.phone or "", person.name, _note(session, person, settings.zone, at=at))
                for person in [*working, *looking_after, *others]
            ),
            _telephone(settings.fallback_number, "The group's fallback", "rung when everything of ours is broken"),
        ],
    }


def _telephone(number: str, name: str | None, note: str) -> dict[str, str]:
    return {
        "number": number,
        "name": name or "Somebody",
        "note": note,
        "kind": "mobile" if number.startswith("+447") else "landline",
        "behaviour": "person",
    }


def _note(session: Session, person: Person, zone: ZoneInfo, *, at: datetime) -> str:
    parts = []
    if person.wears(HatName.HANDLER):
        shift, following = rota.shift_of(session, person, at), rota.next_shift_of(session, person, at)
        if shift:
            parts.append(f"handler, on until {wording.moment(shift.ends_at, zone, now=at)}")
        else:
            parts.append(
                f"handler, on at {wording.moment(following.starts_at, zone, now=at)}" if following else "handler"
            )
    for hat in (HatName.COORDINATOR, HatName.DEPUTY):
        patches = [one.patch_id for one in person.hats if one.name == hat]
        if patches:
            parts.append(f"{hat} of {_of(session, patches)}")
    return "; ".join(parts) or "organiser"


def _of(session: Session, patches: list[int | None]) -> str:
    stretches = session.scalars(select(Stretch).where(Stretch.patch_id.in_(patches)).order_by(Stretch.id))
    return wording.listed([_stretch(stretch) for stretch in stretches]) or "no street yet"


def _stretch(stretch: Stretch) -> str:
    if stretch.whole:
        return stretch.street.name
    return f"{stretch.street.name} ({places.written_numbers(stretch)})"


def write_telephones(file: Path, told: dict[str, Any]) -> None:
    """Write the file whole or not at all, for its owner's eyes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"{file.name}.{os.getpid()}.half")
    half.touch(mode=0o600)
    half.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    half.replace(file)


def greeting(session: Session, *, at: datetime) -> str | None:
    """Whom to sign in as: a handler who is on, else any."""
    on = [shift.person for shift in rota.on_now(session, at)]
    handlers = sorted(
        people.with_hat(session, HatName.HANDLER),
        key=lambda one: (one not in on, one.first_name not in FIRST, not one.wears(HatName.ORGANISER), one.id),
    )
    if not handlers:
        return None
    return f"Sign in as {handlers[0].first_name}: {phone.spoken(handlers[0].phone or '')}"
