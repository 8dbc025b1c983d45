"""The awkward moments: somebody rings off, or is moved, just as something else happens."""

from twilio.rest import Client

from simulator import Exchange, ManualClock, Phone
from tests.simulator.conftest import APP, HANA, HELPLINE, OTTO, Application, Ring

WAITS = "<Enqueue waitUrl='/wait' action='/after'>call-1</Enqueue>"
FETCHES = "<Dial timeout='5' action='/done'><Queue url='/soon'>call-1</Queue></Dial>"


def test_the_caller_rings_off_as_the_handler_presses_1(
    app: Application, rita: Phone, hana: Phone, ring_hana: Ring
) -> None:
    app.says |= {"/voice": WAITS, "/wait": "<Say>Waiting</Say>", "/after": "<Hangup/>", "/leg": FETCHES}
    app.says["/done"] = lambda form: f"<Say>{form['DialCallStatus']} {form['DialBridged']}</Say>"
    caller = rita.dial().hears("Waiting")
    ring_hana()
    ringing = hana.rings(answer=False)
    caller.hang_up()
    ringing.answer().hears("no-answer false", limit=6)


def test_the_handler_rings_off_while_the_caller_is_told_who_is_coming(
    app: Application, rita: Phone, hana: Phone, ring_hana: Ring
) -> None:
    app.says |= {"/voice": WAITS, "/wait": "<Say>Waiting</Say>", "/leg": FETCHES, "/done": "<Hangup/>"}
    app.says["/soon"] = "<Say>Hana is coming to talk to you now</Say>"
    app.says["/after"] = lambda form: f"<Say>Result {form['QueueResult']}</Say>"
    caller = rita.dial().hears("Waiting")
    ring_hana()
    leg = hana.rings()
    caller.hears("Hana is coming")
    leg.hang_up()
    caller.hears("Result bridging-in-process")
    assert app.asked("/done")[0].items() >= {"DialBridged": "false", "CallStatus": "completed"}.items()


def test_the_caller_rings_off_while_talking(app: Application, rita: Phone, hana: Phone, ring_hana: Ring) -> None:
    app.says |= {"/voice": WAITS, "/wait": "<Say>Waiting</Say>", "/after": "<Hangup/>", "/leg": FETCHES, "/soon": ""}
    app.says["/done"] = "<Say>She has rung off</Say>"
    caller = rita.dial().hears("Waiting")
    ring_hana()
    leg = hana.rings().hears("talking to Rita").wait(30)
    caller.hang_up()
    leg.hears("She has rung off")
    assert app.asked("/after")[0].items() >= {"QueueResult": "bridged", "CallStatus": "completed"}.items()
    assert app.asked("/done")[0]["DialCallDuration"] == "30"


def test_a_star_gives_the_caller_back_to_the_action(
    app: Application, rita: Phone, hana: Phone, ring_hana: Ring
) -> None:
    app.says |= {"/voice": WAITS, "/wait": "<Say>Waiting</Say>", "/soon": "", "/done": "<Pause length='60'/>"}
    app.says["/leg"] = FETCHES.replace("<Dial", "<Dial hangupOnStar='true'")
    app.says["/after"] = "<Say>You are on hold</Say>"
    caller = rita.dial().hears("Waiting")
    ring_hana()
    leg = hana.rings().hears("talking to Rita").press("*")
    caller.hears("You are on hold")
    assert not leg.ended


def test_the_first_in_the_queue_comes_first(
    app: Application, exchange: Exchange, rita: Phone, hana: Phone, ring_hana: Ring
) -> None:
    otto = exchange.phone(OTTO, name="Otto")
    app.says |= {
        "/voice": WAITS,
        "/wait": "<Say>Waiting</Say>",
        "/after": "",
        "/leg": FETCHES,
        "/soon": "",
        "/done": "",
    }
    rita.dial().hears("Waiting")
    second = otto.dial().hears("Waiting")
    assert app.asked("/wait")[-1].items() >= {"QueuePosition": "2", "CurrentQueueSize": "2"}.items()
    ring_hana()
    assert hana.rings().hears("talking to Rita").is_bridged_with(rita)
    assert not second.is_bridged_with(hana)


def test_a_full_queue_says_so(app: Application, exchange: Exchange, rita: Phone) -> None:
    exchange.queue("call-1").max_size = 0
    app.says |= {"/voice": WAITS, "/after": lambda form: f"<Say>{form['QueueResult']}</Say>"}
    rita.dial().hears("queue-full", limit=1)


def test_a_broken_wait_document_is_an_error_and_not_the_end(app: Application, exchange: Exchange, rita: Phone) -> None:
    app.says |= {"/voice": WAITS, "/wait": "<Say/>"}
    app.says["/after"] = lambda form: f"<Say>Result {form['QueueResult']}</Say>"
    rita.dial().hears("Result error")
    assert exchange.forgive(13520)


def test_a_wait_document_may_hang_up(app: Application, rita: Phone) -> None:
    app.says |= {"/voice": WAITS, "/wait": "<Say>Goodbye</Say><Hangup/>", "/after": "<Say>Too late</Say>"}
    call = rita.dial().hears("Goodbye").until_ended()
    assert app.asked("/after")[0]["QueueResult"] == "hangup"
    assert "Too late" not in call.transcript


def test_a_silent_wait_document_is_asked_for_once_a_second(app: Application, rita: Phone) -> None:
    app.says |= {"/voice": WAITS, "/wait": "", "/after": ""}
    rita.dial().wait(5).hang_up()
    assert len(app.asked("/wait")) in {5, 6}


def test_a_caller_who_is_moved_while_leaving_a_message_keeps_it(
    app: Application, exchange: Exchange, rita: Phone, twilio: Client
) -> None:
    app.says |= {"/voice": "<Record action='/kept'/>", "/kept": "", "/moved": "<Say>Moved</Say>"}
    call = rita.dial().hears("(beep)").wait(1).speaks(3)
    twilio.calls(call.sid).update(url=f"{APP}/moved")
    call.hears("Moved")
    assert app.asked("/kept") == []
    assert len(exchange.recordings) == 1


def test_the_longest_message_and_the_longest_talk(
    app: Application, exchange: Exchange, rita: Phone, hana: Phone
) -> None:
    app.says |= {"/voice": "<Record maxLength='10' action='/kept'/>", "/kept": f"<Dial timeLimit='20'>{HANA}</Dial>"}
    call = rita.dial().hears("(beep)").speaks(30)
    assert exchange.recordings[0].seconds == 10
    leg = hana.rings()
    assert call.wait(19).is_bridged_with(leg)
    assert leg.wait(2).ended


def test_a_dialled_number_tells_how_it_gets_on(app: Application, rita: Phone, hana: Phone) -> None:
    app.says["/voice"] = (
        f"<Dial callerId='{HELPLINE}'><Number statusCallback='/st' statusCallbackEvent='initiated ringing answered completed'>"
        f"{HANA}</Number></Dial>"
    )
    call = rita.dial()
    hana.rings().wait(3).hang_up()
    call.until_ended()
    told = app.asked("/st")
    assert [form["CallStatus"] for form in told] == ["queued", "ringing", "in-progress", "completed"]
    assert {form["ParentCallSid"] for form in told} == {call.sid}
    assert {form["From"] for form in told} == {HELPLINE}
    assert told[-1]["CallDuration"] == "3"


def test_a_busy_handler_is_busy(
    app: Application, exchange: Exchange, hana: Phone, ring_hana: Ring, clock: ManualClock
) -> None:
    app.says["/leg"] = "<Pause length='60'/>"
    ring_hana()
    hana.rings()
    ring_hana()
    clock.advance(5)
    assert exchange.calls[-1].status == "busy"


def test_speech_marks_are_spoken_as_words(app: Application, rita: Phone) -> None:
    app.says["/voice"] = (
        "<Say>Ring <say-as interpret-as='telephone'>999</say-as><break time='1s'/> "
        "<prosody rate='slow'>or <lang xml:lang='cy-GB'>rhywun</lang></prosody> now</Say>"
    )
    rita.dial().hears("Ring 999 or rhywun now")


def test_a_caller_may_ring_again_and_listens_afresh(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Say>Hello</Say><Pause length='5'/>"
    rita.dial().hears("Hello").hang_up()
    assert rita.dial().hears("Hello").hang_up().ended


def test_a_handler_who_is_moved_gives_the_caller_back(
    app: Application, rita: Phone, hana: Phone, ring_hana: Ring, twilio: Client
) -> None:
    app.says |= {"/voice": WAITS, "/wait": "<Say>Waiting</Say>", "/leg": FETCHES, "/soon": "", "/done": "<Say>No</Say>"}
    app.says |= {"/after": "<Say>On hold</Say>", "/moved": "<Say>Handing over</Say>"}
    caller = rita.dial().hears("Waiting")
    ring_hana()
    leg = hana.rings().hears("talking to Rita")
    twilio.calls(leg.sid).update(url=f"{APP}/moved")
    leg.hears("Handing over")
    caller.hears("On hold")
    assert app.asked("/after")[0]["QueueResult"] == "bridged"
    assert app.asked("/done") == []


def test_a_called_party_who_is_moved_leaves_the_caller_to_the_action(
    app: Application, exchange: Exchange, rita: Phone, hana: Phone, twilio: Client
) -> None:
    app.says |= {
        "/voice": f"<Dial action='/done'>{HANA}</Dial>",
        "/done": "<Say>She was moved</Say>",
        "/moved": "<Say>Here</Say>",
    }
    caller = rita.dial()
    leg = hana.rings()
    twilio.calls(exchange.calls[-1].sid).update(url=f"{APP}/moved")
    leg.hears("Here")
    caller.hears("She was moved")


def test_an_evening_delivered_twice_ends_the_same(
    app: Application, exchange: Exchange, rita: Phone, hana: Phone, ring_hana: Ring
) -> None:
    exchange.weather.turns("repeated")
    app.says |= {
        "/voice": WAITS,
        "/wait": "<Say>Waiting</Say>",
        "/leg": FETCHES,
        "/soon": "",
        "/done": "",
        "/after": "",
    }
    caller = rita.dial().hears("Waiting")
    ring_hana()
    leg = hana.rings().hears("talking to Rita").hang_up()
    assert leg.ended
    assert caller.until_ended().transcript.count("— talking to Hana —") == 1
