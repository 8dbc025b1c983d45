"""The id of what is gone is never given to another: an old page, or a row that stays, must not mean whoever came next."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from helpline import erasing, history, people, sheets, wearing, who_read
from helpline.db import Database
from helpline.history import Reading
from helpline.people import HatName, Person
from helpline.sheets import SheetKind
from helpline.tables import metadata
from tests import builders
from tests.builders import NOON
from tests.helpline.test_migrations import to


@pytest.fixture
def olga(session: Session) -> Person:
    olga = builders.a_handler(session, "Olga Lund", on_shift=False)
    people.wear(session, olga, HatName.ORGANISER, at=NOON)
    return olga


def test_who_read_of_somebody_erased_did_not_read_of_whoever_came_next(session: Session, olga: Person) -> None:
    ann = builders.a_person(session, "Ann Old")
    history.read(session, "number", at=NOON, reader=olga.id, person_id=ann.id)
    gone = ann.id
    erasing.erase(session, ann, who=olga, at=NOON)
    bob = builders.a_person(session, "Bob New")
    assert bob.id > gone
    assert who_read.about(session, bob.id).rows == ()


def test_an_old_page_of_a_hat_takes_nobody_elses_off(session: Session, olga: Person) -> None:
    bob = builders.a_person(session, "Bob New")
    people.wear(session, bob, HatName.NEIGHBOUR, at=NOON)
    (hat,) = bob.hats
    wearing.take_off(session, hat, who=olga, at=NOON)
    people.wear(session, olga, HatName.NEIGHBOUR, at=NOON)
    assert hat.id not in {worn.id for worn in olga.hats}


def test_an_old_page_of_a_table_does_not_do_somebody_elses(session: Session, olga: Person) -> None:
    def brought(number: str) -> int:
        words = f"name,phone,hats\nAnn,{number},neighbour\n".encode()
        return sheets.bring(session, SheetKind.PEOPLE, words, who=olga, at=NOON).id

    gone = brought("+447700900118")
    session.execute(delete(sheets.Sheet))
    assert brought("+447700900119") != gone


def test_sqlite_counts_on_where_the_code_says_so(database: Database) -> None:
    if database.writer is database.reader:
        pytest.skip("PostgreSQL counts on by itself")
    counts_on = text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
    with database.reading() as session:
        told = set(session.scalars(counts_on))
    assert told == {
        table.name for table in metadata.tables.values() if table.dialect_kwargs.get("sqlite_autoincrement")
    }


def test_ids_that_came_again_before_this_are_told_apart(database: Database) -> None:
    if database.writer is database.reader:
        pytest.skip("PostgreSQL counts on by itself")
    with database.transaction() as session:
        olga = builders.a_handler(session, "Olga Lund", on_shift=False)
        bob = builders.a_person(session, "Bob New")
        for what, whom, after in (("ann", bob.id, -1), ("bob", bob.id, 1), ("gone", bob.id + 7, 1)):
            history.read(session, what, at=NOON + timedelta(hours=after), reader=olga.id, person_id=whom)
        history.record(session, "person.forgotten", at=NOON, person_id=bob.id + 7)
    to(database, "0055", down=True)
    to(database, "head")
    with database.transaction() as session:
        read = select(Reading.what, Reading.person_id).order_by(Reading.id)
        assert session.execute(read).all() == [("ann", None), ("bob", bob.id), ("gone", None)]
        assert builders.a_person(session, "Cleo").id > bob.id + 7
