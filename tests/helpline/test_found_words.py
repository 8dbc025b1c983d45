"""By which words somebody is found, and that nothing is found by what they were."""

import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpline import config, found_words, people, resealing, retention
from helpline.db import Database
from helpline.found_words import FoundNoun, FoundWord
from helpline.people import Person
from helpline.requests import HelpRequest
from tests.builders import NOON, a_handler, a_person, a_street
from tests.conftest import KEY, settings_for
from tests.helpline.cast import a_request

RITA = "+447700900118"


@pytest.fixture(autouse=True)
def keys_back() -> Iterator[None]:
    yield
    config.use(settings_for())


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Rita Marsh", "rita"),
        ("Rita Marsh", "  MARSH,  Rita "),
        ("Zoë O'Brien", "zoe obrien"),
        ("Zoe O\N{RIGHT SINGLE QUOTATION MARK}Brien", "Zoë O'Brien"),
        ("Anne-Marie Smith", "marie"),
        ("Anne-Marie Smith", "anne-marie"),
        ("Anne-Marie Smith", "Annemarie"),
        ("Anne Marie Smith", "anne-marie"),
        ("Søren Łukasz Straße", "soren lukasz strasse"),
        ("Nguyễn Thị Ánh", "nguyen thi anh"),
        ("Αλέξης", "αλεξης"),
    ],
)
def test_a_name_is_found_by_its_whole_words(name: str, asked: str) -> None:
    assert set(found_words.typed(asked)) <= found_words.of_name(name)


@pytest.mark.parametrize("asked", ["rit", "ita", "marshes", "rita smith", "o"])
def test_and_not_by_a_part_of_one(asked: str) -> None:
    assert not set(found_words.typed(asked)) <= found_words.of_name("Rita Marsh")


@pytest.mark.parametrize("asked", ["07700 900118", "+44 7700 900118", "(07700) 900-118", "118", "900118", "900 118"])
def test_a_number_is_found_whole_or_by_its_end(asked: str) -> None:
    assert set(found_words.typed(asked)) <= found_words.of_number(RITA)


@pytest.mark.parametrize(
    ("asked", "words"),
    [("", ()), (" - ", ()), ("14", ()), ("Rita 118", ("118", "rita")), ("Rita 07700 900118", (RITA, "rita"))],
)
def test_what_was_typed(asked: str, words: tuple[str, ...]) -> None:
    assert found_words.typed(asked) == words


def found(session: Session, noun: FoundNoun, asked: str) -> list[int]:
    session.flush()
    return sorted(session.scalars(found_words.having(noun, found_words.typed(asked))))


def test_whoever_is_written_down_is_found_and_by_a_new_name_only(session: Session) -> None:
    rita = a_person(session, "Rita Marsh", phone=RITA)
    other = a_person(session, "Rita Bell")
    assert found(session, FoundNoun.PERSON, "rita") == sorted([rita.id, other.id])
    assert found(session, FoundNoun.PERSON, "rita marsh") == [rita.id]
    assert found(session, FoundNoun.PERSON, "118") == [rita.id]
    assert found(session, FoundNoun.REQUEST, "rita") == []
    rita.name, rita.phone = "Rita Green", "+447700900119"
    assert found(session, FoundNoun.PERSON, "green") == found(session, FoundNoun.PERSON, "119") == [rita.id]
    assert found(session, FoundNoun.PERSON, "marsh") == found(session, FoundNoun.PERSON, "118") == []
    session.delete(other)
    assert found(session, FoundNoun.PERSON, "bell") == []


def test_no_word_is_kept(session: Session) -> None:
    a_person(session, "Rita Marsh", phone=RITA)
    session.flush()
    keys = session.scalars(select(FoundWord.key)).all()
    assert keys
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)


def test_what_is_forgotten_is_found_no_more(session: Session) -> None:
    hana = a_handler(session, "Hana")
    request = a_request(session, hana, a_street(session, "Acacia Road"), phone=RITA)
    rita = people.find(session, RITA)
    assert rita is not None
    assert found(session, FoundNoun.REQUEST, "rita 118") == [request.id]
    retention.forget_request(session, request, at=NOON)
    assert found(session, FoundNoun.REQUEST, "rita") == found(session, FoundNoun.REQUEST, "118") == []
    retention.forget_person(session, rita, at=NOON)
    assert found(session, FoundNoun.PERSON, "rita") == []


def test_what_older_code_wrote_is_filled_in(session: Session) -> None:
    rita = a_person(session, "Rita Marsh", phone=RITA)
    found_words.drop(session, FoundNoun.PERSON, rita.id)
    session.execute(update(Person).values(found_by=None))
    session.expire_all()
    assert found(session, FoundNoun.PERSON, "rita") == []
    assert found_words.missing(session, NOON)
    found_words.fill(session, 1, NOON)
    assert found(session, FoundNoun.PERSON, "rita") == [rita.id]
    assert not found_words.missing(session, NOON + timedelta(minutes=1))


def test_the_key_is_changed(database: Database) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
        before = a_request(session, hana, None, phone=RITA)
    new = "a newer made-up key of quite enough letters"
    config.use(settings_for(secret_key=f"{new},{KEY}"))
    with database.transaction() as session:
        after = a_request(session, session.get_one(Person, hana.id), None, phone=RITA)
        assert found(session, FoundNoun.REQUEST, "rita") == [before.id, after.id]
    resealing.reseal(database, at=NOON, zone=ZoneInfo("Europe/London"))
    config.use(settings_for(secret_key=new))
    with database.transaction() as session:
        assert found(session, FoundNoun.REQUEST, "rita 118") == [before.id, after.id]
        assert found(session, FoundNoun.PERSON, "hana") == [hana.id]
        each = session.scalar(
            select(func.count()).where(FoundWord.row_id == before.id, FoundWord.noun == FoundNoun.REQUEST)
        )
        assert each == 5  # rita, marsh, and three of the number: no word of the older key stays
        assert session.get_one(HelpRequest, before.id).found_by == session.get_one(HelpRequest, after.id).found_by
