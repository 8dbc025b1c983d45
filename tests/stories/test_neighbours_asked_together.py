"""A group without coordinators: several willing neighbours are asked at once, and the first yes has it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline import durations, offers, passing, people, willing
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.offers import O, Offer
from helpline.passing import Model
from helpline.people import HatName, Person
from helpline.requests import HelpRequest, Q
from tests import builders
from tests.builders import NOON
from tests.stories.evening import Evening
from tests.stories.test_passing_on import on_the_desk, state, written

NAMES = ("Nadia Khan", "Owen Price", "Mina Shah", "Gareth Lloyd")
Ward = tuple[Person, dict[str, Person]]


@pytest.fixture
def ward(database: Database) -> Ward:
    """Hana writes down; four neighbours are willing, and three are asked at once."""
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        hana = builders.a_handler(session, "Hana Novak")
        people.wear(session, hana, HatName.ORGANISER, at=NOON)
        passing.decide(session, Model.NEIGHBOURS, seen=0, who=hana, at=NOON)
        durations.change(session, "asked_together", 3, seen=None, who=hana, at=NOON)
        neighbours = {}
        for name in NAMES:
            person = builders.a_person(session, name)
            people.wear(session, person, HatName.NEIGHBOUR, at=NOON)
            neighbours[name.split()[0]] = person
        return hana, neighbours


def test_the_first_yes_has_it_and_the_others_are_told(line: Evening, ward: Ward) -> None:
    hana, neighbours = ward
    request = written(line, hana)
    for name in ("Owen", "Mina"):
        text = line.phone(neighbours[name]).receives("Shopping near Acacia Road, today. Can you? The first yes has it")
        assert not [word for word in ("Rita", "14 ", "0118", "Milk") if word in text.body], "nothing personal in it"
    line.phone(neighbours["Nadia"]).receives("The first yes has it").replies("yes")
    line.phone(neighbours["Nadia"]).receives("Who and where:")
    line.phone(neighbours["Nadia"]).receives("is yours. Our other text says who and where")
    for name in ("Owen", "Mina"):
        line.phone(neighbours[name]).receives("Shopping near Acacia Road has somebody now. Thank you all the same.")
    assert state(line, request) == Q.TAKEN
    line.phone(neighbours["Owen"]).sends("yes")
    line.phone(neighbours["Owen"]).receives("That one has moved on to somebody else")
    line.phone(neighbours["Nadia"]).sends("done")
    line.phone(neighbours["Nadia"]).receives("is marked done")
    line.phone(hana).receives("Done: Shopping near Acacia Road")
    assert state(line, request) == Q.DONE
    assert on_the_desk(line) == []


def test_whoever_cannot_makes_room_for_another_and_with_nobody_left_the_desk_has_it(line: Evening, ward: Ward) -> None:
    hana, neighbours = ward
    request = written(line, hana)
    for name in ("Nadia", "Owen", "Mina"):
        line.phone(neighbours[name]).receives("Shopping")
    line.phone(neighbours["Mina"]).sends("no sorry")
    line.phone(neighbours["Mina"]).receives("We will ask somebody else")
    line.phone(neighbours["Gareth"]).receives("Shopping near Acacia Road")
    line.pass_time(timedelta(minutes=61))
    assert state(line, request) == Q.NOBODY
    assert on_the_desk(line) == [ItemKind.REQUEST]
    line.phone(hana).receives("Nobody yet for some shopping near Acacia Road")
    line.phone(neighbours["Owen"]).sends("Yes A")  # late, and welcome while nobody has it
    line.phone(neighbours["Owen"]).receives("Who and where:")
    line.phone(neighbours["Owen"]).receives("is yours. Our other text")
    assert state(line, request) == Q.TAKEN
    assert on_the_desk(line) == []


def test_what_is_given_back_is_asked_of_those_who_never_had_to_answer(line: Evening, ward: Ward) -> None:
    hana, neighbours = ward
    request = written(line, hana)
    for name in ("Owen", "Mina"):
        line.phone(neighbours[name]).receives("The first yes has it")
    line.phone(neighbours["Nadia"]).receives("The first yes has it").replies("yes")
    for words in ("Who and where", "Our other text"):
        line.phone(neighbours["Nadia"]).receives(words)
    for name in ("Owen", "Mina"):
        line.phone(neighbours[name]).receives("has somebody now")
    line.phone(neighbours["Nadia"]).sends("no sorry")
    line.phone(neighbours["Nadia"]).receives("We will ask somebody else")
    for name in ("Owen", "Mina", "Gareth"):
        line.phone(neighbours[name]).receives("The first yes has it")
    line.phone(neighbours["Owen"]).sends("yes")
    for words in ("Who and where", "Our other text"):
        line.phone(neighbours["Owen"]).receives(words)
    for name in ("Mina", "Gareth"):
        line.phone(neighbours[name]).receives("has somebody now")
    assert state(line, request) == Q.TAKEN


def test_two_say_yes_in_the_same_moment_and_one_has_it(line: Evening, ward: Ward) -> None:
    hana, neighbours = ward
    request = written(line, hana)
    for name in ("Nadia", "Owen", "Mina"):
        line.phone(neighbours[name]).receives("The first yes has it")
    line.phone(neighbours["Owen"]).sends("yes")
    line.phone(neighbours["Mina"]).sends("yes")
    line.phone(neighbours["Owen"]).receives("Who and where")
    line.phone(neighbours["Owen"]).receives("Our other text")
    line.phone(neighbours["Nadia"]).receives("has somebody now")
    line.phone(neighbours["Mina"]).receives("That one has moved on")
    line.phone(neighbours["Mina"]).receives("has somebody now")
    with line.read() as session:
        states = session.scalars(select(Offer.state).where(Offer.request_id == request).order_by(Offer.person_id)).all()
    assert sorted(states) == [O.ACCEPTED, O.ELSEWHERE, O.ELSEWHERE]


def test_whoever_is_fresh_is_asked_before_whoever_was_asked_lately(line: Evening, ward: Ward) -> None:
    hana, neighbours = ward
    written(line, hana, key="one")
    for name in ("Nadia", "Owen", "Mina"):
        line.phone(neighbours[name]).receives("Shopping")
    written(line, hana, key="two")
    line.phone(neighbours["Gareth"]).receives("Shopping")
    for name in ("Nadia", "Owen"):
        line.phone(neighbours[name]).receives("Shopping")
    line.phone(neighbours["Nadia"]).sends("yes")  # two are open with her
    line.phone(neighbours["Nadia"]).receives("Which one? Reply YES A")


def test_a_neighbour_is_put_down_told_and_left_alone_after_stop(line: Evening, ward: Ward) -> None:
    hana, neighbours = ward
    with line.database.transaction() as session:
        who = session.merge(hana)
        joined = willing.join(session, "Priti Rao", "07700 900777", None, who=who, at=line.clock.now())
        for other in list(neighbours.values()):
            willing.leave(session, session.merge(other), who=who, at=line.clock.now())
    line.phone(joined).receives("Hana has put you down as a willing neighbour").replies("STOP")
    request = written(line, hana)
    line.phone(hana).receives("Nobody yet for some shopping near Acacia Road")
    with line.read() as session:
        assert session.scalars(select(DeskItem.kind).where(DeskItem.state != "done")).all().count(ItemKind.REQUEST) == 1
        assert offers.of_request(session, session.get_one(HelpRequest, request)) == []
