"""What the organisers are told of the rota's gaps as somebody is late, comes, and goes again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from helpline import ahead, cover, gaps, rota, shift_texts, shifts, week
from helpline.people import Person
from helpline.slots import Slot
from tests.builders import NOON, a_handler
from tests.helpline.cast import texts_to
from tests.helpline.rota_cast import FOUR, HOUR, SEVEN, a_slot, an_organiser

MINUTE = timedelta(minutes=1)


@pytest.fixture
def olive(session: Session) -> Person:
    return an_organiser(session)


@pytest.fixture
def slot(session: Session) -> Slot:
    return a_slot(session)


@pytest.fixture
def hana(session: Session) -> Person:
    return a_handler(session, "Hana", on_shift=False)


def told(session: Session, olive: Person, *, since: datetime, until: datetime) -> list[str]:
    """What an organiser hears of gaps while the clock goes on."""
    before = len(texts_to(session, olive))
    while since < until:
        for row in gaps.due(session, since):
            gaps.tell(session, row, since)
        since += 5 * MINUTE
    return texts_to(session, olive)[before:]


def test_who_is_late_is_told_of_once_and_who_then_does_not_come_is_a_gap(
    session: Session, olive: Person, slot: Slot, hana: Person
) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    shift_texts.answer(session, hana, "LATE 20", at=FOUR - 2 * HOUR)
    assert ["20 min late" in text for text in texts_to(session, olive)] == [True]
    assert told(session, olive, since=FOUR - 2 * HOUR, until=FOUR - HOUR) == []
    cover.want(session, shift, who=hana, at=FOUR - HOUR)
    before, begun = told(session, olive, since=FOUR - HOUR, until=SEVEN)
    assert "nobody yet" in before
    assert "nobody is down" in begun


def test_late_counts_from_the_start_however_often_it_is_said(
    session: Session, olive: Person, slot: Slot, hana: Person
) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    for minutes, said in ((20, 20), (20, 20), (30, 30), (10, 10)):
        answer = shift_texts.answer(session, hana, f"LATE {said}", at=FOUR - 5 * MINUTE) or ""
        assert shift.starts_at == FOUR + minutes * MINUTE
        assert f"from 4:{said}" in answer
    assert len(texts_to(session, olive)) == 3, "the same again is no news"
    assert told(session, olive, since=FOUR - 5 * MINUTE, until=SEVEN) == []


def test_whoever_is_on_for_a_part_of_it_does_not_fill_the_time_until_they_come(
    session: Session, olive: Person, slot: Slot, hana: Person
) -> None:
    shifts.take(session, slot, who=hana, at=NOON)
    ben = a_handler(session, "Ben", on_shift=False)
    rota.write(session, ben, starts_at=FOUR - 2 * HOUR, ends_at=FOUR + 5 * MINUTE)
    assert "Nobody else is on" in (shift_texts.answer(session, hana, "LATE 60", at=FOUR - HOUR) or "")
    assert len(texts_to(session, olive)) == 1


def test_a_gap_that_was_filled_and_opens_again_is_told_of_again(
    session: Session, olive: Person, slot: Slot, hana: Person
) -> None:
    assert len(told(session, olive, since=FOUR - 7 * HOUR, until=FOUR - 6 * HOUR)) == 1
    shift = shifts.take(session, slot, who=hana, at=FOUR - 6 * HOUR)
    assert told(session, olive, since=FOUR - 6 * HOUR, until=FOUR - 5 * HOUR) == []
    shifts.leave(session, shift, who=hana, at=FOUR - 5 * HOUR)
    assert len(told(session, olive, since=FOUR - 5 * HOUR, until=FOUR)) == 1


def test_whoever_is_on_without_a_slot_leaves_no_gap(session: Session, olive: Person, slot: Slot, hana: Person) -> None:
    rota.write(session, hana, starts_at=FOUR - HOUR, ends_at=SEVEN)
    assert told(session, olive, since=FOUR - 6 * HOUR, until=SEVEN) == []
    cell = week.cell_of(session, slot, at=NOON)
    assert (cell.missing, [shift.person for shift in cell.shifts]) == (0, [hana])


@pytest.mark.parametrize("minutes", [-3, 30])
def test_whoever_starts_when_somebody_is_missing_is_down_until_the_end(
    session: Session, olive: Person, slot: Slot, hana: Person, minutes: int
) -> None:
    begins = FOUR + minutes * MINUTE
    shift = rota.start_now(session, hana, at=begins)
    assert (shift.starts_at, shift.ends_at, shift.slot) == (begins, SEVEN, slot)
    assert told(session, olive, since=begins, until=SEVEN) == []


def test_whoever_starts_beside_enough_is_on_for_two_hours(session: Session, slot: Slot, hana: Person) -> None:
    shifts.take(session, slot, who=a_handler(session, "Ben", on_shift=False), at=NOON)
    shift = rota.start_now(session, hana, at=FOUR)
    assert (shift.ends_at, shift.slot) == (FOUR + 2 * HOUR, None)


def test_whoever_starts_early_before_her_own_shift_is_down_for_it_once(session: Session, hana: Person) -> None:
    slot = ahead.add_once(session, FOUR, SEVEN, least=2, most=2, who=None, at=NOON)
    shifts.take(session, slot, who=hana, at=NOON)
    early = rota.start_now(session, hana, at=FOUR - 5 * MINUTE)
    assert (early.ends_at, early.slot) == (FOUR, None)
