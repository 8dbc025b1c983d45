"""Everything the carrier would refuse, warn of or guess at is refused."""

from typing import Any

import pytest

from simulator import Exchange, ManualClock, Phone, WireAnswer, WireError, grammar
from tests.simulator.conftest import APP, HANA, HELPLINE, Application, Ring, Words

LONG = "x" * 4097

WRONG = [
    ("<Sing/>", 12200),
    ("<say>small letters</say>", 12200),
    ("<Say colour='red'>Hello</Say>", 12200),
    ("<Say/>", 13520),
    (f"<Say>{LONG}</Say>", 13520),
    ("<Say language='ur-PK'>Hello</Say>", 13511),
    ("<Say voice='Polly.Nobody'>Hello</Say>", 13512),
    ("<Say voice='Polly.Amy' language='pl-PL'>Hello</Say>", 13512),
    ("<Say voice='Google.pa-IN-Wavenet-A' language='en-GB'>Hello</Say>", 13512),
    ("<Say>Hello <Gather/></Say>", 12200),
    ("<Say><break length='1s'/>Hello</Say>", 12200),
    ("<Say><shout>Hello</shout></Say>", 12200),
    ("<Play/>", 12200),
    ("words between verbs", 12200),
    ("<Pause length='a while'/>", 12200),
    ("<Pause>words</Pause>", 12200),
    ("<Gather input='speech'/>", 12400),
    ("<Gather numDigits='0'/>", 12200),
    ("<Gather finishOnKey='##'/>", 12200),
    ("<Gather hints='one'><Redirect>/x</Redirect></Gather>", 12200),
    ("<Gather speechModel='deepgram_nova-2'/>", 12400),
    ("<Gather method='PUT'/>", 12200),
    ("<Gather action='ftp://elsewhere/'/>", 11100),
    ("<Redirect/>", 11100),
    ("<Enqueue/>", 14202),
    (f"<Enqueue>{'q' * 65}</Enqueue>", 14202),
    ("<Enqueue workflowSid='WW1'>q</Enqueue>", 12400),
    ("<Dial/>", 13221),
    ("<Dial>999</Dial>", 13223),
    ("<Dial><Number>07700900101</Number></Dial>", 13223),
    ("<Dial><Queue/></Dial>", 14202),
    (f"<Dial>{HANA}<Queue>q</Queue></Dial>", 13221),
    ("<Dial><Client>hana</Client></Dial>", 12400),
    (f"<Dial timeout='4'>{HANA}</Dial>", 12200),
    (f"<Dial record='record-from-answer'>{HANA}</Dial>", 12400),
    (f"<Dial callerId='+442079460999'>{HANA}</Dial>", 13214),
    (f"<Dial>{HELPLINE}</Dial>", 12400),
    ("<Record transcribe='true'/>", 12400),
    ("<Record trim='yes'/>", 12200),
    ("<Hangup now='true'/>", 12200),
    ("<Say>Hello</Say><Reject/>", 12200),
    ("<Connect/>", 12400),
    ("<Number>+447700900101</Number>", 12200),
]


@pytest.mark.parametrize(("words", "code"), WRONG)
def test_a_wrong_document_ends_the_call_and_is_a_fault(
    app: Application, exchange: Exchange, rita: Phone, words: str, code: int
) -> None:
    app.says["/voice"] = words
    rita.dial().hears("application error has occurred").until_ended()
    with pytest.raises(AssertionError, match=str(code)):
        exchange.check()
    assert exchange.forgive(code)


def answer(body: bytes, kind: str = "text/xml", status: int = 200) -> WireAnswer:
    return WireAnswer(status, kind, body)


BAD_ANSWERS = [
    (answer(b"<Response/>", "text/html"), 12300),
    (answer(b"<Response/>", ""), 12300),
    (answer(b""), 12100),
    (answer(b"<Response>"), 12100),
    (answer(b"<Reply/>"), 12100),
    (answer(b"<!DOCTYPE x><Response/>"), 12100),
    (answer(b"<Response>" + b"<Pause/>" * 9000 + b"</Response>"), 11750),
    (answer(b"<Response/>", status=500), 11200),
    (answer(b"<Response/>", status=302), 11200),
    (WireError("timed out"), 11205),
]


@pytest.mark.parametrize(("bad", "code"), BAD_ANSWERS)
def test_a_bad_answer_goes_to_the_fallback_if_there_is_one(
    app: Application, exchange: Exchange, rita: Phone, bad: Words, code: int
) -> None:
    app.says["/voice"] = bad
    rita.dial().hears("application error has occurred")
    exchange.numbers[HELPLINE].voice_fallback_url = f"{APP}/fallback"
    app.says["/fallback"] = "<Say>Somebody else will help</Say>"
    rita.call.until_ended()
    rita.dial().hears("Somebody else will help")
    assert app.asked("/fallback")[0]["ErrorCode"] == str(code)
    assert len(exchange.forgive(code)) == 2


def test_a_fallback_that_is_a_file_is_asked_for_by_get(app: Application, exchange: Exchange, rita: Phone) -> None:
    exchange.number(
        HELPLINE, voice_url=f"{APP}/voice", voice_fallback_url=f"{APP}/broken.xml", voice_fallback_method="GET"
    )
    app.says |= {"/voice": WireError("timed out"), "/broken.xml": "<Say>Please ring again</Say>"}
    rita.dial().hears("Please ring again")
    assert app.asked("/broken.xml")[0]["ErrorUrl"] == f"{APP}/voice"
    assert exchange.forgive(11205)


def test_a_text_that_is_answered_badly_goes_to_its_fallback_once(
    app: Application, exchange: Exchange, hana: Phone
) -> None:
    exchange.numbers[HELPLINE].sms_fallback_url = f"{APP}/text-fallback"
    app.says |= {"/text": answer(b"", status=500), "/text-fallback": "<Message>We have it</Message>"}
    hana.sends("YES").receives("We have it")
    assert app.asked("/text-fallback")[0].items() >= {"Body": "YES", "ErrorCode": "11200"}.items()
    app.says["/text-fallback"] = answer(b"", status=500)
    hana.sends("YES").receives_nothing()
    assert len(app.asked("/text-fallback")) == 2
    assert len(exchange.forgive(11200)) == 3


def test_harmless_attributes_are_let_by(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Gather language='en-GB' timeout='1'><Say language='cy-GB'>Helo</Say></Gather>"
    rita.dial().hears("Helo")


def test_what_is_played_and_let_by_is_all_in_the_package() -> None:
    known: dict[str, frozenset[str]] = {}
    waiting: list[Any] = [grammar.root(grammar.VOICE), grammar.root(grammar.MESSAGING)]
    while waiting:
        for element in grammar.inside(waiting.pop()).values():
            if element.name not in known:
                waiting.append(element.kind)
            known[element.name] = known.get(element.name, frozenset()) | element.attributes
    for verb, attributes in grammar.PLAYED.items():
        assert attributes <= known[verb], verb
    for full in grammar.HARMLESS:
        verb, attribute = full.split(".")
        assert attribute in known[verb]


def test_every_webhook_is_delivered_twice_when_asked(app: Application, exchange: Exchange, rita: Phone) -> None:
    exchange.weather.turns("repeated")
    app.says["/voice"] = "<Gather numDigits='1' action='/menu'><Say>Press 1</Say></Gather>"
    app.says["/menu"] = "<Say>Thank you</Say>"
    rita.dial().hears("Press 1").press("1").hears("Thank you")
    tokens = [headers["I-Twilio-Idempotency-Token"] for headers in app.headers]
    assert [path for path, _ in app.heard] == ["/voice", "/voice", "/menu", "/menu"]
    assert tokens[0] == tokens[1] != tokens[2] == tokens[3]


def test_status_callbacks_may_come_late_or_never(
    app: Application, exchange: Exchange, hana: Phone, ring_hana: Ring, clock: ManualClock
) -> None:
    app.says["/leg"] = "<Hangup/>"
    exchange.weather.turns("late", of="calls", status="ringing", seconds=30)
    exchange.weather.turns("lost", of="calls", status="in-progress")
    ring_hana(status_callback=f"{APP}/st", status_callback_event=["ringing", "answered", "completed"])
    hana.rings().until_ended()
    clock.advance(40)
    told = [(form["CallStatus"], form["SequenceNumber"]) for form in app.asked("/st")]
    assert told == [("completed", "2"), ("ringing", "0")]


def test_a_status_answered_badly_is_a_fault(app: Application, exchange: Exchange, rita: Phone) -> None:
    app.says["/voice"] = "<Hangup/>"
    app.says["/status"] = WireAnswer(403, "text/plain", b"")
    rita.dial().wait(1)
    assert exchange.forgive(11200)


def test_a_caller_hears_an_apology_when_the_second_document_is_missing(
    app: Application, exchange: Exchange, rita: Phone
) -> None:
    app.says["/voice"] = "<Gather numDigits='1' action='/gone'><Say>Press 1</Say></Gather>"
    app.says["/gone"] = WireAnswer(404, "text/html", b"")
    rita.dial().hears("Press 1").press("1").hears("application error")
    assert exchange.forgive(11200)
