"""What neither answers nor refuses: nobody on the line, and no clock, may wait for it."""

import time

from helpline import messages
from helpline.config import Settings
from helpline.db import Database
from helpline.messages import MessageKind
from tests import builders
from tests.builders import NOON
from tests.ivr.test_webhooks import ARRIVES, Door, sign
from workers import clock, house
from workers.house import Tower

CARRIERS_PATIENCE = 15


def test_a_database_that_hangs_never_leaves_a_caller_in_silence(settings: Settings, silent_port: int) -> None:
    door = Door(settings, Database(f"postgresql://somebody@127.0.0.1:{silent_port}/helpline"))
    began = time.monotonic()
    answer = door.post("/ivr/voice", ARRIVES, sign(settings, f"{settings.public_url}/ivr/voice", ARRIVES))
    assert "<Number>+442079460999</Number>" in answer.text
    assert time.monotonic() - began < CARRIERS_PATIENCE


def test_a_queue_that_hangs_never_stops_the_clock(settings: Settings, database: Database, silent_port: int) -> None:
    redis = house.queue_at(f"redis://127.0.0.1:{silent_port}/0")
    with database.transaction() as session:
        messages.owe(session, MessageKind.NEWS, "Words", phone=builders.a_number(), at=NOON)
    began = time.monotonic()
    clock.tick(Tower(settings=settings, database=database, redis=redis, clock=lambda: NOON))
    assert time.monotonic() - began < CARRIERS_PATIENCE
