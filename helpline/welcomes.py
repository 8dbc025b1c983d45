"""A new handler's welcome: a text with the helpline's contact card, and a test call, so that their telephone lets the line through.

The text goes once, when somebody becomes a handler. The test call comes when they ask for it, by text or on the desk, since it
shows most to somebody who has the telephone in their hand; whether one was ever taken is on the desk.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, config, history, messages, rings, sparing, wording
from helpline.errors import HelplineError
from helpline.messages import MessageKind
from helpline.people import Hat, HatName, Person
from helpline.rings import R, Ring, RingKind

NOT_A_HANDLER = "Only somebody who answers the line is rung for a test."
NO_NUMBER = "There is no number to ring."
BUSY = "Their phone is ringing or on a call already."
STOPPED = "They sent STOP, so they get no texts from us until they send START."


def card_address() -> str:
    """Where anybody may save the helpline's card."""
    return f"{config.current().dashboard_url}/card"


def welcome(session: Session, person: Person, *, who: Person | None, at: datetime, again: bool = False) -> bool:
    """Owe a handler the text with the card: once, unless somebody sends it `again`. False when there is nothing to send.

    It goes at once when somebody presses for it, and else waits for the morning if it is night.
    """
    if not may_be_tested(person) or person.phone is None or (person.welcomed_at is not None and not again):
        return False
    if person.stopped_texts_at is not None:
        if again:
            raise HelplineError(STOPPED)
        return False
    person.welcomed_at = at
    words = wording.welcome_text(config.current().group_name, card_address())
    message = messages.owe(session, MessageKind.NEWS, words, to=person, at=at)
    if not again:
        message.due_at = sparing.awake(session, person, at=at)
    history.record(session, "handler.welcomed", at=at, who=who.id if who else None, person_id=person.id)
    return True


def welcome_new(session: Session, *, at: datetime) -> int:
    """Welcome every handler who never was; answers with how many. For whoever has just made some."""
    new = select(Person).join(Hat).where(Hat.name == HatName.HANDLER, Person.welcomed_at.is_(None))
    return sum(welcome(session, person, who=None, at=at) for person in session.scalars(new.distinct()).all())


def may_be_tested(person: Person) -> bool:
    """Whether somebody answers the line at all."""
    return person.wears(HatName.HANDLER, HatName.ORGANISER)


def check_may_send(person: Person, *, who: Person) -> None:
    """Raises `HelplineError` unless they are the person themselves or an organiser."""
    if person.id != who.id and not who.wears(HatName.ORGANISER):
        raise HelplineError("Only an organiser sends it to somebody else.")


def test(session: Session, person: Person, *, who: Person, at: datetime) -> Ring:
    """Owe somebody a test call: themselves, or an organiser for them. Raises `HelplineError` when it cannot be."""
    if not may_be_tested(person) or not (person.id == who.id or who.wears(HatName.ORGANISER)):
        raise HelplineError(NOT_A_HANDLER)
    if person.phone is None:
        raise HelplineError(NO_NUMBER)
    if rings.live_of(session, person.id) or calls.current_of(session, person):
        raise HelplineError(BUSY)
    ring = rings.owe(session, person, None, at=at, kind=RingKind.TEST)
    history.record(session, "handler.test_rung", at=at, who=who.id, person_id=person.id, ring_id=ring.id)
    return ring


def last_test(session: Session, person: Person) -> Ring | None:
    """The last test call of somebody that was taken, or else the last there was."""
    mine = select(Ring).where(Ring.person_id == person.id, rings.IS_A_TEST)
    return session.scalar(mine.order_by((Ring.state == R.TOOK).desc(), Ring.id.desc()).limit(1))
