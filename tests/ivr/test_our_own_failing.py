"""Something of ours failed while somebody was on the line: what is written down once she has been helped all the same."""

import asyncio
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import event, select
from starlette.types import Message, Receive, Scope, Send

from helpline import calls, line
from helpline.calls import Call, Ending
from helpline.config import Settings
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.offers import O, Offer
from helpline.rings import R, Ring
from helpline.texts import Text
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, a_request, an_answered_ring
from tests.ivr.test_webhooks import Door, sign
from tests.workers.test_hanging import CARRIERS_PATIENCE

FORM = "application/x-www-form-urlencoded"
MANY = 8


def fail_once(database: Database, words: str) -> None:
    """The next statement with these words fails; the next one after it works."""
    failed: list[str] = []

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if words in statement and not failed:
            failed.append(statement)
            raise RuntimeError("something of ours broke")

    event.listen(database.writer, "before_cursor_execute", fail)


def post(door: Door, path: str, **fields: str) -> str:
    pairs = [("From", "+442079460118"), *fields.items()]
    answer = door.post(path, pairs, sign(door.settings, door.settings.public_url + path, pairs))
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def door(settings: Settings, database: Database) -> Door:
    return Door(settings, database)


def test_a_caller_put_through_by_our_failing_ends_there_and_nobody_is_rung_for_her(
    door: Door, database: Database
) -> None:
    with database.transaction() as session:
        builders.a_handler(session, "Hana Novak")
        call = a_call(session)
        line.ring_round(session, call, at=NOON)
    fail_once(database, "UPDATE calls")
    said = post(door, "/ivr/voice/queued", CallSid=call.sid, QueueResult="leave")
    assert "<Number>+442079460999</Number>" in said
    with database.reading() as session:
        assert session.get_one(Call, call.id).ending == Ending.PUT_THROUGH
        assert session.scalars(select(Ring.state)).all() == [R.CANCELLED]


def test_nobody_at_the_fallback_number_either_is_owed_a_call_back(door: Door, database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
    fail_once(database, "UPDATE calls")
    said = post(door, "/ivr/voice/queued", CallSid=call.sid, QueueResult="leave")
    assert 'action="http://127.0.0.1:8001/ivr/voice/fallback"' in said
    said = post(door, "/ivr/voice/fallback", CallSid=call.sid, DialCallStatus="no-answer")
    assert "somebody will ring you back" in said
    with database.reading() as session:
        assert session.get_one(Call, call.id).ending == Ending.CALL_BACK_OWED
        assert session.scalars(select(DeskItem.kind)).all() == [ItemKind.CALL_BACK]


def test_somebody_at_the_fallback_number_is_an_ending(door: Door, database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
    fail_once(database, "UPDATE calls")
    post(door, "/ivr/voice/queued", CallSid=call.sid, QueueResult="leave")
    post(door, "/ivr/voice/fallback", CallSid=call.sid, DialCallStatus="completed")
    with database.reading() as session:
        assert session.get_one(Call, call.id).ending == Ending.PUT_THROUGH
        assert session.scalars(select(DeskItem.kind)).all() == []


def test_the_fallback_is_tried_once_even_if_everything_stays_broken(settings: Settings, tmp_path: Path) -> None:
    door = Door(settings, Database(f"sqlite:///{tmp_path}/without-tables.db"))
    said = post(door, "/ivr/voice/fallback", CallSid="CA1", DialCallStatus="no-answer")
    assert "<Dial" not in said
    assert "ring again later" in said


def test_a_text_that_could_not_be_acted_on_is_kept_for_a_person(door: Door, database: Database) -> None:
    with database.transaction() as session:
        street = builders.a_street(session, "Acacia Road")
        builders.a_coordinator(session, "Coral Reid", phone="+442079460118")
        a_request(session, builders.a_handler(session, "Hana Novak"), street)
    fail_once(database, "UPDATE offers")
    post(door, "/ivr/texts", MessageSid="SM1", Body="YES")
    with database.reading() as session:
        assert session.scalars(select(Offer.state)).all() == [O.OPEN]
        assert session.scalars(select(Text.body)).all() == ["YES"]
        assert session.scalars(select(DeskItem.kind)).all() == [ItemKind.TEXT]


def test_a_caller_whose_whole_call_we_could_not_write_down_is_rung_back(door: Door, database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session, waits=False)
    over = "/ivr/status/calls"
    pairs = [("CallSid", call.sid), ("Direction", "inbound"), ("CallStatus", "completed"), ("CallDuration", "93")]
    assert door.post(over, pairs, sign(door.settings, door.settings.public_url + over, pairs)).status_code == 204
    with database.reading() as session:
        assert session.get_one(Call, call.id).ending == Ending.CALL_BACK_OWED


def test_whoever_is_just_being_connected_is_told_so_and_not_hung_up_on(door: Door, database: Database) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
        call = a_call(session)
        ring = an_answered_ring(session, hana, call)
        assert calls.take(session, call, ring, at=NOON)
    fail_once(database, "UPDATE calls")
    said = post(door, f"/ivr/rings/{ring.id}/meet", CallSid=call.sid)
    assert "You are through" in said
    assert "Hangup" not in said


def test_while_sqlite_is_held_by_somebody_else_whoever_rings_is_answered_in_time(
    settings: Settings, database: Database
) -> None:
    if database.writer is database.reader:
        pytest.skip("PostgreSQL lets many write at once")
    door = Door(settings.model_copy(update={"database_url": database.url}), None)
    held, waited, began = database.writer.connect(), list[float](), time.monotonic()
    held.begin()

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                waited.append(time.monotonic() - began)
                if len(waited) == MANY:
                    held.close()
            await send(message)

        await door.app(scope, receive, say)

    async def ring(carrier: httpx.AsyncClient, number: int) -> None:
        fields = [("CallSid", f"CA{number:032}"), ("From", "+442079460118"), ("CallStatus", "ringing")]
        address = f"{settings.public_url}/ivr/voice"
        headers = {"Content-Type": FORM, "X-Twilio-Signature": sign(settings, address, fields)}
        await carrier.post(address, content=urlencode(fields), headers=headers)

    async def all_ring() -> None:
        transport = httpx.ASGITransport(answered)
        async with door.app.router.lifespan_context(door.app), httpx.AsyncClient(transport=transport) as carrier:
            await asyncio.gather(*(ring(carrier, number) for number in range(MANY)))

    asyncio.run(all_ring())
    assert (len(waited), max(waited) < CARRIERS_PATIENCE) == (MANY, True)
