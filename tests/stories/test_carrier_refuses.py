"""The carrier refuses us: nobody is blamed for it."""

from sqlalchemy import select

from helpline.db import Database
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
