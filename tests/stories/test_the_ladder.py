"""A request up its ladder, as those who are on it meet it: away, asleep, back early, and all of them gone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from helpline import away, offering, requests
from helpline.db import Database
from helpline.people import Person
from helpline.requests import HelpRequest, Q, Written
from helpline.wording import Kind, Money, Urgency
from tests import builders
from tests.stories.evening import Evening

TODAY = date(2026, 11, 19)  # a Thursday
Street = tuple[Person, Person, Person]


@pytest.fixture
def street(database: Database) -> Street:
    """Hana is on until tomorrow; Coral looks after Acacia Road, and Deepak is her deputy."""
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        hana = builders.a_handler(session, "Hana Novak", hours=40)
        coral = builders.a_coordinator(session, "Coral Reid")
        return hana, coral, builders.a_coordinator(session, "Deepak Rao", deputy=True)


def written(line: Evening, who: Person, *, urgency: Urgency = Urgency.TODAY) -> int:
    with line.database.transaction() as session:
        road = session.scalar(select(builders.Street).where(builders.Street.name == "Acacia Road"))
        assert road is not None
        form = Written(
            form_key=f"a form {line.clock.now()}",
            kinds=(Kind.SHOPPING,),
            words="Milk",
            urgency=urgency,
            money=Money.NONE,
            name="Rita Marsh",
            phone="+442079460118",
            house="14",
            street_id=road.id,
        )
        request, _ = requests.write(session, form, who=session.merge(who), at=line.clock.now())
        offering.ask_next(session, request, at=line.clock.now())
        return request.id


def state(line: Evening, request_id: int) -> Q:
    with line.read() as session:
        return session.get_one(HelpRequest, request_id).state


def gone(line: Evening, person: Person, *, days: int = 3) -> None:
    with line.database.transaction() as session:
        last = TODAY + timedelta(days=days)
        away.say_away(session, session.merge(person), TODAY, last, who=session.merge(person), at=line.clock.now())


def test_away_said_while_she_is_asked_puts_it_to_the_deputy_and_back_early_she_is_asked_again(
    line: Evening, street: Street
) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping near Acacia Road")
    gone(line, coral)
    line.phone(deepak).receives("Shopping near Acacia Road").replies("yes")
    line.phone(deepak).receives("Who and where")
    line.phone(deepak).receives("is yours. Our other text")
    assert state(line, request) == Q.TAKEN
    with line.database.transaction() as session:
        assert away.back_again(session, session.merge(coral), who=session.merge(coral), at=line.clock.now())
    written(line, hana)
    line.phone(coral).receives("Shopping near Acacia Road")
    line.phone(deepak).receives_nothing(for_seconds=20)


def test_everybody_away_is_on_the_desk_and_whoever_is_on_is_told_at_once(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    gone(line, coral)
    gone(line, deepak)
    request = written(line, hana, urgency=Urgency.NOW)
    line.phone(hana).receives("Nobody yet for some shopping near Acacia Road. It is on the desk")
    assert state(line, request) == Q.NOBODY
    story = line.desk(hana).get(f"/requests/{request}").text
    until = "is away until Sunday 22 November"
    assert f"Coral {until} and Deepak {until}, so it came to the desk." in story
    line.phone(coral).receives_nothing(for_seconds=20)


def test_a_night_passes_and_nobody_is_woken_but_for_what_is_urgent(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    line.hours_go_by(8)  # 10:47 pm
    request = written(line, hana, urgency=Urgency.THIS_WEEK)
    assert "Coral will be asked at 8" in line.desk(hana).get(f"/requests/{request}").text
    line.phone(coral).receives_nothing(for_seconds=20)
    urgent = written(line, hana, urgency=Urgency.NOW)
    line.phone(coral).receives("Shopping near Acacia Road, now, it is urgent").replies("yes")
    line.phone(coral).receives("Who and where")
    line.phone(coral).receives("is yours. Our other text")
    assert (state(line, request), state(line, urgent)) == (Q.ASKING, Q.TAKEN)
    line.hours_go_by(9.25)  # after 8 am
    line.phone(coral).receives("how is it going with Shopping near Acacia Road?")
    line.phone(coral).receives("Shopping near Acacia Rd, by Thursday 26 November").replies("yes b")
    line.phone(coral).receives("is yours. Our other text")
    assert state(line, request) == Q.TAKEN
    line.phone(deepak).receives_nothing(for_seconds=20)
