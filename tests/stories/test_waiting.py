"""Waiting: her place, only when it is better, and something calm between two sentences."""

import io
import wave
from datetime import timedelta

from helpline import music
from helpline.db import Database
from simulator.handset import PhoneCall
from tests.stories.evening import Evening
from tests.stories.test_the_line import RITA, cast


def told(call: PhoneCall) -> list[str]:
    return [words for line in call.transcript for words in ("second", "third", "You are next") if words in line]


def test_she_hears_her_place_first_of_all_and_then_only_when_it_is_better(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone("+442079460142", "Mrs Osei").dial()
    line.phone(hana).rings(within=30).hears("Press 1").press("1").wait(5)
    lamb = line.phone("+441174960129", "Mr Lamb").dial().wait(16)
    iqbal = line.phone("+441174960130", "Mrs Iqbal").dial().wait(16)
    rita = line.phone(RITA, "Rita").dial()
    line.pass_time(timedelta(minutes=2))
    assert told(lamb) == []
    assert told(rita) == ["third"]
    iqbal.hang_up()
    line.pass_time(timedelta(seconds=50))
    assert told(rita) == ["third", "second"]
    lamb.hang_up()
    line.pass_time(timedelta(seconds=90))
    assert told(rita) == ["third", "second", "You are next"]


def test_music_between_two_sentences_in_which_a_key_still_works(line: Evening, database: Database) -> None:
    (hana,) = cast(database, "Hana Novak")
    line.phone(hana).behaves("no answer")
    call = line.phone(RITA, "Rita").dial().hears("(plays ", limit=60)
    call.press("4").hears("somebody will ring you back")


def test_the_music_is_short_quiet_and_ends_as_it_began() -> None:
    with wave.open(io.BytesIO(music.waiting())) as sound:
        assert sound.getnframes() / sound.getframerate() == music.SECONDS
        frames = memoryview(sound.readframes(sound.getnframes())).cast("h")
    loudest = max(map(abs, frames))
    assert 0.05 < loudest / 32767 < 0.25
    assert abs(frames[0] - frames[-1]) < 1500, "one time round runs into the next without a click"
