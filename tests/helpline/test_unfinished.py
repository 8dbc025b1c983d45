"""A request form that was begun: kept as it grows, its handler's own, and gone when there is nothing left to finish."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import retention, unfinished
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.unfinished import KEPT, Draft
from tests.builders import NOON, a_handler, a_street
from tests.dashboard.cast import a_request
from tests.helpline.cast import a_call

KEY = "a key of a form that is long"
SAID = [("words", "Milk"), ("kind", "shopping"), ("kind", "lift"), ("a field of tomorrow", "kept as well")]
LATER = NOON + timedelta(minutes=2)


@pytest.fixture
def hana(session: Session) -> Person:
    return a_handler(session, "Hana")


def keep(session: Session, who: Person, fields: list[tuple[str, str]] = SAID, key: str = KEY, **given: object) -> bool:
    return unfinished.keep(session, key, fields, who=who, **{"call_id": None, "at": NOON, **given})  # type: ignore[arg-type]


def begun(session: Session, who: Person, at: datetime = NOON) -> list[Draft]:
    return unfinished.newest(session.scalars(unfinished.of(who, at)))


def test_a_form_is_kept_whole_and_again_as_it_grows(session: Session, hana: Person) -> None:
    assert keep(session, hana)
    assert keep(session, hana, [*SAID, ("name", "Rita")], at=LATER)
    [draft] = begun(session, hana, LATER)
    assert unfinished.one(session, draft.id, hana) is draft
    assert draft.fields == [*SAID, ("name", "Rita")]
    assert (draft.began_at, draft.kept_at) == (NOON, LATER)


def test_it_is_nobody_elses(session: Session, hana: Person) -> None:
    tomasz = a_handler(session, "Tomasz")
    keep(session, hana)
    [draft] = begun(session, hana)
    assert not keep(session, tomasz, [("words", "Not hers")])
    assert begun(session, tomasz) == []
    assert unfinished.one(session, draft.id, tomasz) is None
    session.refresh(draft)
    assert draft.fields == SAID


def test_what_is_written_is_unfinished_no_more_however_late_it_is_kept(session: Session, hana: Person) -> None:
    a_street(session, "Acacia Road")
    keep(session, hana)
    request = a_request(session, hana, asked=False)
    unfinished.is_written(session, KEY)
    assert begun(session, hana) == []
    assert not keep(session, hana, key=request.form_key)
    # Kept in the same moment as it was written: it stays until it is forgotten, and is shown to nobody.
    session.add(Draft(form_key=request.form_key, person_id=hana.id, words="[]", began_at=NOON, kept_at=NOON))
    assert begun(session, hana) == []


def test_the_form_of_a_call_goes_when_the_call_came_to_something_else(session: Session, hana: Person) -> None:
    call = a_call(session)
    keep(session, hana, call_id=call.id)
    keep(session, hana, key="a form that is about no call")
    drafts = begun(session, hana)
    found = unfinished.about(drafts, call)
    assert found is not None
    assert found.form_key == KEY
    unfinished.came_to_nothing(session, call, hana)
    assert [one.call_id for one in begun(session, hana)] == [None]


def test_more_than_a_request_can_hold_is_refused_in_words(session: Session, hana: Person) -> None:
    with pytest.raises(HelplineError, match="Make it shorter"):
        keep(session, hana, [("words", "x" * 20_001)])


def test_it_is_forgotten_within_a_day(session: Session, hana: Person) -> None:
    keep(session, hana)
    rule = next(rule for rule in retention.RULES if rule.table is Draft)
    assert list(rule.find(session, NOON + KEPT - timedelta(minutes=1))) == []
    assert begun(session, hana, NOON + KEPT) == []
    for draft_id in list(rule.find(session, NOON + KEPT)):
        rule.forget(session, draft_id, NOON + KEPT)
    assert session.scalars(select(Draft)).all() == []
