"""Whether a process can serve, for who sends it visitors: asked every second, answered within two.

A clock that has stopped is told and is no reason to say no: every other process would say the same, and nobody would answer.
"""

from asyncio import shield, wait_for, wrap_future
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from helpline import pulse, revisions
from helpline.clock import Clock
from helpline.db import Database

PATIENCE = 2.0
"""Seconds for the database to answer."""
NEVER_CACHED = {"Cache-Control": "no-store"}


class ClockIs(StrEnum):
    """What the pulse says of the clock; unknown when the database cannot be asked."""

    TICKING = "ticking"
    STOPPED = "stopped"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Health:
    """Whether a process can serve, why not, and whether a clock ticks anywhere."""

    why: str | None
    clock: ClockIs = ClockIs.UNKNOWN

    @property
    def status(self) -> int:
        """The status of the answer."""
        return 503 if self.why else 200

    def told(self) -> dict[str, bool | str | None]:
        """The words of the answer."""
        return {"ok": self.why is None, "why": self.why, "clock": self.clock}


AWAY = Health("The database does not answer.")


class Check:
    """Asks one database, in one thread at a time however many want to know, so that one that hangs holds up nothing else."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Ask this database, at the time of this clock."""
        self.database, self.clock = database, clock
        self.known = revisions.newest()
        self.lock = Lock()
        self.asking: Future[Health] | None = None
        self.late: Future[Health] | None = None

    async def health(self) -> Health:
        """How it stands now, or within `PATIENCE` that it does not answer."""
        asking = self._ask()
        if asking is self.late:
            return AWAY
        try:
            return await wait_for(shield(wrap_future(asking)), PATIENCE)
        except TimeoutError:
            self.late = asking
            return AWAY

    def _ask(self) -> Future[Health]:
        with self.lock:
            if self.asking is None or self.asking.done():
                self.asking = Future()
                # Not kept waiting for at the end of the process, should it hang.
                Thread(target=self._answer, args=(self.asking,), name="health", daemon=True).start()
            return self.asking

    def _answer(self, asking: Future[Health]) -> None:
        try:
            asking.set_result(self.look())
        except (SQLAlchemyError, OSError):
            asking.set_result(AWAY)
        except BaseException as broken:  # whoever waits must hear
            asking.set_exception(broken)
            raise

    def look(self) -> Health:
        """Ask once, for as long as it takes. Raises what the driver raises when the database is not there."""
        with self.database.reading() as session:
            tables = revisions.look(session, self.known)
            if tables in revisions.WRONG:
                return Health(revisions.WRONG[tables])
            return Health(None, clock_is(pulse.last(session), self.clock()))


def clock_is(beaten_at: datetime | None, at: datetime) -> ClockIs:
    """What a pulse of that instant says. Pure."""
    if beaten_at is None:
        return ClockIs.NEVER
    return ClockIs.STOPPED if at - beaten_at > pulse.STOPPED else ClockIs.TICKING
