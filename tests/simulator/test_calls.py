"""Calls as people at telephones have them."""

import pytest

from simulator import Exchange, Phone, WireAnswer
from tests.simulator.conftest import HANA, HELPLINE, OTTO, Application, Client, Ring

WITHHELD = "+266696687"


def test_a_caller_hears_what_the_document_says(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Say>If somebody's life is in danger, hang up and dial 999.</Say><Pause length='2'/><Hangup/>"
    call = rita.dial().hears("If somebody\u2019s life is in danger")
    assert not call.ended
    call.until_ended()
    assert app.asked("/voice")[0]["CallStatus"] == "ringing"
    assert app.asked("/status")[0]["CallStatus"] == "completed"


def test_a_word_that_is_not_said_fails_with_the_story_so_far(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Say>Hello Rita</Say>"
    with pytest.raises(AssertionError, match=r"(?s)did not hear 'Goodbye'.*Hello Rita"):
        rita.dial().hears("Goodbye")


def test_a_key_pressed_while_the_menu_is_spoken_counts(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Gather numDigits='1' action='/menu'><Say>Press 1 to talk to somebody</Say></Gather>"
    app.says["/menu"] = lambda form: f"<Say>You pressed {form['Digits']}</Say>"
    rita.dial().hears("Press 1").press("1").hears("You pressed 1", limit=1)


def test_silence_at_a_menu_goes_on_with_the_next_verb(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Gather timeout='3' action='/menu'><Say>Press 1</Say></Gather><Say>Never mind</Say>"
    rita.dial().hears("Press 1").hears("Never mind", limit=5)
    assert app.asked("/menu") == []


def test_an_empty_result_is_sent_when_asked_for(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Gather timeout='3' action='/menu' actionOnEmptyResult='true'/>"
    app.says["/menu"] = "<Say>Nothing pressed</Say>"
    rita.dial().hears("Nothing pressed")
    assert app.asked("/menu")[0]["Digits"] == ""


def test_several_digits_are_ended_by_the_finishing_key(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Gather action='/pin'/>"
    app.says["/pin"] = lambda form: f"<Say>PIN {form['Digits']}</Say>"
    rita.dial().press("1234#").hears("PIN 1234", limit=1)


def test_a_caller_who_rings_off_at_a_menu_is_asked_nothing_more(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Gather action='/menu'><Say>Press 1</Say></Gather>"
    call = rita.dial().hears("Press 1").hang_up().wait(20)
    assert call.ended
    assert app.asked("/menu") == []
    assert app.asked("/status")[0]["CallDuration"] == "0"


def test_a_withheld_number_arrives_as_a_word(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Say>Hello</Say>"
    rita.dial(withheld=True).hears("Hello")
    rita.dial(withheld="anonymous").hears("Hello")
    assert [form["From"] for form in app.asked("/voice")] == [WITHHELD, "anonymous"]


def test_a_waiting_caller_is_fetched_by_the_handler_who_presses_1(
    app: Application, rita: Phone, hana: Phone, ring_hana: Ring, twilio: Client
) -> None:
    app.says["/voice"] = "<Enqueue waitUrl='/wait' action='/after'>call-1</Enqueue>"
    app.says["/wait"] = "<Say>You are waiting</Say><Play>/music.mp3</Play>"
    app.says["/music.mp3"] = WireAnswer(200, "audio/mpeg", b"music")
    app.says["/leg"] = "<Gather numDigits='1' action='/took'><Say>Press 1 to take it</Say></Gather>"
    app.says["/took"] = "<Dial timeout='5' action='/done'><Queue url='/soon'>call-1</Queue></Dial>"
    app.says["/soon"] = "<Say>Hana is coming</Say>"
    app.says["/after"] = app.says["/done"] = "<Hangup/>"
    caller = rita.dial().hears("You are waiting").hears("You are waiting")
    ring_hana()
    leg = hana.rings().hears("press 1 to take it").press("1")
    caller.hears("Hana is coming").hears("talking to Hana")
    assert caller.is_bridged_with(leg)
    caller.says("I need shopping")
    leg.hears("Rita: I need shopping")
    leg.wait(60).hang_up()
    caller.until_ended(1)
    assert app.asked("/after")[0]["QueueResult"] == "bridged"
    assert app.asked("/done")[0]["DialCallStatus"] == "completed"
    assert app.asked("/done")[0]["DialBridged"] == "true"
    assert app.asked("/wait")[0].items() >= {"QueuePosition": "1", "CurrentQueueSize": "1"}.items()


def test_a_caller_who_rings_off_while_waiting_is_reported(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Enqueue waitUrl='/wait' action='/after'>call-1</Enqueue>"
    app.says["/wait"] = "<Say>You are waiting</Say>"
    app.says["/after"] = "<Hangup/>"
    rita.dial().hears("You are waiting").hang_up().wait(1)
    assert app.asked("/after")[0]["QueueResult"] == "hangup"
    assert app.asked("/after")[0]["CallStatus"] == "completed"


def test_leaving_the_queue_asks_the_action(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Enqueue waitUrl='/wait' action='/after'>call-1</Enqueue>"
    app.says["/wait"] = "<Gather numDigits='1' action='/key'><Say>Press 1 to be rung back</Say></Gather>"
    app.says["/key"] = "<Leave/>"
    app.says["/after"] = lambda form: f"<Say>Result {form['QueueResult']}</Say>"
    rita.dial().hears("Press 1").press("1").hears("Result leave")


def test_a_forbidden_verb_in_a_wait_document_throws_the_caller_out(
    app: Application, exchange: Exchange, rita: Phone
) -> None:
    app.says["/voice"] = "<Enqueue waitUrl='/wait' action='/after'>call-1</Enqueue>"
    app.says["/wait"] = "<Dial>+447700900101</Dial>"
    app.says["/after"] = lambda form: f"<Say>Result {form['QueueResult']}</Say>"
    rita.dial().hears("Result error")
    assert exchange.forgive(12200)


def test_dialling_an_empty_queue_waits_until_the_time_out(app: Application, exchange: Exchange, rita: Phone) -> None:
    exchange.queue("call-1")
    app.says["/voice"] = "<Dial timeout='10' action='/done'><Queue>call-1</Queue></Dial><Say>Never run</Say>"
    app.says["/done"] = lambda form: f"<Say>{form['DialCallStatus']}</Say>"
    rita.dial().wait(9).hears("no-answer", limit=2)


def test_dialling_a_queue_that_is_not_there_fails_at_once(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Dial action='/done'><Queue>call-1</Queue></Dial>"
    app.says["/done"] = lambda form: f"<Say>{form['DialCallStatus']}</Say>"
    rita.dial().hears("failed", limit=1)


def test_a_number_is_dialled_and_the_star_key_parts_them(app: Application, rita: Phone, hana: Phone) -> None:
    app.says["/voice"] = f"<Dial callerId='{HELPLINE}' hangupOnStar='true' action='/done'>{HANA}</Dial>"
    app.says["/done"] = lambda form: f"<Say>{form['DialCallStatus']} {form['DialBridged']}</Say>"
    call = rita.dial()
    leg = hana.rings()
    assert call.is_bridged_with(hana)
    call.press("*").hears("completed true")
    assert leg.ended


def test_the_first_leg_that_connects_cancels_the_others(
    app: Application, exchange: Exchange, rita: Phone, hana: Phone
) -> None:
    otto = exchange.phone(OTTO, name="Otto")
    app.says["/voice"] = f"<Dial><Number>{HANA}</Number><Number url='/whisper'>{OTTO}</Number></Dial>"
    app.says["/whisper"] = "<Gather numDigits='1' action='/key'><Say>Press 1</Say></Gather><Hangup/>"
    app.says["/key"] = "<Pause length='1'/>"
    call = rita.dial()
    ringing = hana.rings(answer=False)
    leg = otto.rings().hears("Press 1")
    assert ringing.ended
    assert ringing.leg.status == "canceled"
    assert not call.is_bridged_with(otto)
    leg.press("1").wait(2)
    assert call.is_bridged_with(otto)


def test_an_answerphone_connects_but_never_presses(
    app: Application, exchange: Exchange, rita: Phone, hana: Phone
) -> None:
    hana.behaves("answerphone")
    app.says["/voice"] = f"<Dial action='/done'><Number url='/whisper'>{HANA}</Number></Dial>"
    app.says["/whisper"] = "<Gather numDigits='1' action='/key'><Say>Press 1</Say></Gather><Hangup/>"
    app.says["/done"] = lambda form: f"<Say>{form['DialCallStatus']} {form['DialBridged']}</Say>"
    rita.dial().hears("completed false")


@pytest.mark.parametrize(("behaviour", "status"), [("busy", "busy"), ("no answer", "no-answer"), ("off", "no-answer")])
def test_a_number_that_does_not_answer_is_reported(
    app: Application, rita: Phone, hana: Phone, behaviour: str, status: str
) -> None:
    hana.behaves(behaviour)
    app.says["/voice"] = f"<Dial timeout='20' action='/done'>{HANA}</Dial>"
    app.says["/done"] = lambda form: f"<Say>{form['DialCallStatus']}</Say>"
    rita.dial().hears(status)


def test_a_message_is_recorded_and_its_file_is_ready_a_second_later(
    app: Application, exchange: Exchange, rita: Phone
) -> None:
    app.says["/voice"] = (
        "<Record timeout='10' finishOnKey='#' maxLength='180' action='/kept' recordingStatusCallback='/file'/>"
    )
    app.says["/kept"] = "<Say>Thank you</Say>"
    rita.dial().hears("(beep)").wait(1).speaks(5, "It is Rita").press("#").hears("Thank you")
    assert app.asked("/kept")[0].items() >= {"Digits": "#", "RecordingDuration": "5"}.items()
    assert app.asked("/file") == []
    rita.call.wait(1)
    assert app.asked("/file")[0]["RecordingStatus"] == "completed"
    assert exchange.recordings[0].words == ["It is Rita"]


def test_ringing_off_ends_a_recording_with_hangup(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Record action='/kept'/>"
    app.says["/kept"] = "<Hangup/>"
    rita.dial().hears("(beep)").wait(1).speaks(3).hang_up().wait(1)
    assert app.asked("/kept")[0]["Digits"] == "hangup"


def test_five_seconds_of_silence_end_a_recording_and_an_empty_one_asks_nobody(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Record action='/kept'/><Say>Nothing was said</Say>"
    rita.dial().hears("(beep)").hears("Nothing was said", limit=6)
    assert app.asked("/kept") == []


@pytest.mark.parametrize(
    ("reject", "status"),
    [("<Reject reason='busy'/>", "busy"), ("<Reject reason='rejected'/>", "no-answer"), ("<Reject/>", "no-answer")],
)
def test_a_rejected_call_is_never_answered(app: Application, rita: Phone, reject: str, status: str) -> None:
    app.says["/voice"] = reject
    call = rita.dial().wait(1)
    assert call.leg.status == status
    assert app.asked("/status")[0]["CallStatus"] == status


def test_a_redirect_is_followed_relative_to_the_document(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Redirect method='GET'>next?x=1</Redirect>"
    app.says["/next"] = lambda form: f"<Say>Here {form['x']}</Say>"
    rita.dial().hears("Here 1")


def test_documents_that_lead_to_each_other_for_ever_are_stopped(
    app: Application, exchange: Exchange, rita: Phone
) -> None:
    app.says["/voice"] = "<Redirect>/voice</Redirect>"
    rita.dial().hears("application error")
    assert exchange.forgive(11215)


def test_an_evening_reads_as_a_story(app: Application, exchange: Exchange, rita: Phone) -> None:
    app.says["/voice"] = "<Say>Hello</Say><Pause length='3'/>"
    rita.dial().hears("Hello").press("5").hang_up()
    lines = exchange.transcript().splitlines()
    assert "18:00:00  Rita           Hello" in lines
    assert any("> 5" in line for line in lines)


def test_a_telephone_that_should_be_quiet_is_held_to_it(hana: Phone, ring_hana: Ring, app: Application) -> None:
    hana.does_not_ring(5)
    app.says["/leg"] = "<Say>Hello</Say>"
    ring_hana()
    with pytest.raises(AssertionError, match="Hana's telephone rang"):
        hana.does_not_ring(5)
