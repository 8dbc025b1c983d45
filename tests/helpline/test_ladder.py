"""Whom to ask next, and for how long."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from helpline import ladder, quiet
from helpline.defaults import DEFAULTS, Durations
from helpline.ladder import Choice, Rung, Skip, When
from helpline.people import HatName, Way
from helpline.quiet import Quiet
from helpline.wording import Urgency
from tests.builders import NOON

LONDON = ZoneInfo("Europe/London")
CORAL, DEEPAK = Rung(1, HatName.COORDINATOR), Rung(2, HatName.DEPUTY)
MINUTE, HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = date(2026, 11, 19)


def need(urgency: Urgency = Urgency.THIS_WEEK, at: datetime = NOON, by_at: datetime | None = None) -> When:
    return ladder.when(urgency, at=at, zone=LONDON, by_at=by_at)


def test_the_coordinator_then_the_deputy_then_nobody() -> None:
    assert ladder.next_to_ask([CORAL, DEEPAK], (), need()).rung == CORAL
    assert ladder.next_to_ask([CORAL, DEEPAK], {1}, need()).rung == DEEPAK
    assert ladder.next_to_ask([CORAL, DEEPAK], {1, 2}, need()).rung is None
    assert ladder.next_to_ask([], (), need()).rung is None


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Skip.STOPPED, {"stopped": True}),
        (Skip.AWAY, {"away": ((TODAY - A_DAY, TODAY),)}),
        (Skip.RESTS, {"rests_until": TODAY}),
        (Skip.FULL, {"has": 5, "most": 5}),
    ],
)
def test_whoever_cannot_be_asked_is_passed_over_and_named(why: Skip, said: dict[str, Any]) -> None:
    cannot = Rung(3, HatName.COORDINATOR, **said)
    choice = ladder.next_to_ask([cannot, DEEPAK], (), need())
    assert (choice.rung, choice.skipped, choice.waits_until) == (DEEPAK, ((cannot, why),), None)
    assert ladder.next_to_ask([cannot], (), need()) == Choice(None, ((cannot, why),))


@pytest.mark.parametrize(
    "said",
    [
        {"by": Way.WHATSAPP},
        {"by": Way.VOICE},
        {"by": Way.VOICE, "stopped": True},
        {"away": ((TODAY + A_DAY, TODAY + A_DAY),)},
        {"rests_until": TODAY - A_DAY},
        {"has": 19},
    ],
)
def test_nothing_else_stands_in_the_way(said: dict[str, Any]) -> None:
    assert ladder.next_to_ask([Rung(3, HatName.COORDINATOR, **said)], (), need()).rung is not None


def test_something_urgent_may_be_one_more_and_no_more_than_one() -> None:
    full, over = (Rung(3, HatName.COORDINATOR, has=has, most=5) for has in (5, 6))
    assert ladder.next_to_ask([full], (), need(Urgency.NOW)).rung == full
    assert ladder.next_to_ask([over], (), need(Urgency.NOW)).skipped == ((over, Skip.FULL),)


# Quiet hours

EVENING = datetime(2026, 11, 19, 21, 30, tzinfo=UTC)
SMALL_HOURS = datetime(2026, 11, 19, 0, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 20, 8, tzinfo=UTC)
NIGHT = Quiet(time(21), time(8))
EARLY = Quiet(time(21), time(6))
CORAL_SLEEPS, DEEPAK_SLEEPS = replace(CORAL, quiet=NIGHT), replace(DEEPAK, quiet=NIGHT)


@pytest.mark.parametrize(
    ("rungs", "when", "asked", "waits_until"),
    [
        # what is urgent wakes her
        ([CORAL_SLEEPS, DEEPAK], need(Urgency.NOW, EVENING), CORAL_SLEEPS, None),
        # what is for this week waits for the one who knows the street best
        ([CORAL_SLEEPS, DEEPAK], need(Urgency.THIS_WEEK, EVENING), CORAL_SLEEPS, MORNING),
        # what is for today goes to whoever is up
        ([CORAL_SLEEPS, DEEPAK], need(Urgency.TODAY, EVENING), DEEPAK, None),
        # and is no use to anybody tomorrow
        ([CORAL_SLEEPS, DEEPAK_SLEEPS], need(Urgency.TODAY, EVENING), None, None),
        ([CORAL_SLEEPS], need(Urgency.TODAY, SMALL_HOURS), CORAL_SLEEPS, MORNING - A_DAY),
        # whoever is up first has it, and of two the first in order
        ([CORAL_SLEEPS, replace(DEEPAK, quiet=EARLY)], need(Urgency.TODAY, SMALL_HOURS), "Deepak", MORNING - 26 * HOUR),
        ([CORAL_SLEEPS, DEEPAK_SLEEPS], need(Urgency.TODAY, SMALL_HOURS), CORAL_SLEEPS, MORNING - A_DAY),
        # a day and time waits while there is time
        ([CORAL_SLEEPS], need(Urgency.DAY_AND_TIME, EVENING, MORNING + HOUR), CORAL_SLEEPS, MORNING),
        ([CORAL_SLEEPS], need(Urgency.DAY_AND_TIME, EVENING, MORNING), None, None),
        # nobody waits for somebody who will not be there in the morning
        ([replace(CORAL_SLEEPS, away=((TODAY + A_DAY, TODAY + A_DAY),)), DEEPAK], need(at=EVENING), DEEPAK, None),
        ([CORAL_SLEEPS, DEEPAK], need(at=EVENING - HOUR), CORAL_SLEEPS, None),
    ],
)
def test_the_night(rungs: list[Rung], when: When, asked: Rung | str | None, waits_until: datetime | None) -> None:
    choice = ladder.next_to_ask(rungs, (), when)
    expected = rungs[1] if asked == "Deepak" else asked
    assert (choice.rung, choice.waits_until) == (expected, waits_until)
    assert {rung for rung, _ in choice.skipped} == set(rungs[: rungs.index(choice.rung) if choice.rung in rungs else 2])


# How long they have


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
    assert ladder.lapses_at(need(urgency, by_at=by_at), hours=NIGHT, durations=DEFAULTS) - NOON == lapses_in


@pytest.mark.parametrize(
    ("when", "hours", "lapses"),
    [
        # half an hour before the night, and half an hour after; but not beyond the day for which it is needed
        (need(Urgency.DAY_AND_TIME, EVENING - HOUR, MORNING), NIGHT, MORNING),
        (need(Urgency.TODAY, EVENING - HOUR), NIGHT, MORNING - 8 * HOUR),
        (need(Urgency.DAY_AND_TIME, EVENING - HOUR, EVENING), NIGHT, EVENING),
        (need(Urgency.NOW, EVENING), NIGHT, EVENING + HOUR / 4),
        # whoever works at night has other hours
        (need(Urgency.TODAY, EVENING), Quiet(time(7), time(15)), EVENING + HOUR),
        # never less than what is urgent has
        (need(Urgency.DAY_AND_TIME, EVENING - HOUR, EVENING - HOUR + MINUTE), NIGHT, EVENING - 3 * HOUR / 4),
    ],
)
def test_the_time_they_have_near_the_night(when: When, hours: Quiet, lapses: datetime) -> None:
    assert ladder.lapses_at(when, hours=hours, durations=DEFAULTS) == lapses


def test_how_long_an_offer_lasts_is_the_groups_to_say() -> None:
    slow = Durations(offer_today=2 * HOUR)
    assert ladder.lapses_at(need(Urgency.TODAY), hours=NIGHT, durations=slow) - NOON == 2 * HOUR


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
    at, expected = (datetime(*when, tzinfo=UTC) for when in (begins, ends))  # type: ignore[arg-type, misc]
    assert quiet.after_waking(at, 12 * HOUR, NIGHT, LONDON) == expected


def test_any_length_ends_in_waking_hours() -> None:
    for hours in range(1, 60):
        for start in range(24):
            at = datetime(2027, 3, 26, start, 17, tzinfo=UTC)
            wall = quiet.after_waking(at, hours * HOUR, NIGHT, LONDON).astimezone(LONDON)
            assert (8, 0) < (wall.hour, wall.minute) <= (21, 0)
