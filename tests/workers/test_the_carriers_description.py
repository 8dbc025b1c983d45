"""Every request we make of the carrier, held to the carrier's own description of its API; so is every story's."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from helpline.config import Settings
from simulator import Exchange, ExchangeHttpClient, ManualClock
from simulator.answers import RestAnswer
from simulator.errors import FaultsError
from tests import description
from workers.telephone import Telephone

pytestmark = pytest.mark.skipif(
    description.NAMED not in os.environ, reason="TWILIO_OPENAPI names no copy of Twilio's OpenAPI"
)
HANA = "+447700900101"


class Asked:
    """An exchange, and us asking it."""

    def __init__(self, settings: Settings) -> None:
        self.clock = ManualClock(datetime(2026, 11, 22, 18, tzinfo=UTC))
        self.exchange = Exchange(
            account_sid=settings.twilio_account_sid, auth_token=settings.twilio_auth_token, clock=self.clock
        )
        self.exchange.number(settings.helpline_number)
        description.hold(self.exchange)
        self.telephone = Telephone(settings, ExchangeHttpClient(self.exchange))
        self.base = f"/2010-04-01/Accounts/{settings.twilio_account_sid}"
        self.auth = (settings.twilio_account_sid, settings.twilio_auth_token)

    def ask(
        self,
        method: str,
        path: str,
        params: list[tuple[str, str]] | None = None,
        form: list[tuple[str, str]] | None = None,
    ) -> RestAnswer:
        return self.exchange.rest(method, self.base + path, params or [], form or [], self.auth)


@pytest.fixture
def carrier(settings: Settings) -> Asked:
    return Asked(settings)


def test_every_request_we_make_is_one_that_the_carrier_describes(carrier: Asked) -> None:
    leg = carrier.telephone.ring(7, HANA, seconds=18)
    text = carrier.telephone.text(8, HANA, "Words", valid_seconds=3600)
    carrier.telephone.end_leg(leg)
    carrier.exchange.queue("CA1")
    carrier.telephone.delete_queue("CA1")
    carrier.telephone.delete_recording("RE" + "1" * 32)
    carrier.exchange.texts[0].status = "delivered"
    carrier.telephone.delete_message(text)
    assert carrier.telephone.account().at == carrier.clock.now()
    assert carrier.telephone.own_number() is not None
    assert (carrier.exchange.queues, carrier.exchange.texts) == ([], [])
    carrier.exchange.check()


CALL = [("To", HANA), ("From", "+442079460303"), ("Url", "https://helpline.example/leg")]


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        (lambda us: us.ask("POST", "/Calls.json", form=[*CALL, ("Colour", "red")]), "field 'Colour' is not"),
        (lambda us: us.ask("POST", "/Calls.json", [("Colour", "red")], CALL), "query 'Colour' is not"),
        (lambda us: us.ask("GET", "/Queues.json", [("Colour", "red")]), "query 'Colour' is not"),
        (lambda us: us.ask("GET", f"/Recordings/RE{'1' * 32}.wav", [("Colour", "red")]), "query 'Colour' is not"),
        (lambda us: us.ask("DELETE", f"/Queues/QU{'1' * 32}.json", form=[("Colour", "red")]), "field 'Colour' is not"),
        (lambda us: us.ask("POST", "/Colours.json", form=CALL), "/Colours.json is not the carrier's"),
        (lambda us: us.ask("DELETE", "/Calls.json"), "/Calls.json is not the carrier's"),
        (lambda us: us.ask("GET", "/Calls/CA1.json"), "path 'Sid' does not match"),
        (lambda us: us.ask("POST", "/Calls.json", form=CALL[1:]), "field 'To' is missing"),
        (lambda us: us.ask("POST", "/Calls.json", form=[*CALL, ("Timeout", "soon")]), "'Timeout' is no whole number"),
        (lambda us: us.ask("POST", "/Calls.json", form=[*CALL, ("Method", "PUT")]), "'Method' is none of"),
        (lambda us: us.ask("POST", "/Calls.json", form=[*CALL[:2], ("Url", "/leg")]), "'Url' is no whole address"),
    ],
)
def test_a_request_that_the_carrier_does_not_describe_is_found(
    carrier: Asked, ask: Callable[[Asked], RestAnswer], found: str
) -> None:
    ask(carrier)
    with pytest.raises(FaultsError, match=found):
        carrier.exchange.check()


def test_an_answer_that_the_carrier_does_not_describe_is_found(carrier: Asked) -> None:
    path = f"{carrier.base}/Calls.json"
    good = carrier.ask("POST", "/Calls.json", form=CALL)
    assert description.problems_of_answer("POST", path, good) == []
    call = dict(good.json or {})
    del call["uri"]
    wrong = RestAnswer(201, {**call, "colour": "red", "status": "asleep", "sid": "7", "date_created": None})
    assert sorted(description.problems_of_answer("POST", path, wrong)) == [
        ".colour is not the carrier's",
        ".sid does not match ^CA[0-9a-fA-F]{32}$",
        ".status is none of ['queued', 'ringing', 'in-progress', 'completed', 'busy', 'failed', 'no-answer', 'canceled']",
        ".uri is missing",
    ]
    assert description.problems_of_answer("POST", path, RestAnswer(200, good.json)) != [], "a new thing is 201"
