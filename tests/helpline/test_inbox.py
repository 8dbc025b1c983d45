"""Texts that come in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import answer_words, desk_items, inbox, offers, taking, texts, wording
from helpline.desk_items import DeskItem, ItemKind
from helpline.messages import Message, MessageKind
from helpline.offers import O, Offer
from helpline.people import Person, Way
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
    taking.lapse(ward.session, offers.of_request(ward.session, request)[0], at=NOON + 60 * MINUTE)
    assert ward.says(ward.coral, "yes") == wording.MOVED_ON
    assert ward.state(request) == [O.LAPSED, O.OPEN]


def test_a_late_yes_is_never_taken_for_a_newer_request(ward: Street1) -> None:
    one = ward.asks()
    taking.lapse(ward.session, offers.of_request(ward.session, one)[0], at=NOON + 60 * MINUTE)
    two = ward.asks(ward.lane)
    assert ward.says(ward.coral, "YES A", after=61 * MINUTE) == wording.MOVED_ON
    assert ward.state(two) == [O.OPEN]


@pytest.mark.parametrize("body", ["who died", "yes but not today", "A", "", "yes \N{SHRUG}"])
def test_what_is_unclear_goes_to_a_person_with_a_kind_answer(ward: Street1, body: str) -> None:
    request = ward.asks()
    assert ward.says(ward.coral, body) == f"{answer_words.UNCLEAR} You can reply YES A or NO A."
    assert (ward.state(request), ward.texts_on_the_desk()) == ([O.OPEN], 1)


def test_several_unclear_ones_within_minutes_are_one_thing_to_read(ward: Street1) -> None:
    for after, body in ((1, "er"), (4, "is it the"), (9, "lady with the dog")):
        ward.says(ward.coral, body, after=after * MINUTE)
    assert ward.texts_on_the_desk() == 1
    ward.says(ward.hana, "who is she", after=10 * MINUTE)
    assert ward.texts_on_the_desk() == 2, "somebody else's stands by itself"
    ward.says(ward.coral, "hello", after=40 * MINUTE)
    assert ward.texts_on_the_desk() == 3


def test_what_comes_after_somebody_took_it_in_hand_is_another(ward: Street1) -> None:
    ward.says(ward.coral, "er", after=MINUTE)
    desk_items.claim(ward.session, desk_items.on_the_desk(ward.session)[0], who=ward.hana, at=NOON + 2 * MINUTE)
    ward.says(ward.coral, "is it the", after=3 * MINUTE)
    assert ward.texts_on_the_desk() == 2


def test_the_letter_that_was_asked_for_may_come_by_itself(ward: Street1) -> None:
    one, two = ward.asks(), ward.asks(ward.lane)
    ward.says(ward.coral, "no")
    assert "ask somebody else about Shopping near Quince Lane" in ward.says(ward.coral, "B", after=3 * MINUTE)
    assert (ward.state(one), ward.state(two)) == ([O.OPEN], [O.PASSED, O.OPEN])
    ward.says(ward.coral, "A", after=60 * MINUTE)
    assert ward.state(one) == [O.OPEN], "an hour later it says nothing by itself"


@pytest.mark.parametrize("body", ["what?", "List", "who is it", "?"])
def test_what_is_answered_with_what_is_open(ward: Street1, body: str) -> None:
    ward.asks()
    ward.asks(ward.lane)
    ward.says(ward.coral, "yes a")
    assert ward.says(ward.coral, body) == (
        "You have 2 open. A: Shopping near Acacia Road, yours, DONE A when it is done; "
        "B: Shopping near Quince Lane, YES B or NO B."
    )
    assert ward.texts_on_the_desk() == 0


def test_what_with_nothing_open_is_for_a_person(ward: Street1) -> None:
    assert ward.says(ward.coral, "who is this?") == wording.NOTHING_OPEN
    assert ward.texts_on_the_desk() == 1


def test_help_is_for_a_person_and_says_999(ward: Street1) -> None:
    ward.asks()
    assert "In danger, ring 999" in ward.says(ward.coral, "help")
    assert ward.texts_on_the_desk() == 1


def test_an_ok_to_something_else_takes_nothing(ward: Street1) -> None:
    one, two = ward.asks(), ward.asks(ward.lane)
    ward.says(ward.coral, "yes a")
    assert ward.says(ward.coral, "ok", after=2 * MINUTE) == (
        "You have one open. If you meant it, reply YES B for Shopping near Quince Lane."
    )
    assert (ward.state(one), ward.state(two)) == ([O.ACCEPTED], [O.OPEN])
    ward.says(ward.coral, "ok B", after=3 * MINUTE)
    assert ward.state(two) == [O.ACCEPTED]


@pytest.mark.parametrize("body", ["ok", "thanks", "\N{THUMBS UP SIGN}", "Lovely, thank you"])
def test_thanks_for_what_we_said_need_neither_an_answer_nor_a_person(ward: Street1, body: str) -> None:
    ward.asks()
    ward.says(ward.coral, "no")
    before = texts_to(ward.session, ward.coral)
    ward.says(ward.coral, body, after=2 * MINUTE)
    assert texts_to(ward.session, ward.coral) == before
    assert ward.texts_on_the_desk() == 0


def test_thanks_for_being_asked_is_no_yes(ward: Street1) -> None:
    request = ward.asks()
    assert "You can reply YES A or NO A" in ward.says(ward.coral, "thanks")
    assert ward.state(request) == [O.OPEN]


def test_a_letter_that_none_of_theirs_has_is_asked_again(ward: Street1) -> None:
    request = ward.asks()
    assert (
        ward.says(ward.coral, "Yes B")
        == "You have one open. If you meant it, reply YES A for Shopping near Acacia Road."
    )
    assert ward.state(request) == [O.OPEN]


def test_a_yes_that_came_as_one_lapsed_and_another_was_asked_is_asked_which(ward: Street1) -> None:
    one = ward.asks()
    two = ward.asks(ward.lane)
    taking.lapse(ward.session, offers.of_request(ward.session, one)[0], at=NOON + 60 * MINUTE)
    answer = ward.says(ward.coral, "yes", after=62 * MINUTE)
    assert "YES B for Shopping near Quince Lane" in answer
    assert "YES A" in answer
    assert ward.state(two) == [O.OPEN]
    assert ward.says(ward.coral, "yes a", after=63 * MINUTE) == wording.MOVED_ON


def test_done_of_what_moved_on_is_read_by_a_person_lest_it_be_done_twice(ward: Street1) -> None:
    request = ward.asks()
    taking.lapse(ward.session, offers.of_request(ward.session, request)[0], at=NOON + 60 * MINUTE)
    assert ward.says(ward.coral, "done A", after=70 * MINUTE) == wording.MOVED_ON
    assert ward.texts_on_the_desk() == 1


def test_away_and_back_by_text(ward: Street1) -> None:
    assert ward.says(ward.coral, "I'm away") == (
        "Thank you. We ask you for nothing until Thursday 26 November is over. Send BACK when you are back before that."
    )
    assert ward.says(ward.coral, "away", after=2 * MINUTE).startswith(
        "Thank you. We ask you for nothing until Thursday 26"
    )
    assert [offer.person.name for offer in offers.of_request(ward.session, ward.asks())] == ["Deepak"]
    assert "Welcome back" in ward.says(ward.coral, "back", after=3 * MINUTE)
    assert [offer.person.name for offer in offers.of_request(ward.session, ward.asks())] == ["Coral"]
    assert ward.says(ward.coral, "back", after=4 * MINUTE).startswith(answer_words.UNCLEAR), "she was not away"


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


def test_a_machine_that_says_so_is_never_answered_and_is_read_once(ward: Street1) -> None:
    request = ward.asks()
    asked_once = texts_to(ward.session, ward.coral)
    for number in range(10):
        ward.says(ward.coral, "I am driving and will see your message later", after=number * MINUTE)
    assert texts_to(ward.session, ward.coral) == asked_once
    assert (ward.state(request), ward.texts_on_the_desk()) == ([O.OPEN], 1)


@pytest.mark.parametrize(
    ("body", "answers"), [("We are closed on Mondays", 2), ("ok", 0), ("yes", 6), ("done", 6), ("what?", 6)]
)
def test_two_machines_stop_answering_each_other(ward: Street1, body: str, answers: int) -> None:
    ward.asks()
    ward.says(ward.coral, "no")
    before = len(texts_to(ward.session, ward.coral))
    for number in range(2, 14):
        ward.says(ward.coral, body, after=number * MINUTE)
    assert len(texts_to(ward.session, ward.coral)) - before == answers


def test_a_machine_of_many_words_is_answered_six_times_an_hour(ward: Street1) -> None:
    for number in range(20):
        if number % 2:
            ward.asks()
        ward.says(ward.coral, f"hm {number}", after=number * MINUTE)
    answers = [one for one in texts_to(ward.session, ward.coral) if one.startswith(answer_words.UNCLEAR)]
    assert len(answers) <= 6


def test_past_the_cap_a_yes_is_still_acted_on(ward: Street1) -> None:
    for number in range(7):
        ward.says(ward.coral, "hm", after=number * MINUTE)
    request = ward.asks()
    ward.says(ward.coral, "yes", after=8 * MINUTE)
    assert request.state == Q.TAKEN


@pytest.mark.parametrize(
    ("phone", "way", "answered"),
    [
        ("+447700900142", Way.TEXT, True),
        ("+449098790123", Way.TEXT, False),
        ("+37128999999", Way.TEXT, False),
        ("+37128999999", Way.WHATSAPP, True),
    ],
)
def test_a_text_from_where_an_answer_costs_extra_is_only_read(
    ward: Street1, phone: str, way: Way, *, answered: bool
) -> None:
    inbox.receive(ward.session, a_sid("SM"), phone=phone, body="Hello?", way=way, at=NOON)
    assert (len(ward.session.scalars(select(Message)).all()), ward.texts_on_the_desk()) == (int(answered), 1)


def test_one_of_ours_is_answered_abroad_too(ward: Street1) -> None:
    assert ward.says(a_coordinator(ward.session, "Ciara Byrne", phone="+353861234567"), "What?")


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


def test_what_may_have_been_acted_on_long_since_is_heeded_and_read_but_not_answered(ward: Street1) -> None:
    request = ward.asks()
    for minutes, body in enumerate(("yes", "done", "STOP")):
        inbox.catch_up(
            ward.session,
            a_sid("SM"),
            phone=ward.coral.phone or "",
            body=body,
            way=Way.WHATSAPP,
            sent_at=NOON + minutes * MINUTE,
            at=NOON + 600 * MINUTE,
        )
    assert (request.state, ward.state(request)) == (Q.ASKING, [O.OPEN])
    assert ward.coral.stopped_texts_at == NOON + 600 * MINUTE
    assert [body for body in texts_to(ward.session, ward.coral) if "YES A" not in body] == []
    assert ward.texts_on_the_desk() == 2, "what she wrote within minutes is read together, and that she stops"


def test_letters_and_texts_are_sealed_rows(ward: Street1) -> None:
    ward.says(ward.coral, "hello there")
    row = ward.session.scalars(select(DeskItem)).one()
    kept = ward.session.get_one(texts.Text, row.text_id)
    assert kept.body == "hello there"
    assert ward.session.scalar(select(func.count(Offer.id))) == 0
