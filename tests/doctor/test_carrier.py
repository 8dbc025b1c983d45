"""What is asked of the carrier, through the simulator's own server."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from helpline import clock
from helpline.config import TWILIO
from simulator import Exchange, RealClock
from simulator.server import make_app
from tests.conftest import settings_for
from tests.doctor.conftest import Examine, all_well, words
from tests.serving import a_free_port, saying, serving
from workers import fallback
from workers.doctor import carrier
from workers.doctor.finding import Finding, Level
from workers.doctor.patient import Patient
from workers.telephone import OwnNumber, Webhook

SETTINGS = settings_for(
    public_url="https://line.example.org", dashboard_url="https://desk.example.org", twilio_api_url=TWILIO
)
RIGHT = {
    "voice_url": f"{SETTINGS.public_url}/ivr/voice",
    "status_callback": f"{SETTINGS.public_url}/ivr/status/calls",
    "sms_url": f"{SETTINGS.public_url}/ivr/texts",
}


@pytest.fixture
def exchange() -> Exchange:
    exchange = Exchange(
        account_sid=SETTINGS.twilio_account_sid, auth_token=SETTINGS.twilio_auth_token, clock=RealClock()
    )
    exchange.number(SETTINGS.helpline_number, **RIGHT)
    return exchange


@pytest.fixture
def found(examine: Examine, exchange: Exchange) -> Iterator[object]:
    with serving(make_app(exchange)) as url:
        yield partial(examine, twilio_api_url=url, public_url=SETTINGS.public_url)


def test_an_account_that_answers_at_our_time(found: Examine) -> None:
    assert all_well(found(carrier.account))


def test_another_token_is_wrong(found: Examine) -> None:
    said = words(found(carrier.account, twilio_auth_token="another"), Level.WRONG)
    assert "does not take TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN" in said
    assert "cannot be told" in words(found(carrier.number, twilio_auth_token="another"), Level.LOOK)


def test_a_carrier_that_is_away_or_silent_or_broken_is_wrong(
    examine: Examine, found: Examine, exchange: Exchange, silent_port: int
) -> None:
    for port in (a_free_port(), silent_port):
        said = words(examine(carrier.account, twilio_api_url=f"http://127.0.0.1:{port}"), Level.WRONG)
        assert "on the internet" in said
    exchange.rest.trouble("", status=503)
    assert "The carrier answered 503" in words(found(carrier.account), Level.WRONG)


def test_an_account_that_is_not_in_use_or_no_account_is_wrong(examine: Examine) -> None:
    with serving(saying(200, ("Content-Type", "application/json"), body=b'{"status": "suspended"}')) as url:
        assert "the account is suspended" in words(examine(carrier.account, twilio_api_url=url), Level.WRONG)
    with serving(saying(200, body=b"It works!")) as url:
        assert "is not the carrier" in words(examine(carrier.account, twilio_api_url=url), Level.WRONG)


@pytest.mark.parametrize(("drift", "which"), [(600, "ahead of"), (-600, "behind")])
def test_a_clock_of_ours_that_is_off_is_worth_a_look(found: Examine, drift: int, which: str) -> None:
    said = words(found(carrier.account, at=lambda: clock.now() + timedelta(seconds=drift)), Level.LOOK)
    assert re.search(rf"(9|10)\smin {which} the carrier's", said)


def test_an_account_without_our_number_is_wrong(found: Examine) -> None:
    assert "no number 020 7946 0304" in words(found(carrier.number, helpline_number="+442079460304"), Level.WRONG)


def test_a_number_that_asks_us_about_everything_is_well_in_the_demo_but_for_the_fallback(found: Examine) -> None:
    said = found(carrier.number)
    assert words(said, Level.WRONG) == ""
    assert words(said, Level.OK).count("https://line.example.org/ivr/") == 3
    assert "In the demo that is as it should be" in words(said, Level.LOOK)


@pytest.mark.parametrize("missing", list(RIGHT))
def test_a_webhook_that_is_missing_or_goes_elsewhere_is_wrong(found: Examine, exchange: Exchange, missing: str) -> None:
    exchange.number(SETTINGS.helpline_number, **{**RIGHT, missing: None})
    said = words(found(carrier.number), Level.WRONG)
    assert f"set it to {RIGHT[missing]}, by POST" in said
    assert "it is not set" in said
    assert ("rings off before she is in the queue" in said) == (missing == "status_callback")
    exchange.number(SETTINGS.helpline_number, **{**RIGHT, missing: "https://me:hush@old.example.org/ivr"})
    said = words(found(carrier.number), Level.WRONG)
    assert "it is https://old.example.org/ivr by POST" in said
    assert "hush" not in said


WELL = OwnNumber(
    calls=Webhook(RIGHT["voice_url"], "POST"),
    calls_fallback=Webhook("https://kept.example.org/calls.xml", "GET"),
    calls_status=Webhook(RIGHT["status_callback"], "POST"),
    texts=Webhook(RIGHT["sms_url"], "POST"),
    texts_fallback=Webhook("https://kept.example.org/texts.xml", "GET"),
    can_text=True,
    calls_elsewhere=False,
    texts_elsewhere=False,
)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (replace(WELL, calls=Webhook(RIGHT["voice_url"], "GET")), "it is https://line.example.org/ivr/voice by GET"),
        (replace(WELL, calls_elsewhere=True), "calls go to an application or trunk"),
        (replace(WELL, texts_elsewhere=True), "texts go to an application"),
        (replace(WELL, can_text=False), "cannot send texts"),
    ],
)
def test_what_the_console_may_have_set_otherwise(changed: OwnNumber, says: str) -> None:
    assert all_well(list(carrier.webhooks(WELL, SETTINGS)))
    assert says in words(list(carrier.webhooks(changed, SETTINGS)), Level.WRONG)


def kept(fallback_at: Webhook) -> list[Finding]:
    return list(carrier._kept_elsewhere(Patient(SETTINGS, clock.now), replace(WELL, calls_fallback=fallback_at)))


def test_a_fallback_that_is_not_set_or_on_our_own_machine_is_wrong() -> None:
    said = words(kept(Webhook("", "POST")), Level.WRONG)
    assert "nobody would be put through" in said
    assert "“helpline fallback”" in said
    for host in ("line.example.org:444", "desk.example.org"):
        assert "is on the machine" in words(kept(Webhook(f"https://{host}/calls.xml", "GET")), Level.WRONG)


def test_a_fallback_is_fetched_as_the_carrier_would() -> None:
    document = fallback.for_a_call(SETTINGS).encode()
    xml, plain = ("Content-Type", "text/xml; charset=utf-8"), ("Content-Type", "text/plain")
    with serving(saying(200, xml, body=document)) as url:
        assert all_well(kept(Webhook(f"{url}/calls.xml", "GET")))
        assert "set it to GET" in words(kept(Webhook(f"{url}/calls.xml", "POST")), Level.LOOK)
    for app, level, says in (
        (saying(200, plain, body=document), Level.WRONG, "text/plain, which is read aloud"),
        (saying(200, xml, body=b"<Response/>"), Level.WRONG, "does not ring FALLBACK_NUMBER"),
        (saying(403), Level.LOOK, "answers 403 here"),
    ):
        with serving(app) as url:
            assert says in words(kept(Webhook(url, "GET")), level)
    gone = kept(Webhook(f"http://127.0.0.1:{a_free_port()}/calls.xml", "GET"))
    assert "cannot be had: nothing listens there" in words(gone, Level.WRONG)
