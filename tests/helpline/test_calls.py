"""A resident's call: one winner, and exactly one ending."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, desk_items, errands, history, line, rings, voicemails
from helpline.calls import C, Call, Ending, Outcome, Wish
from helpline.desk_items import ItemKind
from helpline.errands import ErrandKind
from helpline.line import Welcome
from helpline.people import Person
from helpline.rings import R, Ring
from helpline.voicemails import Voicemail
from tests.builders import NOON, a_handler, a_person
from tests.helpline.cast import MINUTE, a_call, a_sid, texts_to

SECOND = timedelta(seconds=1)


def answered_by(session: Session, call: Call, handler: Person) -> Ring:
    """A ring that somebody has picked up and not yet pressed a key on."""
    ring = rings.live_of(session, handler.id) or rings.owe(session, handler, call.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    rings.dialled(session, ring, a_sid(), at=NOON)
    session.flush()
    rings.answered(session, ring, at=NOON)
    return ring


def owed(session: Session) -> list[ItemKind]:
    session.flush()
    return [item.kind for item in desk_items.on_the_desk(session)]


# Taking


def test_one_of_two_handlers_wins_and_the_other_has_missed_nothing(session: Session) -> None:
    hana, tomasz = a_handler(session, "Hana"), a_handler(session, "Tomasz")
    call = a_call(session)
    first, second = answered_by(session, call, hana), answered_by(session, call, tomasz)
    assert calls.take(session, call, second, at=NOON)
    assert not calls.take(session, call, first, at=NOON)
    assert (call.state, call.handler_id, call.taken_at) == (C.TAKEN, tomasz.id, NOON)
    assert (first.state, second.state) == (R.CANCELLED, R.TOOK)
    assert (hana.misses, tomasz.last_answered_at) == (0, NOON)


def test_the_winner_may_press_twice(session: Session) -> None:
    call = a_call(session)
    ring = answered_by(session, call, a_handler(session, "Hana"))
    assert calls.take(session, call, ring, at=NOON)
    assert calls.take(session, call, ring, at=NOON + SECOND)
    assert call.taken_at == NOON


def test_nobody_takes_a_call_that_is_over(session: Session) -> None:
    call = a_call(session)
    ring = answered_by(session, call, a_handler(session, "Hana"))
    calls.finish(session, call, at=NOON)
    assert not calls.take(session, call, ring, at=NOON)
    assert (call.state, call.handler_id) == (C.ENDED, None)


def test_a_handler_has_one_call_at_a_time(session: Session) -> None:
    hana = a_handler(session, "Hana")
    one, two = a_call(session), a_call(session, phone="+447700900402")
    assert calls.take(session, one, answered_by(session, one, hana), at=NOON)
    assert not calls.take(session, two, answered_by(session, two, hana), at=NOON)
    assert (two.state, calls.current_of(session, hana)) == (C.WAITING, one)


# Ending


def test_a_call_that_was_talked_on_was_answered(session: Session) -> None:
    hana, call = a_handler(session, "Hana"), a_call(session)
    calls.take(session, call, answered_by(session, call, hana), at=NOON)
    calls.connected(session, call, at=NOON)
    calls.finish(session, call, at=NOON + 4 * MINUTE)
    assert (call.ending, call.wrap_up_until) == (Ending.ANSWERED, NOON + 9 * MINUTE)
    assert owed(session) == []
    assert calls.to_wrap_up(session, hana, NOON + 5 * MINUTE) is call
    calls.come_to(session, call, Outcome.INFORMATION, who=hana, at=NOON + 5 * MINUTE)
    session.flush()
    assert calls.to_wrap_up(session, hana, NOON + 5 * MINUTE) is None


def test_a_caller_gone_as_the_key_is_pressed_is_owed_a_call_back(session: Session) -> None:
    hana, call = a_handler(session, "Hana"), a_call(session)
    calls.take(session, call, answered_by(session, call, hana), at=NOON)
    calls.finish(session, call, at=NOON + SECOND)
    assert (call.ending, owed(session)) == (Ending.CALL_BACK_OWED, [ItemKind.CALL_BACK])
    assert calls.to_wrap_up(session, hana, NOON + 2 * SECOND) is None


@pytest.mark.parametrize(
    ("phone", "waits", "ending", "items"),
    [
        ("+442079460118", True, Ending.CALL_BACK_OWED, [ItemKind.CALL_BACK]),
        ("+442079460118", False, Ending.RANG_OFF, []),
        (None, True, Ending.RANG_OFF, []),
    ],
)
def test_how_an_unanswered_call_ends(
    session: Session, phone: str | None, waits: bool, ending: Ending, items: list[ItemKind]
) -> None:
    call = a_call(session, phone=phone, waits=waits)
    ring = rings.owe(session, a_handler(session, "Hana"), call.id, at=NOON)
    calls.finish(session, call, at=NOON)
    assert (call.state, call.ending, owed(session)) == (C.ENDED, ending, items)
    assert ring.state == R.CANCELLED


def test_told_again_that_it_is_over_it_stays_as_it_is(session: Session) -> None:
    call = a_call(session)
    calls.finish(session, call, at=NOON)
    calls.finish(session, call, at=NOON + MINUTE)
    assert (call.ending, call.ended_at, owed(session)) == (Ending.CALL_BACK_OWED, NOON, [ItemKind.CALL_BACK])
    session.flush()
    endings = [event.what for event in session.scalars(select(history.Event)) if event.what == "call.call_back_owed"]
    assert len(endings) == 1


def test_a_message_left_is_fetched_and_heard(session: Session) -> None:
    call = a_call(session)
    assert calls.leave_queue(session, call, at=NOON, wish=Wish.MESSAGE)
    for _ in range(2):
        voicemails.left(session, call, recording_sid="RE1", seconds=50, at=NOON)
    assert (call.ending, owed(session)) == (Ending.MESSAGE_LEFT, [ItemKind.VOICEMAIL])
    assert len(session.scalars(select(Voicemail)).all()) == 1
    assert {errand.kind for errand in session.scalars(select(errands.Errand))} == {
        ErrandKind.FETCH_RECORDING,
        ErrandKind.DELETE_QUEUE,
    }


def test_a_message_reported_after_the_hang_up_is_still_a_message(session: Session) -> None:
    call = a_call(session)
    calls.leave_queue(session, call, at=NOON, wish=Wish.MESSAGE)
    calls.finish(session, call, at=NOON)
    voicemails.left(session, call, recording_sid="RE1", seconds=50, at=NOON)
    assert (call.ending, owed(session)) == (Ending.MESSAGE_LEFT, [ItemKind.VOICEMAIL])


def test_asked_to_be_rung_back_she_is_on_the_desk(session: Session) -> None:
    call = a_call(session)
    calls.ring_back(session, call, at=NOON)
    assert (call.ending, call.wish, owed(session)) == (Ending.CALL_BACK_OWED, Wish.CALL_BACK, [ItemKind.CALL_BACK])


def test_somebody_who_leaves_the_queue_cannot_be_taken(session: Session) -> None:
    call = a_call(session)
    ring = answered_by(session, call, a_handler(session, "Hana"))
    assert calls.leave_queue(session, call, at=NOON)
    assert not calls.take(session, call, ring, at=NOON)
    assert call.state == C.LEAVING


def test_somebody_who_has_just_been_taken_does_not_leave_the_queue(session: Session) -> None:
    call = a_call(session)
    calls.take(session, call, answered_by(session, call, a_handler(session, "Hana")), at=NOON)
    assert not calls.leave_queue(session, call, at=NOON, wish=Wish.MESSAGE)
    assert call.state == C.TAKEN


def test_the_same_webhook_twice_is_one_call(session: Session) -> None:
    call = a_call(session)
    assert calls.arrive(session, call.sid, phone=call.phone, at=NOON + SECOND) is call
    assert calls.wait(session, call, at=NOON + MINUTE)
    assert call.waiting_since == NOON


def test_earlier_calls_are_of_the_same_number_newest_first(session: Session) -> None:
    old, other, newer = (
        a_call(session, phone=phone, at=NOON - minutes * MINUTE)
        for phone, minutes in (("+442079460118", 60), ("+447700900402", 50), ("+442079460118", 40))
    )
    now = a_call(session)
    assert calls.earlier(session, now) == [newer, old]
    assert other not in calls.earlier(session, now)
    assert calls.earlier(session, a_call(session, phone=None)) == []


def test_who_was_parted_before_they_met_and_then_perhaps_put_through_is_owed_a_call_back(session: Session) -> None:
    call = a_call(session)
    call.apart_at = NOON  # her handler's leg was moved while she still heard whom she was through to
    calls.put_through(session, call, at=NOON)
    calls.finish(session, call, at=NOON + SECOND)
    assert (call.ending, owed(session)) == (Ending.CALL_BACK_OWED, [ItemKind.CALL_BACK])
    calls.reached_fallback(session, call, at=NOON + SECOND)  # and the report of it was only late
    assert (call.ending, owed(session)) == (Ending.PUT_THROUGH, [])


# The line


def test_two_phones_are_rung_and_the_next_when_one_misses(session: Session) -> None:
    cast = [a_handler(session, name) for name in ("Hana", "Tomasz", "Bea")]
    call = a_call(session, waits=False)
    assert line.seek(session, call, at=NOON) == Welcome.WAITS
    assert [one.name for one in line.being_rung(session, call)] == ["Hana"]
    line.ring_round(session, call, at=NOON + 10 * SECOND)
    assert [one.name for one in line.being_rung(session, call)] == ["Hana", "Tomasz"]
    ring = rings.live_of(session, cast[0].id)
    assert ring is not None
    rings.claim(session, ring, at=NOON)
    line.missed(session, ring, R.MISSED, at=NOON + 18 * SECOND)
    assert {one.name for one in line.being_rung(session, call)} >= {"Tomasz", "Bea"}
    assert cast[0] not in line.being_rung(session, call)


def test_with_nobody_on_she_does_not_wait(session: Session) -> None:
    a_handler(session, "Hana", on_shift=False)
    call = a_call(session, waits=False)
    assert line.seek(session, call, at=NOON) == Welcome.NOBODY_ON
    assert (call.state, call.waiting_since) == (C.LEAVING, None)


def test_nobody_paused_busy_or_wrapping_up_is_rung(session: Session) -> None:
    hana, tomasz, bea, femi = (a_handler(session, name) for name in ("Hana", "Tomasz", "Bea", "Femi"))
    talking, wrapping = a_call(session), a_call(session)
    calls.take(session, talking, answered_by(session, talking, hana), at=NOON)
    calls.take(session, wrapping, ring := answered_by(session, wrapping, tomasz), at=NOON)
    calls.connected(session, wrapping, at=NOON)
    calls.finish(session, wrapping, at=NOON)
    rings.leg_over(session, ring, at=NOON)
    bea.paused_at = NOON
    session.flush()
    free = {one.person_id: one.free for one in line.handlers(session, NOON + MINUTE)}
    assert free == {hana.id: False, tomasz.id: False, bea.id: False, femi.id: True}
    assert next(one.free for one in line.handlers(session, NOON + 6 * MINUTE) if one.person_id == tomasz.id)


def test_the_third_miss_pauses_and_tells_once(session: Session) -> None:
    hana = a_handler(session, "Hana")
    call = a_call(session)
    for number in range(3):
        ring = rings.owe(session, hana, call.id, at=NOON)
        rings.claim(session, ring, at=NOON)
        line.missed(session, ring, R.MISSED, at=NOON + number * SECOND)
    assert hana.paused_at == NOON + 2 * SECOND
    assert [body[:33] for body in texts_to(session, hana)] == ["You missed three helpline calls, "]


def test_her_place_is_by_how_long_she_has_waited(session: Session) -> None:
    first, second = a_call(session), a_call(session, phone="+447700900402", at=NOON + SECOND)
    assert (line.place_of(session, first), line.place_of(session, second)) == (1, 2)
    calls.finish(session, first, at=NOON + MINUTE)
    assert line.place_of(session, second) == 1


def test_a_call_that_comes_in_knows_who_it_may_be(session: Session) -> None:
    rita = a_person(session, "Rita Marsh", phone="+442079460118")
    session.flush()
    assert a_call(session).person_id == rita.id
    assert a_call(session, phone="+447700900402").person_id is None
