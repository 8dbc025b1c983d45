"""The stage of a random evening: an `Evening` whose every part can be broken and mended, and people who act by themselves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from rq import Queue
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from helpline import people, pin_hash, pins, rota
from helpline.config import Settings
from helpline.db import Database
from helpline.people import HatName, Person
from simulator import ExchangeHttpClient, WireAnswer, WireError
from simulator.leg import Leg
from simulator.phone import Phone
from simulator.steps import Answered, Key, Refused
from tests.stories.evening import Doors, Evening
from tests.valkey import Valkey
from workers import clock, house
from workers.telephone import Telephone

HABITS = ("acts", "takes", "takes twice", "presses 7", "presses nothing", "declines", "hangs up")
"""What a handler does when the phone rings: waits to be told (`acts`), or one of these by herself."""
PRESSES = {"takes": [("1", 3.0)], "takes twice": [("1", 3.0), ("1", 3.2)], "presses 7": [("7", 4.0)]}
"""The keys of those who press some, and after how many seconds."""
MACHINES = ("answerphone", "no answer", "busy", "off")


class Handset(Phone):
    """A handler's telephone, with a habit: what she does when it rings, two seconds later, if nobody told her otherwise."""

    habit = "acts"

    def has(self, habit: str) -> None:
        """Change the habit, of the person or of the machine."""
        self.habit = habit if habit in HABITS else "acts"
        self.behaves("person" if habit in HABITS else habit)

    def rung(self, leg: Leg) -> None:
        """It rings: act as is her habit."""
        super().rung(leg)
        if self.habit == "acts" or self.behaviour != "person" or self.ringing is None or self.ringing.leg is not leg:
            return
        later = self.exchange.clock.after
        if self.habit == "declines":
            later(2, lambda: leg.post(Refused("busy")))
            return
        later(2, lambda: leg.post(Answered()))
        if self.habit == "hangs up":
            later(3, lambda: leg.end("completed") if leg.status == "in-progress" else None)
        for key, after in PRESSES.get(self.habit, []):
            later(after, partial(self._press, leg, key))

    def _press(self, leg: Leg, key: str) -> None:
        if leg.status == "in-progress":
            leg.note(f"> {key}", "did")
            leg.post(Key(key))


class Weak(Database):
    """The line's own view of the database, which can be away for its next few transactions."""

    def __init__(self, real: Database) -> None:
        self.url, self.writer, self.reader = real.url, real.writer, real.reader
        self.fails = 0

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Read and write, unless it is away: then nothing is kept."""
        with super().transaction() as session:
            yield session
            self._keep()

    @contextmanager
    def statement(self) -> Iterator[Connection]:
        """The same for one statement."""
        with super().statement() as connection:
            yield connection
            self._keep()

    def _keep(self) -> None:
        if self.fails > 0:
            self.fails -= 1
            raise OperationalError("COMMIT", {}, Exception("the database is away"))


class Wire:
    """The way to the line's door. `gone`: nothing is heard of us; `deaf`: what we answer is not heard."""

    def __init__(self, doors: Doors) -> None:
        self.doors, self.gone, self.deaf = doors, False, 0

    def is_back(self) -> None:
        """We are heard again."""
        self.gone = False

    def post(self, *told: Any) -> WireAnswer:
        """Ask, as far as one can."""
        if self.gone:
            raise WireError("nobody is there")
        try:
            answer = self.doors.post(*told)
        except OperationalError:  # nothing of ours caught it, so the server says 500
            answer = WireAnswer(500, "text/plain", b"Internal Server Error")
        if self.deaf > 0:
            self.deaf -= 1
            raise WireError("it took too long")
        return answer


class DiedError(BaseException):
    """A worker died: nothing of it goes on, not even what is done about a job that fails."""


class Mortal(ExchangeHttpClient):
    """The worker's way to the carrier; a worker may die as it asks (`dies`), before it has been heard or after."""

    dies: str = ""

    def request(self, *told: Any, **more: Any) -> Any:
        """Ask, unless it dies of it."""
        dies, self.dies = self.dies, ""
        if dies == "before":
            raise DiedError
        answer = super().request(*told, **more)
        if dies:
            raise DiedError
        return answer


class Legs(list[Leg]):
    """The carrier's legs; `made` is told of each one as it is made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: Callable[[Leg], object] = lambda leg: None  # noqa: ARG005  # until a judge listens

    def append(self, leg: Leg) -> None:
        """One more leg."""
        super().append(leg)
        self.made(leg)


PIN = "4738"
"""Every handler's, to ring in with."""


@cache
def _hash_of_the_pin() -> str:
    return pin_hash.make(PIN)


@dataclass(frozen=True)
class Cast:
    """How an evening begins: when, and each handler's habit and the minutes until her shift ends (0: she is not on)."""

    starts: datetime
    handlers: tuple[tuple[str, int], ...]


class Stage(Evening):
    """An evening that ticks when something may be due, rather than four times a second, and whose parts can be broken."""

    RESIDENTS = (
        ("+442079460118", "Rita", False),
        ("+447700900142", "Mrs Osei", False),
        ("+447700900177", "Withheld", True),
        ("+441174960129", "Mr Lamb", False),
    )

    def __init__(self, settings: Settings, database: Database, valkey: Valkey, cast: Cast) -> None:
        super().__init__(settings, database, valkey, cast.starts)
        self.ticking.cancel()
        self.doors.loop.set_debug(False)
        self.legs = self.exchange.calls = Legs()
        self.exchange.wire = self.wire = Wire(self.doors)
        self.weak = Weak(database)
        app = self.doors.apps[urlsplit(settings.public_url).netloc]
        app.state.house = replace(app.state.house, database=self.weak)
        self.client = Mortal(self.exchange, timeout=10)
        self.house = house.use(replace(self.house, telephone=Telephone(settings, self.client, self._download)))
        self.blind = False  # whether anything was kept from us, so that we cannot know all
        self.asked_of_us, self.idle, self.swept_at = 0, 1.0, cast.starts
        self.next_tick = self.clock.after(0, self._tick)
        self.known.add(settings.fallback_number)
        self.residents = [self._resident(*known) for known in self.RESIDENTS]
        with database.transaction() as session:
            people.meet(session, self.RESIDENTS[0][0], at=cast.starts, name="Rita Bell")
            self.handlers = [self._handler(session, n, *told) for n, told in enumerate(cast.handlers)]
            self.coordinator = self._coordinator(session)

    def _resident(self, number: str, name: str, withheld: bool) -> Phone:
        phone = self.phone(number, name)
        phone.kind = "mobile" if number.startswith("+447") else "landline"
        phone.note = "withheld" if withheld else ""
        return phone

    def _handler(self, session: Session, nth: int, habit: str, minutes: int) -> Person:
        name = ("Hana", "Tomasz", "Bea", "Femi")[nth]
        number = f"+44770090010{nth + 1}"
        person = people.meet(session, number, at=self.clock.now(), name=name)
        people.wear(session, person, HatName.HANDLER, at=self.clock.now())
        pins.put(session, person, _hash_of_the_pin(), who=person, at=self.clock.now())
        if minutes:
            now = self.clock.now()
            rota.write(session, person, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(minutes=minutes))
        self.exchange.phones[number] = Handset(self.exchange, number)
        self.handset(person).name = name
        self.handset(person).has(habit)
        self.known.add(number)
        return person

    def _coordinator(self, session: Session) -> Person:
        number = "+447700900120"
        person = people.meet(session, number, at=self.clock.now(), name="Coral")
        self.exchange.phones[number] = Handset(self.exchange, number)
        self.exchange.phones[number].name = "Coral"
        self.handset(person).has("takes")
        self.known.add(number)
        return person

    def handset(self, who: Person) -> Handset:
        """A handler's telephone."""
        handset = self.exchange.phones[who.phone or ""]
        assert isinstance(handset, Handset)
        return handset

    def tick(self) -> None:
        """What the clock and both workers do. A worker of RQ's own takes ten times as long to begin as these jobs to run."""
        now = self.clock.now()
        if self.clock_is_up:
            # What is swept every ten seconds is so every thirty: looking for what is weeks old takes as long as all the rest.
            since = self.swept_at if now - self.swept_at >= timedelta(seconds=30) else now
            self.swept_at = now if since < now else self.swept_at
            clock.tick(self.house, since=since)
        if not self.workers_are_up or self.valkey.process is None:
            return
        queues = [Queue(name, connection=self.valkey.redis) for name in ("ringing", "sending")]
        while taken := Queue.dequeue_any(queues, None, connection=self.valkey.redis):
            with suppress(DiedError):
                taken[0].perform()

    @property
    def handsets(self) -> list[Phone]:
        """Every handler's telephone."""
        return [self.handset(person) for person in self.handlers]

    def _tick(self) -> None:
        """Tick, and again soon if something has just happened or somebody waits; else when it can still matter."""
        try:
            self.tick()
        finally:
            self.next_tick = self.clock.after(self._until_next(), self._tick)

    def _until_next(self) -> float:
        asked, self.asked_of_us = self.asked_of_us, len(self.exchange.asked)
        live = [leg for leg in self.exchange.calls if not leg.over]
        if asked != self.asked_of_us:
            self.idle = 1.0
            return 0.25
        if any(leg.bridge is None for leg in live):
            return 2.0
        self.idle = min(120.0, 2 * self.idle)
        return min(5.0, self.idle) if live else self.idle

    def soon(self) -> None:
        """Something was done at the desk: the clock ticks within a quarter of a second, as it always does."""
        self.next_tick.cancel()
        self.idle = 1.0
        self.next_tick = self.clock.after(0.25, self._tick)

    def parts_are_back(self) -> None:
        """The queue, the worker and the clock run."""
        if self.valkey.process is None:
            self.valkey.start()
        self.workers_are_up = self.clock_is_up = True

    def mend(self) -> None:
        """Everything is back."""
        self.parts_are_back()
        self.wire.gone, self.wire.deaf, self.weak.fails, self.client.dies = False, 0, 0, ""
        self.exchange.rest.troubles.clear()
        self.exchange.weather.turns("calm")
        self.soon()

    def close(self) -> None:
        """Give back what it held, the clock's own debts as well."""
        self.next_tick.cancel()
        super().close()


def at(words: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(words).replace(tzinfo=UTC)
