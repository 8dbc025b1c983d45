"""Two neighbours who are each other's deputies answer in the same moment."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from helpline import inbox
from helpline.db import Database
from helpline.offers import O, Offer
from tests.builders import NOON
from tests.helpline.cast import each_others_deputies


def test_two_who_say_no_at_once_and_are_asked_for_each_other_never_wait_for_each_other(database: Database) -> None:
    if database.writer is not database.reader:
        pytest.skip("SQLite lets one in at a time")
    with database.transaction() as session:
        coral, deepak = each_others_deputies(session)
    failed: list[Exception] = []

    def no(sid: str, number: str) -> None:
        with Session(database.writer) as session:
            event.listen(session, "after_flush", lambda *_: time.sleep(0.2))
            try:
                inbox.receive(session, sid, phone=number, body="no", at=NOON + timedelta(minutes=1))
                session.commit()
            except Exception as problem:  # noqa: BLE001  # told below, in the thread of the test
                failed.append(problem)

    both = [threading.Thread(target=no, args=one) for one in (("SM1", coral.phone), ("SM2", deepak.phone))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(20)
    assert not failed, failed
    with database.reading() as session:
        states = sorted(session.scalars(select(Offer.state)))
    assert states == [O.OPEN, O.OPEN, O.PASSED, O.PASSED]
