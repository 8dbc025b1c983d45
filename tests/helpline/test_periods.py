"""The days a report is about, and how they are drawn."""

from datetime import date
from itertools import pairwise

import pytest

from helpline import periods
from helpline.errors import HelplineError

THURSDAY = date(2026, 11, 19)


@pytest.mark.parametrize(
    ("over", "first", "last", "columns", "name"),
    [
        ("", date(2026, 11, 16), THURSDAY, 4, "Mon 16 Nov"),
        ("this_week", date(2026, 11, 16), THURSDAY, 4, "Mon 16 Nov"),
        ("last_week", date(2026, 11, 9), date(2026, 11, 15), 7, "Mon 9 Nov"),
        ("four_weeks", date(2026, 10, 23), THURSDAY, 4, "23 Oct to 29 Oct"),
        ("quarter", date(2026, 8, 21), THURSDAY, 13, "21 Aug to 27 Aug"),
        ("year", date(2025, 11, 21), THURSDAY, 13, "Nov 2025"),
    ],
)
def test_a_period_is_a_press_away(over: str, first: date, last: date, columns: int, name: str) -> None:
    found = periods.of(over, "", "", today=THURSDAY)
    assert (found.first, found.last, len(found.columns), found.columns[0].name) == (first, last, columns, name)
    assert found.columns[0].first == first
    assert found.columns[-1].last == last


def test_days_are_drawn_once_each() -> None:
    for last in (date(2026, 1, 20), date(2026, 3, 1), date(2027, 2, 28)):
        drawn = periods.between(date(2026, 1, 1), last).columns
        for before, after in pairwise(drawn):
            assert after.first - before.last == periods.A_DAY


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-09-01", "2026-09-30", "from 1 to 30 September 2026"),
        ("2026-09-01", "2026-10-30", "from 1 September to 30 October 2026"),
        ("2025-09-01", "2026-09-30", "from 1 September 2025 to 30 September 2026"),
        ("2026-09-03", "2026-09-03", "on 3 September 2026"),
    ],
)
def test_days_are_said_as_they_end_a_sentence(first: str, last: str, words: str) -> None:
    assert periods.of("", first, last, today=THURSDAY).words == words


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("2026-09-30", "2026-09-01", "comes before"),
        ("2020-09-30", "2026-09-01", "more than two years"),
        ("", "2026-09-01", "the one from which"),
        ("2026-09-01", "31 September", "the one to which"),
        ("0026-09-01", "2026-09-01", "a long way off"),
    ],
)
def test_days_that_make_no_period_are_refused_with_a_reason(first: str, last: str, why: str) -> None:
    with pytest.raises(HelplineError, match=why):
        periods.of("", first, last, today=THURSDAY)
