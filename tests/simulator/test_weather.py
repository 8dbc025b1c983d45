"""What is late, comes twice, changes places or is lost on its way to us and from us."""

from typing import Any

import pytest
from twilio.rest import Client

from simulator import Exchange, ManualClock, Phone
from tests.simulator.conftest import APP, HANA, HELPLINE, Application, Ring

EVENTS = ["initiated", "ringing", "answered", "completed"]


def reports_of_a_call(app: Application, hana: Phone, ring_hana: Ring, clock: ManualClock) -> list[tuple[str, str]]:
    app.says["/leg"] = "<Hangup/>"
    ring_hana(status_callback=f"{APP}/st", status_callback_event=EVENTS)
    hana.rings().until_ended()
    clock.advance(60)
    return [(form["CallStatus"], form["SequenceNumber"]) for form in app.asked("/st")]


@pytest.mark.parametrize(
    ("weather", "reports"),
    [
        ({"weather": "lost", "of": "calls", "status": "ringing"}, "023"),
        ({"weather": "repeated", "of": "calls", "status": "in-progress"}, "01223"),
        ({"weather": "late", "of": "calls", "status": "queued", "seconds": 20}, "1230"),
        ({"weather": "reordered", "of": "calls"}, "1032"),
        ({"weather": "lost", "of": "messages recordings texts deliveries"}, "0123"),
    ],
)
def test_reports_of_a_call(
    app: Application,
    exchange: Exchange,
    hana: Phone,
    ring_hana: Ring,
    clock: ManualClock,
    weather: dict[str, Any],
    reports: str,
) -> None:
    exchange.weather.turns(**weather)
    told = reports_of_a_call(app, hana, ring_hana, clock)
    assert "".join(sequence for _, sequence in told) == reports


@pytest.mark.parametrize(
    ("weather", "reports"),
    [
        ({"weather": "lost", "of": "messages"}, []),
        ({"weather": "lost", "of": "deliveries"}, ["queued", "sent"]),
        ({"weather": "late", "of": "messages", "status": "queued", "seconds": 9}, ["sent", "delivered", "queued"]),
        ({"weather": "repeated", "of": "messages", "status": "sent"}, ["queued", "sent", "sent", "delivered"]),
        ({"weather": "reordered", "of": "messages"}, ["sent", "queued", "delivered"]),
    ],
)
def test_reports_of_a_text(
    app: Application,
    exchange: Exchange,
    twilio: Client,
    clock: ManualClock,
    weather: dict[str, Any],
    reports: list[str],
) -> None:
    exchange.weather.turns(**weather)
    twilio.messages.create(to=HANA, from_=HELPLINE, body="Hello", status_callback=f"{APP}/sms")
    clock.advance(60)
    assert [form["MessageStatus"] for form in app.asked("/sms")] == reports


@pytest.mark.parametrize(("weather", "times"), [("lost", 0), ("late", 1), ("repeated", 2)])
def test_the_report_of_a_recording(
    app: Application, exchange: Exchange, rita: Phone, clock: ManualClock, weather: str, times: int
) -> None:
    app.says["/voice"] = "<Record action='/kept' recordingStatusCallback='/recording'/>"
    exchange.weather.turns(weather, of="recordings", seconds=20)
    rita.dial().hears("(beep)").wait(1).speaks(4).press("#").wait(5)
    assert len(app.asked("/recording")) == (0 if weather == "late" else times)
    clock.advance(20)
    assert len(app.asked("/recording")) == times
    assert len(app.asked("/kept")) == 1, "the page of the call is not held up"


def bodies(app: Application) -> list[str]:
    return [form["Body"] for form in app.asked("/text")]


def test_two_texts_of_one_sender_change_places(
    app: Application, exchange: Exchange, hana: Phone, rita: Phone, clock: ManualClock
) -> None:
    exchange.weather.turns("reordered", of="texts")
    hana.sends("YES")
    rita.sends("Hello")
    clock.advance(5)
    hana.sends("DONE")
    assert bodies(app) == ["DONE", "YES"]
    clock.advance(40)
    assert bodies(app) == ["DONE", "YES", "Hello"], "a text with no other to change with comes in the end"


def test_a_text_that_comes_twice_is_answered_once(app: Application, exchange: Exchange, hana: Phone) -> None:
    app.says["/text"] = "<Message>Thank you</Message>"
    exchange.weather.turns("repeated", of="texts")
    hana.sends("YES").receives("Thank you")
    hana.receives_nothing()
    first, second = app.asked("/text")
    assert first["MessageSid"] == second["MessageSid"]
    assert len({headers["I-Twilio-Idempotency-Token"] for headers in app.headers}) == 1


def test_a_text_comes_hours_late_or_never(
    app: Application, exchange: Exchange, hana: Phone, clock: ManualClock
) -> None:
    exchange.weather.turns("late", of="texts", seconds=7200)
    hana.sends("YES")
    exchange.weather.turns("lost", of="texts")
    hana.sends("NO")
    clock.advance(7199)
    assert bodies(app) == []
    clock.advance(2)
    assert bodies(app) == ["YES"]


def test_our_texts_change_places_come_twice_and_come_late(
    exchange: Exchange, twilio: Client, hana: Phone, clock: ManualClock
) -> None:
    def send(*words: str) -> list[str]:
        hana.texts.clear()
        for body in words:
            twilio.messages.create(to=HANA, from_=HELPLINE, body=body)
        clock.advance(10)
        return [text.body for text in hana.texts]

    exchange.weather.turns("reordered", of="deliveries")
    assert send("one", "two") == ["two", "one"]
    exchange.weather.turns("calm")
    exchange.weather.turns("repeated", of="deliveries")
    assert send("one") == ["one", "one"]
    exchange.weather.turns("calm")
    exchange.weather.turns("late", of="deliveries", seconds=20)
    assert send("one") == []
    clock.advance(20)
    assert [text.body for text in hana.texts] == ["one"]


def test_rough_weather_is_the_same_for_the_same_seed_and_calm_ends_it(
    app: Application, exchange: Exchange, hana: Phone, clock: ManualClock
) -> None:
    def evening(seed: int) -> list[str]:
        app.heard.clear()
        exchange.weather.turns("rough", seed=seed)
        for number in range(40):
            hana.sends(str(number))
        exchange.weather.turns("calm")
        clock.advance(120)
        return bodies(app)

    first = evening(1)
    assert first == evening(1)
    assert first != evening(2)
    assert 0 < len(set(first)) < 40, "some are lost"
    assert len(first) > len(set(first)), "some come twice"
    assert first != sorted(first, key=int), "some come late"
    hana.sends("calm again")
    assert bodies(app)[-1] == "calm again"


def test_there_is_no_such_weather(exchange: Exchange) -> None:
    wrongs: tuple[dict[str, Any], ...] = (
        {"weather": "snow"},
        {"weather": "late", "of": "letters"},
        {"weather": "late", "seconds": "soon"},
    )
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"weather|convert"):
            exchange.weather.turns(**wrong)
    assert exchange.weather.name == "calm"


def test_the_weather_has_a_name_for_people(exchange: Exchange) -> None:
    exchange.weather.turns("late")
    exchange.weather.turns("late", of="texts")
    assert exchange.weather.name == "late"
    exchange.weather.turns("lost", of="texts")
    assert exchange.weather.name == "mixed"
    exchange.weather.turns("calm")
    assert exchange.weather.name == "calm"
