"""A request goes to its street: who is asked, what each answer does, and that somebody always has it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline import offering, requests
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.people import Person
from helpline.requests import HelpRequest, Q, Written
from helpline.wording import Kind, Money, Urgency
from tests import builders
from tests.stories.evening import Evening


@pytest.fixture
def street(database: Database) -> tuple[Person, Person, Person]:
    """Hana writes requests down; Coral looks after Acacia Road, and Deepak is her deputy."""
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        hana = builders.a_handler(session, "Hana Novak")
        coral = builders.a_coordinator(session, "Coral Reid")
        return hana, coral, builders.a_coordinator(session, "Deepak Rao", deputy=True)


def written(
    line: Evening, who: Person, *, key: str = "a form", street: str = "Acacia Road", kind: Kind = Kind.SHOPPING
) -> int:
    """Hana writes a request down and asks its street."""
    with line.database.transaction() as session:
        found = session.scalar(select(builders.Street).where(builders.Street.name == street))
        form = Written(
            form_key=key,
            kinds=(kind,),
            words="Milk, and the blue tins for the cat",
            urgency=Urgency.TODAY,
            money=Money.PAID_BACK,
            name="Rita Marsh",
            phone="+442079460118",
            house="14",
            street_id=found.id if found else None,
            street_words=None if found else street,
        )
        request, new = requests.write(session, form, who=session.merge(who), at=line.clock.now())
        if new:
            offering.ask_next(session, request, at=line.clock.now())
        return request.id


def state(line: Evening, request_id: int) -> Q:
    with line.read() as session:
        return session.get_one(HelpRequest, request_id).state


def on_the_desk(line: Evening) -> list[ItemKind]:
    with line.read() as session:
        return list(session.scalars(select(DeskItem.kind).where(DeskItem.state != "done").order_by(DeskItem.id)))


Street = tuple[Person, Person, Person]


def test_yes_then_done_reaches_the_handler(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    request = written(line, hana)
    text = line.phone(coral).receives("Shopping near Acacia Road")
    assert "Reply YES A or NO A within 1 h" in text.body
    assert not [word for word in ("Rita", "14 ", "0118", "Milk", "cat") if word in text.body], "nothing personal in it"
    text.replies("YES A")
    line.phone(coral).receives("is yours. Our other text says who and where")
    line.phone(coral).receives("Who and where:")
    assert state(line, request) == Q.TAKEN
    line.phone(coral).sends("done")
    line.phone(coral).receives("is marked done")
    line.phone(hana).receives("Done: Shopping near Acacia Road").body.index("Coral")
    assert state(line, request) == Q.DONE
    assert on_the_desk(line) == []


def test_a_silent_coordinator_and_then_a_deputy_who_says_yes(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping")
    line.pass_time(timedelta(minutes=61))
    line.phone(deepak).receives("Shopping near Acacia Road").replies("Yes please will do")
    line.phone(deepak).receives("is yours")
    assert state(line, request) == Q.TAKEN
    line.phone(coral).sends("YES A")
    line.phone(coral).receives("That one has moved on to somebody else")


def test_two_deputies_say_yes_in_the_same_moment_and_one_has_it(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    with line.database.transaction() as session:
        edith = builders.a_coordinator(session, "Edith Cole", deputy=True)
    request = written(line, hana)
    line.phone(coral).receives("Shopping")
    line.hours_go_by(61 / 60)
    line.phone(deepak).receives("Shopping")
    line.hours_go_by(61 / 60)
    line.phone(edith).receives("Shopping")
    line.phone(deepak).sends("yes")  # late, and she is being asked
    line.phone(edith).sends("yes")
    line.phone(deepak).receives("That one has moved on to somebody else")
    line.phone(edith).receives("Who and where")
    line.phone(edith).receives("is yours. Our other text")
    assert state(line, request) == Q.TAKEN


def test_no_and_no_brings_it_to_the_desk_and_tells_who_is_on_shift(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping").replies("No A sorry")
    line.phone(coral).receives("We will ask somebody else")
    line.phone(deepak).receives("Shopping").replies("can't")
    line.phone(hana).receives("Nobody yet for some shopping near Acacia Road. It is on the desk")
    assert state(line, request) == Q.NOBODY
    assert on_the_desk(line) == [ItemKind.REQUEST]


def test_two_open_requests_and_a_bare_yes_asks_which(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    shopping = written(line, hana, key="one")
    dog = written(line, hana, key="two", kind=Kind.DOG_WALK)
    line.phone(coral).receives("Shopping")
    line.phone(coral).receives("Dog walk near Acacia Road").replies("yes")
    line.phone(coral).receives("Reply YES A for Shopping near Acacia Road; YES B for Dog walk near Acacia Road")
    assert (state(line, shopping), state(line, dog)) == (Q.ASKING, Q.ASKING)
    line.phone(coral).sends("yes b")
    line.phone(coral).receives("Dog walk near Acacia Road is yours")
    assert (state(line, shopping), state(line, dog)) == (Q.ASKING, Q.TAKEN)


def test_list_says_what_is_open_and_a_thumb_to_something_else_takes_nothing(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    shopping = written(line, hana, key="one")
    dog = written(line, hana, key="two", kind=Kind.DOG_WALK)
    line.phone(coral).receives("Dog walk near Acacia Road").replies("LIST")
    told = line.phone(coral).receives("You have 2 open. A: Shopping near Acacia Road, YES A or NO A; B: Dog walk")
    assert not [word for word in ("Rita", "14", "0118", "Milk") if word in told.body]
    line.phone(coral).sends("yes")
    line.phone(coral).receives("Which one?").replies("b")
    line.phone(coral).receives("Dog walk near Acacia Road is yours")
    line.phone(coral).receives("Who and where")
    line.phone(coral).sends("\N{THUMBS UP SIGN}")
    line.phone(coral).receives("You have one open. If you meant it, reply YES A for Shopping near Acacia Road.")
    assert (state(line, shopping), state(line, dog)) == (Q.ASKING, Q.TAKEN)
    assert on_the_desk(line) == []


def test_done_twice_is_said_once_to_the_handler(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    written(line, hana)
    line.phone(coral).receives("Shopping").replies("YES")
    line.phone(coral).receives("Who and where")
    line.phone(coral).sends("DONE A")
    line.phone(hana).receives("Done: Shopping")
    line.phone(coral).sends("DONE A")
    line.phone(coral).receives("marked done already")
    line.phone(hana).receives_nothing(for_seconds=30)


def test_an_unknown_street_is_on_the_desk_at_once(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    request = written(line, hana, street="Nowhere Lane")
    assert state(line, request) == Q.NOBODY
    assert on_the_desk(line) == [ItemKind.REQUEST]
    line.phone(hana).receives("Nobody yet for some shopping. It is on the desk")
    line.phone(coral).receives_nothing(for_seconds=30)


def test_a_request_saved_twice_is_one_request_and_one_text(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    assert written(line, hana, key="the same form") == written(line, hana, key="the same form")
    line.phone(coral).receives("Shopping")
    line.phone(coral).receives_nothing(for_seconds=30)


def test_every_webhook_twice_means_every_answer_once(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    line.exchange.weather.turns("repeated")
    request = written(line, hana)
    line.phone(coral).receives("Shopping").replies("YES")
    line.phone(coral).receives("is yours")
    line.phone(coral).receives("Who and where")
    line.phone(coral).sends("DONE")
    line.phone(coral).receives("is marked done")
    line.phone(hana).receives("Done: Shopping")
    line.phone(coral).receives_nothing(for_seconds=20)
    line.phone(hana).receives_nothing(for_seconds=20)
    assert state(line, request) == Q.DONE


def test_given_back_goes_to_the_next_at_once(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping").replies("YES")
    line.phone(coral).receives("Who and where")
    line.phone(coral).sends("sorry, can't")
    line.phone(deepak).receives("Shopping near Acacia Road")
    assert state(line, request) == Q.ASKING


def test_a_late_yes_still_counts_while_nobody_has_it(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping")
    line.pass_time(timedelta(hours=1, minutes=1))
    line.phone(deepak).receives("Shopping").replies("no")
    assert state(line, request) == Q.NOBODY
    line.phone(hana).receives("Nobody yet for some shopping")
    line.phone(coral).sends("Yes A")
    line.phone(coral).receives("is yours")
    assert state(line, request) == Q.TAKEN
    assert on_the_desk(line) == []


def test_a_yes_after_a_no_counts_while_nobody_has_it(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping").replies("NO")
    line.phone(deepak).receives("Shopping").replies("NO")
    line.phone(hana).receives("Nobody yet for some shopping")
    assert state(line, request) == Q.NOBODY
    line.phone(coral).sends("YES A")
    line.phone(coral).receives("is yours")
    assert state(line, request) == Q.TAKEN


def test_an_unclear_answer_is_never_a_yes_and_goes_to_the_desk(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping").replies("is it for the lady with the dog?")
    line.phone(coral).receives("did not quite understand, so a person will read this. You can reply YES A or NO A.")
    assert state(line, request) == Q.ASKING
    assert on_the_desk(line) == [ItemKind.TEXT]


def test_a_residents_text_is_on_the_desk_with_a_kind_answer(line: Evening, street: Street) -> None:
    line.phone("+442079460118", "Rita").sends("Thank you dear is it still Friday")
    line.phone("+442079460118").receives("somebody from Larkfield Neighbours will read this")
    assert on_the_desk(line) == [ItemKind.TEXT]


@pytest.mark.parametrize(
    ("says", "answers"),
    [("I am away from my desk", 0), ("Bloom Florists, open nine to five", 2)],
    ids=["says so", "hides it"],
)
def test_two_machines_that_answer_each_other_stop(line: Evening, street: Street, says: str, answers: int) -> None:
    """A machine answers each of our texts, and we each of its: at most twice with the same words, and a person reads it once."""
    _, coral, _ = street
    machine, seen = line.phone(coral), 0
    machine.sends(says)
    for _ in range(10):
        line.clock.advance(20)
        came = [text for text in line.exchange.texts if text.to == coral.phone]
        for _ in came[seen:]:
            machine.sends(says)
        seen = len(came)
    assert seen == answers
    assert on_the_desk(line) == [ItemKind.TEXT]


def test_a_text_that_may_not_be_answered_any_more_is_read_by_a_person(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    written(line, hana)
    line.phone(coral).receives("Shopping")
    for _ in range(3):
        line.phone(coral).sends("hello hello")
        line.clock.advance(5)
    with line.database.transaction() as session:
        for item in session.scalars(select(DeskItem)):
            item.state = ItemState.DONE
    line.phone(coral).sends("hello hello")
    line.clock.advance(5)
    assert on_the_desk(line) == [ItemKind.TEXT]
    line.phone(coral).sends("YES")
    line.phone(coral).receives("Shopping near Acacia Road is yours", within=20)


def test_a_coordinator_who_sends_stop_is_passed_over(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping").replies("STOP")
    line.phone(deepak).receives("Shopping near Acacia Road").replies("ok")
    line.phone(deepak).receives("is yours")
    assert state(line, request) == Q.TAKEN
    assert on_the_desk(line) == [ItemKind.TEXT]


def test_a_text_that_cannot_be_delivered_goes_to_the_next(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    line.phone(coral).behaves("dead")
    written(line, hana)
    line.phone(deepak).receives("Shopping near Acacia Road", within=10)
    assert on_the_desk(line) == [ItemKind.NUMBER]
