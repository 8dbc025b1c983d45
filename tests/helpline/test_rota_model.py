"""The rota against a naive model of it, which walks each minute of the wall clock and asks who is on.

The model is a book on a table: it knows nothing of rows, instants or time zones, only what a person with a watch would see. Around
both clock changes, evenings of patterns, closed days, called-off slots, covers and swaps are made up and compared.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from helpline import ahead, called_off, config, hours, regulars, rota, shifts
from helpline.db import Database
from helpline.errors import HelplineError
from helpline.patterns import Shape
from helpline.people import Person
from helpline.slots import Slot, Why
from tests.builders import a_handler
from tests.helpline.rota_cast import an_organiser

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MOST = 2
# The Sunday, and how far London's wall clock is ahead of UTC before and after one in the morning of it.
SUNDAYS = {date(2026, 3, 29): (0, 1), date(2026, 10, 25): (1, 0), date(2026, 11, 22): (0, 0)}
NAMES = ("Hana", "Bea", "Femi")

Op = tuple[str, int, int, int, int]


@dataclass
class Book:
    """The model. A time is its number; `on` says who is down for it, `off` why it is not, and `were` who was, until it is again."""

    sunday: date
    minutes: list[frozenset[int]] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    on: list[list[int]] = field(default_factory=list)
    off: list[str] = field(default_factory=list)
    were: list[list[int]] = field(default_factory=list)
    ever: list[set[int]] = field(default_factory=list)
    kept: list[list[int]] = field(default_factory=list)
    closed: set[date] = field(default_factory=set)
    walls: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        before, after = SUNDAYS[self.sunday]
        start = datetime.combine(self.sunday - 2 * DAY, time())
        change = datetime.combine(self.sunday, time(1))
        for number in range(5 * 24 * 60):
            there = start + number * MINUTE
            self.walls.append(there + timedelta(hours=after if there >= change else before))

    def add(self, day: date, begins: time, ends: time) -> None:
        """A time on a day: it is on from the minute at which the wall clock comes to its beginning until it comes to its end."""
        first, last = datetime.combine(day, begins), datetime.combine(day if ends > begins else day + DAY, ends)
        begun, over, there = False, False, set()
        for number, wall in enumerate(self.walls):
            begun, over = begun or wall >= first, over or wall >= last
            if begun and not over:
                there.add(number)
        self.minutes.append(frozenset(there))
        self.days.append(day)
        self.on.append([])
        self.off.append("closed" if day in self.closed else "")
        self.were.append([])
        self.ever.append(set())
        self.kept.append([])

    def busy(self, who: int, *, but: int = -1) -> set[int]:
        return {
            one
            for number, there in enumerate(self.on)
            if who in there and number != but
            for one in self.minutes[number]
        }

    def take(self, slot: int, who: int) -> bool:
        if self.off[slot] or len(self.on[slot]) >= MOST or self.busy(who) & self.minutes[slot]:
            return False
        self._put(slot, who)
        return True

    def _put(self, slot: int, who: int) -> None:
        self.on[slot].append(who)
        self.ever[slot].add(who)

    def keep(self, slot: int, who: int) -> bool:
        if who in self.kept[slot]:
            return False
        self.kept[slot].append(who)
        return who not in self.ever[slot] and self.take(slot, who)

    def leave(self, slot: int, who: int) -> bool:
        if who not in self.on[slot]:
            return False
        self.on[slot].remove(who)
        return True

    def cover(self, slot: int, who: int, by: int) -> bool:
        if who not in self.on[slot] or who == by or self.busy(by) & self.minutes[slot]:
            return False
        self.on[slot].remove(who)
        self._put(slot, by)
        return True

    def swap(self, one: int, first: int, other: int, second: int) -> bool:
        if first == second or first not in self.on[one] or second not in self.on[other]:
            return False
        if self.busy(first, but=one) & self.minutes[other] or self.busy(second, but=other) & self.minutes[one]:
            return False
        self.on[one].remove(first)
        self.on[other].remove(second)
        self._put(one, second)
        self._put(other, first)
        return True

    def call_off(self, slot: int, why: str) -> None:
        if not self.off[slot]:
            self.off[slot], self.were[slot], self.on[slot] = why, self.on[slot], []
        elif self.off[slot] == "closed":
            self.off[slot] = why

    def bring_back(self, slot: int) -> None:
        if self.off[slot] and self.days[slot] not in self.closed:
            self.off[slot] = ""
            for who in self.were[slot]:
                if not self.busy(who) & self.minutes[slot]:
                    self.on[slot].append(who)
            self.were[slot] = []
            for who in self.kept[slot]:
                if who not in self.ever[slot]:
                    self.take(slot, who)

    def who(self, minute: int) -> set[str]:
        """Who is on in a minute."""
        return {NAMES[who] for slot, there in enumerate(self.on) if minute in self.minutes[slot] for who in there}


@dataclass
class Real:
    """The same, done to the rota by its verbs; each says whether it was let."""

    session: Session
    at: datetime
    handlers: list[Person]
    organiser: Person
    slots: list[Slot] = field(default_factory=list)

    def _shift(self, slot: int, who: int) -> rota.Shift:
        down = rota.down_for(self.session, [self.slots[slot]])[self.slots[slot].id]
        found = next((shift for shift in down if shift.person is self.handlers[who]), None)
        if found is None:
            raise HelplineError("They are not down for it.")
        return found

    def add(self, shape: Shape, day: date, *, once: bool) -> bool:
        span = shape.span(day, config.current().zone)
        if span is None:
            return False
        if once:
            self.slots.append(ahead.add_once(self.session, *span, least=1, most=MOST, who=None, at=self.at))
        else:
            pattern = ahead.add(self.session, shape, who=None, at=self.at)
            self.slots.append(self.session.query(Slot).filter_by(pattern_id=pattern.id, day=day).one())
        return True

    def do(self, op: Op) -> bool:
        what, slot, who, other, by = op
        session, at, organiser = self.session, self.at, self.organiser
        given, one, two = self.slots[slot], self.handlers[who], self.handlers[by]
        before = len(rota.between(session, at, at + 60 * DAY))
        try:
            if what == "take":
                shifts.take(session, given, who=one, at=at)
            elif what == "keep":
                assert given.pattern is not None
                regulars.keep(
                    session, given.pattern, one, first_day=given.day, last_day=given.day, who=organiser, at=at
                )
                return len(rota.between(session, at, at + 60 * DAY)) > before
            elif what == "leave":
                shifts.leave(session, self._shift(slot, who), who=one, at=at)
            elif what == "cover":
                mine = self._shift(slot, who)
                shifts.want_cover(session, mine, who=one, at=at)
                shifts.take_over(session, mine, who=two, at=at)
            elif what == "swap":
                shifts.exchange(session, self._shift(slot, who), self._shift(other, by), who=two, at=at)
        except HelplineError:
            return False
        return True

    def call_off(self, slot: int) -> None:
        called_off.call_off(self.session, self.slots[slot], why=Why.ORGANISER, who=self.organiser, at=self.at)

    def bring_back(self, slot: int) -> None:
        with suppress(HelplineError):
            called_off.bring_back(self.session, self.slots[slot], who=self.organiser, at=self.at)

    def close(self, day: date, *, closed: bool) -> None:
        if closed:
            hours.close_day(self.session, day, "A party", today=self.at.date(), who=self.organiser, at=self.at)
        else:
            hours.open_day(self.session, day, who=self.organiser, at=self.at)
        for slot_id in called_off.out_of_step(self.session, self.at):
            called_off.fall_in(self.session, slot_id, self.at)


def a_time(chance: Random) -> time:
    """Often near the change, and seldom like any other."""
    if chance.random() < 0.6:
        return time(chance.randrange(3), chance.choice([0, 15, 30]))
    return time(chance.randrange(24), chance.choice([0, 20, 30]))


WHATS = ("take", "take", "take", "keep", "leave", "cover", "swap", "swap", "swap", "off", "back", "close", "open")


def an_op(chance: Random) -> Op:
    return chance.choice(WHATS), chance.randrange(60), chance.randrange(3), chance.randrange(60), chance.randrange(3)


@pytest.fixture(scope="module")
def written(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    file = tmp_path_factory.mktemp("model") / "helpline.db"
    file.write_bytes(migrated_file.read_bytes())
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


@settings(
    max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(seed=st.integers(0, 2**64))
def test_the_rota_is_what_somebody_with_a_watch_would_see(written: Database, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # what is drawn from the strategies themselves is too often the same
    sunday = chance.choice(sorted(SUNDAYS))
    at = datetime.combine(sunday - 3 * DAY, time(12), UTC)
    with Session(written.writer, expire_on_commit=False) as session:  # nothing of it is kept
        handlers = [a_handler(session, name, on_shift=False, at=at) for name in NAMES]
        book, real = Book(sunday), Real(session, at, handlers, an_organiser(session))
        while len(real.slots) < chance.randint(2, 4):
            day, begins, ends = sunday + chance.randint(-1, 1) * DAY, a_time(chance), a_time(chance)
            if real.add(Shape(day.weekday(), begins, ends, 1, MOST, at.date()), day, once=chance.random() < 0.3):
                book.add(day, begins, ends)
                note(f"{day} {begins} {ends}")
        for op in [an_op(chance) for _ in range(chance.randint(4, 25))]:
            note(str(op))
            _both(book, real, op)
        _same(book, rota.between(session, at, at + 60 * DAY))


def _both(book: Book, real: Real, op: Op) -> None:
    what, slot, who, other, by = op[0], op[1] % len(real.slots), op[2], op[3] % len(real.slots), op[4]
    if what in {"off", "back"}:
        if what == "off":
            book.call_off(slot, "organiser")
            real.call_off(slot)
        else:
            book.bring_back(slot)
            real.bring_back(slot)
    elif what in {"close", "open"}:
        _close(book, book.days[slot], closed=what == "close", order=real.slots)
        real.close(book.days[slot], closed=what == "close")
    elif what != "keep" or real.slots[slot].pattern_id is not None:
        let = {
            "take": lambda: book.take(slot, who),
            "keep": lambda: book.keep(slot, who),
            "leave": lambda: book.leave(slot, who),
            "cover": lambda: book.cover(slot, who, by),
            "swap": lambda: book.swap(slot, who, other, by),
        }[what]()
        assert real.do((what, slot, who, other, by)) == let, op


def _close(book: Book, day: date, *, closed: bool, order: list[Slot]) -> None:
    (book.closed.add if closed else book.closed.discard)(day)
    numbers = sorted(range(len(order)), key=lambda number: (order[number].starts_at, order[number].id))
    for slot in (number for number in numbers if book.days[number] == day):
        if closed:
            book.call_off(slot, "closed")
        elif book.off[slot] == "closed":
            book.bring_back(slot)


def _same(book: Book, seen: list[rota.Shift]) -> None:
    start = datetime.combine(book.sunday - 2 * DAY, time(), UTC)
    for minute in range(len(book.walls)):
        now = start + minute * MINUTE
        on = {shift.person.name for shift in seen if shift.starts_at <= now < shift.ends_at}
        assert on == book.who(minute), book.walls[minute]
