"""A recording is really read before anybody can hear it."""

import pytest

from helpline import sounds
from helpline.errors import HelplineError
from helpline.sounds import SoundKind
from tests.recordings import mp3, wav


def test_a_wav_is_as_long_as_it_is() -> None:
    assert sounds.understand(wav(3)) == sounds.Heard(SoundKind.WAV, 3.0)


def test_an_mp3_is_as_long_as_its_frames() -> None:
    heard = sounds.understand(mp3(3))
    assert heard.kind == SoundKind.MP3
    assert heard.seconds == pytest.approx(2.95, abs=0.05)


def test_an_mp3_may_end_in_an_old_tag() -> None:
    assert sounds.understand(mp3(3) + b"TAG" + bytes(125)).kind == SoundKind.MP3


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "Choose a file"),
        (b"\x89PNG\r\n" + bytes(4000), "neither a WAV nor an MP3"),
        (b"RIFF" + bytes(4000), "neither a WAV nor an MP3"),
        (b"\x1aE\xdf\xa3" + bytes(9000), "neither a WAV nor an MP3"),
        (b"\xff\xfb" * 3000, "neither a WAV nor an MP3"),
        (mp3(3)[:200] + bytes(9000), "neither a WAV nor an MP3"),
        (wav(3)[:-2000], "breaks off"),
        (wav(0.2), "hardly anything"),
        (wav(61), "longer than a minute"),
        (bytes(sounds.LARGEST + 1), "more than 3 MB"),
    ],
)
def test_what_cannot_be_played_is_refused_by_name(data: bytes, why: str) -> None:
    with pytest.raises(HelplineError, match=why):
        sounds.understand(data)


def test_digital_silence_is_silent() -> None:
    assert sounds.is_silent(wav(3, silent=True))
    assert not sounds.is_silent(wav(3))
