"""Sounds that the carrier can play: a WAV or an MP3, really read, so that nobody hears silence instead of a sentence. Pure."""

import io
import wave
from dataclasses import dataclass
from enum import StrEnum

from helpline.errors import HelplineError

LARGEST = 3 * 1024 * 1024
SHORTEST, LONGEST = 0.4, 60.0
"""Seconds."""
NEITHER = "That is neither a WAV nor an MP3 that we can read. Save it as one of these, or say it by telephone instead."


class SoundKind(StrEnum):
    """How a sound is kept."""

    WAV = "wav"
    MP3 = "mp3"


MEDIA_TYPES = {SoundKind.WAV: "audio/wav", SoundKind.MP3: "audio/mpeg"}
"""Twilio, "<Play>": supported audio file types."""


@dataclass(frozen=True)
class Heard:
    """What some bytes turned out to be, and how long they sound, in seconds."""

    kind: SoundKind
    seconds: float


def understand(data: bytes) -> Heard:
    """Read a sound from its beginning to its end. Raises `HelplineError` saying what is wrong with it."""
    if not data:
        raise HelplineError("Choose a file first.")
    if len(data) > LARGEST:
        raise HelplineError("That is more than 3 MB. A sentence is shorter than that: save it as an MP3, or cut it.")
    heard = _wav(data) if data[:4] == b"RIFF" else _mp3(data)
    if heard.seconds < SHORTEST:
        raise HelplineError("There is hardly anything on it. Record it again.")
    if heard.seconds > LONGEST:
        raise HelplineError("That is longer than a minute. Nobody listens for so long.")
    return heard


def is_silent(data: bytes) -> bool:
    """Whether a WAV holds nothing but digital silence. What an MP3 sounds like we cannot tell."""
    if data[:4] != b"RIFF":
        return False
    with wave.open(io.BytesIO(data)) as sound:
        return len(set(sound.readframes(sound.getnframes()))) <= 1


def _wav(data: bytes) -> Heard:
    try:
        with wave.open(io.BytesIO(data)) as sound:
            width = sound.getnchannels() * sound.getsampwidth()
            # A file cut short says that it is longer than what is there.
            frames = len(sound.readframes(sound.getnframes())) // width
            promised, rate = sound.getnframes(), sound.getframerate()
    except (wave.Error, EOFError, ZeroDivisionError):
        raise HelplineError(NEITHER) from None
    if frames < promised or not rate:
        raise HelplineError("That WAV breaks off in the middle. Save it again.")
    return Heard(SoundKind.WAV, frames / rate)


_KBIT = {
    # MPEG 1, layer III; then MPEG 2 and 2.5 (ISO/IEC 11172-3, 13818-3)
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _mp3(data: bytes) -> Heard:
    place, frames, seconds = _after_tag(data), 0, 0.0
    while place + 4 <= len(data):
        frame = _frame(data[place : place + 4])
        if frame is None or place + frame[0] > len(data):
            break
        frames, seconds, place = frames + 1, seconds + frame[1], place + frame[0]
    # What follows the last frame may be an old tag of 128 bytes or a little rubbish, but not half the file.
    if frames < 3 or len(data) - place > max(1024, len(data) // 10):
        raise HelplineError(NEITHER)
    return Heard(SoundKind.MP3, seconds)


def _after_tag(data: bytes) -> int:
    """Where the frames begin, behind an ID3 tag if there is one."""
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _frame(head: bytes) -> tuple[int, float] | None:
    """The bytes and seconds of an MP3 frame with this head; None when it is none."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    kbit, rate = head[2] >> 4, head[2] >> 2 & 3
    if head[0] != 0xFF or head[1] < 0xE0 or version == 1 or layer != 1 or kbit in {0, 15} or rate == 3:
        return None
    first, hertz = version == 3, _RATES[version][rate]
    samples = 1152 if first else 576
    length = samples // 8 * _KBIT[first][kbit] * 1000 // hertz + (head[2] >> 1 & 1)
    return length, samples / hertz
