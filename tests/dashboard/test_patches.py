"""The street's view: what is covered, who is asked in what order, streets drawn anew, and the paper pack."""

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from helpline import away, history, offers, people, promises, taking
from helpline.db import Database
from helpline.history import Event, Reading
from helpline.messages import Message
from helpline.offers import O, Offer
from helpline.people import HatName, Person
from helpline.places import Numbers, Side
from helpline.requests import HelpRequest
from helpline.wording import Kind
from tests.builders import NOON, a_coordinator, a_handler, a_patch, a_street
from tests.dashboard.browser import Browser
from tests.dashboard.cast import a_request
from tests.dashboard.conftest import Find, SignIn
from tests.dashboard.links import link_in


@pytest.fixture
def ward(database: Database) -> None:
    """Bea organises; Coral and Deepak look after The Groves; nobody looks after Elm, nor Zebra Lane, which is in no patch."""
    with database.transaction() as session:
        bea = a_handler(session, "Bea")
        people.wear(session, bea, HatName.ORGANISER, at=NOON)
        a_handler(session, "Hana")
        a_street(session, "Acacia Road")
        a_street(session, "Quince Lane")
        a_street(session, "Elm Walk", patch="Elm")
        a_street(session, "Larch Avenue", numbers=Numbers(1, 59, Side.ALL))
        a_street(session, "Larch Avenue", patch="Elm", numbers=Numbers(61, None, Side.ALL))
        a_coordinator(session, "Coral", phone="+447700900003")
        a_coordinator(session, "Deepak", phone="+447700900004", deputy=True)


@pytest.fixture
def bea(ward: None, signed_in: SignIn, find: Find) -> Browser:
    return signed_in(find("Bea"))


def texts(database: Database, words: str) -> list[str]:
    with database.reading() as session:
        found = [one for one in session.scalars(select(Message).order_by(Message.id)) if words in (one.body or "")]
        return [one.phone or "" for one in found]


def test_the_heading_is_how_many_streets_have_somebody(bea: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        away.say_away(
            session,
            session.merge(find("Coral")),
            NOON.date(),
            NOON.date() + timedelta(days=2),
            who=session.merge(find("Bea")),
            at=NOON,
        )
        a_request(session, session.merge(find("Hana")), on="Elm Walk")
    page = bea.open("/patches")
    page.says(
        "2 of 4 streets have somebody.", "Two streets have no coordinator.", "Coral is away until Saturday 21 November."
    )
    page.says("Elm Walk asked once in four weeks Name somebody", "Larch Avenue, 61 upwards nobody has rung yet")
    page.says("Deepak is asked first until Saturday 21 November", "Nobody looks after it yet")
    page.never_says("Rita", "Marsh", "900118")


def test_an_organiser_names_a_deputy_moves_them_up_and_takes_the_hat_off_and_everybody_is_told(
    bea: Browser, database: Database, find: Find
) -> None:
    bea.open("/patches/1").says("Coral is asked first for The Groves.", "1. Coral coordinator", "2. Deepak deputy")
    page = bea.press("Name them", name="Priti Shah", number="12", hat="deputy")
    assert page.status == 422
    page.says("Choose somebody, or write a name and a whole telephone number.")
    assert page.refuses == {"hat"}
    assert bea.press("Save the name", name=" ").refuses == {"patch-name"}
    bea.press("Name them", name="Priti Shah", number="07700 900055", hat="deputy").says("3. Priti deputy")
    told = texts(database, "Priti is deputy for The Groves now. Asked in this order: Coral, Deepak, Priti")
    assert set(told) == {"+447700900003", "+447700900004", "+447700900055"}
    page = bea.post("/patches/1/hats/sooner", {"csrf": page.forms[0].fields["csrf"], "person": str(find("Priti").id)})
    page.says("2. Priti deputy", "3. Deepak deputy")
    with database.transaction() as session:
        a_request(session, session.merge(find("Hana")))
    off = {"csrf": page.forms[0].fields["csrf"], "person": str(find("Coral").id)}
    bea.post("/patches/1/hats/off", off).says("1. Priti deputy", "2. Deepak deputy")
    assert "+447700900003" in texts(database, "Coral does not look after The Groves any more")
    with database.reading() as session:
        states = [(offer.person.first_name, offer.state) for offer in session.scalars(select(Offer).order_by(Offer.id))]
    assert states == [("Coral", O.LAPSED), ("Priti", O.OPEN)], "what she was asked goes to the next"
    assert bea.post("/patches/1/hats/off", off).status == 200  # twice


def test_whoever_is_no_organiser_reads_and_changes_nothing(
    ward: None, signed_in: SignIn, database: Database, find: Find
) -> None:
    hana = signed_in(find("Hana"))
    page = hana.open("/patches/1")
    page.says("Coral is asked first").never_says("Take the hat off", "Name somebody")
    typed = {"person": str(find("Deepak").id), "name": "Birch Lane", "hat": "deputy", "numbers_0": "", "patch_0": "1"}
    with database.reading() as session:
        before = history.latest(session)
    for status, path in (
        (409, "/patches"),
        (409, "/patches/1/name"),
        (422, "/streets/new"),
        (422, "/streets/1"),
        (409, "/patches/1/hats"),
        (409, "/patches/1/hats/off"),
        (409, "/patches/1/hats/sooner"),
    ):
        refused = hana.post(path, {"csrf": page.forms[0].fields["csrf"], **typed})
        assert refused.status == status, path
        refused.says("Only an organiser changes")
    with database.reading() as session:
        assert history.latest(session) == before


def test_the_link_to_the_page_of_a_patch_is_sent_by_text(bea: Browser, database: Database, find: Find) -> None:
    token = bea.open("/patches/1").forms[0].fields["csrf"]
    bea.post("/patches/1/send", {"csrf": token, "person": str(find("Deepak").id)}).says("on its way by text")
    assert texts(database, "your page for The Groves, with what is open and what was done: http") == ["+447700900004"]
    with database.reading() as session:
        sent = session.scalars(select(Event).where(Event.what == "link.sent")).one()
    assert (sent.who_id, sent.person_id) == (find("Bea").id, find("Deepak").id)
    with database.transaction() as session:
        session.get_one(Person, find("Deepak").id).phone = "+442079460120"
    page = bea.post("/patches/1/send", {"csrf": token, "person": str(find("Deepak").id)})
    page.says("Theirs is a landline, which shows no link.")


def test_whoever_sends_the_page_to_somebody_whose_hat_is_gone_by_then_is_told_so(
    bea: Browser, database: Database, find: Find
) -> None:
    gone = {"csrf": bea.open("/patches/1").forms[0].fields["csrf"], "person": str(find("Deepak").id)}
    bea.post("/patches/1/hats/off", gone)
    late = bea.post("/patches/1/send", gone)
    assert late.status == 409
    late.says("Deepak does not look after The Groves any more, so nothing was sent.")
    assert texts(database, "your page for The Groves") == []


def test_a_street_drawn_anew_says_first_what_changes_and_then_what_is_open_goes_along(
    bea: Browser, database: Database, find: Find
) -> None:
    with database.transaction() as session:
        a_coordinator(session, "Agnieszka", of="Elm", phone="+447700900009")
        hana = session.merge(find("Hana"))
        taken, free = a_request(session, hana), a_request(session, hana, kinds=(Kind.DOG_WALK,), asked=False)
        held = offers.holder_of(session, taken)
        assert held is not None
        taking.accept(session, held, at=NOON)
        ids, elm = (taken.id, free.id), a_patch(session, "Elm").id
    page = bea.open("/streets/1")
    page.says("Acacia Road is in The Groves.")
    typed: dict[str, Any] = {"numbers_0": "1-13", "patch_0": "1", "numbers_1": "14-", "patch_1": str(elm)}
    page = bea.press("Save", **typed)
    page.says(
        "Two open requests come along. What Coral took or was asked stays with them", "asked of the new patch at once"
    )
    with database.reading() as session:
        assert session.get_one(HelpRequest, ids[0]).patch_id != elm, "nothing is done before it is said"
    bea.press("Yes, save it so", **typed).says("Acacia Road is in The Groves and Elm.")
    with database.reading() as session:
        assert [session.get_one(HelpRequest, one).patch_id for one in ids] == [elm, elm]
        live = {offer.request_id: offer.person.first_name for offer in session.scalars(select(Offer))}
    assert live == {ids[0]: "Coral", ids[1]: "Agnieszka"}


def test_a_street_of_many_blocks_is_saved_as_it_was_with_those_in_everywhere_else(
    bea: Browser, database: Database
) -> None:
    with database.transaction() as session:
        for number in range(12):
            a_street(
                session, "Larch Avenue", patch="The Rest", numbers=Numbers(0, 0, named=f"{'Long ' * 13}Court {number}")
            )
        a_patch(session, "The Rest").everywhere_else = True
    page = bea.open("/streets/4").says("Larch Avenue is in The Groves, Elm and The Rest.")
    before = page.form_with("Save").fields
    chosen = re.findall(r'<option value="(\d+)"\s+selected', page.html)
    assert len(chosen) == 14
    bea.press("Save", **{f"patch_{row}": patch for row, patch in enumerate(chosen)}).says("Saved.")
    page = bea.open("/streets/4")
    assert page.form_with("Save").fields == before
    assert re.findall(r'<option value="(\d+)"\s+selected', page.html) == chosen


@pytest.mark.parametrize(
    ("typed", "field", "why"),
    [
        ({"name": " "}, "name", "Write the name of the street."),
        ({"name": "quince lane"}, "name", "Quince Lane is on our list already."),
        ({"name": "Medlar Street", "numbers_0": "9-1", "patch_0": "1"}, "houses", "run backwards"),
        ({"name": "Medlar Street", "numbers_0": "9"}, "houses", "Say in which patch"),
        (
            {"name": "Medlar Street", "numbers_0": "9", "patch_0": "1", "numbers_1": "9", "patch_1": "2"},
            "houses",
            "there twice",
        ),
    ],
)
def test_a_street_that_cannot_be_added_is_a_sentence_beside_the_field_and_keeps_its_words(
    bea: Browser, typed: dict[str, Any], field: str, why: str
) -> None:
    bea.open("/streets/new")
    page = bea.press("Add the street", **typed)
    assert page.status == 422
    page.says(why)
    assert page.refuses == {field}
    assert f'value="{typed["name"].strip()}"' in page.html
    bea.press("Add the street", name="Medlar Street", numbers_0="", patch_0="1", numbers_1="").says(
        "Medlar Street is in", "Added."
    )


def test_the_paper_pack_holds_what_is_needed_and_is_written_down(bea: Browser, database: Database, find: Find) -> None:
    with database.transaction() as session:
        a_request(session, session.merge(find("Hana")))
    page = bea.open("/patches/paper")
    page.says(
        "Thursday 19 November. Shred me on Thursday 26 November.",
        "1. Coral 07700 900003",
        "Acacia Road, Larch Avenue 1 to 59, Quince Lane",
    )
    page.says(
        "2 pm to 7 pm" if "2 pm to 7 pm" in page.words else "to 6:47 pm",
        "Rita Marsh, 14 Acacia Road",
        "07700 900118",
        "Coral, asked",
    )
    bea.open("/patches/paper?patch=2").says("What is open: 0").never_says("Rita", "Coral")
    with database.reading() as session:
        assert [(one.what, one.reader_id) for one in session.scalars(select(Reading))] == [("paper", find("Bea").id)]


def test_she_says_on_her_patch_that_she_is_away(bea: Browser, visitor: Browser, database: Database, find: Find) -> None:
    token = bea.open("/patches/1").forms[0].fields["csrf"]
    bea.post("/patches/1/send", {"csrf": token, "person": str(find("Coral").id)})
    with database.reading() as session:
        body = next(one.body for one in session.scalars(select(Message)) if "your page for" in (one.body or ""))
    visitor.open("/p/" + body.rpartition("/p/")[2])
    visitor.press("Show my patch")
    page = visitor.press("Save these days", first="2026-11-21", last="2026-11-20")
    assert page.status == 422
    page.says("That ends before it begins")
    visitor.press("Save these days", first="2026-11-19", last="2026-11-21").says(
        "Thursday 19 November to Saturday 21 November"
    )
    bea.open("/patches/1").says("Deepak is asked first for The Groves.", "Coral is away until Saturday 21 November.")
    visitor.press("take this off").says("Taken off.")
    hours: dict[str, Any] = {"from": "22:00"}
    page = visitor.press("Save the hours", **hours, until="late").says("Write the times like 21:00")
    assert (page.status, page.refuses) == (422, {"quiet"})
    assert 'value="late"' in page.html
    visitor.press("Save the hours", **hours, until="07:30").says("My quiet hours: 10 pm to 7:30 am")


def test_a_refused_press_keeps_whom_and_as_what_and_that_it_is_everywhere_else(bea: Browser) -> None:
    bea.open("/patches/1").says("1. Coral coordinator")
    assert bea.press("Name them", name="Priti Shah", number="12", hat="coordinator").status == 422
    bea.press("Name them", number="07700 900055").says("2. Priti coordinator")
    bea.open("/patches")
    everywhere: dict[str, Any] = {"else": "yes"}
    assert bea.press("Add the patch", name=" ", **everywhere).status == 422
    bea.press("Add the patch", name="The rest").says("The rest", "everywhere else")
    nowhere: dict[str, Any] = {"else": []}
    page = bea.press("Save the name", name=" ", **nowhere)
    assert (page.status, page.form_with("Save the name").fields.get("else")) == (422, None)


def test_a_phone_that_keeps_no_cookies_is_told_what_cannot_be(
    app: FastAPI, bea: Browser, database: Database, find: Find
) -> None:
    token = bea.open("/patches/1").forms[0].fields["csrf"]
    bea.post("/patches/1/send", {"csrf": token, "person": str(find("Coral").id)})
    with database.reading() as session:
        body = next(one.body for one in session.scalars(select(Message)) if "your page for" in (one.body or ""))
    asked = Browser(app).open("/p/" + body.rpartition("/p/")[2]).form_with("Show my patch")
    form = Browser(app).post(asked.action, asked.fields).form_with("Save the hours")
    page = Browser(app).post(form.action, {**form.fields, "from": "22:00", "until": "late"})
    page.says("Write the times like 21:00")
    assert (page.status, page.refuses) == (422, {"quiet"})


def test_what_a_street_was_called_once_is_said_on_its_page_and_then_it_is_found_by_it(bea: Browser) -> None:
    page = bea.open("/streets/2")
    bea.press("Save", patch_0="1", also="Old Mill Lane; the Cut").says("Saved.")
    page = bea.post("/streets", {"csrf": page.forms[0].fields["csrf"], "street": "old mill lane"})
    page.says("Quince Lane also Old Mill Lane Coral")
    bea.open("/streets/2")
    bea.press("Save", patch_0="1", also="a" * 250).says("Those are too many other names")


def test_a_street_on_no_list_goes_to_whoever_looks_after_everywhere_else(
    bea: Browser, visitor: Browser, database: Database, find: Find
) -> None:
    bea.open("/patches")
    everywhere: dict[str, Any] = {"name": "Everywhere else", "else": "yes"}
    page = bea.press("Add the patch", **everywhere)
    page.says("Added. Now name somebody who looks after it.", "Every street that is not on our list.")
    bea.press("Name them", person=str(find("Deepak").id), hat="coordinator")
    bea.post("/streets/promise", {"csrf": page.forms[0].fields["csrf"], "street": "Zebedee Lane", "unlisted": "yes"})
    with database.transaction() as session:
        request = a_request(session, session.merge(find("Hana")), on=None)
        offer = offers.holder_of(session, request)
        assert offer is not None
        assert (offer.person.first_name, request.state) == ("Deepak", "asking")
        assert promises.promise(session, None, None, at=NOON).words.startswith(
            "“Deepak looks after streets like that one."
        )
        taking.accept(session, offer, at=NOON)
    assert set(texts(database, "hopping near a street not on our list")) == {"+447700900004"}
    visitor.open(link_in(database, "details"))
    visitor.press("Show me who and where").says("14 Zebedee Lane")
