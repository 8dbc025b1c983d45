"""The end of a shift: what was held is the next one's, told by one text; with nobody on, what is urgent is the organisers'."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import calls, desk_items, glance, handovers, holders, line, people, rings, rota, still_owed
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.holders import Why
from helpline.messages import Message
from helpline.people import HatName, Person
from helpline.rings import R
from helpline.wording import Urgency
from tests.builders import NOON, a_handler, a_person
from tests.dashboard.cast import a_call, a_request, a_sid

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def four_items(session: Session, who: Person) -> list[DeskItem]:
    """Four callers who rang off, as messages they left; taken by somebody."""
    for number in range(4):
        call = calls.arrive(session, a_sid(), phone=f"+44770090011{number}", at=NOON)
        desk_items.put(session, ItemKind.VOICEMAIL, at=NOON, call_id=call.id)
    found = desk_items.on_the_desk(session)
    return [desk_items.claim(session, item, who=who, at=NOON) for item in found]


def texts_to(session: Session, who: Person) -> list[str]:
    return [one.body or "" for one in session.scalars(select(Message).where(Message.person_id == who.id))]


def ends(session: Session, who: Person, *, at: timedelta = HOUR) -> None:
    """Their shift is over by the clock, and the clock sees it, twice."""
    for shift_id in handovers.over(session, NOON + at):
        handovers.shift_over(session, shift_id, NOON + at)
    for shift in session.scalars(select(rota.Shift).where(rota.Shift.person_id == who.id)):
        handovers.shift_over(session, shift.id, NOON + at)


def test_what_one_took_is_theirs_until_the_shift_ends_and_a_call_back_for_the_lease(session: Session) -> None:
    hana = a_handler(session, "Hana", hours=3)
    (voicemail, *_) = four_items(session, hana)
    assert voicemail.held_until == NOON + 3 * HOUR
    call = a_call(session, "+447700900199")
    calls.finish(session, call, at=NOON)
    back = session.scalars(select(DeskItem).where(DeskItem.kind == ItemKind.CALL_BACK)).one()
    assert desk_items.claim(session, back, who=hana, at=NOON).held_until == NOON + 20 * MINUTE


def test_a_shift_that_ends_with_four_items_held_is_one_text_to_the_next(session: Session) -> None:
    hana, tomasz = a_handler(session, "Hana", hours=1), a_handler(session, "Tomasz", hours=4)
    items = four_items(session, hana)
    ends(session, hana)
    (text,) = texts_to(session, tomasz)
    assert "4 things on the desk are yours now" in text
    assert not any(word in text for word in ("Hana", "0770", "11"))
    assert texts_to(session, hana) == []
    owed = [still_owed.owed_one(session, item, at=NOON + HOUR) for item in items]
    assert {(one.holder.why, one.holder.people) for one in owed} == {(Why.HANDED, (tomasz,))}
    assert all(item.state == ItemState.OPEN for item in items), "anybody may still take one"


def test_what_was_handed_over_and_not_taken_is_handed_on(session: Session) -> None:
    hana, tomasz = a_handler(session, "Hana", hours=1), a_handler(session, "Tomasz", hours=2)
    bea = a_handler(session, "Bea", hours=4)
    rota.end_now(session, bea, at=NOON)
    rota.write(session, bea, starts_at=NOON + 90 * MINUTE, ends_at=NOON + 4 * HOUR)
    items = four_items(session, hana)
    ends(session, hana)
    desk_items.claim(session, items[0], who=tomasz, at=NOON + HOUR)
    ends(session, tomasz, at=2 * HOUR)
    assert [text for text in texts_to(session, bea) if "4 things" in text]
    assert {item.handed_to_id for item in items} == {bea.id}


def test_with_nobody_on_the_next_is_told_when_their_shift_begins(session: Session) -> None:
    hana = a_handler(session, "Hana", hours=1)
    bea = a_handler(session, "Bea", on_shift=False)
    rota.write(session, bea, starts_at=NOON + 18 * HOUR, ends_at=NOON + 21 * HOUR)
    item, *_ = four_items(session, hana)
    ends(session, hana)
    night = NOON + 9 * HOUR
    assert handovers.untold(session, night) == []
    assert texts_to(session, bea) == [], "nobody is woken"
    one = still_owed.owed_one(session, item, at=night)
    assert (one.holder.why, one.holder.people, one.holder.at) == (Why.NEXT, (bea,), NOON + 18 * HOUR)
    morning = NOON + 18 * HOUR
    for _ in range(2):  # two clocks
        for handover_id in [*handovers.untold(session, morning), 1]:
            handovers.tell(session, handover_id, morning)
    assert len(texts_to(session, bea)) == 1


def test_with_no_rota_at_all_the_organisers_have_it_and_hear_so_once(session: Session) -> None:
    hana = a_handler(session, "Hana", hours=1)
    olu = a_person(session, "Olu")
    people.wear(session, olu, HatName.ORGANISER, at=NOON)
    item, *_ = four_items(session, hana)
    ends(session, hana)
    assert len(texts_to(session, olu)) == 1
    one = still_owed.owed_one(session, item, at=NOON + HOUR)
    assert (one.holder.why, one.holder.people) == (Why.ORGANISERS, (olu,))


def test_whoever_has_another_shift_at_once_hands_nothing_over(session: Session) -> None:
    hana = a_handler(session, "Hana", hours=1)
    a_handler(session, "Tomasz", hours=4)
    rota.write(session, hana, starts_at=NOON + HOUR, ends_at=NOON + 3 * HOUR)
    items = four_items(session, hana)
    ends(session, hana)
    assert all(item.holder_id == hana.id for item in items)


def test_nothing_held_and_nothing_said_hands_nothing_over(session: Session) -> None:
    hana, tomasz = a_handler(session, "Hana", hours=1), a_handler(session, "Tomasz", hours=4)
    ends(session, hana)
    assert texts_to(session, tomasz) == []
    assert session.scalars(select(handovers.Handover)).all() == []


def test_whom_one_is_ringing_back_this_moment_stays_ones_own(session: Session) -> None:
    hana, tomasz = a_handler(session, "Hana", hours=1), a_handler(session, "Tomasz", hours=4)
    call = a_call(session)
    calls.finish(session, call, at=NOON)
    item = session.scalars(select(DeskItem)).one()
    late = NOON + HOUR - MINUTE
    ring = line.ring_back(session, item, who=hana, at=late)
    rings.claim(session, ring, at=late)
    rings.answered(session, ring, at=late)
    assert rings.took(session, ring, at=late)
    ends(session, hana)
    assert (item.holder_id, ring.state) == (hana.id, R.TOOK)
    assert texts_to(session, tomasz) == []


def test_words_for_the_next_are_sealed_read_once_and_not_in_the_text(session: Session) -> None:
    hana, tomasz = a_handler(session, "Hana", hours=1), a_handler(session, "Tomasz", hours=4)
    handovers.end_shift(session, hana, words="Mrs Osei may ring again about her lights", at=NOON)
    (text,) = texts_to(session, tomasz)
    assert "there is a note for you" in text
    assert "Osei" not in text
    (note,) = glance.of(session, tomasz, at=NOON).notes
    assert note.words == "Mrs Osei may ring again about her lights"
    handovers.read(session, note, who=tomasz, at=NOON)
    session.flush()
    assert glance.of(session, tomasz, at=NOON).notes == []


def test_urgent_at_night_goes_to_the_organisers_once(session: Session) -> None:
    hana = a_handler(session, "Hana", hours=1)
    olu = a_person(session, "Olu")
    people.wear(session, olu, HatName.ORGANISER, at=NOON)
    rota.write(session, hana, starts_at=NOON + 18 * HOUR, ends_at=NOON + 21 * HOUR)
    request = a_request(session, hana, on=None)
    request.urgency = Urgency.NOW
    session.flush()
    assert handovers.alarming(session, NOON) == [], "Hana is on"
    night = NOON + 9 * HOUR
    (found,) = handovers.alarming(session, night)
    for _ in range(2):  # two clocks
        handovers.alarm(session, found, night)
    urgent = [text for text in texts_to(session, olu) if text.startswith("Urgent, and nobody is on shift")]
    assert len(urgent) == 1
    assert "Rita" not in urgent[0]
    assert handovers.alarming(session, night) == []
    (item,) = desk_items.on_the_desk(session)
    one = still_owed.owed_one(session, item, at=night)
    assert (one.holder.why, one.holder.people) == (Why.ORGANISERS, (olu,))


def test_what_is_urgent_and_has_gone_quiet_is_told_too_when_nobody_is_on(session: Session) -> None:
    hana = a_handler(session, "Hana", on_shift=False)
    request = a_request(session, hana, on="Acacia Road")
    request.urgency = Urgency.NOW
    desk_items.close_all(session, at=NOON, request_id=request.id)
    quiet = desk_items.put(session, ItemKind.QUIET, at=NOON, request_id=request.id)
    assert list(handovers.alarming(session, NOON)) == [quiet.id]


def test_urgent_and_no_organiser_every_handler_stands_in(session: Session) -> None:
    hana = a_handler(session, "Hana", on_shift=False)
    request = a_request(session, hana, on=None)
    request.urgency = Urgency.NOW
    session.flush()
    (found,) = handovers.alarming(session, NOON)
    handovers.alarm(session, found, NOON)
    assert [text for text in texts_to(session, hana) if text.startswith("Urgent")]
    assert holders.around(session, at=NOON).organisers == (hana,)
