"""What the desk shows of a talk: who could take it over, whom to bring in, and how that stands. Nothing is changed here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpline import parting, rings, talking
from helpline.calls import C, Call
from helpline.people import Person
from helpline.rings import RingKind
from helpline.talking import Asked


@dataclass(frozen=True)
class Card:
    """One talk, for the handler whose it is. `rung` are those whose phones ring to take it over."""

    call: Call
    others: tuple[Person, ...]
    rung: tuple[Person, ...]
    coordinator: Person | None
    asked: Asked | None
    third: Person | None

    @property
    def held(self) -> bool:
        """Whether she is on hold."""
        return self.call.state == C.HELD

    @property
    def together(self) -> bool:
        """Whether three talk."""
        return self.call.state == C.TOGETHER

    @property
    def on_its_way(self) -> bool:
        """Whether something was asked for that the telephones have yet to do."""
        return self.call.next_step is not None

    @property
    def open_to_all(self) -> bool:
        """Whether everything can be asked for: nothing is under way."""
        return not (self.on_its_way or self.call.handing_at or (self.asked and self.asked.waits) or self.third)


def of(session: Session, call: Call, *, at: datetime) -> Card | None:
    """What can be said and done of a call in hand; None when nobody talks yet."""
    if call.state not in {C.TALKING, C.HELD, C.TOGETHER}:
        return None
    joined = parting.third(session, call)
    rung = [
        ring.person
        for ring in rings.of_call(session, call.id)
        if ring.kind == RingKind.HAND_OVER and ring.state in rings.LIVE
    ]
    asked = talking.last_asked(session, call)
    return Card(
        call,
        tuple(talking.free_others(session, call, at=at)),
        tuple(rung),
        talking.who_to_bring_in(session, call),
        asked,
        joined.person if joined else None,
    )
