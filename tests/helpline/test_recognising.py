"""Who rings, as far as a number can say."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from helpline import config, people, recognising
from helpline.people import HatName
from helpline.recognising import NOBODY, Caller
from tests.builders import NOON, a_coordinator, a_handler, a_person
from tests.conftest import KEY, settings_for


def test_a_number_that_is_withheld_or_unknown_tells_nothing(session: Session) -> None:
    assert recognising.recognise(session.connection(), None) == NOBODY
    assert recognising.recognise(session.connection(), "+447700900999") == NOBODY


@pytest.mark.parametrize(("hat", "ours"), [(hat, hat != HatName.NEIGHBOUR) for hat in HatName])
def test_it_tells_who_has_a_menu_of_their_own(session: Session, hat: HatName, ours: bool) -> None:
    a_handler(session, "Somebody Else")
    a_coordinator(session, "Another Person")
    person = a_person(session, "Hana Novak")
    assert recognising.recognise(session.connection(), person.phone) == Caller(person.id)
    people.wear(session, person, hat, at=NOON)
    session.flush()
    assert recognising.recognise(session.connection(), person.phone) == Caller(person.id, ours)


def test_a_number_kept_under_an_older_key_is_recognised(session: Session) -> None:
    hana = a_handler(session, "Hana Novak")
    config.use(settings_for(secret_key=f"a newer key of quite enough letters for tests,{KEY}"))
    assert recognising.recognise(session.connection(), hana.phone) == Caller(hana.id, ours=True)


def test_it_is_one_question(session: Session) -> None:
    hana = a_handler(session, "Hana Novak")
    asked: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    recognising.recognise(session.connection(), hana.phone)
    assert len(asked) == 1
