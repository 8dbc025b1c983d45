"""Somebody is told all that we hold of them, and when it will be forgotten; or is forgotten now, wherever they stand."""

from datetime import timedelta

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, delete, select
from sqlalchemy.orm import Session

from helpline import (
    answers,
    at_risk,
    buddies,
    calls,
    desk_items,
    durations,
    erasing,
    hard_calls,
    history,
    inbox,
    incidents,
    messages,
    offers,
    people,
    pins,
    record,
    remembered,
    repeating,
    requests,
    retention,
    rota,
    sign_in,
    taking,
    tellings,
    texts,
    voicemails,
    who_read,
    withdrawing,
)
from helpline.besides import Besides, SomebodyElse
from helpline.calls import Call
from helpline.defaults import DEFAULTS
from helpline.desk_items import DeskItem, ItemKind
from helpline.errands import Errand, ErrandKind
from helpline.errors import HelplineError
from helpline.incident_words import Serious
from helpline.incidents import Told
from helpline.messages import M, Message, MessageKind
from helpline.offers import O
from helpline.people import HatName, Person
from helpline.places import Street
from helpline.requests import HelpRequest, Q
from helpline.rota import S, Shift
from helpline.sealed import Sealed
from helpline.tables import metadata
from helpline.voicemails import Voicemail
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call, a_request, a_sid, last_message, story, texts_to
from tests.helpline.rota_cast import a_slot
from tests.helpline.signpost_cast import a_signpost

RITA = "+447700900118"
LATER = NOON + timedelta(minutes=5)
HERS = "Rita", "Marsh", "900118", "Milk", "the bell", "cat"


@pytest.fixture
def olga(session: Session) -> Person:
    olga = builders.a_handler(session, "Olga Lund", on_shift=False)
    people.wear(session, olga, HatName.ORGANISER, at=NOON)
    return olga


@pytest.fixture
def street(session: Session) -> Street:
    return builders.a_street(session, "Acacia Road")


@pytest.fixture
def coral(session: Session, street: Street) -> Person:
    return builders.a_coordinator(session, "Coral Reid")


@pytest.fixture
def rita(session: Session, olga: Person, coral: Person, street: Street) -> Person:
    """She rang, left a message, wrote a text, asked for something every week, and Coral has taken it."""
    rita = builders.a_person(session, "Rita Marsh", phone=RITA)
    call = calls.arrive(session, a_sid(), phone=RITA, at=NOON)
    calls.leave_queue(session, call, at=NOON)
    voicemails.left(session, call, recording_sid="RE1", seconds=9, at=NOON)
    text = texts.receive(session, a_sid("SM"), phone=RITA, body="Could somebody feed the cat?", who=rita, at=NOON)
    assert text is not None
    desk_items.put(session, ItemKind.TEXT, at=NOON, text_id=text.id)
    told = messages.owe(session, MessageKind.NEWS, "Dear Rita", to=rita, at=NOON)
    messages.claim(session, told, at=NOON)
    messages.sent(told, "SM-told")
    messages.owe(session, MessageKind.NEWS, "Dear Rita, once more", to=rita, at=NOON)
    request = a_request(session, olga, street, phone=RITA)
    requests.add_note(session, request, "Knock, the bell is broken", who=olga, at=NOON)
    repeating.begin(session, request, 7, who=olga, at=NOON)
    (offer,) = offers.live_of_person(session, coral)
    taking.accept(session, offer, at=NOON)
    history.read(session, "request", at=NOON, reader=olga.id, request_id=request.id)
    session.flush()
    return rita


def everything_sealed(session: Session) -> str:
    """Whatever any table holds that is sealed, opened."""
    found = []
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                found += [str(value) for value in session.scalars(select(column).where(column.is_not(None)))]
    return "\n".join(found)


def test_a_resident_is_erased_while_something_is_open(
    session: Session, olga: Person, coral: Person, rita: Person
) -> None:
    follows = erasing.before(session, rita, at=LATER)
    assert [request.what for request in follows.open] == ["Shopping"]
    assert follows.asked == (coral,)
    assert follows.cannot is None
    assert all(word in everything_sealed(session) for word in HERS)
    person_id, key = rita.id, rita.phone_key

    erasing.erase(session, rita, who=olga, at=LATER)
    session.expire_all()
    left = everything_sealed(session)
    assert [word for word in HERS if word in left] == []
    assert session.get(Person, person_id) is None
    assert session.scalar(select(Person).where(Person.phone_key == key)) is None
    request = session.scalars(select(HelpRequest)).one()
    assert (request.state, request.resident_id, request.forgotten_at) == (Q.CALLED_OFF, None, LATER)
    assert texts_to(session, coral)[-1].endswith("is no longer needed from you. Thank you all the same.")
    assert last_message(session, coral).state == M.OWED
    assert {call.forgotten_at for call in session.scalars(select(Call))} == {LATER}
    assert session.scalars(select(DeskItem.id).where(DeskItem.state.in_(desk_items.LIVE))).all() == []
    gone = {(errand.kind, errand.subject) for errand in session.scalars(select(Errand))}
    assert {(ErrandKind.DELETE_RECORDING, "RE1"), (ErrandKind.DELETE_MESSAGE, "SM-told")} <= gone
    assert repeating.due(session, NOON + timedelta(days=30)) == []
    assert session.scalars(select(Message.state).where(Message.kind == MessageKind.NEWS, Message.phone.is_(None))).all()
    assert "request.forgotten" in story(session, request)


def test_what_the_carrier_tells_of_afterwards_is_not_kept(session: Session, olga: Person, rita: Person) -> None:
    call = session.scalars(select(Call)).one()
    erasing.erase(session, rita, who=olga, at=LATER)
    voicemails.fetched(session, "RE1", b"her voice", at=LATER)
    voicemails.left(session, call, recording_sid="RE2", seconds=4, at=LATER)
    session.flush()
    assert {voicemail.sound for voicemail in session.scalars(select(Voicemail))} == {None}
    assert session.scalar(select(Errand.id).where(Errand.subject == "RE2", Errand.kind == ErrandKind.DELETE_RECORDING))


def test_what_we_sent_to_a_number_before_it_was_anybodys_is_forgotten_with_whose_it_is(
    session: Session, olga: Person, street: Street, coral: Person
) -> None:
    del coral
    call = a_call(session, phone=RITA)
    item = desk_items.put(session, ItemKind.CALL_BACK, at=NOON, call_id=call.id)
    item.attempts = answers.TRIED_ENOUGH
    text = texts.receive(session, a_sid("SM"), phone=RITA, body="Are you open?", who=None, at=NOON)
    assert text is not None
    wrote = desk_items.put(session, ItemKind.TEXT, at=NOON, text_id=text.id)
    for sid, sent in {
        "SM-tried": answers.say_we_tried(session, item, who=olga, at=NOON),
        "SM-told": tellings.send(session, a_signpost(session, olga), call, agreed=True, who=olga, at=NOON),
        "SM-answered": answers.answer(session, wrote, "Until nine.", who=olga, at=NOON),
    }.items():
        messages.claim(session, sent, at=NOON)
        messages.sent(sent, sid)
    retention.forget_text(session, text, at=NOON)  # as when it was answered after four weeks
    calls.leave_queue(session, call, at=NOON)
    calls.finish(session, call, at=NOON)
    request = a_request(session, olga, street, phone=RITA)
    assert request.resident is not None
    erasing.erase(session, request.resident, who=olga, at=LATER)
    session.expire_all()
    assert "900118" not in everything_sealed(session)
    gone = session.scalars(select(Errand.subject).where(Errand.kind == ErrandKind.DELETE_MESSAGE)).all()
    assert {"SM-tried", "SM-told", "SM-answered"} <= set(gone)


def test_somebody_who_helps_is_erased_and_what_they_hold_goes_to_the_next(
    session: Session, olga: Person, coral: Person, rita: Person
) -> None:
    dev = builders.a_coordinator(session, "Dev", deputy=True)
    people.wear(session, coral, HatName.HANDLER, at=NOON)
    pins.put(session, coral, "a hash", who=olga, at=NOON)
    slot = a_slot(session)
    shift = rota.write(session, coral, starts_at=slot.starts_at, ends_at=slot.ends_at, slot=slot)
    follows = erasing.before(session, coral, at=LATER)
    assert [offer.request.what for offer in follows.keeps] == ["Shopping"]
    assert follows.hats.shifts == (shift,)
    person_id = coral.id
    erasing.erase(session, coral, who=olga, at=LATER)
    erasing.erase(session, coral, who=olga, at=LATER)
    session.expire_all()
    assert "Coral" not in everything_sealed(session).replace("Coral does not look after", "")
    (offer,) = offers.live_of_person(session, dev)
    assert offer.state == O.OPEN
    assert session.get_one(Shift, shift.id).state == S.LEFT
    kept = session.get_one(Person, person_id)
    assert (kept.name, kept.phone, kept.phone_key, kept.forgotten_at, kept.hats) == (None, None, None, LATER, [])
    assert pins.of(session, kept) is None
    assert session.scalars(select(Message).where(Message.person_id == person_id)).all() == [], "nor told of anything"


def test_who_cannot_be_erased_just_now_is_not_and_why_is_said(session: Session, olga: Person, rita: Person) -> None:
    def refuses(person: Person, why: str, who: Person = olga) -> None:
        with pytest.raises(HelplineError, match=why):
            erasing.erase(session, person, who=who, at=LATER)
        assert person.forgotten_at is None

    refuses(olga, "Nobody else is organiser")
    refuses(rita, "Only an organiser", who=builders.a_handler(session, "Hana"))
    call = calls.arrive(session, a_sid(), phone=RITA, at=LATER)
    refuses(rita, "on the line to us now")
    calls.finish(session, call, at=LATER)
    words = messages.owe(session, MessageKind.NEWS, "Dear Rita", to=rita, at=NOON)
    messages.claim(session, words, at=NOON)
    refuses(rita, "leaving us this very moment")
    messages.sent(words, "SM9")
    session.flush()
    erasing.erase(session, rita, who=olga, at=LATER)


def test_what_somebody_wrote_down_who_is_erased_since_is_done_like_anything_else(
    session: Session, olga: Person, coral: Person, street: Street
) -> None:
    hana = builders.a_handler(session, "Hana")
    request = a_request(session, hana, street, phone=RITA)
    (offer,) = offers.live_of_person(session, coral)
    taking.accept(session, offer, at=NOON)
    erasing.erase(session, hana, who=olga, at=LATER)
    inbox.receive(session, a_sid("SM"), phone=coral.phone, body="DONE", at=LATER)
    assert (request.state, request.handler.forgotten_at) == (Q.DONE, LATER)


def test_an_organiser_erases_themselves_whichever_hat_came_first(
    session: Session, olga: Person, coral: Person, street: Street
) -> None:
    people.wear(session, coral, HatName.ORGANISER, at=NOON)
    people.wear(session, coral, HatName.HANDLER, at=NOON)
    ulla = builders.a_person(session, "Ulla")
    for hat, patch_id in ((HatName.ORGANISER, None), (HatName.HANDLER, None), (HatName.DEPUTY, coral.hats[0].patch_id)):
        people.wear(session, ulla, hat, at=NOON, patch_id=patch_id)
    for person in (ulla, coral):
        assert erasing.before(session, person, at=LATER).cannot is None
        erasing.erase(session, person, who=person, at=LATER)
    session.flush()
    assert [person.name for person in people.with_hats(session)] == ["Olga Lund"]


# What we hold


def test_the_record_tells_everything_of_hers_and_nothing_of_others(
    session: Session, olga: Person, coral: Person, rita: Person
) -> None:
    found = record.of(session, rita, who=olga)
    told = {part.table: part.rows for part in found.parts}
    assert told["people"][0]["name"] == "Rita Marsh"
    assert told["people"][0]["phone"] == RITA
    assert told["texts"][0]["body"] == "Could somebody feed the cat?"
    assert told["notes"][0]["words"] == "Knock, the bell is broken"
    assert told["voicemails"][0]["seconds"] == 9
    assert {"calls", "messages", "requests"} <= set(told)
    words = repr(found)
    assert "Coral" not in words
    assert coral.phone is not None
    assert coral.phone not in words
    assert not [
        name for rows in told.values() for row in rows for name in row if name.endswith("_key") or name == "sid"
    ]

    hers = record.of(session, coral, who=olga)
    assert "Rita" not in repr(hers), "who and where of somebody else is not told"
    assert "/o/" not in repr(hers)
    assert {part.table for part in hers.parts} >= {"people", "hats", "offers", "messages"}
    assert {(one.table, one.as_what) for one in record.of(session, olga, who=olga).did} >= {
        ("requests", "handler_id"),
        ("notes", "who_id"),
    }


def test_a_new_table_of_somebodys_is_told_and_counted_without_being_listed() -> None:
    tables = MetaData()
    for name in ("people", "requests", "calls"):
        Table(name, tables, Column("id", Integer, primary_key=True))
    Table("buddies", tables, Column("person_id", Integer), Column("buddy_id", Integer, ForeignKey("people.id")))
    Table("wishes", tables, Column("request_id", ForeignKey("requests.id")), Column("words", Sealed()))
    assert [column.name for _, column in record.about(tables)] == ["person_id"]
    assert [column.name for _, column in record.did(tables)] == ["buddy_id"]
    assert [table.name for table, _ in record.within(tables)] == ["wishes"]


def test_no_table_that_points_to_somebody_is_left_out() -> None:
    found = {column for _, column in (*record.about(), *record.did())}
    for table in metadata.sorted_tables:
        for column in table.columns:
            points = any(key.target_fullname == "people.id" for key in column.foreign_keys)
            if (points or column.name == "person_id") and table.name not in record.NOT_TOLD:
                assert column in found, f"{table.name}.{column.name} is in no record: name it in helpline/record.py"


def test_whatever_retention_has_a_rule_for_is_gone_from_the_record(
    session: Session, olga: Person, rita: Person
) -> None:
    session.flush()
    assert {rule.table.__tablename__ for rule in retention.RULES} >= {"requests", "calls", "messages", "texts"}
    person_id = rita.id
    erasing.erase(session, rita, who=olga, at=LATER)
    for table, column in record.about():
        for sealed in record.sealed_columns(table):
            assert session.scalars(select(sealed).where(column == person_id, sealed.is_not(None))).all() == [], table


def test_when_each_of_it_is_forgotten(session: Session, olga: Person, rita: Person) -> None:
    held = remembered.of(session, rita)
    assert [one.until for one in held.requests] == [None], "it is open"
    assert (held.calls.many, held.calls.until) == (1, NOON + DEFAULTS.forget)
    assert (held.texts.many, held.texts.until) == (3, NOON + DEFAULTS.forget)
    assert held.until is None
    request = session.scalars(select(HelpRequest)).one()
    withdrawing.see_to(session, request, who=olga, at=LATER)
    session.flush()
    held = remembered.of(session, rita)
    assert held.requests[0].until == LATER + DEFAULTS.forget
    assert held.until is None, "it comes back next week"
    repeat = repeating.of_request(session, request)
    assert repeat is not None
    repeating.stop(session, repeat, who=olga, at=LATER)
    held = remembered.of(session, rita)
    assert held.until is not None
    assert held.until >= LATER + DEFAULTS.forget
    assert remembered.of(session, olga).until is None, "she wears hats"


def test_no_day_is_named_on_which_something_else_still_names_them(
    session: Session, olga: Person, coral: Person, street: Street
) -> None:
    long_ago = NOON - timedelta(days=90)
    hana, ben = (builders.a_handler(session, name, on_shift=False, at=long_ago) for name in ("Hana", "Ben"))
    buddy = buddies.choose(session, "Bea", "07700 900111", who=hana, at=long_ago)
    buddies.answer(session, buddy, yes=True, at=long_ago)
    shift = rota.write(session, hana, starts_at=NOON - timedelta(hours=5), ends_at=NOON - timedelta(hours=2))
    request = a_request(session, ben, street)
    (offer,) = offers.live_of_person(session, coral)
    session.execute(delete(Message))
    assert remembered.of(session, buddy.buddy).until is None, "they are a buddy"
    for person in (hana, ben, coral):
        for hat in list(person.hats):
            person.hats.remove(hat)
            session.delete(hat)
    session.flush()
    assert remembered.of(session, hana).until == shift.ends_at + DEFAULTS.forget
    assert remembered.of(session, ben).until is None, "what they wrote down is open"
    assert remembered.of(session, offer.person).until is None, "and so is what they were asked"
    requests.done(session, request, who=ben, at=LATER)
    session.flush()
    assert {remembered.of(session, one).until for one in (ben, coral)} == {LATER + DEFAULTS.forget}


def test_what_began_before_details_were_kept_for_longer_makes_no_day_too_early(session: Session, olga: Person) -> None:
    rita, hour = builders.a_person(session, "Rita Marsh", phone=RITA), timedelta(hours=1)
    longer = 2 * DEFAULTS.forget
    for at in (NOON, NOON + 2 * hour):
        calls.finish(session, calls.arrive(session, a_sid(), phone=RITA, at=at), at=at)
        if at == NOON:
            durations.change(session, "forget", int(longer.total_seconds()), seen=None, who=olga, at=NOON + hour)
    session.flush()
    held = remembered.of(session, rita)
    assert (held.calls.many, held.calls.until, held.until) == (2, at + longer, at + longer)


def test_that_it_was_hard_is_in_no_record_but_their_own(session: Session, olga: Person) -> None:
    hana = builders.a_handler(session, "Hana")
    buddy = buddies.choose(session, "Bea", "07700 900111", who=hana, at=NOON)
    buddies.answer(session, buddy, yes=True, at=NOON)
    hard_calls.press(session, hana, at=NOON)

    def told(person: Person, who: Person) -> bool:
        found = record.of(session, person, who=who)
        return "hard_calls" in {part.table for part in found.parts} | {one.table for one in found.did}

    assert [told(hana, hana), told(hana, olga), told(buddy.buddy, olga)] == [True, False, False]


# Who read what


def test_a_reading_of_a_request_or_a_call_is_of_whoever_it_was(session: Session, olga: Person, rita: Person) -> None:
    call = session.scalars(select(Call)).one()
    history.read(session, "voicemail", at=LATER, reader=olga.id, call_id=call.id)
    history.read(session, "person", at=LATER, reader=olga.id, person_id=rita.id)
    session.flush()
    found = who_read.about(session, rita.id)
    assert [one.reading.what for one in found.rows] == ["person", "voicemail", "request"]
    assert {one.reader for one in found.rows} == {olga}
    assert [one.reading.what for one in who_read.by(session, olga.id).rows] == ["person", "voicemail", "request"]
    assert who_read.about(session, olga.id).rows == ()


def test_readings_go_on_over_pages(session: Session, olga: Person) -> None:
    for minute in range(who_read.A_PAGE + 2):
        history.read(session, "number", at=NOON + timedelta(minutes=minute // 4), reader=olga.id, person_id=7)
    session.flush()
    first = who_read.about(session, 7)
    rest = who_read.about(session, 7, before=first.before)
    ids = [one.reading.id for one in (*first.rows, *rest.rows)]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == who_read.A_PAGE + 2
    assert rest.before is None


def test_a_device_of_somebody_erased_is_out(session: Session, olga: Person) -> None:
    hana = builders.a_handler(session, "Hana")
    session.add(sign_in.Device(token_key="k", person_id=hana.id, label="Chrome", created_at=NOON, seen_at=NOON))
    session.flush()
    erasing.erase(session, hana, who=olga, at=LATER)
    session.flush()
    assert session.scalars(select(sign_in.Device)).all() == []


def test_what_somebody_answers_for_by_name_goes_to_another_when_they_leave_the_desk(
    session: Session, olga: Person, street: Street
) -> None:
    hana = builders.a_handler(session, "Hana")
    request = a_request(session, olga, street, phone=RITA)
    at_risk.flag(session, request, hana, "The kettle was cold", who=hana, at=NOON)
    told = Told("form 1", "A parcel was left in the rain.", NOON.date(), Serious.SMALL)
    incident, _ = incidents.write(session, told, owner=hana, who=hana, at=NOON)
    assert erasing.before(session, hana, at=LATER).hats.answers.many == 2
    erasing.erase(session, hana, who=olga, at=LATER)
    assert (request.lead_id, request.worry, incident.owner_id) == (olga.id, "The kettle was cold", olga.id)


def test_whoever_asked_for_a_neighbour_is_forgotten_and_the_neighbour_is_not(
    session: Session, olga: Person, street: Street
) -> None:
    dev = builders.a_person(session, "Dev Patel", phone="+447700900119")
    another = SomebodyElse("Dev Patel", knows=True, ring_ringer=True)
    request = a_request(session, olga, street, phone="+447700900119", besides=Besides(another=another))
    assert request.asker_id == dev.id
    erasing.erase(session, dev, who=olga, at=LATER)
    session.flush()
    assert (request.ringer, request.phone, request.asker_id) == (None, None, None)
    assert (request.name, request.state) == ("Rita Marsh", Q.NOBODY)
    assert "Dev" not in everything_sealed(session)
