"""Each day counted once when it is over, and once more when it has settled; and days added up."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import (
    calls,
    counting,
    desk_items,
    follow_ups,
    referrals,
    retention,
    rota,
    spans,
    taking,
    tallies,
    withdrawing,
)
from helpline.calls import Ending, Outcome
from helpline.counting import Came, What, Why
from helpline.desk_items import ItemKind
from helpline.follow_ups import Answer
from helpline.offers import Offer
from helpline.people import Person
from helpline.referrals import Given, ReferralWay
from helpline.requests import HelpRequest
from helpline.tallies import Tally
from helpline.wording import Kind
from tests.builders import a_coordinator, a_handler, a_street
from tests.helpline.cast import a_call, a_request
from tests.helpline.signpost_cast import a_signpost
from tests.helpline.test_busy_hours import a_talk

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 16)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(hour: int, minute: int = 0, *, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def counted(session: Session, day: date = MONDAY) -> tallies.Sums:
    tallies.make(session, day.toordinal(), at(4, day=day + DAY))
    return tallies.of(session, day, day, at=at(5, day=day + DAY))


@pytest.fixture
def hana(session: Session) -> Person:
    return a_handler(session, "Hana", on_shift=False, at=at(8))


# Calls


def came(arrived: datetime, ending: Ending | None, **more: object) -> Came:
    given = {"waited_since": arrived, "answered_at": None, "outcome": None, "language": "en", **more}
    return Came(arrived, ending=ending, **given)  # type: ignore[arg-type]


def test_a_call_is_counted_by_how_it_ended_and_ours_are_not() -> None:
    told = counting.of_calls(
        [
            came(at(10), Ending.ANSWERED, answered_at=at(10) + 14 * timedelta(seconds=1), outcome=Outcome.REQUEST),
            came(at(10, 30), Ending.ANSWERED, answered_at=at(10, 31), language="pl"),
            came(at(11), Ending.RANG_OFF),
            came(at(11), Ending.RANG_OFF, waited_since=None),  # in the greeting
            came(at(11), Ending.CALL_BACK_OWED),
            came(at(11), Ending.MESSAGE_LEFT, waited_since=None),  # the line was closed
            came(at(11), Ending.OUR_OWN),
            came(at(11), None),
        ],
        LONDON,
    )
    assert +told == Counter(
        {
            (What.CALL, "answered", 0): 2,
            (What.CALL, "lost", 0): 1,
            (What.CALL, "rang_off", 0): 1,
            (What.CALL, "call_back_owed", 0): 1,
            (What.CALL, "message_left", 0): 1,
            (What.LANGUAGE, "en", 0): 5,
            (What.LANGUAGE, "pl", 0): 1,
            (What.OUTCOME, "request", 0): 1,
            (What.OUTCOME, "not_said", 0): 1,
            (What.ASKED, "10", 0): 2,
            (What.ASKED, "11", 0): 2,
            (What.ANSWERED, "10", 0): 2,
            (What.LOST, "11", 0): 1,
            (What.WAIT, "10", 15): 1,
            (What.WAIT, "10", 60): 1,
        }
    )


def test_octobers_second_one_am_is_counted_with_the_first() -> None:
    first = spans.midnight(date(2026, 10, 25), LONDON)
    told = counting.of_calls([came(first + hours * HOUR, Ending.RANG_OFF) for hours in (1, 2, 3)], LONDON)
    assert (told[What.LOST, "01", 0], told[What.LOST, "02", 0]) == (2, 1)


# A day, from its rows


def test_a_day_is_counted_from_what_its_rows_say(session: Session, hana: Person) -> None:
    rota.write(session, hana, starts_at=at(9, 30), ends_at=at(13))
    a_talk(session, hana, at(10, 5), lasts=8 * MINUTE, writes=3 * MINUTE)
    calls.finish(session, a_call(session, phone=None, at=at(10, 40)), at=at(10, 42))
    back = a_call(session, at=at(11))
    calls.finish(session, back, at=at(11, 2))
    (item,) = desk_items.about_call(session, back.id)
    desk_items.close(session, item, at=at(11, 40), who=hana.id)
    a_call(session, at=at(9, day=MONDAY + DAY))  # of the next day
    told = counted(session)
    assert (told.many(What.CALL), told.many(What.ASKED), told.many(What.ANSWERED), told.many(What.LOST)) == (3, 3, 1, 1)
    assert told.many(What.CALL, Ending.CALL_BACK_OWED) == 1
    assert told.spread(What.WAIT).half == MINUTE
    assert told.spread(What.RUNG_BACK).half == 45 * MINUTE
    assert told.by(What.OUTCOME) == {Outcome.INFORMATION: 1}
    assert told.many(What.SERVED) == 210
    assert told.each_day[MONDAY]["call_back_owed"] == 1


def test_of_a_request_what_happens_on_a_day_is_counted_then(session: Session, hana: Person) -> None:
    street = a_street(session, "Acacia Road")
    coral = a_coordinator(session, "Coral", at=at(8))
    both = (Kind.SHOPPING, Kind.PRESCRIPTION)
    request = a_request(session, hana, street, at=at(10), kinds=both)
    a_request(session, hana, street, at=at(10), kinds=(Kind.OFFER_OF_HELP,), form_key="offer")
    offer = session.scalars(select(Offer).where(Offer.request_id == request.id)).one()
    taking.accept(session, offer, at=at(10, 42))
    taking.done(session, offer, at=at(11, day=MONDAY + DAY))
    patch = str(request.patch_id)
    first, second = counted(session), counted(session, MONDAY + DAY)
    assert first.by(What.WRITTEN) == {patch: 1}
    assert first.by(What.WRITTEN_KIND) == {"shopping": 1, "prescription": 1}
    assert first.by(What.OFFERED) == {patch: 1}
    assert first.spread(What.ACCEPTED, "today").half == 45 * MINUTE
    assert (first.many(What.DONE), second.many(What.DONE), second.many(What.WRITTEN)) == (0, 1, 0)
    assert second.spread(What.FINISHED).half == 36 * HOUR
    assert coral.first_name == "Coral"


def test_what_they_said_of_it_is_counted(session: Session, hana: Person) -> None:
    request = a_request(session, hana, None, at=at(10))
    item = desk_items.put(session, ItemKind.FOLLOW_UP, at=at(11), request_id=request.id)
    follow_ups.answer(session, item, Answer.PARTLY, Answer.YES, who=hana, at=at(12))
    told = counted(session)
    assert (told.by(What.GOT_IT), told.by(What.AGAIN)) == ({"partly": 1}, {"yes": 1})


def test_who_is_passed_on_is_counted_by_what_the_organisation_is_for(session: Session, hana: Person) -> None:
    request = a_request(session, hana, None, at=at(10))
    there = a_signpost(session, hana)
    given = Given(form_key="passed on", way=ReferralWay.OUT, hear_by=MONDAY + DAY, agreed=True)
    referrals.make(session, there, given, request=request, who=hana, at=at(11))
    assert counted(session).crossed(What.REFERRED) == {(there.kinds.split(",")[0], "out"): 1}


@pytest.mark.parametrize("why", list(Why))
def test_what_nobody_could_take_was_never_met_and_why(session: Session, hana: Person, why: Why) -> None:
    street = a_street(session, "Acacia Road")
    coral = None if why == Why.NOBODY_THERE else a_coordinator(session, "Coral", at=at(8))
    if coral is not None and why == Why.NOT_FREE:
        coral.stopped_texts_at = at(9)
    request = a_request(session, hana, street, at=at(10))
    offer = session.scalar(select(Offer).where(Offer.request_id == request.id))
    if offer is not None:
        (taking.pass_on if why == Why.SAID_NO else taking.lapse)(session, offer, at=at(11))
    withdrawing.call_off(session, request, who=hana, at=at(15))
    told = counted(session)
    assert told.crossed(What.NEVER) == {(why, str(request.patch_id)): 1}
    assert told.many(What.CALLED_OFF) == 0
    assert told.many(What.NEVER_KIND) == 1


def test_what_is_called_off_while_somebody_has_it_or_is_asked_is_no_lack(session: Session, hana: Person) -> None:
    street = a_street(session, "Acacia Road")
    a_coordinator(session, "Coral", at=at(8))
    asked, had = (a_request(session, hana, street, at=at(10), form_key=key) for key in "ab")
    offer = session.scalars(select(Offer).where(Offer.request_id == had.id)).one()
    taking.lapse(session, offer, at=at(11))  # nobody yet
    taking.accept(session, offer, at=at(12))  # late, and welcome
    for request in (asked, had):
        withdrawing.call_off(session, request, who=hana, at=at(15))
    told = counted(session)
    assert (told.many(What.CALLED_OFF), told.many(What.NEVER)) == (2, 0)


def test_a_day_can_be_counted_when_its_names_are_forgotten(session: Session, hana: Person) -> None:
    request = a_request(session, hana, a_street(session, "Acacia Road"), at=at(10))
    call = a_talk(session, hana, at(10, 5), lasts=8 * MINUTE, writes=MINUTE)
    withdrawing.call_off(session, request, who=hana, at=at(15))
    before = counting.count(session, spans.of_day(MONDAY, LONDON), LONDON)
    retention.forget_request(session, request, at=at(10, day=MONDAY + 40 * DAY))
    retention.forget_call(session, call, at=at(10, day=MONDAY + 40 * DAY))
    assert counting.count(session, spans.of_day(MONDAY, LONDON), LONDON) == before


@pytest.mark.parametrize(("day", "minutes"), [(date(2026, 3, 29), 23 * 60), (date(2026, 10, 25), 25 * 60)])
def test_a_day_is_as_long_as_it_is(session: Session, hana: Person, day: date, minutes: int) -> None:
    rota.write(session, hana, starts_at=at(0, day=day - DAY), ends_at=at(12, day=day + DAY))
    assert counting.count(session, spans.of_day(day, LONDON), LONDON)[What.SERVED, "", 0] == minutes


# When


def test_days_are_counted_once_newest_first_and_none_is_left_out(session: Session) -> None:
    assert list(tallies.due(session, at(12))) == [], "nothing has happened yet"
    calls.finish(session, a_call(session, at=at(10)), at=at(10, 5))
    assert list(tallies.due(session, at(3, 59, day=MONDAY + DAY))) == []
    assert list(tallies.due(session, at(4, day=MONDAY + DAY))) == [MONDAY.toordinal()]
    for _ in range(2):  # two clocks
        tallies.make(session, MONDAY.toordinal(), at(4, day=MONDAY + DAY))
    assert session.scalar(select(func.sum(Tally.many)).where(Tally.what == "call")) == 1
    later = at(9, day=MONDAY + 3 * DAY)
    assert list(tallies.due(session, later)) == [(MONDAY + n * DAY).toordinal() for n in (2, 1)]
    for ordinal in tallies.due(session, later):
        tallies.make(session, ordinal, later)
    assert list(tallies.due(session, later)) == []


def test_a_day_is_counted_once_more_when_what_came_of_it_is_said(session: Session, hana: Person) -> None:
    call = a_talk(session, hana, at(10, 5), lasts=8 * MINUTE, writes=MINUTE)
    call.outcome = None
    assert counted(session).by(What.OUTCOME) == {"not_said": 1}
    call.outcome = Outcome.REFERRED
    session.flush()
    for days in (2, 3, 4, 5, 6, 7):
        tallies.make(session, (MONDAY + days * DAY).toordinal(), at(4, day=MONDAY + 8 * DAY))
    eighth = at(4, day=MONDAY + 8 * DAY)
    assert MONDAY.toordinal() in tallies.due(session, eighth)
    for _ in range(2):
        tallies.make(session, MONDAY.toordinal(), eighth)
    assert tallies.of(session, MONDAY, MONDAY, at=eighth).by(What.OUTCOME) == {Outcome.REFERRED: 1}
    assert MONDAY.toordinal() not in tallies.due(session, at(4, day=MONDAY + 30 * DAY))


def test_today_is_counted_as_it_is_looked_at_and_what_nobody_counted_is_said(session: Session) -> None:
    for day in (MONDAY - 9 * DAY, MONDAY - DAY, MONDAY):
        calls.finish(session, a_call(session, at=at(10, day=day)), at=at(10, 5, day=day))
    told = tallies.of(session, MONDAY - 30 * DAY, MONDAY, at=at(12))
    assert (told.many(What.CALL), told.missing, told.so_far) == (1, 9, True)
    assert tallies.of(session, MONDAY - DAY, MONDAY, at=at(4, 59)).many(What.CALL) == 2, (
        "not counted yet, early in the morning"
    )
    for before in range(10, 0, -1):
        tallies.make(session, (MONDAY - before * DAY).toordinal(), at(12))
    told = tallies.of(session, MONDAY - 30 * DAY, MONDAY, at=at(12))
    assert (told.many(What.CALL), told.missing) == (3, 0)
    assert tallies.of(session, MONDAY + DAY, MONDAY + 3 * DAY, at=at(12)).many(What.CALL) == 0
    assert session.scalars(select(HelpRequest)).all() == []
