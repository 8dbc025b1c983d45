"""What wakes the screens: one small look at the rows, for every screen of a process together.

Nothing is changed here, and what it answers with is of ids and states only.
"""

import hashlib
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import history
from helpline.history import Event
from helpline.people import Hat, HatName
from helpline.rings import IS_LIVE, Ring
from helpline.sign_in import Device

# An event that began before the newest may be committed after it, so the latest ones are counted too.
LATELY = 200


def version(session: Session) -> str:
    """Changes whenever anything that a screen shows may have: an event was written, or a phone rings that only was to."""
    newest = history.latest(session)
    lately = session.scalar(select(func.count()).where(Event.id > newest - LATELY)) or 0
    rung = session.execute(select(Ring.id, Ring.state).where(IS_LIVE).order_by(Ring.id)).all()
    states = hashlib.sha256(repr([(ring.id, ring.state.value) for ring in rung]).encode()).hexdigest()[:8]
    return f"{newest}.{lately}.{states if rung else ''}"


def rota_since(session: Session, since: int) -> tuple[int, bool]:
    """The newest event, and whether anything happened to a shift or a slot after another.

    One that is committed after a newer one is seen when the week is drawn again for the time that has gone by.
    """
    about = Event.shift_id.is_not(None) | Event.slot_id.is_not(None)
    newest = select(func.max(Event.id)).scalar_subquery()
    if since == 0:  # whoever has seen nothing yet is shown it all, whatever happened in ten years
        return session.scalar(select(newest)) or 0, True
    row = session.execute(select(newest, select(Event.id).where(Event.id > since, about).exists())).one()
    return row[0] or 0, bool(row[1])


def still_in(session: Session, devices: Iterable[int]) -> frozenset[int]:
    """Which of these devices are still signed in, with somebody who may see a desk."""
    wanted = set(devices)
    if not wanted:
        return frozenset()
    may = select(Hat.id).where(Hat.person_id == Device.person_id, Hat.name.in_([HatName.HANDLER, HatName.ORGANISER]))
    return frozenset(
        session.scalars(select(Device.id).where(Device.id.in_(wanted), Device.revoked_at.is_(None), may.exists()))
    )
