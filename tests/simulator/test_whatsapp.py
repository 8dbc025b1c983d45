"""WhatsApp, both ways."""

import json
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from simulator import Exchange, ManualClock, Phone
from simulator.errors import MEANINGS
from tests.simulator.conftest import APP, HANA, HELPLINE, Application, Client

DAY = 24 * 3600


@pytest.fixture
def sender(exchange: Exchange) -> str:
    exchange.number(HELPLINE, sms_url=f"{APP}/text", whatsapp_url=f"{APP}/whatsapp")
    return f"whatsapp:{HELPLINE}"


@pytest.fixture
def hana(exchange: Exchange) -> Phone:
    return exchange.phone(HANA, name="Hana", whatsapp=True)


def send(twilio: Client, sender: str, to: str = f"whatsapp:{HANA}", **more: Any) -> Any:
    return twilio.messages.create(to=to, from_=sender, status_callback=f"{APP}/messages", **more)


def statuses(app: Application) -> list[tuple[str, str | None]]:
    return [(form["MessageStatus"], form.get("ErrorCode")) for form in app.asked("/messages")]


def test_a_message_to_us_says_who_and_opens_a_day_of_free_words(
    app: Application, twilio: Client, sender: str, hana: Phone, clock: ManualClock
) -> None:
    hana.sends("YES A", by_whatsapp=True)
    form = app.asked("/whatsapp")[0]
    assert form.items() >= {"From": f"whatsapp:{HANA}", "To": sender, "Body": "YES A", "ProfileName": "Hana"}.items()
    assert "OptOutType" not in form
    clock.advance(DAY - 10)
    send(twilio, sender, body="Thank you")
    text = hana.receives("Thank you")
    assert text.by_whatsapp
    assert statuses(app) == [("queued", None), ("sent", None), ("delivered", None), ("read", None)]
    text.replies("And thank you")
    assert app.asked("/whatsapp")[1]["Body"] == "And thank you"


def test_free_words_after_the_day_fail_and_a_template_does_not(
    app: Application, twilio: Client, sender: str, hana: Phone, exchange: Exchange, clock: ManualClock
) -> None:
    hana.sends("hello", by_whatsapp=True)
    clock.advance(DAY)
    send(twilio, sender, body="Thank you")
    hana.receives_nothing()
    assert statuses(app)[-1] == ("failed", "63016")
    offer = exchange.template("{{1}}: {{2}}. Can somebody?")
    send(twilio, sender, content_sid=offer.sid, content_variables=json.dumps({"1": "Larkfield", "2": "Shopping"}))
    assert hana.receives("Larkfield: Shopping. Can somebody?").by_whatsapp


def test_what_was_read_is_not_told_by_a_telephone_that_does_not(
    app: Application, twilio: Client, sender: str, hana: Phone
) -> None:
    hana.tells_read = False
    hana.sends("hello", by_whatsapp=True)
    send(twilio, sender, body="Thank you")
    hana.receives("Thank you")
    assert statuses(app)[-1] == ("delivered", None)


def test_a_telephone_without_whatsapp_gets_nothing_and_one_that_is_off_gets_it_later(
    app: Application, twilio: Client, sender: str, hana: Phone, exchange: Exchange, clock: ManualClock
) -> None:
    sid = exchange.template("Hello {{1}}").sid
    hana.whatsapp = False
    send(twilio, sender, content_sid=sid, content_variables='{"1": "Hana"}')
    hana.receives_nothing()
    assert statuses(app)[-1] == ("undelivered", "63024")
    hana.whatsapp = True
    hana.behaves("off")
    send(twilio, sender, content_sid=sid, content_variables='{"1": "Hana"}', validity_period=60)
    clock.advance(DAY)
    hana.behaves("person").receives("Hello Hana")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"to": HANA, "body": "Hello"}, 21910),
        ({"content_variables": '{"1": "a"}'}, 21654),
        ({"content_sid": "HX" + "0" * 32}, 21655),
        ({"content_sid": "unapproved"}, 21655),
        ({"content_sid": "approved"}, 21656),
        ({"content_sid": "approved", "content_variables": "Hana"}, 21656),
        ({"content_sid": "approved", "content_variables": '{"1": ""}'}, 21656),
        ({"content_sid": "approved", "content_variables": '{"1": "one\\ntwo"}'}, 21656),
        ({"content_sid": "approved", "content_variables": json.dumps({"1": "a" * 256})}, 21656),
        ({"content_sid": "approved", "content_variables": '{"1": "a"}', "body": "Hello"}, 20001),
    ],
)
def test_what_the_carrier_refuses(
    twilio: Client, sender: str, exchange: Exchange, given: dict[str, str], code: int
) -> None:
    known = {
        word: exchange.template("Hello {{1}}", approved=word == "approved").sid for word in ("approved", "unapproved")
    }
    if "content_sid" in given:
        given = {**given, "content_sid": known.get(given["content_sid"], given["content_sid"])}
    with pytest.raises(TwilioRestException, match=r".") as refused:
        send(twilio, sender, **given)
    assert refused.value.code == code
    assert code in MEANINGS


def test_a_number_that_is_no_whatsapp_sender_sends_nothing(twilio: Client) -> None:
    with pytest.raises(TwilioRestException, match="not a WhatsApp sender") as refused:
        send(twilio, f"whatsapp:{HELPLINE}", body="Hello")
    assert refused.value.code == 63007


def test_a_dead_number_takes_neither_texts_nor_calls(app: Application, twilio: Client, hana: Phone) -> None:
    hana.behaves("dead")
    twilio.messages.create(to=HANA, from_=HELPLINE, body="Hello", status_callback=f"{APP}/messages")
    hana.receives_nothing()
    assert statuses(app)[-1] == ("undelivered", "30005")
    call = twilio.calls.create(to=HANA, from_=HELPLINE, url=f"{APP}/leg")
    hana.does_not_ring()
    assert twilio.calls(call.sid).fetch().status == "failed"


def test_stop_by_whatsapp_is_ours_to_honour(app: Application, twilio: Client, sender: str, hana: Phone) -> None:
    hana.sends("STOP", by_whatsapp=True)
    assert app.asked("/whatsapp")[0]["Body"] == "STOP"
    send(twilio, sender, body="Hello")
    hana.receives("Hello")
