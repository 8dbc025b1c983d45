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
    assert recognising.recognise(session, None) == NOBODY
    assert recognising.recognise(session, "+447700900999") == NOBODY


@pytest.mark.parametrize(
    ("hats", "answers", "coordinates"),
    [
        ((), False, False),
        ((HatName.HANDLER,), True, False),
        ((HatName.ORGANISER,), True, False),
        ((HatName.COORDINATOR,), False, True),
        ((HatName.DEPUTY,), False, True),
        ((HatName.HANDLER, HatName.DEPUTY), True, True),
    ],
)
def test_it_tells_which_menus_somebody_has(
    session: Session, hats: tuple[HatName, ...], answers: bool, coordinates: bool
) -> None:
    a_handler(session, "Somebody Else")
    a_coordinator(session, "Another Person")
    person = a_person(session, "Hana Novak")
    for hat in hats:
        people.wear(session, person, hat, at=NOON)
    found = recognising.recognise(session, person.phone)
    assert found == Caller(person.id, answers, coordinates)
    assert found.ours == bool(hats)


def test_a_number_kept_under_an_older_key_is_recognised(session: Session) -> None:
    hana = a_handler(session, "Hana Novak")
    config.use(settings_for(secret_key=f"a newer key of quite enough letters for tests,{KEY}"))
    assert recognising.recognise(session, hana.phone) == Caller(hana.id, answers=True)


def test_it_is_one_question(session: Session) -> None:
    hana = a_handler(session, "Hana Novak")
    asked: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    recognising.recognise(session, hana.phone)
    assert len(asked) == 1
