"""What the desk shows of a talk: who could take it over, whom to bring in, and how that stands. Nothing is changed here."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from helpline import line, people, rings, talking
from helpline.calls import C, Call
from helpline.glance import Glance
from helpline.people import Person
from helpline.rings import R, RingKind
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


def of(session: Session, call: Call, seen: Glance) -> Card | None:
    """What can be said and done of a call in hand; None when nobody talks yet."""
    if call.state not in {C.TALKING, C.HELD, C.TOGETHER}:
        return None
    rung = seen.of_call(call)
    joining = [ring for ring in rung if ring.kind == RingKind.JOIN]
    joined = next((ring for ring in reversed(joining) if ring.state == R.TOOK and ring.over_at is None), None)
    ladder = people.ladder_of(session, seen.towards) if seen.towards else []
    return Card(
        call,
        tuple(_others(session, call, seen)),
        tuple(ring.person for ring in rung if ring.kind == RingKind.HAND_OVER and ring.state in rings.LIVE),
        talking.first_to_bring_in(call, ladder, rung),
        Asked(joining[-1].person, joining[-1]) if joining else None,
        joined.person if joined else None,
    )


def _others(session: Session, call: Call, seen: Glance) -> list[Person]:
    """The handlers who could take a call over now."""
    on = {shift.person_id: shift.person for shift in seen.there.on}
    busy = set(session.scalars(line.engaged(list(on), seen.at)))
    free = line.as_handlers(on.values(), busy, call.language)
    return [on[one.person_id] for one in free if one.free and one.person_id != call.handler_id]
