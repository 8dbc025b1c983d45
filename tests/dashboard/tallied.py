"""Days that were counted, made in one line each."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from helpline.tallies import SETTLED, Tally

Counts = Mapping[tuple[str, str, int], int]


def tallied(session: Session, day: date, counts: Counts) -> None:
    """So many of each on a day, which has been counted for good."""
    session.add(Tally(day=day, what="day", part="", step=0, many=SETTLED))
    session.add_all(
        Tally(day=day, what=str(what), part=str(part), step=step, many=many)
        for (what, part, step), many in counts.items()
    )
    session.flush()
