"""The rota of the made-up ward: three times a day and who keeps them, four weeks behind and eight ahead, with two gaps soon.

Whatever the hour, Hana and Tomasz are on now, for three hours at least.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import ahead, patterns, people, rota
from helpline.patterns import Pattern, Shape
from helpline.people import HatName, Person
from helpline.regulars import Regular
from helpline.rota import S, Shift
from helpline.slots import Slot

FIRST = ("Hana", "Tomasz")
FIRST_LASTS = timedelta(hours=3)
DAY = timedelta(days=1)
BEHIND = timedelta(days=28)
TIMES = ((time(10), time(13)), (time(13), time(16)), (time(16), time(19)))
NEEDED, ROOM = 2, 3
# The day from today on, the time of it, and how many are left.
GAPS = ((1, 1, 1), (3, 1, 0))


def fill(session: Session, *, at: datetime, zone: ZoneInfo) -> None:
    """The whole rota, in a ward that has none: written in one go, since the verbs would ask the same five hundred times."""
    today = at.astimezone(zone).date()
    turns = sorted(people.with_hat(session, HatName.HANDLER), key=lambda person: person.first_name not in FIRST)
    gaps = {(today + ahead_ * DAY, nth): left for ahead_, nth, left in GAPS}
    turn = _first_turn(at, zone)
    for number, (weekday, nth) in enumerate(_week()):
        begins, ends = TIMES[nth]
        pattern = Pattern(made_until=today + ahead.AHEAD)
        pattern.take_shape(Shape(weekday, begins, ends, NEEDED, ROOM, today - BEHIND))
        pair = [turns[(2 * number + place) % len(turns)] for place in range(NEEDED)]
        session.add_all(
            [pattern, *(Regular(pattern=pattern, person=one, every=1, first_day=today + DAY) for one in pair)]
        )
        for day in pattern.shape.days(today - BEHIND, today + ahead.AHEAD):
            session.add_all(_on_a_day(pattern, day, pair, left=gaps.get((day, nth), NEEDED), turn=turn, zone=zone))
    session.flush()
    put_on(session, at=at, zone=zone)


def _week() -> Iterator[tuple[int, int]]:
    """The day and the number of each time of the week: there is none on a Sunday evening."""
    yield from ((weekday, nth) for weekday in range(7) for nth in range(len(TIMES)) if (weekday, nth) != (6, 2))


def _on_a_day(  # what one slot is made of
    pattern: Pattern, day: date, pair: Sequence[Person], *, left: int, turn: tuple[datetime, datetime], zone: ZoneInfo
) -> Iterator[Slot | Shift]:
    """A slot, and who is down for it: nobody yet, when it is in the turn of the first two."""
    span = pattern.shape.span(day, zone)
    if span is None:
        return
    slot = Slot(pattern=pattern, day=day, starts_at=span[0], ends_at=span[1], least=NEEDED, most=ROOM)
    yield slot
    if span[1] <= turn[0] or span[0] >= turn[1]:
        over = span[1] if span[1] <= turn[0] else None
        for nth, person in enumerate(pair):
            state = S.KEPT if nth < left else S.LEFT
            yield Shift(person=person, slot=slot, starts_at=span[0], ends_at=span[1], state=state, handed_over_at=over)


# Somebody is on now


def put_on(session: Session, *, at: datetime, zone: ZoneInfo) -> None:
    """Hana and Tomasz are on from the beginning of this hour; within slots their shifts are those of the slots."""
    first, last = _first_turn(at, zone)
    turns = [person for person in people.with_hat(session, HatName.HANDLER) if person.first_name in FIRST]
    for person in turns:
        for starts_at, ends_at, slot in _pieces(session, first, last):
            if rota.is_free(session, person, starts_at, ends_at):
                rota.write(session, person, starts_at=starts_at, ends_at=ends_at, slot=slot)
            else:
                _fill_between(session, person, starts_at, ends_at)


def _first_turn(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From this hour until the end of the slot in which three hours from now fall, or until the next slot begins."""
    today = at.astimezone(zone).date()
    least, edges = at + FIRST_LASTS, set[datetime]()
    for day in (today - DAY, today, today + DAY):
        for begins, ends in TIMES:
            edges.update(patterns.span(day, begins, ends, zone) or ())
    return at.replace(minute=0, second=0, microsecond=0), min(edge for edge in edges if edge >= least)


def _pieces(session: Session, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime, Slot | None]]:
    """A time, cut where slots begin and end."""
    within = select(Slot).where(Slot.starts_at < last, Slot.ends_at > first, Slot.called_off_at.is_(None))
    for slot in session.scalars(within.order_by(Slot.starts_at)).all():
        if first < slot.starts_at:
            yield first, slot.starts_at, None
        yield max(first, slot.starts_at), min(last, slot.ends_at), slot
        first = max(first, slot.ends_at)
    if first < last:
        yield first, last, None


def _fill_between(session: Session, person: Person, first: datetime, last: datetime) -> None:
    """What is free between the shifts that somebody has already."""
    taken: list[Shift] = rota.shifts_of(session, person, first, last)
    for shift in taken:
        if first < shift.starts_at:
            rota.write(session, person, starts_at=first, ends_at=shift.starts_at)
        first = max(first, shift.ends_at)
    if first < last:
        rota.write(session, person, starts_at=first, ends_at=last)


def carry_on(session: Session, *, at: datetime, zone: ZoneInfo) -> None:
    """The rota of a ward that was loaded before: its patterns reach ahead, and somebody is on now."""
    for pattern_id in ahead.due(session, at):
        ahead.make(session, pattern_id, at)
    put_on(session, at=at, zone=zone)


def is_there(session: Session, *, at: datetime) -> bool:
    """Whether somebody is on; the clock carries the patterns on."""
    return bool(rota.on_now(session, at))
