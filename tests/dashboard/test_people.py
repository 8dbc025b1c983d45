"""People with hats, and the PINs with which they ring in."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import delete, event, select

from helpline import away, calls, mutual, offering, offers, people, pin_hash, pins, taking
from helpline.db import Database
from helpline.history import Reading
from helpline.people import DetailsBy, HatName, Person
from helpline.wording import Kind
from tests.builders import NOON, a_coordinator, a_handler, a_person, a_street
from tests.dashboard.cast import a_request
from tests.dashboard.conftest import Find, SignIn

PIN = "4738"


@pytest.fixture(autouse=True)
def everybody(database: Database) -> None:
    with database.transaction() as session:
        a_handler(session, "Hana Novak", phone="+447700900271")
        olga = a_handler(session, "Olga Lund")
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
        a_coordinator(session, "Coral Reid", of="The Groves")
        a_person(session, "Rita Marsh", phone="+447700900118")


def fits(database: Database, person: Person, pin: str) -> bool:
    with database.reading() as session:
        return pin_hash.fits(pins.hash_of(session, person), pin)


def readings(database: Database) -> list[tuple[str, int, int | None]]:
    with database.reading() as session:
        return [
            (one.what, one.reader_id, one.person_id) for one in session.scalars(select(Reading).order_by(Reading.id))
        ]


def test_everybody_with_a_hat_is_listed_with_what_is_with_them(
    signed_in: SignIn, find: Find, database: Database
) -> None:
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_request(session, find("Hana"))
        coral = session.get_one(Person, find("Coral").id)
        away.say_away(session, coral, NOON.date(), NOON.date() + timedelta(days=3), who=coral, at=NOON)
    browser = signed_in(find("Hana"))
    browser.open(f"/people/{find('Coral').id}").says("is asked 19 Nov", "Has until")
    with database.transaction() as session:
        session.execute(delete(Reading))
    page = browser.open("/people")
    page.says("3 people look after the line and the streets.", "Coral Reid", "The Groves", "Hana Novak", "Olga Lund")
    page.says("Has 1 request open.", "away until Sunday 22 November")
    page.never_says("Rita")
    browser.open("/people?hat=organiser").says("Olga Lund").never_says("Coral Reid")
    browser.open("/people?hat=neighbour").says("Nobody yet.")
    assert readings(database) == [], "a list shows no details"


@pytest.mark.parametrize(
    ("typed", "found", "said"),
    [
        ("marsh", ["Rita Marsh"], "One person goes by that."),
        ("RITA  Márshe", [], "Nobody goes by that."),
        ("07700 900118", ["Rita Marsh"], "One person goes by that."),
        ("118", ["Rita Marsh"], "One person goes by that."),
        ("coral", ["Coral Reid"], "One person goes by that."),
        ("  ", None, "Write a whole word of a name"),
    ],
)
def test_anybody_is_found_by_a_word_or_a_number(
    signed_in: SignIn, find: Find, typed: str, found: list[str] | None, said: str
) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/people")
    page = browser.press("Find", q=typed)
    page.says(said)
    assert page.path == "/people/search", "and nothing of it is in an address"
    assert page.status == (422 if found is None else 200)
    everybody = {"Rita Marsh", "Coral Reid"}
    page.says(*(found or ()))
    page.never_says(*(everybody - set(found or ())))


def test_a_residents_page_tells_what_they_asked_for_and_gave_and_that_it_was_read(
    signed_in: SignIn, find: Find, database: Database
) -> None:
    rita, hana = find("Rita"), find("Hana")
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        people.wear(session, session.get_one(Person, rita.id), HatName.COORDINATOR, at=NOON, patch_id=1)
        a_request(session, hana, at=NOON - timedelta(days=3), asked=False)
        theirs = a_request(session, hana, kinds=(Kind.LIFT,), at=NOON - timedelta(days=1), asked=False)
        theirs.resident_id = None
        offering.ask_next(session, theirs, at=NOON)
        coral = session.get_one(Person, find("Coral").id)
        taking.pass_on(session, offers.live_of_person(session, coral)[0], at=NOON)
        (offer,) = offers.live_of_person(session, session.get_one(Person, rita.id))
        taking.accept(session, offer, at=NOON)
    browser = signed_in(hana)
    page = browser.open(f"/people/{rita.id}")
    page.says("Rita Marsh", "gave 19 Nov", "asked 16 Nov", "Took it, and is on it", "ends 118")
    assert page.words.index("gave 19 Nov") < page.words.index("asked 16 Nov"), "one story, newest first"
    page.never_says("900118", "Milk")
    assert readings(database) == [("person", hana.id, rita.id)]
    browser.press("show it").says("07700 900118", "That you saw it is written down.")
    browser.open(f"/people/{rita.id}")
    assert readings(database) == [("person", hana.id, rita.id), ("number", hana.id, rita.id)], "once an hour is enough"
    browser.open(f"/people/{hana.id}").says("Hana Novak", "07700 900271")
    assert len(readings(database)) == 2, "one's own is no reading"


def test_a_long_story_goes_on_over_pages_and_tells_everything_once(
    signed_in: SignIn, find: Find, database: Database
) -> None:
    rita, hana = find("Rita"), find("Hana")
    with database.transaction() as session:
        for _ in range(mutual.MOST + 3):  # all at one instant, as a table that was taken in would be
            a_request(session, hana, on=None, asked=False)
    browser, told = signed_in(hana), list[str]()
    page = browser.open(f"/people/{rita.id}")
    for _ in range(3):
        told += [link for link in page.links.values() if link.startswith("/requests/")]
        if "What was before" not in page.links:
            break
        page = browser.open(page.links["What was before"])
    assert len(told) <= 2, "links of one name are one in this reader"
    with database.reading() as session:
        first = mutual.story(session, rita)
        rest = mutual.story(session, rita, before=first.before)
    ids = [part.request.id for part in (*first.parts, *rest.parts)]
    assert sorted(ids, reverse=True) == ids
    assert len(set(ids)) == mutual.MOST + 3
    assert rest.before is None


def test_whoever_was_never_there_has_no_page(signed_in: SignIn, find: Find) -> None:
    browser = signed_in(find("Hana"))
    for path in ("/people/999", "/people/999/phone", f"/people/{find('Rita').id}/phone", "/people/999/hats"):
        assert browser.open(path).status == 404


def test_an_organiser_adds_somebody_and_a_number_that_is_taken_is_refused_with_its_page(
    signed_in: SignIn, find: Find
) -> None:
    browser = signed_in(find("Olga"))
    browser.open("/people/new")
    page = browser.press("Add them", name="Mina Okafor", phone="07700 900118", hat=["handler", "deputy"])
    page.says("Choose which patch they look after.")
    page = browser.press("Add them", patch="1")
    page.says("Somebody has that number already, and a number is one person's.")
    assert page.status == 422
    assert page.links["See whose it is"] == f"/people/{find('Rita').id}"
    assert 'value="Mina Okafor"' in page.html, "what was written stays"
    page = browser.press("Add them", phone="07700 900272", patch="1", hat=["handler", "deputy"])
    page.says("Added.", "Mina Okafor", "handler", "deputy The Groves")
    signed_in(find("Hana")).open("/people/new").says("Only an organiser adds people.").never_says("Add them")


def test_an_organiser_puts_a_name_and_a_number_right(signed_in: SignIn, find: Find, database: Database) -> None:
    hers, olga = signed_in(find("Hana")), signed_in(find("Olga"))
    hana = find("Hana")
    olga.open(f"/people/{hana.id}/change").says("Hana is signed out everywhere")
    olga.press("Save the name", name="Hana Nováková", languages="Czech and English").says(
        "Saved.", "Hana Nováková", "Czech, English"
    )
    olga.open(f"/people/{hana.id}/change")
    olga.press("Save the new number", phone="0770").says("That is not a whole telephone number.")
    olga.press("Save the new number", phone="07700 900273").says("What we owe Hana goes to the new number", "ends 273")
    assert hers.open("/").path == "/sign-in", "whoever has the old telephone may be somebody else"
    olga.open(f"/people/{find('Olga').id}/change")
    olga.press("Save the new number", phone="07700 900274").says("Saved.")
    olga.open("/").says("Olga")
    page = signed_in(find("Hana")).open(f"/people/{hana.id}/change")
    page.says("Only an organiser changes a name or a number.").never_says("Save the name")


def test_what_follows_is_said_before_a_hat_is_taken_off(signed_in: SignIn, find: Find) -> None:
    olga, hana = signed_in(find("Olga")), find("Hana")
    browser = signed_in(hana)
    page = olga.open(f"/people/{hana.id}/hats")
    page = olga.open(page.links["Take it off"])
    page.says(
        "Is Hana no longer a handler?", "One shift is left open, the first now.", "Hana is signed out of the desk"
    )
    olga.press("Take the hat off").says("Taken off.", "A neighbour we know by a number.")
    assert browser.open("/").path == "/sign-in"
    page = olga.open(f"/people/{find('Olga').id}/hats")
    taken_off = [link for link in page.html.split('"') if link.endswith("/off")]
    olga.open(taken_off[-1]).says("Nobody else is organiser.").never_says("Take the hat off")
    olga.open(f"/people/{hana.id}/hats")
    page = olga.press("Give the hat").says("Choose a hat first.")
    assert (page.status, page.refuses) == (422, {"hat"})
    page = olga.press("Give the hat", hat="coordinator").says("A coordinator looks after a patch: choose which.")
    assert page.refuses == {"patch"}
    olga.press("Give the hat", hat="coordinator", patch="1").says("Hana wears it now.", "coordinator The Groves")


def test_a_lost_telephone_is_signed_out_by_an_organiser(signed_in: SignIn, find: Find) -> None:
    hana = find("Hana")
    lost, olga = signed_in(hana), signed_in(find("Olga"))
    olga.open(f"/people/{hana.id}/phone").says("Signed in on", "Chrome on Linux")
    olga.press("Sign out").says("Signed out. It opens nothing any more.", "Nowhere just now.")
    assert lost.open("/").path == "/sign-in"
    tomasz = signed_in(hana)
    page = tomasz.open(f"/people/{find('Olga').id}/phone").never_says("Signed in on")
    assert page.forms == []


def test_a_handler_sets_her_own_pin_and_it_is_never_shown(signed_in: SignIn, find: Find, database: Database) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/yours").says("There is none yet, so ringing in opens only the ordinary menu.")
    page = browser.press("Save the PIN", pin=PIN, again=PIN)
    page.says(
        "Saved. It works from the next time you ring in.", "There is one. You set it, 2:47 pm. It is never shown."
    )
    page.never_says(PIN)
    assert fits(database, find("Hana"), PIN)
    browser.press("Take the PIN away").says("Taken away.", "There is none yet")
    assert not fits(database, find("Hana"), PIN)


@pytest.mark.parametrize(
    ("pin", "again", "why"),
    [
        ("1234", "1234", "Figures in a row, like 1234, are tried first. Choose another."),
        ("0271", "0271", "That is part of their own number"),
        ("473", "473", "A PIN has 4 to 8 figures."),
        (PIN, "4739", "The two are not the same. Write the same PIN in both."),
    ],
)
def test_what_will_not_do_is_said_beside_the_field_and_not_shown_again(
    signed_in: SignIn, find: Find, database: Database, pin: str, again: str, why: str
) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/yours")
    page = browser.press("Save the PIN", pin=pin, again=again)
    assert page.status == 422
    page.says(why, "Your devices")
    assert f'value="{pin}"' not in page.html
    assert not fits(database, find("Hana"), pin)


def test_an_organiser_sets_and_clears_a_coordinators(signed_in: SignIn, find: Find, database: Database) -> None:
    browser, coral = signed_in(find("Olga")), find("Coral")
    browser.open("/people").never_says("has no PIN for it yet")
    with database.transaction() as session:
        session.get_one(Person, coral.id).details_by = DetailsBy.VOICE
    browser.open("/people").says("Hears who and where on the telephone, and has no PIN for it yet.")
    browser.open(f"/people/{coral.id}").says("Coral Reid", "coordinator The Groves")
    browser.open(f"/people/{coral.id}/phone").says("Tell Coral by word of mouth")
    browser.press("Save the PIN", pin=PIN, again=PIN).says("Saved. It works from the next time Coral rings.")
    assert fits(database, coral, PIN)
    with database.reading() as session:
        found = pins.of(session, coral)
        assert found is not None
        assert found.set_by_id == find("Olga").id
    browser.press("Take the PIN away").says("Taken away.")
    assert not fits(database, coral, PIN)


def test_nobody_else_sets_anybodys(signed_in: SignIn, find: Find, database: Database) -> None:
    browser, coral = signed_in(find("Hana")), find("Coral")
    page = browser.open(f"/people/{coral.id}/phone").says("Coral sets it on the desk, or an organiser does.")
    assert page.forms == []
    token = browser.open("/yours").form("/yours/pin").fields["csrf"][0]
    for path, data in ((f"/people/{coral.id}/pin", {"pin": PIN, "again": PIN}), (f"/people/{coral.id}/pin/clear", {})):
        page = browser.post(path, {"csrf": token, **data})
        assert page.status == 409
        page.says("Only an organiser sets somebody else's PIN.")
    assert not fits(database, coral, PIN)


def test_no_transaction_is_open_while_the_hash_is_made(
    signed_in: SignIn, find: Find, database: Database, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(find("Hana"))
    browser.open("/yours")
    open_now, seen = [0], []
    engines = {database.writer, database.reader}
    for engine in engines:
        event.listen(engine, "begin", lambda _: open_now.__setitem__(0, open_now[0] + 1))
        for end in ("commit", "rollback"):
            event.listen(engine, end, lambda _: open_now.__setitem__(0, open_now[0] - 1))
    hasher = pin_hash._HASHER
    make = hasher.hash

    def looked_on(pin: str) -> str:
        seen.append(open_now[0])
        return make(pin)

    monkeypatch.setattr(hasher, "hash", looked_on)
    browser.press("Save the PIN", pin=PIN, again=PIN).says("Saved.")
    assert seen == [0]


def test_a_pin_that_was_closed_is_told_and_a_new_one_opens_it(
    signed_in: SignIn, find: Find, database: Database
) -> None:
    with database.transaction() as session:
        hana = session.get_one(Person, find("Hana").id)
        for nth in range(pins.LIMITS[0][0]):
            call = calls.arrive(session, f"CA{nth:032}", phone=hana.phone, at=NOON)
            assert pins.guess(session, hana, call_id=call.id, nth=1, at=NOON)
    browser = signed_in(find("Hana"))
    browser.open("/yours").says("Too many wrong ones were keyed in, so none is taken for a while.")
    browser.press("Save the PIN", pin=PIN, again=PIN).never_says("Too many wrong ones")
