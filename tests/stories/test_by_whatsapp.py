"""Somebody who likes to be asked by WhatsApp: within her day and outside it, and everything that may stand in its way."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from helpline.config import Settings
from helpline.db import Database
from helpline.desk_items import DeskItem
from helpline.history import Event
from helpline.messages import Message
from helpline.people import Person, Way
from helpline.requests import Q
from simulator.phone import Phone
from tests import builders
from tests.conftest import settings_for
from tests.stories.evening import DETAILS_TEMPLATE, NEWS_TEMPLATE, OFFER_TEMPLATE, Evening
from tests.stories.test_passing_on import on_the_desk, state, written
from tests.valkey import Valkey

OFFER, DETAILS, NEWS = ("HX" + letter * 32 for letter in "abc")
ALL = {"whatsapp_offer": OFFER, "whatsapp_details": DETAILS, "whatsapp_news": NEWS}
DAY = timedelta(hours=24)
Street = tuple[Person, Person, Person]


def a_line(database: Database, valkey: Valkey, **templates: str) -> Evening:
    given = settings_for(whatsapp_number="+442079460303", **templates)
    return Evening(given, database, valkey, builders.NOON)


@pytest.fixture
def street(database: Database) -> Street:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        hana = builders.a_handler(session, "Hana Novak", hours=60)
        coral = builders.a_coordinator(session, "Coral Reid", by=Way.WHATSAPP)
        return hana, coral, builders.a_coordinator(session, "Deepak Rao", deputy=True)


def corals(line: Evening, who: Person) -> Phone:
    phone = line.phone(who)
    phone.whatsapp = True
    return phone


def story(line: Evening, noun: str = "message.") -> list[str]:
    with line.read() as session:
        return [what for what in session.scalars(select(Event.what).order_by(Event.id)) if what.startswith(noun)]


def closes(line: Evening) -> None:
    line.check()
    line.close()


def test_the_templates_are_those_of_the_example() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    assert re.findall(r"^#   (.*\{\{1\}\}.*)$", example, re.MULTILINE) == [
        OFFER_TEMPLATE,
        DETAILS_TEMPLATE,
        NEWS_TEMPLATE,
    ]


def test_she_is_asked_by_a_template_and_her_yes_opens_a_day_of_free_words(
    database: Database, valkey: Valkey, street: Street
) -> None:
    line, (hana, coral, _) = a_line(database, valkey, **ALL), street
    request, phone = written(line, hana), corals(line, coral)
    asked = phone.receives(
        "From Larkfield Neighbours: Shopping near Acacia Road, today. Can somebody? Reply YES A or NO A"
    )
    assert asked.by_whatsapp
    asked.replies("yes")
    assert phone.receives("is yours. Our other text says who and where").by_whatsapp
    details = phone.receives(
        "Larkfield Neighbours: thank you, Shopping near Acacia Road is yours. Please ring them. Who and where:"
    )
    assert (details.by_whatsapp, details.message.content) == (True, None)
    phone.sends("done", by_whatsapp=True)
    assert phone.receives("is marked done").by_whatsapp
    line.phone(hana).receives("Done: Shopping near Acacia Road")
    assert state(line, request) == Q.DONE
    with line.read() as session:
        assert {one.state for one in session.scalars(select(Message))} == {"delivered"}
    closes(line)


def test_when_her_day_is_over_the_template_is_wanted(database: Database, valkey: Valkey, street: Street) -> None:
    line, (hana, coral, _) = a_line(database, valkey, **ALL), street
    with database.transaction() as session:
        session.get_one(Person, coral.id).whatsapp_at = builders.NOON - DAY
    written(line, hana)
    assert corals(line, coral).receives("Can somebody?").message.content == OFFER
    closes(line)


@pytest.mark.parametrize("templates", [{}, {"whatsapp_details": DETAILS}])
def test_without_a_template_she_gets_a_text_and_the_story_says_so(
    database: Database, valkey: Valkey, street: Street, templates: dict[str, str]
) -> None:
    line, (hana, coral, _) = a_line(database, valkey, **templates), street
    request = written(line, hana)
    assert not corals(line, coral).receives("Can somebody? Reply YES A").by_whatsapp
    assert story(line) == ["message.whatsapp_to_text", "message.delivered"]
    line.desk(hana).shows("Coral got it by text instead. It could not go by WhatsApp.", on=f"/requests/{request}")
    closes(line)


def test_a_telephone_without_whatsapp_gets_the_same_words_by_text_at_once_and_from_then_on(
    database: Database, valkey: Valkey, street: Street
) -> None:
    line, (hana, coral, _) = a_line(database, valkey, **ALL), street
    request = written(line, hana)
    asked = line.phone(coral).receives("Shopping near Acacia Road, today. Can somebody? Reply YES A or NO A")
    assert not asked.by_whatsapp
    asked.replies("YES A")
    assert not line.phone(coral).receives("is yours. Our other").by_whatsapp
    assert not line.phone(coral).receives("Who and where").by_whatsapp
    assert story(line)[:2] == ["message.undelivered", "message.whatsapp_to_text"]
    assert (state(line, request), on_the_desk(line)) == (Q.TAKEN, [])
    written(line, hana, key="another")
    line.phone(coral).receives("Reply YES B")
    assert len([text for text in line.exchange.texts if text.by_whatsapp]) == 1, "it is not tried again this week"
    closes(line)


def test_whatsapp_refuses_altogether_and_she_gets_one_text(database: Database, valkey: Valkey, street: Street) -> None:
    line, (hana, coral, _) = a_line(database, valkey, **ALL), street
    line.exchange.templates.clear()  # taken back by WhatsApp, say: 21655
    written(line, hana)
    phone = corals(line, coral)
    assert not phone.receives("Can somebody?").by_whatsapp
    phone.receives_nothing(for_seconds=30)
    assert story(line) == ["message.failed", "message.whatsapp_to_text", "message.delivered"]
    closes(line)


def test_a_day_that_closed_on_the_way_means_a_text(database: Database, valkey: Valkey, street: Street) -> None:
    """Our row says that she wrote an hour ago, and WhatsApp knows nothing of it: 63016."""
    line, (hana, coral, _) = a_line(database, valkey, whatsapp_offer=OFFER), street
    with database.transaction() as session:
        session.get_one(Person, coral.id).whatsapp_at = builders.NOON - timedelta(hours=1)
    written(line, hana)
    phone = corals(line, coral)
    assert not phone.receives("Can somebody?").by_whatsapp
    assert story(line)[:2] == ["message.undelivered", "message.whatsapp_to_text"]
    with line.read() as session:
        assert session.scalars(select(Message.code).order_by(Message.id)).first() == 63016
    closes(line)


def test_stop_by_whatsapp_is_meant_of_both_and_is_confirmed(database: Database, valkey: Valkey, street: Street) -> None:
    line, (hana, coral, deepak) = a_line(database, valkey, **ALL), street
    written(line, hana)
    phone = corals(line, coral)
    phone.receives("Can somebody?").replies("STOP")
    assert phone.receives("We send you nothing more, by WhatsApp or by text").by_whatsapp
    line.phone(deepak).receives("Can somebody?").replies("no")
    line.phone(deepak).receives("We will ask somebody else")
    line.phone(hana).receives("Nobody yet")
    written(line, hana, key="another")
    line.phone(deepak).receives("Can somebody?")
    phone.receives_nothing(for_seconds=60)
    phone.sends("start", by_whatsapp=True)
    phone.receives("You hear from us again")
    with line.read() as session:
        assert session.get_one(Person, coral.id).stopped_texts_at is None
    closes(line)


def test_a_resident_by_whatsapp_is_answered_there_by_the_desk_too(
    database: Database, valkey: Valkey, street: Street
) -> None:
    line, (hana, _, _) = a_line(database, valkey), street
    rita = line.phone("+447700900118", "Rita")
    rita.whatsapp = True
    rita.sends("Thank you dear is it still Friday", by_whatsapp=True)
    assert rita.receives("somebody from Larkfield Neighbours will read this").by_whatsapp
    desk = line.desk(hana)
    with line.read() as session:
        item = session.scalars(select(DeskItem.id)).one()
    desk.post(f"/items/{item}/answer", {"words": "Yes, on Friday at ten."}, on=f"/items/{item}")
    assert rita.receives("Yes, on Friday at ten.").by_whatsapp
    closes(line)


def test_two_machines_that_answer_each_other_by_whatsapp_stop(
    database: Database, valkey: Valkey, street: Street
) -> None:
    del street
    line = a_line(database, valkey, **ALL)
    machine = line.phone("+447700900777", "A machine")
    machine.whatsapp = True
    for nth in range(5):
        machine.sends("hello hello", by_whatsapp=nth % 2 == 0)
        line.clock.advance(2)
    answers = [text.by_whatsapp for text in line.exchange.texts if text.is_ours]
    assert answers == [True, False], "the same words twice, whichever way they go"
    closes(line)


def test_a_message_that_no_report_told_of_is_found_in_the_carriers_list(
    database: Database, valkey: Valkey, street: Street
) -> None:
    line, (hana, coral, _) = a_line(database, valkey, **ALL), street
    request, phone = written(line, hana), corals(line, coral)
    asked = phone.receives("Can somebody?")
    line.exchange.weather.turns("lost", of="texts")
    asked.replies("yes")
    line.exchange.weather.turns("calm")
    assert phone.receives("is yours. Our other", within=150).by_whatsapp
    assert state(line, request) == Q.TAKEN
    closes(line)


def test_stop_by_whatsapp_and_start_by_text_that_no_report_told_of_are_taken_in_turn(
    database: Database, valkey: Valkey, street: Street
) -> None:
    line, (_, coral, _) = a_line(database, valkey, **ALL), street
    phone = corals(line, coral)
    line.exchange.weather.turns("lost", of="texts")
    phone.sends("stop", by_whatsapp=True)
    line.clock.advance(60)
    phone.sends("start")
    line.exchange.weather.turns("calm")
    line.pass_time(timedelta(minutes=5))
    with line.read() as session:
        assert session.get_one(Person, coral.id).stopped_texts_at is None
    closes(line)


def test_not_set_up_at_all_everybody_is_asked_by_text(line: Evening, settings: Settings, street: Street) -> None:
    assert settings.whatsapp_number is None
    hana, coral, _ = street
    written(line, hana)
    assert not corals(line, coral).receives("Can somebody?").by_whatsapp
