"""Who is on, to the microsecond."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from helpline import rota
from helpline.errors import HelplineError
from helpline.rota import Shift
from tests.builders import NOON, a_handler

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def test_the_first_instant_is_on_and_the_last_is_not() -> None:
    shift = Shift(starts_at=NOON, ends_at=NOON + HOUR)
    assert rota.on_duty([shift], NOON) == [shift]
    assert rota.on_duty([shift], NOON + HOUR - TICK) == [shift]
    assert rota.on_duty([shift], NOON - TICK) == []
    assert rota.on_duty([shift], NOON + HOUR) == []


def test_the_database_draws_the_same_edges(session: Session) -> None:
    hana = a_handler(session, "Hana", on_shift=False)
    rota.write(session, hana, starts_at=NOON, ends_at=NOON + HOUR)
    seen = [bool(rota.on_now(session, at)) for at in (NOON - TICK, NOON, NOON + HOUR - TICK, NOON + HOUR)]
    assert seen == [False, True, True, False]


def test_one_shift_may_begin_as_another_ends_but_not_before(session: Session) -> None:
    hana, tomasz = a_handler(session, "Hana", on_shift=False), a_handler(session, "Tomasz", on_shift=False)
    rota.write(session, hana, starts_at=NOON, ends_at=NOON + HOUR)
    rota.write(session, hana, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    rota.write(session, tomasz, starts_at=NOON, ends_at=NOON + HOUR)
    with pytest.raises(HelplineError, match="already have a shift"):
        rota.write(session, hana, starts_at=NOON - HOUR, ends_at=NOON + TICK)
    with pytest.raises(HelplineError, match="ends before it starts"):
        rota.write(session, tomasz, starts_at=NOON + 5 * HOUR, ends_at=NOON + 5 * HOUR)


def test_a_handler_may_start_at_once_until_their_next_shift(session: Session) -> None:
    hana, tomasz = a_handler(session, "Hana", on_shift=False), a_handler(session, "Tomasz", on_shift=False)
    rota.write(session, hana, starts_at=NOON + HOUR, ends_at=NOON + 3 * HOUR)
    assert rota.start_now(session, hana, at=NOON).ends_at == NOON + HOUR
    assert rota.start_now(session, tomasz, at=NOON).ends_at == NOON + 2 * HOUR
    again = rota.start_now(session, tomasz, at=NOON + HOUR)
    assert (again.starts_at, again.ends_at) == (NOON, NOON + 2 * HOUR)


def test_ending_a_shift_ends_it_now_and_keeps_the_next(session: Session) -> None:
    hana = a_handler(session, "Hana", hours=1)
    rota.write(session, hana, starts_at=NOON + 5 * HOUR, ends_at=NOON + 6 * HOUR)
    rota.end_now(session, hana, at=NOON)
    session.flush()
    assert rota.shift_of(session, hana, NOON) is None
    following = rota.next_shift_of(session, hana, NOON)
    assert following is not None
    assert following.starts_at == NOON + 5 * HOUR
    rota.end_now(session, hana, at=NOON)


def test_a_shift_ended_as_it_starts_never_was(session: Session) -> None:
    hana = a_handler(session, "Hana", on_shift=False)
    rota.start_now(session, hana, at=NOON)
    rota.end_now(session, hana, at=NOON)
    session.flush()
    assert rota.shift_of(session, hana, NOON) is None
    assert rota.start_now(session, hana, at=NOON).ends_at == NOON + 2 * HOUR


def test_who_is_next_are_all_who_start_together(session: Session) -> None:
    hana, bea, femi = (a_handler(session, name, on_shift=False) for name in ("Hana", "Bea", "Femi"))
    rota.write(session, femi, starts_at=NOON + 2 * HOUR, ends_at=NOON + 3 * HOUR)
    rota.write(session, hana, starts_at=NOON + HOUR, ends_at=NOON + 3 * HOUR)
    rota.write(session, bea, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    assert [shift.person.name for shift in rota.next_on(session, NOON)] == ["Hana", "Bea"]
    assert rota.next_on(session, NOON + 2 * HOUR) == []


def test_somebody_who_has_put_the_handlers_hat_down_is_not_on(session: Session) -> None:
    hana = a_handler(session, "Hana Novak")
    assert [shift.person_id for shift in rota.on_now(session, NOON)] == [hana.id]
    session.delete(hana.hats[0])
    session.flush()
    session.refresh(hana)
    assert rota.on_now(session, NOON) == []
