"""The week as a page: who is on, what is mine, what a handler presses there, and what she is told when it cannot be."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from helpline import called_off, might, rota, shifts
from helpline.db import Database
from helpline.messages import Message
from helpline.people import Person
from helpline.rota import Shift
from helpline.slots import Slot, Why
from tests.builders import NOON, a_handler
from tests.dashboard.browser import Browser, Hands
from tests.dashboard.conftest import SignIn
from tests.helpline.rota_cast import DAY, FOUR, HOUR, SEVEN, a_slot, an_organiser, down

FRIDAY = "/rota/slots/1"


@pytest.fixture
def cast(database: Database) -> dict[str, Person]:
    """A shift this Friday, from four to seven, that wants one or two; and four of us, none of them down for it."""
    with database.transaction() as session:
        a_slot(session)
        people = [a_handler(session, name, hours=2) for name in ("Hana", "Bea", "Femi")]
        return {one.name or "": one for one in [*people, an_organiser(session)]}


@pytest.fixture
def hanas(cast: dict[str, Person], signed_in: SignIn) -> Browser:
    return signed_in(cast["Hana"])


def is_down(database: Database, person: Person) -> None:
    with database.transaction() as session:
        shifts.take(session, session.get_one(Slot, 1), who=session.get_one(Person, person.id), at=NOON)


def who_is_down(database: Database) -> list[str | None]:
    with database.reading() as session:
        return down(session, session.get_one(Slot, 1))


def told(database: Database, person: Person) -> list[str]:
    with database.reading() as session:
        rows = session.scalars(select(Message).where(Message.person_id == person.id).order_by(Message.id))
        return [one.body for one in rows if "code" not in one.body]


def test_the_week_says_who_is_on_who_is_next_and_what_is_mine(database: Database, signed_in: SignIn) -> None:
    with database.transaction() as session:
        hana, bea = a_handler(session, "Hana", hours=2), a_handler(session, "Bea", on_shift=False)
        rota.write(session, hana, starts_at=NOON + 2 * DAY, ends_at=NOON + 2 * DAY + 3 * HOUR)
        rota.write(session, bea, starts_at=NOON + 3 * HOUR, ends_at=NOON + 5 * HOUR)
    browser = signed_in(hana)
    page = browser.open(browser.open("/").links["Rota"])
    page.says(
        "16 to 22 November", "You are on until 4:47 pm. Next: Bea, from 5:47 pm.", "You are on today and Saturday."
    )
    page.says("Saturday 21, 2:47 to 5:47 pm")
    assert browser.open(page.links["Monday to Wednesday"]).status == 200
    page = browser.open(page.links["Next week"])
    page.says("23 to 29 November", "Nobody is down for anything in this week yet.")
    browser.open(page.links["This week"]).says("16 to 22 November")
    browser.open("/rota?of=2026-12-31").says("28 December 2026 to 3 January 2027")


@pytest.mark.parametrize("of", ["tuesday", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_week_that_cannot_be_is_no_page(hanas: Browser, of: str) -> None:
    assert hanas.open(f"/rota?of={of}").status == 404


def test_everything_else_is_one_press_further(hanas: Browser) -> None:
    page = hanas.open(hanas.open("/").links["More"])
    for name in ("People", "Settings", "Blocked numbers", "Day by day", "Yours"):
        assert hanas.open(page.links[name]).status == 200


# Taking


def test_a_gap_is_taken_and_the_week_says_so(hanas: Browser, database: Database) -> None:
    hanas.open("/rota").says("One shift needs somebody: Friday 4 to 7 pm.", "1 more")
    page = hanas.press("Take it")
    page.says("It is yours. Thank you.", "You are on today and Friday.", "Tomorrow, 4 to 7 pm", "room for 1")
    page.never_says("1 more", "Take it<")
    assert who_is_down(database) == ["Hana"]
    hanas.open(FRIDAY).says("Hana took it.")


def test_with_htmx_the_cell_comes_back_and_what_goes_with_it(hanas: Browser) -> None:
    token = hanas.open("/rota").forms[0].fields["csrf"][0]
    page = hanas.post(f"{FRIDAY}/take", {"csrf": token}, headers={"HX-Request": "true"})
    page.says("It is yours. Thank you.", "room for 1", "Tomorrow, 4 to 7 pm").never_says("Skip to the page", "Monday")
    page = hanas.post(f"{FRIDAY}/take", {"csrf": token}, headers={"HX-Request": "true"})
    assert page.status == 409
    page.says("You are down for that shift already.", "room for 1")


def test_the_last_place_is_gone_and_the_page_is_as_it_is_now(
    cast: dict[str, Person], hanas: Browser, database: Database
) -> None:
    hanas.open("/rota")
    for name in ("Bea", "Femi"):
        is_down(database, cast[name])
    page = hanas.press("Take it")
    assert page.status == 409
    page.says("That shift is full: somebody was faster.", "Bea", "Femi", "16 to 22 November")
    assert who_is_down(database) == ["Bea", "Femi"]


def test_what_cannot_be_taken_any_more_is_said(hanas: Browser, database: Database, hands: Hands) -> None:
    token = hanas.open("/rota").forms[0].fields["csrf"][0]
    with database.transaction() as session:
        called_off.call_off(session, session.get_one(Slot, 1), why=Why.CLOSED, who=None, at=NOON)
    hanas.post(f"{FRIDAY}/take", {"csrf": token}).says("The line is closed that day, so nobody is needed.", "Closed")
    hanas.open(FRIDAY).says("The line is closed that day", "It was called off.").never_says("Take it")
    hands.at = SEVEN
    hanas.open("/rota").never_says("1 more", "Take it")


def test_whoever_is_down_elsewhere_then_is_not_asked_to_take_it(
    cast: dict[str, Person], hanas: Browser, database: Database
) -> None:
    token = hanas.open("/rota").forms[0].fields["csrf"][0]
    with database.transaction() as session:
        rota.write(session, session.get_one(Person, cast["Hana"].id), starts_at=FOUR - HOUR, ends_at=FOUR + HOUR)
    hanas.open("/rota").says("1 more").never_says("Take it<")
    hanas.post(f"{FRIDAY}/take", {"csrf": token}).says("You have another shift at that time.")


# Leaving, and cover


def test_a_shift_is_left_only_after_it_is_said_what_happens(
    cast: dict[str, Person], hanas: Browser, database: Database
) -> None:
    is_down(database, cast["Hana"])
    page = hanas.open("/rota")
    hanas.open(page.links["Swap or leave it"]).says("Then it needs somebody", "the organisers are told")
    hanas.press("Leave it").says("You have left it, and it is open to the others.", "1 more")
    assert who_is_down(database) == []
    hanas.open(FRIDAY).says("Hana left it.", "Nobody.")


def test_what_has_begun_is_ended_on_the_desk_and_not_left(
    cast: dict[str, Person], hanas: Browser, database: Database, hands: Hands
) -> None:
    is_down(database, cast["Hana"])
    page = hanas.open("/rota")
    hanas.open(page.links["Swap or leave it"])
    hands.at = FOUR + HOUR
    page = hanas.press("Leave it")
    assert page.status == 409
    page.says("That shift has begun. End your shift on the desk instead.")
    hanas.open(hanas.open("/rota").links["I cannot finish it"]).says("End my shift", "Ask for cover")
    assert who_is_down(database) == ["Hana"]


def test_cover_is_asked_for_and_another_takes_it_over(
    cast: dict[str, Person], hanas: Browser, signed_in: SignIn, database: Database
) -> None:
    is_down(database, cast["Hana"])
    hanas.open("/rota")
    hanas.press("Ask for cover").says("It stays yours until somebody takes it over.", "needs cover")
    beas = signed_in(cast["Bea"])
    beas.open("/rota").says("Hana needs cover Friday 4 to 7 pm.")
    beas.press("Take it over").says("It is yours now", "You are on today and Friday.").never_says("needs cover")
    assert who_is_down(database) == ["Bea"]
    beas.open(FRIDAY).says("Hana asked for cover.", "Bea has it instead of Hana.")


def test_of_two_who_take_it_over_the_second_hears_that_somebody_was_faster(
    cast: dict[str, Person], hanas: Browser, signed_in: SignIn, database: Database
) -> None:
    is_down(database, cast["Hana"])
    hanas.open("/rota")
    hanas.press("Ask for cover")
    beas, femis = signed_in(cast["Bea"]), signed_in(cast["Femi"])
    beas.open("/rota")
    femis.open("/rota")
    beas.press("Take it over")
    page = femis.press("Take it over")
    assert page.status == 409
    page.says("Somebody was faster. Thank you all the same.", "Bea")
    hanas.open("/rota").never_says("needs cover")


def test_cover_is_withdrawn_and_the_page_that_still_showed_it_says_so(
    cast: dict[str, Person], hanas: Browser, signed_in: SignIn, database: Database
) -> None:
    is_down(database, cast["Hana"])
    hanas.open("/rota")
    hanas.press("Ask for cover")
    beas = signed_in(cast["Bea"])
    beas.open("/rota")
    hanas.open("/rota")
    hanas.press("I can do it after all").says("It stays yours.").never_says("needs cover")
    beas.press("Take it over").says("Hana does not need cover any more.")
    hanas.open("/rota/shifts/4")
    hanas.press("I will be there").says("Everybody can see that you will be there.", "confirmed")


def test_a_handler_acts_for_herself_only(
    cast: dict[str, Person], hanas: Browser, signed_in: SignIn, database: Database
) -> None:
    is_down(database, cast["Hana"])
    beas = signed_in(cast["Bea"])
    token = beas.open("/yours").forms[0].fields["csrf"][0]
    with database.reading() as session:
        theirs = session.scalars(select(Shift.id).where(Shift.slot_id == 1)).one()
    for act in ("leave", "cover", "keep", "confirm"):
        beas.post(f"/rota/shifts/{theirs}/{act}", {"csrf": token}).says("That is somebody else's shift.")
    beas.post(f"/rota/shifts/{theirs}/take-off", {"csrf": token, "why": "x"}).says("Only an organiser")
    beas.post(f"{FRIDAY}/put-down", {"csrf": token, "person": cast["Femi"].id}).says("Only an organiser")
    assert beas.open(f"/rota/shifts/{theirs}").path == FRIDAY
    assert who_is_down(database) == ["Hana"]


def test_another_says_beforehand_that_she_could_come_instead(
    cast: dict[str, Person], hanas: Browser, database: Database
) -> None:
    is_down(database, cast["Bea"])
    hanas.open(FRIDAY)
    page = hanas.press("I could come instead").says("If they need cover, you are asked first.")
    page.says("You could come instead.", "Hana could come instead of Bea.")
    hanas.press("I could not come instead after all").never_says("You could come instead.")


# Swapping


def a_swap(cast: dict[str, Person], browser: Browser, database: Database) -> Shift:
    """Hana has Friday and Bea Saturday, and Hana proposes to swap."""
    is_down(database, cast["Hana"])
    with database.transaction() as session:
        bea = session.get_one(Person, cast["Bea"].id)
        theirs = rota.write(session, bea, starts_at=FOUR + DAY, ends_at=SEVEN + DAY)
    page = browser.open("/rota")
    page = browser.open(page.links["Swap or leave it"])
    browser.open(page.links["Swap it"]).says("Swap tomorrow, 4 to 7 pm", "Saturday 21, 4 to 7 pm: Bea")
    browser.press("Ask them to swap", theirs="").says("Choose whose shift it shall be.")
    browser.press("Ask them to swap", theirs=str(theirs.id)).says("You asked Bea to swap, until 4 pm tomorrow")
    return theirs


def test_two_swap_when_the_other_has_said_yes(
    cast: dict[str, Person], hanas: Browser, signed_in: SignIn, database: Database
) -> None:
    a_swap(cast, hanas, database)
    beas = signed_in(cast["Bea"])
    beas.open("/rota").says(
        "Hana would like to swap. You would do Hana\u2019s shift, tomorrow, 4 to 7 pm, and Hana yours, Saturday 21"
    )
    beas.press("Yes, swap").says("You have swapped", "You are on today and Friday.").never_says("would like to swap")
    assert who_is_down(database) == ["Bea"]
    hanas.open("/rota").says("You are on today and Saturday.").never_says("You asked Bea")
    hanas.open(FRIDAY).says("Bea has it instead of Hana.")


def test_a_swap_is_refused_or_called_off_and_both_stay_as_they_are(
    cast: dict[str, Person], hanas: Browser, signed_in: SignIn, database: Database
) -> None:
    theirs = a_swap(cast, hanas, database)
    beas = signed_in(cast["Bea"])
    beas.open("/rota")
    beas.press("No, keep mine").says("Both stay as they are")
    hanas.open("/rota/shifts/4/swap")
    hanas.press("Ask them to swap", theirs=str(theirs.id))
    beas.open("/rota")
    hanas.press("Call it off").says("Both stay as they are.").never_says("You asked Bea")
    beas.press("Yes, swap").says("That swap is settled already, or was called off.")
    assert who_is_down(database) == ["Hana"]


def test_a_swap_with_somebody_who_has_left_cannot_be_any_more(
    cast: dict[str, Person], hanas: Browser, signed_in: SignIn, database: Database
) -> None:
    a_swap(cast, hanas, database)
    beas = signed_in(cast["Bea"])
    beas.open("/rota")
    page = hanas.open("/rota")
    hanas.open(page.links["Swap or leave it"])
    hanas.press("Leave it")
    page = beas.press("Yes, swap")
    assert page.status == 409
    page.says("Hana does not have that shift any more.").never_says("would like to swap")


def test_whoever_has_stopped_our_texts_is_to_be_rung_about_a_swap(
    cast: dict[str, Person], hanas: Browser, signed_in: SignIn, database: Database
) -> None:
    with database.transaction() as session:
        session.get_one(Person, cast["Bea"].id).stopped_texts_at = NOON
    a_swap(cast, hanas, database)
    ring_them = "They have stopped our texts, so ring them."
    assert hanas.page is not None
    hanas.page.says(ring_them)
    with database.transaction() as session:
        assert session.scalars(select(Message).where(Message.person_id == cast["Bea"].id)).all() == []
        session.get_one(Person, cast["Bea"].id).stopped_texts_at = None
        session.get_one(Person, cast["Hana"].id).stopped_texts_at = NOON
    beas = signed_in(cast["Bea"])
    beas.open("/rota")
    beas.press("Yes, swap").says(ring_them)


def test_a_landline_is_asked_for_neither_cover_nor_a_swap_which_could_not_be_answered(
    cast: dict[str, Person], hanas: Browser, database: Database
) -> None:
    with database.transaction() as session:
        session.get_one(Person, cast["Bea"].id).phone = "+442079460120"
    theirs = a_swap(cast, hanas, database)
    assert hanas.page is not None
    hanas.page.says("A text does not reach them, so ring them")
    with database.transaction() as session:
        assert session.scalars(select(Message).where(Message.person_id == cast["Bea"].id)).all() == []
        free = {person.id for person in might.free(session, session.get_one(Shift, theirs.id - 1), at=NOON)}
        assert cast["Bea"].id not in free


# An organiser, for others


def test_an_organiser_puts_somebody_down_and_takes_them_off_and_they_hear_why(
    cast: dict[str, Person], signed_in: SignIn, database: Database
) -> None:
    olives = signed_in(cast["Olive"])
    olives.open(FRIDAY).says("One more is needed.", "Put somebody down")
    assert olives.press("Put them down", person="").says("Choose who it is.").refuses == {"person"}
    olives.press("Put them down", person=str(cast["Bea"].id)).says(
        "Saved. They hear so by text.", "Olive put Bea down."
    )
    assert "you are now down for a shift on Friday 20 November, 4 to 7 pm" in told(database, cast["Bea"])[-1]
    page = olives.press("Take Bea off", why="")
    assert page.status == 409
    page.says("Say why in a few words: they are told.")
    assert len(page.refuses) == 1
    olives.press("Take Bea off", why="The hall is shut.").says("Olive took Bea off.", "Nobody.")
    assert told(database, cast["Bea"])[-1].endswith("Why: The hall is shut.")
    assert told(database, cast["Olive"]) == []
    olives.press("Put them down", person=str(cast["Olive"].id)).says("Saved.").never_says("They hear so")
    with database.transaction() as session:
        session.get_one(Person, cast["Bea"].id).stopped_texts_at = NOON
    olives.press("Put them down", person=str(cast["Bea"].id)).says("They have stopped our texts, so ring them.")


def test_one_persons_shifts_are_to_be_seen(cast: dict[str, Person], hanas: Browser, database: Database) -> None:
    is_down(database, cast["Bea"])
    page = hanas.open(hanas.open(FRIDAY).links["Bea"])
    page.says("Bea has two shifts to come.", "Tomorrow, 4 to 7 pm")
    hanas.open(f"/rota/people/{cast['Hana'].id}").says("You have one shift to come.", "with Bea")


# Weeks of all kinds


def test_whoever_is_there_for_a_part_of_it_is_shown_with_their_hours(
    cast: dict[str, Person], hanas: Browser, database: Database, hands: Hands
) -> None:
    is_down(database, cast["Bea"])
    hands.at = FOUR + HOUR
    with database.transaction() as session:
        rota.end_now(session, session.get_one(Person, cast["Bea"].id), at=FOUR + HOUR / 2)
        rota.start_now(session, session.get_one(Person, cast["Femi"].id), at=FOUR + HOUR)
    hanas.open("/rota").says("until 4:30 pm", "from 5 pm")
    hanas.open(FRIDAY).says("Bea ended it early.")


def test_many_in_one_cell_are_told_as_the_first_few_and_how_many_more(
    cast: dict[str, Person], hanas: Browser, database: Database
) -> None:
    with database.transaction() as session:
        slot = session.get_one(Slot, 1)
        for number in range(30):
            person = a_handler(session, f"Volunteer{number}", on_shift=False)
            rota.write(session, person, starts_at=slot.starts_at, ends_at=slot.ends_at, slot=slot)
    page = hanas.open("/rota").says("Volunteer7", "and 22 more")
    hanas.open(page.links["and 22 more Friday, 4 to 7 pm"]).says("Volunteer29")


def test_the_week_is_drawn_again_only_when_somebodys_shift_has_moved(
    cast: dict[str, Person], hanas: Browser, database: Database
) -> None:
    asks: dict[str, Any] = {"headers": {"hx-request": "true"}}
    drawn = hanas.open("/rota/live", **asks)
    found = re.search(r"/rota/live\?[^\"]*since=\d+[^\"]*", drawn.html)
    assert found
    address = html.unescape(found[0])
    assert hanas.open(address, **asks).status == 204
    hanas.open("/")
    hanas.press("Pause my phone")
    assert hanas.open(address, **asks).status == 204
    is_down(database, cast["Bea"])
    hanas.open(address, **asks).says("Bea")
