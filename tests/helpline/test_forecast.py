"""How many handlers each hour needs: what is smoothed, what is not guessed, and what the rota is told. No database."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline import forecast, spans, staffing
from helpline.defaults import Durations
from helpline.forecast import WEEK, Forecast, History, Seen

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
TEN_MINUTES = timedelta(minutes=10)
CLOSED = Seen()


def history(hours: dict[int, Seen], *, weeks: int = 12, answered: int = 100, held: timedelta = TEN_MINUTES) -> History:
    """A history in which the line was open in these hours of the week alone."""
    return History([hours.get(place, CLOSED) for place in range(WEEK)], weeks, answered, held * answered)


def at(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def flat(needs: int | None) -> Forecast:
    return Forecast((needs,) * WEEK, history({}))


# What is smoothed


def test_hours_that_differ_by_chance_alone_all_get_the_mean() -> None:
    chance = random.Random(5)  # noqa: S311  # not secret
    calls = [sum(chance.random() < 0.03 for _ in range(12 * 60)) for _ in range(WEEK)]  # a steady 1.8 an hour
    told = forecast.rates([Seen(calls=many, open=12) for many in calls])
    mean = sum(calls) / (12 * WEEK)
    assert max(calls) >= 2 * min(calls), "a row of the raw figures would have shown peaks"
    assert all(rate is not None and abs(rate - mean) < 0.15 * mean for rate in told)


def test_a_true_peak_stays_and_what_is_beside_it_is_raised() -> None:
    hours = [Seen(calls=120 if place % 24 == 10 else 12, open=12) for place in range(WEEK)]
    told = forecast.rates(hours)
    rate = [one or 0.0 for one in told[:24]]
    assert max(rate) == rate[10] > 5
    assert rate[9] == rate[11] > rate[8] == pytest.approx(rate[15], rel=0.01)
    assert 0.9 < rate[15] < 1.5


def test_an_hour_seldom_seen_says_less_than_one_seen_often() -> None:
    hours = {place: Seen(calls=24 if place % 24 < 12 else 72, open=12) for place in range(100)}
    seldom, often = hours | {120: Seen(calls=8, open=1)}, hours | {120: Seen(calls=96, open=12)}
    mean = 4.0
    rate = {
        name: forecast.rates(history(given).hours)[120] or 0
        for name, given in {"seldom": seldom, "often": often}.items()
    }
    assert mean < rate["seldom"] < rate["often"] < 8


def test_closed_hours_are_not_guessed_nor_do_they_thin_out_the_open_ones() -> None:
    open_at = {day * 24 + hour: Seen(calls=30, open=10) for day in range(5) for hour in (10, 11, 12)}
    told = forecast.rates(history(open_at).hours)
    assert [place for place, rate in enumerate(told) if rate is not None] == sorted(open_at)
    assert {round(rate, 6) for rate in told if rate is not None} == {3.0}


def test_with_no_history_at_all_there_are_no_rates() -> None:
    assert forecast.rates([CLOSED] * WEEK) == [None] * WEEK


# What is said, and what is not


def test_erlang_says_how_many_and_the_settings_how_soon() -> None:
    seen = history({place: Seen(calls=72, open=12) for place in range(24)}, held=TEN_MINUTES)  # 6 an hour: one erlang
    needed = {
        (share, within): forecast.made_of(
            seen, Durations(answered_share=share, answered_within=timedelta(seconds=within))
        ).needs[10]
        for share, within in [(80, 60), (99, 60), (50, 600)]
    }
    assert needed == {(80, 60): 3, (99, 60): 5, (50, 600): 2}
    assert forecast.made_of(seen, Durations()).needs[30] is None


@pytest.mark.parametrize(
    ("calls", "weeks", "answered", "known"),
    [(50, 4, 20, True), (49, 4, 20, False), (50, 3, 20, False), (50, 4, 19, False), (0, 0, 0, False)],
)
def test_with_too_little_history_no_number_is_made_up(calls: int, weeks: int, answered: int, known: bool) -> None:
    seen = history({10: Seen(calls=calls, open=weeks)} if weeks else {}, weeks=weeks, answered=answered)
    told = forecast.made_of(seen, Durations())
    assert told.is_known is known
    assert (told.needs[10] is not None) is known


# The wall clock


def test_both_of_octobers_one_ams_are_one_hour_of_the_week_and_marchs_is_never_met() -> None:
    october = [hour for hour, _ in spans.hours_of(date(2026, 10, 25), LONDON)]
    march = [hour for hour, _ in spans.hours_of(date(2026, 3, 29), LONDON)]
    assert [forecast.hour_of_week(hour, LONDON) - 144 for hour in october] == [0, 1, 1, *range(2, 24)]
    assert [forecast.hour_of_week(hour, LONDON) - 144 for hour in march] == [0, *range(2, 24)]


def test_ten_in_the_morning_is_ten_in_the_morning_all_year() -> None:
    told = Forecast([3 if place == 34 else 1 for place in range(WEEK)], history({}))
    assert told.needed(at(14, 10, month=7), LONDON) == told.needed(at(17, 10), LONDON) == 3  # Tuesdays
    assert told.needed(at(14, 9, 59, month=7), LONDON) == 1


# The rota


def test_more_would_help_where_the_rota_is_at_its_thinnest() -> None:
    slots = [(at(17, 10), at(17, 13)), (at(17, 13), at(17, 16))]
    shifts = [(at(17, 10), at(17, 13)), (at(17, 10), at(17, 12, 30)), (at(17, 13), at(17, 16))]
    assert staffing.would_help(slots, shifts, flat(2), LONDON) == [1, 1]
    handed_over = [*shifts, (at(17, 12, 30), at(17, 16))]
    assert staffing.would_help(slots, handed_over, flat(2), LONDON) == [0, 0]
    assert staffing.would_help(slots, [], flat(None), LONDON) == [0, 0]


def test_a_night_over_the_clock_change_has_nine_columns() -> None:
    night = (datetime(2026, 10, 24, 22, tzinfo=LONDON).astimezone(UTC), at(25, 6, month=10))
    found = staffing.columns([night], [night], flat(2), LONDON)
    assert [one.begins.astimezone(LONDON).hour for one in found] == [22, 23, 0, 1, 1, 2, 3, 4, 5]
    assert {(one.needed, one.down, one.more) for one in found} == {(2, 1, 1)}


def test_slots_that_overlap_and_end_within_an_hour_make_each_hour_once() -> None:
    found = staffing.columns([(at(17, 10), at(17, 12)), (at(17, 11, 30), at(17, 12, 30))], [], flat(1), LONDON)
    assert [(one.begins, one.ends) for one in found] == [
        (at(17, 10), at(17, 11)),
        (at(17, 11), at(17, 12)),
        (at(17, 12), at(17, 12, 30)),
    ]


@pytest.mark.parametrize(
    ("down", "more", "said"),
    [
        (2, 0, ""),
        (2, 1, "busy hours, a third would help"),
        (1, 1, "busy hours, a second would help"),
        (1, 2, "busy hours, two more would help"),
        (0, 1, "busy hours, one more would help"),
    ],
)
def test_a_cell_says_it_in_a_few_words(down: int, more: int, said: str) -> None:
    assert staffing.cell_words(down, more) == said


def test_the_lead_sentence_names_days_that_are_alike_together() -> None:
    needs = [1] * WEEK
    for day in (1, 4):
        needs[day * 24 + 10] = needs[day * 24 + 11] = 2
    needs[15], needs[16] = 2, 3
    open_at = [(at(day, 10), at(day, 17)) for day in range(16, 23)]
    found = staffing.columns(open_at, open_at, Forecast(needs, history({})), LONDON)
    assert [plain(one) for one in staffing.sentences(staffing.busy(found, LONDON), LONDON)] == [
        "Monday, 3 to 5 pm: one or two more would help.",
        "Tuesday and Friday, 10 am to noon: one more would help.",
    ]
    quiet = staffing.columns(open_at, open_at, flat(1), LONDON)
    assert staffing.sentences(staffing.busy(quiet, LONDON), LONDON) == []
    one_day = [(at(17, 10), at(17, 13))]
    found = staffing.columns(one_day, [(at(17, 12), at(17, 13))], flat(2), LONDON)
    assert [plain(one) for one in staffing.sentences(staffing.busy(found, LONDON), LONDON)] == [
        "Tuesday, 10 am to noon: nobody is down, two would help.",
        "Tuesday, noon to 1 pm: one more would help.",
    ]


def plain(words: str) -> str:
    return words.replace("\N{NO-BREAK SPACE}", " ")


# Against somebody who looks at the clock and the rota every five minutes, over the weekend on which the clocks go back

FIVE = timedelta(minutes=5)
SATURDAY = datetime(2026, 10, 24, tzinfo=LONDON).astimezone(UTC)
A_SPAN = st.tuples(st.integers(0, 600), st.integers(1, 150)).map(
    lambda given: (SATURDAY + given[0] * FIVE, SATURDAY + (given[0] + given[1]) * FIVE)
)


@given(A_SPAN, st.lists(A_SPAN, max_size=6), st.lists(st.integers(0, 4), min_size=WEEK, max_size=WEEK))
@settings(max_examples=60, deadline=None)
def test_more_would_help_as_whoever_watches_would_say(
    slot: tuple[datetime, datetime], shifts: list[tuple[datetime, datetime]], needs: list[int]
) -> None:
    most, moment = 0, slot[0]
    while moment < slot[1]:
        wall = moment.astimezone(LONDON)
        on = sum(begins <= moment < ends for begins, ends in shifts)
        most = max(most, needs[wall.weekday() * 24 + wall.hour] - on)
        moment += FIVE
    assert staffing.would_help([slot], shifts, Forecast(needs, history({})), LONDON) == [most]
