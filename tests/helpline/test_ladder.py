"""Whom to ask next, and for how long."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpline import ladder
from helpline.defaults import DEFAULTS, Durations
from helpline.ladder import Rung
from helpline.people import HatName, Way
from helpline.wording import Urgency
from tests.builders import NOON

LONDON = ZoneInfo("Europe/London")
CORAL, DEEPAK = Rung(1, HatName.COORDINATOR), Rung(2, HatName.DEPUTY)
HOUR = timedelta(hours=1)


def test_the_coordinator_then_the_deputy_then_nobody() -> None:
    assert ladder.next_to_ask([CORAL, DEEPAK], ()).rung == CORAL
    assert ladder.next_to_ask([CORAL, DEEPAK], {1}).rung == DEEPAK
    assert ladder.next_to_ask([CORAL, DEEPAK], {1, 2}).rung is None
    assert ladder.next_to_ask([], ()).rung is None


@pytest.mark.parametrize(
    ("cannot", "why"),
    [
        (Rung(3, HatName.COORDINATOR, by=Way.VOICE), "voice"),
        (Rung(3, HatName.COORDINATOR, stopped=True), "stopped"),
    ],
)
def test_whoever_cannot_be_asked_is_passed_over_and_named(cannot: Rung, why: str) -> None:
    choice = ladder.next_to_ask([cannot, DEEPAK], ())
    assert (choice.rung, choice.skipped) == (DEEPAK, ((cannot, why),))
    assert ladder.next_to_ask([cannot], ()).rung is None


def test_whatsapp_is_asked() -> None:
    assert ladder.next_to_ask([Rung(3, HatName.COORDINATOR, by=Way.WHATSAPP)], ()).rung is not None


@pytest.mark.parametrize(
    ("urgency", "by_in", "lapses_in"),
    [
        (Urgency.NOW, None, timedelta(minutes=15)),
        (Urgency.TODAY, None, HOUR),
        (Urgency.DAY_AND_TIME, 3 * HOUR, HOUR),
        (Urgency.DAY_AND_TIME, 12 * HOUR, HOUR),
        # Until 9 pm six hours and thirteen minutes of waking time go by; the rest is tomorrow from 8 am.
        (Urgency.THIS_WEEK, None, timedelta(hours=23)),
        (Urgency.DAY_AND_TIME, 48 * HOUR, timedelta(hours=23)),
        (Urgency.DAY_AND_TIME, None, timedelta(hours=23)),
    ],
)
def test_how_long_an_offer_lasts(urgency: Urgency, by_in: timedelta | None, lapses_in: timedelta) -> None:
    by_at = NOON + by_in if by_in else None
    assert ladder.lapses_at(urgency, at=NOON, by_at=by_at, zone=LONDON, durations=DEFAULTS) - NOON == lapses_in


def test_how_long_an_offer_lasts_is_the_groups_to_say() -> None:
    slow = Durations(offer_today=2 * HOUR)
    assert ladder.lapses_at(Urgency.TODAY, at=NOON, by_at=None, zone=LONDON, durations=slow) - NOON == 2 * HOUR


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        # asked in the night: nothing counts until eight
        ((2026, 11, 19, 3, 0), (2026, 11, 19, 20, 0)),
        ((2026, 11, 19, 23, 0), (2026, 11, 20, 20, 0)),
        ((2026, 11, 19, 21, 0), (2026, 11, 20, 20, 0)),
        # from eight, twelve hours fit into the day
        ((2026, 11, 19, 8, 0), (2026, 11, 19, 20, 0)),
        ((2026, 11, 19, 9, 0), (2026, 11, 19, 21, 0)),
        ((2026, 11, 19, 9, 1), (2026, 11, 20, 8, 1)),
        # the night of the October change, in UTC: from 14:47 summer time until eight winter time and 5:47 more
        ((2026, 10, 24, 13, 47), (2026, 10, 25, 13, 47)),
        # the night of the March change
        ((2027, 3, 27, 14, 47), (2027, 3, 28, 12, 47)),
        ((2027, 3, 28, 0, 30), (2027, 3, 28, 19, 0)),
        ((2026, 10, 25, 0, 30), (2026, 10, 25, 20, 0)),
    ],
)
def test_twelve_waking_hours(begins: tuple[int, ...], ends: tuple[int, ...]) -> None:
    at, expected = (datetime(*when, tzinfo=UTC) for when in (begins, ends))  # type: ignore[misc]
    assert ladder.after_waking(at, 12 * HOUR, LONDON) == expected


def test_any_length_ends_in_waking_hours() -> None:
    for hours in range(1, 60):
        for start in range(24):
            at = datetime(2027, 3, 26, start, 17, tzinfo=UTC)
            wall = ladder.after_waking(at, hours * HOUR, LONDON).astimezone(LONDON)
            assert (8, 0) < (wall.hour, wall.minute) <= (21, 0)
