"""Lengths as people type them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline import defaults, wording
from helpline.errors import HelplineError
from helpline.lengths import Length, Unit

RING, WRAP_UP, FORGET = defaults.ALL["ring"], defaults.ALL["wrap_up"], defaults.ALL["forget"]
THIS_WEEK, MISSES = defaults.ALL["offer_this_week"], defaults.ALL["misses_before_pause"]
SHARE = defaults.ALL["answered_share"]


@pytest.mark.parametrize(
    ("length", "typed", "amount"),
    [
        (RING, "25 s", 25),
        (RING, "25", 25),
        (RING, " 25 sec. ", 25),
        (RING, "1 minute", 60),
        (RING, "1 min", 60),
        (WRAP_UP, "5 min", 300),
        (WRAP_UP, "90 s", 90),
        (WRAP_UP, "7", 420),
        (WRAP_UP, "2.5", 150),
        (WRAP_UP, "2,5 min", 150),
        (WRAP_UP, "1 h", 3600),
        (THIS_WEEK, "1 h 30", 5400),
        (THIS_WEEK, "1h30", 5400),
        (THIS_WEEK, "1 h 30 min", 5400),
        (THIS_WEEK, "1 hour and 30 minutes", 5400),
        (THIS_WEEK, "1 hour, 30 minutes", 5400),
        (THIS_WEEK, "1 day", 86_400),
        (FORGET, "28", 28 * 86_400),
        (FORGET, "4 weeks", 28 * 86_400),
        (FORGET, "1 week 3", 10 * 86_400),
        (FORGET, "10\N{NO-BREAK SPACE}days", 10 * 86_400),
        (MISSES, "4", 4),
        (SHARE, "85", 85),
        (SHARE, "85%", 85),
        (SHARE, "85\N{NO-BREAK SPACE}% ", 85),
    ],
)
def test_what_is_typed_is_understood(length: Length, typed: str, amount: int) -> None:
    assert length.understand(typed) == amount


@pytest.mark.parametrize(
    ("length", "typed", "said"),
    [
        (RING, "", "Something must stand here"),
        (RING, "soon", "Write how long, such as “18 s”."),
        (RING, "-5", "Write how long"),
        (RING, "25 s 25 s", "Write how long"),
        (RING, "30 s 1 min", "Write how long"),
        (RING, "1 s 5", "Write how long"),
        (RING, "12.55", "Write how long"),
        (RING, "9.9999 s", "Write how long"),
        (RING, "٢٥ ٣ x", "Write how long"),
        (RING, "0", "It can be from 5\N{NO-BREAK SPACE}s to 1\N{NO-BREAK SPACE}min."),
        (RING, "2 min", "It can be from"),
        (RING, "99999999999999999999", "Write how long"),
        (MISSES, "three", "Write a whole number, such as 3."),
        (MISSES, "2.5", "Write a whole number"),
        (MISSES, "²", "Write a whole number"),
        (MISSES, "0", "It can be from 1 to 20."),
        (SHARE, "most", "Write a whole number, such as 80 %."),
        (SHARE, "100", "It can be from 50\N{NO-BREAK SPACE}% to 99\N{NO-BREAK SPACE}%."),
    ],
)
def test_what_is_not_is_refused_with_a_sentence(length: Length, typed: str, said: str) -> None:
    with pytest.raises(HelplineError, match=said):
        length.understand(typed)


@pytest.mark.parametrize("length", defaults.ALL.values(), ids=lambda length: length.name)
def test_each_line_of_the_table_is_sound(length: Length) -> None:
    assert length.least <= length.ordinary[0] <= length.default <= length.ordinary[1] <= length.most
    assert length.words
    assert length.why
    assert len(f"duration.changed.{length.name}") <= 40, "the column of an event"
    assert length.amount(getattr(defaults.DEFAULTS, length.name)) == length.default
    assert length.value(length.default) == getattr(defaults.DEFAULTS, length.name)


@given(st.sampled_from(list(defaults.ALL.values())), st.data())
def test_what_is_shown_can_be_typed_again(length: Length, data: st.DataObject) -> None:
    amount = data.draw(st.integers(length.least, length.most))
    shown = length.typed(amount)
    again = length.understand(shown)
    assert length.typed(again) == shown
    if length.unit in {Unit.COUNT, Unit.SHARE} or amount < 60:
        assert again == amount


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=5), "five minutes"),
        (timedelta(minutes=1), "one minute"),
        (timedelta(days=28), "four weeks"),
        (timedelta(days=7), "one week"),
        (timedelta(days=10), "ten days"),
        (timedelta(minutes=90), "one hour and 30 minutes"),
        (timedelta(seconds=150), "two minutes and 30 seconds"),
        (timedelta(hours=24), "one day"),
    ],
)
def test_a_length_as_it_is_said(length: timedelta, words: str) -> None:
    assert wording.spoken_length(length) == words


def test_a_length_as_it_is_said_in_polish() -> None:
    said = {days: wording.spoken_days(timedelta(days=days))["pl"] for days in (1, 7, 14, 28, 35, 84, 154, 10)}
    assert said == {
        1: "1 dzień",
        7: "1 tydzień",
        14: "2 tygodnie",
        28: "4 tygodnie",
        35: "5 tygodni",
        84: "12 tygodni",
        154: "22 tygodnie",
        10: "10 dni",
    }
