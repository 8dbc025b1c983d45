"""What is owed: messages, rings, errands, and the desk."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import desk_items, errands, messages, rings
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.errands import Errand, ErrandKind, ErrandState
from helpline.errors import HelplineError
from helpline.messages import M, Message, MessageKind
from helpline.rings import R, Ring
from tests.builders import NOON, a_handler
from tests.helpline.cast import MINUTE, a_call

NUMBER = "+447700900123"


def owed(session: Session) -> Message:
    return messages.owe(session, MessageKind.NEWS, "hello", phone=NUMBER, at=NOON)


# Messages


def test_a_message_is_claimed_once_sent_once_and_delivered(session: Session) -> None:
    message = owed(session)
    assert messages.claim(session, message, at=NOON)
    assert not messages.claim(session, message, at=NOON)
    messages.sent(message, "SM1")
    assert messages.settle(session, message, M.DELIVERED, at=NOON)
    assert (message.state, message.sid, message.attempts) == (M.DELIVERED, "SM1", 1)


def test_a_report_that_overtakes_the_answer_is_kept(session: Session) -> None:
    message = owed(session)
    messages.claim(session, message, at=NOON)
    assert messages.settle(session, message, M.DELIVERED, at=NOON)
    messages.sent(message, "SM1")
    assert message.state == M.DELIVERED


def test_old_news_changes_nothing(session: Session) -> None:
    message = owed(session)
    messages.claim(session, message, at=NOON)
    messages.sent(message, "SM1")
    session.flush()
    assert messages.settle(session, message, M.DELIVERED, at=NOON)
    for state in (M.UNDELIVERED, M.SENT, M.UNKNOWN):
        assert not messages.settle(session, message, state, at=NOON)
    assert message.state == M.DELIVERED


def test_what_was_certainly_not_taken_is_owed_again_later(session: Session) -> None:
    message = owed(session)
    messages.claim(session, message, at=NOON)
    messages.later(session, message, due_at=NOON + MINUTE)
    assert (message.state, message.due_at, message.queued_at) == (M.OWED, NOON + MINUTE, None)
    assert messages.claim(session, message, at=NOON)
    assert message.attempts == 2


def test_what_is_unknown_is_never_claimed_by_itself(session: Session) -> None:
    message = owed(session)
    messages.claim(session, message, at=NOON)
    assert messages.settle(session, message, M.UNKNOWN, at=NOON, why="the carrier did not answer")
    assert not messages.claim(session, message, at=NOON)
    assert message.state == M.UNKNOWN


def test_a_message_to_nobody_is_a_mistake(session: Session) -> None:
    with pytest.raises(ValueError, match="a person or a number"):
        messages.owe(session, MessageKind.NEWS, "hello", at=NOON)


# Rings


def a_ring(session: Session, name: str = "Hana", call_id: int | None = None) -> Ring:
    return rings.owe(session, a_handler(session, name), call_id or a_call(session).id, at=NOON)


def test_a_ring_is_claimed_dialled_answered_and_took(session: Session) -> None:
    ring = a_ring(session)
    ring.person.misses = 2
    assert rings.claim(session, ring, at=NOON)
    assert not rings.claim(session, ring, at=NOON)
    rings.dialled(session, ring, "CA1", at=NOON)
    assert ring.state == R.RINGING
    rings.answered(session, ring, at=NOON)
    rings.took(session, ring, at=NOON)
    assert (ring.state, ring.person.misses, ring.person.last_answered_at) == (R.TOOK, 0, NOON)


def test_three_misses_in_a_row_pause_a_handler(session: Session) -> None:
    call, hana = a_call(session), a_handler(session, "Hana")
    for number, state in enumerate((R.MISSED, R.DECLINED, R.MISSED), 1):
        ring = rings.owe(session, hana, call.id, at=NOON)
        rings.claim(session, ring, at=NOON)
        assert rings.end(session, ring, state, at=NOON)
        assert not rings.end(session, ring, state, at=NOON)
        assert hana.misses == number
        assert (hana.paused_at is not None) == (number == 3)


def test_a_cancelled_ring_is_no_miss(session: Session) -> None:
    ring = a_ring(session)
    assert rings.end(session, ring, R.CANCELLED, at=NOON)
    assert ring.person.misses == 0


def test_a_leg_that_exists_after_its_ring_was_cancelled_owes_its_ending(session: Session) -> None:
    ring = a_ring(session)
    rings.claim(session, ring, at=NOON)
    rings.cancel_others(session, ring.call_id, except_id=None, at=NOON)
    rings.dialled(session, ring, "CA77", at=NOON)
    assert ring.state == R.CANCELLED
    assert [(one.kind, one.subject) for one in session.scalars(select(Errand))] == [(ErrandKind.END_LEG, "CA77")]


def test_legs_still_ringing_are_ended_and_answered_ones_hear_why(session: Session) -> None:
    call = a_call(session)
    sounding, answered, winner = (a_ring(session, name, call.id) for name in ("Hana", "Tomasz", "Bea"))
    for ring in (sounding, answered, winner):
        rings.claim(session, ring, at=NOON)
        rings.dialled(session, ring, f"CA{ring.id}", at=NOON)
    session.flush()
    rings.answered(session, answered, at=NOON)
    rings.cancel_others(session, call.id, except_id=winner.id, at=NOON)
    assert [ring.state for ring in (sounding, answered, winner)] == [R.CANCELLED, R.CANCELLED, R.RINGING]
    assert [one.subject for one in session.scalars(select(Errand))] == [f"CA{sounding.id}"]


def test_nobodys_phone_is_rung_twice_at_once(session: Session) -> None:
    ring = a_ring(session)
    live = rings.live_of(session, ring.person_id)
    assert live is ring
    rings.end(session, ring, R.MISSED, at=NOON)
    assert rings.live_of(session, ring.person_id) is None


# Errands


def an_errand(session: Session) -> Errand:
    errands.owe(session, ErrandKind.END_LEG, "CA1", at=NOON)
    return session.scalars(select(Errand)).one()


def test_an_errand_is_owed_once_for_each_subject(session: Session) -> None:
    an_errand(session)
    an_errand(session)
    errands.owe(session, ErrandKind.DELETE_QUEUE, "CA1", at=NOON)
    assert len(session.scalars(select(Errand)).all()) == 2


@pytest.mark.parametrize(
    ("kind", "then"),
    [
        (ErrandKind.END_LEG, ErrandState.GIVEN_UP),
        (ErrandKind.MOVE_LEG, ErrandState.GIVEN_UP),
        (ErrandKind.DELETE_QUEUE, ErrandState.OWED),
        (ErrandKind.FETCH_RECORDING, ErrandState.OWED),
        (ErrandKind.DELETE_RECORDING, ErrandState.OWED),
        (ErrandKind.DELETE_MESSAGE, ErrandState.OWED),
        (ErrandKind.DELETE_CALL, ErrandState.OWED),
    ],
)
def test_an_errand_waits_longer_each_time_and_is_given_up_only_if_it_is_senseless_after_twelve(
    session: Session, kind: ErrandKind, then: ErrandState
) -> None:
    errands.owe(session, kind, "CA1", at=NOON)
    errand = session.scalars(select(Errand)).one()
    waits = []
    for _ in range(errands.MANY):
        assert errand.state == ErrandState.OWED
        errands.try_again(session, errand, at=NOON, why="503")
        waits.append(int((errand.due_at - NOON).total_seconds()))
    assert waits == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600]
    assert errand.state == then


def test_what_is_to_be_forgotten_is_not_fetched_for_ever(session: Session) -> None:
    errands.owe(session, ErrandKind.FETCH_RECORDING, "RE1", at=NOON)
    errand = session.scalars(select(Errand)).one()
    for _ in range(errands.MANY):
        errands.try_again(session, errand, at=NOON, why="404")
    errands.owe(session, ErrandKind.DELETE_RECORDING, "RE1", at=NOON)
    errands.try_again(session, errand, at=NOON, why="404")
    assert errand.state == ErrandState.GIVEN_UP


def test_what_takes_long_is_begun_once_and_again_when_whoever_began_it_is_gone(session: Session) -> None:
    errands.owe(session, ErrandKind.COMPARE, "everything", at=NOON)
    errand = session.scalars(select(Errand)).one()
    assert not errands.take(session, errand, at=NOON - MINUTE)
    assert errands.take(session, errand, at=NOON)
    assert not errands.take(session, errand, at=NOON + MINUTE / 2)
    assert errands.take(session, errand, at=NOON + 2 * MINUTE)
    session.refresh(errand)
    errands.not_before(session, errand, at=NOON + 5 * MINUTE, why="503")
    assert not errands.take(session, errand, at=NOON + 3 * MINUTE)
    errands.owe_again(session, errand, due_at=NOON + 9 * MINUTE)
    assert not errands.take(session, errand, at=NOON + 8 * MINUTE)
    assert errands.take(session, errand, at=NOON + 9 * MINUTE)


def test_an_errand_done_stays_done(session: Session) -> None:
    errand = an_errand(session)
    errands.done(session, errand)
    errands.done(session, errand)
    assert errand.state == ErrandState.DONE


# The desk


def an_item(session: Session) -> DeskItem:
    return desk_items.put(session, ItemKind.CALL_BACK, at=NOON, call_id=a_call(session).id)


def test_there_is_one_live_item_of_a_kind_about_a_thing(session: Session) -> None:
    item = an_item(session)
    assert item.call_id is not None
    assert desk_items.put(session, ItemKind.CALL_BACK, at=NOON, call_id=item.call_id) is item
    assert desk_items.put(session, ItemKind.VOICEMAIL, at=NOON, call_id=item.call_id) is not item
    desk_items.close(session, item, at=NOON)
    session.flush()
    assert desk_items.put(session, ItemKind.CALL_BACK, at=NOON, call_id=item.call_id) is not item


def test_an_item_has_one_holder_at_a_time(session: Session) -> None:
    item, hana, tomasz = an_item(session), a_handler(session, "Hana"), a_handler(session, "Tomasz")
    desk_items.claim(session, item, who=hana, at=NOON)
    assert (item.holder_id, item.held_until) == (hana.id, NOON + 20 * MINUTE)
    with pytest.raises(HelplineError, match="Hana took that a moment ago"):
        desk_items.claim(session, item, who=tomasz, at=NOON)
    desk_items.claim(session, item, who=hana, at=NOON + 5 * MINUTE)
    assert item.held_until == NOON + 25 * MINUTE
    session.flush()
    desk_items.release(session, item, at=NOON)
    session.flush()
    desk_items.claim(session, item, who=tomasz, at=NOON)
    assert item.holder_id == tomasz.id


def test_what_is_done_cannot_be_claimed(session: Session) -> None:
    item, hana = an_item(session), a_handler(session, "Hana")
    desk_items.close(session, item, at=NOON, who=hana.id)
    desk_items.close(session, item, at=NOON + MINUTE)
    session.flush()
    assert (item.state, item.closed_at) == (ItemState.DONE, NOON)
    with pytest.raises(HelplineError, match="dealt with"):
        desk_items.claim(session, item, who=hana, at=NOON)


def test_closing_all_about_one_thing_leaves_the_rest(session: Session) -> None:
    mine, other = an_item(session), an_item(session)
    assert mine.call_id is not None
    desk_items.put(session, ItemKind.VOICEMAIL, at=NOON + timedelta(seconds=1), call_id=mine.call_id)
    desk_items.close_all(session, at=NOON, call_id=mine.call_id)
    session.flush()
    assert desk_items.on_the_desk(session) == [other]
