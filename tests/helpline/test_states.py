"""Lives, and races settled by the database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import calls, desk_items, errands, messages, offers, requests, rings
from helpline.calls import C, Call
from helpline.db import Database
from helpline.errands import ErrandKind, ErrandState
from helpline.messages import M, Message, MessageKind
from helpline.rings import R, Ring
from helpline.states import Life, MoveRefusedError
from tests.builders import NOON, a_handler
from tests.helpline.cast import a_sid

LIVES = [calls.LIFE, rings.LIFE, requests.LIFE, offers.LIFE, messages.LIFE, errands.LIFE, desk_items.LIFE]
THREADS = 20


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.noun)
def test_every_state_can_be_reached_and_none_moves_to_itself(life: Life) -> None:  # type: ignore[type-arg]
    states: Any = type(next(iter(life.moves)))
    first = next(iter(states))
    reached, ahead = {first}, [first]
    while ahead:
        for state in life.moves.get(ahead.pop(), frozenset()) - reached:
            reached.add(state)
            ahead.append(state)
    assert reached == set(states)
    assert not [state for state in states if life.allows(state, state)]
    assert set(life.sources(first)) == {state for state, targets in life.moves.items() if first in targets}


def test_a_move_that_does_not_exist_is_refused_with_a_sentence() -> None:
    message = Message(state=M.DELIVERED)
    with pytest.raises(MoveRefusedError, match="That message is delivered and cannot become owed"):
        messages.LIFE.move(message, M.OWED)
    assert message.state == M.DELIVERED


def test_whoever_loses_sees_how_it_now_stands(session: Session) -> None:
    message = messages.owe(session, MessageKind.NEWS, "hello", phone="+447700900123", at=NOON)
    assert messages.LIFE.win(session, message, M.SENDING, claimed_at=NOON)
    assert not messages.LIFE.win(session, message, M.SENDING, claimed_at=NOON + timedelta(hours=1))
    assert (message.state, message.claimed_at) == (M.SENDING, NOON)


def race(database: Database, attempt: object) -> list[bool]:
    """Run one verb from twenty threads at once, each in a transaction of its own."""
    ready = threading.Barrier(THREADS)

    def run(number: int) -> bool:
        ready.wait(20)
        with database.transaction() as session:
            return bool(attempt(session, number))  # type: ignore[operator]

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_of_twenty_who_claim_one_message_one_wins(database: Database) -> None:
    with database.transaction() as session:
        message_id = messages.owe(session, MessageKind.NEWS, "hello", phone="+447700900123", at=NOON).id

    def claim(session: Session, _: int) -> bool:
        return messages.claim(session, session.get_one(Message, message_id), at=NOON)

    assert sum(race(database, claim)) == 1
    with database.reading() as session:
        message = session.get_one(Message, message_id)
        assert (message.state, message.attempts) == (M.SENDING, 1)


def test_of_twenty_handlers_who_press_one_at_once_one_wins(database: Database) -> None:
    with database.transaction() as session:
        call = calls.arrive(session, a_sid(), phone="+442079460118", at=NOON)
        calls.wait(session, call, at=NOON)
        ids = []
        for number in range(THREADS):
            ring = rings.owe(session, a_handler(session, f"Handler {number}"), call.id, at=NOON)
            rings.claim(session, ring, at=NOON)
            rings.answered(session, ring, at=NOON)
            ids.append(ring.id)
        call_id = call.id

    def take(session: Session, number: int) -> bool:
        ring = session.get_one(Ring, ids[number])
        return calls.take(session, session.get_one(Call, call_id), ring, at=NOON)

    won = race(database, take)
    assert sum(won) == 1
    with database.reading() as session:
        call = session.get_one(Call, call_id)
        winner = session.get_one(Ring, ids[won.index(True)])
        assert (call.state, call.handler_id, winner.state) == (C.TAKEN, winner.person_id, R.TOOK)
        others = session.scalars(select(Ring.state).where(Ring.id != winner.id)).all()
        assert set(others) == {R.CANCELLED}


def test_twenty_webhooks_of_one_call_make_one_call_and_one_errand(database: Database) -> None:
    sid = a_sid()

    def arrive(session: Session, _: int) -> bool:
        call = calls.arrive(session, sid, phone="+442079460118", at=NOON)
        errands.owe(session, ErrandKind.DELETE_QUEUE, sid, at=NOON)
        return call.sid == sid

    assert all(race(database, arrive))
    with database.reading() as session:
        assert session.scalar(select(func.count(Call.id))) == 1
        assert session.scalar(select(func.count(errands.Errand.id))) == 1
        assert session.scalars(select(errands.Errand.state)).all() == [ErrandState.OWED]
