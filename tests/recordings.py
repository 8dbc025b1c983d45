"""Sounds to upload."""

import io
import wave

from simulator.recording import MP3_FRAME


def wav(seconds: float = 3, *, silent: bool = False, mark: int = 0) -> bytes:
    """A WAV, each `mark` another."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        frame = b"\0\0" if silent else bytes([1 + mark % 200, 7])
        sound.writeframes((frame + b"\0\0") * int(4000 * seconds))
    return file.getvalue()


def mp3(seconds: float = 3) -> bytes:
    """An MP3 with a tag before it, as telephones write them."""
    tag = b"ID3\4\0\0" + bytes([0, 0, 0, 20]) + bytes(20)
    return tag + MP3_FRAME * int(seconds / 0.072)
