"""What each text about a shift says, and how many parts it costs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpline import cover_wording as said
from helpline import slot_wording, wording

LONDON, GROUP, LINK = ZoneInfo("Europe/London"), "Larkfield Neighbours", "https://helpline.larkfield.org.uk/rota"
TEN = datetime(2026, 11, 25, 10, tzinfo=UTC)
NOW, DAY, HOURS = TEN - timedelta(hours=16), timedelta(days=1), timedelta(hours=3)


def shift(ahead: timedelta) -> str:
    return said.when(TEN + ahead, TEN + ahead + HOURS, LONDON, now=NOW)


SOON, LATER = shift(timedelta()), shift(7 * DAY)


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (said.day_before_text(GROUP, LATER, "B"), 1),
        (said.hour_before_text(GROUP, TEN, LONDON, "B"), 1),
        (said.confirmed_text(GROUP, TEN, LONDON), 1),
        (said.still_yours_text(GROUP, LATER, "B"), 1),
        (said.confirmed(LATER), 1),
        (said.cover_wanted(LATER, 4), 1),
        (said.cover_wanted_nobody(SOON), 1),
        (said.cover_text(GROUP, "Hana", LATER, "B"), 1),
        (said.has_it_text(GROUP, "Tomasz", LATER), 1),
        (said.yours_now(LATER), 1),
        (said.swap_text(GROUP, "Hana", LATER, LATER, "C", "6 pm tomorrow"), 2),
        (said.swapped_text(GROUP, "Tomasz", LATER, LATER), 1),
        (said.next_shifts([SOON, LATER], 2), 1),
        (said.which_shift([("A", SOON), ("B", LATER)]), 1),
        (said.gap_text(GROUP, [(SOON, 1, 0)], LINK), 1),
        (said.gap_text(GROUP, [(SOON, 1, 0), (LATER, 1, 1), (LATER, 2, 0), (LATER, 1, 0)], LINK), 2),
        (said.begun_text(GROUP, [(SOON, 1, 0)], LINK), 1),
        (slot_wording.cover_wanted_text(GROUP, LATER), 1),
        (slot_wording.kept_text(GROUP, LATER), 1),
        (wording.welcome_text(GROUP, LINK), 2),
    ],
)
def test_each_text_is_short(words: str, parts: int) -> None:
    assert wording.parts(wording.plain(words)) == parts, words


def test_a_shift_is_named_by_the_day_it_is_for_whoever_reads_it() -> None:
    assert wording.plain(SOON) == "tomorrow, 10 am to 1 pm"
    assert wording.plain(LATER) == "Wednesday 2 December, 10 am to 1 pm"
    assert wording.plain(shift(-DAY)) == "today, 10 am to 1 pm"
