"""A few more one-liners for the tests of the nouns: a call, a request, and what was said to whom."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, history, messages, offering, people, requests, rings
from helpline.calls import Call
from helpline.messages import Message
from helpline.people import HatName, Person
from helpline.places import Street
from helpline.requests import HelpRequest, Written
from helpline.rings import Ring
from helpline.wording import Kind, Money, Urgency
from tests import builders
from tests.builders import NOON

_numbers = count(1)
MINUTE = timedelta(minutes=1)


def a_sid(kind: str = "CA") -> str:
    """A carrier's id, a new one each time."""
    return f"{kind}{next(_numbers):032x}"


def a_call(session: Session, *, phone: str | None = "+442079460118", waits: bool = True, at: datetime = NOON) -> Call:
    """A call that has come in, and waits for somebody."""
    call = calls.arrive(session, a_sid(), phone=phone, at=at)
    if waits:
        assert calls.wait(session, call, at=at)
    return call


def an_answered_ring(session: Session, who: Person, call: Call, *, sid: str = "CA9") -> Ring:
    """Their phone rang about a call, and they have picked up."""
    ring = rings.owe(session, who, call.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    rings.leg_is(session, ring, sid, at=NOON)
    rings.answered(session, ring, at=NOON)
    return ring


def written(street: Street | None = None, **changes: object) -> Written:
    """What a handler wrote down: shopping, today."""
    given: dict[str, object] = {
        "form_key": f"form {next(_numbers)}",
        "kinds": (Kind.SHOPPING,),
        "words": "Milk, bread, cat food",
        "urgency": Urgency.TODAY,
        "money": Money.PAID_BACK,
        "name": "Rita Marsh",
        "house": "14",
        "street_id": street.id if street else None,
        "street_words": None if street else "Nowhere Lane",
        **changes,
    }
    return Written(**given)  # type: ignore[arg-type]


def a_request(
    session: Session, who: Person, street: Street | None, *, at: datetime = NOON, **changes: object
) -> HelpRequest:
    """A request, written down and put to whoever is first on the ladder."""
    request, new = requests.write(session, written(street, **changes), who=who, at=at)
    assert new
    offering.ask_next(session, request, at=at)
    return request


def each_others_deputies(session: Session) -> tuple[Person, Person]:
    """Two coordinators who are each other's deputies; each is asked for something."""
    acacia, birch = builders.a_street(session, "Acacia Road"), builders.a_street(session, "Birch Row", patch="Mills")
    coral = builders.a_coordinator(session, "Coral Reid")
    deepak = builders.a_coordinator(session, "Deepak Rao", of="Mills")
    people.wear(session, deepak, HatName.DEPUTY, at=NOON, patch_id=builders.a_patch(session, "The Groves").id)
    people.wear(session, coral, HatName.DEPUTY, at=NOON, patch_id=builders.a_patch(session, "Mills").id)
    hana = builders.a_handler(session, "Hana Novak")
    a_request(session, hana, acacia)
    a_request(session, hana, birch)
    return coral, deepak


def texts_to(session: Session, person: Person) -> list[str]:
    """Everything we owe somebody in words, oldest first."""
    return [
        message.body
        for message in session.scalars(select(Message).where(Message.person_id == person.id).order_by(Message.id))
    ]


def last_message(session: Session, person: Person) -> Message:
    """The newest message owed to somebody."""
    found = session.scalars(
        select(messages.Message).where(Message.person_id == person.id).order_by(Message.id.desc())
    ).first()
    assert found is not None
    return found


def story(session: Session, request: HelpRequest) -> list[str]:
    """What happened to a request, in order."""
    session.flush()
    return [event.what for event in history.story_of_request(session, request.id)]
