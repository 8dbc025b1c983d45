"""The desk: the answer at the top, what is owed and by whom, and what changes by itself."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline import (
    calls,
    clock,
    config,
    desk_items,
    ledger,
    messages,
    offers,
    people,
    requests,
    rings,
    taking,
    texts,
    voicemails,
)
from helpline.calls import Call
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.history import Reading
from helpline.messages import M, Message
from helpline.people import HatName
from helpline.requests import HelpRequest
from helpline.rings import Ring, RingKind
from helpline.voicemails import Voicemail
from tests.builders import NOON, a_coordinator, a_handler, a_person, a_street
from tests.dashboard.browser import Browser, Hands, Page
from tests.dashboard.cast import a_call, a_request, a_sid, answered_by
from tests.dashboard.conftest import Find, SignIn

HX = {"HX-Request": "true"}


@pytest.fixture
def hana(signed_in: SignIn, database: Database) -> Browser:
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_coordinator(session, "Coral", phone="+447700900003")
        hana = a_handler(session, "Hana", phone="+447700900001")
    return signed_in(hana)


def end_my_shift(browser: Browser, words: str = "") -> Page:
    browser.open("/line/end")
    return browser.press("End my shift", words=words)


def a_call_back(database: Database, phone: str = "+447700900142") -> int:
    """A caller waited two minutes and rang off."""
    with database.transaction() as session:
        call = a_call(session, phone, at=NOON - timedelta(minutes=10))
        calls.finish(session, call, at=NOON - timedelta(minutes=8))
        return session.scalars(select(DeskItem.id).where(DeskItem.call_id == call.id)).one()


def test_a_quiet_line_says_so_with_who_is_on_and_who_is_next(hana: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Tomasz")
        bea = a_person(session, "Bea")
        people.wear(session, bea, HatName.HANDLER, at=NOON)
        from helpline import rota  # noqa: PLC0415

        rota.write(session, bea, starts_at=NOON + timedelta(hours=4), ends_at=NOON + timedelta(hours=8))
    page = hana.open("/")
    page.says(
        "2:47 pm Thursday", "The line is quiet.", "You and Tomasz are on until 6:47 pm.", "Next: Bea, from 6:47 pm."
    )
    page.says("Nothing is owed. Put the kettle on.", "999", "111", "116 123", "Nothing yet.")
    assert page.title == "The desk, Larkfield Neighbours"


def test_callers_waiting_are_counted_and_who_is_rung_is_named(hana: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Tomasz")
        a_handler(session, "Bea")
        a_call(session, "+447700900142", at=NOON - timedelta(seconds=65))
        a_call(session, None, at=NOON - timedelta(seconds=20))
    with database.transaction() as session:
        for ring in session.scalars(select(Ring)):
            if ring.person.first_name == "Hana":
                rings.end(session, ring, rings.R.CANCELLED, at=NOON)
    page = hana.open("/").says("2 callers are waiting.", "1 min", "Number ends 142.", "Number withheld.", "being rung.")
    assert page.title == "(2) waiting, Larkfield Neighbours"


def test_my_ringing_phone_is_an_alert(hana: Browser, database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        ring = rings.of_call(session, call.id)[0]
        rings.claim(session, ring, at=NOON)
        rings.dialled(session, ring, a_sid(), at=NOON)
    page = hana.open("/").says("Your phone is ringing.", "Press 1 on it to take the call.")
    assert 'role="alert"' in page.html


def test_while_i_talk_the_others_waiting_are_one_line(hana: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        a_handler(session, "Tomasz")
        answered_by(session, session.merge(find("Hana")), a_call(session))
        a_call(session, "+447700900142", at=NOON)
    hana.open("/").says("1 more caller is waiting. Tomasz is being rung. Stay with your caller.")


def test_pause_and_ring_me_again(hana: Browser, find: Find) -> None:
    hana.open("/")
    hana.press("Pause my phone").says("Your phone is paused.", "Hana, paused")
    hana.press("Ring me again").says("on until 6:47 pm").never_says("Your phone is paused.")


def test_end_my_shift_and_take_that_back(hana: Browser) -> None:
    hana.open("/")
    end_my_shift(hana).says("off shift", "Nobody is on. Callers can leave a message or ask to be rung back.")
    hana.press("Start a shift now").says("You are on until 6:47 pm.")


def test_i_am_ready_now_ends_the_wrap_up(hana: Browser, database: Database, hands: Hands, find: Find) -> None:
    with database.transaction() as session:
        calls.finish(session, answered_by(session, session.merge(find("Hana")), a_call(session)), at=hands.at)
    hana.open("/").says("No calls for 5 min while you finish writing.")
    hana.press("I am ready now").says("The line is quiet.").never_says("No calls for")


def test_a_poll_is_answered_with_nothing_when_nothing_changed(hana: Browser, database: Database, hands: Hands) -> None:
    page = hana.open("/")
    there = page.html.split('hx-get="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert hana.open(there, headers=HX).status == 204
    hands.at += timedelta(seconds=16)  # how long things have waited is drawn again now and then
    assert hana.open(there, headers=HX).status == 200
    hands.at -= timedelta(seconds=16)
    with database.transaction() as session:
        a_call(session)
    page = hana.open(there, headers=HX)
    assert page.status == 200
    page.says("Your phone is about to ring.", "Number ends 118.")


def test_a_poll_brings_only_the_parts_that_change(hana: Browser) -> None:
    page = hana.open("/", headers=HX)
    assert "<html" not in page.html
    assert page.answer.headers["vary"].startswith("HX-Request")
    for part in ("now", "owed", "mine", "you"):
        assert f'id="{part}"' in page.html


def test_the_form_comes_with_the_call_and_is_never_sent_over_another(
    hana: Browser, database: Database, find: Find
) -> None:
    with database.transaction() as session:
        call_id = answered_by(session, session.merge(find("Hana")), a_call(session)).id
    page = hana.open("/?form=0", headers=HX)
    assert 'hx-swap-oob="outerHTML:#write-here"' in page.html
    assert f"form={call_id}" in page.html
    assert "request-form" not in hana.open(f"/?form={call_id}", headers=HX).html


def test_a_poll_after_signing_out_sends_the_whole_page_to_sign_in(visitor: Browser) -> None:
    page = visitor.open("/", headers=HX)
    assert (page.status, page.answer.headers["hx-redirect"]) == (401, "/sign-in")


def test_a_call_back_is_taken_rung_and_done(hana: Browser, database: Database) -> None:
    item_id = a_call_back(database)
    page = hana.open("/").says("Ring back a caller", "Waited 2 min.", "Number ends 142.", "You when free")
    page.never_says("900142")
    hana.press("Take it").says("You until 3:07 pm", "Ring them")
    hana.press("Ring them").says("Your phone is about to ring.", "Press 1 on it, and we ring the caller for you.")
    with database.reading() as session:
        ring = session.scalars(select(Ring).where(Ring.kind == RingKind.CALL_BACK)).one()
        assert ring.item_id == item_id
    hana.open(f"/items/{item_id}").says("Ring back a caller.", "You have it, until 3:07 pm.", "Tried Once")
    hana.press("Done").says("Done, and off the desk.", "Nothing is owed.")


def test_a_number_at_extra_cost_is_not_rung_back_and_is_dealt_with_all_the_same(
    hana: Browser, database: Database
) -> None:
    item_id = a_call_back(database, "+449098790123")
    page = hana.open("/").says("Number ends 123. We do not ring it: it is abroad, or costs extra.")
    csrf = page.form(f"/items/{item_id}/take").fields["csrf"][0]
    hana.press("Take it").says("It is done").never_says("Ring them")
    assert hana.post(f"/items/{item_id}/ring", {"csrf": csrf}).status == 409
    hana.page.says("We do not ring numbers abroad, nor those that cost extra.")
    with database.reading() as session:
        assert session.scalars(select(Ring).where(Ring.kind == RingKind.CALL_BACK)).all() == []
    hana.open(f"/items/{item_id}").says("We do not ring it", "Block this number").never_says("Ring them")
    hana.press("Done").says("Done, and off the desk.")


def test_two_handlers_claim_at_once_and_the_second_is_told_by_whom(
    signed_in: SignIn, hana: Browser, database: Database
) -> None:
    item_id = a_call_back(database)
    with database.transaction() as session:
        tomasz = a_handler(session, "Tomasz")
    his = signed_in(tomasz)
    his.open("/")
    hers = hana.open("/").form(f"/items/{item_id}/take")
    his.press("Take it")
    page = hana.post(hers.action, hers.fields)
    assert page.status == 409
    page.says("Tomasz took that a moment ago. Nothing of yours is lost.")
    page = hana.post(hers.action, hers.fields, headers=HX)
    assert page.status == 409
    page.says("Tomasz took that a moment ago. Nothing of yours is lost.", "Tomasz until 3:07 pm", "The line is quiet.")
    assert 'role="alert"' in page.html


def a_call_back_done(hana: Browser, database: Database) -> int:
    item_id = a_call_back(database)
    hana.open("/")
    hana.press("Take it")
    hana.open(f"/items/{item_id}")
    hana.press("Done").says("Done, and off the desk.", "Undo", "Nothing is owed.")
    return item_id


def test_what_was_pressed_by_mistake_is_undone(hana: Browser, signed_in: SignIn, database: Database) -> None:
    item_id = a_call_back_done(hana, database)
    with database.transaction() as session:
        tomasz = a_handler(session, "Tomasz")
    signed_in(tomasz).open(f"/?news=done&item={item_id}").never_says("Undo")
    hana.press("Undo").says("Ring back a caller.", "You have it, until 3:07 pm.")
    hana.post(f"/items/{item_id}/undo", {"csrf": hana.page.forms[0].fields["csrf"]}).says("You have it, until 3:07 pm.")
    hana.open(f"/?news=done&item={item_id}").says("You until 3:07 pm").never_says("Undo")


def test_done_pressed_on_the_desk_is_undone_there(hana: Browser, database: Database) -> None:
    item_id = a_call_back(database)
    hana.open("/")
    hana.press("Take it")
    button = hana.page.form(f"/items/{item_id}/done")
    for _ in range(2):
        parts = hana.post(button.action, button.fields, headers=HX).says("Done, and off the desk.", "Nothing is owed.")
        assert parts.form(f"/items/{item_id}/undo")
    hana.press("Undo").says("Ring back a caller.", "You have it, until 3:07 pm.")


def test_what_something_else_has_dealt_with_since_does_not_come_back(hana: Browser, database: Database) -> None:
    item_id = a_call_back_done(hana, database)
    undo = hana.page.form(f"/items/{item_id}/undo")
    with database.transaction() as session:
        call_id = session.get_one(DeskItem, item_id).call_id
        desk_items.close_all(session, at=NOON, call_id=call_id)
    hana.open(f"/?news=done&item={item_id}").says("Done, and off the desk.").never_says("Undo")
    page = hana.post(undo.action, undo.fields)
    assert page.status == 409
    page.says("That can no longer be undone.")


def test_an_undo_too_late_or_of_what_is_on_the_desk_again_says_so(
    hana: Browser, database: Database, hands: Hands
) -> None:
    item_id = a_call_back_done(hana, database)
    undo = hana.page.form(f"/items/{item_id}/undo")
    with database.transaction() as session:
        call_id = session.get_one(DeskItem, item_id).call_id
        assert call_id
        put_again = desk_items.put(session, ItemKind.CALL_BACK, at=NOON, call_id=call_id)
    page = hana.post(undo.action, undo.fields)
    assert page.status == 409
    page.says("It is on the desk again already.")
    with database.transaction() as session:
        desk_items.close(session, session.merge(put_again), at=NOON)
    hands.at += timedelta(minutes=11)
    page = hana.post(undo.action, undo.fields)
    assert page.status == 409
    page.says("That can no longer be undone.")
    hana.open(f"/?news=done&item={item_id}").says("Done, and off the desk.").never_says("Undo")


def test_put_down_is_anybodys_again(hana: Browser, database: Database) -> None:
    item_id = a_call_back(database)
    hana.open("/")
    hana.press("Take it")
    hana.open(f"/items/{item_id}")
    hana.press("Put it down").says("You when free", "Take it")


def test_the_whole_number_is_shown_on_asking_and_that_is_written_down(
    hana: Browser, database: Database, find: Find
) -> None:
    item_id = a_call_back(database)
    hana.open(f"/items/{item_id}").says("ends 142").never_says("07700 900142")
    hana.press("show it").says("07700 900142")
    with database.reading() as session:
        reading = session.scalars(select(Reading)).one()
        assert (reading.what, reading.reader_id) == ("number", find("Hana").id)


def test_an_item_waits_for_whoever_is_next_when_nobody_is_on(hana: Browser, database: Database) -> None:
    a_call_back(database)
    with database.transaction() as session:
        olu = a_person(session, "Olu", phone="+447700900007")
        people.wear(session, olu, HatName.ORGANISER, at=NOON)
    hana.open("/line/end").says("You hold nothing.", "The organisers are told by text what is left.")
    end_my_shift(hana, words="Ring <142> first").says(
        "Olu nobody is on shift", "Hana leaves a note", "Ring <142> first"
    )


def test_a_note_for_the_next_is_read_and_goes(hana: Browser, signed_in: SignIn, database: Database) -> None:
    a_call_back(database)
    with database.transaction() as session:
        tomasz = a_handler(session, "Tomasz")
    hana.open("/")
    hana.press("Take it")
    hana.open("/line/end").says("You hold one thing.", "Tomasz is on and has it next, and hears so by text.")
    end_my_shift(hana, words="She may be out until four").says("Tomasz from the shift before")
    his = signed_in(tomasz)
    his.open("/").says("Hana leaves a note", "She may be out until four", "You from the shift before")
    his.press("I have read it").never_says("She may be out until four")


def test_an_hour_makes_an_item_late(hana: Browser, database: Database, hands: Hands) -> None:
    a_call_back(database)
    hands.at += timedelta(hours=1)
    hana.open("/").says("late, 1 h 10 min")


def a_message_left(database: Database, *, fetched: bool) -> tuple[int, int]:
    with database.transaction() as session:
        call = calls.arrive(session, a_sid(), phone="+447700900150", at=NOON)
        voicemails.left(session, call, recording_sid=a_sid("RE"), seconds=50, at=NOON)
        voicemail = session.scalars(select(Voicemail)).one()
        if fetched:
            voicemail.sound, voicemail.fetched_at = b"RIFF and so on", NOON
        return session.scalars(select(DeskItem.id)).one(), call.id


def test_a_message_is_listened_to_and_that_is_written_down(hana: Browser, database: Database, find: Find) -> None:
    item_id, call_id = a_message_left(database, fetched=True)
    page = hana.open("/").says("Message left, 50 s", "Not listened to yet.")
    assert page.links["Listen"] == f"/items/{item_id}"
    assert 'src="/voicemails/1/sound"' in hana.open(f"/items/{item_id}").html
    answer = hana.open("/voicemails/1/sound").answer
    assert (answer.content, answer.headers["content-type"]) == (b"RIFF and so on", "audio/wav")
    part = hana.open("/voicemails/1/sound", headers={"Range": "bytes=5-7"}).answer
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"and", "bytes 5-7/14")
    with database.reading() as session:
        assert session.scalars(select(Voicemail)).one().heard_at == NOON
        reading = session.scalars(select(Reading)).one()
        assert (reading.what, reading.call_id, reading.reader_id) == ("voicemail", call_id, find("Hana").id)
    hana.open("/").says("Listened to at 2:47 pm.")


def test_a_message_not_fetched_yet_says_so(hana: Browser, database: Database, hands: Hands) -> None:
    item_id, _ = a_message_left(database, fetched=False)
    hana.open(f"/items/{item_id}").says("It is on its way from the telephone company.")
    page = hana.open("/voicemails/1/sound")
    assert page.status == 404
    page.says("That message has not been fetched yet.")
    hands.at += timedelta(hours=2)
    hana.open(f"/items/{item_id}").says(
        "The telephone company has not given it to us yet. We ask again every ten minutes."
    )


def test_a_request_written_from_a_message_takes_it_off_the_desk(hana: Browser, database: Database) -> None:
    from tests.dashboard.cast import FILLED_IN  # noqa: PLC0415

    item_id, call_id = a_message_left(database, fetched=True)
    page = hana.open(f"/items/{item_id}")
    assert page.links["Write a request"] == f"/requests/new?call={call_id}"
    hana.open(page.links["Write a request"]).says("number ends 150")
    hana.press("Save", **{**FILLED_IN, "phone": ""}).says("ends 150")
    hana.open("/").says("Nothing is owed.")


def test_a_text_is_read_on_its_page_and_not_on_the_desk(hana: Browser, database: Database) -> None:
    with database.transaction() as session:
        rita = a_person(session, "Rita", phone="+447700900118")
        session.flush()
        text = texts.receive(session, "SM1", phone="+447700900118", body="Is it still Friday", who=rita, at=NOON)
        assert text is not None
        item_id = desk_items.put(session, ItemKind.TEXT, at=NOON, text_id=text.id).id
    hana.open("/").says("A text came in").never_says("Is it still Friday")
    hana.open(f"/items/{item_id}").says("“Is it still Friday”")
    with database.reading() as session:
        assert session.scalars(select(Reading)).one().what == "text"
    hana.press("Done").says("Nothing is owed.")


def an_unknown_text(database: Database) -> int:
    with database.transaction() as session:
        message = messages.owe(session, messages.MessageKind.NEWS, "words", phone="+447700900160", at=NOON)
        messages.claim(session, message, at=NOON)
        messages.settle(session, message, M.UNKNOWN, at=NOON)
        return desk_items.put(session, ItemKind.UNKNOWN, at=NOON, message_id=message.id).id


def test_what_is_unknown_may_be_sent_again_by_a_person(hana: Browser, database: Database) -> None:
    item_id = an_unknown_text(database)
    hana.open("/").says("Did a text arrive?", "We could not know whether it was sent.")
    hana.open(f"/items/{item_id}").says("They may get it twice.")
    hana.press("Send it again").says("Nothing is owed.")
    with database.reading() as session:
        assert session.scalars(select(Message).where(Message.body.is_not(None), Message.state == M.OWED)).all()


def test_what_is_unknown_may_be_left(hana: Browser, database: Database) -> None:
    item_id = an_unknown_text(database)
    hana.open(f"/items/{item_id}")
    hana.press("Leave it").says("Nothing is owed.")
    with database.reading() as session:
        assert session.get_one(DeskItem, item_id).state == ItemState.DONE
        assert session.scalars(select(Message).where(Message.state == M.UNKNOWN)).one()


def test_words_that_went_after_all_are_not_sent_again(hana: Browser, database: Database) -> None:
    item_id = an_unknown_text(database)
    hana.open(f"/items/{item_id}")
    with database.transaction() as session:
        message = session.scalars(select(Message).where(Message.state == M.UNKNOWN)).one()
        messages.settle(session, message, M.DELIVERED, at=NOON)
    page = hana.press("Send it again")
    assert page.status == 409
    page.says("That text has gone after all.")


def test_what_i_took_shows_whether_it_was_done(hana: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        handler = session.merge(find("Hana"))
        done, taken, asked = (a_request(session, handler) for _ in range(3))
        taking.accept(session, offers.of_request(session, taken)[0], at=NOON)
        offer = taking.accept(session, offers.of_request(session, done)[0], at=NOON)
        taking.done(session, offer, at=NOON)
        assert asked.state == requests.Q.ASKING
    page = hana.open("/")
    page.says("Shopping, Acacia Road done Coral, at 2:47 pm", "taken Coral, at 2:47 pm", "asked Coral, until 3:47 pm")


def test_the_days_calls_are_all_accounted_for_only_if_they_are(hana: Browser, database: Database) -> None:
    a_call_back(database)
    hana.open("/").says("1 call today, 0 answered, all accounted for.")
    with database.transaction() as session:
        session.delete(session.scalars(select(DeskItem)).one())
    hana.open("/").says("1 call today, 0 answered.").never_says("all accounted for")


def test_a_request_page_tells_its_story_and_who_has_looked(hana: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        a_coordinator(session, "Deepak", deputy=True)
        a_request(session, session.merge(find("Hana")))
    page = hana.open("/requests/1")
    page.says("Shopping for Rita", "14 Acacia Road", "ends 118", "Rita said Milk and cat food (the blue tins)")
    page.says("If Coral has not answered by then, we ask Deepak.", "Who has seen the details Hana 2:47 pm")
    hana.open("/requests/1")
    with database.reading() as session:
        assert len(session.scalars(select(Reading)).all()) == 1
    hana.press("show it").says("07700 900118")
    hana.press("Save the note", words="Sam is going at 4").says(
        "The note is on the story.", "noted: “Sam is going at 4”"
    )
    page = hana.press("Save the note", words="  ")
    assert page.status == 422
    page.says("Write the note first.")
    hana.press("Ask Deepak").says("Somebody else is being asked.", "Deepak has been asked", "Hana asked somebody else.")
    hana.press("Call it off").says("Called off. Nobody is asked any more.", "Hana called it off.")
    with database.reading() as session:
        assert session.get_one(HelpRequest, 1).state == "called_off"


def test_the_story_changes_by_itself(hana: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        a_request(session, session.merge(find("Hana")))
    page = hana.open("/requests/1")
    there = page.html.split('hx-get="/requests/1/story', 1)[1].split('"', 1)[0]
    there = f"/requests/1/story{there}"
    assert hana.open(there, headers=HX).status == 204
    with database.transaction() as session:
        taking.accept(session, offers.of_request(session, session.get_one(HelpRequest, 1))[0], at=NOON)
    page = hana.open(there, headers=HX).says("Coral said yes.", "Taken by Coral at 2:47 pm. Not done yet.")
    assert "<html" not in page.html


def test_a_request_nobody_can_take_is_seen_to_by_the_desk(hana: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        a_request(session, session.merge(find("Hana")), on=None)
    page = hana.open("/").says("Shopping", "That street is not on our list.")
    assert page.links["Open"] == "/requests/1"
    hana.open("/requests/1").says("You, when free.")
    hana.press("Take it").says("You have it in hand, until 6:47 pm.")
    hana.press("It is done").says("Done. Thank you.")
    hana.open("/").says("Nothing is owed.")


def test_somebody_gone_from_the_list_is_a_kind_404(hana: Browser) -> None:
    for path in ("/requests/999", "/items/999", "/voicemails/9/sound"):
        assert hana.open(path).status == 404
    hana.open("/requests/999").says("There is no such page.", "There is no such request.").never_says("did not work")
    page = hana.open("/requests/abc").says("There is no such page. It may have been moved, or never was.")
    assert page.status == 404


def test_a_call_i_rang_back_is_on_the_desk_with_a_form(hana: Browser, database: Database) -> None:
    item_id = a_call_back(database)
    hana.open("/")
    hana.press("Take it")
    hana.press("Ring them")
    with database.transaction() as session:
        ring = session.scalars(select(Ring).where(Ring.item_id == item_id)).one()
        rings.claim(session, ring, at=NOON)
        rings.dialled(session, ring, a_sid(), at=NOON)
        rings.answered(session, ring, at=NOON)
        rings.LIFE.win(session, ring, rings.R.TOOK)
    page = hana.open("/").says("You are ringing back the caller", "on a call", "Number ends 142.")
    page.says("You are through to them, or we are ringing them still.", "Tried once.", "It is done")
    page.never_says("We are ringing the caller", "Ring them")
    assert page.form("/requests").fields["call"] == [str(session_call(database, item_id))]


def test_a_call_back_is_said_to_be_done_on_the_desk(hana: Browser, database: Database) -> None:
    item_id = a_call_back(database)
    with database.transaction() as session:
        session.get_one(DeskItem, item_id).attempts = 2
    hana.open("/")
    hana.press("Take it").says("Ring them", "It is done", "Tried twice.")
    hana.press("It is done").says("Done, and off the desk.", "Nothing is owed.")


def test_the_desk_has_one_main_button(hana: Browser, database: Database, find: Find) -> None:
    for last in range(142, 145):
        a_call_back(database, f"+447700900{last}")

    def mains() -> list[str]:
        html = hana.open("/").html
        found = re.findall(r'<button type="submit"[^>]*class="press main"[^>]*>(.*?)</button>', html, re.DOTALL)
        return [" ".join(re.sub(r"<[^>]*>", " ", words).split()) for words in found]

    assert mains() == ["Take it"]
    for item_id in (2, 3):
        form = hana.open("/").form(f"/items/{item_id}/take")
        hana.post(form.action, form.fields)
    assert mains() == ["Ring them"]
    hana.press("Pause my phone")
    assert mains() == ["Ring me again"]
    hana.press("Ring me again")
    with database.transaction() as session:
        answered_by(session, session.merge(find("Hana")), a_call(session))
    assert mains() == ["Save"]


def session_call(database: Database, item_id: int) -> int:
    with database.reading() as session:
        call_id = session.get_one(DeskItem, item_id).call_id
        assert call_id is not None
        return session.get_one(Call, call_id).id


def test_yesterdays_line_is_on_the_desk_and_says_which_calls_are_nowhere(
    hana: Browser, database: Database, hands: Hands
) -> None:
    item_id = a_call_back(database)
    with database.transaction() as session:
        lost = session.get_one(DeskItem, item_id)
        session.delete(lost)
        day = clock.local(NOON, config.current().zone).date()
        hands.at += timedelta(days=1)
        ledger.make(session, day.toordinal(), hands.at)
    hana.open("/").says("1 of 1 call yesterday not accounted for.")
    page = hana.open("/days").says(
        "Not every call is accounted for.", "1 call, 1 not accounted for.", "number ends 142"
    )
    page.never_says("900142")
    hana.press("Put it on the desk").says("All of them are accounted for since.")
    hana.open("/").says("Ring back a caller")
