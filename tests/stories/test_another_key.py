"""SECRET_KEY is changed: everything is sealed again while the helpline works, and the old key goes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import LargeBinary, select, type_coerce, update

from helpline import config, links, people, resealing, sign_in
from helpline.calls import Call
from helpline.db import Database
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.requests import HelpRequest
from helpline.sealed import key_of
from helpline.tables import metadata
from tests import builders
from tests.builders import NOON
from tests.conftest import KEY, settings_for
from tests.stories.evening import Evening
from tests.stories.test_the_whole_road import RITA, save

NEW = "a newer made-up key of quite enough letters"
LONDON = ZoneInfo("Europe/London")
CORAL = "+447700900201"
MO = "+447700900299"


@pytest.fixture(autouse=True)
def keys_back() -> Iterator[None]:
    yield
    config.use(settings_for())


@pytest.fixture
def hana(database: Database) -> Person:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        builders.a_coordinator(session, "Coral Reid", phone=CORAL)
        return builders.a_handler(session, "Hana Novak")


def use(*keys: str) -> None:
    config.use(settings_for(secret_key=",".join(keys)))


def reseal(database: Database) -> str:
    return resealing.reseal(database, at=NOON, zone=LONDON)


def on_the_disk(database: Database) -> list[bytes]:
    """Everything sealed, as it lies there."""
    found: list[bytes] = []
    with database.reading() as session:
        for each in metadata.sorted_tables:
            for one in each.columns:
                if isinstance(one.type, resealing.SEALED):
                    found += session.scalars(select(type_coerce(one, LargeBinary)).where(one.is_not(None)))
    return found


def test_the_key_is_changed_in_the_middle_of_an_evening(line: Evening, hana: Person, database: Database) -> None:
    desk = line.desk(hana)
    rita = line.phone(RITA, "Rita").dial().hears("dial 999").press("1")
    leg = line.phone(hana).rings(within=15).press("1")
    rita.hears("You are through to Hana")
    leg.wait(2).says("Hello, what can we do?")
    request = save(line, desk).split("?")[0]
    rita.hang_up()
    leg.hears("The call is over")
    asked = line.phone(CORAL).receives("Reply YES").body
    line.phone(MO, "Mo").sends("My cat has run away")
    line.clock.advance(10)
    before = on_the_disk(database)
    assert len(before) > 12

    use(NEW, KEY)
    said = reseal(database)
    assert re.search(r"\d+ rows sealed again; nothing is sealed with an older key any more\.", said)
    assert "1 link in a text and 1 signed-in device still need an older key" in said
    assert "Keep the older key until Thursday 26 November" in said
    assert not set(before) & set(on_the_disk(database)), "every sealed value is another one now"
    desk.post("/line/pause", {})  # any button that saves something moves her device on
    desk.post("/line/resume", {})
    link = re.search(r"/o/\S+", asked)
    assert link
    desk.shows("Acacia Road", on=link.group())
    assert line.phone(CORAL).sends("YES").receives("who and where")
    with database.reading() as session:
        assert sign_in.under_older_keys(session) == 0
        assert links.under_older_keys(session, at=NOON + timedelta(days=8)) == (0, None)

    use(NEW)
    desk.shows("Rita", "cat", on=request)
    with database.reading() as session:
        rows = session.scalars(select(Call).where(Call.phone_key == key_of(RITA))).all()
        assert [call.phone for call in rows] == [RITA]
        coral = people.find(session, CORAL)
        assert coral is not None
        assert coral.first_name == "Coral"
    line.phone(CORAL).sends("DONE")
    line.phone(hana).receives("done")


def test_an_old_key_that_went_too_early_is_said_and_loses_nothing(database: Database, hana: Person) -> None:
    use(NEW)
    before = on_the_disk(database)
    with pytest.raises(HelplineError, match=r"2 rows cannot be opened with any key of SECRET_KEY: nothing of them was"):
        reseal(database)
    assert on_the_disk(database) == before
    use(NEW, KEY)
    assert "may be taken out of SECRET_KEY now" in reseal(database)


def test_broken_off_half_way_it_goes_on_where_it_was(
    database: Database, hana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        folk = [builders.a_person(session, f"Person {number}").phone or "" for number in range(50)]
    use(NEW, KEY)
    batches = resealing._batches
    monkeypatch.setattr(resealing, "_batches", lambda *given: islice(batches(*given), 1))
    assert resealing.walk(database).changed == resealing.BATCH
    monkeypatch.undo()
    with database.reading() as session:
        assert all(people.find(session, phone) for phone in folk), "both keys find everybody half-way"
    use(NEW)
    with database.reading() as session, pytest.raises(InvalidToken):
        session.scalar(select(Person.phone).order_by(Person.id).limit(1))  # which every start tries
    use(NEW, KEY)
    assert "32 rows sealed again" in reseal(database)
    use(NEW)
    with database.reading() as session:
        assert all(people.find(session, phone) for phone in folk)


def test_what_an_old_process_seals_meanwhile_is_sealed_again_and_said(
    database: Database, hana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(NEW, KEY)
    walk, walks = resealing.walk, iter(range(9))

    def with_an_old_process(database: Database) -> resealing.Round:
        if next(walks) == 1:
            use(KEY)
            with database.transaction() as session:
                people.meet(session, "+447700900999", at=NOON, name="Late")
            use(NEW, KEY)
        return walk(database)

    monkeypatch.setattr(resealing, "walk", with_an_old_process)
    with pytest.raises(HelplineError, match="Something still seals with an older key: restart everything"):
        reseal(database)
    monkeypatch.undo()
    assert "no rows sealed again" in reseal(database)
    use(NEW)
    with database.reading() as session:
        late = people.find(session, "+447700900999")
        assert late is not None
        assert late.name == "Late"


@pytest.mark.parametrize("first", [KEY, NEW])
def test_somebody_whom_two_keys_met_at_once_is_found_as_whom_we_met_first(database: Database, first: str) -> None:
    with database.transaction() as session:
        for key in (first, NEW if first == KEY else KEY):
            use(key)
            session.add(Person(phone=RITA, phone_key=key_of(RITA), name=f"Rita of {key[:7]}", created_at=NOON))
            session.flush()
    use(NEW, KEY)
    reseal(database)
    use(NEW)
    with database.reading() as session:
        found = people.find(session, RITA)
        assert found is not None
        assert found.name == f"Rita of {first[:7]}"
        assert len(session.scalars(select(Person.name)).all()) == 2, "nobody is lost"
    assert "no rows sealed again" in reseal(database)


def test_what_is_written_between_the_look_and_the_change_is_kept(
    database: Database, hana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(NEW, KEY)
    write = resealing._write

    def after_somebody_else(*given: object) -> None:
        session = given[0]
        session.execute(update(Person).where(Person.id == hana.id).values(name="Hana Marsh"))  # type: ignore[attr-defined]
        write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(resealing, "_write", after_somebody_else)
    resealing.walk(database)
    with database.reading() as session:
        assert session.get_one(Person, hana.id).name == "Hana Marsh"


def test_every_table_with_something_sealed_is_walked_and_people_last() -> None:
    walked = [each.name for each in resealing.sealed_tables()]
    assert walked[-1] == "people"
    assert {Call.__tablename__, HelpRequest.__tablename__, "voicemails", "notes", "messages", "texts"} <= set(walked)
    kept_by_hash = {each.name for each in metadata.sorted_tables if "token_key" in each.columns}
    assert kept_by_hash == {each.name for each in metadata.sorted_tables if "key_mark" in each.columns}
