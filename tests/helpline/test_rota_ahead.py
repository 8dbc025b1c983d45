"""Slots made ahead from patterns, patterns that change, closed days, and handlers who keep a pattern."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import ahead, called_off, hours, regulars, retention, rota, shifts
from helpline.errors import HelplineError, RefusedError
from helpline.patterns import Pattern
from helpline.people import Person
from helpline.rota import S
from helpline.slots import Slot, Why
from tests.builders import NOON, a_handler
from tests.helpline.cast import texts_to
from tests.helpline.rota_cast import (
    DAY,
    FOUR,
    FRIDAY,
    FRIDAY_20,
    HOUR,
    SEVEN,
    TODAY,
    a_pattern,
    a_slot,
    an_organiser,
    down,
    slot_on,
)

WEEK = timedelta(days=7)


def days(session: Session, pattern: Pattern) -> list[date]:
    on = select(Slot.day).where(Slot.pattern_id == pattern.id, Slot.called_off_at.is_(None))
    return list(session.scalars(on.order_by(Slot.day)))


def sweep(session: Session, at: datetime = NOON) -> None:
    for find, deal in ((ahead.due, ahead.make), (called_off.out_of_step, called_off.fall_in)):
        for row in find(session, at):
            deal(session, row, at)
    session.info.clear()


def test_slots_are_made_eight_weeks_ahead_and_once(session: Session) -> None:
    pattern = a_pattern(session)
    assert days(session, pattern) == [FRIDAY_20 + week * WEEK for week in range(8)]
    assert ahead.due(session, NOON) == []
    ahead.make(session, pattern.id, NOON)
    assert len(days(session, pattern)) == 8
    later = NOON + 2 * DAY
    assert ahead.due(session, later) == [pattern.id]
    ahead.make(session, pattern.id, later)
    assert days(session, pattern)[-1] == FRIDAY_20 + 8 * WEEK
    assert ahead.due(session, later) == []


def test_a_pattern_that_ends_asks_for_nothing_more(session: Session) -> None:
    pattern = a_pattern(session, replace(FRIDAY, last_day=FRIDAY_20 + WEEK))
    assert days(session, pattern) == [FRIDAY_20, FRIDAY_20 + WEEK]
    assert ahead.due(session, NOON + 30 * DAY) == []


def test_a_changed_pattern_moves_the_slots_that_nobody_is_down_for(session: Session) -> None:
    pattern, hana, olive = a_pattern(session), a_handler(session, "Hana", on_shift=False), an_organiser(session)
    shifts.take(session, slot_on(session, pattern, FRIDAY_20), who=hana, at=NOON)
    wanted = replace(FRIDAY, begins=time(17), least=2, most=3)
    told, affected = ahead.would(session, pattern, wanted, at=NOON)
    assert ([slot.day for slot in told.stay], len(told.move), affected) == ([FRIDAY_20], 7, [hana])
    assert slot_on(session, pattern, FRIDAY_20 + WEEK).starts_at == FOUR + WEEK  # nothing is done yet
    assert ahead.change(session, pattern, wanted, who=olive, at=NOON) == (told, affected)
    this, following = (slot_on(session, pattern, FRIDAY_20 + week * WEEK) for week in (0, 1))
    assert [(slot.starts_at, slot.least, slot.most) for slot in (this, following)] == [
        (FOUR, 2, 3),
        (FOUR + WEEK + HOUR, 2, 3),
    ]
    assert texts_to(session, hana) == []
    with pytest.raises(HelplineError, match="Only an organiser"):
        ahead.change(session, pattern, wanted, who=hana, at=NOON)


def test_another_day_of_the_week_and_back_again(session: Session) -> None:
    pattern, olive = a_pattern(session), an_organiser(session)
    ahead.change(session, pattern, replace(FRIDAY, weekday=5), who=olive, at=NOON)
    assert days(session, pattern) == [FRIDAY_20 + DAY + week * WEEK for week in range(8)]
    ahead.change(session, pattern, FRIDAY, who=olive, at=NOON)
    assert days(session, pattern) == [FRIDAY_20 + week * WEEK for week in range(8)]
    done, _ = ahead.change(session, pattern, replace(FRIDAY, last_day=TODAY), who=olive, at=NOON)
    assert (len(done.call_off), days(session, pattern)) == (8, [])


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"least": 0}, "least", "one handler at least"),
        ({"least": 3}, "most", "cannot be fewer"),
        ({"most": 21}, "most", "more than 20"),
        ({"weekday": 7}, "weekday", "day of the week"),
        ({"last_day": TODAY - DAY}, "last_day", "before the first"),
        ({"first_day": TODAY + 800 * DAY}, "first_day", "two years"),
    ],
)
def test_what_no_pattern_can_say(session: Session, changes: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(RefusedError, match=sentence) as refused:
        ahead.add(session, replace(FRIDAY, **changes), who=an_organiser(session), at=NOON)
    assert refused.value.field == field


def test_a_pattern_of_years_ago_still_changes(session: Session) -> None:
    pattern, olive = a_pattern(session), an_organiser(session)
    pattern.first_day = TODAY - 900 * DAY
    done, _ = ahead.change(session, pattern, replace(pattern.shape, ends=time(18)), who=olive, at=NOON)
    assert (len(done.move), pattern.ends) == (8, time(18))
    with pytest.raises(RefusedError, match="two years"):
        ahead.change(session, pattern, replace(pattern.shape, first_day=TODAY - 901 * DAY), who=olive, at=NOON)


# Called off, and brought back


def test_who_was_down_for_a_slot_that_is_called_off_is_told_and_told_again(session: Session) -> None:
    slot, hana, olive = a_slot(session), a_handler(session, "Hana", on_shift=False), an_organiser(session)
    bea = a_handler(session, "Bea", on_shift=False)
    mine = shifts.take(session, slot, who=hana, at=NOON)
    shifts.take(session, slot, who=bea, at=NOON)
    called_off.call_off(session, slot, why=Why.ORGANISER, who=olive, at=NOON)
    called_off.call_off(session, slot, why=Why.ORGANISER, who=olive, at=NOON)
    assert (mine.state, rota.next_on(session, NOON)) == (S.CALLED_OFF, [])
    (told,) = texts_to(session, hana)
    assert told.startswith(
        "Larkfield Neighbours: your shift on Friday 20 November, 4 to 7 pm is called off, so you are not"
    )
    rota.write(session, bea, starts_at=SEVEN - HOUR, ends_at=SEVEN + HOUR)  # she has made other plans
    assert called_off.bring_back(session, slot, who=olive, at=NOON) == [mine]
    assert down(session, slot) == ["Hana"]
    assert "is on again after all" in texts_to(session, hana)[-1]
    assert len(texts_to(session, bea)) == 1
    with pytest.raises(HelplineError, match="has begun"):
        called_off.call_off(session, slot, why=Why.ORGANISER, who=olive, at=FOUR)


def test_whoever_had_other_plans_once_is_not_put_down_again_later(session: Session) -> None:
    slot, hana, olive = a_slot(session), a_handler(session, "Hana", on_shift=False), an_organiser(session)
    mine = shifts.take(session, slot, who=hana, at=NOON)
    called_off.call_off(session, slot, why=Why.ORGANISER, who=olive, at=NOON)
    other = rota.write(session, hana, starts_at=FOUR, ends_at=SEVEN)
    called_off.bring_back(session, slot, who=olive, at=NOON)
    shifts.leave(session, other, who=hana, at=NOON)
    called_off.call_off(session, slot, why=Why.ORGANISER, who=olive, at=NOON)
    called_off.bring_back(session, slot, who=olive, at=NOON)
    assert (mine.state, down(session, slot)) == (S.LEFT, [])


def test_a_day_that_closes_calls_off_what_begins_on_it_and_opening_brings_it_back(session: Session) -> None:
    slot, hana, olive = a_slot(session), a_handler(session, "Hana", on_shift=False), an_organiser(session)
    night = ahead.add_once(session, FOUR - 17 * HOUR, FOUR - 10 * HOUR, least=1, most=1, who=olive, at=NOON)
    shifts.take(session, slot, who=hana, at=NOON)
    hours.close_day(session, FRIDAY_20, "Street party", today=TODAY, who=olive, at=NOON)
    sweep(session)
    sweep(session)
    assert (slot.called_off_why, night.is_called_off, len(texts_to(session, hana))) == (Why.CLOSED, False, 1)
    with pytest.raises(HelplineError, match="closed that day"):
        called_off.bring_back(session, slot, who=olive, at=NOON)
    hours.open_day(session, FRIDAY_20, who=olive, at=NOON)
    sweep(session)
    sweep(session)
    assert (slot.is_called_off, down(session, slot), len(texts_to(session, hana))) == (False, ["Hana"], 2)


def test_on_a_closed_day_a_slot_is_made_called_off_and_nobody_is_put_down(session: Session) -> None:
    olive, hana = an_organiser(session), a_handler(session, "Hana", on_shift=False)
    hours.close_day(session, FRIDAY_20 + WEEK, "Street party", today=TODAY, who=olive, at=NOON)
    pattern = a_pattern(session)
    regulars.keep(session, pattern, hana, first_day=TODAY, who=olive, at=NOON)
    closed = slot_on(session, pattern, FRIDAY_20 + WEEK)
    assert (closed.called_off_why, down(session, closed)) == (Why.CLOSED, [])
    hours.open_day(session, closed.day, who=olive, at=NOON)
    sweep(session)
    assert (closed.is_called_off, down(session, closed)) == (False, ["Hana"])


def test_a_pattern_that_goes_on_at_another_time_puts_nobody_down_for_the_old_one(session: Session) -> None:
    pattern, hana, olive = a_pattern(session), a_handler(session, "Hana", on_shift=False), an_organiser(session)
    slot = slot_on(session, pattern, FRIDAY_20)
    shifts.take(session, slot, who=hana, at=NOON)
    ahead.end(session, pattern, TODAY, and_shifts=True, who=olive, at=NOON)
    ahead.change(session, pattern, replace(FRIDAY, begins=time(10), ends=time(13)), who=olive, at=NOON)
    assert (slot.is_called_off, slot.starts_at, down(session, slot)) == (False, FOUR - 6 * HOUR, [])
    assert len(texts_to(session, hana)) == 1


def test_a_pattern_may_end_and_go_on_while_a_day_of_it_is_closed(session: Session) -> None:
    pattern, olive = a_pattern(session), an_organiser(session)
    slot = slot_on(session, pattern, FRIDAY_20)
    hours.close_day(session, FRIDAY_20, "Street party", today=TODAY, who=olive, at=NOON)
    sweep(session)
    ahead.end(session, pattern, TODAY, and_shifts=True, who=olive, at=NOON)
    assert slot.called_off_why == Why.PATTERN, "it does not come back with the day"
    ahead.change(session, pattern, FRIDAY, who=olive, at=NOON)
    assert slot.called_off_why == Why.CLOSED
    hours.open_day(session, FRIDAY_20, who=olive, at=NOON)
    sweep(session)
    assert not slot.is_called_off


def test_what_an_organiser_called_off_is_not_brought_back_by_the_clock(session: Session) -> None:
    slot, olive = a_slot(session), an_organiser(session)
    called_off.call_off(session, slot, why=Why.ORGANISER, who=olive, at=NOON)
    ahead.change(session, slot.pattern or a_pattern(session), replace(FRIDAY, most=4), who=olive, at=NOON)
    sweep(session)
    assert slot.is_called_off


# One day only, and shifts that were there before


def test_a_slot_for_one_day_takes_in_the_shifts_that_fall_into_it(session: Session) -> None:
    hana, bea, olive = (a_handler(session, name, on_shift=False) for name in ("Hana", "Bea", "Olive"))
    inside = rota.write(session, hana, starts_at=FOUR, ends_at=SEVEN)
    across = rota.write(session, bea, starts_at=FOUR, ends_at=SEVEN + HOUR)
    slot = ahead.add_once(session, FOUR, SEVEN, least=2, most=3, who=an_organiser(session), at=NOON)
    session.refresh(across)
    assert (down(session, slot), across.slot_id, inside.slot_id) == (["Hana"], None, slot.id)
    for starts_at, ends_at, sentence in (
        (SEVEN, FOUR, "before it starts"),
        (NOON - HOUR, SEVEN, "begun already"),
        (FOUR, FOUR + 30 * HOUR, "longer than a day"),
    ):
        with pytest.raises(HelplineError, match=sentence):
            ahead.add_once(session, starts_at, ends_at, least=1, most=1, who=None, at=NOON)
    with pytest.raises(HelplineError, match="Only an organiser"):
        ahead.add_once(session, FOUR, SEVEN, least=1, most=1, who=olive, at=NOON)


# Regulars


def test_a_regular_is_down_every_week_but_where_they_cannot(session: Session) -> None:
    hana, olive = a_handler(session, "Hana", on_shift=False), an_organiser(session)
    pattern = a_pattern(session)
    rota.write(session, hana, starts_at=FOUR + WEEK, ends_at=FOUR + WEEK + HOUR)
    regular, not_down = regulars.keep(session, pattern, hana, first_day=TODAY, who=hana, at=NOON)
    assert [slot.day for slot in not_down] == [FRIDAY_20 + WEEK]
    first = slot_on(session, pattern, FRIDAY_20)
    shifts.leave(session, rota.down_for(session, [first])[first.id][0], who=hana, at=NOON)
    rota.write(session, hana, starts_at=SEVEN + 8 * WEEK - HOUR, ends_at=SEVEN + 8 * WEEK + HOUR)
    sweep(session, NOON + 16 * DAY)
    kept = [bool(down(session, slot_on(session, pattern, FRIDAY_20 + week * WEEK))) for week in range(10)]
    assert kept == [False, False, *[True] * 6, False, True]
    assert "somebody who keeps Friday 15 January, 4 to 7 pm has another shift then" in texts_to(session, olive)[-1]
    with pytest.raises(HelplineError, match="keep that time already"):
        regulars.keep(session, pattern, hana, first_day=TODAY, who=hana, at=NOON)
    assert regulars.fill(session, first, [regular], at=NOON) == []
    assert down(session, first) == []  # who left it is not put down for it again
    left = regulars.stop(session, regular, last_day=FRIDAY_20 + 3 * WEEK, who=hana, at=NOON)
    assert ([shift.state for shift in left], regular.last_day) == ([S.LEFT] * 6, FRIDAY_20 + 3 * WEEK)


def test_every_second_week(session: Session) -> None:
    hana, bea, olive = (*(a_handler(session, name, on_shift=False) for name in ("Hana", "Bea")), an_organiser(session))
    pattern = a_pattern(session, replace(FRIDAY, most=1))
    regulars.keep(session, pattern, hana, every=2, first_day=TODAY, who=olive, at=NOON)
    _, full = regulars.keep(
        session, pattern, bea, every=1, first_day=TODAY, last_day=FRIDAY_20 + 3 * WEEK, who=olive, at=NOON
    )
    assert [slot.day for slot in full] == [FRIDAY_20, FRIDAY_20 + 2 * WEEK]
    named = [down(session, slot_on(session, pattern, FRIDAY_20 + week * WEEK)) for week in range(8)]
    assert named == [["Hana"], ["Bea"], ["Hana"], ["Bea"], ["Hana"], [], ["Hana"], []]
    with pytest.raises(HelplineError, match="Only an organiser"):
        regulars.keep(session, pattern, olive, first_day=TODAY, who=hana, at=NOON)


def test_whoever_is_forgotten_keeps_nothing_any_more_and_what_they_did_is_told_of_nobody(session: Session) -> None:
    hana = a_handler(session, "Hana", on_shift=False)
    pattern = a_pattern(session)
    regulars.keep(session, pattern, hana, first_day=TODAY, who=hana, at=NOON)
    for hat in list(hana.hats):
        session.delete(hat)
    session.flush()
    people_due = next(rule for rule in retention.RULES if rule.table is Person)
    assert hana.id not in people_due.find(session, NOON + 30 * DAY)  # they are still on the rota then
    assert hana.id in people_due.find(session, NOON + 100 * DAY)
    people_due.forget(session, hana.id, NOON + 100 * DAY)
    session.flush()
    session.expire_all()
    assert regulars.of_patterns(session, [pattern], today=TODAY) == {pattern.id: []}
    assert [shift.person.name for shift in rota.between(session, FOUR, SEVEN)] == [None]
