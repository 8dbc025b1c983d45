"""What is owed and late, stuck, or not known to have been done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from helpline import errands
from helpline.errands import Errand
from helpline.messages import M, Message
from helpline.rings import Ring
from helpline.wording import how_long
from workers.doctor.finding import Finding, look, ok, wrong
from workers.doctor.patient import Patient


class Owed(NamedTuple):
    """One kind of what is owed, and when it is late."""

    table: type[Ring] | type[Message] | type[Errand]
    late: timedelta
    what: str
    queue: str


KINDS = (
    Owed(Ring, timedelta(seconds=15), "telephone to ring", "ringing"),
    Owed(Message, timedelta(minutes=2), "text to send", "sending"),
    Owed(Errand, timedelta(minutes=2), "errand to do at the carrier", "sending"),
)


def owed(patient: Patient) -> Iterator[Finding]:
    """The oldest of each kind, and what a person should know of."""
    at = patient.clock()
    with patient.database.reading() as session:
        late = [finding for kind in KINDS if (finding := _late(session, kind, at))]
        stuck = _count(session, Errand, errands.IS_STUCK)
        unknown = _count(session, Message, Message.state == M.UNKNOWN)
    yield from late or [ok("Nothing that is owed is late.")]
    if stuck:
        yield look(
            f"{stuck} errand{_s(stuck)} at the carrier, such as deleting a recording, not done after twelve tries and "
            "tried again every ten minutes: the log says why."
        )
    if unknown:
        yield look(f"{unknown} text{_s(unknown)} that may or may not have been sent: the desk asks what to do.")


def _late(session: Session, kind: Owed, at: datetime) -> Finding | None:
    table = kind.table
    since = session.scalar(select(func.min(table.due_at)).where(table.state == "owed"))
    if since is None or at - since <= kind.late:
        return None
    return wrong(
        f"There has been a {kind.what} for {how_long(at - since)}: do the clock and the worker of “{kind.queue}” run?"
    )


def _count(session: Session, table: type[Errand] | type[Message], which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(which)) or 0


def _s(count: int) -> str:
    return "s" if count > 1 else ""
