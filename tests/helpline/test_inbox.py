"""Texts that come in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import desk_items, inbox, offers, texts, wording
from helpline.desk_items import DeskItem, ItemKind
from helpline.messages import Message, MessageKind
from helpline.offers import O, Offer
from helpline.people import Person
from helpline.places import Street
from helpline.requests import HelpRequest, Q
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.helpline.cast import MINUTE, a_request, a_sid, last_message, texts_to


class Street1:
    """Acacia Road: Hana took the calls, Coral looks after it, Deepak is her deputy."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.hana: Person = a_handler(session, "Hana Novak")
        self.road: Street = a_street(session, "Acacia Road", patch="Acacia")
        self.lane: Street = a_street(session, "Quince Lane", patch="Acacia")
        self.coral = a_coordinator(session, "Coral", of="Acacia")
        self.deepak = a_coordinator(session, "Deepak", of="Acacia", deputy=True)

    def asks(self, street: Street | None = None) -> HelpRequest:
        return a_request(self.session, self.hana, street or self.road)

    def says(self, who: Person, body: str, *, after: timedelta = MINUTE) -> str:
        """Text the helpline, and what it owes in answer."""
        inbox.receive(self.session, a_sid("SM"), phone=who.phone, body=body, at=NOON + after)
        self.session.flush()
        answers = self.session.scalars(
            select(Message).where(Message.person_id == who.id, Message.kind == MessageKind.ANSWER).order_by(Message.id)
        ).all()
        return answers[-1].body if answers else ""

    def state(self, request: HelpRequest) -> list[str]:
        return [offer.state for offer in offers.of_request(self.session, request)]

    def texts_on_the_desk(self) -> int:
        return len([item for item in desk_items.on_the_desk(self.session) if item.kind == ItemKind.TEXT])


@pytest.fixture
def ward(session: Session) -> Street1:
    return Street1(session)


def test_yes_takes_it_and_the_details_follow_by_a_second_text(ward: Street1) -> None:
    request = ward.asks()
    assert ward.says(ward.coral, "Yes").startswith("Thank you, Shopping near Acacia Road is yours.")
    assert (request.state, ward.state(request)) == (Q.TAKEN, [O.ACCEPTED])
    details = [body for body in texts_to(ward.session, ward.coral) if "Who and where" in body]
    assert len(details) == 1
    assert not any(word in body for body in texts_to(ward.session, ward.coral) for word in ("Rita", "14", "118"))


def test_no_asks_the_next(ward: Street1) -> None:
    request = ward.asks()
    assert "ask somebody else" in ward.says(ward.coral, "no sorry")
    assert ward.state(request) == [O.PASSED, O.OPEN]
    assert "YES A" in last_message(ward.session, ward.deepak).body


def test_no_after_yes_gives_it_back(ward: Street1) -> None:
    request = ward.asks()
    ward.says(ward.coral, "yes")
    ward.says(ward.coral, "no")
    assert (request.state, ward.state(request)) == (Q.ASKING, [O.GIVEN_BACK, O.OPEN])


@pytest.mark.parametrize("word", ["YES", "NO", "DONE"])
def test_a_bare_word_with_two_open_asks_which(ward: Street1, word: str) -> None:
    one, two = ward.asks(), ward.asks(ward.lane)
    answer = ward.says(ward.coral, word)
    assert answer.startswith("You have 2 open. Which one?")
    assert f"{word} A for Shopping near Acacia Road" in answer
    assert f"{word} B for Shopping near Quince Lane" in answer
    assert ward.state(one) == ward.state(two) == [O.OPEN]
    assert ward.texts_on_the_desk() == 0


def test_the_letter_says_which(ward: Street1) -> None:
    one, two = ward.asks(), ward.asks(ward.lane)
    assert "Quince Lane" in ward.says(ward.coral, "yes b")
    assert (ward.state(one), ward.state(two)) == ([O.OPEN], [O.ACCEPTED])
    assert "Acacia Road" in ward.says(ward.coral, "Yes")
    assert ward.state(one) == [O.ACCEPTED]


def test_done_reaches_the_handler_and_twice_is_harmless(ward: Street1) -> None:
    request = ward.asks()
    ward.says(ward.coral, "yes")
    assert "is marked done" in ward.says(ward.coral, "Done")
    assert request.state == Q.DONE
    assert ward.says(ward.coral, "DONE A") == wording.ALREADY_DONE
    assert ward.says(ward.coral, "done") == wording.ALREADY_DONE
    told = [body for body in texts_to(ward.session, ward.hana) if body.startswith("Done:")]
    assert len(told) == 1
    assert "Seen to by Coral" in told[0]


def test_done_without_yes_is_both(ward: Street1) -> None:
    request = ward.asks()
    assert "is marked done" in ward.says(ward.coral, "done")
    assert (request.state, ward.state(request)) == (Q.DONE, [O.DONE])


def test_done_means_the_one_that_was_taken(ward: Street1) -> None:
    one, two = ward.asks(), ward.asks(ward.lane)
    ward.says(ward.coral, "yes b")
    ward.says(ward.coral, "done")
    assert (ward.state(one), ward.state(two)) == ([O.OPEN], [O.DONE])


def test_yes_after_done_says_it_is_done(ward: Street1) -> None:
    ward.asks()
    ward.says(ward.coral, "done")
    assert ward.says(ward.coral, "yes") == wording.ALREADY_DONE


def test_a_late_yes_to_what_another_has_says_so(ward: Street1) -> None:
    request = ward.asks()
    offers.lapse(ward.session, offers.of_request(ward.session, request)[0], at=NOON + 60 * MINUTE)
    assert ward.says(ward.coral, "yes") == wording.MOVED_ON
    assert ward.state(request) == [O.LAPSED, O.OPEN]


def test_a_late_yes_is_never_taken_for_a_newer_request(ward: Street1) -> None:
    one = ward.asks()
    offers.lapse(ward.session, offers.of_request(ward.session, one)[0], at=NOON + 60 * MINUTE)
    two = ward.asks(ward.lane)
    assert ward.says(ward.coral, "YES A", after=61 * MINUTE) == wording.MOVED_ON
    assert ward.state(two) == [O.OPEN]


@pytest.mark.parametrize("body", ["who is this", "yes but not today", "A", "", "👎"])
def test_what_is_unclear_goes_to_a_person_with_a_kind_answer(ward: Street1, body: str) -> None:
    request = ward.asks()
    assert ward.says(ward.coral, body) == wording.UNCLEAR
    assert (ward.state(request), ward.texts_on_the_desk()) == ([O.OPEN], 1)


@pytest.mark.parametrize("body", ["yes", "NO", "done", "YES Q"])
def test_an_answer_with_nothing_open_goes_to_a_person(ward: Street1, body: str) -> None:
    assert ward.says(ward.coral, body) == wording.NOTHING_OPEN
    assert ward.texts_on_the_desk() == 1


def test_a_residents_text_goes_to_a_person_with_a_kind_answer(ward: Street1) -> None:
    inbox.receive(ward.session, a_sid("SM"), phone="+442079460118", body="yes", at=NOON)
    ward.session.flush()
    (answer,) = ward.session.scalars(select(Message)).all()
    assert answer.phone == "+442079460118"
    assert "Larkfield Neighbours will read this" in answer.body
    assert "999" in answer.body
    assert ward.texts_on_the_desk() == 1


def test_the_same_text_told_twice_is_one_text(ward: Street1) -> None:
    ward.asks()
    sid = a_sid("SM")
    for _ in range(2):
        inbox.receive(ward.session, sid, phone=ward.coral.phone, body="yes", at=NOON)
    assert ward.session.scalar(select(func.count(texts.Text.id))) == 1
    assert len(texts_to(ward.session, ward.coral)) == 3  # asked, answered, and the details


def test_two_machines_stop_answering_each_other(ward: Street1) -> None:
    for number in range(10):
        ward.says(ward.coral, "I am out of the office", after=number * MINUTE)
    assert len(texts_to(ward.session, ward.coral)) == 6
    ward.says(ward.coral, "I am out of the office", after=timedelta(hours=1, minutes=1))
    assert len(texts_to(ward.session, ward.coral)) == 7


def test_past_the_cap_a_yes_is_still_acted_on(ward: Street1) -> None:
    for number in range(7):
        ward.says(ward.coral, "hm", after=number * MINUTE)
    request = ward.asks()
    ward.says(ward.coral, "yes", after=8 * MINUTE)
    assert request.state == Q.TAKEN


def test_stop_is_honoured_and_the_next_is_asked(ward: Street1) -> None:
    request = ward.asks()
    taken = ward.asks(ward.lane)
    ward.says(ward.coral, "yes b")
    answers = len(texts_to(ward.session, ward.coral))
    ward.says(ward.coral, "STOP")
    assert ward.coral.stopped_texts_at is not None
    assert (ward.state(request), ward.state(taken)) == ([O.LAPSED, O.OPEN], [O.ACCEPTED])
    assert len(texts_to(ward.session, ward.coral)) == answers  # the carrier answers, we do not
    assert ward.texts_on_the_desk() == 1
    next_one = ward.asks()
    assert [offer.person.name for offer in offers.of_request(ward.session, next_one)] == ["Deepak"]
    ward.says(ward.coral, "start")
    assert ward.coral.stopped_texts_at is None


def test_letters_and_texts_are_sealed_rows(ward: Street1) -> None:
    ward.says(ward.coral, "hello there")
    row = ward.session.scalars(select(DeskItem)).one()
    kept = ward.session.get_one(texts.Text, row.text_id)
    assert kept.body == "hello there"
    assert ward.session.scalar(select(func.count(Offer.id))) == 0
