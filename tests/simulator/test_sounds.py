"""Sounds are fetched as the carrier fetches them, and last as long as they are."""

import io
import wave

import pytest

from simulator import Exchange, Phone, WireAnswer, WireError
from tests.simulator.conftest import Application


def wav(seconds: float) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\1\2" * int(8000 * seconds))
    return file.getvalue()


def test_a_wav_lasts_as_long_as_it_is_and_is_asked_for_without_the_calls_fields(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Play>/hello.wav</Play><Say>After it</Say>"
    app.says["/hello.wav"] = WireAnswer(200, "audio/wav", wav(7.5))
    call = rita.dial().hears("plays /hello.wav")
    call.does_not_hear("After it", for_seconds=7.4)
    call.hears("After it", limit=0.2)
    assert app.asked("/hello.wav") == [{}]


def test_a_key_breaks_off_a_sound(app: Application, rita: Phone) -> None:
    app.says["/voice"] = "<Gather numDigits='1' action='/key'><Play>/hello.wav</Play></Gather>"
    app.says["/hello.wav"] = WireAnswer(200, "audio/x-wav", wav(30))
    app.says["/key"] = "<Say>Thank you</Say>"
    rita.dial().wait(2).press("1").hears("Thank you", limit=1)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (WireAnswer(404, "text/plain", b"gone"), 11200),
        (WireAnswer(200, "text/html", b"<p>sound</p>"), 13420),
        (WireAnswer(200, "audio/wav", b"RIFF but no sound"), 13420),
        (WireError("nothing listens"), 11205),
    ],
)
def test_a_sound_that_cannot_be_had_is_a_fault_and_silence(
    app: Application, exchange: Exchange, rita: Phone, answer: WireAnswer | WireError, code: int
) -> None:
    app.says["/voice"] = "<Play>/hello.wav</Play><Say>After it</Say>"
    app.says["/hello.wav"] = answer
    rita.dial().hears("After it", limit=0.5)
    assert [fault.code for fault in exchange.forgive(code)] == [code]
    exchange.check()


def test_a_sound_of_the_wrong_type_among_keys_has_a_code_of_its_own(
    app: Application, exchange: Exchange, rita: Phone
) -> None:
    app.says["/voice"] = "<Gather><Play>/hello.wav</Play><Say>Press a key</Say></Gather>"
    app.says["/hello.wav"] = WireAnswer(200, "text/plain", b"hello")
    rita.dial().hears("Press a key")
    assert exchange.forgive(13325)
