"""Whom a ring is for, what counts as a miss, and which rings are no longer wanted."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, desk_items, errands, line, people, rings
from helpline.desk_items import DeskItem
from helpline.errands import Errand, ErrandKind
from helpline.line import Welcome
from helpline.people import Person
from helpline.rings import R, Ring, RingKind
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, an_answered_ring

MINUTE = timedelta(minutes=1)


def a_ring_back(session: Session, who: Person) -> tuple[DeskItem, Ring]:
    call = a_call(session, waits=False)
    item = desk_items.put(
        session, desk_items.ItemKind.CALL_BACK, at=NOON, call_id=calls.ring_back(session, call, at=NOON).id
    )
    return item, line.ring_back(session, item, who=who, at=NOON)


def test_with_everybody_on_shift_paused_there_is_nobody_on(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    people.pause(session, hana, who=None, at=NOON)
    call = a_call(session, waits=False)
    assert line.seek(session, call, at=NOON) == Welcome.NOBODY_ON, "nobody would ever be rung for her"


def test_when_the_last_on_shift_is_paused_a_caller_who_waits_has_no_hope(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    call = a_call(session)
    assert line.hopeful(session, call, at=NOON)
    people.pause(session, hana, who=None, at=NOON)
    assert not line.hopeful(session, call, at=NOON)


def test_a_ring_back_is_not_dialled_once_somebody_else_has_the_item(session: Session) -> None:
    hana, tomasz = builders.a_handler(session, "Hana Novak"), builders.a_handler(session, "Tomasz Lis")
    item, ring = a_ring_back(session, hana)
    assert line.wanted(session, ring, at=NOON)
    desk_items.release(session, item, at=NOON + 20 * MINUTE)
    assert not line.wanted(session, ring, at=NOON + 20 * MINUTE)
    desk_items.claim(session, item, who=tomasz, at=NOON + 21 * MINUTE)
    assert not line.wanted(session, ring, at=NOON + 21 * MINUTE)


def test_a_phone_that_may_be_ringing_for_one_caller_is_not_rung_for_another(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    first, second = a_call(session), a_call(session)
    ring = rings.owe(session, hana, first.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    line.unknown(session, ring, at=NOON, why="the carrier answered 503")
    assert line.next_to_ring(session, second, at=NOON + timedelta(seconds=1)) == []
    assert line.next_to_ring(session, second, at=NOON + MINUTE) == [hana.id]
    assert session.scalars(select(Ring.kind)).all() == [RingKind.TAKE]


def test_a_leg_we_could_not_know_of_is_ended_when_its_phone_was_rung_again_meanwhile(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    first, second = a_call(session), a_call(session)
    ring = rings.owe(session, hana, first.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    line.unknown(session, ring, at=NOON, why="the carrier answered 503")
    again = rings.owe(session, hana, second.id, at=NOON + MINUTE)
    line.leg_reported(session, ring, sid="CA9", status="ringing", sequence=1, at=NOON + MINUTE)
    assert (ring.state, again.state) == (R.CANCELLED, R.OWED)
    assert session.scalars(select(Errand.subject).where(Errand.kind == ErrandKind.END_LEG)).all() == ["CA9"]


def test_a_phone_whose_leg_the_carrier_has_yet_to_end_is_not_rung_for_another_call(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    gone, waits = a_call(session), a_call(session, phone="+442079460119")
    ring = rings.owe(session, hana, gone.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    rings.cancel_others(session, gone.id, except_id=None, at=NOON)
    # The carrier was asked for a leg and has not answered.
    assert line.next_to_ring(session, waits, at=NOON) == []
    rings.leg_is(session, ring, "CA1", at=NOON)
    assert line.next_to_ring(session, waits, at=NOON) == []
    errands.done(session, session.scalars(select(Errand)).one())
    assert line.next_to_ring(session, waits, at=NOON) == []
    line.leg_reported(session, ring, sid="CA1", status="canceled", sequence=1, at=NOON)
    assert line.next_to_ring(session, waits, at=NOON) == [hana.id]


def test_a_phone_of_whose_leg_no_end_is_reported_is_rung_again_after_a_while(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    gone, waits = a_call(session), a_call(session, phone="+442079460119")
    ring = rings.owe(session, hana, gone.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    rings.leg_is(session, ring, "CA1", at=NOON)
    rings.cancel_others(session, gone.id, except_id=None, at=NOON)
    assert line.next_to_ring(session, waits, at=NOON) == []
    assert line.next_to_ring(session, waits, at=NOON + line.LETS_GO) == [hana.id]


def test_a_phone_that_the_carrier_refused_to_ring_may_be_rung_at_once(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    first, waits = a_call(session), a_call(session, phone="+442079460119")
    ring = rings.owe(session, hana, first.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    line.missed(session, ring, R.MISSED, at=NOON, why="21211 not a telephone number")
    assert line.next_to_ring(session, waits, at=NOON) == [hana.id]


def test_whoever_lost_a_call_is_rung_for_the_next_as_soon_as_the_phone_is_put_down(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    gone, waits = a_call(session), a_call(session, phone="+442079460119")
    ring = rings.owe(session, hana, gone.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    rings.leg_is(session, ring, "CA1", at=NOON)
    rings.answered(session, ring, at=NOON)
    rings.cancel_others(session, gone.id, except_id=None, at=NOON)
    assert line.next_to_ring(session, waits, at=NOON) == [], "the phone says that the call is taken"
    line.leg_reported(session, ring, sid="CA1", status="completed", sequence=2, at=NOON)
    assert line.next_to_ring(session, waits, at=NOON) == [hana.id]


def test_whoever_was_parted_from_a_caller_is_not_rung_while_their_leg_lasts(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    call = a_call(session)
    ring = an_answered_ring(session, hana, call, sid="CA1")
    calls.take(session, call, ring, at=NOON)
    assert line.left_alone(session, call, at=NOON), "they never met, and she waits on"
    assert line.next_to_ring(session, call, at=NOON + MINUTE) == [], "but the phone is still in her hand"
    line.leg_reported(session, ring, sid="CA1", status="completed", sequence=2, at=NOON + MINUTE)
    assert line.next_to_ring(session, call, at=NOON + 2 * MINUTE) == [hana.id]


def test_whoever_still_hears_that_a_call_is_over_is_not_rung_for_another(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    over, waits = a_call(session), a_call(session, phone="+442079460119")
    ring = rings.owe(session, hana, over.id, at=NOON)
    rings.claim(session, ring, at=NOON)
    rings.answered(session, ring, at=NOON)
    calls.take(session, over, ring, at=NOON)
    calls.connected(session, over, at=NOON)
    calls.come_to(session, over, calls.Outcome.REQUEST, who=hana, at=NOON)
    calls.finish(session, over, at=NOON)
    assert line.next_to_ring(session, waits, at=NOON) == []
    # Should no report of it come, the carrier's own list is read within two minutes (`comparing`).
    line.leg_reported(session, ring, sid="CA1", status="completed", sequence=None, at=NOON)
    assert line.next_to_ring(session, waits, at=NOON) == [hana.id]


def test_whoever_hears_the_last_words_of_a_call_of_their_own_is_not_rung_meanwhile(session: Session) -> None:
    hana, waits = builders.a_handler(session, "Hana Novak"), a_call(session)
    own = calls.arrive(session, "CAown", phone=hana.phone, at=NOON)
    calls.finish(session, own, at=NOON)
    assert line.next_to_ring(session, waits, at=NOON) == []
    assert line.next_to_ring(session, waits, at=NOON + calls.STILL_HEARING) == [hana.id]
