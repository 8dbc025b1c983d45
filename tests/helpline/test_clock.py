"""Wall clocks and instants, on the nights when they disagree."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpline import clock
from helpline.errors import HelplineError

LONDON = ZoneInfo("Europe/London")


def wall(*when: int) -> datetime:
    return datetime(*when)  # type: ignore[arg-type]  # noqa: DTZ001


def test_summer_and_winter_are_an_hour_apart() -> None:
    assert clock.instant(wall(2026, 7, 1, 10), LONDON) == datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert clock.instant(wall(2026, 11, 19, 10), LONDON) == datetime(2026, 11, 19, 10, tzinfo=UTC)


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_the_hour_that_does_not_exist_in_march_is_refused(minute: int) -> None:
    with pytest.raises(HelplineError, match=rf"There is no 01:{minute:02} on 28 March 2027"):
        clock.instant(wall(2027, 3, 28, 1, minute), LONDON)
    assert clock.instant(wall(2027, 3, 28, 2), LONDON) - clock.instant(wall(2027, 3, 28, 0, 59), LONDON) == timedelta(
        minutes=1
    )


def test_of_the_two_half_past_ones_in_october_the_first_is_meant() -> None:
    assert clock.instant(wall(2026, 10, 25, 1, 30), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock.instant(wall(2026, 10, 25, 2), LONDON) == datetime(2026, 10, 25, 2, tzinfo=UTC)


def test_local_time_comes_back_to_the_same_instant() -> None:
    at = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    assert clock.instant(clock.local(at, LONDON).replace(tzinfo=None), LONDON) == at
