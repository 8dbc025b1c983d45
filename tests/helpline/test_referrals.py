"""Somebody passed on to an organisation, and by one to us: what is owed by when, and what follows from what came back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from helpline import desk_items, erasing, moving_on, offering, offers, people, referrals, requests, retention, taking
from helpline.desk_items import ItemKind
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.referrals import Given, NotAgreedError, R, Referral, ReferralWay
from helpline.requests import HelpRequest, Q
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.helpline.cast import a_request, a_sid, story, texts_to
from tests.helpline.signpost_cast import a_signpost

MONDAY = date(2026, 11, 23)
COME = datetime(2026, 11, 23, 10, tzinfo=UTC)


def given(way: ReferralWay = ReferralWay.OUT, **changes: Any) -> Given:
    return Given(**{"form_key": a_sid("key"), "way": way, "hear_by": MONDAY, "agreed": True, **changes})


def referred(session: Session, **changes: Any) -> tuple[Person, Person, HelpRequest, Referral]:
    hana, coral = a_handler(session, "Hana"), a_coordinator(session, "Coral")
    request = a_request(session, hana, a_street(session, "Acacia Road"))
    made, _ = referrals.make(session, a_signpost(session, hana), given(**changes), request=request, who=hana, at=NOON)
    return hana, coral, request, made


def owed(session: Session) -> list[ItemKind]:
    return [item.kind for item in desk_items.on_the_desk(session)]


def test_nothing_is_passed_on_without_a_yes_and_sent_twice_it_is_once(session: Session) -> None:
    hana = a_handler(session, "Hana")
    there, request = a_signpost(session, hana), a_request(session, hana, a_street(session, "Acacia Road"))
    with pytest.raises(NotAgreedError, match="Nothing is passed on without a yes"):
        referrals.make(session, there, given(agreed=False), request=request, who=hana, at=NOON)
    with pytest.raises(HelplineError, match="still to come"):
        referrals.make(session, there, given(hear_by=NOON.date()), request=request, who=hana, at=NOON)
    same = given()
    first = referrals.make(session, there, same, request=request, who=hana, at=NOON)
    assert referrals.make(session, there, same, request=request, who=hana, at=NOON) == (first[0], False)


def test_what_they_take_over_is_let_go_here_and_asked_of_nobody(session: Session) -> None:
    _, coral, request, _ = referred(session, instead=True)
    assert (request.state, offers.holder_of(session, request), owed(session)) == (Q.TAKEN, None, [])
    assert "no longer needed from you" in texts_to(session, coral)[-1]
    assert moving_on.with_nobody(session, NOON) == []


def test_never_heard_back_it_is_on_the_desk_until_somebody_asks_and_again_after_that(session: Session) -> None:
    hana, _, _, made = referred(session, instead=True)
    assert referrals.due(session, COME - timedelta(seconds=1)) == []
    for day in (MONDAY, MONDAY + timedelta(days=2)):
        come = referrals.day_at(day)
        assert referrals.due(session, come) == [made.id]
        referrals.put(session, made.id, come)
        assert (owed(session), referrals.due(session, come)) == ([ItemKind.REFERRAL], [])
        referrals.later(session, made, day + timedelta(days=2), who=hana, at=come)
        assert owed(session) == []
    item = desk_items.put(session, ItemKind.REFERRAL, at=COME, referral_id=made.id)
    desk_items.close(session, item, at=COME, who=hana.id)  # closed without a word of what came of it
    assert referrals.due(session, COME + timedelta(days=9)) == [made.id]


@pytest.mark.parametrize(
    ("said", "stands", "then"),
    [(R.HELPED, Q.DONE, []), (R.COULD_NOT, Q.NOBODY, [ItemKind.REQUEST]), (R.CALLED_OFF, Q.NOBODY, [ItemKind.REQUEST])],
)
def test_what_came_back_is_what_becomes_of_what_they_had_taken_over(
    session: Session, said: R, stands: Q, then: list[ItemKind]
) -> None:
    hana, _, request, made = referred(session, instead=True)
    referrals.put(session, made.id, COME)
    assert referrals.settle(session, made, said, "They rang her, from Tuesday", who=hana, at=COME)
    assert not referrals.settle(session, made, R.COULD_NOT, "", who=hana, at=COME)  # pressed twice, or by somebody else
    assert (request.state, owed(session), made.came_back) == (stands, then, "They rang her, from Tuesday")
    assert "referral.out" in story(session, request)


def test_whoever_has_it_by_the_time_the_organisation_helped_is_told(session: Session) -> None:
    hana, _, request, made = referred(session, instead=True)
    orla = a_coordinator(session, "Orla", deputy=True)
    offering.ask_again(session, request, who=hana, at=NOON)
    (offer,) = [one for one in offers.of_request(session, request) if one.person is orla]
    taking.accept(session, offer, at=NOON)
    referrals.settle(session, made, R.HELPED, "", who=hana, at=COME)
    assert (request.state, offers.live_of_request(session, request)) == (Q.DONE, [])
    assert "no longer needed from you" in texts_to(session, orla)[-1]


def test_what_goes_on_here_as_well_is_as_it_was_whatever_they_say(session: Session) -> None:
    hana, coral, request, made = referred(session, instead=False)
    holder = offers.holder_of(session, request)
    assert holder is not None
    assert holder.person_id == coral.id
    referrals.settle(session, made, R.COULD_NOT, "", who=hana, at=NOON)
    assert request.state == Q.ASKING


def test_an_organisation_that_passed_somebody_on_to_us_is_owed_an_answer_once_it_is_done(session: Session) -> None:
    hana, _, request, made = referred(session, way=ReferralWay.IN, agreed=False)
    assert request.state == Q.ASKING
    assert referrals.due(session, NOON) == []
    requests.done(session, request, who=hana, at=NOON)
    assert referrals.due(session, NOON) == [made.id]
    referrals.put(session, made.id, NOON)
    referrals.settle(session, made, R.HELPED, "Told Jo", who=hana, at=NOON)
    assert (owed(session), referrals.due(session, COME)) == ([], [])


def test_four_weeks_after_it_is_over_its_words_are_forgotten(session: Session) -> None:
    hana, _, _, made = referred(session, words="Ask for Jo")
    rule = next(rule for rule in retention.RULES if rule.table is Referral)
    assert rule.find(session, NOON + timedelta(days=90)) == []  # it waits
    referrals.settle(session, made, R.HELPED, "From Tuesday", who=hana, at=NOON)
    assert rule.find(session, NOON + timedelta(days=28)) == [made.id]
    rule.forget(session, made.id, NOON + timedelta(days=28))
    assert (made.words, made.came_back, made.forgotten_at is not None) == (None, None, True)


def test_of_somebody_who_is_forgotten_nothing_is_to_be_heard(session: Session) -> None:
    hana, _, request, made = referred(session, instead=True, words="Ask for Jo", phone=None)
    people.wear(session, hana, HatName.ORGANISER, at=NOON)
    rita = people.meet(session, "+447700900118", at=NOON)
    request.resident = rita
    session.flush()
    erasing.erase(session, rita, who=hana, at=NOON)
    session.refresh(made)
    assert (made.state, made.words, request.state, owed(session)) == (R.CALLED_OFF, None, Q.CALLED_OFF, [])
