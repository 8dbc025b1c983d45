"""Things that happen in the same moment, seen by whoever looks, sweeps or answers."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import answers, board, delivery, desk_items, history, inbox, messages, texts
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.errors import HelplineError
from helpline.messages import Message
from helpline.offers import O, of_request
from helpline.people import Person
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, a_request, a_sid
from workers import sweeps


def test_a_desk_hears_of_what_began_earlier_and_was_committed_later(database: Database) -> None:
    if database.writer is not database.reader:
        pytest.skip("SQLite lets one in at a time")
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
    with Session(database.writer) as slow:
        history.record(slow, "call.waiting", at=NOON)
        slow.flush()
        with database.transaction() as session:
            history.record(session, "text.received", at=NOON)
        with database.reading() as session:
            before = board.version(session, hana)
        slow.commit()
    with database.reading() as session:
        assert board.version(session, hana) != before


def test_an_answer_that_its_holder_sends_from_two_devices_at_once_goes_out_once(database: Database) -> None:
    if database.writer is not database.reader:
        pytest.skip("SQLite lets one in at a time")
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
        text = texts.receive(session, a_sid("SM"), phone="+447700900118", body="Are you open?", who=None, at=NOON)
        assert text is not None
        item = desk_items.put(session, ItemKind.TEXT, at=NOON, text_id=text.id)
        desk_items.claim(session, item, who=hana, at=NOON)
    with Session(database.writer) as slow:
        hers, who = slow.get_one(DeskItem, item.id), slow.get_one(Person, hana.id)
        with database.transaction() as session:
            answers.answer(session, session.get_one(DeskItem, item.id), "Until nine.", who=hana, at=NOON)
        with pytest.raises(HelplineError, match="has been dealt with"):
            answers.answer(slow, hers, "Until nine.", who=who, at=NOON)


def test_a_done_that_is_pressed_on_two_devices_at_once_is_one_and_is_refused_to_neither(database: Database) -> None:
    if database.writer is not database.reader:
        pytest.skip("SQLite lets one in at a time")
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
        item = desk_items.put(session, ItemKind.CALL_BACK, at=NOON, call_id=a_call(session).id)
    with Session(database.writer) as slow:
        hers, who = slow.get_one(DeskItem, item.id), slow.get_one(Person, hana.id)
        with database.transaction() as session:
            desk_items.done(session, session.get_one(DeskItem, item.id), who=hana, at=NOON)
        desk_items.done(slow, hers, who=who, at=NOON)
        slow.commit()
    with database.reading() as session:
        told = select(history.Event.id).where(history.Event.what == "item.done")
        assert len(session.scalars(told).all()) == 1


def test_a_lease_renewed_as_it_ran_out_is_kept(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    item = desk_items.put(session, ItemKind.CALL_BACK, at=NOON, call_id=a_call(session).id)
    desk_items.claim(session, item, who=hana, at=NOON)
    ends = item.held_until or NOON
    assert list(sweeps.leases(session, ends)) == [item.id]
    desk_items.claim(session, item, who=hana, at=ends)  # between looking and dealing
    sweeps.release(session, item.id, ends)
    assert (item.state, item.holder_id) == (ItemState.CLAIMED, hana.id)


def test_an_offer_whose_text_went_as_its_time_ran_out_has_its_time(session: Session) -> None:
    street = builders.a_street(session, "Acacia Road")
    builders.a_coordinator(session, "Coral Reid")
    (offer,) = of_request(session, a_request(session, builders.a_handler(session, "Hana Novak"), street))
    late = offer.lapses_at
    message = session.scalars(select(Message).where(Message.offer_id == offer.id)).one()
    messages.claim(session, message, at=late)
    delivery.sent(session, message, "SM1", at=late)  # between looking and dealing
    sweeps.lapse(session, offer.id, late)
    assert offer.state == O.OPEN


def test_no_said_twice_gives_nothing_else_back(session: Session) -> None:
    street = builders.a_street(session, "Acacia Road")
    coral = builders.a_coordinator(session, "Coral Reid")
    hana = builders.a_handler(session, "Hana Novak")
    first, second = a_request(session, hana, street), a_request(session, hana, street)
    for number, words in enumerate(("YES B", "NO", "No sorry")):
        inbox.receive(session, f"SM{number}", phone=coral.phone, body=words, at=NOON + timedelta(minutes=number))
    assert [offer.state for offer in of_request(session, first)] == [O.PASSED]
    assert [offer.state for offer in of_request(session, second)] == [O.ACCEPTED]
