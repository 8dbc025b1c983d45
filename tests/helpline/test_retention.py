"""What we promised to forget is forgotten, at its hour and not before."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from helpline import (
    calls,
    desk_items,
    links,
    messages,
    offers,
    people,
    requests,
    retention,
    rings,
    taking,
    texts,
    voicemails,
    withdrawing,
)
from helpline.calls import Call
from helpline.db import Base, Database
from helpline.defaults import DEFAULTS
from helpline.desk_items import DeskItem
from helpline.errands import Errand, ErrandKind
from helpline.errors import HelplineError
from helpline.history import Event
from helpline.links import Link
from helpline.messages import M, Message, MessageKind
from helpline.people import HatName, Person
from helpline.places import Street
from helpline.requests import HelpRequest, Q
from helpline.retention import RULES, Rule
from helpline.sealed import Sealed, SealedBytes
from helpline.sign_in import Device, SignInCode
from helpline.tables import metadata
from helpline.texts import Text
from helpline.voicemails import Voicemail
from helpline.wording import Kind
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, a_request, a_sid, story
from workers import sweeps

RITA = "+442079460118"
HOUR = timedelta(hours=1)
DUE = NOON + DEFAULTS.forget
ALMOST = DUE - HOUR
OF: dict[type[Base], Rule] = {rule.table: rule for rule in RULES}


def is_due(
    session: Session, thing: Call | HelpRequest | Message | Text | Person | Device | Link | SignInCode, at: datetime
) -> bool:
    session.flush()
    return thing.id in OF[type(thing)].find(session, at)


def forget(session: Session, at: datetime) -> None:
    """As the clock does, until nothing more is due."""
    session.flush()
    for _ in range(20):
        found = [(rule, row_id) for rule in RULES for row_id in rule.find(session, at)]
        if not found:
            return
        for rule, row_id in found:
            rule.forget(session, row_id, at)
            session.flush()
    pytest.fail("it never ends")


def sealed_left(row: Base) -> list[str]:
    """The columns of a row that still hold something sealed, or the hash it is found by."""
    return [
        column.key
        for column in inspect(type(row)).columns
        if (isinstance(column.type, Sealed | SealedBytes) or column.key == "phone_key")
        and getattr(row, column.key) is not None
    ]


def owed(session: Session, kind: ErrandKind) -> set[str]:
    return set(session.scalars(select(Errand.subject).where(Errand.kind == kind)))


def happened(session: Session, what: str) -> list[Event]:
    session.flush()
    return list(session.scalars(select(Event).where(Event.what == what)))


@pytest.fixture
def street(session: Session) -> Street:
    return builders.a_street(session, "Acacia Road")


@pytest.fixture
def hana(session: Session) -> Person:
    return builders.a_handler(session, "Hana Novak", at=NOON - timedelta(days=100))


@pytest.fixture
def coral(session: Session, street: Street) -> Person:
    return builders.a_coordinator(session, "Coral Reid", at=NOON - timedelta(days=100))


def test_whatever_is_sealed_can_be_forgotten() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed | SealedBytes):
                assert column.nullable, f"{table.name}.{column.name}"


# Requests


def test_a_request_is_forgotten_four_weeks_after_it_was_done(session: Session, hana: Person, street: Street) -> None:
    request = a_request(session, hana, street, phone=RITA, promise="Coral comes today")
    note = requests.add_note(session, request, "The bell is broken, knock", who=hana, at=NOON)
    requests.done(session, request, who=hana, at=NOON)
    assert not is_due(session, request, ALMOST)
    assert is_due(session, request, DUE)
    forget(session, DUE)
    assert (sealed_left(request), sealed_left(note)) == ([], [])
    assert request.forgotten_at == DUE
    assert (request.what, request.street, request.state, request.over_at) == ("Shopping", street, Q.DONE, NOON)
    assert request.resident_id is None
    assert story(session, request)[-1] == "request.forgotten"


def test_one_called_off_is_forgotten_too(session: Session, hana: Person, street: Street) -> None:
    request = a_request(session, hana, street)
    withdrawing.call_off(session, request, who=hana, at=NOON)
    assert not is_due(session, request, ALMOST)
    assert is_due(session, request, DUE)


def test_an_open_request_is_kept_however_old(session: Session, hana: Person, street: Street) -> None:
    request = a_request(session, hana, street, phone=RITA)
    forget(session, NOON + timedelta(days=400))
    assert request.words == "Milk, bread, cat food"
    assert people.find(session, RITA) is not None


def test_nothing_is_written_on_what_is_forgotten(session: Session, hana: Person, street: Street) -> None:
    request = a_request(session, hana, street)
    requests.done(session, request, who=hana, at=NOON)
    forget(session, DUE)
    with pytest.raises(HelplineError, match="has been forgotten"):
        requests.add_note(session, request, "Rita says thank you", who=hana, at=DUE)


# Calls, and messages left


def left(session: Session) -> tuple[Call, Voicemail]:
    call = a_call(session, phone=RITA)
    calls.leave_queue(session, call, at=NOON)
    voicemails.left(session, call, recording_sid=a_sid("RE"), seconds=9, at=NOON)
    voicemail = session.scalars(select(Voicemail).where(Voicemail.call_id == call.id)).one()
    voicemails.fetched(session, voicemail.recording_sid, b"RIFF and her voice", at=NOON)
    session.flush()
    return call, voicemail


def deal_with(session: Session, call: Call, who: Person) -> None:
    desk_items.close_all(session, at=NOON, who=who.id, call_id=call.id)


def test_a_call_is_forgotten_four_weeks_after_it_ended(session: Session) -> None:
    call = a_call(session, phone=RITA, waits=False)
    calls.finish(session, call, at=NOON)
    desk_items.close_all(session, at=NOON, call_id=call.id)
    assert not is_due(session, call, ALMOST)
    assert is_due(session, call, DUE)
    forget(session, DUE)
    assert sealed_left(call) == []
    assert (call.forgotten_at, call.ended_at) == (DUE, NOON)
    assert [event.call_id for event in happened(session, "call.forgotten")] == [call.id]


def test_a_call_that_has_not_ended_is_kept(session: Session) -> None:
    call = a_call(session, phone=RITA)
    assert not is_due(session, call, NOON + timedelta(days=400))


def test_a_message_left_is_kept_until_somebody_has_dealt_with_it(session: Session, hana: Person) -> None:
    call, voicemail = left(session)
    forget(session, NOON + timedelta(days=40))
    assert (call.phone, voicemail.sound) == (RITA, b"RIFF and her voice")
    item = session.scalars(select(DeskItem).where(DeskItem.call_id == call.id)).one()
    desk_items.claim(session, item, who=hana, at=NOON)
    forget(session, NOON + timedelta(days=40))
    assert voicemail.sound is not None, "in hand is not dealt with"
    deal_with(session, call, hana)
    forget(session, NOON + timedelta(days=40))
    assert (sealed_left(call), sealed_left(voicemail)) == ([], [])


def test_a_message_left_is_kept_for_four_weeks_even_when_dealt_with(session: Session, hana: Person) -> None:
    call, voicemail = left(session)
    deal_with(session, call, hana)
    forget(session, ALMOST)
    assert voicemail.sound is not None
    forget(session, DUE)
    assert voicemail.sound is None


def test_a_recording_that_was_never_fetched_goes_at_the_carrier_all_the_same(session: Session, hana: Person) -> None:
    call = a_call(session, phone=RITA)
    calls.leave_queue(session, call, at=NOON)
    voicemails.left(session, call, recording_sid="RE1", seconds=9, at=NOON)
    deal_with(session, call, hana)
    forget(session, DUE)
    assert owed(session, ErrandKind.DELETE_RECORDING) == {"RE1"}


# Texts, both ways


def said(session: Session, *, sid: str | None = None, state: M = M.SENT, **about: Any) -> Message:
    message = messages.owe(session, MessageKind.NEWS, "Thank you", phone=RITA, at=NOON, **about)
    message.state, message.sid = state, sid
    session.flush()
    return message


def test_a_message_is_forgotten_after_four_weeks_and_at_the_carrier_too(session: Session) -> None:
    message = said(session, sid="SM1", state=M.DELIVERED)
    assert not is_due(session, message, ALMOST)
    assert is_due(session, message, DUE)
    forget(session, DUE)
    assert (sealed_left(message), message.forgotten_at) == ([], DUE)
    assert owed(session, ErrandKind.DELETE_MESSAGE) == {"SM1"}


@pytest.mark.parametrize("state", M)
def test_only_what_is_still_to_be_said_is_kept(session: Session, state: M) -> None:
    message = said(session, state=state)
    assert is_due(session, message, DUE) == (state not in {M.OWED, M.SENDING})


def test_a_message_without_a_sid_owes_the_carrier_nothing(session: Session) -> None:
    said(session, state=M.FAILED)
    forget(session, DUE)
    assert owed(session, ErrandKind.DELETE_MESSAGE) == set()


def test_a_message_about_something_open_is_kept(session: Session, hana: Person, coral: Person, street: Street) -> None:
    request = a_request(session, hana, street)
    about = said(session, request_id=request.id)
    lost = said(session, state=M.UNKNOWN)
    desk_items.put(session, desk_items.ItemKind.UNKNOWN, at=NOON, message_id=lost.id)
    assert not is_due(session, about, DUE)
    assert not is_due(session, lost, DUE)
    requests.done(session, request, who=hana, at=NOON)
    desk_items.close_all(session, at=NOON, message_id=lost.id)
    assert is_due(session, about, DUE)
    assert is_due(session, lost, DUE)


def test_the_first_try_of_a_text_said_again_goes_at_the_carrier(session: Session, hana: Person) -> None:
    message = said(session, sid="SM1", state=M.UNDELIVERED)
    messages.say_again(session, message, who=hana, at=NOON)
    session.flush()
    assert owed(session, ErrandKind.DELETE_MESSAGE) == {"SM1"}


def test_a_text_dealt_with_is_forgotten_and_one_on_the_desk_is_not(session: Session) -> None:
    text = texts.receive(session, "SM2", phone=RITA, body="Could somebody ring me?", who=None, at=NOON)
    assert text
    desk_items.put(session, desk_items.ItemKind.TEXT, at=NOON, text_id=text.id)
    assert not is_due(session, text, DUE)
    desk_items.close_all(session, at=NOON, text_id=text.id)
    assert not is_due(session, text, ALMOST)
    forget(session, DUE)
    assert (sealed_left(text), text.forgotten_at) == ([], DUE)
    assert owed(session, ErrandKind.DELETE_MESSAGE) == {"SM2"}
    assert texts.receive(session, "SM2", phone=RITA, body="Could somebody ring me?", who=None, at=DUE) is None


# People


def everything(session: Session, hana: Person, street: Street) -> Person:
    """Rita rang, a request was written and done, she was texted and texted back."""
    call = a_call(session, phone=RITA, waits=False)
    request = a_request(session, hana, street, phone=RITA)
    rita = people.find(session, RITA)
    assert rita
    call.person_id = rita.id
    calls.finish(session, call, at=NOON)
    desk_items.close_all(session, at=NOON, call_id=call.id)
    texts.receive(session, a_sid("SM"), phone=RITA, body="Thank you all", who=rita, at=NOON)
    messages.owe(session, MessageKind.ANSWER, "You are welcome", to=rita, at=NOON).state = M.DELIVERED
    requests.done(session, request, who=hana, at=NOON)
    session.flush()
    return rita


def test_a_resident_is_known_no_more_and_nothing_of_hers_is_left(
    session: Session, hana: Person, coral: Person, street: Street
) -> None:
    rita = everything(session, hana, street)
    for message in session.scalars(select(Message)):
        message.state = M.DELIVERED
    forget(session, ALMOST)
    assert people.find(session, RITA) is rita
    forget(session, DUE)
    assert people.find(session, RITA) is None
    assert session.scalar(select(Person.id).where(Person.id == rita.id)) is None
    assert [event.person_id for event in happened(session, "person.forgotten")] == [rita.id]
    for table in (HelpRequest, requests.Note, Call, Voicemail, Message, Text):
        for row in session.scalars(select(table)):
            assert sealed_left(row) == [], table


def test_a_person_stays_while_anything_of_theirs_is_younger(session: Session, hana: Person, street: Street) -> None:
    rita = everything(session, hana, street)
    again = a_call(session, phone=RITA, waits=False, at=NOON + 24 * HOUR)
    calls.finish(session, again, at=NOON + 24 * HOUR)
    desk_items.close_all(session, at=NOON, call_id=again.id)
    forget(session, DUE)
    assert people.find(session, RITA) is rita
    assert again.phone == RITA
    forget(session, DUE + 24 * HOUR)
    assert people.find(session, RITA) is None


@pytest.mark.parametrize("hat", HatName)
def test_nobody_with_a_hat_is_ever_forgotten(session: Session, hat: HatName) -> None:
    person = builders.a_person(session, "Bea Wood")
    patch = builders.a_patch(session, "The Groves").id if hat in {HatName.COORDINATOR, HatName.DEPUTY} else None
    people.wear(session, person, hat, at=NOON, patch_id=patch)
    forget(session, NOON + timedelta(days=4000))
    assert person.name == "Bea Wood"


def test_somebody_met_lately_is_kept(session: Session) -> None:
    bea = builders.a_person(session, "Bea Wood")
    assert not is_due(session, bea, ALMOST)
    assert is_due(session, bea, DUE)


def test_somebody_who_helped_is_nobody_in_the_story_four_weeks_after_the_last_of_it(
    session: Session, hana: Person, coral: Person, street: Street
) -> None:
    request = a_request(session, hana, street)
    offer = offers.holder_of(session, request)
    assert offer
    taking.accept(session, offer, at=NOON)
    taking.done(session, offer, at=NOON)
    ring = rings.owe(session, hana, a_call(session).id, at=NOON)
    for message in session.scalars(select(Message)):
        message.state = M.DELIVERED
    for person in (hana, coral):
        for hat in list(person.hats):
            person.hats.remove(hat)
            session.delete(hat)
    forget(session, ALMOST)
    assert (hana.name, coral.name) == ("Hana Novak", "Coral Reid")
    forget(session, DUE + HOUR * 5)
    assert (sealed_left(hana), sealed_left(coral)) == ([], [])
    assert (ring.person.first_name, offer.person.first_name) == (None, None)
    assert len(happened(session, "person.forgotten")) == 2
    forget(session, DUE + HOUR * 6)


# What opens doors


def test_codes_go_after_a_day_and_links_and_devices_after_four_weeks(
    session: Session, hana: Person, coral: Person, street: Street
) -> None:
    code = SignInCode(phone_key="k", code_key="k", created_at=NOON)
    signed_in = Device(token_key="a", person_id=hana.id, label="", created_at=NOON, seen_at=NOON)
    signed_out = Device(token_key="b", person_id=hana.id, label="", created_at=NOON, seen_at=NOON, revoked_at=NOON)
    session.add_all([code, signed_in, signed_out])
    request = a_request(session, hana, street)
    offer = offers.holder_of(session, request)
    assert offer
    link = session.scalars(select(Link).where(Link.offer_id == offer.id)).one()
    links.revoke(session, offer.id, at=NOON)
    session.refresh(link)
    assert not is_due(session, code, NOON + 23 * HOUR)
    assert is_due(session, code, NOON + 24 * HOUR)
    assert not is_due(session, signed_out, ALMOST)
    assert is_due(session, signed_out, DUE)
    assert not is_due(session, signed_in, NOON + timedelta(days=400))
    assert not is_due(session, link, link.expires_at + timedelta(days=27, hours=23))
    assert is_due(session, link, link.expires_at + timedelta(days=28))
    forget(session, NOON + timedelta(days=400))
    assert list(session.scalars(select(Device))) == [signed_in]
    assert not session.scalars(select(SignInCode)).all()
    assert not session.scalars(select(Link)).all()


# The clock


@pytest.fixture
def many(database: Database) -> Database:
    with database.transaction() as session:
        hana, street = builders.a_handler(session, "Hana Novak"), builders.a_street(session, "Acacia Road")
        for _ in range(retention.AT_MOST + 3):
            requests.done(session, a_request(session, hana, street, kinds=(Kind.LIFT,)), who=hana, at=NOON)
    return database


def kept(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(HelpRequest.id).where(HelpRequest.forgotten_at.is_(None))).all())


def test_the_clock_forgets_a_few_at_a_time_every_ten_seconds(many: Database) -> None:
    sweeps.sweep(many, ALMOST)
    assert kept(many) == retention.AT_MOST + 3
    sweeps.sweep(many, DUE)
    assert kept(many) == 3
    quarter = timedelta(seconds=0.25)
    sweeps.sweep(many, DUE + quarter, since=DUE)
    assert kept(many) == 3, "not in every tick"
    sweeps.sweep(many, DUE + timedelta(seconds=10), since=DUE + timedelta(seconds=10) - quarter)
    assert kept(many) == 0


def test_what_is_no_longer_due_when_its_turn_comes_is_kept(session: Session) -> None:
    call, voicemail = left(session)
    deal_with(session, call, builders.a_handler(session, "Hana Novak"))
    assert is_due(session, call, DUE)
    desk_items.put(session, desk_items.ItemKind.VOICEMAIL, at=DUE, call_id=call.id)
    session.flush()
    OF[Call].forget(session, call.id, DUE)
    assert voicemail.sound is not None
