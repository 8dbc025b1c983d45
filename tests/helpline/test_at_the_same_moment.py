"""Things that happen in the same moment, seen by whoever looks, sweeps or answers."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import board, delivery, desk_items, history, inbox, messages
from helpline.db import Database
from helpline.desk_items import ItemKind, ItemState
from helpline.messages import Message
from helpline.offers import O, of_request
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, a_request
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
