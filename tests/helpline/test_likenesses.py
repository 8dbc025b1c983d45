"""Two requests that may be the same: found, linked or told apart, and never made one."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import likenesses, withdrawing
from helpline.errors import HelplineError
from helpline.likenesses import Likeness, Verdict, same_house
from helpline.requests import HelpRequest, Q
from helpline.wording import Kind
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.helpline.cast import a_request, story

RITA = "+447700900118"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("14", "No. 14", True),
        ("14", "14a", True),
        ("Flat 2, 14", "14", True),
        ("Flat 2, 14", "flat 2 14", True),
        ("Flat 2, 14", "Flat 3, 14", False),
        ("Rose Court", "rose ct", True),
        ("14", "15", False),
        ("14", None, False),
        (None, None, False),
    ],
)
def test_a_household(one: str | None, other: str | None, same: bool) -> None:
    assert same_house(one, other) is same


@pytest.fixture
def ritas(session: Session) -> HelpRequest:
    a_coordinator(session, "Coral")
    return a_request(session, a_handler(session, "Hana"), a_street(session, "Acacia Road"), phone=RITA)


@pytest.mark.parametrize(
    ("changes", "later", "found"),
    [
        ({"phone": RITA, "street_id": None, "street_words": "Nowhere Lane"}, timedelta(days=20), True),
        ({"phone": None}, timedelta(hours=1), True),
        ({"phone": "+447700900119", "house": "16"}, timedelta(hours=1), False),
        ({"phone": RITA, "kinds": (Kind.LIFT,)}, timedelta(hours=1), False),
        ({"phone": RITA, "kinds": (Kind.LIFT, Kind.SHOPPING)}, timedelta(hours=1), True),
    ],
)
def test_what_may_be_the_same_as_one_that_is_open(
    session: Session, ritas: HelpRequest, changes: dict[str, object], later: timedelta, found: bool
) -> None:
    second = a_request(session, ritas.handler, ritas.street, at=NOON + later, **changes)
    assert (ritas.id in [one.request.id for one in likenesses.alike(session, second, at=NOON + later)]) is found
    assert second.state in {Q.ASKING, Q.NOBODY}, "a second genuine request is asked for like any other"


@pytest.mark.parametrize(("days", "found"), [(6, True), (8, False)])
def test_one_that_is_over_counts_for_some_days(session: Session, ritas: HelpRequest, days: int, found: bool) -> None:
    withdrawing.see_to(session, ritas, who=ritas.handler, at=NOON)
    at = NOON + timedelta(days=days)
    second = a_request(session, ritas.handler, ritas.street, phone=RITA, at=at)
    assert bool(likenesses.alike(session, second, at=at)) is found


def test_linked_twice_is_said_once_and_the_last_word_counts(session: Session, ritas: HelpRequest) -> None:
    hana = ritas.handler
    second = a_request(session, hana, ritas.street, phone=RITA)
    assert likenesses.say(session, second, ritas, Verdict.SAME, who=hana, at=NOON)
    assert not likenesses.say(session, ritas, second, Verdict.SAME, who=hana, at=NOON)
    assert session.scalar(select(func.count()).select_from(Likeness)) == 1
    assert story(session, ritas).count("request.linked") == story(session, second).count("request.linked") == 1
    assert likenesses.say(session, ritas, second, Verdict.DIFFERENT, who=hana, at=NOON)
    (one,) = likenesses.alike(session, second, at=NOON + timedelta(days=60))
    assert (one.request.id, one.verdict) == (ritas.id, Verdict.DIFFERENT), "it is remembered"
    assert {ritas.state, second.state} == {Q.ASKING}, "both stay requests"
    with pytest.raises(HelplineError, match="itself"):
        likenesses.say(session, ritas, ritas, Verdict.SAME, who=hana, at=NOON)
