"""Texts, both ways."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from simulator import Exchange, ManualClock, Phone, WireAnswer
from simulator.messages import segments
from tests.simulator.conftest import HANA, HELPLINE, RITA, Application, Client


def send(twilio: Client, body: str = "Hello", to: str = HANA, **more: Any) -> Any:
    return twilio.messages.create(to=to, from_=HELPLINE, body=body, **more)


def test_a_text_reaches_our_application_and_its_answer_comes_back(app: Application, hana: Phone) -> None:
    app.says["/text"] = lambda form: f"<Message>You said {form['Body']}</Message>"
    hana.sends("YES A")
    assert hana.receives("You said YES A").message.direction == "outbound-reply"
    form = app.asked("/text")[0]
    assert form.items() >= {"From": HANA, "To": HELPLINE, "NumMedia": "0", "NumSegments": "1"}.items()
    assert form["MessageSid"] == form["SmsSid"]


def test_an_answer_may_be_a_body_or_elsewhere_or_nothing(app: Application, hana: Phone) -> None:
    app.says["/text"] = "<Redirect>/other</Redirect>"
    app.says["/other"] = "<Message><Body>From elsewhere</Body></Message>"
    hana.sends("hello")
    hana.receives("From elsewhere")
    app.says["/text"] = WireAnswer(204, "", b"")
    hana.sends("hello")
    hana.receives_nothing()


def test_a_link_in_a_text_is_found_without_its_full_stop(twilio: Client, hana: Phone) -> None:
    send(twilio, "Shopping: https://helpline.example/r/abc123. Reply YES A")
    assert hana.receives("shopping").link == "https://helpline.example/r/abc123"


def test_each_text_is_read_once(twilio: Client, hana: Phone) -> None:
    send(twilio)
    hana.receives("Hello")
    with pytest.raises(AssertionError, match="Hana got no text with 'Hello'"):
        hana.receives("Hello")


def test_stop_is_forwarded_and_honoured_until_start(app: Application, twilio: Client, hana: Phone) -> None:
    hana.sends("Stop")
    assert app.asked("/text")[0]["OptOutType"] == "STOP"
    with pytest.raises(TwilioRestException, match="unsubscribed") as refused:
        send(twilio)
    assert refused.value.code == 21610
    hana.sends("START")
    assert app.asked("/text")[1]["OptOutType"] == "START"
    send(twilio)
    hana.receives("Hello")


def test_yes_is_an_ordinary_word_from_somebody_who_has_not_stopped(app: Application, hana: Phone) -> None:
    hana.sends("YES")
    assert "OptOutType" not in app.asked("/text")[0]


def test_a_text_waits_for_a_telephone_that_is_off(twilio: Client, hana: Phone, clock: ManualClock) -> None:
    hana.behaves("off")
    text = send(twilio)
    clock.advance(60)
    assert twilio.messages(text.sid).fetch().status == "sent"
    hana.behaves("person")
    hana.receives("Hello")


def test_a_text_is_given_up_when_its_validity_is_over(twilio: Client, hana: Phone, clock: ManualClock) -> None:
    hana.behaves("off")
    text = send(twilio, validity_period=600)
    clock.advance(700)
    given_up = twilio.messages(text.sid).fetch()
    assert (given_up.status, given_up.error_code) == ("undelivered", 30036)


def test_a_text_to_a_landline_is_not_refused_and_not_delivered(
    exchange: Exchange, twilio: Client, clock: ManualClock
) -> None:
    exchange.phone(RITA, kind="landline")
    text = send(twilio, to=RITA)
    clock.advance(2)
    assert twilio.messages(text.sid).fetch().error_code == 30006


def test_a_spoken_verb_in_an_answer_to_a_text_is_a_fault(app: Application, exchange: Exchange, hana: Phone) -> None:
    app.says["/text"] = "<Say>Hello</Say>"
    hana.sends("hello")
    assert exchange.forgive(12200)


@pytest.mark.parametrize(
    ("body", "parts"),
    [("x" * 160, 1), ("x" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ł" * 70, 1), ("ł" * 71, 2), ("🛒" * 36, 2)],
)
def test_parts_are_counted_by_alphabet(body: str, parts: int) -> None:
    assert segments(body) == parts
