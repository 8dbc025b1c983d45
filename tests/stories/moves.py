"""The moves of a random evening. A move is its name and what it is told, so that an evening can be printed, shrunk and replayed.

What cannot be done just now (pressing a key with no call) is passed over: any list of moves is an evening.
"""

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from helpline import blocks, calls, desk_items, handovers, hours, line, people, requests, rota, talking
from helpline.calls import Call, NextStep, Outcome
from helpline.desk_items import DeskItem, ItemKind
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.requests import Written
from helpline.wording import Kind, Money, Urgency
from simulator.handset import PhoneCall
from simulator.phone import Phone
from simulator.steps import Key
from tests.stories.stage import HABITS, MACHINES, PIN, Cast, Stage, at

Move = tuple[str, tuple[Any, ...]]
Does = Callable[..., None]

MOVES: dict[str, Does] = {}
TOLD: list[tuple[str, int, tuple[Sequence[Any], ...]]] = []
"""Each move's name, how often it is made beside the others, and what it may be told."""

who = range(4)
key = "1234578*#0"
habit = HABITS[:2] * 5 + HABITS[2:] + MACHINES  # people who act, and who take it, are the most
seconds = [1.0, 0.1, 0.4, 2.5, 5.0, 9.0, 14.0, 20.0, 30.0, 45.0]
weather = ["repeated", "reordered", "late", "lost", "rough"]
away = [20, 3, 70]
minutes = [1, 2, 6, 20, 150]


def move(weight: int, *told: Sequence[Any]) -> Callable[[Does], Does]:
    """A move, how often it is made beside the others, and what it may be told."""

    def keep(does: Does) -> Does:
        MOVES[does.__name__] = does
        TOLD.append((does.__name__, weight, told))
        return does

    return keep


# Time.


@move(5, seconds)
def waits(stage: Stage, seconds: float) -> None:
    """A moment passes."""
    stage.clock.advance(seconds)


@move(1, minutes)
def a_while_passes(stage: Stage, minutes: int) -> None:
    """A long time passes, unless somebody is on the telephone: then a minute, or two."""
    busy = any(not leg.over for leg in stage.exchange.calls)
    stage.clock.advance(60.0 * (min(minutes, 2) if busy else minutes))


# Residents. The number chooses among those who can do it just now.


def _one_of(those: list[Phone], n: int) -> Phone | None:
    return those[n % len(those)] if those else None


def _talking(phones: list[Phone], n: int) -> PhoneCall | None:
    phone = _one_of([phone for phone in phones if phone.call is not None], n)
    return phone.call if phone is not None else None


def _ringing(phones: list[Phone], n: int) -> PhoneCall | None:
    phone = _one_of([phone for phone in phones if phone.ringing is not None], n)
    return phone.ringing if phone is not None else None


@move(6, who)
def dials(stage: Stage, n: int) -> None:
    """A resident whose telephone is free rings."""
    phone = _one_of([one for one in stage.residents if one.call is None and one.ringing is None], n)
    if phone is not None:
        phone.dial(withheld=phone.note == "withheld")


@move(12, who)
def dials_and_waits_in_the_queue(stage: Stage, n: int) -> None:
    """A resident rings and does nothing until handlers are rung for her."""
    dials(stage, n)
    stage.clock.advance(15)


@move(5, who, key)
def presses(stage: Stage, n: int, key: str) -> None:
    """A resident presses a key."""
    if call := _talking(stage.residents, n):
        call.press(key)


@move(2, who)
def speaks(stage: Stage, n: int) -> None:
    """A resident says something, for three seconds."""
    if call := _talking(stage.residents, n):
        call.says("It is only me", 3)


@move(6, who)
def rings_off(stage: Stage, n: int) -> None:
    """A resident puts the telephone down."""
    if call := _talking(stage.residents, n):
        call.hang_up()


@move(1, who)
def answers_at_home(stage: Stage, n: int) -> None:
    """A resident who is rung back answers."""
    if call := _ringing(stage.residents, n):
        call.answer()


@move(1, who)
def texts(stage: Stage, n: int) -> None:
    """A resident sends a text."""
    phone = stage.residents[n]
    if phone.kind == "mobile" and not phone.note:
        phone.sends("Can somebody ring me please")
        stage.soon()


# Handlers.


def _handler(stage: Stage, n: int) -> Person:
    return stage.handlers[n % len(stage.handlers)]


@move(3, who)
def answers(stage: Stage, n: int) -> None:
    """A handler picks up."""
    if call := _ringing(stage.handsets, n):
        call.answer()


@move(1, who)
def declines(stage: Stage, n: int) -> None:
    """A handler turns a call away."""
    if call := _ringing(stage.handsets, n):
        call.decline()


@move(3, who, key)
def handler_presses(stage: Stage, n: int, key: str) -> None:
    """A handler presses a key."""
    if call := _talking(stage.handsets, n):
        call.press(key)


@move(12, who)
def takes(stage: Stage, n: int) -> None:
    """A handler whose phone rings within half a minute answers it, hears what it is, and presses 1."""
    stage.clock.until(lambda: _ringing(stage.handsets, n) is not None, 30)
    if call := _ringing(stage.handsets, n):
        call.answer().wait(1).press("1")


@move(3)
def everybody_presses_1_at_once(stage: Stage) -> None:
    """Whoever's phone rings answers, and all press 1 in the same moment: the second phone rings a while after the first."""
    if _ringing(stage.handsets, 0) is not None:
        stage.clock.until(lambda: sum(phone.ringing is not None for phone in stage.handsets) > 1, 12)
    for phone in stage.handsets:
        if phone.ringing is not None:
            phone.ringing.answer()
    stage.clock.advance(1)
    for phone in stage.handsets:
        if phone.call is not None:
            phone.call.leg.note("> 1", "did")
            phone.call.leg.post(Key("1"))
    stage.clock.advance(0)


@move(3, who)
def handler_hangs_up(stage: Stage, n: int) -> None:
    """A handler puts the telephone down."""
    if call := _talking(stage.handsets, n):
        call.hang_up()


@move(2, who, habit)
def has_a_habit(stage: Stage, n: int, habit: str) -> None:
    """What a handler does from now on when rung."""
    stage.handset(_handler(stage, n)).has(habit)


# The desk.


def _at_the_desk(stage: Stage, n: int, does: Callable[..., object]) -> None:
    """A handler does something at the desk; what it refuses, it refuses with a sentence."""
    with suppress(HelplineError), stage.database.transaction() as session:
        does(session, session.get_one(Person, _handler(stage, n).id), stage.clock.now())
    stage.soon()


@move(1, who)
def pauses(stage: Stage, n: int) -> None:
    _at_the_desk(stage, n, lambda session, who, at: people.pause(session, who, who=who.id, at=at))


@move(4)
def everybody_resumes(stage: Stage) -> None:
    """Whoever was paused, perhaps for having missed three, is rung again."""
    for n in range(len(stage.handlers)):
        _at_the_desk(stage, n, lambda session, who, at: people.resume(session, who, who=who.id, at=at))


@move(1, who)
def starts_a_shift(stage: Stage, n: int) -> None:
    _at_the_desk(stage, n, lambda session, who, at: rota.start_now(session, who, at=at))


@move(1, who)
def ends_the_shift(stage: Stage, n: int) -> None:
    """A handler ends the shift with a note for whoever is next, who has what was held."""
    _at_the_desk(stage, n, lambda session, who, at: handovers.end_shift(session, who, words="Ring her", at=at))


def _last_call(session: Any, who: Person) -> Call | None:
    return session.scalar(select(Call).where(Call.handler_id == who.id).order_by(Call.id.desc()).limit(1))


@move(2, who, ([Outcome.INFORMATION, Outcome.SILENT]))
def says_what_it_came_to(stage: Stage, n: int, outcome: Outcome) -> None:
    """A handler says on the desk what the last call came to, perhaps while still talking."""

    def does(session: Any, who: Person, at: Any) -> None:
        if call := _last_call(session, who):
            calls.come_to(session, call, outcome, who=who, at=at)

    _at_the_desk(stage, n, does)


@move(1, who)
def writes_a_request(stage: Stage, n: int) -> None:
    """A handler writes a request down for the last call, perhaps twice."""

    def does(session: Any, who: Person, at: Any) -> None:
        if call := _last_call(session, who):
            form = Written(
                form_key=f"form of {call.id}",
                kinds=(Kind.SHOPPING,),
                words="Milk",
                urgency=Urgency.TODAY,
                money=Money.PAID_BACK,
                street_words="Somewhere Lane",
            )
            requests.write(session, form, who=who, at=at, call=call)

    _at_the_desk(stage, n, does)


@move(2, who)
def rings_back(stage: Stage, n: int) -> None:
    """A handler claims the oldest call-back and has it rung; she answers by hand or habit."""

    def does(session: Any, who: Person, at: Any) -> None:
        for item in desk_items.on_the_desk(session):
            if item.kind == ItemKind.CALL_BACK:
                line.ring_back(session, item, who=who, at=at)
                return

    _at_the_desk(stage, n, does)


@move(1, who)
def has_dealt_with_it(stage: Stage, n: int) -> None:
    """A handler closes the oldest thing on the desk."""

    def does(session: Any, who: Person, at: Any) -> None:
        item = session.scalar(select(DeskItem).where(DeskItem.state != "done").order_by(DeskItem.id).limit(1))
        if item is not None:
            desk_items.claim(session, item, who=who, at=at)
            desk_items.close(session, item, at=at, who=who.id)

    _at_the_desk(stage, n, does)


# What becomes of a talk.


def _asks(stage: Stage, n: int, step: NextStep) -> None:
    def does(session: Any, who: Person, at: Any) -> None:
        if call := calls.current_of(session, who):
            talking.ask(session, call, step, who=who, at=at)

    _at_the_desk(stage, n, does)


@move(4, who)
def steps_out(stage: Stage, n: int) -> None:
    """A handler who talks presses star."""
    for phone in stage.handsets[n:] + stage.handsets[:n]:
        if phone.call is not None and phone.call.leg.talks_to:
            phone.call.press("*")
            return


@move(3, who)
def holds(stage: Stage, n: int) -> None:
    """A handler presses Hold on the desk."""
    _asks(stage, n, NextStep.HOLD)


@move(3, who)
def goes_back(stage: Stage, n: int) -> None:
    """A handler presses Talk again on the desk."""
    _asks(stage, n, NextStep.BACK)


@move(2, who)
def drops_out(stage: Stage, n: int) -> None:
    """A handler leaves the two to it."""
    _asks(stage, n, NextStep.DROP_OUT)


@move(4, who, who)
def hands_over(stage: Stage, n: int, to: int) -> None:
    """A handler hands a call over, to one who is free or to whoever is."""

    def does(session: Any, who: Person, at: Any) -> None:
        if call := calls.current_of(session, who):
            free = talking.free_others(session, call, at=at)
            talking.hand_over(session, call, to=free[to] if to < len(free) else None, who=who, at=at)

    _at_the_desk(stage, n, does)


@move(4, who)
def brings_in(stage: Stage, n: int) -> None:
    """A handler asks the coordinator to join."""

    def does(session: Any, who: Person, at: Any) -> None:
        if call := calls.current_of(session, who):
            coordinator = session.get_one(Person, stage.coordinator.id)
            talking.bring_in(session, call, coordinator, who=who, at=at)

    _at_the_desk(stage, n, does)


@move(2, habit)
def the_coordinator_has_a_habit(stage: Stage, habit: str) -> None:
    """What the coordinator does from now on when rung."""
    stage.handset(stage.coordinator).has(habit)


@move(2)
def the_coordinator_hangs_up(stage: Stage) -> None:
    if call := stage.handset(stage.coordinator).call:
        call.hang_up()


# After a call, ringing in, and what an organiser decides.


@move(2, who)
def says_the_request(stage: Stage, n: int) -> None:
    """A handler whose call is over presses 2, and says the request for somebody to write down."""
    if call := _talking(stage.handsets, n):
        call.press("2").wait(8)
        if not call.ended:
            call.says("Milk for Rita, today", 4).wait(5)


@move(1, who)
def is_ready_by_text(stage: Stage, n: int) -> None:
    """A handler says by text that she is ready for the next call."""
    stage.handset(_handler(stage, n)).sends("READY")
    stage.soon()


@move(2, who, ([PIN, PIN, "9173", "0", ""]))
def rings_in(stage: Stage, n: int, keys: str) -> None:
    """A handler whose telephone is free rings the helpline herself, and is let into a menu of her own, or not."""
    phone = _one_of([one for one in stage.handsets if one.call is None and one.ringing is None], n)
    if phone is not None:
        phone.dial().wait(2).press(keys).wait(2)


def _as_organiser(stage: Stage, does: Callable[..., object]) -> None:
    with suppress(HelplineError), stage.database.transaction() as session:
        organiser = session.get_one(Person, stage.coordinator.id)
        people.wear(session, organiser, HatName.ORGANISER, at=stage.clock.now())
        does(session, organiser, stage.clock.now(), stage.clock.now().astimezone(stage.settings.zone).date())
    stage.soon()


@move(1)
def an_organiser_closes_the_line(stage: Stage) -> None:
    """From now on the line is closed today, whoever waits."""
    _as_organiser(
        stage,
        lambda session, who, at, today: hours.close_day(session, today, "Street party", today=today, who=who, at=at),
    )


@move(2)
def an_organiser_opens_the_line(stage: Stage) -> None:
    """Today is a day as any other."""
    _as_organiser(stage, lambda session, who, at, today: hours.open_day(session, today, who=who, at=at))


@move(1, who)
def is_blocked(stage: Stage, n: int) -> None:
    """A resident's number is turned away for an hour."""
    number = stage.residents[n].number
    if not stage.residents[n].note:
        _as_organiser(
            stage,
            lambda session, who, at, _: blocks.block(
                session, number, "Shouts", until_at=at + timedelta(hours=1), who=who, at=at
            ),
        )


# Trouble.

CALM = len(TOLD)
"""So many moves are those of people and of time; those that follow are trouble."""


@move(1, (["queue", "worker", "clock"]), away)
def stops(stage: Stage, part: str, seconds: int) -> None:
    """A part of ours stops for so long; the queue forgets what it held."""
    if part == "queue":
        stage.valkey.stop()
    elif part == "worker":
        stage.workers_are_up = False
    else:
        stage.clock_is_up = False
    stage.clock.after(seconds, stage.parts_are_back)


@move(1)
def all_is_back(stage: Stage) -> None:
    """Everything that was away is back."""
    stage.mend()


@move(1, (["before", "after"]))
def the_worker_will_die(stage: Stage, when: str) -> None:
    """The worker dies the next time it asks the carrier for something, before it is heard or after."""
    stage.client.dies, stage.blind = when, True


@move(1, away)
def the_door_goes(stage: Stage, seconds: int) -> None:
    """The line's door cannot be reached for so long."""
    stage.wire.gone = stage.blind = True
    stage.clock.after(seconds, stage.wire.is_back)


@move(1, range(1, 4))
def the_door_is_deaf(stage: Stage, times: int) -> None:
    """The next answers of the line come too late for the carrier, though what was asked was done."""
    stage.wire.deaf, stage.blind = times, True


@move(1, range(1, 4))
def the_door_fails_inside(stage: Stage, times: int) -> None:
    """The line's next commits fail."""
    stage.weak.fails, stage.blind = times, True


@move(1, (["Calls", "Messages", "Queues", ""]), ([429, 503]), range(1, 4))
def the_carrier_refuses(stage: Stage, resource: str, status: int, times: int) -> None:
    stage.exchange.rest.trouble(resource, status=status, times=times)
    stage.blind = True


@move(1, (["Calls", "Messages", "Queues"]), (False, True))
def the_carrier_does_not_answer(stage: Stage, resource: str, done: bool) -> None:
    stage.exchange.rest.trouble(resource, lost=True, done=done)
    stage.blind = True


@move(3, weather, (["", "calls", "recordings"]))
def the_weather_turns(stage: Stage, weather: str, of: str) -> None:
    """Reports come late, change places or never come; these, and the pages of a call, come twice."""
    stage.exchange.weather.turns(weather, of=of)
    stage.blind = stage.blind or weather != "repeated"


BEGINNINGS = (
    at("2026-11-19T14:47"),
    at("2026-03-29T00:40"),  # the clocks go forward at one
    at("2026-10-25T00:40"),  # and back
    at("2027-03-28T00:40"),
    at("2027-10-31T00:40"),
)
MINUTES_ON = (*[240] * 6, 15, 3, 1, 0)


def evening(seed: int) -> tuple[Cast, list[Move]]:
    """The evening of this number: every second is calm, and nothing of ours breaks in it."""
    dice = random.Random(seed)  # noqa: S311  # evenings, not secrets
    handlers = tuple((dice.choice(habit), dice.choice(MINUTES_ON)) for _ in range(dice.randint(1, 4)))
    known = TOLD[:CALM] if dice.random() < 0.5 else TOLD
    made = dice.choices(known, [weight for _, weight, _ in known], k=dice.randint(8, 20))
    script = [(name, tuple(dice.choice(options) for options in told)) for name, _, told in made]
    return Cast(dice.choice(BEGINNINGS), handlers), script


def printed(cast: Cast, script: list[Move]) -> str:
    """An evening as one may paste it into a test."""
    lines = [f"    ({name!r}, {told!r})," for name, told in script]
    return "\n".join([f"{cast!r}", "[", *lines, "]"])
