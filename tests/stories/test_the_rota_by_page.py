"""Shifts change hands on the page of the week, and whoever is not looking at it hears so by text; and each of it going wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from helpline import people, rota
from helpline.db import Database
from helpline.people import HatName, Person
from helpline.slots import Slot
from tests import builders
from tests.helpline.rota_cast import DAY, FOUR, HOUR, an_organiser
from tests.stories.evening import Evening

ALARM = "too few on the rota"


@dataclass
class Cast:
    """Two handlers, an organiser, and the ids of three slots that want one each: today at three, tomorrow and Saturday at four."""

    hana: Person
    bea: Person
    olive: Person
    today: int
    friday: int
    saturday: int


def a_slot(session: Session, starts_at: datetime) -> int:
    slot = Slot(day=starts_at.date(), starts_at=starts_at, ends_at=starts_at + 3 * HOUR, least=1, most=1)
    session.add(slot)
    session.flush()
    return slot.id


@pytest.fixture
def cast(database: Database) -> Cast:
    with database.transaction() as session:
        hana, bea = (builders.a_handler(session, name, on_shift=False) for name in ("Hana Novak", "Bea Okoro"))
        olive = an_organiser(session, "Olive Lund")
        people.wear(session, olive, HatName.HANDLER, at=builders.NOON)
        ids = [a_slot(session, starts_at) for starts_at in (FOUR - DAY - HOUR, FOUR, FOUR + DAY)]
    return Cast(hana, bea, olive, *ids)


def shift_of(line: Evening, who: Person) -> int:
    """The shift that somebody has before them."""
    now = line.clock.now()
    with line.read() as session:
        return rota.shifts_of(session, who, now, now + 3 * DAY)[0].id


def test_cover_is_found_on_the_page_by_whoever_was_texted(line: Evening, cast: Cast) -> None:
    hanas, beas, olives = line.desk(cast.hana), line.desk(cast.bea), line.desk(cast.olive)
    line.phone(cast.olive).receives(ALARM)
    hanas.post(f"/rota/slots/{cast.friday}/take", {}, on="/rota")
    refused = beas.post(f"/rota/slots/{cast.friday}/take", {}, on="/rota")  # from a page that is a moment old
    assert refused.status_code == 409
    assert "That shift is full: somebody was faster." in refused.text
    shift = shift_of(line, cast.hana)
    hanas.post(f"/rota/shifts/{shift}/cover", {}, on="/rota")
    for asked in (cast.bea, cast.olive):
        line.phone(asked).receives("can you cover for Hana")
    beas.shows("Hana needs cover Friday 4 to 7 pm.", "Take it over", on="/rota")
    beas.post(f"/rota/shifts/{shift}/take-over", {}, on="/rota")
    line.phone(cast.hana).receives("Bea has your shift")
    late = olives.post(f"/rota/shifts/{shift}/take-over", {}, on="/rota")
    assert "Somebody was faster. Thank you all the same." in late.text
    olives.shows("Hana asked for cover.", "Bea has it instead of Hana.", on=f"/rota/slots/{cast.friday}")


def test_two_swap_on_the_page_and_a_swap_with_somebody_who_left_is_refused(line: Evening, cast: Cast) -> None:
    hanas, beas = line.desk(cast.hana), line.desk(cast.bea)
    line.phone(cast.olive).receives(ALARM)
    hanas.post(f"/rota/slots/{cast.friday}/take", {}, on="/rota")
    beas.post(f"/rota/slots/{cast.saturday}/take", {}, on="/rota")
    mine, theirs = shift_of(line, cast.hana), shift_of(line, cast.bea)
    hanas.post(f"/rota/shifts/{mine}/swap", {"theirs": theirs}, on=f"/rota/shifts/{mine}/swap")
    line.phone(cast.bea).receives("swap")
    beas.shows("Hana would like to swap.", on="/rota")
    beas.post(f"/rota/swaps/{_ask_to(beas.get('/rota').text)}/agree", {}, on="/rota")
    line.phone(cast.hana).receives("Saturday 21 November, 4 to 7 pm")
    beas.shows("Bea has it instead of Hana.", on=f"/rota/slots/{cast.friday}")

    # The other way round; but Bea leaves before it is answered.
    mine, theirs = shift_of(line, cast.bea), shift_of(line, cast.hana)
    beas.post(f"/rota/shifts/{mine}/swap", {"theirs": theirs}, on=f"/rota/shifts/{mine}/swap")
    line.phone(cast.hana).receives("swap")
    asked = _ask_to(hanas.get("/rota").text)
    beas.post(f"/rota/shifts/{mine}/leave", {}, on="/rota")
    refused = hanas.post(f"/rota/swaps/{asked}/agree", {}, on="/rota")
    assert "Bea does not have that shift any more." in refused.text
    hanas.shows("You are on Saturday.", on="/rota")


def _ask_to(page: str) -> str:
    return page.partition("/rota/swaps/")[2].partition("/")[0]


def test_whoever_was_put_down_cannot_leave_once_it_has_begun_but_may_end_and_start_again(
    line: Evening, cast: Cast
) -> None:
    beas, olives = line.desk(cast.bea), line.desk(cast.olive)
    line.phone(cast.olive).receives(ALARM)
    here = f"/rota/slots/{cast.today}"
    olives.post(f"{here}/put-down", {"person": cast.bea.id}, on=here)
    line.phone(cast.bea).receives("you are now down for a shift on Thursday 19 November, 3 to 6 pm")
    shift = shift_of(line, cast.bea)
    beas.post(f"/rota/shifts/{shift}/confirm", {}, on="/rota")
    olives.shows("confirmed", on="/rota")
    line.pass_time(timedelta(minutes=14))
    refused = beas.post(f"/rota/shifts/{shift}/leave", {}, on="/rota")
    assert "That shift has begun. End your shift on the desk instead." in refused.text
    beas.shows("You are on until 6 pm.", "I cannot finish it", on="/rota")
    beas.post("/line/end", {"words": ""}, on="/line/end")
    beas.shows("You would be on until 6 pm.")
    beas.post("/line/start", {})
    beas.shows("You are on until 6 pm.")
