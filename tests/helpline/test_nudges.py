"""Taken, and then quiet: she is asked how it goes, and after that the resident is owed a call."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import desk_items, inbox, nudges, offering, requests, taking
from helpline.desk_items import ItemKind
from helpline.messages import Message
from helpline.offers import O, Offer
from helpline.people import Person
from helpline.wording import Urgency
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.cast import a_request

MIN, HOUR = timedelta(minutes=1), timedelta(hours=1)


def taken(session: Session, urgency: Urgency = Urgency.TODAY) -> Offer:
    a_street(session, "Acacia Road")
    a_coordinator(session, "Coral")
    request = a_request(session, a_handler(session, "Hana"), asked=False)
    request.urgency = urgency
    offer = offering.ask_next(session, request, at=NOON)
    assert offer is not None
    return taking.accept(session, offer, at=NOON)


def tick(session: Session, at: datetime) -> list[str]:
    """What the clock does at an instant, twice: answers with the texts that are new."""
    before = set(session.scalars(select(Message.id)))
    for _ in range(2):
        for offer_id in nudges.due(session, at):
            nudges.see(session, offer_id, at)
        session.flush()
    return [one.body or "" for one in session.scalars(select(Message)) if one.id not in before]


def owed(session: Session) -> list[ItemKind]:
    return [item.kind for item in desk_items.on_the_desk(session)]


def test_she_is_asked_once_and_then_the_desk_owes_the_resident_a_call(session: Session) -> None:
    offer = taken(session)
    assert tick(session, NOON + 3 * HOUR - MIN) == []
    (asked,) = tick(session, NOON + 3 * HOUR)
    assert f"Reply DONE {offer.letter} if it is done, YES {offer.letter} if you are on it, NO {offer.letter}" in asked
    assert not [word for word in ("Rita", "14", "Milk") if word in asked]
    assert tick(session, NOON + 4 * HOUR - MIN) == []
    assert owed(session) == []
    assert tick(session, NOON + 4 * HOUR) == []
    assert owed(session) == [ItemKind.QUIET]
    assert tick(session, NOON + 40 * HOUR) == []
    assert owed(session) == [ItemKind.QUIET]


def test_when_the_desk_has_rung_and_nobody_says_anything_it_is_all_asked_again(session: Session) -> None:
    offer = taken(session)
    for hours in (3, 4):
        tick(session, NOON + hours * HOUR)
    (item,) = desk_items.on_the_desk(session)
    done = NOON + 5 * HOUR
    desk_items.done(session, item, who=session.get_one(Person, offer.request.handler_id), at=done)
    assert tick(session, done + 9 * MIN) == [], "it may have been pressed by mistake"
    assert tick(session, done + 11 * MIN) == []
    (asked,) = tick(session, done + 30 * HOUR)
    assert "if it is done" in asked
    assert owed(session) == []
    tick(session, done + 60 * HOUR)
    assert owed(session) == [ItemKind.QUIET]


def test_whatever_she_does_begins_the_quiet_anew(session: Session) -> None:
    offer = taken(session)
    tick(session, NOON + 3 * HOUR)
    taking.still_on_it(session, offer, at=NOON + 3 * HOUR + MIN)
    assert tick(session, NOON + 4 * HOUR) == []
    assert owed(session) == []
    assert len(tick(session, NOON + 6 * HOUR + MIN)) == 1


def test_by_night_only_what_is_urgent_is_asked_about(session: Session) -> None:
    offer = taken(session)
    taking.heard(session, offer, at=NOON + 5 * HOUR)  # 7:47 pm: 73 minutes until nine, and 107 after eight
    assert offer.quiet_at == (NOON + timedelta(days=1)).replace(hour=9, minute=47)
    offer.request.urgency = Urgency.NOW
    taking.heard(session, offer, at=NOON + 12 * HOUR)
    assert offer.quiet_at == NOON + 12 * HOUR + 30 * MIN


def test_once_they_have_talked_no_call_is_owed(session: Session) -> None:
    offer = taken(session)
    tick(session, NOON + 3 * HOUR)
    tick(session, NOON + 4 * HOUR)
    nudges.spoken_to(session, offer, at=NOON + 5 * HOUR)
    assert owed(session) == []


def test_given_back_or_done_it_is_quiet_for_nobody(session: Session) -> None:
    offer = taken(session)
    tick(session, NOON + 3 * HOUR)
    tick(session, NOON + 4 * HOUR)
    taking.give_back(session, offer, at=NOON + 5 * HOUR)
    assert ItemKind.QUIET not in owed(session)
    taking.accept(session, offer, at=NOON + 5 * HOUR)
    assert offer.nudged_at is None
    requests.done(session, offer.request, who=offer.person, at=NOON + 6 * HOUR)
    taking.done(session, offer, at=NOON + 6 * HOUR)
    assert tick(session, NOON + 60 * HOUR) == []


def test_yes_by_text_says_that_she_is_on_it_and_no_gives_it_back(session: Session) -> None:
    offer = taken(session)
    tick(session, NOON + 3 * HOUR)
    phone = offer.person.phone or ""
    inbox.receive(session, "SM1", phone=phone, body="Yes, still on it", at=NOON + 3 * HOUR + MIN)
    newest = session.scalars(select(Message.body).order_by(Message.id.desc())).first()
    assert newest == "Thank you, good to know. Reply DONE when Shopping near Acacia Road is done."
    assert offer.nudged_at is None
    tick(session, NOON + 7 * HOUR)
    inbox.receive(session, "SM2", phone=phone, body="no sorry", at=NOON + 7 * HOUR)
    assert offer.state == O.GIVEN_BACK
