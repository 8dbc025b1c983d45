"""Coming in to the desk: codes are few, short-lived, and for handlers only."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import sign_in
from helpline.errors import HelplineError
from helpline.messages import Message
from helpline.people import Person
from helpline.sign_in import Device
from tests.builders import NOON, a_coordinator, a_handler
from tests.helpline.cast import MINUTE, last_message, texts_to

HOUR = timedelta(hours=1)


@pytest.fixture
def hana(session: Session) -> Person:
    return a_handler(session, "Hana Novak")


def code_for(session: Session, hana: Person, *, after: timedelta = timedelta(0)) -> str:
    sign_in.ask_for_code(session, hana.phone, at=NOON + after)
    session.flush()
    return last_message(session, hana).body.split()[0]


def tries(session: Session, hana: Person, code: str, *, after: timedelta = MINUTE) -> str | None:
    token = sign_in.sign_in(session, hana.phone, code, label="Firefox", at=NOON + after)
    session.flush()
    return token


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_right_code_opens_the_desk_once(session: Session, hana: Person) -> None:
    code = code_for(session, hana)
    token = tries(session, hana, f"{code[:3]} {code[3:]}")
    assert token is not None
    device = sign_in.device_of(session, token)
    assert device is not None
    assert (device.person, device.label) == (hana, "Firefox")
    assert tries(session, hana, code) is None
    assert sign_in.device_of(session, token + "x") is None


def test_a_code_works_for_ten_minutes(session: Session, hana: Person) -> None:
    code = code_for(session, hana)
    assert tries(session, hana, code, after=10 * MINUTE) is None
    assert tries(session, hana, code, after=10 * MINUTE - timedelta(seconds=1)) is not None


def test_five_guesses_and_the_code_is_spent(session: Session, hana: Person) -> None:
    code = code_for(session, hana)
    for _ in range(4):
        assert tries(session, hana, wrong(code)) is None
    assert tries(session, hana, code) is not None
    code = code_for(session, hana)
    for _ in range(5):
        assert tries(session, hana, wrong(code)) is None
    assert tries(session, hana, code) is None


def test_only_the_newest_code_counts(session: Session, hana: Person) -> None:
    old, new = code_for(session, hana), code_for(session, hana, after=timedelta(seconds=1))
    if old != new:
        assert tries(session, hana, old) is None
    assert tries(session, hana, new) is not None


def test_five_codes_an_hour_for_anybody(session: Session, hana: Person) -> None:
    for number in (hana.phone, "+447700900999"):
        for _ in range(sign_in.CODES_AN_HOUR):
            sign_in.ask_for_code(session, number, at=NOON)
        with pytest.raises(HelplineError, match="several codes already"):
            sign_in.ask_for_code(session, number, at=NOON + HOUR - MINUTE)
        sign_in.ask_for_code(session, number, at=NOON + HOUR + MINUTE)
    assert len(texts_to(session, hana)) == sign_in.CODES_AN_HOUR + 1


def test_only_handlers_and_organisers_get_a_code(session: Session) -> None:
    coral = a_coordinator(session, "Coral")
    for number in (coral.phone, "+447700900999"):
        sign_in.ask_for_code(session, number, at=NOON)
        assert sign_in.sign_in(session, number, "000000", label="x", at=NOON) is None
    session.flush()
    assert session.scalars(select(Message)).all() == []
    assert session.scalars(select(Device)).all() == []


def test_one_persons_code_is_no_good_for_another(session: Session, hana: Person) -> None:
    bea = a_handler(session, "Bea")
    codes = code_for(session, hana), code_for(session, bea)
    if codes[0] != codes[1]:
        assert tries(session, bea, codes[0]) is None


def test_a_device_that_was_signed_out_is_out(session: Session, hana: Person) -> None:
    token = tries(session, hana, code_for(session, hana))
    assert token is not None
    device = sign_in.device_of(session, token)
    assert device is not None
    with pytest.raises(HelplineError, match="somebody else's"):
        sign_in.sign_out(session, device, who=a_handler(session, "Bea"), at=NOON)
    assert sign_in.devices_of(session, hana) == [device]
    sign_in.sign_out(session, device, who=hana, at=NOON)
    session.flush()
    assert sign_in.device_of(session, token) is None
    assert sign_in.devices_of(session, hana) == []


def test_somebody_who_is_no_longer_a_handler_is_out(session: Session, hana: Person) -> None:
    token = tries(session, hana, code_for(session, hana))
    assert token is not None
    for hat in list(hana.hats):
        hana.hats.remove(hat)
        session.delete(hat)
    session.flush()
    assert sign_in.device_of(session, token) is None
