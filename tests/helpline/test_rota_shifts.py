"""Taking, leaving, asking for cover, taking over and swapping, and what each refuses."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpline import called_off, rota, shifts
from helpline.errors import HelplineError
from helpline.history import Event
from helpline.people import Person
from helpline.rota import S, Shift
from helpline.slots import Slot, Why
from tests.builders import NOON, a_coordinator, a_handler
from tests.helpline.rota_cast import FOUR, HOUR, SEVEN, a_slot, an_organiser, down

MINUTE = timedelta(minutes=1)


@pytest.fixture
def slot(session: Session) -> Slot:
    """Friday from four to seven; one is needed and two have room."""
    return a_slot(session)


@pytest.fixture
def hana(session: Session) -> Person:
    return a_handler(session, "Hana", on_shift=False)


@pytest.fixture
def bea(session: Session) -> Person:
    return a_handler(session, "Bea", on_shift=False)


def events(session: Session, shift: Shift) -> list[str]:
    return list(session.scalars(select(Event.what).where(Event.shift_id == shift.id).order_by(Event.id)))


def test_whoever_takes_a_slot_is_on_for_the_whole_of_it(session: Session, slot: Slot, hana: Person) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    assert (shift.starts_at, shift.ends_at, shift.state) == (FOUR, SEVEN, S.KEPT)
    assert rota.shift_of(session, hana, FOUR) is shift
    assert (rota.missing(slot, [shift], at=NOON), rota.room(slot, [shift], at=NOON)) == (0, 1)


def test_a_slot_has_a_gap_wherever_nobody_is(session: Session, slot: Slot, hana: Person, bea: Person) -> None:
    first = rota.write(session, hana, starts_at=FOUR, ends_at=FOUR + HOUR, slot=slot)
    second = rota.write(session, bea, starts_at=FOUR + 2 * HOUR, ends_at=SEVEN, slot=slot)
    stands = [
        rota.missing(slot, given, at=at) for given in ([first], [first, second]) for at in (NOON, FOUR + 2 * HOUR)
    ]
    assert stands == [1, 1, 1, 0]
    assert rota.room(slot, [first, second], at=NOON) == 1


def test_whoever_puts_the_handlers_hat_down_leaves_a_gap(session: Session, slot: Slot, hana: Person) -> None:
    shifts.take(session, slot, who=hana, at=NOON)
    session.delete(hana.hats[0])
    session.flush()
    assert down(session, slot) == []


def test_of_a_slot_that_is_on_one_takes_the_rest(session: Session, slot: Slot, hana: Person) -> None:
    assert shifts.take(session, slot, who=hana, at=FOUR + HOUR).starts_at == FOUR + HOUR


def test_what_taking_refuses(session: Session, slot: Slot, hana: Person, bea: Person) -> None:
    dan, cora = a_handler(session, "Dan", on_shift=False), a_coordinator(session, "Cora")
    rota.write(session, dan, starts_at=FOUR - HOUR, ends_at=FOUR + MINUTE)
    shifts.take(session, slot, who=hana, at=NOON)
    for who, at, sentence in (
        (hana, NOON, "down for that shift already"),
        (dan, NOON, "another shift at that time"),
        (cora, NOON, "Only handlers"),
        (bea, SEVEN, "That shift is over"),
    ):
        with pytest.raises(HelplineError, match=sentence):
            shifts.take(session, slot, who=who, at=at)
    shifts.take(session, slot, who=bea, at=NOON)
    with pytest.raises(HelplineError, match="full"):
        shifts.take(session, slot, who=a_handler(session, "Femi", on_shift=False), at=NOON)
    called_off.call_off(session, slot, why=Why.ORGANISER, who=an_organiser(session), at=NOON)
    with pytest.raises(HelplineError, match="called off"):
        shifts.take(session, slot, who=bea, at=NOON)


def test_a_shift_that_is_left_is_a_gap_and_counts_nowhere(session: Session, slot: Slot, hana: Person) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    shifts.leave(session, shift, who=hana, at=NOON)
    assert (shift.state, down(session, slot)) == (S.LEFT, [])
    assert rota.on_now(session, FOUR) == rota.next_on(session, NOON) == rota.between(session, FOUR, SEVEN) == []
    assert rota.next_shift_of(session, hana, NOON) is None
    assert rota.missing(slot, [shift], at=NOON) == 1
    with pytest.raises(HelplineError, match="no longer yours"):
        shifts.leave(session, shift, who=hana, at=NOON)
    assert events(session, shift) == ["shift.taken", "shift.left"]
    shifts.take(session, slot, who=hana, at=NOON)
    assert down(session, slot) == ["Hana"]


@pytest.mark.parametrize(("at", "sentence"), [(FOUR, "has begun"), (SEVEN, "is over")])
def test_what_has_begun_is_not_left(session: Session, slot: Slot, hana: Person, at: datetime, sentence: str) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    with pytest.raises(HelplineError, match=sentence):
        shifts.leave(session, shift, who=hana, at=at)


def test_only_its_handler_or_an_organiser_gives_a_shift_up(
    session: Session, slot: Slot, hana: Person, bea: Person
) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    for verb in (shifts.leave, shifts.want_cover, shifts.keep, shifts.confirm):
        with pytest.raises(HelplineError, match="somebody else's"):
            verb(session, shift, who=bea, at=NOON)
    shifts.leave(session, shift, who=an_organiser(session), at=NOON)
    assert down(session, slot) == []


def test_a_shift_is_its_handlers_until_somebody_takes_it_over(
    session: Session, slot: Slot, hana: Person, bea: Person
) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    with pytest.raises(HelplineError, match="Hana does not need cover"):
        shifts.take_over(session, shift, who=bea, at=NOON)
    assert shifts.want_cover(session, shift, who=hana, at=NOON)
    assert not shifts.want_cover(session, shift, who=hana, at=NOON + MINUTE)
    assert (shift.cover_wanted_at, [one.person for one in rota.on_now(session, FOUR)]) == (NOON, [hana])
    taken = shifts.take_over(session, shift, who=bea, at=NOON)
    assert ((taken.starts_at, taken.ends_at), shift.state) == ((FOUR, SEVEN), S.PASSED_ON)
    assert down(session, slot) == ["Bea"]
    with pytest.raises(HelplineError, match="Somebody was faster"):
        shifts.take_over(session, shift, who=a_handler(session, "Femi", on_shift=False), at=NOON)
    with pytest.raises(HelplineError, match="somebody else's now"):
        shifts.keep(session, shift, who=hana, at=NOON)
    assert events(session, shift) == ["shift.taken", "shift.cover_wanted", "shift.passed_on"]


def test_a_wish_for_cover_may_be_withdrawn(session: Session, slot: Slot, hana: Person, bea: Person) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    shifts.want_cover(session, shift, who=hana, at=NOON)
    shifts.confirm(session, shift, who=hana, at=NOON)
    assert (shift.state, shift.cover_wanted_at, shift.confirmed_at) == (S.KEPT, None, NOON)
    shifts.keep(session, shift, who=hana, at=NOON)
    with pytest.raises(HelplineError, match="does not need cover"):
        shifts.take_over(session, shift, who=bea, at=NOON)


def test_of_a_shift_that_is_on_somebody_takes_over_the_rest(
    session: Session, slot: Slot, hana: Person, bea: Person
) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    shifts.want_cover(session, shift, who=hana, at=FOUR + HOUR)
    taken = shifts.take_over(session, shift, who=bea, at=FOUR + HOUR)
    on = [[one.person.name for one in rota.on_now(session, at)] for at in (FOUR, FOUR + HOUR - MINUTE, FOUR + HOUR)]
    assert (on, taken.ends_at) == ([["Hana"], ["Hana"], ["Bea"]], SEVEN)
    assert rota.start_now(session, hana, at=FOUR + 2 * HOUR).ends_at == FOUR + 4 * HOUR  # it is hers no longer
    with pytest.raises(HelplineError, match="is over"):
        shifts.want_cover(session, shift, who=hana, at=FOUR + HOUR)


def test_somebody_who_is_down_for_another_cannot_take_over(
    session: Session, slot: Slot, hana: Person, bea: Person
) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    shifts.want_cover(session, shift, who=hana, at=NOON)
    rota.write(session, bea, starts_at=FOUR, ends_at=FOUR + HOUR)
    with pytest.raises(HelplineError, match="already have a shift"):
        shifts.take_over(session, shift, who=bea, at=NOON)
    session.refresh(shift)
    assert shift.state == S.COVER_WANTED
    with pytest.raises(HelplineError, match="your own"):
        shifts.take_over(session, shift, who=hana, at=NOON)


def test_two_shifts_are_swapped_at_once(session: Session, slot: Slot, hana: Person, bea: Person) -> None:
    one = shifts.take(session, slot, who=hana, at=NOON)
    other = rota.write(
        session, bea, starts_at=FOUR + HOUR, ends_at=SEVEN + HOUR
    )  # they overlap, and still may be swapped
    hers, beas = shifts.exchange(session, one, other, who=bea, at=NOON)
    assert ((hers.person, hers.starts_at), (beas.person, beas.slot_id)) == ((hana, FOUR + HOUR), (bea, slot.id))
    assert (one.state, other.state, down(session, slot)) == (S.PASSED_ON, S.PASSED_ON, ["Bea"])
    with pytest.raises(HelplineError, match="does not have that shift any more"):
        shifts.exchange(session, one, other, who=bea, at=NOON)


def test_a_swap_is_whole_or_not_at_all(session: Session, slot: Slot, hana: Person, bea: Person) -> None:
    one = shifts.take(session, slot, who=hana, at=NOON)
    other = rota.write(session, bea, starts_at=FOUR + 24 * HOUR, ends_at=FOUR + 25 * HOUR)
    rota.write(session, bea, starts_at=SEVEN - MINUTE, ends_at=SEVEN + HOUR)
    with pytest.raises(HelplineError, match="Bea has another shift"):
        shifts.exchange(session, one, other, who=bea, at=NOON)
    for shift, who in ((one, hana), (other, bea)):
        session.refresh(shift)
        assert (shift.state, shift.person) == (S.KEPT, who)
    assert session.scalar(select(func.count(Shift.id)).where(Shift.state == S.PASSED_ON)) == 0
    with pytest.raises(HelplineError, match="has begun"):
        shifts.exchange(session, one, other, who=bea, at=FOUR)


# Ending early, and taking that back


def test_whoever_ended_their_shift_and_starts_again_is_on_until_its_end(
    session: Session, slot: Slot, hana: Person
) -> None:
    shifts.take(session, slot, who=hana, at=NOON)
    for minutes in (30, 45):
        rota.end_now(session, hana, at=FOUR + minutes * MINUTE)
        assert rota.shift_of(session, hana, FOUR + minutes * MINUTE) is None
        again = rota.start_now(session, hana, at=FOUR + (minutes + 5) * MINUTE)
        assert (again.ends_at, again.slot_id) == (SEVEN, slot.id)
    rota.end_now(session, hana, at=FOUR + HOUR)
    # After its end there is nothing to come back to: two hours, as for anybody.
    assert rota.start_now(session, hana, at=SEVEN).ends_at == SEVEN + 2 * HOUR
    assert rota.shift_of(session, hana, FOUR + 33 * MINUTE) is None  # the quiet between is told as it was


def test_a_shift_ended_as_it_begins_may_be_started_again(session: Session, slot: Slot, hana: Person) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    rota.end_now(session, hana, at=FOUR)
    assert (shift.state, rota.on_now(session, FOUR)) == (S.LEFT, [])
    assert rota.start_now(session, hana, at=FOUR).ends_at == SEVEN


# What the database refuses


def test_the_database_itself_refuses_somebody_twice(session: Session, slot: Slot, hana: Person) -> None:
    shift = shifts.take(session, slot, who=hana, at=NOON)
    session.flush()
    overlapping = {"person_id": hana.id, "starts_at": SEVEN - MINUTE, "ends_at": SEVEN + HOUR}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(Shift).values(state="cover_wanted", **overlapping))
    for fine in (
        {"state": "left", **overlapping},
        {"state": "kept", "person_id": hana.id, "starts_at": SEVEN, "ends_at": SEVEN + HOUR},
    ):
        with session.begin_nested():
            session.execute(insert(Shift).values(**fine))
    shift.ends_at = SEVEN + MINUTE
    with pytest.raises(IntegrityError):
        session.flush()
