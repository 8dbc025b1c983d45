"""What is kept secret on the disk, and found again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy.orm import Session

from helpline import calls, config, inbox, offers, people, requests, sealed, sign_in, taking
from helpline.db import Database
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.conftest import KEY, migrate, settings_for
from tests.helpline.cast import a_call, a_request, a_sid

SECRETS = ("Marsh", "Novak", "7700900", "79460118", "Rosebank", "cat food", "bring a bag", "kind dear", "bank holiday")
OTHER = "another made-up key that has letters enough to do"


@pytest.fixture(autouse=True)
def keys_back() -> Iterator[None]:
    yield
    config.use(settings_for())


def test_the_disk_holds_no_name_number_house_or_free_word(tmp_path: Path) -> None:
    file = tmp_path / "raw.db"
    migrate(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    with database.transaction() as session:
        hana = a_handler(session, "Hana Novak", phone="+447700900987")
        street = a_street(session, "Acacia Road")
        coral = a_coordinator(session, "Coral Novak", phone="+447700900988")
        call = a_call(session, phone="+442079460118")
        request = a_request(session, hana, street, words="cat food", house="Rosebank", promise="on the bank holiday")
        requests.add_note(session, request, "bring a bag", who=hana, at=NOON)
        taking.accept(session, offers.of_request(session, request)[0], at=NOON)
        inbox.receive(session, a_sid("SM"), phone=coral.phone, body="thank you kind dear", at=NOON)
        sign_in.ask_for_code(session, hana.phone, at=NOON)
        calls.finish(session, call, at=NOON)
    database.close()
    raw = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert b"Acacia Road" in raw  # streets are not secret, so this would find what is there
    for secret in SECRETS:
        assert secret.encode() not in raw, secret


def test_a_person_is_found_under_an_older_key(session: Session) -> None:
    hana = a_handler(session, "Hana Novak", phone="+447700900987")
    session.flush()
    session.expunge_all()
    config.use(settings_for(secret_key=f"{OTHER},{KEY}"))
    found = people.find(session, "+447700900987")
    assert found is not None
    assert (found.id, found.name, found.phone) == (hana.id, "Hana Novak", "+447700900987")
    assert people.meet(session, "+447700900987", at=NOON).id == hana.id
    newer = a_handler(session, "Bea", phone="+447700900986")
    session.flush()
    config.use(settings_for(secret_key=f"{KEY},{OTHER}"))
    assert people.find(session, "+447700900986") is newer


def test_without_the_key_nothing_is_found_or_read(session: Session) -> None:
    a_handler(session, "Hana Novak", phone="+447700900987")
    session.flush()
    session.expunge_all()
    config.use(settings_for(secret_key=OTHER))
    assert people.find(session, "+447700900987") is None
    with pytest.raises(InvalidToken):
        people.with_hat(session, people.HatName.HANDLER)


def test_a_key_for_one_purpose_finds_nothing_of_another() -> None:
    assert sealed.key_of("123456", "code") != sealed.key_of("123456")
    assert sealed.key_of("123456") == sealed.key_of("123456")
    assert sealed.key_of("123456") in sealed.keys_of("123456")
