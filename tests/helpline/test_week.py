"""The week as it is laid out, without a database; and the words for its hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpline import clock, week, wording
from helpline.week import Cell

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)


def cell(day: date, begins: int, ends: int) -> Cell:
    """Hours of one day by the wall clock; an end that is not later is of the next day."""
    then = day if ends > begins else day + timedelta(days=1)
    first, last = (clock.instant(datetime.combine(*wall), LONDON) for wall in ((day, time(begins)), (then, time(ends))))
    return Cell(first, last, ())


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 22)])
def test_nights_stand_in_one_row_whatever_the_clocks_do(sunday: date) -> None:
    monday = week.monday_of(sunday)
    cells = [cell(monday + timedelta(days=ahead), 22, 6) for ahead in range(7)]
    assert len({one.ends_at - one.starts_at for one in cells}) == (1 if sunday.month == 11 else 2)
    drawn = week.lay_out(monday, cells, {}, LONDON)
    assert [len(day.cells) for day in drawn.days] == [1] * 7
    assert len(drawn.bands) == 1
    assert {wording.from_to(one.starts_at, one.ends_at, LONDON) for one in drawn.cells} == {
        "10\N{NO-BREAK SPACE}pm to 6\N{NO-BREAK SPACE}am"
    }


def test_hours_that_come_back_are_rows_and_a_handful_that_does_not_is_a_list_a_day() -> None:
    monday = date(2026, 11, 16)
    days = [monday + timedelta(days=ahead) for ahead in range(7)]
    usual = [cell(day, hour, hour + 3) for day in days[:5] for hour in (10, 13, 16)]
    weekend = [cell(day, hour, hour + 4) for day in days[5:] for hour in (9, 13)]
    drawn = week.lay_out(monday, [*usual, *weekend], {}, LONDON)
    assert len(drawn.bands) == 5
    assert [one is not None for one in drawn.days[6].row(drawn.bands)] == [True, False, False, True, False]
    odd = [cell(days[ahead], 9 + ahead, 11 + 2 * ahead) for ahead in range(5)]
    assert week.lay_out(monday, odd, {}, LONDON).bands == ()
    assert week.lay_out(monday, [], {}, LONDON).bands == ()


def test_two_of_the_same_hours_on_one_day_have_a_row_each() -> None:
    monday = date(2026, 11, 16)
    drawn = week.lay_out(monday, [cell(monday, 10, 13), cell(monday, 10, 13)], {}, LONDON)
    assert len(drawn.bands) == 2
    assert len(drawn.days[0].cells) == 2


@pytest.mark.parametrize(
    ("begins", "lasts", "said"),
    [
        (10, 3, "10 am to 1 pm"),
        (13, 3, "1 to 4 pm"),
        (9, 2, "9 to 11 am"),
        (12, 4, "noon to 4 pm"),
        (9, 3, "9 am to noon"),
        (20, 4, "8 pm to midnight"),
        (22, 8, "10 pm to 6 am"),
        (22, 24, "10 pm to 10 pm"),
        (18, 62, "6 pm to 8 am on Thursday"),
        (13.5, 2, "1:30 to 3:30 pm"),
    ],
)
def test_hours_are_said_as_a_neighbour_says_them(begins: float, lasts: float, said: str) -> None:
    first = datetime(2026, 11, 16, tzinfo=UTC) + begins * HOUR
    assert wording.from_to(first, first + lasts * HOUR, LONDON).replace("\N{NO-BREAK SPACE}", " ") == said
