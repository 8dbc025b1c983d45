"""One thing due that cannot be looked for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from helpline import pulse
from helpline.db import Database
from tests.builders import NOON
from workers import sweeps
from workers.sweeps import Sweep


def looks_in_vain(session: Session, at: datetime) -> Sequence[int]:
    del at
    return session.scalars(text("SELECT id FROM no_such_table")).all()


def test_one_that_cannot_look_stops_no_other(database: Database) -> None:
    broken, beats = Sweep(looks_in_vain, sweeps.release), Sweep(sweeps.one_pulse, sweeps.beat)
    leases = Sweep(sweeps.leases, sweeps.release)  # which asks the database, too
    sweeps.sweep(database, NOON, sweeps=(broken, leases, beats))
    with database.reading() as session:
        assert pulse.last(session) == NOON
