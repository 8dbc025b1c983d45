"""The dashboard on a clock that tests move, and people who are signed in."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from dashboard.app import create
from helpline import sign_in
from helpline.config import Settings
from helpline.db import Database
from helpline.messages import Message
from helpline.people import Person
from helpline.tables import metadata
from tests.builders import NOON
from tests.dashboard.browser import Browser, Hands


@pytest.fixture
def database(database: Database) -> Database:
    """As everywhere, and with ids that begin at 1, so that a page may be opened by its address."""
    if database.writer.dialect.name == "postgresql":
        restarts = "; ".join(f"ALTER SEQUENCE {table.name}_id_seq RESTART" for table in metadata.sorted_tables)
        with database.writer.begin() as connection:
            connection.execute(text(restarts))
    return database


SignIn = Callable[[Person], Browser]
Find = Callable[[str], Person]


@pytest.fixture
def hands() -> Hands:
    return Hands(NOON)


@pytest.fixture
def app(settings: Settings, database: Database, hands: Hands) -> FastAPI:
    return create(settings, clock=hands, database=database)


@pytest.fixture
def visitor(app: FastAPI) -> Browser:
    return Browser(app)


@pytest.fixture
def signed_in(app: FastAPI, database: Database, hands: Hands) -> SignIn:
    """A browser in which somebody is signed in, by a device made in the database."""

    def sign(person: Person) -> Browser:
        browser = Browser(app)
        with database.transaction() as session:
            sign_in.ask_for_code(session, person.phone, at=hands.at)
        code = newest_code(database)
        with database.transaction() as session:
            token = sign_in.sign_in(session, person.phone, code, label="Chrome on Linux", at=hands.at)
        assert token
        browser.cookies.set("helpline_device", token)
        return browser

    return sign


def newest_code(database: Database) -> str:
    with database.reading() as session:
        message = session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert message is not None
        return message.body.split()[0]


@pytest.fixture
def find(database: Database) -> Find:
    def by_name(name: str) -> Person:
        with database.reading() as session:
            return next(person for person in session.scalars(select(Person)) if person.first_name == name)

    return by_name
