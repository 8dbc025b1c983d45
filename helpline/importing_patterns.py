"""The times of the week that a group's own spreadsheet says, line by line, and who keeps each of them."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpline import ahead, opening_words, patterns, people, phone, regulars, rota
from helpline.errors import HelplineError
from helpline.importing import Columns, Report, Row, needed
from helpline.patterns import Pattern, Shape
from helpline.people import Person

PATTERNS = Columns(("day", "start", "end"), ("least", "most", "first", "last", "phones"))
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Key = tuple[int, time, time]


def take(session: Session, rows: Iterable[Row], *, zone: ZoneInfo, at: datetime) -> str:
    """Take times of the week, and put down who keeps them. The same table again changes nothing.

    Raises `NotImportedError`, also when one time stands twice, or somebody cannot be put down for every shift that they keep.
    """
    report, today, read = Report(), at.astimezone(zone).date(), 0
    there: dict[Key, Pattern] = {_key(one.shape): one for one in patterns.kept(session, today=today)}
    seen: dict[Key, int] = {}
    for row in rows:
        read += 1
        try:
            with session.begin_nested():
                _take(session, row, there, seen, report, today=today, at=at)
        except HelplineError as problem:
            report.refuse(row.line, problem)
    return report.sentence(f"{read} {'time' if read == 1 else 'times'} of the week")


def _take(  # what one line is held against
    session: Session,
    row: Row,
    there: dict[Key, Pattern],
    seen: dict[Key, int],
    report: Report,
    *,
    today: date,
    at: datetime,
) -> None:
    shape = _shape(row, today)
    pattern = there.get(_key(shape))
    patterns.check(shape, today=today, begun=pattern.first_day if pattern else None)
    rival = seen.setdefault(_key(shape), row.line)
    if rival != row.line:
        raise HelplineError(f"The same time stands on line {rival}.")
    who = _keepers(session, row)
    if pattern is None:
        pattern = ahead.add(session, shape, who=None, at=at)
        report.new += 1
    elif (pattern.least, pattern.most, pattern.last_day) != (shape.least, shape.most, shape.last_day):
        changed = Shape(*_key(shape), shape.least, shape.most, pattern.first_day, shape.last_day)
        ahead.change(session, pattern, changed, who=None, at=at)
        report.changed += 1
    keeping = {one.person_id for one in regulars.of_patterns(session, [pattern], today=today)[pattern.id]}
    for number, person in who.items():
        if person.id not in keeping:
            _keep(session, pattern, person, number, today=today, at=at)


def _keep(session: Session, pattern: Pattern, person: Person, number: str, *, today: date, at: datetime) -> None:
    first_day = max(today, pattern.first_day)
    _, not_down = regulars.keep(session, pattern, person, first_day=first_day, who=None, at=at)
    if not_down:
        raise HelplineError(f"“{number}” has another shift then, or it is full.")


def _key(shape: Shape) -> Key:
    return shape.weekday, shape.begins, shape.ends


def _shape(row: Row, today: date) -> Shape:
    written = needed(row, "day")
    weekday = next((nth for nth, day in enumerate(DAYS) if len(written) > 2 and day.startswith(written.lower())), None)
    if weekday is None:
        raise HelplineError(f"“{written}” is not a day of the week; write it like Friday.")
    begins, ends = (time(*divmod(opening_words.time_of_day(needed(row, column)), 60)) for column in ("start", "end"))
    least = _many(row, "least", 1)
    most, first = _many(row, "most", max(2, least)), _day(row, "first") or today
    return Shape(weekday, begins, ends, least, most, first, _day(row, "last"))


def _many(row: Row, column: str, otherwise: int) -> int:
    written = row[column]
    if not written:
        return otherwise
    if not re.fullmatch(r"\d{1,2}", written, re.ASCII):
        raise HelplineError(f"“{written}” is not a number of handlers.")
    return int(written)


def _day(row: Row, column: str) -> date | None:
    written = row[column]
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise HelplineError(f"“{written}” is not a day; write it like 2026-11-23.") from None


def _keepers(session: Session, row: Row) -> dict[str, Person]:
    """Those whose numbers stand in the line, parted by commas or semicolons."""
    found = {}
    for written in filter(None, (one.strip() for one in re.split("[,;]", row["phones"]))):
        number = phone.understand(written)
        person = people.find(session, number) if number else None
        if person is None:
            raise HelplineError(f"“{written}” is not a handler's number; import the people first.")
        rota.check_handler(person)
        found[written] = person
    return found
