"""What went wrong is written down without names, somebody answers for it, and everybody reads what we changed."""

import pytest
from sqlalchemy import select

from helpline import incident_words, people
from helpline.db import Database
from helpline.history import Reading
from helpline.incidents import Incident
from helpline.messages import Message
from helpline.people import HatName
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.cast import a_request
from tests.dashboard.conftest import Find, SignIn

WORDS = "The shopping came a day late, and there was nothing in the house"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("The neighbour left it on the step", []),
        ("Rita had nothing, and rita's door was locked", ["Rita", "rita"]),
        ("Ring 07700 900118 or 020 7946 0303", ["07700 900118", "020 7946 0303"]),
        ("It took 3 hours and 40 minutes at number 14", []),
    ],
)
def test_names_and_numbers_are_noticed_and_other_words_are_not(words: str, found: list[str]) -> None:
    assert incident_words.gives_away(words, ["Rita Al Marsh", None]) == found


@pytest.fixture(autouse=True)
def somebody(database: Database) -> None:
    with database.transaction() as session:
        hana = a_handler(session, "Hana")
        people.wear(session, a_handler(session, "Olga"), HatName.ORGANISER, at=NOON)
        a_handler(session, "Tomasz")
        a_coordinator(session, "Coral")
        a_street(session, "Acacia Road")
        a_request(session, hana)


def test_an_incident_is_written_owned_told_of_and_closed_with_what_we_changed(
    signed_in: SignIn, find: Find, database: Database
) -> None:
    hana, olga, tomasz = signed_in(find("Hana")), signed_in(find("Olga")), signed_in(find("Tomasz"))
    hana.open("/incidents?request=1").says("Without names, unless they are needed.")
    owner = str(find("Olga").id)
    hana.press("Write it down", owner=owner).says("Write what happened, in a few words.")
    page = hana.press("Write it down", owner=owner, words=f"{WORDS}. Rita rang twice")
    assert (page.says("“Rita” could name somebody.").status, find("Olga").id) == (422, int(owner))
    hana.press("Write it down", owner=owner, words=WORDS, serious="near").says("Written down.", "Olga answers for it.")
    with database.reading() as session:
        told = session.scalars(select(Message.body).where(Message.person_id == int(owner))).all()
        kept = session.scalars(select(Incident)).one()
    assert [("you answer for" in words, WORDS in words) for words in told if "incident" in words] == [(True, False)]
    olga.open("/").says("Incidents", "It could have harmed somebody")
    tomasz.open("/").never_says("It could have harmed somebody")
    tomasz.open(f"/incidents/{kept.id}").never_says("a day late")
    tomasz.open("/incidents").never_says("a day late")
    olga.open(f"/incidents/{kept.id}").says(WORDS)
    olga.press("Close it").says("Write what we changed")
    olga.press("Close it", changed="Somebody rings the evening before").says("Closed. Everybody can read")
    tomasz.open("/incidents").says("None is open.", "Somebody rings the evening before")
    with database.reading() as session:
        read = select(Reading.reader_id).where(Reading.what == f"incident {kept.id}").order_by(Reading.id)
        assert session.scalars(read).all() == [kept.written_by_id, int(owner)]
        assert kept.written_by_id == find("Hana").id
