"""Days away, a rest, and how much somebody is asked: what is understood, and what is refused with a sentence."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy.orm import Session

from helpline import away, sparing
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.quiet import Quiet
from tests.builders import NOON, a_coordinator, a_handler, a_person

TODAY = date(2026, 11, 19)
A_DAY = timedelta(days=1)


def day(number: int) -> date:
    return TODAY + number * A_DAY


@pytest.fixture
def coral(session: Session) -> Person:
    return a_coordinator(session, "Coral Reid")


def test_both_days_are_meant_and_back_early_means_today(session: Session, coral: Person) -> None:
    away.say_away(session, coral, day(0), day(3), who=coral, at=NOON)
    assert [away.is_away(session, coral, day(n)) for n in (-1, 0, 3, 4)] == [False, True, True, False]
    assert away.back_again(session, coral, who=coral, at=NOON + A_DAY)
    assert not away.back_again(session, coral, who=coral, at=NOON + A_DAY)
    assert [away.is_away(session, coral, day(n)) for n in (0, 1, 3)] == [True, False, False]
    assert away.of_person(session, coral, at=NOON + A_DAY) == []
    away.say_away(session, coral, day(2), day(2), who=coral, at=NOON + A_DAY)


def test_what_has_not_begun_is_taken_off_altogether(session: Session, coral: Person) -> None:
    later = away.say_away(session, coral, day(5), day(6), who=coral, at=NOON)
    soon = away.say_away(session, coral, day(1), day(2), who=coral, at=NOON)
    assert away.of_person(session, coral, at=NOON) == [soon, later]
    away.take_off(session, later, who=coral, at=NOON)
    assert away.of_person(session, coral, at=NOON) == [soon]
    assert not away.is_away(session, coral, day(5))


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (4, 3, "ends before it begins: Sunday 22 November comes before Monday 23 November"),
        (-3, -1, "have gone by"),
        (900, 901, "Which year did you mean"),
        (0, 400, "longer than a year"),
        (2, 9, r"You are away from Friday 20 to Saturday 21 November already\. Take that off first"),
        (0, 1, "already"),
        (1, 1, "already"),
    ],
)
def test_days_that_make_no_sense_get_a_sentence(
    session: Session, coral: Person, first: int, last: int, why: str
) -> None:
    away.say_away(session, coral, day(1), day(2), who=coral, at=NOON)
    with pytest.raises(HelplineError, match=why):
        away.say_away(session, coral, day(first), day(last), who=coral, at=NOON)


def test_a_handler_says_it_for_her_and_a_neighbour_does_not(session: Session, coral: Person) -> None:
    hana, deepak = a_handler(session, "Hana"), a_coordinator(session, "Deepak", deputy=True)
    made = away.say_away(session, coral, day(0), day(0), who=hana, at=NOON)
    assert (made.said_by, made.ends) == (hana, day(0))
    for refused in (
        lambda: away.say_away(session, coral, day(3), day(3), who=deepak, at=NOON),
        lambda: away.take_off(session, made, who=deepak, at=NOON),
        lambda: sparing.rest(session, coral, day(3), who=hana, at=NOON),
        lambda: sparing.set_quiet(session, coral, None, None, who=deepak, at=NOON),
    ):
        with pytest.raises(HelplineError, match="Only"):
            refused()


def test_who_is_away_is_one_question(session: Session, coral: Person) -> None:
    deepak = a_person(session, "Deepak")
    made = away.say_away(session, coral, day(0), day(1), who=coral, at=NOON)
    assert away.who_is_away(session, [coral.id, deepak.id], day(1)) == {coral.id: made}
    assert away.beginning(session, NOON) == [made.id]
    assert away.beginning(session, NOON + 2 * A_DAY) == []


def test_what_somebody_said_of_themselves_and_else_the_groups(session: Session, coral: Person) -> None:
    assert (sparing.quiet_of(session, coral), sparing.most_of(session, coral)) == (Quiet(time(21), time(8)), 5)
    sparing.set_quiet(session, coral, time(7), time(15, 30), who=coral, at=NOON)
    sparing.set_most(session, coral, 2, who=coral, at=NOON)
    assert (sparing.quiet_of(session, coral), sparing.most_of(session, coral)) == (Quiet(time(7), time(15, 30)), 2)
    sparing.set_quiet(session, coral, None, None, who=coral, at=NOON)
    assert sparing.quiet_of(session, coral) == Quiet(time(21), time(8))


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [(time(9), None, "leave both empty"), (time(8), time(6), "less than four hours"), (time(0), time(20, 1), "less")],
)
def test_quiet_hours_that_make_no_sense(
    session: Session, coral: Person, start: time, end: time | None, why: str
) -> None:
    with pytest.raises(HelplineError, match=why):
        sparing.set_quiet(session, coral, start, end, who=coral, at=NOON)
    assert coral.quiet_from is None


def test_a_rest_until_a_day_and_over_before_it(session: Session, coral: Person) -> None:
    olga = a_person(session, "Olga")
    olga.hats.append(a_handler(session, "X", on_shift=False).hats.pop())
    olga.hats[0].name = HatName.ORGANISER
    sparing.rest(session, coral, day(2), who=olga, at=NOON)
    assert [sparing.rests(coral, day(n)) for n in (0, 2, 3)] == [True, True, False]
    assert sparing.end_rest(session, coral, who=coral, at=NOON)
    assert not sparing.end_rest(session, coral, who=coral, at=NOON)
    for until, why in ((-1, "has gone by"), (400, "longer than a year")):
        with pytest.raises(HelplineError, match=why):
            sparing.rest(session, coral, day(until), who=coral, at=NOON)
    with pytest.raises(HelplineError, match="from 1 to 15"):
        sparing.set_most(session, coral, 16, who=coral, at=NOON)
