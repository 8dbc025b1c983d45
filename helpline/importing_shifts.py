"""The shifts that a group's own spreadsheet says, in local time, of handlers we know."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import clock, people, phone, rota, slots, wording
from helpline.errors import HelplineError
from helpline.importing import Columns, Report, Row, count, needed
from helpline.people import HatName, Person
from helpline.rota import Shift

SHIFTS = Columns(("phone", "start", "end"))

_WHEN = re.compile(
    r"""(?:(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)
        |(?P<first>\d\d?)[/.-](?P<second>\d\d?)[/.-](?P<last>\d{4}|\d\d))
        [\sT,]+(?P<hour>\d\d?)(?:[:.](?P<minute>\d\d)(?::00)?)?\s*(?P<half>am|pm)?""",
    re.VERBOSE | re.IGNORECASE,
)


def take(session: Session, rows: Iterable[Row], *, zone: ZoneInfo) -> str:
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
    return report.sentence(count(read, "shift", "shifts"))


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
    if ends_at - starts_at > slots.LONGEST:
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
