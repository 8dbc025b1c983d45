"""Signing in by number and texted code, staying in, and being put out."""

from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from helpline.db import Database
from helpline.messages import Message
from helpline.sign_in import Device
from tests.builders import NOON, a_coordinator, a_handler
from tests.dashboard.browser import Browser, Hands
from tests.dashboard.conftest import SignIn, newest_code


def test_a_handler_comes_in_with_the_code_in_her_texts(visitor: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana", phone="+447700900001")
    visitor.open("/").says("Come in", "There is no password.")
    visitor.press("Text me a code", number="07700 900 001").says("Look at your texts", "07700 900001")
    page = visitor.press("Come in", code=f" {newest_code(database)} ")
    assert page.path == "/"
    page.says("The line is quiet.", "You are on until 6:47 pm.")


def test_the_code_may_be_pasted_with_the_words_around_it(visitor: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana", phone="+447700900001")
    visitor.open("/sign-in")
    visitor.press("Text me a code", number="+44 7700 900001")
    code = newest_code(database)
    assert visitor.press("Come in", code=f"{code[:3]} {code[3:]}").path == "/"


def test_an_unknown_number_behaves_as_a_known_one_and_gets_no_text(visitor: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_coordinator(session, "Coral", phone="+447700900003")
    for number in ("07700 900999", "07700 900003"):
        visitor.open("/sign-in")
        visitor.press("Text me a code", number=number).says("Look at your texts")
        visitor.press("Come in", code="123456").says("That is not the code.")
    with database.reading() as session:
        assert session.scalars(select(Message)).all() == []


def test_a_wrong_code_is_kept_beside_its_sentence(visitor: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana", phone="+447700900001")
    visitor.open("/sign-in")
    visitor.press("Text me a code", number="07700900001")
    page = visitor.press("Come in", code="12 34 5x")
    assert page.status == 422
    page.says("That is not the code. Look at the newest text, or ask for another.")
    assert page.form("/sign-in/code").fields["code"] == ["12 34 5x"]


def test_five_wrong_codes_spoil_the_right_one(visitor: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana", phone="+447700900001")
    visitor.open("/sign-in")
    visitor.press("Text me a code", number="07700900001")
    right = newest_code(database)
    for _ in range(5):
        visitor.press("Come in", code="not it")
    assert visitor.press("Come in", code=right).status == 422
    visitor.press("Text me another code")
    assert visitor.press("Come in", code=newest_code(database)).path == "/"


def test_the_page_for_the_code_can_be_gone_back_to(visitor: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana", phone="+447700900001")
    visitor.open("/requests")
    page = visitor.press("Text me a code", number="07700900001", follow=False)
    assert (page.status, page.answer.headers["location"]) == (303, "/sign-in/code?next=%2Frequests")
    cookie = next(one for one in page.answer.headers.get_list("set-cookie") if "helpline_number=" in one).lower()
    assert "httponly" in cookie
    assert "max-age=900" in cookie
    for _ in range(2):
        visitor.open("/sign-in/code?next=%2Frequests").says("Look at your texts", "07700 900001")
    token = visitor.page.forms[0].fields["csrf"][0] if visitor.page else ""
    sent = {"csrf": token, "code": newest_code(database), "next": "/requests"}
    assert visitor.post("/sign-in/code", sent).path == "/requests"
    assert "helpline_number" not in visitor.cookies


def test_a_number_that_somebody_put_into_the_cookie_is_not_believed(visitor: Browser) -> None:
    visitor.open("/sign-in")
    visitor.cookies.set("helpline_number", "+447700900001.0000")
    assert visitor.open("/sign-in/code").path == "/sign-in"


def test_too_many_codes_are_refused_with_a_sentence(visitor: Browser, database: Database) -> None:
    visitor.open("/sign-in")
    visitor.press("Text me a code", number="07700900001")
    for _ in range(4):
        visitor.press("Text me another code")
    page = visitor.press("Text me another code")
    assert page.status == 429
    page.says("That number has asked for several codes already.")


def test_half_a_number_is_kept_and_refused(visitor: Browser) -> None:
    visitor.open("/sign-in")
    page = visitor.press("Text me a code", number="0770")
    assert page.status == 422
    assert page.form("/sign-in").fields["number"] == ["0770"]
    page.says("That is not a whole telephone number.")


def test_after_signing_in_she_is_where_she_was_going(visitor: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana", phone="+447700900001")
    visitor.open("/requests?page=1")
    visitor.press("Text me a code", number="07700900001")
    assert visitor.press("Come in", code=newest_code(database)).path == "/requests"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\nb"])
def test_nobody_is_sent_elsewhere(visitor: Browser, database: Database, elsewhere: str) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana", phone="+447700900001")
    page = visitor.open("/sign-in", params={"next": elsewhere})
    assert page.form("/sign-in").fields["next"] == ["/"]


def test_the_cookie_is_kept_from_scripts_and_other_sites(app: FastAPI, visitor: Browser, database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana", phone="+447700900001")
    visitor.open("/sign-in")
    visitor.press("Text me a code", number="07700900001")
    page = visitor.press("Come in", code=newest_code(database), follow=False)
    cookie = next(value for value in page.answer.headers.get_list("set-cookie") if "helpline_device=" in value).lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=34560000" in cookie
    assert "secure" not in cookie  # this desk is at http://127.0.0.1


def test_a_revoked_device_is_out_at_once(signed_in: SignIn, database: Database, hands: Hands) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    browser = signed_in(hana)
    assert browser.open("/").path == "/"
    with database.transaction() as session:
        session.scalars(select(Device)).one().revoked_at = hands.at
    assert browser.open("/").path == "/sign-in"


def test_somebody_who_gave_up_the_hat_is_out(signed_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    browser = signed_in(hana)
    with database.transaction() as session:
        for hat in session.merge(hana).hats:
            session.delete(hat)
    assert browser.open("/").path == "/sign-in"


def test_she_signs_out_another_device_and_then_this_one(signed_in: SignIn, database: Database, hands: Hands) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    old = signed_in(hana)
    hands.at += timedelta(days=3)
    browser = signed_in(hana)
    page = browser.open("/yours").says("You are signed in on 2 devices.")
    theirs = next(form for form in page.forms if form.action == "/yours/1/sign-out")
    browser.post(theirs.action, theirs.fields).says("You are signed in here, and nowhere else.")
    assert old.open("/").path == "/sign-in"
    mine = browser.page.forms[0] if browser.page else None
    assert mine is not None
    assert browser.post(mine.action, mine.fields).path == "/sign-in"


def test_nobody_signs_out_somebody_elses_device(signed_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        hana, tomasz = a_handler(session, "Hana"), a_handler(session, "Tomasz")
    hers, his = signed_in(hana), signed_in(tomasz)
    token = his.open("/yours").forms[0].fields["csrf"]
    assert his.post("/yours/1/sign-out", {"csrf": token}).status == 404
    assert hers.open("/").path == "/"


def test_when_a_device_was_last_used_is_written_down_once_an_hour(
    signed_in: SignIn, database: Database, hands: Hands
) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    browser = signed_in(hana)

    def seen() -> datetime:
        with database.reading() as session:
            return session.scalars(select(Device.seen_at)).one()

    hands.at += timedelta(minutes=59)
    browser.open("/")
    browser.press("Pause my phone")
    assert seen() == NOON
    hands.at += timedelta(minutes=1)
    browser.press("Ring me again")
    assert seen() == hands.at


def test_single_keys_are_switched_on_for_one_device(signed_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
    laptop, phone = signed_in(hana), signed_in(hana)
    assert "data-keys" not in laptop.open("/yours").html
    laptop.press("Switch them on").says("Switched on, on this device.")
    assert "data-keys" in laptop.open("/").html
    assert "data-keys" not in phone.open("/").html
    laptop.open("/yours")
    laptop.press("Switch them off").says("Single keys are off.")
