"""A resident writes: a kind answer at once, a person's answer from the desk, and nothing more once she has said STOP."""

from datetime import timedelta

from sqlalchemy import select

from helpline import calls
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind
from helpline.people import Person
from tests import builders
from tests.stories.evening import Browser, Evening

RITA = "+447700900118"


def hanas_desk(line: Evening, database: Database) -> Browser:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
    return line.desk(hana)


def owed(line: Evening) -> list[ItemKind]:
    with line.read() as session:
        return list(session.scalars(select(DeskItem.kind).where(DeskItem.state != "done").order_by(DeskItem.id)))


def item(line: Evening, number: int) -> str:
    """The page of the first thing that came onto the desk, or the second."""
    with line.read() as session:
        return f"/items/{session.scalars(select(DeskItem.id).order_by(DeskItem.id)).all()[number - 1]}"


def test_a_text_is_answered_from_the_desk_and_the_conversation_is_readable(line: Evening, database: Database) -> None:
    desk, rita = hanas_desk(line, database), line.phone(RITA, "Rita")
    rita.sends("Is the food bank open on Friday?")
    rita.receives("somebody from Larkfield Neighbours will read this")
    desk.shows("A text came in", "Number ends 118")
    desk.post(f"{item(line, 1)}/answer", {"words": "Yes, from ten until noon, at the church."}, on=item(line, 1))
    rita.receives("Yes, from ten until noon")
    assert owed(line) == []
    rita.sends("Thank you dear")
    rita.receives("somebody from Larkfield Neighbours")
    page = desk.shows("Is the food bank open", "Yes, from ten until noon", "Thank you dear", on=item(line, 2))
    assert page.index("Is the food bank") < page.index("Yes, from ten") < page.index("Thank you dear")


def test_two_texts_are_answered_by_one_answer(line: Evening, database: Database) -> None:
    """Within minutes they are one thing to read; after that each is one, and the answer to the last deals with all."""
    desk, rita = hanas_desk(line, database), line.phone(RITA, "Rita")
    for words in ("Is the food bank", "I meant, is it open?"):
        rita.sends(words)
        rita.receives("will read this")
    assert owed(line) == [ItemKind.TEXT]
    line.pass_time(timedelta(minutes=16))
    rita.sends("And do they take bags?")
    line.clock.advance(2)
    assert owed(line) == [ItemKind.TEXT, ItemKind.TEXT]
    desk.post(f"{item(line, 2)}/answer", {"words": "Yes and yes"}, on=item(line, 2))
    rita.receives("Yes and yes")
    assert owed(line) == []


def test_an_answer_that_cannot_be_sent_keeps_its_words(line: Evening, database: Database) -> None:
    desk, rita = hanas_desk(line, database), line.phone(RITA, "Rita")
    rita.sends("Hello?")
    rita.receives("will read this")
    refused = desk.post(f"{item(line, 1)}/answer", {"words": "x" * 500}, on=item(line, 1))
    assert refused.status_code == 422
    assert "too long for a text" in refused.text
    assert "x" * 400 in refused.text
    assert "Write the answer first" in desk.post(f"{item(line, 1)}/answer", {"words": " "}, on=item(line, 1)).text
    assert owed(line) == [ItemKind.TEXT]


def test_whoever_said_stop_is_sent_nothing_though_we_did_not_know_her(line: Evening, database: Database) -> None:
    desk, rita = hanas_desk(line, database), line.phone(RITA, "Rita")
    rita.sends("Could somebody ring me")
    rita.receives("will read this")
    rita.sends("STOP")
    rita.receives_nothing(for_seconds=10)
    refused = desk.post(f"{item(line, 1)}/answer", {"words": "We will"}, on=item(line, 1))
    assert "They asked us to send no more texts. Ring them instead." in refused.text
    rita.receives_nothing(for_seconds=10)
    assert ItemKind.TEXT in owed(line)


def test_a_message_becomes_a_call_back_by_one_press(line: Evening, database: Database) -> None:
    call = line.phone(RITA, "Rita").dial().hears("To be rung back", limit=90).press("5")
    call.hears("(beep)").wait(1).speaks(4, "Ring me").press("#").until_ended()
    desk = hanas_desk(line, database)
    desk.shows("Message left", "Number ends 118")
    desk.post(f"{item(line, 1)}/ring-later", {}, on=item(line, 1))
    assert owed(line) == [ItemKind.CALL_BACK]
    desk.post(f"{item(line, 1)}/ring-later", {}, on="/")
    assert owed(line) == [ItemKind.CALL_BACK], "pressed twice it is one call-back"


def test_a_withheld_message_says_so_and_becomes_no_call_back(line: Evening, database: Database) -> None:
    call = line.phone(RITA, "Rita").dial(withheld=True).hears("(beep)", limit=90)
    call.wait(1).speaks(4, "It is me").press("#").until_ended()
    desk = hanas_desk(line, database)
    desk.shows("Message left", "The number is withheld")
    refused = desk.post(f"{item(line, 1)}/ring-later", {}, on="/")
    assert "The number is withheld, so nobody can ring it" in refused.text
    assert owed(line) == [ItemKind.VOICEMAIL]


def tried(database: Database, number: str, times: int) -> None:
    with database.transaction() as session:
        call = calls.arrive(session, f"CA{times:032}", phone=number, at=builders.NOON)
        calls.wait(session, call, at=builders.NOON)
        calls.finish(session, call, at=builders.NOON + timedelta(seconds=30))
        session.scalars(select(DeskItem).where(DeskItem.call_id == call.id)).one().attempts = times


def test_rung_three_times_without_an_answer_she_is_told_by_text(line: Evening, database: Database) -> None:
    desk = hanas_desk(line, database)
    tried(database, RITA, 2)
    assert "could not reach you" not in desk.get(item(line, 1)).text
    assert "not been rung three times" in desk.post(f"{item(line, 1)}/tried", {}, on=item(line, 1)).text
    tried(database, RITA, 3)
    desk.shows("tried to ring you back and could not reach you", "Rung 3 times without an answer", on=item(line, 2))
    desk.post(f"{item(line, 2)}/tried", {}, on=item(line, 2))
    line.phone(RITA, "Rita").receives("If you still need us, please ring 020 7946 0303")
    assert owed(line) == [ItemKind.CALL_BACK]


def test_a_landline_is_sent_no_text_but_the_words_are_there_to_be_said(line: Evening, database: Database) -> None:
    desk = hanas_desk(line, database)
    tried(database, "+442079460118", 3)
    desk.shows("could not reach you", on=item(line, 1))
    assert "That is a landline" in desk.post(f"{item(line, 1)}/tried", {}, on=item(line, 1)).text
    with line.read() as session:
        assert session.scalars(select(Person.phone).where(Person.stopped_texts_at.is_not(None))).all() == []
    assert owed(line) == [ItemKind.CALL_BACK]
