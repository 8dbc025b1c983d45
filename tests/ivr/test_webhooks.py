"""Every webhook is signed by the carrier, or is refused and changes nothing."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

import ivr.app
from helpline import config
from helpline.calls import Call
from helpline.config import Settings
from helpline.db import Database
from helpline.history import Event
from tests import builders
from tests.conftest import settings_for
from tests.routes import posts

SID = "CA" + "1" * 32
Fields = Sequence[tuple[str, str]]
ARRIVES: Fields = [("CallSid", SID), ("From", "+442079460118"), ("To", "+442079460303"), ("CallStatus", "ringing")]


def sign(settings: Settings, address: str, fields: Fields, token: str | None = None) -> str:
    """What the carrier would sign; a repeated field counts with each of its values."""

    class Several(dict[str, list[str]]):
        def getlist(self, name: str) -> list[str]:
            return self[name]

    several = Several()
    for name, value in fields:
        several.setdefault(name, []).append(value)
    signature: str = RequestValidator(token or settings.twilio_auth_token).compute_signature(address, several)
    return signature


class Door:
    def __init__(self, settings: Settings, database: Database | None) -> None:
        self.settings = config.use(settings)
        self.app = ivr.app.create(settings, database=database, clock=lambda: builders.NOON)

    def post(
        self, path: str, fields: Fields, signature: str | None, *, at: str = "http://127.0.0.1:8001"
    ) -> httpx.Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if signature is not None:
            headers["X-Twilio-Signature"] = signature

        async def go() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app)) as client:
                return await client.post(at + path, content=str(httpx.QueryParams(list(fields))), headers=headers)

        return asyncio.run(go())


@pytest.fixture
def door(settings: Settings, database: Database) -> Door:
    return Door(settings, database)


def untouched(database: Database) -> bool:
    with database.reading() as session:
        return session.scalar(select(func.count(Call.id))) == 0 and session.scalar(select(func.count(Event.id))) == 0


def test_a_signed_webhook_is_heard(door: Door, database: Database) -> None:
    signature = sign(door.settings, "http://127.0.0.1:8001/ivr/voice", ARRIVES)
    answer = door.post("/ivr/voice", ARRIVES, signature)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/xml")
    assert "dial 999" in answer.text
    assert not untouched(database)


def test_a_stray_slash_is_no_webhook_and_sends_nobody_to_another_host(door: Door) -> None:
    assert door.post("/ivr/voice/", ARRIVES, None, at="http://elsewhere.example").status_code == 404


@pytest.mark.parametrize("signature", [None, "", "nonsense", "c2lnbmF0dXJlIG9mIG5vYm9keSBhdCBhbGw="])
def test_an_unsigned_or_wrongly_signed_webhook_is_refused_and_changes_nothing(
    door: Door, database: Database, signature: str | None
) -> None:
    assert door.post("/ivr/voice", ARRIVES, signature).status_code == 403
    assert untouched(database)


def test_a_signature_of_another_account_is_refused(door: Door, database: Database) -> None:
    signature = sign(door.settings, "http://127.0.0.1:8001/ivr/voice", ARRIVES, token="another token")
    assert door.post("/ivr/voice", ARRIVES, signature).status_code == 403
    assert untouched(database)


def test_a_changed_field_is_refused(door: Door, database: Database) -> None:
    signature = sign(door.settings, "http://127.0.0.1:8001/ivr/voice", ARRIVES)
    changed = [(name, "+447700900999" if name == "From" else value) for name, value in ARRIVES]
    assert door.post("/ivr/voice", changed, signature).status_code == 403
    assert untouched(database)


def test_a_changed_query_is_refused(door: Door) -> None:
    fields = [("CallSid", SID), ("CallStatus", "completed")]
    signature = sign(door.settings, "http://127.0.0.1:8001/ivr/status/calls?ring=1", fields)
    assert door.post("/ivr/status/calls?ring=1", fields, signature).status_code == 204
    assert door.post("/ivr/status/calls?ring=2", fields, signature).status_code == 403


def test_repeated_fields_are_signed_with_each_of_their_values(door: Door, database: Database) -> None:
    fields = [*ARRIVES, ("AddOns", "two"), ("AddOns", "one")]
    signature = sign(door.settings, "http://127.0.0.1:8001/ivr/voice", fields)
    assert door.post("/ivr/voice", fields, signature).status_code == 200
    fewer = [*ARRIVES, ("AddOns", "two")]
    assert door.post("/ivr/voice", fewer, signature).status_code == 403
    assert not untouched(database)


def test_empty_and_foreign_fields_are_signed_as_they_are(door: Door) -> None:
    fields = [*ARRIVES, ("CallerName", ""), ("FromCity", "Łódź & co = 1+1")]
    signature = sign(door.settings, "http://127.0.0.1:8001/ivr/voice", fields)
    assert door.post("/ivr/voice", fields, signature).status_code == 200


def test_behind_a_tls_proxy_the_address_the_carrier_knows_is_what_counts(database: Database) -> None:
    door = Door(settings_for(public_url="https://line.example.org"), database)
    public = sign(door.settings, "https://line.example.org/ivr/voice", ARRIVES)
    seen = sign(door.settings, "http://127.0.0.1:8001/ivr/voice", ARRIVES)
    assert door.post("/ivr/voice", ARRIVES, seen).status_code == 403
    assert untouched(database)
    answer = door.post("/ivr/voice", ARRIVES, public)
    assert answer.status_code == 200
    assert 'action="https://line.example.org/ivr/voice/menu"' in answer.text


def test_a_body_that_is_no_form_is_refused(door: Door, database: Database) -> None:
    async def go() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(door.app)) as client:
            answer = await client.post(
                "http://127.0.0.1:8001/ivr/voice", content=b"\xff\xfe{}", headers={"X-Twilio-Signature": "x"}
            )
            return answer.status_code

    assert asyncio.run(go()) == 403
    assert untouched(database)


def test_a_body_too_large_is_refused(door: Door) -> None:
    assert door.post("/ivr/voice", [("CallSid", "C" * 100_000)], "x").status_code == 413


def test_every_post_of_the_line_refuses_an_unsigned_request(door: Door, database: Database) -> None:
    found = posts(door.app)
    assert len(found) >= 16
    for path in found:
        assert door.post(path, ARRIVES, None).status_code == 403, path
        assert door.post(path, ARRIVES, "nonsense").status_code == 403, path
    assert untouched(database)


BROKEN = [
    ("/ivr/voice", "<Number>+442079460999</Number>"),
    ("/ivr/voice/menu", "<Number>+442079460999</Number>"),
    ("/ivr/voice/waiting", "<Leave"),
    ("/ivr/voice/queued", "<Number>+442079460999</Number>"),
    ("/ivr/rings/1", "<Hangup"),
    ("/ivr/rings/1/key", "<Hangup"),
    ("/ivr/texts", "<Response"),
]


@pytest.mark.parametrize(("path", "says"), BROKEN)
def test_a_broken_database_never_cuts_a_live_call_off(
    settings: Settings, tmp_path: object, path: str, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    door = Door(settings, Database(f"sqlite:///{tmp_path}/without-tables.db"))
    answer = door.post(path, ARRIVES, sign(door.settings, f"http://127.0.0.1:8001{path}", ARRIVES))
    assert answer.status_code == 200
    assert says in answer.text
    assert "webhook failed" in caplog.text
    assert "0118" not in caplog.text, "nobody's number is in the log"
