"""Two webhooks wait for each other: the database breaks one of them off, and it is handled all the same."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from helpline.config import Settings
from helpline.db import Database
from helpline.desk_items import DeskItem
from helpline.messages import Message, MessageKind
from helpline.offers import O, Offer
from tests.helpline.cast import each_others_deputies
from tests.ivr.test_webhooks import Door, sign


@contextmanager
def slowly() -> Iterator[None]:
    """Whoever has written something waits a little with the next, so that others come between."""

    def wait(*_: object) -> None:
        time.sleep(0.2)

    event.listen(Session, "after_flush", wait)
    yield
    event.remove(Session, "after_flush", wait)


def test_two_who_say_no_by_whatsapp_at_once_and_are_asked_for_each_other_are_both_heard(
    settings: Settings, database: Database
) -> None:
    """Each writes when they were last heard from, and then looks whether the other may be asked."""
    if database.writer is not database.reader:
        pytest.skip("SQLite lets one in at a time")
    with database.transaction() as session:
        deputies = [str(person.phone) for person in each_others_deputies(session)]
    door = Door(settings, database)

    def no(number: str) -> None:
        fields = [("MessageSid", f"SM{number}"), ("From", f"whatsapp:{number}"), ("Body", "no A")]
        door.post("/ivr/texts", fields, sign(settings, f"{settings.public_url}/ivr/texts", fields))

    both = [threading.Thread(target=no, args=(number,)) for number in deputies]
    with slowly():
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(20)
    with database.reading() as session:
        assert sorted(session.scalars(select(Offer.state))) == [O.OPEN, O.OPEN, O.PASSED, O.PASSED]
        answered = select(Message.phone).where(Message.kind == MessageKind.ANSWER)
        assert sorted(str(phone) for phone in session.scalars(answered)) == sorted(deputies)
        assert session.scalars(select(DeskItem)).all() == []
