"""A day is closed on the desk: whoever was down hears so by text, once, and hears again when it is open after all."""

from datetime import timedelta

from helpline import people, rota
from helpline.db import Database
from helpline.people import HatName
from tests import builders
from tests.helpline.rota_cast import FOUR, a_pattern, slot_on
from tests.stories.evening import Evening
from workers import sweeps

HERE = "/settings/opening"


def test_a_street_party_on_friday_and_then_the_rain(line: Evening, database: Database) -> None:
    with database.transaction() as session:
        hana, olive = (builders.a_handler(session, name, on_shift=False) for name in ("Hana Novak", "Olive Gray"))
        people.wear(session, olive, HatName.ORGANISER, at=builders.NOON)
        slot = slot_on(session, a_pattern(session), FOUR.date())
        rota.write(session, hana, starts_at=slot.starts_at, ends_at=slot.ends_at, slot=slot)
    desk = line.desk(olive)
    desk.post(f"{HERE}/day", {"day": "2026-11-20", "name": "Street party"}, on=HERE)
    line.pass_time(timedelta(seconds=11))
    sweeps.sweep(database, line.clock.now())  # another machine's clock sees it too
    line.phone(hana).receives("your shift on Friday 20 November, 4 to 7 pm is called off")
    line.phone(hana).receives_nothing(for_seconds=20)
    desk.shows("Closed, Street party", on="/rota")
    with line.read() as session:
        assert rota.on_now(session, FOUR) == []
    desk.post(f"{HERE}/day/open", {"day": "2026-11-20"}, on=HERE)
    line.pass_time(timedelta(seconds=11))
    line.phone(hana).receives("is on again after all")
    with line.read() as session:
        assert [shift.person_id for shift in rota.on_now(session, FOUR)] == [hana.id]
