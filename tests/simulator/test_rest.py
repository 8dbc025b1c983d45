"""The REST API, held to what the real client reads."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from simulator import Exchange, ExchangeHttpClient, ManualClock, Phone
from tests.simulator.conftest import APP, HANA, HELPLINE, OTTO, RITA, SID, TOKEN, Application, Ring


def refusal(action: Callable[[], object]) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as caught:
        action()
    return caught.value.status, caught.value.code


def test_a_call_is_made_read_and_listed(app: Application, twilio: Client, hana: Phone, ring_hana: Ring) -> None:
    app.says["/leg"] = "<Say>Hello Hana</Say><Pause length='5'/>"
    call = ring_hana(
        status_callback=f"{APP}/st", status_callback_event=["initiated", "ringing", "answered", "completed"]
    )
    assert (call.status, call.direction, call.parent_call_sid) == ("queued", "outbound-api", None)
    hana.rings().hears("Hello Hana").until_ended()
    again = twilio.calls(call.sid).fetch()
    assert (again.status, again.duration) == ("completed", "5")
    assert again.date_created.tzinfo is not None
    assert [c.sid for c in twilio.calls.list(status="completed", to=HANA)] == [call.sid]
    told = app.asked("/st")
    assert [form["CallStatus"] for form in told] == ["queued", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in told] == ["0", "1", "2", "3"]


def test_calls_leave_one_a_second(
    app: Application, exchange: Exchange, clock: ManualClock, ring_hana: Ring, twilio: Client
) -> None:
    app.says["/leg"] = "<Say>Hello</Say>"
    for number in range(3):
        ring_hana(to=f"+44770090020{number}")
    clock.advance(1.6)
    assert [leg.status for leg in exchange.calls] == ["ringing", "ringing", "queued"]
    clock.advance(1)
    assert [leg.status for leg in exchange.calls] == ["ringing", "ringing", "ringing"]


def test_a_call_that_nobody_answers_stops_after_its_timeout(
    app: Application, hana: Phone, clock: ManualClock, ring_hana: Ring, twilio: Client
) -> None:
    call = ring_hana(timeout=18)
    hana.behaves("no answer")
    clock.advance(20)
    assert twilio.calls(call.sid).fetch().status == "no-answer"


def test_a_ringing_call_is_cancelled_and_a_live_one_is_spared_by_that(
    app: Application, hana: Phone, clock: ManualClock, ring_hana: Ring, twilio: Client
) -> None:
    app.says["/leg"] = "<Pause length='60'/>"
    first = ring_hana()
    leg = hana.rings(answer=False)
    twilio.calls(first.sid).update(status="canceled")
    clock.advance()
    assert leg.ended
    second = ring_hana()
    leg = hana.rings()
    twilio.calls(second.sid).update(status="canceled")
    clock.advance()
    assert not leg.ended
    twilio.calls(second.sid).update(status="completed")
    clock.advance()
    assert leg.ended
    assert refusal(lambda: twilio.calls(second.sid).update(status="completed")) == (400, 21220)


def test_a_live_call_is_moved_by_address_and_by_words(app: Application, rita: Phone, twilio: Client) -> None:
    app.says["/voice"] = "<Enqueue waitUrl='/wait' action='/after'>call-1</Enqueue>"
    app.says["/wait"] = "<Say>Waiting</Say>"
    app.says["/after"] = "<Say>Ignored</Say>"
    app.says["/moved"] = "<Say>Moved here</Say><Pause length='60'/>"
    call = rita.dial().hears("Waiting")
    twilio.calls(call.sid).update(url=f"{APP}/moved")
    call.hears("Moved here")
    assert app.asked("/after")[0]["QueueResult"] == "redirected"
    twilio.calls(call.sid).update(twiml="<Response><Say>And there</Say></Response>")
    call.hears("And there")


def test_a_bridged_caller_who_is_moved_leaves_the_handler_to_the_action(
    app: Application, rita: Phone, hana: Phone, ring_hana: Ring, twilio: Client
) -> None:
    app.says["/voice"] = "<Enqueue waitUrl='/wait' action='/after'>call-1</Enqueue>"
    app.says["/wait"] = "<Say>Waiting</Say>"
    app.says["/leg"] = "<Dial action='/done'><Queue>call-1</Queue></Dial>"
    app.says["/done"] = "<Say>She has gone</Say>"
    app.says["/moved"] = "<Say>Moved here</Say>"
    app.says["/after"] = "<Say>Ignored</Say>"
    call = rita.dial().hears("Waiting")
    ring_hana()
    leg = hana.rings().hears("talking to Rita")
    twilio.calls(call.sid).update(url=f"{APP}/moved")
    leg.hears("She has gone")
    call.hears("Moved here")
    assert app.asked("/after")[0]["QueueResult"] == "redirected-from-bridged"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": ""}, 21201),
        ({"to": "07700900101"}, 21211),
        ({"from_": ""}, 21213),
        ({"from_": "anonymous"}, 21212),
        ({"from_": "+442079460999"}, 21210),
        ({"url": "/leg"}, 21205),
        ({"status_callback": "nowhere"}, 21609),
        ({"status_callback_event": ["hung"]}, 21224),
        ({"machine_detection": "Enable"}, 20001),
        ({"timeout": 601}, 20001),
    ],
)
def test_a_wrong_call_is_refused(
    twilio: Client, ring_hana: Ring, exchange: Exchange, change: dict[str, Any], code: int
) -> None:
    assert refusal(lambda: ring_hana(**change)) == (400, code)
    assert exchange.calls == []


def test_words_handed_over_are_checked_before_anybody_is_rung(twilio: Client) -> None:
    def make(words: str) -> Callable[[], object]:
        return lambda: twilio.calls.create(to=HANA, from_=HELPLINE, twiml=words)

    assert refusal(make("<Response><Sing/></Response>")) == (400, 12200)
    assert refusal(make("<Response><Redirect>/next</Redirect></Response>")) == (400, 11100)
    assert refusal(make("<Response><Gather/></Response>")) == (400, 11100)
    assert refusal(make(f"<Response><Say>{'x' * 4000}</Say></Response>")) == (400, 21626)


def test_texts_are_sent_read_blotted_out_and_deleted(
    app: Application, twilio: Client, hana: Phone, clock: ManualClock
) -> None:
    text = twilio.messages.create(to=HANA, from_=HELPLINE, body="Shopping, by six", status_callback=f"{APP}/sms")
    assert (text.status, text.direction, text.num_segments) == ("queued", "outbound-api", "1")
    assert refusal(lambda: twilio.messages(text.sid).delete())[0] == 409
    assert hana.receives("Shopping").body == "Shopping, by six"
    assert [form["MessageStatus"] for form in app.asked("/sms")] == ["queued", "sent", "delivered"]
    assert twilio.messages(text.sid).fetch().status == "delivered"
    assert twilio.messages(text.sid).update(body="").body == ""
    assert twilio.messages(text.sid).delete()
    assert refusal(lambda: twilio.messages(text.sid).fetch()) == (404, 20404)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": ""}, 21604),
        ({"to": "999"}, 21211),
        ({"from_": ""}, 21603),
        ({"from_": "+442079460999"}, 21659),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"validity_period": 40000}, 21626),
        ({"status_callback": "/sms"}, 21609),
        ({"to": f"whatsapp:{HANA}"}, 21910),
    ],
)
def test_a_wrong_text_is_refused(twilio: Client, change: dict[str, Any], code: int) -> None:
    given = {"to": HANA, "from_": HELPLINE, "body": "Hello"} | change
    assert refusal(lambda: twilio.messages.create(**given)) == (400, code)


def test_a_queue_with_somebody_in_it_is_not_deleted(
    app: Application, rita: Phone, twilio: Client, clock: ManualClock
) -> None:
    app.says["/voice"] = "<Enqueue waitUrl='/wait'>call-1</Enqueue>"
    app.says["/wait"] = "<Say>Waiting</Say>"
    call = rita.dial().hears("Waiting").wait(10)
    queue = twilio.queues.list()[0]
    assert (queue.friendly_name, queue.current_size, queue.average_wait_time) == ("call-1", 1, 10)
    assert refusal(lambda: twilio.queues(queue.sid).delete()) == (400, 22102)
    call.hang_up()
    assert twilio.queues(queue.sid).fetch().current_size == 0
    assert twilio.queues(queue.sid).delete()
    assert twilio.queues.list() == []


def test_a_recording_is_read_fetched_and_deleted(app: Application, rita: Phone, twilio: Client) -> None:
    app.says["/voice"] = "<Record action='/kept'/>"
    app.says["/kept"] = "<Pause length='10'/>"
    call = rita.dial().hears("(beep)").wait(1).speaks(4).press("#")
    (recording,) = twilio.calls(call.sid).recordings.list()
    url = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Recordings/{recording.sid}.wav"
    assert twilio.http_client.request("GET", url, auth=(SID, TOKEN)).status_code == 404
    call.wait(1)
    assert twilio.recordings(recording.sid).fetch().duration == "4"
    assert twilio.recordings.list(call_sid=call.sid)[0].media_url in url
    answer = twilio.http_client.request("GET", url, auth=(SID, TOKEN))
    assert answer.content.startswith(b"RIFF")
    assert twilio.http_client.request("GET", url.replace(".wav", ".mp3"), auth=(SID, TOKEN)).content
    assert twilio.recordings(recording.sid).delete()
    assert twilio.recordings.list() == []


def test_lists_come_in_pages(twilio: Client, clock: ManualClock) -> None:
    for number in range(5):
        twilio.messages.create(to=f"+44770090020{number}", from_=HELPLINE, body="Hello")
    clock.advance(2)
    assert len(twilio.messages.list(page_size=2)) == 5
    page = twilio.messages.page(page_size=2)
    assert page.next_page_url is not None
    assert len(list(page)) == 2


def test_wrong_keys_open_nothing(exchange: Exchange) -> None:
    stranger = Client(SID, "wrong", http_client=ExchangeHttpClient(exchange))
    assert refusal(lambda: stranger.calls("CA" + "0" * 32).fetch()) == (401, 20003)


def test_what_is_not_there_is_not_found(exchange: Exchange, twilio: Client) -> None:
    assert refusal(lambda: twilio.calls("CA" + "0" * 32).fetch()) == (404, 20404)
    assert exchange.rest("PUT", f"/2010-04-01/Accounts/{SID}/Calls.json", auth=(SID, TOKEN)).status == 405
    assert exchange.rest("GET", "/2010-04-01/Accounts/AC0/Calls.json", auth=(SID, TOKEN)).status == 404


def test_the_exchange_can_be_too_busy(exchange: Exchange, twilio: Client, ring_hana: Ring) -> None:
    exchange.rest.trouble("Calls", status=429, method="POST", times=2)
    exchange.rest.trouble("Messages", status=503)
    assert refusal(ring_hana) == (429, 20429)
    assert refusal(ring_hana) == (429, 20429)
    assert ring_hana().status == "queued"
    assert len(exchange.calls) == 1
    assert refusal(lambda: twilio.messages.create(to=HANA, from_=HELPLINE, body="Hello")) == (503, 20503)


def test_an_answer_can_be_lost_whether_or_not_the_thing_was_done(
    exchange: Exchange, twilio: Client, ring_hana: Ring
) -> None:
    exchange.rest.trouble("Calls", lost=True)
    with pytest.raises(requests.Timeout):
        ring_hana()
    assert len(exchange.calls) == 1
    exchange.rest.trouble("Calls", lost=True, done=False)
    with pytest.raises(requests.Timeout):
        ring_hana()
    assert len(exchange.calls) == 1
    exchange.rest.trouble("Calls", delay=4)
    assert ring_hana().status == "queued"
    exchange.rest.trouble("Calls", delay=11)
    with pytest.raises(requests.Timeout):
        ring_hana()


def test_every_kind_of_thing_is_listed_and_read_as_the_carrier_describes_it(
    app: Application, exchange: Exchange, rita: Phone, twilio: Client
) -> None:
    app.says["/voice"] = "<Record action='/kept' timeout='2'/>"
    app.says["/kept"] = "<Enqueue waitUrl='/wait'>q</Enqueue>"
    app.says["/wait"] = "<Say>Waiting</Say>"
    call = rita.dial().hears("(beep)").wait(1).speaks(2).hears("Waiting")
    twilio.messages.create(to=RITA, from_=HELPLINE, body="Hello")
    base = f"/2010-04-01/Accounts/{SID}"
    for name, key in {
        "Calls": "calls",
        "IncomingPhoneNumbers": "incoming_phone_numbers",
        "Messages": "messages",
        "Queues": "queues",
        "Recordings": "recordings",
        f"Calls/{call.sid}/Recordings": "recordings",
    }.items():
        answer = exchange.rest("GET", f"{base}/{name}.json", auth=(SID, TOKEN)).json
        assert answer is not None
        (first, *_) = answer[key]
        assert exchange.rest("GET", first["uri"], auth=(SID, TOKEN)).json["sid"] == first["sid"]
    assert exchange.rest("GET", f"{base}.json", auth=(SID, TOKEN)).status == 200


def test_the_account_tells_where_its_numbers_lead(exchange: Exchange, twilio: Client, clock: ManualClock) -> None:
    exchange.number(OTTO, voice_fallback_url=f"{APP}/broken.xml", voice_fallback_method="GET")
    assert twilio.api.accounts(SID).fetch().status == "active"
    (number,) = twilio.incoming_phone_numbers.list(phone_number=HELPLINE)
    assert (number.voice_url, number.status_callback) == (f"{APP}/voice", f"{APP}/status")
    assert twilio.incoming_phone_numbers(number.sid).fetch().sms_url == f"{APP}/text"
    other = twilio.incoming_phone_numbers.list()[1]
    assert (other.voice_fallback_url, other.voice_fallback_method) == (f"{APP}/broken.xml", "GET")
    assert refusal(lambda: twilio.incoming_phone_numbers("PN" + "0" * 32).fetch()) == (404, 20404)
    answer = twilio.http_client.request("GET", f"{APP}/2010-04-01/Accounts/{SID}.json", auth=(SID, TOKEN))
    assert parsedate_to_datetime(answer.headers["Date"]) == clock.now()
