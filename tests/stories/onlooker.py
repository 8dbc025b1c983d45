"""What somebody who only looked on would call wrong, though every row is as it should be.

Callers left unrung, phones that ring for nobody, and calls cut off without a farewell.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpline import calls, line, rings
from helpline.calls import C, Call
from helpline.rings import Ring, RingKind
from simulator.leg import Leg
from tests.stories.stage import Stage

TOO_LONG = timedelta(seconds=45)
STILL_SOUNDS = timedelta(seconds=8)
Pair = tuple[int, int]


class Onlooker:
    """Looks at whatever is not broken: when anything was kept from us (`stage.blind`), or a part is away, it says nothing."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.idle: dict[Pair, datetime] = {}
        self.in_vain: dict[str, datetime] = {}

    def look(self, session: Session) -> list[str]:
        """What is wrong just now."""
        stage = self.stage
        if stage.blind or not (stage.workers_are_up and stage.clock_is_up and stage.valkey.process):
            self.idle, self.in_vain = {}, {}
            return []
        return self._unrung(session) + self._rings_for_nobody(session)

    def _unrung(self, session: Session) -> list[str]:
        """Somebody waits, a handler is free, and since the last look neither had a ring."""
        now = self.stage.clock.now()
        up = {leg.sid for leg in self.stage.exchange.calls if leg.status == "in-progress"}
        waiting = [call for call in calls.waiting(session) if call.sid in up and call.quiet_until is None]
        free = [handler.person_id for handler in line.handlers(session, now) if handler.free] if waiting else []
        pairs = [(call.id, one) for call in waiting for one in free]
        self.idle = {
            pair: since if (since := self.idle.get(pair)) and not self._rung(session, pair, since) else now
            for pair in pairs
        }
        return [
            f"call {call} waits, and handler {one} is free and not rung for it"
            for (call, one), since in self.idle.items()
            if now - since > TOO_LONG
        ]

    def _rung(self, session: Session, pair: Pair, since: datetime) -> bool:
        call_id, person_id = pair
        newest = select(func.max(Ring.asked_at)).where(or_(Ring.call_id == call_id, Ring.person_id == person_id))
        live = select(Ring.id).where(Ring.call_id == call_id, rings.IS_LIVE).limit(1)
        asked = session.scalar(newest)
        return (asked is not None and asked >= since) or session.scalar(live) is not None

    def _rings_for_nobody(self, session: Session) -> list[str]:
        """A handler's phone goes on ringing for a call that waits no longer."""
        now = self.stage.clock.now()
        sounds = {
            leg.sid: leg for leg in self.stage.exchange.calls if leg.status == "ringing" and leg.parties.parent is None
        }
        over = select(Ring.sid).join(Call, Call.id == Ring.call_id)
        over = over.where(Ring.sid.in_(sounds), Ring.kind == RingKind.TAKE, Call.state != C.WAITING)
        vain = set(session.scalars(over)) if sounds else set()
        self.in_vain = {sid: self.in_vain.get(sid, now) for sid in vain if sid is not None}
        return [
            f"the phone of {sounds[sid].phone.name} rings for a call that waits no longer"
            for sid, since in self.in_vain.items()
            if now - since > STILL_SOUNDS
        ]

    def sum_up(self) -> list[str]:
        """Who was cut off: the line went down, she had not rung off, and the last that she heard was no farewell."""
        if self.stage.blind:
            return []
        return [
            f"{leg.phone.name} was cut off after: {heard}"
            for leg in self.stage.exchange.calls
            if leg.parties.direction == "inbound" and (heard := self._cut_off(leg)) is not None
        ]

    def _cut_off(self, leg: Leg) -> str | None:
        if leg.status != "completed" or any(told.words == "> rings off" for told in leg.transcript):
            return None
        heard = [told.words for told in leg.transcript if told.kind == "heard"]
        talked = any(told.words.startswith("— talking to") for told in leg.transcript)
        return None if talked or (heard and "oodbye" in heard[-1]) else (heard or ["nothing"])[-1]
