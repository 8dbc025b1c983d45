"""While our door cannot be reached, reports are lost; the carrier's own lists tell us afterwards."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline import line as the_line
from helpline import restoring
from helpline.calls import Call, Ending
from helpline.db import Database
from helpline.defaults import DEFAULTS
from helpline.desk_items import DeskItem, ItemKind
from helpline.people import Person
from helpline.requests import Q
from helpline.texts import Text
from helpline.voicemails import Voicemail
from tests import builders
from tests.stories.evening import Evening
from tests.stories.stage import Wire
from tests.stories.test_passing_on import state, written

RITA, OSEI = "+442079460118", "+447700900142"
FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def wire(line: Evening) -> Iterator[Wire]:
    """The way to our door, which may be gone. The carrier complains of that, and is right."""
    line.exchange.wire = wire = Wire(line.doors)
    yield wire
    line.exchange.forgive(11205)


def the_call(line: Evening) -> Call:
    with line.read() as session:
        return session.scalars(select(Call)).one()


def on_the_desk(line: Evening) -> list[ItemKind]:
    with line.read() as session:
        return list(session.scalars(select(DeskItem.kind).where(DeskItem.state != "done")))


def test_a_hang_up_while_the_line_is_down_does_not_keep_the_handler(
    line: Evening, wire: Wire, database: Database
) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30).hears("Press 1").press("1").wait(5)
    wire.gone = True
    call.hang_up()
    leg.until_ended()
    wire.gone = False
    line.pass_time(FIVE_MINUTES)
    assert the_call(line).ending == Ending.ANSWERED
    with line.read() as session:
        (handler,) = the_line.handlers(session, line.clock.now() + DEFAULTS.wrap_up)
    assert handler.free


def test_a_handler_whose_ringing_back_ended_unheard_may_be_rung_again(
    line: Evening, wire: Wire, database: Database
) -> None:
    line.phone(RITA, "Rita").dial().hears("There is nobody on the line").until_ended(60)
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
        item = session.scalars(select(DeskItem)).one()
        the_line.ring_back(session, item, who=hana, at=line.clock.now())
    leg = line.phone(hana).rings(within=20).hears("Press 1").press("1")
    line.phone(RITA).rings(within=20)
    wire.gone = True
    leg.hang_up()
    line.clock.advance(1)
    wire.gone = False
    line.pass_time(FIVE_MINUTES)
    with line.read() as session:
        (handler,) = the_line.handlers(session, line.clock.now())
    assert handler.free


def test_a_caller_of_whom_we_never_heard_is_rung_back(line: Evening, wire: Wire) -> None:
    wire.gone = True
    line.phone(RITA, "Rita").dial().until_ended()
    line.clock.advance(1)
    wire.gone = False
    line.pass_time(FIVE_MINUTES)
    assert (the_call(line).phone, the_call(line).ending) == (RITA, Ending.CALL_BACK_OWED)
    line.pass_time(FIVE_MINUTES)
    assert on_the_desk(line) == [ItemKind.CALL_BACK], "once, however often the lists are read"


def test_a_night_with_everything_of_ours_down_is_caught_up_with(line: Evening, wire: Wire) -> None:
    line.pass_time(FIVE_MINUTES)
    wire.gone, line.clock_is_up = True, False
    line.phone(RITA, "Rita").dial().until_ended()
    line.pass_time(timedelta(hours=9))
    wire.gone, line.clock_is_up = False, True
    line.pass_time(timedelta(minutes=1))
    assert the_call(line).ending == Ending.CALL_BACK_OWED


def test_the_lists_are_asked_for_until_the_carrier_gives_them(line: Evening, wire: Wire) -> None:
    wire.gone = True
    line.phone(RITA, "Rita").dial().until_ended()
    line.clock.advance(1)
    wire.gone = False
    line.exchange.rest.trouble("Calls", status=503, times=3)
    line.pass_time(timedelta(minutes=12))
    assert the_call(line).ending == Ending.CALL_BACK_OWED


def test_a_message_left_while_the_line_was_down_is_heard(line: Evening, wire: Wire) -> None:
    call = line.phone(RITA, "Rita").dial().hears("press 5").press("5").hears("(beep)").wait(1)
    wire.gone = True
    call.speaks(6, "It is Rita").hang_up()
    line.clock.advance(2)
    wire.gone = False
    line.pass_time(FIVE_MINUTES)
    assert the_call(line).ending == Ending.MESSAGE_LEFT
    assert on_the_desk(line) == [ItemKind.VOICEMAIL]
    with line.read() as session:
        assert session.scalars(select(Voicemail)).one().sound, "we hold what she said"
    assert line.exchange.recordings == [], "and the carrier no longer does"


def test_a_yes_that_did_not_reach_us_is_a_yes(line: Evening, wire: Wire, database: Database) -> None:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        coral = builders.a_coordinator(session, "Coral Diaz")
        hana = builders.a_handler(session, "Hana Novak")
    written(line, hana)
    wire.gone = True
    line.phone(coral).receives("Shopping").replies("YES")
    wire.gone = False
    line.pass_time(FIVE_MINUTES)
    line.phone(coral).receives("is yours")
    line.phone(coral).receives("Who and where")
    assert on_the_desk(line) == []


def test_a_text_that_did_not_reach_us_is_read_by_a_person(line: Evening, wire: Wire) -> None:
    wire.gone = True
    line.phone(OSEI, "Mrs Osei").sends("Can you ring me please")
    wire.gone = False
    line.pass_time(FIVE_MINUTES)
    with line.read() as session:
        assert session.scalars(select(Text)).one().body == "Can you ring me please"
    assert on_the_desk(line) == [ItemKind.TEXT]
    line.phone(OSEI).receives("will read this")


@pytest.mark.parametrize(("first", "last", "stopped"), [("STOP", "START", False), ("START", "STOP", True)])
def test_whoever_changed_their_mind_while_the_line_was_down_is_taken_by_their_last_word(
    line: Evening, wire: Wire, database: Database, *, first: str, last: str, stopped: bool
) -> None:
    with database.transaction() as session:
        coral = builders.a_coordinator(session, "Coral Diaz")
    wire.gone = True
    line.phone(coral).sends(first)
    line.clock.advance(60)
    line.phone(coral).sends(last)
    wire.gone = False
    line.pass_time(FIVE_MINUTES)
    with line.read() as session:
        assert (session.get_one(Person, coral.id).stopped_texts_at is not None) == stopped


def test_whoever_rang_first_while_the_line_was_down_is_rung_back_first(line: Evening, wire: Wire) -> None:
    wire.gone = True
    for number in (RITA, OSEI):
        line.phone(number).dial().until_ended()
        line.clock.advance(1)
    wire.gone = False
    line.pass_time(FIVE_MINUTES)
    with line.read() as session:
        owed = select(Call.phone).join(DeskItem, DeskItem.call_id == Call.id)
        assert session.scalars(owed.order_by(DeskItem.created_at, DeskItem.id)).all() == [RITA, OSEI]


def put_back(line: Evening, wire: Wire, *, hours: float) -> None:
    """A copy that is so many hours old takes the place of everything, and the helpline is started."""
    line.hours_go_by(hours)
    with line.database.transaction() as session:
        restoring.restored(session, at=line.clock.now())
    line.clock.advance(60)
    wire.gone, line.clock_is_up = False, True
    line.pass_time(FIVE_MINUTES)


def test_what_came_in_after_the_copy_is_for_a_person_and_nothing_is_said_by_itself(
    line: Evening, wire: Wire, database: Database
) -> None:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        coral = builders.a_coordinator(session, "Coral Diaz")
        hana = builders.a_handler(session, "Hana Novak", hours=24)
    request = written(line, hana)
    line.phone(coral).receives("Reply YES A")
    line.pass_time(FIVE_MINUTES)
    wire.gone, line.clock_is_up = True, False  # of all that follows the copy knows nothing
    line.phone(coral).sends("YES A")
    yes_at = line.clock.now()
    line.phone(OSEI, "Mrs Osei").sends("Can you ring me please")
    line.phone(RITA, "Rita").dial().until_ended()
    said = len([text for text in line.exchange.texts if text.is_ours])
    put_back(line, wire, hours=3)
    assert state(line, request) == Q.ASKING
    assert len([text for text in line.exchange.texts if text.is_ours]) == said
    assert sorted(on_the_desk(line)) == [ItemKind.CALL_BACK, ItemKind.REQUEST, ItemKind.TEXT, ItemKind.TEXT]
    with line.read() as session:
        hers = session.scalars(select(Text).where(Text.person_id == coral.id)).one()
        assert (hers.body, hers.at.replace(microsecond=0)) == ("YES A", yes_at.replace(microsecond=0))
    line.phone(coral).sends("YES A")  # what is said from now on counts
    line.phone(coral).receives("is yours")


def test_whoever_stopped_after_the_copy_has_stopped_though_nobody_is_asked_in_their_place(
    line: Evening, wire: Wire, database: Database
) -> None:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        coral, hana = builders.a_coordinator(session, "Coral Diaz"), builders.a_handler(session, "Hana Novak", hours=24)
        builders.a_coordinator(session, "Deepak Rao", deputy=True)
    written(line, hana)
    line.phone(coral).receives("Reply YES A")
    line.pass_time(FIVE_MINUTES)
    wire.gone, line.clock_is_up = True, False
    line.phone(coral).sends("STOP")
    line.phone(OSEI).sends("STOP")
    put_back(line, wire, hours=3)
    with line.read() as session:
        stopped = session.scalars(select(Person.phone).where(Person.stopped_texts_at.is_not(None)))
        assert set(stopped) == {coral.phone, OSEI}
    assert sorted(on_the_desk(line)) == [ItemKind.REQUEST, ItemKind.TEXT]
