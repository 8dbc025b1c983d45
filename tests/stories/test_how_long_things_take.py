"""An organiser changes how long things take while the line is in use: what is promised stays, what comes after is as she said."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline import people, rings
from helpline.db import Database
from helpline.offers import Offer
from helpline.people import HatName, Person
from helpline.rings import Ring
from tests import builders
from tests.builders import NOON
from tests.stories.evening import Browser, Evening
from tests.stories.test_the_whole_road import save

RITA = "+442079460118"
S, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HERE = "/settings/durations"


@pytest.fixture
def bea(database: Database) -> Person:
    """She organises, and is on shift."""
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        builders.a_coordinator(session, "Coral Reid", phone="+447700900201")
        bea = builders.a_handler(session, "Bea Marsh")
        people.wear(session, bea, HatName.ORGANISER, at=NOON)
    return bea


def change(desk: Browser, **typed: str) -> None:
    """As the page sends it: with what was seen of each."""
    seen = dict(re.findall(r'name="(seen_\w+)"\s+value="(\d*)"', desk.get(HERE).text))
    answer = desk.post(HERE, {**seen, **typed}, on=HERE)
    assert answer.status_code == 303, desk.evening.exchange.transcript()


def sounded(line: Evening) -> list[float]:
    """How many seconds the telephone of each ring that is over sounded."""
    with line.read() as session:
        over = session.scalars(select(Ring).where(Ring.over_at.is_not(None)).order_by(Ring.id))
        return [(ring.over_at - ring.claimed_at) / S for ring in over if ring.over_at and ring.claimed_at]


def test_a_phone_that_rings_already_rings_as_long_as_it_was_going_to(line: Evening, bea: Person) -> None:
    desk = line.desk(bea)
    line.phone(bea).behaves("no answer")
    call = line.phone(RITA, "Rita").dial().press("1").hears("We are ringing somebody")
    line.clock.advance(3)
    change(desk, ring="40 s")
    line.clock.advance(20)
    assert sounded(line) == pytest.approx([18], abs=1.5)
    change(desk, ring="5 s")  # before the second time, ten seconds after the first
    line.clock.advance(15)
    assert sounded(line) == pytest.approx([18, 5], abs=1.5)
    change(desk, ring="60 s", misses_before_pause="9")
    line.clock.advance(80)
    assert sounded(line) == pytest.approx([18, 5, 60], abs=1.5)
    assert not call.ended
    call.hang_up()


def test_what_is_spoken_and_texted_follows_and_a_time_once_told_stays(
    line: Evening, database: Database, bea: Person
) -> None:
    desk = line.desk(bea)
    rita = line.phone(RITA, "Rita").dial().press("1")
    leg = line.phone(bea).rings().press("1")
    rita.hears("You are through to Bea").wait(3)
    save(line, desk)
    coral = line.phone("+447700900201", "Coral").receives("within 1 h.")
    change(desk, wrap_up="2 min", offer_today="90 min")
    with database.reading() as session:
        offer = session.scalars(select(Offer)).one()
        assert offer.lapses_at - offer.asked_at < timedelta(minutes=61), "she was told one hour"
    rita.hang_up()
    leg.until_ended()
    line.clock.advance(20)
    again = line.phone(RITA, "Rita").dial().press("1")
    leg = line.phone(bea).rings(within=30).press("1")
    again.hears("You are through to Bea").wait(3)
    again.hang_up()
    leg.hears("You have two minutes to write it down.")
    desk.shows("Bea changed it from 5 min to 2 min today.", "Bea changed it from 1 h to 1 h 30 min today.", on=HERE)
    coral.replies("YES A")
    line.phone("+447700900201", "Coral").receives("Who and where")


def test_the_promise_that_is_spoken_before_the_tone_follows(line: Evening, bea: Person) -> None:
    desk = line.desk(bea)
    desk.post("/line/end", {})
    first = line.phone(RITA, "Rita").dial().press("1").hears("press 5").press("5").hears("We keep it for four weeks.")
    first.hang_up()
    page = desk.post(HERE, {"forget": "2 weeks"}, on=HERE)
    assert page.status_code == 422, "a promise is asked about"
    change(desk, forget="2 weeks", sure=str(14 * 86_400))
    again = line.phone(RITA, "Rita").dial().press("1").hears("press 5").press("5").hears("We keep it for two weeks.")
    again.hang_up()
    line.clock.advance(5)


def test_a_shorter_ring_does_not_make_us_forget_a_leg_that_is_answered_late(line: Evening, bea: Person) -> None:
    """The clock takes a leg without news for missed: counted from when that leg was to stop, not from what is so now."""
    desk = line.desk(bea)
    change(desk, ring="60 s")
    call = line.phone(RITA, "Rita").dial().press("1")
    phone = line.phone(bea)
    phone.behaves("no answer")
    line.clock.advance(3)
    change(desk, ring="5 s")
    line.clock.advance(50)
    with line.read() as session:
        live = rings.live_of(session, bea.id)
        assert live is not None, "it rings still"
        assert rings.seconds(live) == 60
    call.hang_up()
    line.clock.advance(70)
