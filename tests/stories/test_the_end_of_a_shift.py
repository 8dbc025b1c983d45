"""A shift ends with things in hand: the next one on has them, and hears so by one text; at night the urgent wakes an organiser."""

from datetime import timedelta

from sqlalchemy import select

from helpline import people, rota
from helpline.db import Database
from helpline.desk_items import DeskItem
from helpline.handovers import Handover
from helpline.people import HatName
from tests import builders
from tests.stories.evening import Evening
from tests.stories.test_the_whole_road import NEEDS
from workers import sweeps

HOUR = timedelta(hours=1)


def leaves_a_message(line: Evening, number: str) -> None:
    call = line.phone(number).dial().hears("To be rung back", limit=90).press("5")
    call.hears("(beep)").wait(1).speaks(4, "It is me").press("#").hears("Your message is kept").until_ended()


def test_four_messages_in_hand_are_the_next_ones_and_one_text_says_so(line: Evening, database: Database) -> None:
    for number in range(4):
        leaves_a_message(line, f"+44207946011{number}")
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak", hours=1)
        bea = builders.a_handler(session, "Bea Okoro", on_shift=False)
        rota.write(session, bea, starts_at=builders.NOON + 2 * HOUR, ends_at=builders.NOON + 5 * HOUR)
    hanas = line.desk(hana)
    with line.read() as session:
        items = session.scalars(select(DeskItem.id)).all()
    for item in items:
        hanas.post(f"/items/{item}/take", {})
    hanas.shows("You until 3:47 pm")
    line.pass_time(HOUR)
    for _ in range(2):  # another machine's clock sees it too
        sweeps.sweep(database, line.clock.now())
    hanas.shows("Bea from 4:47 pm")
    line.pass_time(HOUR)
    line.phone(bea).receives("your shift starts at 4:47 pm")
    told = line.phone(bea).receives("4 things on the desk are yours now").body
    assert "Hana" not in told
    line.phone(bea).receives_nothing(for_seconds=30)
    line.desk(bea).shows("You from the shift before")


def test_a_note_left_at_the_end_of_a_shift_is_on_the_desk_and_in_no_text(line: Evening, database: Database) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
        tomasz = builders.a_handler(session, "Tomasz Lis")
    line.desk(hana).post("/line/end", {"words": "Rita may ring again about the lights"}, on="/line/end")
    told = line.phone(tomasz).receives("there is a note for you on the desk").body
    assert "Rita" not in told
    his = line.desk(tomasz)
    his.shows("Hana leaves a note", "Rita may ring again about the lights")
    with line.read() as session:
        note = session.scalars(select(Handover.id)).one()
    his.post(f"/line/notes/{note}/read", {})
    assert "Rita may ring again" not in his.get("/").text


def test_urgent_at_night_wakes_an_organiser_once(line: Evening, database: Database) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak", on_shift=False)
        olu = builders.a_person(session, "Olu Ade")
        people.wear(session, olu, HatName.ORGANISER, at=builders.NOON)
        rota.write(session, hana, starts_at=builders.NOON + 18 * HOUR, ends_at=builders.NOON + 20 * HOUR)
    desk = line.desk(hana)
    for urgency in ("now", "today"):
        written = {**NEEDS, "street": "Nowhere Lane", "street_id": "none", "urgency": urgency}
        desk.post("/requests", {**written, "form_key": f"a form of {urgency} things"})
    told = line.phone(olu).receives("Urgent, and nobody is on shift: some shopping").body
    assert "Rita" not in told
    line.phone(olu).receives_nothing(for_seconds=60)
    desk.shows("Olu nobody is on shift", "You from 8:47 am tomorrow")
