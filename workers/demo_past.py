"""What the made-up ward has behind it: eight weeks of calls and requests, counted, and handlers who have been some for longer.

Mondays and Thursdays are busy between 10 and noon, when a third handler would help.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import people, spreads
from helpline.busy_hours import BusyHour
from helpline.calls import Ending, Outcome
from helpline.counting import What, Why
from helpline.follow_ups import Answer
from helpline.people import ANSWERS, HatName
from helpline.places import Patch
from helpline.tallies import SETTLED, Tally
from helpline.wording import Kind, Urgency
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
        day = today - timedelta(days=back)
        hours = list(_of_a_day(day))
        session.add_all(hours)
        session.add_all(_tallies(day, hours, list(session.scalars(select(Patch.id).order_by(Patch.id)))))
    for person in people.with_hat(session, HatName.HANDLER):
        for hat in person.hats:
            if hat.name in ANSWERS:
                hat.since_at = at - LONGER
    session.flush()


def _of_a_day(day: date) -> Iterator[BusyHour]:
    times = [(begins, ends) for nth, (begins, ends) in enumerate(demo_rota.TIMES) if (day.weekday(), nth) != (6, 2)]
    for hour in (hour for begins, ends in times for hour in range(begins.hour, ends.hour)):
        usual = BUSY if day.weekday() in BUSY_DAYS and hour in BUSY_HOURS else QUIET
        calls = usual + (day.toordinal() + hour) % 3 - 1
        held = calls * int(HELD.total_seconds())
        yield BusyHour(day=day, hour=hour, calls=calls, answered=calls, held=held, open=3600)


def _tallies(day: date, hours: Sequence[BusyHour], patches: Sequence[int]) -> list[Tally]:
    """What such a day comes to: one call in nine is not answered, and as many requests as there are days in a week, or fewer."""
    told: Counter[tuple[str, str, int]] = Counter(
        {(What.DAY, "", 0): SETTLED, (What.SERVED, "", 0): 60 * len(hours) * 2}
    )
    for one in hours:
        _count_calls(told, f"{one.hour:02}", one.calls, lost=one.calls // 5)
    for number in range(1 + (day.toordinal() * 3) % 7):
        _count_request(told, number + day.toordinal(), str(patches[number % len(patches)] if patches else 0))
    return [
        Tally(day=day, what=str(what), part=part, step=step, many=many)
        for (what, part, step), many in told.items()
        if many
    ]


def _count_calls(told: Counter[tuple[str, str, int]], hour: str, calls: int, *, lost: int) -> None:
    answered = calls - lost
    told[What.ASKED, hour, 0] += calls
    told[What.ANSWERED, hour, 0] += answered
    told[What.LOST, hour, 0] += lost // 2
    told[What.CALL, Ending.ANSWERED, 0] += answered
    told[What.CALL, What.LOST, 0] += lost // 2
    told[What.CALL, Ending.CALL_BACK_OWED, 0] += lost - lost // 2
    told[What.LANGUAGE, "en", 0] += calls
    for number in range(answered):
        told[What.WAIT, hour, spreads.STEPS[(number * 3 + calls) % 7]] += 1
        told[What.OUTCOME, list(Outcome)[number % 4], 0] += 1


def _count_request(told: Counter[tuple[str, str, int]], number: int, patch: str) -> None:
    kind, urgency = list(Kind)[number % 6], list(Urgency)[number % 3]
    took = timedelta(minutes=7 * (1 + number % 5))
    told[What.WRITTEN, patch, 0] += 1
    told[What.WRITTEN_KIND, kind, 0] += 1
    if number % 23 == 0:
        told[What.NEVER, f"{list(Why)[number % 4]}/{patch}", 0] += 1
        told[What.NEVER_KIND, kind, 0] += 1
        return
    told[What.DONE, patch, 0] += 1
    told[What.DONE_KIND, kind, 0] += 1
    told[What.ACCEPTED, urgency, spreads.step_of(took)] += 1
    told[What.FINISHED, urgency, spreads.step_of(took * 9)] += 1
    told[What.GOT_IT, list(Answer)[0 if number % 5 else 1], 0] += 1
    told[What.AGAIN, Answer.YES, 0] += 1
