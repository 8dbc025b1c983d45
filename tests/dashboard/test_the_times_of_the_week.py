"""The organiser's pages of the rota: times that come back, who keeps them, one day only, called off and brought back."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from helpline import shifts
from helpline.db import Database
from helpline.messages import Message
from helpline.patterns import Pattern
from helpline.people import Person
from helpline.slots import Slot
from tests.builders import NOON, a_handler
from tests.dashboard.browser import Browser
from tests.dashboard.conftest import SignIn
from tests.helpline.rota_cast import FRIDAY_20, a_slot, an_organiser, down

HERE = "/rota/patterns"
FRIDAYS: dict[str, Any] = {
    "weekday": "4",
    "begins": "4 pm",
    "ends": "7 pm",
    "least": "1",
    "most": "2",
    "day": "",
    "last_day": "",
}


@pytest.fixture
def olive(database: Database) -> Person:
    with database.transaction() as session:
        a_handler(session, "Hana", on_shift=False)
        return an_organiser(session)


@pytest.fixture
def olives(olive: Person, signed_in: SignIn) -> Browser:
    return signed_in(olive)


def hana(database: Database) -> Person:
    with database.reading() as session:
        return next(one for one in session.scalars(select(Person)) if one.name == "Hana")


def slots_on(database: Database) -> list[Slot]:
    with database.reading() as session:
        return list(session.scalars(select(Slot).where(Slot.called_off_at.is_(None)).order_by(Slot.starts_at)))


def told(database: Database, person: Person) -> list[str]:
    with database.reading() as session:
        rows = session.scalars(select(Message).where(Message.person_id == person.id).order_by(Message.id))
        return [one.body for one in rows if one.body and "code" not in one.body]


def test_a_time_is_added_kept_changed_and_ended(database: Database, olives: Browser) -> None:
    olives.open(HERE).says("Nothing comes back every week yet.")
    page = olives.press("Add it to every week", **FRIDAYS)
    page.says(
        "Friday", "4 pm to 7 pm", "1 to 2 handlers", "Nobody keeps it yet.", "It is on the rota, eight weeks ahead."
    )
    assert len(slots_on(database)) == 8
    olives.open(f"{HERE}/1")
    page = olives.press("They keep it", person=str(hana(database).id), every="2")
    page.says("Hana", "every second week", "They are down for it every time")
    olives.open(HERE).says("Kept by Hana (every second week).")
    # What it will do is said before it is done.
    olives.open(f"{HERE}/1")
    page = olives.press("See what changes", **{**FRIDAYS, "begins": "5 pm"})
    page.says("Nothing is saved yet. This is what it will do: Four shifts change with it.")
    page.says("Four stay as they are, since Hana is down for them.")
    assert {slot.starts_at.hour for slot in slots_on(database)} == {16}
    olives.press("Yes, save it").says("Fridays, 5 pm to 7 pm", "Saved. The shifts to come have followed.")
    assert [slot.starts_at.hour for slot in slots_on(database)] == [16, 17] * 4
    page = olives.press("See what they leave", last_day="2026-12-12")
    page.says("Hana will be taken off two shifts, the first on Friday 18 December. Nobody is told: tell them yourself.")
    olives.open(f"{HERE}/1")
    page = olives.press("See what ends", last_day="2026-11-27")
    page.says(
        "Three shifts that nobody is down for are called off.", "Three stay as they are, since Hana is down for them."
    )
    olives.press("Yes, end it", and_shifts="yes").says("until 27 November 2026", "Saved.")
    assert [slot.day for slot in slots_on(database)] == [FRIDAY_20, date(2026, 11, 27)]
    (text,) = told(database, hana(database))
    assert text.startswith(
        "Larkfield Neighbours: 3 shifts of yours called off, the first on Friday 4 December, 4 to 7 pm."
    )


def test_somebody_stops_keeping_it(database: Database, olives: Browser) -> None:
    olives.open(HERE)
    olives.press("Add it to every week", **FRIDAYS)
    olives.open(f"{HERE}/1")
    olives.press("They keep it", person=str(hana(database).id), every="1")
    olives.press("See what they leave", last_day="2026-11-28").says("taken off six shifts")
    olives.press("Yes, they stop").says("until 28 November 2026", "The shifts they leave need somebody now.")
    with database.reading() as session:
        assert [len(down(session, slot)) for slot in session.scalars(select(Slot).order_by(Slot.day))] == [
            1,
            1,
            *[0] * 6,
        ]


def test_what_cannot_be_keeps_what_was_typed_and_says_why_beside_it(database: Database, olives: Browser) -> None:
    olives.open(HERE)
    page = olives.press("Add it to every week", **{**FRIDAYS, "weekday": "", "begins": "4", "least": "three"})
    page.says("Choose a day of the week.", "Say am or pm", "Write a number, like 2.", "Nothing is saved yet")
    assert (page.status, page.form_with("Add it to every week").fields["ends"]) == (422, ["7 pm"])
    olives.press("Add it to every week", weekday="4", begins="4 pm", least="3").says("At most cannot be fewer")
    once: dict[str, Any] = {"begins": "4 pm", "ends": "7 pm", "least": "1", "most": "1"}
    olives.press("Add it on that day", day="2026-11-18", **once).says("That has begun already.")
    olives.press("Add it on that day", day="").says("Choose a day.")
    with database.reading() as session:
        assert session.scalar(select(func.count(Pattern.id))) == session.scalar(select(func.count(Slot.id))) == 0
    olives.press("Add it on that day", day="2026-11-21").says("Saturday 21, 4 to 7 pm", "It is on the rota.")
    olives.press("Add it to every week", **FRIDAYS)
    olives.open(f"{HERE}/1")
    olives.press("They keep it", person="", every="1").says("Choose who it is.")


def test_a_shift_is_called_off_with_whoever_is_told_named_first_and_brought_back(
    database: Database, olives: Browser
) -> None:
    with database.transaction() as session:
        slot = a_slot(session)
        shifts.take(session, slot, who=session.get_one(Person, hana(database).id), at=NOON)
    page = olives.open(f"/rota/slots/{slot.id}")
    olives.open(page.links["Call it off"]).says("Hana is down for it, and hears by text that nobody is needed.")
    olives.press("Call it off").says("It is called off.", "Called off")
    assert slot.id not in {one.id for one in slots_on(database)}
    olives.press("Bring back").says("It is on again.")
    with database.reading() as session:
        assert down(session, session.get_one(Slot, slot.id)) == ["Hana"]
    assert len(told(database, hana(database))) == 2


def test_a_handler_reads_and_only_an_organiser_changes(database: Database, olives: Browser, signed_in: SignIn) -> None:
    olives.open(HERE)
    olives.press("Add it to every week", **FRIDAYS)
    hanas = signed_in(hana(database))
    page = hanas.open(HERE).says("4 pm to 7 pm", "Organisers change them.")
    assert [form for form in page.forms if form.action.startswith("/rota")] == []
    csrf = next(form.fields["csrf"] for form in hanas.open("/yours").forms if "csrf" in form.fields)
    for path in (HERE, f"{HERE}/1", f"{HERE}/1/end", f"{HERE}/1/regulars", "/rota/slots", "/rota/slots/1/call-off"):
        hanas.post(path, {**FRIDAYS, "last_day": "2026-11-27", "csrf": csrf, "sure": "yes"}).says("Only an organiser")
    assert len(slots_on(database)) == 8
