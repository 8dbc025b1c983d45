"""A tiny application on the other side of the wire: a document for each path."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from simulator import Exchange, ExchangeHttpClient, ManualClock, Phone, WireAnswer
from simulator.wire import Form
from tests import description

SID = "AC" + "1" * 32
TOKEN = "a-made-up-secret"
HELPLINE = "+442079460303"
RITA = "+442079460118"
HANA = "+447700900101"
OTTO = "+447700900102"
APP = "https://helpline.example"

Words = str | WireAnswer | Exception
Ring = Callable[..., Any]
Answer = Words | Callable[[dict[str, str]], Words]


class Application:
    """Answers webhooks: `app.says["/voice"] = "<Say>Hello</Say>"`, or a function of the form."""

    def __init__(self) -> None:
        self.says: dict[str, Answer] = {}
        self.heard: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.unsigned: list[str] = []

    def post(
        self, url: str, form: Form, headers: Mapping[str, str], method: str = "POST", timeout: float = 15.0
    ) -> WireAnswer:
        assert timeout <= 15.0
        fields = dict(form) if method == "POST" else dict(parse_qsl(urlsplit(url).query))
        signed = RequestValidator(TOKEN).validate(url, dict(form), headers["X-Twilio-Signature"])
        if not signed:
            self.unsigned.append(url)
        path = urlsplit(url).path
        self.heard.append((path, fields))
        self.headers.append(dict(headers))
        answer = self.says.get(path, "")
        words = answer(fields) if callable(answer) else answer
        if isinstance(words, Exception):
            raise words
        if isinstance(words, WireAnswer):
            return words
        return twiml(words)

    def asked(self, path: str) -> list[dict[str, str]]:
        return [form for at, form in self.heard if at == path]


def twiml(words: str) -> WireAnswer:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{words}</Response>'
    return WireAnswer(200, "text/xml; charset=utf-8", body.encode())


@pytest.fixture
def app() -> Application:
    return Application()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 22, 18, 0, tzinfo=UTC))


@pytest.fixture
def exchange(app: Application, clock: ManualClock) -> Iterator[Exchange]:
    made = Exchange(account_sid=SID, auth_token=TOKEN, clock=clock, wire=app)
    description.hold(made, asks_too=False)  # some tests here ask wrongly, to be refused
    made.number(HELPLINE, voice_url=f"{APP}/voice", sms_url=f"{APP}/text", status_callback=f"{APP}/status")
    yield made
    assert app.unsigned == []
    made.check()


@pytest.fixture
def rita(exchange: Exchange) -> Phone:
    return exchange.phone(RITA, name="Rita")


@pytest.fixture
def hana(exchange: Exchange) -> Phone:
    return exchange.phone(HANA, name="Hana")


@pytest.fixture
def twilio(exchange: Exchange) -> Client:
    return Client(SID, TOKEN, http_client=ExchangeHttpClient(exchange))


@pytest.fixture
def ring_hana(twilio: Client) -> Ring:
    def ring(**more: Any) -> Any:
        return twilio.calls.create(**({"to": HANA, "from_": HELPLINE, "url": f"{APP}/leg"} | more))

    return ring
