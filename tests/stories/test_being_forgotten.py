"""Rita wishes to be forgotten while somebody has her shopping: they are told, and nothing of hers is left anywhere."""

from sqlalchemy import select

from helpline import people
from helpline.db import Database
from helpline.people import HatName, Person
from helpline.sealed import key_of
from tests import builders
from tests.builders import NOON
from tests.stories.evening import Evening
from tests.stories.test_the_whole_road import RITA, hana, save  # noqa: F401  # a fixture


def test_she_is_forgotten_while_somebody_has_it_and_rings_again_as_somebody_new(
    line: Evening,
    database: Database,
    hana: Person,  # noqa: F811
) -> None:
    with database.transaction() as session:
        olga = builders.a_handler(session, "Olga Lund", on_shift=False)
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
    desk = line.desk(hana)
    rita = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=15).hears("Press 1").press("1")
    rita.hears("You are through to Hana")
    request = save(line, desk).split("?")[0]
    coral = line.phone("+447700900201", "Coral")
    coral.receives("Shopping near Acacia Road").replies("YES")
    coral.receives("Who and where")

    hers = line.desk(olga)
    with line.read() as session:
        page = f"/people/{session.scalars(select(Person.id).where(Person.phone_key == key_of(RITA))).one()}/erase"
    hers.shows("Forget Rita now?", "They are on the line to us now.", on=page)
    rita.hang_up()
    leg.until_ended()
    hers.shows("Coral is told by text.", on=page)
    hers.post(page, {}, on=page)
    coral.receives("Shopping near Acacia Road is no longer needed from you.")
    line.clock.advance(10)
    shown = desk.shows("Forgotten on Thursday 19 November, as we promise.", "Called off", on=request)
    assert not [word for word in ("Rita", "Marsh", "Milk", "118") if word in shown]
    assert not [text for text in line.exchange.texts if RITA in {text.sender, text.to}]
    coral.sends("DONE")  # she had been there already
    coral.receives("")

    again = line.phone(RITA).dial()
    leg = line.phone(hana).rings(within=15).hears("Press 1").press("1")
    again.hears("You are through to Hana")
    assert "Rita" not in desk.shows("You are talking to", "Nothing yet.")
    again.hang_up()
    leg.until_ended()
