"""The carrier refuses us: nobody is blamed for it."""

from sqlalchemy import select

from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.people import Person
from helpline.rings import Ring
from tests import builders
from tests.stories.evening import Evening


def test_a_leg_that_the_carrier_refuses_is_nobodys_miss(line: Evening, database: Database) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
    line.exchange.rest.trouble("Calls", status=401, times=4)
    line.phone("+442079460118", "Rita").dial()
    line.clock.advance(55)
    with line.read() as session:
        stands = session.get_one(Person, hana.id)
        assert (stands.misses, stands.paused_at) == (0, None)
        assert len(session.scalars(select(Ring)).all()) > 3
    line.phone(hana).rings(within=30)


def test_a_handler_whose_number_cannot_be_rung_is_paused_and_a_person_is_told(
    line: Evening, database: Database
) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak", phone="+1")
        tomasz = builders.a_handler(session, "Tomasz Lis")
    line.phone(tomasz).behaves("no answer")
    line.phone("+442079460118", "Rita").dial()
    line.clock.advance(50)
    with line.read() as session:
        assert session.get_one(Person, hana.id).paused_at is not None
        # The text that tells her so cannot be sent either, so somebody at the desk hears of it, and that the number is dead.
        assert sorted(session.scalars(select(DeskItem.kind)).all()) == [ItemKind.NUMBER, ItemKind.UNKNOWN]
