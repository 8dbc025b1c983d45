"""The exchange over HTTP, asked without a network: the REST API, the controls and the page."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator import Exchange, ManualClock, RealClock
from simulator.__main__ import main
from simulator.server import make_app
from simulator.switchboard import RefusedError, Switchboard
from tests.simulator.conftest import APP, HANA, HELPLINE, RITA, SID, TOKEN, Application, Ring

FILE = {
    "numbers": [{"number": HELPLINE, "name": "Helpline", "voice_url": f"{APP}/voice", "sms_url": f"{APP}/text"}],
    "telephones": [
        {"number": RITA, "name": "Rita", "note": "Acacia Road", "kind": "landline"},
        {"number": HANA, "name": "Hana", "behaviour": "person"},
    ],
}


class Board:
    """Asks the server as a browser or our application would."""

    def __init__(self, exchange: Exchange, telephones: Path | None = None) -> None:
        self.app = make_app(exchange, telephones)

    def ask(self, method: str, path: str, host: str = "127.0.0.1", **what: Any) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
                return await client.request(method, path, **what)

        return asyncio.run(go())

    def act(self, number: str, action: str, **told: object) -> httpx.Response:
        return self.ask("POST", f"/telephones/{number.replace('+', '%2B')}/{action}", json=told)


@pytest.fixture
def telephones(tmp_path: Path) -> Path:
    file = tmp_path / "telephones.json"
    file.write_text(json.dumps(FILE))
    return file


@pytest.fixture
def board(exchange: Exchange, telephones: Path) -> Board:
    Switchboard(exchange).load(telephones)
    return Board(exchange, telephones)


def test_the_page_is_served_with_nothing_inline(board: Board) -> None:
    page = board.ask("GET", "/")
    assert "<h1>Switchboard</h1>" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<style" not in page.text
    assert " style=" not in page.text
    assert page.text.count("<script") == 1
    for path in ("/switchboard.css", "/switchboard.js"):
        assert path in page.text
        assert board.ask("GET", path).status_code == 200


def test_another_host_is_turned_away(board: Board) -> None:
    assert board.ask("GET", "/telephones.json", host="evil.example").status_code == 400


def test_a_person_rings_presses_speaks_and_rings_off(app: Application, board: Board, clock: ManualClock) -> None:
    app.says["/voice"] = "<Gather numDigits='1' action='/menu'><Say>Press 1</Say></Gather>"
    app.says["/menu"] = "<Record/>"
    assert board.act(RITA, "dial").json()["state"] == "on a call"
    assert "already" in board.act(RITA, "dial").json()["refused"]
    board.act(RITA, "press", keys="1")
    clock.advance(1)
    state = board.act(RITA, "speak", words="It is Rita").json()
    assert [line["words"] for line in state["lines"]] == ["Press 1", "> 1", "(beep)", "> It is Rita"]
    assert board.act(RITA, "hang-up").json()["state"] == "idle"
    assert board.act(RITA, "hang-up").status_code == 409
    told = board.ask("GET", "/transcript.json", params={"since": 2}).json()
    assert told["lines"][0].endswith("(beep)")


def test_a_ringing_telephone_is_answered_or_declined(
    app: Application, board: Board, clock: ManualClock, ring_hana: Ring
) -> None:
    app.says["/leg"] = "<Say>Press 1 to take it</Say>"
    ring_hana()
    clock.advance(1)
    hana = board.ask("GET", "/telephones.json").json()["telephones"][1]
    assert (hana["state"], hana["other"]) == ("ringing", "Helpline")
    assert board.act(HANA, "answer").json()["state"] == "on a call"
    clock.advance(10)
    ring_hana()
    clock.advance(1)
    assert board.act(HANA, "decline").json()["state"] == "idle"


def test_texts_go_out_come_in_and_are_read(app: Application, board: Board, clock: ManualClock) -> None:
    app.says["/text"] = "<Message>Thank you</Message>"
    board.act(HANA, "text", body="YES A")
    clock.advance(2)
    hana = board.ask("GET", "/telephones.json").json()["telephones"][1]
    assert [(text["body"], text["mine"], text["unread"]) for text in hana["texts"]] == [
        ("YES A", True, False),
        ("Thank you", False, True),
    ]
    assert board.act(HANA, "read").json()["unread"] == 0
    assert "landline" in board.act(RITA, "text", body="Hello").json()["refused"]


def test_what_cannot_be_done_is_said_in_a_sentence(board: Board) -> None:
    for action, told in (
        ("dance", {}),
        ("press", {"keys": "x"}),
        ("text", {"body": " "}),
        ("behave", {"behaviour": "badly"}),
    ):
        answer = board.act(HANA, action, **told)
        assert answer.status_code == 409
        assert answer.json()["refused"].endswith(".")


def test_the_file_says_where_every_webhook_of_a_number_goes(board: Board, telephones: Path) -> None:
    where = {
        "voice_fallback_url": f"{APP}/broken.xml",
        "voice_fallback_method": "GET",
        "status_callback": f"{APP}/status",
        "sms_fallback_url": f"{APP}/text-fallback",
        "sms_fallback_method": "POST",
    }
    telephones.write_text(json.dumps({"numbers": [FILE["numbers"][0] | where]}))
    board.ask("POST", "/telephones")
    path = f"/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers.json"
    (number,) = board.ask("GET", path, auth=(SID, TOKEN)).json()["incoming_phone_numbers"]
    assert number.items() >= where.items()


def test_the_file_may_be_read_again(board: Board, telephones: Path) -> None:
    telephones.write_text(json.dumps(FILE | {"telephones": [{"number": HANA, "name": "Hana Novak"}]}))
    names = [one["name"] for one in board.ask("POST", "/telephones").json()["telephones"]]
    assert names == ["Rita", "Hana Novak"]


@pytest.mark.parametrize(
    "words",
    [
        "{",
        "[]",
        '{"numbers": []}',
        '{"numbers": [{"number": "1", "voice_method": "GET"}]}',
        '{"numbers": [{"number": "1", "voice_fallback_method": "PUT"}]}',
        '{"numbers": [{"number": "1"}], "telephones": [{}]}',
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(clock: ManualClock, telephones: Path, words: str) -> None:
    telephones.write_text(words)
    with pytest.raises(RefusedError, match=r"telephones\.json"):
        Switchboard(Exchange(account_sid=SID, auth_token=TOKEN, clock=clock)).load(telephones)


def test_the_rest_api_is_served_to_who_has_the_keys(board: Board) -> None:
    path = f"/2010-04-01/Accounts/{SID}/Messages.json"
    form = {"To": HANA, "From": HELPLINE, "Body": "Hello"}
    made = board.ask("POST", path, data=form, auth=(SID, TOKEN))
    assert (made.status_code, made.json()["status"]) == (201, "queued")
    assert board.ask("GET", path).json()["code"] == 20003
    assert board.ask("GET", path, headers={"Authorization": "Basic !"}).status_code == 401


def test_a_sound_is_served_as_a_file(app: Application, board: Board, exchange: Exchange) -> None:
    app.says["/voice"] = "<Record/>"
    exchange.phone(RITA).dial().hears("(beep)").wait(1).speaks(2).hang_up().wait(2)
    answer = board.ask(
        "GET", f"/2010-04-01/Accounts/{SID}/Recordings/{exchange.recordings[0].sid}.wav", auth=(SID, TOKEN)
    )
    assert answer.headers["Content-Type"] == "audio/x-wav"
    assert answer.content.startswith(b"RIFF")


def test_a_port_in_use_is_said_in_a_sentence(telephones: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        keys = ["--account-sid", SID, "--auth-token", TOKEN]
        assert main(["--telephones", str(telephones), "--port", port, *keys]) == 1
    assert f"Port {port} is in use already" in capsys.readouterr().err


@pytest.fixture
def live(app: Application) -> Iterator[Exchange]:
    clock = RealClock()
    exchange = Exchange(account_sid=SID, auth_token=TOKEN, clock=clock, wire=app)
    exchange.number(HELPLINE, voice_url=f"{APP}/voice", sms_url=f"{APP}/text")
    clock.start()
    yield exchange
    clock.stop()
    exchange.check()


def test_the_same_story_plays_in_real_time(app: Application, live: Exchange) -> None:
    app.says["/voice"] = "<Gather numDigits='1' action='/menu'><Say>One</Say></Gather>"
    app.says["/menu"] = "<Say>Two</Say>"
    with live.clock.lock:
        call = live.phone(RITA, name="Rita").dial()
    call.hears("One", limit=2)
    with live.clock.lock:
        call.press("1")
    call.hears("Two", limit=2).until_ended(2)


def test_a_slow_webhook_delays_only_its_own_leg(app: Application, live: Exchange) -> None:
    def slowly(form: dict[str, str]) -> str:
        time.sleep(0.5 if form["From"] == RITA else 0)
        return "<Say>Hi</Say>"

    app.says["/voice"] = slowly
    begun = datetime.now(UTC)
    with live.clock.lock:
        rita = live.phone(RITA, name="Rita").dial()
        hana = live.phone(HANA, name="Hana").dial()
    hana.hears("Hi", limit=2)
    assert (datetime.now(UTC) - begun).total_seconds() < 0.4
    rita.hears("Hi", limit=2)


def test_trouble_may_be_asked_for_from_outside(board: Board, exchange: Exchange) -> None:
    assert board.ask("POST", "/trouble", json={"resource": "Messages", "status": 503}).status_code == 204
    assert board.ask("GET", f"/2010-04-01/Accounts/{SID}/Messages.json", auth=(SID, TOKEN)).status_code == 503
    board.ask("POST", "/trouble", json={"weather": "repeated"})
    assert board.ask("GET", "/telephones.json").json()["weather"] == "repeated"
    assert "no such trouble" in board.ask("POST", "/trouble", json={"weather": "snow"}).json()["refused"]
    assert "no such trouble" in board.ask("POST", "/trouble", json={"rain": 1}).json()["refused"]
