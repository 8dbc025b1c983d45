"""A talk held, handed over and joined, as rows: who may ask for what, and who has the last word."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import away, calls, line, parting, rings, talking, unsaid
from helpline.calls import C, Call, Ending, NextStep, Outcome
from helpline.errands import Errand, ErrandKind
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.rings import R, Ring, RingKind
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, a_sid

LATER = NOON + timedelta(seconds=30)


def took(session: Session, call: Call, person: Person, kind: RingKind = RingKind.TAKE) -> Ring:
    """That person's phone rang and they pressed 1 on it."""
    ring = next(
        (one for one in rings.of_call(session, call.id) if one.person_id == person.id and one.state in rings.LIVE), None
    ) or rings.owe(session, person, call.id, at=NOON, kind=kind)
    rings.claim(session, ring, at=NOON)
    rings.leg_is(session, ring, a_sid(), at=NOON)
    rings.answered(session, ring, at=NOON)
    return ring


@pytest.fixture
def hana(session: Session) -> Person:
    return builders.a_handler(session, "Hana Novak")


@pytest.fixture
def tomasz(session: Session) -> Person:
    return builders.a_handler(session, "Tomasz Lis")


@pytest.fixture
def talk(session: Session, hana: Person) -> tuple[Call, Ring]:
    call = a_call(session)
    ring = took(session, call, hana)
    assert calls.take(session, call, ring, at=NOON)
    calls.connected(session, call, at=NOON)
    return call, ring


def errands(session: Session) -> list[str]:
    return list(session.scalars(select(Errand.subject).where(Errand.kind == ErrandKind.MOVE_LEG).order_by(Errand.id)))


def test_the_desk_only_writes_a_wish_and_they_talk_on(session: Session, talk: tuple[Call, Ring], hana: Person) -> None:
    call, ring = talk
    talking.ask(session, call, NextStep.HOLD, who=hana, at=NOON)
    talking.ask(session, call, NextStep.HOLD, who=hana, at=NOON)
    assert (call.state, call.next_step) == (C.TALKING, NextStep.HOLD)
    assert errands(session) == [f"{ring.sid}.1"], "pressed twice, it is asked once"
    assert parting.where_to(session, f"{ring.sid}.1") == f"/ivr/rings/{ring.id}/next"
    talking.part(session, call, at=NOON)
    assert (call.state, call.next_step, call.apart_at) == (C.HELD, None, NOON)
    assert parting.where_to(session, f"{ring.sid}.1") is None, "late, it moves nobody"


def test_nobody_else_may_ask(session: Session, talk: tuple[Call, Ring], tomasz: Person) -> None:
    call, _ = talk
    with pytest.raises(HelplineError, match="not yours"):
        talking.ask(session, call, NextStep.HOLD, who=tomasz, at=NOON)
    with pytest.raises(HelplineError, match="not yours"):
        talking.hand_over(session, call, to=None, who=tomasz, at=NOON)


def test_what_cannot_be_done_now_is_refused_with_a_sentence(
    session: Session, talk: tuple[Call, Ring], hana: Person
) -> None:
    call, _ = talk
    for step in (NextStep.BACK, NextStep.DROP_OUT):
        with pytest.raises(HelplineError, match="cannot be done"):
            talking.ask(session, call, step, who=hana, at=NOON)
    with pytest.raises(HelplineError, match="Nobody else is free"):
        talking.hand_over(session, call, to=None, who=hana, at=NOON)
    with pytest.raises(HelplineError, match="Choose a patch"):
        talking.bring_in(session, call, None, who=hana, at=NOON)


def test_of_two_who_press_1_the_row_decides(
    session: Session, hana: Person, tomasz: Person, talk: tuple[Call, Ring]
) -> None:
    call, ring = talk
    talking.hand_over(session, call, to=tomasz, who=hana, at=NOON)
    assert [one.kind for one in rings.of_call(session, call.id)][-1] != RingKind.HAND_OVER, "they talk still"
    talking.part(session, call, at=NOON)
    other = took(session, call, tomasz)
    assert other.kind == RingKind.HAND_OVER
    assert talking.back(session, call, ring, at=NOON)
    assert not calls.take(session, call, other, at=NOON)
    assert (call.state, call.handler_id, other.state) == (C.TAKEN, hana.id, R.CANCELLED)


def handed_to(session: Session, call: Call) -> list[str | None]:
    """Whose phones ring to take it over."""
    live = [ring for ring in rings.of_call(session, call.id) if ring.state in rings.LIVE]
    return [ring.person.first_name for ring in live if ring.kind == RingKind.HAND_OVER]


@pytest.fixture
def others(session: Session) -> list[Person]:
    """Four more, of whom Bea answered longest ago and Eryk last; only Eryk speaks Polish."""
    made = [builders.a_handler(session, name) for name in ("Tomasz Lis", "Bea Ward", "Dev Shah", "Eryk Nowak")]
    for person, minutes in zip(made, (3, 9, 6, 1), strict=True):
        person.last_answered_at = NOON - timedelta(minutes=minutes)
    made[-1].languages = "pl"
    session.flush()
    return made


def test_whoever_is_named_is_rung_however_many_others_are_free(
    session: Session, hana: Person, talk: tuple[Call, Ring], others: list[Person]
) -> None:
    call, _ = talk
    talking.hand_over(session, call, to=others[-1], who=hana, at=NOON)
    talking.part(session, call, at=NOON)
    assert handed_to(session, call) == ["Eryk"]
    assert talking.go_on_handing(session, call, at=LATER)
    assert handed_to(session, call) == ["Eryk"]


def test_who_speaks_her_language_is_rung_first_then_who_answered_longest_ago_until_all_were(
    session: Session, hana: Person, talk: tuple[Call, Ring], others: list[Person]
) -> None:
    call, _ = talk
    call.language = "pl"
    talking.hand_over(session, call, to=None, who=hana, at=NOON)
    talking.part(session, call, at=NOON)
    assert handed_to(session, call) == ["Eryk", "Bea"]
    for still in (["Dev", "Tomasz"], []):
        rings.cancel_others(session, call.id, except_id=None, at=NOON)
        assert talking.go_on_handing(session, call, at=NOON) is bool(still)
        assert handed_to(session, call) == still


def test_who_takes_it_over_has_it_and_the_first_leg_ends_nothing(
    session: Session, hana: Person, tomasz: Person, talk: tuple[Call, Ring]
) -> None:
    call, ring = talk
    talking.hand_over(session, call, to=None, who=hana, at=NOON)
    talking.part(session, call, at=NOON)
    other = took(session, call, tomasz)
    assert calls.take(session, call, other, at=NOON)
    assert not talking.back(session, call, ring, at=NOON)
    calls.connected(session, call, at=LATER)
    line.leg_reported(session, ring, sid=ring.sid or "", status="completed", sequence=9, at=LATER)
    assert (call.state, call.handler_id) == (C.TALKING, tomasz.id)
    assert calls.current_of(session, hana) is None


@pytest.mark.parametrize("order", ["report first", "her leg first"])
def test_a_handler_who_is_gone_leaves_her_asked_whichever_leg_tells_first(
    session: Session, talk: tuple[Call, Ring], order: str
) -> None:
    call, ring = talk
    if order == "her leg first":
        talking.part(session, call, at=NOON)
        assert call.state == C.HELD
    line.leg_reported(session, ring, sid=ring.sid or "", status="completed", sequence=9, at=LATER)
    if order == "report first":
        talking.part(session, call, at=LATER)
    assert (call.state, call.apart_at) == (C.PARTED, LATER)
    assert call.wrap_up_until is not None
    assert calls.finish(session, call, at=LATER).ending == Ending.ANSWERED


def test_who_waits_again_is_first_in_line_and_owed_a_call_back(session: Session, talk: tuple[Call, Ring]) -> None:
    call, ring = talk
    second = a_call(session, phone="+442079460142", at=NOON + timedelta(seconds=5))
    line.leg_reported(session, ring, sid=ring.sid or "", status="completed", sequence=9, at=LATER)
    talking.wants_somebody(session, call, at=LATER)
    assert calls.waiting(session) == [call, second]
    assert (call.waits_since, call.handler_id) == (LATER, None)
    assert calls.finish(session, call, at=LATER).ending == Ending.CALL_BACK_OWED


def test_a_coordinator_is_not_paused_for_missing_it_and_joins_only_what_is_there(
    session: Session, talk: tuple[Call, Ring], hana: Person
) -> None:
    call, _ = talk
    coral = builders.a_coordinator(session, "Coral Reyes")
    for _ in range(3):
        ring = talking.bring_in(session, call, coral, who=hana, at=NOON)
        assert ring is not None
        assert talking.bring_in(session, call, coral, who=hana, at=NOON) is None, "once at a time"
        rings.claim(session, ring, at=NOON)
        line.missed(session, ring, R.MISSED, at=NOON)
    assert (coral.misses, coral.paused_at) == (0, None)
    last = talking.bring_in(session, call, coral, who=hana, at=NOON)
    assert last is not None
    rings.claim(session, last, at=NOON)
    rings.answered(session, last, at=NOON)
    calls.finish(session, call, at=NOON)
    assert not talking.joins(session, call, last, at=NOON)


def test_nobody_has_two_calls_even_on_hold(session: Session, talk: tuple[Call, Ring], hana: Person) -> None:
    call, _ = talk
    talking.part(session, call, at=NOON)
    second = a_call(session, phone="+442079460142")
    assert not calls.take(session, second, took(session, second, hana), at=NOON)
    assert line.next_to_ring(session, second, at=NOON) == []


def test_by_key_whoever_is_away_rests_or_sleeps_is_left_out_and_on_the_desk_nobody_but_the_caller(
    session: Session, talk: tuple[Call, Ring]
) -> None:
    call, _ = talk
    ladder = ("Coral", "Dana", "Eve", "Fay")
    coral, dana, eve, fay = (builders.a_coordinator(session, name, deputy=name != "Coral") for name in ladder)
    patch, today = builders.a_patch(session, "The Groves"), away.today(NOON)
    away.say_away(session, coral, today, today, who=coral, at=NOON)
    dana.rests_until = today
    eve.quiet_from, eve.quiet_until = time(9), time(21)
    assert talking.who_to_bring_in(session, call, patch.id, there_at=NOON) == fay
    call.person = fay
    session.flush()
    assert talking.who_to_bring_in(session, call, patch.id, there_at=NOON) is None
    assert talking.who_to_bring_in(session, call, patch.id) == coral
    call.person = coral
    session.flush()
    assert talking.who_to_bring_in(session, call, patch.id) == dana


# What is written down is of one talk.


@pytest.fixture
def handed_on(session: Session, hana: Person, tomasz: Person, talk: tuple[Call, Ring]) -> tuple[Call, Ring, Ring]:
    """Hana has written it down and hands her over to Tomasz, whose phone rings."""
    call, ring = talk
    calls.come_to(session, call, Outcome.INFORMATION, who=hana, at=NOON)
    talking.hand_over(session, call, to=tomasz, who=hana, at=NOON)
    talking.part(session, call, at=NOON)
    return call, ring, took(session, call, tomasz)


def test_what_the_first_has_written_down_leaves_the_second_to_say_theirs(
    session: Session, tomasz: Person, handed_on: tuple[Call, Ring, Ring]
) -> None:
    call, _, other = handed_on
    assert calls.take(session, call, other, at=NOON)
    calls.connected(session, call, at=NOON)
    assert (call.outcome, call.written_down) == (Outcome.INFORMATION, False)
    calls.finish(session, call, at=LATER)
    assert call.ending == Ending.ANSWERED
    assert calls.to_wrap_up(session, tomasz, LATER) is call
    long_after = LATER + timedelta(hours=1)
    assert session.scalars(unsaid.of(tomasz, long_after)).all() == [call]
    calls.come_to(session, call, Outcome.SILENT, who=tomasz, at=long_after)
    assert session.scalars(unsaid.of(tomasz, long_after)).all() == []


def test_what_the_first_says_late_is_not_of_the_second_talk_and_takes_nothing_from_it(
    session: Session, hana: Person, tomasz: Person, handed_on: tuple[Call, Ring, Ring]
) -> None:
    call, _, other = handed_on
    assert calls.take(session, call, other, at=NOON)
    calls.come_to(session, call, Outcome.REQUEST, who=hana, at=LATER)
    assert not call.written_down
    calls.come_to(session, call, Outcome.SILENT, who=tomasz, at=LATER)
    calls.come_to(session, call, Outcome.REQUEST, who=hana, at=LATER)
    assert call.written_down


def test_who_rings_off_while_she_is_handed_over_is_rung_back_though_it_is_written_down(
    session: Session, handed_on: tuple[Call, Ring, Ring]
) -> None:
    assert calls.finish(session, handed_on[0], at=LATER).ending == Ending.CALL_BACK_OWED


def test_who_rings_off_in_the_queue_she_was_handed_on_to_is_rung_back_though_it_is_written_down(
    session: Session, handed_on: tuple[Call, Ring, Ring]
) -> None:
    call, ring, _ = handed_on
    line.leg_reported(session, ring, sid=ring.sid or "", status="completed", sequence=9, at=LATER)
    assert call.state == C.WAITING
    assert calls.finish(session, call, at=LATER).ending == Ending.CALL_BACK_OWED


def test_who_waits_again_is_rung_back_though_the_first_talk_is_written_down_meanwhile(
    session: Session, hana: Person, talk: tuple[Call, Ring]
) -> None:
    call, ring = talk
    line.leg_reported(session, ring, sid=ring.sid or "", status="completed", sequence=9, at=LATER)
    talking.wants_somebody(session, call, at=LATER)
    calls.come_to(session, call, Outcome.INFORMATION, who=hana, at=LATER)
    assert calls.finish(session, call, at=LATER).ending == Ending.CALL_BACK_OWED


def test_who_goes_back_from_a_hold_need_not_say_it_again(
    session: Session, hana: Person, talk: tuple[Call, Ring]
) -> None:
    call, ring = talk
    calls.come_to(session, call, Outcome.INFORMATION, who=hana, at=NOON)
    talking.ask(session, call, NextStep.HOLD, who=hana, at=NOON)
    talking.part(session, call, at=NOON)
    assert talking.back(session, call, ring, at=LATER)
    calls.connected(session, call, at=LATER)
    assert calls.finish(session, call, at=LATER).wrap_up_until == LATER
