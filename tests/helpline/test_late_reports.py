"""What the carrier says of a text, late, of another try, or as the worker writes it down."""

import pytest
from sqlalchemy.orm import Session

from helpline import delivery, messages
from helpline.db import Database
from helpline.messages import M, Message, MessageKind
from tests import builders
from tests.builders import NOON


def said_again(session: Session) -> Message:
    hana = builders.a_handler(session, "Hana Novak")
    message = messages.owe(session, MessageKind.NEWS, "Words", to=hana, at=NOON)
    messages.claim(session, message, at=NOON)
    delivery.sent(session, message, "SM1", at=NOON)
    delivery.reported(session, message, sid="SM1", status="undelivered", why="30001", at=NOON)
    messages.say_again(session, message, who=hana, at=NOON)
    return message


def test_a_late_report_on_the_first_try_says_nothing_of_one_not_sent_yet(session: Session) -> None:
    message = said_again(session)
    delivery.reported(session, message, sid="SM1", status="undelivered", why="30001", at=NOON)
    assert (message.state, message.sid) == (M.OWED, None)


def test_a_late_report_on_the_first_try_says_nothing_of_the_second(session: Session) -> None:
    message = said_again(session)
    messages.claim(session, message, at=NOON)
    delivery.sent(session, message, "SM2", at=NOON)
    delivery.reported(session, message, sid="SM1", status="undelivered", why="30001", at=NOON)
    assert (message.state, message.sid) == (M.SENT, "SM2")
    delivery.reported(session, message, sid="SM2", status="delivered", why=None, at=NOON)
    assert message.state == M.DELIVERED


def test_a_report_that_comes_before_the_worker_has_written_its_answer_stands(database: Database) -> None:
    if database.writer is not database.reader:
        pytest.skip("SQLite lets one in at a time")
    with database.transaction() as session:
        message = messages.owe(session, MessageKind.NEWS, "Words", phone=builders.a_number(), at=NOON)
        messages.claim(session, message, at=NOON)
    with Session(database.writer) as worker:
        stale = worker.get_one(Message, message.id)
        with database.transaction() as session:
            found = session.get_one(Message, message.id)
            delivery.reported(session, found, sid="SM1", status="delivered", why=None, at=NOON)
        delivery.sent(worker, stale, "SM1", at=NOON)
        worker.commit()
    with database.reading() as session:
        assert session.get_one(Message, message.id).state == M.DELIVERED
