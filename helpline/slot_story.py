"""What became of a slot, told from its events: who took it, left, asked for cover, came instead. Nothing is changed here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import outerjoin, select, union
from sqlalchemy.orm import Session

from helpline.board import SOMEBODY, name_of
from helpline.history import Event
from helpline.people import Person
from helpline.rota import Shift
from helpline.slots import Slot


@dataclass(frozen=True)
class Told:
    """One sentence: when, and what."""

    at: datetime
    words: str


# What happened, when they did it themselves, and when an organiser did it for them.
SENTENCES = {
    "shift.taken": ("{person} took it.", "{who} put {person} down."),
    "shift.left": ("{person} left it.", "{who} took {person} off."),
    "shift.confirmed": ("{person} said: I will be there.", "{who} confirmed it for {person}."),
    "shift.cover_wanted": ("{person} asked for cover.", "{who} asked for cover for {person}."),
    "shift.kept": ("{person} can do it after all.", "{who} says that {person} can do it after all."),
    "standby.offered": ("", "{who} could come instead of {person}."),
    "standby.taken_back": ("", "{who} could not come instead of {person} after all."),
    "shift.started": ("{person} started.", "{who} started it for {person}."),
    "shift.ended": ("{person} ended it early.", "{who} ended it for {person}."),
}


def of(session: Session, slot: Slot) -> list[Told]:
    """The story of a slot, oldest first."""
    its_shifts = select(Shift.id).where(Shift.slot_id == slot.id)
    # Two questions put together, each with an index of its own.
    about = union(
        select(Event.id).where(Event.slot_id == slot.id), select(Event.id).where(Event.shift_id.in_(its_shifts))
    )
    named = outerjoin(Event, Person, Person.id.in_([Event.who_id, Event.person_id]))
    found = session.execute(
        select(Event, Person).select_from(named).where(Event.id.in_(about)).order_by(Event.id)
    ).all()
    names = {one.id: name_of(one) for _, one in found if one is not None}
    return tell(dict.fromkeys(event for event, _ in found), names)


def tell(events: Iterable[Event], names: Mapping[int, str]) -> list[Told]:
    """Sentences for events. That one passed it on and another took it, at one instant, is one sentence. Pure."""
    told: list[Told] = []
    passed: Event | None = None
    for event in events:
        who, person = (names.get(one or 0, SOMEBODY) for one in (event.who_id, event.person_id))
        if event.what == "shift.passed_on":
            passed = event
        elif event.what == "shift.taken" and passed is not None and passed.at == event.at:
            before = names.get(passed.person_id or 0, SOMEBODY)
            told.append(Told(event.at, f"{person} has it instead of {before}."))
            passed = None
        elif event.what == "slot.called_off":
            told.append(Told(event.at, f"{who} called it off." if event.who_id else "It was called off."))
        elif event.what == "slot.brought_back":
            told.append(Told(event.at, f"{who} brought it back." if event.who_id else "It is on again."))
        elif event.what in SENTENCES:
            own, other = SENTENCES[event.what]
            words = own if event.who_id == event.person_id else other
            told.append(Told(event.at, words.format(who=who, person=person)))
    return told
