"""Several people in one room, and legs moved about by REST."""

from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from simulator import Exchange, Phone, PhoneCall
from tests.simulator.conftest import APP, HANA, OTTO, Application, Client, Ring

ROOM = "<Dial action='/after' hangupOnStar='true'><Conference beep='false'{more}>room</Conference></Dial>"


def room(more: str = "") -> str:
    return ROOM.format(more=f" {more}" if more else "")


@pytest.fixture
def otto(exchange: Exchange) -> Phone:
    return exchange.phone(OTTO, name="Otto")


@pytest.fixture
def three(app: Application, rita: Phone, hana: Phone, otto: Phone, ring_hana: Ring) -> Callable[..., Any]:
    """Rita, Hana and Otto, each in the room by a document of her own."""

    def come(caller: str = "", handler: str = "", third: str = "") -> tuple[PhoneCall, PhoneCall, PhoneCall]:
        app.says |= {"/voice": room(caller), "/leg": room(handler), "/third": room(third)}
        call = rita.dial()
        ring_hana()
        leg = hana.rings().wait(1)
        ring_hana(to=OTTO, url=f"{APP}/third")
        return call, leg, otto.rings().wait(1)

    return come


def test_three_hear_each_other_and_nobody_else_does(three: Callable[..., Any], exchange: Exchange) -> None:
    call, leg, third = three()
    assert call.is_bridged_with(leg)
    assert call.is_bridged_with(third)
    call.says("Hello both")
    leg.hears("Rita: Hello both")
    third.hears("Rita: Hello both")
    assert [one.status for one in exchange.conferences] == ["in-progress"]


def test_the_first_waits_with_music_until_a_second_comes(app: Application, rita: Phone, ring_hana: Ring) -> None:
    app.says |= {"/voice": room("waitUrl='/wait'"), "/leg": room()}
    app.says["/wait"] = "<Say>One moment please</Say><Pause length='3'/>"
    call = rita.dial().hears("One moment please").hears("One moment please")
    assert app.asked("/wait")[0]["ConferenceSid"].startswith("CF")
    ring_hana()
    leg = rita.exchange.phone(HANA).rings()
    call.does_not_hear("One moment please", for_seconds=10)
    assert leg.is_bridged_with(call)


def test_without_an_address_there_is_hold_music_and_with_an_empty_one_silence(app: Application, rita: Phone) -> None:
    app.says["/voice"] = room()
    rita.dial().hears("(hold music)").hang_up()
    app.says["/voice"] = room("waitUrl=''")
    rita.dial().does_not_hear("(hold music)", for_seconds=40)


def test_nothing_begins_before_somebody_who_may_start_it(three: Callable[..., Any], exchange: Exchange) -> None:
    no = "startConferenceOnEnter='false'"
    call, leg, third = three(no, no)
    assert third.is_bridged_with(call)
    call.hang_up()
    leg.hang_up()
    third.hang_up()
    call, leg, third = three(no, no, no)
    assert not call.is_bridged_with(leg)
    assert exchange.conferences[-1].status == "init"


def test_one_who_ends_it_ends_it_for_all_and_each_asks_what_follows(
    three: Callable[..., Any], app: Application, exchange: Exchange
) -> None:
    app.says["/after"] = "<Say>That is over</Say>"
    call, leg, third = three("endConferenceOnExit='true'")
    call.hang_up()
    leg.hears("That is over").until_ended()
    third.hears("That is over")
    first, *others = app.asked("/after")
    assert (first["CallStatus"], first["DialCallStatus"]) == ("completed", "completed")
    assert {form["CallStatus"] for form in others} == {"in-progress"}
    assert {form["DialCallStatus"] for form in others} == {"answered"}
    (conference,) = exchange.conferences
    assert (conference.status, conference.ended_by) == ("completed", call.sid)
    assert conference.why_ended == "participant-with-end-conference-on-exit-left"


def test_star_takes_one_out_and_leaves_the_others_together(three: Callable[..., Any], app: Application) -> None:
    app.says["/after"] = "<Say>You are out</Say>"
    call, leg, third = three()
    leg.press("*").hears("You are out")
    assert call.is_bridged_with(third)
    assert not call.is_bridged_with(leg)


def test_the_last_one_out_ends_it_and_the_name_is_free_again(
    three: Callable[..., Any], exchange: Exchange, rita: Phone
) -> None:
    for one in three():
        one.hang_up()
    assert [one.why_ended for one in exchange.conferences] == ["last-participant-left"]
    rita.dial().wait(1)
    assert [one.status for one in exchange.conferences] == ["completed", "init"]


def test_whoever_is_left_alone_in_it_hears_nothing(three: Callable[..., Any]) -> None:
    call, leg, third = three("waitUrl=''")
    leg.hang_up()
    third.hang_up()
    call.does_not_hear("(hold music)", for_seconds=40)
    assert not call.ended


def test_a_beep_tells_the_others_unless_it_is_turned_off(app: Application, rita: Phone, ring_hana: Ring) -> None:
    app.says |= {"/voice": room(), "/leg": room().replace("beep='false'", "beep='onExit'")}
    call = rita.dial()
    ring_hana()
    leg = rita.exchange.phone(HANA).rings().wait(1)
    assert "(a beep)" not in call.transcript
    leg.hang_up()
    call.hears("(a beep)")


def test_a_full_one_lets_nobody_in(three: Callable[..., Any], app: Application) -> None:
    app.says["/after"] = lambda form: f"<Say>It was {form['DialCallStatus']}</Say>"
    _, _, third = three("maxParticipants='2'")
    third.hears("It was failed")


def test_reports_tell_who_came_and_went_and_why_it_ended(three: Callable[..., Any], app: Application) -> None:
    told = "statusCallback='/told' statusCallbackEvent='start end join leave' participantLabel='caller'"
    call, leg, _ = three(f"endConferenceOnExit='true' {told}")
    leg.hang_up()
    call.hang_up()
    events = [(form["StatusCallbackEvent"], form.get("CallSid")) for form in app.asked("/told")]
    assert [event for event, _ in events] == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-join",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    first, last = app.asked("/told")[0], app.asked("/told")[-1]
    assert (first["ParticipantLabel"], first["EndConferenceOnExit"]) == ("caller", "true")
    assert last["CallSidEndingConference"] == call.sid
    assert last["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert [form["SequenceNumber"] for form in app.asked("/told")] == [str(n) for n in range(1, 8)]


def test_rest_lists_conferences_and_who_is_in_them(three: Callable[..., Any], twilio: Client) -> None:
    call, leg, third = three("endConferenceOnExit='true'")
    (conference,) = twilio.conferences.list(friendly_name="room", status="in-progress")
    assert twilio.conferences(conference.sid).fetch().friendly_name == "room"
    there = twilio.conferences(conference.sid).participants.list()
    assert [one.call_sid for one in there] == [call.sid, leg.sid, third.sid]
    assert [one.end_conference_on_exit for one in there] == [True, False, False]
    assert twilio.conferences.list(status="completed") == []


def test_rest_holds_and_mutes_one_of_them(three: Callable[..., Any], app: Application, twilio: Client) -> None:
    app.says["/hold"] = "<Say>You are on hold</Say><Pause length='5'/>"
    call, leg, third = three()
    (conference,) = twilio.conferences.list()
    hers = twilio.conferences(conference.sid).participants(call.sid)
    assert hers.update(hold=True, hold_url=f"{APP}/hold", hold_method="POST").hold
    call.hears("You are on hold").hears("You are on hold")
    assert not call.is_bridged_with(leg)
    assert leg.is_bridged_with(third)
    hers.update(hold=False)
    call.wait(1)
    assert call.is_bridged_with(leg)
    hers.update(muted=True)
    call.says("Can you hear me")
    leg.does_not_hear("Can you hear me", for_seconds=3)
    assert [one.call_sid for one in twilio.conferences(conference.sid).participants.list(muted=True)] == [call.sid]


def test_rest_puts_one_out_and_their_call_goes_on(
    three: Callable[..., Any], app: Application, twilio: Client, exchange: Exchange
) -> None:
    app.says["/after"] = "<Say>You were put out</Say><Pause length='5'/>"
    call, leg, third = three("", "endConferenceOnExit='true'")
    (conference,) = twilio.conferences.list()
    twilio.conferences(conference.sid).participants(third.sid).delete()
    third.hears("You were put out")
    assert call.is_bridged_with(leg)
    twilio.conferences(conference.sid).participants(leg.sid).delete()
    call.hears("You were put out")
    assert exchange.conferences[0].why_ended == "participant-with-end-conference-on-exit-kicked"
    with pytest.raises(TwilioRestException) as refused:
        twilio.conferences(conference.sid).participants(leg.sid).fetch()
    assert refused.value.code == 20404


def test_rest_ends_it(three: Callable[..., Any], app: Application, twilio: Client) -> None:
    app.says["/after"] = "<Say>It was ended</Say>"
    call, _, _ = three()
    (conference,) = twilio.conferences.list()
    ended = twilio.conferences(conference.sid).update(status="completed")
    assert (ended.status, ended.reason_conference_ended) == ("completed", "conference-ended-via-api")
    call.hears("It was ended")
    twilio.conferences(conference.sid).update(status="completed")


def test_a_leg_moved_by_rest_leaves_the_conference_and_is_not_asked_of_it(
    three: Callable[..., Any], app: Application, twilio: Client
) -> None:
    call, leg, third = three()
    app.says["/elsewhere"] = "<Say>You are elsewhere</Say><Pause length='5'/>"
    twilio.calls(leg.sid).update(url=f"{APP}/elsewhere", method="POST")
    leg.hears("You are elsewhere")
    assert call.is_bridged_with(third)
    assert app.asked("/after") == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (room("startConferenceOnEnter='perhaps'"), 13232),
        (room("waitUrl='ftp://x'"), 13233),
        (room("waitMethod='PUT'"), 13234),
        (room("maxParticipants='1'"), 12200),
        (room("record='record-from-start'"), 12400),
        ("<Dial><Conference>room</Conference><Conference>other</Conference></Dial>", 12200),
        ("<Dial><Conference></Conference></Dial>", 12200),
    ],
)
def test_a_wrong_conference_is_refused(
    words: str, code: int, app: Application, rita: Phone, exchange: Exchange
) -> None:
    app.says["/voice"] = words
    rita.dial().wait(1)
    assert [fault.code for fault in exchange.forgive(code)] == [code]


def test_its_wait_document_may_ask_for_no_key(app: Application, rita: Phone, exchange: Exchange) -> None:
    app.says |= {"/voice": room("waitUrl='/wait'"), "/wait": "<Gather><Say>Press 1</Say></Gather>"}
    call = rita.dial().does_not_hear("Press 1", for_seconds=5)
    assert not call.ended
    assert [fault.code for fault in exchange.forgive(13238)] == [13238]
