"""What a caller hears between two sentences while she waits: five quiet seconds, made here, so that they are anybody's. Pure."""

import io
import math
import wave
from array import array
from functools import cache

RATE = 8000  # a telephone carries no more
SECONDS = 5
LOUDEST = 0.16
"""Of what there is: she must hear the next sentence above it."""
# A second apart, each dying away under the next: C, E, G, E, C, so that one time round runs into another.
NOTES = (261.63, 329.63, 392.0, 329.63, 261.63)
DIES_AWAY = 0.9
SETS_IN = 0.03
"""Seconds: a note that begins at once clicks."""


def _heard(place: int) -> float:
    """How far the line stands out at this sample: every note that still sounds, with its octave faintly above."""
    sum_of_notes = 0.0
    for turn, note in enumerate(NOTES):
        since = (place / RATE - turn) % SECONDS  # what is left of the last time round is heard, too
        loud = min(1.0, since / SETS_IN) * math.exp(-since / DIES_AWAY)
        sum_of_notes += loud * (math.sin(math.tau * note * since) + 0.25 * math.sin(2 * math.tau * note * since))
    return sum_of_notes / 1.5


@cache
def waiting() -> bytes:
    """The sound, as a WAV; made once a process."""
    samples = array("h", (int(32767 * LOUDEST * _heard(place)) for place in range(RATE * SECONDS)))
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    return kept.getvalue()
