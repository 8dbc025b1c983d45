"""Passing a request on: somebody always has it, and nobody has it twice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import (
    asked,
    calls,
    desk_items,
    links,
    neighbours,
    offering,
    offers,
    requests,
    taking,
    withdrawing,
    wording,
)
from helpline.calls import C, Outcome
from helpline.desk_items import ItemKind
from helpline.errors import HelplineError
from helpline.offers import O, Offer
from helpline.people import DetailsBy, Person, Way
from helpline.places import Numbers, Side, Street
from helpline.requests import HelpRequest, Q
from helpline.states import MoveRefusedError
from helpline.wording import Urgency
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.helpline.cast import MINUTE, a_call, a_request, last_message, story, texts_to, written

HOUR = timedelta(hours=1)


@pytest.fixture
def hana(session: Session) -> Person:
    return a_handler(session, "Hana Novak")


@pytest.fixture
def road(session: Session) -> Street:
    return a_street(session, "Acacia Road", patch="Acacia")


@pytest.fixture
def coral(session: Session, road: Street) -> Person:
    return a_coordinator(session, "Coral", of="Acacia")


@pytest.fixture
def deepak(session: Session, coral: Person) -> Person:
    return a_coordinator(session, "Deepak", of="Acacia", deputy=True)


def the_offer(session: Session, request: HelpRequest) -> Offer:
    offer = offers.holder_of(session, request)
    assert offer is not None
    return offer


def on_the_desk(session: Session) -> list[ItemKind]:
    session.flush()
    return [item.kind for item in desk_items.on_the_desk(session)]


def states(session: Session, request: HelpRequest) -> list[tuple[str | None, str]]:
    return [(offer.person.name, offer.state.value) for offer in offers.of_request(session, request)]


# Writing a request down


def test_a_request_written_twice_is_one_request(session: Session, hana: Person, road: Street) -> None:
    form = written(road)
    first, new = requests.write(session, form, who=hana, at=NOON)
    again, new_again = requests.write(session, form, who=hana, at=NOON + MINUTE)
    assert (again is first, new, new_again) == (True, True, False)
    assert session.scalar(select(func.count(HelpRequest.id))) == 1


def test_a_request_needs_something_to_do_and_somewhere_to_go(session: Session, hana: Person, road: Street) -> None:
    with pytest.raises(HelplineError, match="what is needed"):
        requests.write(session, written(road, kinds=()), who=hana, at=NOON)
    with pytest.raises(HelplineError, match="which street"):
        requests.write(session, written(None, street_words=None), who=hana, at=NOON)
    assert session.scalar(select(func.count(HelpRequest.id))) == 0


def test_writing_it_down_ends_the_wrap_up_and_remembers_the_resident(
    session: Session, hana: Person, road: Street
) -> None:
    call = a_call(session)
    call.handler_id, call.state, call.ending, call.wrap_up_until = hana.id, C.ENDED, calls.Ending.ANSWERED, NOON + HOUR
    session.flush()
    request, _ = requests.write(session, written(road), who=hana, at=NOON, call=call)
    assert (call.outcome, call.wrap_up_until) == (Outcome.REQUEST, NOON)
    assert request.resident is not None
    assert (request.phone, request.resident.name, request.first_name) == ("+442079460118", "Rita Marsh", "Rita")
    assert call.person_id == request.resident_id


def test_the_house_chooses_the_patch(session: Session, hana: Person) -> None:
    a_street(session, "Elm Walk", patch="Odd", numbers=Numbers(side=Side.ODD))
    street = a_street(session, "Elm Walk", patch="Even", numbers=Numbers(side=Side.EVEN))
    patches = [
        requests.write(session, written(street, house=house), who=hana, at=NOON)[0].patch
        for house in ("7", "8", "Rose Cottage")
    ]
    assert [patch.name if patch else None for patch in patches] == ["Odd", "Even", None]


# Asking


def test_the_coordinator_is_asked_by_letter_with_nothing_personal(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    request = a_request(session, hana, road)
    offer = the_offer(session, request)
    assert (offer.person, offer.letter, offer.lapses_at) == (coral, "A", NOON + HOUR)
    (body,) = texts_to(session, coral)
    assert "Shopping near Acacia Road, today" in body
    assert "YES A" in body
    assert not any(secret in body for secret in ("Rita", "Marsh", "14", "Milk", "118"))
    link = links.follow(session, body.rsplit("/", 1)[1], at=NOON)
    assert link is not None
    assert not link.shows_details


def test_every_open_offer_has_its_own_letter_and_none_comes_back_within_the_week(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    letters = []
    for number in range(3):
        request = a_request(session, hana, road, at=NOON + number * MINUTE)
        letters.append(the_offer(session, request).letter)
        if number != 1:
            taking.pass_on(session, the_offer(session, request), at=NOON + number * MINUTE)
    assert letters == ["A", "B", "C"]
    later = a_request(session, hana, road, at=NOON + timedelta(days=8))
    assert the_offer(session, later).letter == "A"


def test_when_every_letter_is_open_a_person_must_look(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    coral.most_open = 99
    for _ in asked.LETTERS:
        a_request(session, hana, road)
    request = a_request(session, hana, road)
    assert (request.state, on_the_desk(session)) == (Q.NOBODY, [ItemKind.REQUEST])


@pytest.mark.parametrize("silence", ["pass_on", "lapse"])
def test_no_and_silence_ask_the_deputy_and_then_the_desk(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person, silence: str
) -> None:
    request = a_request(session, hana, road)
    getattr(taking, silence)(session, the_offer(session, request), at=NOON)
    assert the_offer(session, request).person is deepak
    getattr(taking, silence)(session, the_offer(session, request), at=NOON)
    assert (request.state, offers.holder_of(session, request)) == (Q.NOBODY, None)
    assert on_the_desk(session) == [ItemKind.REQUEST]
    assert texts_to(session, hana)[-1].startswith("Nobody yet for some shopping near Acacia Road.")


def test_an_unknown_street_goes_to_the_desk_at_once(session: Session, hana: Person) -> None:
    request = a_request(session, hana, None)
    assert (request.state, on_the_desk(session), states(session, request)) == (Q.NOBODY, [ItemKind.REQUEST], [])


def test_a_coordinator_by_voice_is_owed_a_call(session: Session, hana: Person, road: Street) -> None:
    edith = a_coordinator(session, "Edith", of="Acacia", by=Way.VOICE, phone="+442079460211")
    request = a_request(session, hana, road)
    assert (request.state, last_message(session, edith).way) == (Q.ASKING, Way.VOICE)


def test_what_is_overdue(session: Session, hana: Person, road: Street, coral: Person) -> None:
    offer = the_offer(session, a_request(session, hana, road))
    assert taking.overdue(session, NOON + HOUR - MINUTE) == []
    assert taking.overdue(session, NOON + HOUR) == [offer.id]


def test_asking_next_while_somebody_is_asked_asks_nobody(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person
) -> None:
    request = a_request(session, hana, road)
    assert offering.ask_next(session, request, at=NOON) is None
    assert states(session, request) == [("Coral", "open")]


# Yes


def test_yes_sends_the_details_once(session: Session, hana: Person, road: Street, coral: Person) -> None:
    request = a_request(session, hana, road)
    offer = the_offer(session, request)
    for _ in range(2):
        taking.accept(session, offer, at=NOON)
    assert (request.state, offer.state, offer.answered_at) == (Q.TAKEN, O.ACCEPTED, NOON)
    assert len(texts_to(session, coral)) == 2
    link = links.follow(session, last_message(session, coral).body.split("/o/")[1].split()[0], at=NOON)
    assert link is not None
    assert link.shows_details


def test_a_late_yes_counts_while_nobody_else_has_it(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    request = a_request(session, hana, road)
    offer = the_offer(session, request)
    taking.lapse(session, offer, at=NOON + HOUR)
    assert on_the_desk(session) == [ItemKind.REQUEST]
    taking.accept(session, offer, at=NOON + 2 * HOUR)
    assert (request.state, on_the_desk(session)) == (Q.TAKEN, [])


def test_a_late_yes_does_not_count_once_another_is_asked(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person
) -> None:
    request = a_request(session, hana, road)
    late = the_offer(session, request)
    taking.lapse(session, late, at=NOON + HOUR)
    with pytest.raises(HelplineError, match="moved on"):
        taking.accept(session, late, at=NOON + HOUR)
    assert states(session, request) == [("Coral", "lapsed"), ("Deepak", "open")]


def test_a_yes_after_no_or_after_it_was_called_off_does_not_count(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person
) -> None:
    request = a_request(session, hana, road)
    first = the_offer(session, request)
    taking.pass_on(session, first, at=NOON)
    taking.pass_on(session, first, at=NOON)
    second = the_offer(session, request)
    withdrawing.call_off(session, request, who=hana, at=NOON)
    for offer in (first, second):
        with pytest.raises(HelplineError, match="moved on"):
            taking.accept(session, offer, at=NOON)
    assert request.state == Q.CALLED_OFF


def test_given_back_it_is_asked_on_at_once_and_the_details_are_closed(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person
) -> None:
    request = a_request(session, hana, road)
    offer = the_offer(session, request)
    taking.accept(session, offer, at=NOON)
    token = last_message(session, coral).body.split("/o/")[1].split()[0]
    taking.give_back(session, offer, at=NOON)
    assert (request.state, the_offer(session, request).person) == (Q.ASKING, deepak)
    assert links.follow(session, token, at=NOON) is None
    with pytest.raises(HelplineError, match="moved on"):
        taking.give_back(session, offer, at=NOON)


# Done, called off, asked again


def test_done_tells_the_handler_once(session: Session, hana: Person, road: Street, coral: Person) -> None:
    request = a_request(session, hana, road)
    offer = the_offer(session, request)
    taking.accept(session, offer, at=NOON)
    assert taking.done(session, offer, at=NOON + HOUR)
    assert not taking.done(session, offer, at=NOON + 2 * HOUR)
    assert (request.state, request.over_at) == (Q.DONE, NOON + HOUR)
    assert len(texts_to(session, hana)) == 1
    assert request.reference in texts_to(session, hana)[0]


def test_done_by_somebody_who_no_longer_has_it_is_refused(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person
) -> None:
    request = a_request(session, hana, road)
    offer = the_offer(session, request)
    taking.pass_on(session, offer, at=NOON)
    with pytest.raises(HelplineError, match="moved on"):
        taking.done(session, offer, at=NOON)
    assert request.state == Q.ASKING


def test_the_desk_sees_to_it_and_whoever_had_it_is_told(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    request = a_request(session, hana, road)
    offer = the_offer(session, request)
    assert withdrawing.see_to(session, request, who=hana, at=NOON)
    assert not withdrawing.see_to(session, request, who=hana, at=NOON)
    assert (request.state, offer.state) == (Q.DONE, O.WITHDRAWN)
    assert "no longer needed from you" in texts_to(session, coral)[-1]
    assert texts_to(session, hana) == []


def test_called_off_closes_every_link_and_what_is_done_cannot_be(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    request = a_request(session, hana, road)
    token = texts_to(session, coral)[0].rsplit("/", 1)[1]
    withdrawing.call_off(session, request, who=hana, at=NOON)
    assert (request.state, links.follow(session, token, at=NOON)) == (Q.CALLED_OFF, None)
    done = a_request(session, hana, road)
    withdrawing.see_to(session, done, who=hana, at=NOON)
    with pytest.raises(MoveRefusedError, match="That request is done"):
        withdrawing.call_off(session, done, who=hana, at=NOON)


@pytest.mark.parametrize("taken", [False, True])
def test_asked_again_it_goes_to_the_next_and_the_first_is_told(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person, taken: bool
) -> None:
    request = a_request(session, hana, road)
    if taken:
        taking.accept(session, the_offer(session, request), at=NOON)
    offer = offering.ask_again(session, request, who=hana, at=NOON)
    assert offer is not None
    assert (offer.person, request.state) == (deepak, Q.ASKING)
    assert states(session, request) == [("Coral", "withdrawn"), ("Deepak", "open")]
    assert "no longer needed from you" in texts_to(session, coral)[-1]
    with pytest.raises(HelplineError, match="Everybody who looks after that street has been asked"):
        offering.ask_again(session, request, who=hana, at=NOON)
    assert states(session, request) == [("Coral", "withdrawn"), ("Deepak", "open")]


def test_a_neighbour_whom_one_coordinator_found_is_not_the_next_ones(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person
) -> None:
    request = a_request(session, hana, road)
    taking.accept(session, the_offer(session, request), at=NOON)
    neighbours.found(session, the_offer(session, request), "Sam", at=NOON)
    assert request.neighbour == "Sam"
    offering.ask_again(session, request, who=hana, at=NOON)
    assert (request.neighbour, request.found_at) == (None, None)


def test_the_link_to_who_and_where_lasts_until_the_day_is_over(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    request = a_request(session, hana, road)
    request.by_at = NOON + timedelta(days=21)
    taking.accept(session, the_offer(session, request), at=NOON)
    link = links.follow(
        session, last_message(session, coral).body.split("/o/")[1].split()[0], at=NOON + timedelta(days=21)
    )
    assert link is not None


def test_a_street_on_no_list_is_told_in_their_words_to_whoever_has_details_by_text(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    coral.details_by = DetailsBy.TEXT
    request = a_request(session, hana, road)
    request.street_words = "Nowhere Lane"
    taking.accept(session, the_offer(session, request), at=NOON)
    assert "Nowhere Lane" in texts_to(session, coral)[-1]


def test_what_is_over_is_not_asked_again(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person
) -> None:
    request = a_request(session, hana, road)
    withdrawing.call_off(session, request, who=hana, at=NOON)
    with pytest.raises(HelplineError, match="no longer open"):
        offering.ask_again(session, request, who=hana, at=NOON)
    assert "request.asked_again" not in story(session, request)


def test_asked_again_of_somebody_with_every_letter_open_it_stays_on_the_desk(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    coral.most_open = 99
    for _ in asked.LETTERS:
        a_request(session, hana, road)
    request = a_request(session, hana, road)
    assert offering.ask_again(session, request, who=hana, at=NOON) is None
    assert (request.state, on_the_desk(session)) == (Q.NOBODY, [ItemKind.REQUEST])


def test_the_story_says_everything_in_order(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person
) -> None:
    request = a_request(session, hana, road)
    taking.pass_on(session, the_offer(session, request), at=NOON)
    taking.accept(session, the_offer(session, request), at=NOON)
    taking.done(session, the_offer(session, request), at=NOON)
    assert story(session, request) == [
        "request.written",
        "offer.made",
        "offer.passed",
        "offer.made",
        "offer.accepted",
        "request.done",
    ]


def test_no_request_is_ever_with_nobody(
    session: Session, hana: Person, road: Street, coral: Person, deepak: Person
) -> None:
    request = a_request(session, hana, road, urgency=Urgency.NOW)
    first = the_offer(session, request)
    steps = (
        lambda: taking.lapse(session, first, at=NOON),
        lambda: taking.pass_on(session, the_offer(session, request), at=NOON),
        lambda: taking.accept(session, first, at=NOON),
        lambda: taking.give_back(session, first, at=NOON),
    )
    for step in steps:
        step()
        assert bool(offers.holder_of(session, request)) != (ItemKind.REQUEST in on_the_desk(session))
    assert request.state == Q.NOBODY


def test_links_expire_and_guesses_open_nothing(session: Session, hana: Person, road: Street, coral: Person) -> None:
    a_request(session, hana, road)
    token = texts_to(session, coral)[0].rsplit("/", 1)[1]
    assert links.follow(session, token, at=NOON + offers.LINK_LASTS - MINUTE) is not None
    assert links.follow(session, token, at=NOON + offers.LINK_LASTS) is None
    assert links.follow(session, token[:-1], at=NOON) is None
    assert wording.parts(texts_to(session, coral)[0]) <= 2
