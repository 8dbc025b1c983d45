"""What the carrier says of a leg or a text: late, twice, in any order, of another try, or as the worker writes it down."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations, permutations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, delivery, line, messages, recordings, rings, spoken_notes
from helpline.calls import C, Call
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemState
from helpline.messages import M, Message, MessageKind
from helpline.offers import Offer
from helpline.people import Person
from helpline.rings import R, Ring, RingKind
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, a_request


def said_again(session: Session) -> Message:
    hana = builders.a_handler(session, "Hana Novak")
    message = messages.owe(session, MessageKind.NEWS, "Words", to=hana, at=NOON)
    messages.claim(session, message, at=NOON)
    delivery.sent(session, message, "SM1", at=NOON)
    delivery.reported(session, message, sid="SM1", status="undelivered", why="30001", at=NOON)
    messages.say_again(session, message, who=hana, at=NOON)
    return message


def test_a_late_report_on_the_first_try_says_nothing_of_one_not_sent_yet(session: Session) -> None:
    message = said_again(session)
    delivery.reported(session, message, sid="SM1", status="undelivered", why="30001", at=NOON)
    assert (message.state, message.sid) == (M.OWED, None)


def test_a_late_report_on_the_first_try_says_nothing_of_the_second(session: Session) -> None:
    message = said_again(session)
    messages.claim(session, message, at=NOON)
    delivery.sent(session, message, "SM2", at=NOON)
    delivery.reported(session, message, sid="SM1", status="undelivered", why="30001", at=NOON)
    assert (message.state, message.sid) == (M.SENT, "SM2")
    delivery.reported(session, message, sid="SM2", status="delivered", why=None, at=NOON)
    assert message.state == M.DELIVERED


def test_a_report_that_comes_before_the_worker_has_written_its_answer_stands(database: Database) -> None:
    if database.writer is not database.reader:
        pytest.skip("SQLite lets one in at a time")
    with database.transaction() as session:
        message = messages.owe(session, MessageKind.NEWS, "Words", phone=builders.a_number(), at=NOON)
        messages.claim(session, message, at=NOON)
    with Session(database.writer) as worker:
        stale = worker.get_one(Message, message.id)
        with database.transaction() as session:
            found = session.get_one(Message, message.id)
            delivery.reported(session, found, sid="SM1", status="delivered", why=None, at=NOON)
        delivery.sent(worker, stale, "SM1", at=NOON)
        worker.commit()
    with database.reading() as session:
        assert session.get_one(Message, message.id).state == M.DELIVERED


def test_a_late_report_on_the_first_try_says_nothing_while_the_second_is_in_hand(session: Session) -> None:
    message = said_again(session)
    messages.claim(session, message, at=NOON)
    delivery.reported(session, message, sid="SM1", status="undelivered", why="30001", at=NOON)
    assert (message.state, message.sid) == (M.SENDING, None)
    delivery.sent(session, message, "SM2", at=NOON)
    delivery.reported(session, message, sid="SM2", status="delivered", why=None, at=NOON)
    assert message.state == M.DELIVERED


def orders(*things: str) -> list[tuple[str, ...]]:
    """Every order of all of them, and of all but one."""
    return [
        *permutations(things),
        *(order for few in combinations(things, len(things) - 1) for order in permutations(few)),
    ]


def on_the_desk(session: Session) -> int:
    return len(session.scalars(select(DeskItem).where(DeskItem.state != ItemState.DONE)).all())


# Legs. The carrier numbers its reports, and a leg answers "queued" for what it calls initiated.
SEQUENCE = {"queued": 0, "ringing": 1, "in-progress": 2, "completed": 3}
FORWARD = [R.DIALLING, R.RINGING, R.ANSWERED, R.TOOK, R.MISSED]
EVERY_ORDER = orders(*SEQUENCE)


def a_ring(session: Session, *, state: C = C.WAITING) -> tuple[Call, Ring, Person]:
    hana = builders.a_handler(session, "Hana Novak")
    call = Call(sid="CA1", phone="+442079460118", state=state, arrived_at=NOON, waiting_since=NOON)
    session.add(call)
    session.flush()
    ring = rings.owe(session, hana, call.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    return call, ring, hana


def report(session: Session, ring: Ring, *statuses: str, sid: str = "CA2") -> list[R]:
    """Report each, twice; answers with the states that the ring went through."""
    states = []
    for status in statuses:
        for _ in range(2):
            line.leg_reported(session, ring, sid=sid, status=status, sequence=SEQUENCE[status], at=NOON)
            states.append(ring.state)
    return states


def only_forward(states: Sequence[R]) -> bool:
    places = [FORWARD.index(state) for state in states]
    return places == sorted(places)


@pytest.mark.parametrize("order", EVERY_ORDER, ids=" ".join)
def test_a_leg_that_took_the_call_is_no_miss_in_whatever_order_its_reports_come(
    session: Session, order: tuple[str, ...]
) -> None:
    call, ring, hana = a_ring(session)
    before = order.index("completed") if "completed" in order else len(order)
    states = report(session, ring, *order[:before])
    rings.leg_is(session, ring, "CA2", at=NOON)
    rings.answered(session, ring, at=NOON)
    assert calls.take(session, call, ring, at=NOON)
    calls.connected(session, call, at=NOON)
    states += report(session, ring, *order[before:], *order)
    assert only_forward(states)
    assert (ring.state, ring.sequence, hana.misses) == (R.TOOK, max(SEQUENCE[status] for status in order), 0)
    over = "completed" in order
    assert (call.state, call.ending) == (C.PARTED if over else C.TALKING, None)
    assert on_the_desk(session) == 0


@pytest.mark.parametrize("order", EVERY_ORDER, ids=" ".join)
def test_a_leg_on_which_nobody_pressed_is_missed_once_in_whatever_order_its_reports_come(
    session: Session, order: tuple[str, ...]
) -> None:
    call, ring, hana = a_ring(session)
    assert only_forward(report(session, ring, *order, *order))
    if "completed" in order:
        assert (ring.state, hana.misses) == (R.MISSED, 1)
    else:  # the clock gives it up later, for want of news
        assert (ring.state, hana.misses) == (R.ANSWERED, 0)
        line.missed(session, ring, R.MISSED, at=NOON, why="no news of the leg")
    report(session, ring, *order)
    assert (ring.state, hana.misses, call.state) == (R.MISSED, 1, C.WAITING)


@pytest.mark.parametrize("order", orders("queued", "ringing", "completed"), ids=" ".join)
def test_a_leg_that_was_cancelled_stays_so_in_whatever_order_its_reports_come(
    session: Session, order: tuple[str, ...]
) -> None:
    call, ring, hana = a_ring(session)
    report(session, ring, order[0])
    calls.finish(session, call, at=NOON)
    ended = (ring.state, hana.misses)
    assert ended == ((R.MISSED, 1) if order[0] == "completed" else (R.CANCELLED, 0))
    report(session, ring, *order)
    assert (ring.state, hana.misses) == ended


def test_an_older_report_after_a_newer_changes_nothing(session: Session) -> None:
    _, ring, hana = a_ring(session)
    line.leg_reported(session, ring, sid="CA2", status="in-progress", sequence=2, at=NOON)
    line.leg_reported(session, ring, sid="CA2", status="no-answer", sequence=1, at=NOON)
    line.leg_reported(session, ring, sid="CA2", status="busy", sequence=2, at=NOON)
    assert (ring.state, ring.sequence, hana.misses) == (R.ANSWERED, 2, 0)


def test_the_late_end_of_a_first_leg_does_not_end_the_talk_on_a_second(session: Session) -> None:
    call, first, hana = a_ring(session)
    report(session, first, "in-progress")
    calls.take(session, call, first, at=NOON)
    assert calls.left_alone(session, call, at=NOON), "her phone was gone before they met"
    second = rings.owe(session, hana, call.id, at=NOON)
    rings.claim(session, second, at=NOON)
    report(session, second, "in-progress", sid="CA3")
    assert calls.take(session, call, second, at=NOON)
    calls.connected(session, call, at=NOON)
    report(session, first, "completed")
    assert (call.state, first.over_at) == (C.TALKING, NOON)
    report(session, second, "completed", sid="CA3")
    assert (call.state, call.ending) == (C.PARTED, None), "and whether they had finished, she is asked"


# Texts.
END = {"delivered": M.DELIVERED, "undelivered": M.UNDELIVERED}


@pytest.mark.parametrize("written_down", [0, 1, 3], ids=["by then", "after one report", "after all"])
@pytest.mark.parametrize("end", END)
@pytest.mark.parametrize("order", orders("queued", "sent", "end"), ids=" ".join)
def test_a_text_ends_the_same_in_whatever_order_its_reports_come(
    session: Session, order: tuple[str, ...], end: str, written_down: int
) -> None:
    message = messages.owe(session, MessageKind.NEWS, "Words", phone=builders.a_number(), at=NOON)
    messages.claim(session, message, at=NOON)
    told = [end if status == "end" else status for status in order]
    for number, status in enumerate([*told, *told]):
        if number == written_down:
            delivery.sent(session, message, "SM1", at=NOON)
        for _ in range(2):
            delivery.reported(session, message, sid="SM1", status=status, why=None, at=NOON)
    assert message.state == (END[end] if "end" in order else M.SENT)
    assert on_the_desk(session) == (1 if message.state == M.UNDELIVERED else 0)


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "undelivered"])), ids=" ".join)
def test_of_two_ends_the_first_told_stands_and_the_desk_agrees(session: Session, order: tuple[str, ...]) -> None:
    message = messages.owe(session, MessageKind.NEWS, "Words", phone=builders.a_number(), at=NOON)
    messages.claim(session, message, at=NOON)
    for status in (*order, *order):
        delivery.reported(session, message, sid="SM1", status=status, why=None, at=NOON)
    first = next(status for status in order if status in END)
    assert message.state == END[first]
    assert on_the_desk(session) == (1 if message.state == M.UNDELIVERED else 0)


@pytest.mark.parametrize("first", ["queued", "sent", "delivered", "the worker"])
def test_whoever_is_asked_has_their_full_time_once_however_often_we_hear_that_it_has_gone(
    session: Session, first: str
) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    builders.a_coordinator(session, "Coral Reid")
    request = a_request(session, hana, builders.a_street(session, "Acacia Road"))
    offer = session.scalars(select(Offer).where(Offer.request_id == request.id)).one()
    message = session.scalars(select(Message).where(Message.offer_id == offer.id)).one()
    has, late = offer.lapses_at - NOON, NOON + timedelta(minutes=30)
    messages.claim(session, message, at=late)
    if first != "the worker":
        delivery.reported(session, message, sid="SM1", status=first, why=None, at=late)
    delivery.sent(session, message, "SM1", at=late)
    for status in ("sent", "delivered"):
        delivery.reported(session, message, sid="SM1", status=status, why=None, at=late + timedelta(minutes=20))
    assert offer.lapses_at == late + has


@pytest.mark.parametrize("kind", [RingKind.TAKE, RingKind.ONE_AT_A_TIME, RingKind.HAND_OVER, RingKind.CALL_BACK])
def test_a_note_of_which_only_a_report_tells_is_kept_on_whichever_leg_it_was_said(
    session: Session, kind: RingKind
) -> None:
    call = a_call(session, waits=False)
    rings.owe(session, builders.a_handler(session, "Hana"), call.id, at=NOON, kind=kind).sid = "CA7"
    recordings.left(session, "CA7", recording_sid="RE7", seconds=20, at=NOON)
    assert spoken_notes.to_write_down(session, call.id)
