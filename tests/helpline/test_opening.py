"""When the line is open, by the wall clock: tables over both weekends of the clock change, and a model that walks every minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline import opening, opening_words
from helpline.errors import HelplineError
from helpline.opening import ALL_DAY, ALWAYS, Day, Span, Week

LONDON = ZoneInfo("Europe/London")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MARCH, OCTOBER = date(2027, 3, 28), date(2026, 10, 25)  # Sundays: 1 am becomes 2 am, and 2 am becomes 1 am


def week(default: str = "", **days: str) -> Week:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    mon, tue, wed, thu, fri, sat, sun = (opening_words.understand(days.get(name, default)) for name in names)
    return mon, tue, wed, thu, fri, sat, sun


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def hours_open(hours: Week, first: date, closed: frozenset[date] = frozenset()) -> Iterator[str]:
    """Every hour (UTC) of the Saturday and Sunday, as `#` when it is open as it begins and at its half."""
    begins = utc(first - timedelta(days=1), 0)
    for number in range(48):
        at = begins + number * HOUR
        yield "#" if opening.is_open(hours, closed, at, LONDON) else "."


@pytest.mark.parametrize(
    ("sunday", "hours", "expected"),
    [
        # In March London is on UTC until 1 am on Sunday; "10 am to 6 pm" is then 9 to 17 by UTC.
        (MARCH, week("10 am to 6 pm"), "..........########......" + ".........########......."),
        # A night shift of "10 pm to 6 am" is an hour shorter,
        (MARCH, week("10 pm to 6 am"), "######................##" + "#####................###"),
        # and one that begins at a time which is skipped begins as the clocks go forward.
        (MARCH, week(sun="1:30 am to 4 am"), "." * 24 + ".##....................."),
        (MARCH, week(sun="midnight to 1:30 am"), "." * 24 + "#......................."),
        (MARCH, ALWAYS, "#" * 48),
        # In October London is an hour ahead until 2 am (1 am by UTC) on Sunday,
        (OCTOBER, week("10 am to 6 pm"), ".........########......." + "..........########......"),
        # a night shift is an hour longer,
        (OCTOBER, week("10 pm to 6 am"), "#####................###" + "######................##"),
        # and of the two 1:30s the first opens and the second closes.
        (OCTOBER, week(sun="1 am to 2 am"), "." * 24 + "##......................"),
        (OCTOBER, week(sat="11 pm to 1:30 am"), "." * 22 + "##" + "##......................"),
        (OCTOBER, ALWAYS, "#" * 48),
    ],
)
def test_every_hour_of_both_weekends(sunday: date, hours: Week, expected: str) -> None:
    assert "".join(hours_open(hours, sunday)) == expected


def test_the_minutes_around_the_change() -> None:
    twice = week(sun="1:30 am to 1:45 am")
    open_at = [m for m in range(180) if opening.is_open(twice, (), utc(OCTOBER, 0) + m * MINUTE, LONDON)]
    assert open_at == list(range(30, 105)), "from the first 1:30 to the second 1:45"
    skipped = week(sun="1:15 am to 1:45 am")
    assert not any(opening.is_open(skipped, (), utc(MARCH, 0) + m * MINUTE, LONDON) for m in range(180))


def test_a_closed_day_closes_what_begins_on_it() -> None:
    nights = week("10 pm to 2 am")
    friday = date(2026, 11, 20)
    closed = frozenset({friday})
    at = utc(friday, 1)
    assert opening.is_open(nights, closed, at, LONDON), "since Thursday evening"
    assert opening.closes_next(nights, closed, at, LONDON) == utc(friday, 2)
    assert opening.opens_next(nights, closed, utc(friday, 3), LONDON) == utc(date(2026, 11, 21), 22)
    assert "".join(hours_open(ALWAYS, friday, closed)) == "#" * 24 + "." * 24


def test_spans_that_touch_are_one() -> None:
    hours = week("all day", wed="midnight to noon")
    monday = utc(date(2026, 11, 16), 9)
    assert opening.closes_next(hours, (), monday, LONDON) == utc(date(2026, 11, 18), 12)
    assert opening.closes_next(ALWAYS, (), monday, LONDON) is None
    assert opening.closes_next(ALWAYS, frozenset({date(2026, 12, 25)}), monday, LONDON) == utc(date(2026, 12, 25), 0)


def test_a_line_that_never_opens_says_nothing() -> None:
    assert opening.opens_next(week(), (), utc(MARCH, 9), LONDON) is None
    assert opening.closes_next(week(), (), utc(MARCH, 9), LONDON) is None


# Any quarter of an hour, and often those in which the clocks change.
quarters = st.one_of(st.tuples(st.integers(0, 95), st.integers(1, 96)), st.tuples(st.integers(0, 8), st.integers(1, 8)))
a_span = quarters.map(lambda q: Span(q[0] * 15, q[0] * 15 + q[1] * 15))
a_day = st.one_of(st.just(ALL_DAY), st.lists(a_span, max_size=3).map(tuple)).filter(
    lambda day: not opening.overlap(day)
)


def _naive(hours: Week, closed: set[date], day: date, minutes: list[datetime]) -> list[bool]:
    """Open or not at each minute: one day's span at a time, by nothing but reading the clock on the wall."""
    walls = [at.astimezone(LONDON).replace(tzinfo=None) for at in minutes]
    found = [False] * len(minutes)
    for back in range(-2, 3):
        begun_on = day + timedelta(days=back)
        spans: Day = hours[begun_on.weekday()] if begun_on not in closed else ()
        for span in spans:
            midnight = datetime.combine(begun_on, time())
            begins, ends = midnight + span.begins * MINUTE, midnight + span.ends * MINUTE
            has_begun, still_to_come = False, [False] * len(minutes)
            later = False
            for place in range(len(minutes) - 1, -1, -1):
                still_to_come[place] = later or walls[place] < ends
                later = later or walls[place] <= ends  # of two equal times the second is meant
            for place, wall in enumerate(walls):
                has_begun = has_begun or wall >= begins
                found[place] = found[place] or (has_begun and still_to_come[place])
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(*[a_day] * 7),
    st.sampled_from([MARCH, OCTOBER, date(2026, 11, 19), date(2027, 3, 27), date(2026, 10, 24)]),
    st.sets(st.integers(-2, 2), max_size=2),
)
def test_it_is_open_as_somebody_would_say_who_watches_the_clock(hours: Week, day: date, shut: set[int]) -> None:
    closed = {day + timedelta(days=number) for number in shut}
    begins = utc(day, 0) - 2 * HOUR
    minutes = [begins + number * MINUTE for number in range(28 * 60)]
    # The model looks from a day before to a day after, so that every span it may meet begins and ends in sight.
    wide = [begins + number * MINUTE for number in range(-26 * 60, 54 * 60)]
    expected = _naive(hours, closed, day, wide)[26 * 60 : 54 * 60]
    looked = range(0, len(minutes), 5)
    assert [opening.is_open(hours, closed, minutes[n], LONDON) for n in looked] == [expected[n] for n in looked]
    opens = opening.opens_next(hours, closed, begins, LONDON)
    first = next((at for at, is_open in zip(minutes, expected, strict=True) if is_open), None)
    if first is not None:
        assert opens == first
        closes = opening.closes_next(hours, closed, first, LONDON)
        after = minutes.index(first)
        shuts = next((minutes[n] for n in range(after, len(minutes)) if not expected[n]), None)
        assert shuts is None or closes == shuts


# As people write them


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("10 am to 1 pm, 2 pm to 6 pm", "10 am to 1 pm, 2 pm to 6 pm"),
        ("10-18", "10 am to 6 pm"),
        ("10 to 6 pm", "10 am to 6 pm"),
        ("2 to 6 pm", "2 pm to 6 pm"),
        ("22:00-02:00", "10 pm to 2 am"),
        ("22-2", "10 pm to 2 am"),
        ("9.30am\N{EN DASH}5pm", "9:30 am to 5 pm"),
        ("noon to midnight", "noon to midnight"),
        ("7 to 12", "7 am to noon"),
        ("06:00 to 12", "6 am to noon"),
        ("From 10 am until 6 pm.", "10 am to 6 pm"),
        ("11 pm to 1 am and 9 am to 11 am", "9 am to 11 am, 11 pm to 1 am"),
        ("0-24", "all day"),
        ("All day", "all day"),
        ("closed", ""),
        ("", ""),
    ],
)
def test_hours_as_they_are_typed_and_shown(typed: str, shown: str) -> None:
    day = opening_words.understand(typed)
    assert opening_words.worded(day).replace("\N{NO-BREAK SPACE}", " ") == shown
    assert opening_words.understand(opening_words.worded(day)) == day


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9-5", "Say am or pm"),
        ("9:30 to 5:30", "Say am or pm"),
        ("2 to 6", "Say am or pm"),
        ("10 am to 1 pm, 1:30-5", "Say am or pm"),
        ("9 am to 5", "Say am or pm for both"),
        ("25-26", "There is no 26"),
        ("13 pm to 14", "There is no 13 pm"),
        ("10 am to 10:75 pm", "There is no 10:75 pm"),
        ("mornings", "Write it like"),
        ("10 am", "Write it like"),
        ("10 am to 1 pm, noon to 6 pm", "run into each other"),
        ("9 am to 9 am, 10 am to 11 am", "run into each other"),
    ],
)
def test_what_cannot_be_meant_is_refused(typed: str, said: str) -> None:
    with pytest.raises(HelplineError, match=said):
        opening_words.understand(typed)


@pytest.mark.parametrize(
    ("typed", "minutes"), [("6 pm", 1080), ("18:00", 1080), ("noon", 720), ("midnight", 0), ("08:15", 495)]
)
def test_one_time(typed: str, minutes: int) -> None:
    assert opening_words.time_of_day(typed) == minutes


@pytest.mark.parametrize(("typed", "said"), [("6", "Say am or pm"), ("later", "Write a time"), ("", "Write a time")])
def test_one_time_that_cannot_be_meant(typed: str, said: str) -> None:
    with pytest.raises(HelplineError, match=said):
        opening_words.time_of_day(typed)


@given(a_day)
def test_whatever_hours_there_are_can_be_typed_again(day: Day) -> None:
    ordered = tuple(sorted(day))
    assert opening_words.understand(opening_words.worded(ordered)) == ordered
