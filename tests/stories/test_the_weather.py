"""The network is rough: reports and texts come late, twice, in another order or not at all, and everything still ends well."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from helpline import offers
from helpline.calls import C, Call, Ending
from helpline.db import Database
from helpline.desk_items import DeskItem, ItemKind, ItemState
from helpline.messages import M, Message
from helpline.people import Person
from helpline.requests import HelpRequest, Q
from helpline.rings import LIVE, R, Ring
from helpline.voicemails import Voicemail
from simulator.steps import Fetch
from simulator.weather import Parcel
from tests import builders
from tests.stories.evening import Evening
from tests.stories.test_passing_on import on_the_desk, state, street, written
from tests.stories.test_the_line import cast, owed, the_call

__all__ = ["street"]  # the fixture
Street = tuple[Person, Person, Person]
RITA, OSEI = "+442079460118", "+442079460142"
REPORTS = ("queued", "ringing", "in-progress", "completed")


def in_the_order(line: Evening, order: tuple[str, ...]) -> None:
    """Have the reports of every leg come in that order, once it is all over, and those not named not at all."""
    for status in REPORTS:
        if status in order:
            line.exchange.weather.turns("late", of="calls", status=status, seconds=60 + 40 * order.index(status))
        else:
            line.exchange.weather.turns("lost", of="calls", status=status)
    line.exchange.weather.turns("repeated", of="calls")


ORDERS = [
    REPORTS[::-1],
    ("in-progress", "completed", "ringing"),
    ("ringing", "queued"),
    (),
]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: " ".join(order) or "none")
def test_the_reports_of_a_leg_come_late_and_in_any_order(
    line: Evening, database: Database, order: tuple[str, ...]
) -> None:
    hana, tomasz = cast(database, "Hana Novak", "Tomasz Lis")
    in_the_order(line, order)
    line.phone(tomasz).behaves("no answer")
    call = line.phone(RITA, "Rita").dial()
    leg = line.phone(hana).rings(within=30, answer=False).wait(12).answer().hears("Press 1").press("1")
    call.hears("You are through to Hana").wait(5).hang_up()
    leg.until_ended()
    line.pass_time(timedelta(minutes=6))
    ended = the_call(line)
    assert (ended.state, ended.ending, ended.handler_id) == (C.ENDED, Ending.ANSWERED, hana.id)
    with line.read() as session:
        assert {ring.person_id: ring.state for ring in session.scalars(select(Ring))} == {
            hana.id: R.TOOK,
            tomasz.id: R.CANCELLED,
        }
        assert {person.misses for person in session.scalars(select(Person))} == {0}
    assert owed(line) == []


@pytest.mark.parametrize("weather", ["late", "lost"])
def test_a_caller_who_rings_off_in_the_greeting_is_let_go_whenever_we_hear_of_it(
    line: Evening, database: Database, weather: str
) -> None:
    cast(database, "Hana Novak")
    line.exchange.weather.turns(weather, of="calls", seconds=600)
    line.phone(RITA, "Rita").dial().hears("this is Larkfield").hang_up()
    line.pass_time(timedelta(hours=2, minutes=2))
    assert the_call(line).ending == Ending.RANG_OFF
    assert owed(line) == []


@pytest.mark.parametrize("order", [("delivered", "sent", "queued"), ("sent", "delivered", "queued")], ids=" ".join)
def test_the_reports_of_a_text_come_late_and_in_any_order(
    line: Evening, street: Street, order: tuple[str, ...]
) -> None:
    hana, coral, _ = street
    for status in order:
        line.exchange.weather.turns("late", of="messages", status=status, seconds=60 + 20 * order.index(status))
    request = written(line, hana)
    line.phone(coral).receives("Shopping").replies("YES")
    line.phone(coral).receives("Who and where")
    line.pass_time(timedelta(minutes=5))
    with line.read() as session:
        assert set(session.scalars(select(Message.state))) == {M.DELIVERED}
    assert (state(line, request), on_the_desk(line)) == (Q.TAKEN, [])


def test_an_offer_of_which_we_never_hear_again_is_passed_over_and_comes_to_the_desk(
    line: Evening, street: Street
) -> None:
    hana, coral, deepak = street
    desk = line.desk(hana)
    line.exchange.weather.turns("lost", of="messages deliveries")
    request = written(line, hana)
    line.clock.advance(5)
    assert (state(line, request), on_the_desk(line)) == (Q.ASKING, [])
    desk.shows("Coral", on=f"/requests/{request}")
    line.pass_time(timedelta(minutes=61))
    desk.shows("Deepak", on=f"/requests/{request}")
    line.pass_time(timedelta(minutes=61))
    assert (state(line, request), on_the_desk(line)) == (Q.NOBODY, [ItemKind.REQUEST])
    for who in (hana, coral, deepak):
        line.phone(who).receives_nothing(for_seconds=1)


def test_a_text_that_comes_twice_is_acted_on_and_answered_once(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.exchange.weather.turns("repeated", of="texts")
    line.exchange.weather.turns("late", of="texts", seconds=5)
    line.phone(coral).receives("Shopping").replies("NO")
    line.phone(coral).receives("We will ask somebody else")
    line.phone(coral).receives_nothing(for_seconds=5)
    line.phone(deepak).receives("Shopping").replies("DONE")
    line.phone(deepak).receives("is marked done")
    line.phone(deepak).receives("Who and where")
    line.phone(deepak).receives_nothing(for_seconds=5)
    line.phone(hana).receives("Done: Shopping")
    line.phone(hana).receives_nothing(for_seconds=10)
    assert state(line, request) == Q.DONE


def test_yes_and_done_change_places(line: Evening, street: Street) -> None:
    hana, coral, _ = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping")
    line.exchange.weather.turns("reordered", of="texts")
    line.phone(coral).sends("YES").sends("DONE")
    line.phone(coral).receives("is marked done")
    line.phone(coral).receives("marked done already")
    line.phone(coral).receives("Who and where")
    line.phone(hana).receives("Done: Shopping")
    assert (state(line, request), on_the_desk(line)) == (Q.DONE, [])


def test_no_and_then_yes_change_places_and_the_last_answer_says_where_it_stands(line: Evening, street: Street) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.phone(coral).receives("Shopping")
    line.exchange.weather.turns("reordered", of="texts")
    line.phone(coral).sends("NO").sends("YES")
    line.phone(coral).receives("is yours")
    line.phone(coral).receives("We will ask somebody else")
    line.phone(coral).receives("Who and where")
    line.phone(deepak).receives("Shopping")
    assert state(line, request) == Q.ASKING, "as if she had said yes and then no: somebody is asked"
    line.exchange.weather.turns("calm")
    line.phone(deepak).sends("NO")
    line.phone(deepak).receives("We will ask somebody else")
    line.phone(coral).sends("YES")
    line.phone(coral).receives("is yours")
    line.phone(coral).receives("Who and where")
    line.phone(hana).receives("Nobody yet")
    assert (state(line, request), on_the_desk(line)) == (Q.TAKEN, [])


@pytest.mark.parametrize("deputy_says", ["YES", None])
def test_a_yes_that_comes_hours_late_counts_while_nobody_else_has_it(
    line: Evening, street: Street, deputy_says: str | None
) -> None:
    hana, coral, deepak = street
    request = written(line, hana)
    line.exchange.weather.turns("late", of="texts", seconds=3 * 3600)
    line.exchange.rest.trouble(
        "Messages", status=503, times=1000, method="GET"
    )  # it is not in the carrier's list either
    line.phone(coral).receives("Shopping").replies("YES")
    line.exchange.weather.turns("calm")
    line.pass_time(timedelta(minutes=65))
    line.phone(deepak).receives("Shopping")
    if deputy_says:
        line.phone(deepak).sends(deputy_says)
        line.phone(deepak).receives("is yours")
        line.phone(deepak).receives("Who and where")
    line.pass_time(timedelta(minutes=120))
    if deputy_says:
        line.phone(coral).receives("moved on to somebody else")
    else:
        line.phone(hana).receives("Nobody yet")
        line.phone(coral).receives("is yours")
        line.phone(coral).receives("Who and where")
    assert (state(line, request), on_the_desk(line)) == (Q.TAKEN, [])
    with line.read() as session:
        holder = offers.holder_of(session, session.get_one(HelpRequest, request))
        assert holder is not None
        assert holder.person_id == (deepak if deputy_says else coral).id


@pytest.mark.parametrize("weather", ["late", "repeated", "lost"])
def test_a_message_is_kept_whatever_becomes_of_the_report_of_its_recording(
    line: Evening, street: Street, weather: str
) -> None:
    line.exchange.weather.turns(weather, of="recordings calls", seconds=20)
    call = line.phone(RITA, "Rita").dial().hears("To leave a message, press 5", limit=60).press("5")
    call.hears("(beep)").wait(1).speaks(4).hang_up()
    line.clock.advance(40)
    one_message_is_kept(line)


def test_a_message_is_kept_when_only_the_report_of_its_recording_comes(line: Evening, street: Street) -> None:
    call = line.phone(RITA, "Rita").dial().hears("To leave a message, press 5", limit=60).press("5")
    call.hears("(beep)").wait(1).speaks(4)
    fetch = Fetch(
        f"{line.settings.public_url}/ivr/status/recordings",
        [
            ("CallSid", call.sid),
            ("RecordingSid", "RE" + "1" * 32),
            ("RecordingStatus", "completed"),
            ("RecordingDuration", "4"),
        ],
    )
    line.exchange.report(Parcel("recordings", call.sid), fetch)
    line.clock.advance(1)
    assert the_call(line).ending == Ending.MESSAGE_LEFT, "before the page of the call has told us"
    assert owed(line) == [ItemKind.VOICEMAIL]
    call.hang_up()
    line.clock.advance(10)
    assert the_call(line).ending == Ending.MESSAGE_LEFT
    assert owed(line) == [ItemKind.VOICEMAIL]


def one_message_is_kept(line: Evening) -> None:
    assert the_call(line).ending == Ending.MESSAGE_LEFT
    assert owed(line) == [ItemKind.VOICEMAIL]
    with line.read() as session:
        assert session.scalars(select(Voicemail)).one().sound
    assert line.exchange.recordings == [], "and the carrier's copy is deleted"


# A whole evening, in the weather of several seeds.


def answers_what_came(line: Evening, who: Person, *replies: str) -> None:
    """Each reply says which text it is to; one whose text has not come is not sent."""
    phone = line.phone(who)
    for reply in replies:
        if any(f"Reply YES {reply[-1]}" in text.body for text in phone.texts):
            phone.sends(reply)


def talks(line: Evening, resident: str, *handlers: Person) -> None:
    """She rings, and whoever's phone rings first takes it, if any does before she has had enough."""
    phones = [line.phone(handler) for handler in handlers]
    call = line.phone(resident).dial()
    if line.clock.until(lambda: any(phone.ringing for phone in phones), 60):
        leg = next(phone for phone in phones if phone.ringing).rings().hears("Press 1").press("1")
        line.clock.until(lambda: call.is_bridged_with(leg), 20)
        leg.wait(5)
    call.hang_up()
    line.clock.advance(30)


@pytest.mark.parametrize("seed", [1, 2])
def test_an_evening_in_rough_weather_ends_as_it_should(line: Evening, database: Database, seed: int) -> None:
    with database.transaction() as session:
        hana, tomasz = (builders.a_handler(session, name, hours=2) for name in ("Hana Novak", "Tomasz Lis"))
        builders.a_street(session, "Acacia Road")
        builders.a_street(session, "Beech Walk", patch="The Woods")
        coral = builders.a_coordinator(session, "Coral Reid")
        silent = [
            builders.a_coordinator(session, "Deepak Rao", deputy=True),
            builders.a_coordinator(session, "Ines Costa", of="The Woods"),
        ]
    line.known.update(who.phone or "" for who in [hana, tomasz, *silent])
    line.exchange.weather.turns("rough", seed=seed)
    talks(line, RITA, hana, tomasz)
    talks(line, OSEI, hana, tomasz)
    line.phone("+442079460177").dial().hears("this is Larkfield").hang_up()
    line.phone("+442079460178").dial().hears("To leave a message, press 5", limit=90).press("5").hears(
        "(beep)", limit=30
    ).wait(1).speaks(4).hang_up()
    line.phone("+442079460179").dial().hears("press 4", limit=90).press("4").until_ended(120)
    wanted = [written(line, hana, key=f"form {number}") for number in range(3)]
    wanted.append(written(line, tomasz, key="beech", street="Beech Walk"))
    line.clock.advance(30)
    answers_what_came(line, coral, "YES A", "NO B", "DONE C")
    line.pass_time(timedelta(hours=7))
    line.exchange.weather.turns("calm")
    line.pass_time(timedelta(minutes=5))
    all_is_well(line, wanted, seed)


def all_is_well(line: Evening, wanted: list[int], seed: int) -> None:
    """One ending a call; every request with a person or on the desk; nothing in hand for ever, and nobody blamed."""
    with line.read() as session:
        inbound = [leg.sid for leg in line.exchange.calls if leg.parties.direction == "inbound"]
        found = session.scalars(select(Call)).all()
        assert sorted(call.sid for call in found) == sorted(inbound)
        assert {call.state for call in found} == {C.ENDED}
        items = session.scalars(select(DeskItem).where(DeskItem.state != ItemState.DONE)).all()
        for call in found:
            if call.ending in {Ending.CALL_BACK_OWED, Ending.MESSAGE_LEFT}:
                assert [item.call_id for item in items].count(call.id) == 1, call.ending
        for request_id in wanted:
            request = session.get_one(HelpRequest, request_id)
            held = offers.holder_of(session, request)
            shown = request_id in {item.request_id for item in items}
            assert request.state == Q.DONE or held is not None or shown, (seed, request.state)
        assert session.scalar(select(func.count()).select_from(Ring).where(Ring.state.in_(LIVE))) == 0
        took = {ring.person_id for ring in session.scalars(select(Ring).where(Ring.state == R.TOOK))}
        assert took, "somebody was talked to"
        unsaid = select(func.count()).select_from(Message).where(Message.state.in_([M.OWED, M.SENDING]))
        assert session.scalar(unsaid) == 0
        for person_id in took:
            assert session.get_one(Person, person_id).paused_at is None
    assert line.exchange.queues == []
