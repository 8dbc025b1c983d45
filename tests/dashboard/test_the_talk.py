"""The call card while somebody talks: what it says, what can be pressed, and what is refused."""

import pytest
from sqlalchemy import select

from helpline import parting, rings, talking
from helpline.calls import C, Call, NextStep
from helpline.db import Database
from helpline.errands import Errand, ErrandKind
from helpline.rings import Ring, RingKind
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.dashboard.browser import Browser
from tests.dashboard.cast import a_call, a_request, a_sid, answered_by
from tests.dashboard.conftest import Find, SignIn

HX = {"HX-Request": "true"}


@pytest.fixture
def talk(signed_in: SignIn, database: Database, find: Find) -> tuple[Browser, int]:
    """Hana talks to Rita, whose street Coral looks after; Tomasz is free."""
    with database.transaction() as session:
        a_street(session, "Acacia Road")
        a_coordinator(session, "Coral", phone="+447700900003")
        hana = a_handler(session, "Hana", phone="+447700900001")
        a_request(session, hana)
        call = answered_by(session, hana, a_call(session))
        a_handler(session, "Tomasz", phone="+447700900002")
    return signed_in(find("Hana")), call.id


def call_of(database: Database, call_id: int) -> Call:
    with database.reading() as session:
        return session.get_one(Call, call_id)


def press(browser: Browser, call_id: int, action: str, **fields: object) -> Browser:
    token = browser.open("/").forms[0].fields["csrf"][0]
    browser.post(f"/calls/{call_id}/{action}", {"csrf": token, **fields}, headers=HX)
    return browser


def test_the_card_offers_what_can_be_done(talk: tuple[Browser, int]) -> None:
    hana, _ = talk
    hana.open("/").says("You are talking to Rita, probably", "Hold", "Bring in Coral", "Hand over to Tomasz")


def test_hold_is_a_wish_until_the_telephones_have_done_it(talk: tuple[Browser, int], database: Database) -> None:
    hana, call_id = talk
    press(hana, call_id, "hold").open("/").says("One moment. If nothing happens, press * on your phone.")
    assert (call_of(database, call_id).state, call_of(database, call_id).next_step) == (C.TALKING, NextStep.HOLD)
    with database.transaction() as session:
        assert session.scalars(select(Errand.kind)).one() == ErrandKind.MOVE_LEG
        talking.part(session, session.get_one(Call, call_id), at=NOON)
    hana.open("/").says("Rita, probably, is on hold", "Talk again", "Hand over to Tomasz")
    press(hana, call_id, "back")
    assert call_of(database, call_id).next_step == NextStep.BACK


def test_handing_over_to_somebody_who_is_not_free_is_refused_on_the_desk(
    talk: tuple[Browser, int], database: Database, find: Find
) -> None:
    hana, call_id = talk
    tomasz = find("Tomasz")
    with database.transaction() as session:
        rings.owe(session, session.merge(tomasz), call_id, at=NOON, kind=RingKind.CALL_BACK)
    token = hana.open("/").forms[0].fields["csrf"][0]
    page = hana.post(f"/calls/{call_id}/hand-over", {"csrf": token, "to": tomasz.id}, headers=HX, follow=False)
    assert page.status == 409
    page.says("Tomasz is not free just now.", "You are talking to Rita")


def test_who_is_being_rung_is_said(talk: tuple[Browser, int], database: Database, find: Find) -> None:
    hana, call_id = talk
    press(hana, call_id, "bring-in").open("/").says("We are ringing Coral.", "Talk on")
    with database.reading() as session:
        ring = session.scalars(select(Ring).where(Ring.kind == RingKind.JOIN)).one()
    assert ring.person_id == find("Coral").id
    press(hana, call_id, "bring-in")
    with database.reading() as session:
        assert len(session.scalars(select(Ring).where(Ring.kind == RingKind.JOIN)).all()) == 1, "pressed twice"
    with database.transaction() as session:
        found = session.get_one(Ring, ring.id)
        rings.claim(session, found, at=NOON)
        rings.leg_is(session, found, a_sid(), at=NOON)
        rings.answered(session, found, at=NOON)
        assert talking.joins(session, session.get_one(Call, call_id), found, at=NOON)
    hana.open("/").says("Coral is here. We are putting you together.")
    with database.transaction() as session:
        talking.part(session, session.get_one(Call, call_id), at=NOON)
        assert parting.third(session, session.get_one(Call, call_id)) is not None
    hana.open("/").says("You, Coral and Rita, probably, are talking", "Drop out", "Or just put the phone down")


def test_whom_to_bring_in_can_be_chosen_by_patch(talk: tuple[Browser, int], database: Database) -> None:
    hana, call_id = talk
    hana.open(f"/calls/{call_id}/bring-in").says("Whom shall we ring?", "The Groves", "Bring in Coral")


def test_another_handlers_call_is_not_mine_to_hold(talk: tuple[Browser, int], signed_in: SignIn, find: Find) -> None:
    _, call_id = talk
    his = signed_in(find("Tomasz"))
    token = his.open("/").forms[0].fields["csrf"][0]
    page = his.post(f"/calls/{call_id}/hold", {"csrf": token}, headers=HX, follow=False)
    assert page.status == 409
    page.says("That call is not yours any more.")
