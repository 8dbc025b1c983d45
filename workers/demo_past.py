"""What the made-up ward has behind it: eight weeks of calls, counted by the hour, and handlers who have been some for longer.

Mondays and Thursdays are busy between 10 and noon, when a third handler would help.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpline import fairness, people
from helpline.busy_hours import BusyHour
from helpline.people import HatName
from workers import demo_rota

WEEKS = 8
BUSY_DAYS, BUSY_HOURS = (0, 3), (10, 11)
BUSY, QUIET = 8, 2
HELD = timedelta(minutes=10)
LONGER = timedelta(weeks=30)


def fill(session: Session, *, at: datetime, zone: ZoneInfo) -> None:
    """The eight weeks before today."""
    today = at.astimezone(zone).date()
    for back in range(1, 7 * WEEKS + 1):
        session.add_all(_of_a_day(today - timedelta(days=back)))
    for person in people.with_hat(session, HatName.HANDLER):
        for hat in person.hats:
            if hat.name in fairness.HATS:
                hat.since_at = at - LONGER
    session.flush()


def _of_a_day(day: date) -> Iterator[BusyHour]:
    times = [(begins, ends) for nth, (begins, ends) in enumerate(demo_rota.TIMES) if (day.weekday(), nth) != (6, 2)]
    for hour in (hour for begins, ends in times for hour in range(begins.hour, ends.hour)):
        usual = BUSY if day.weekday() in BUSY_DAYS and hour in BUSY_HOURS else QUIET
        calls = usual + (day.toordinal() + hour) % 3 - 1
        held = calls * int(HELD.total_seconds())
        yield BusyHour(day=day, hour=hour, calls=calls, answered=calls, held=held, open=3600)
