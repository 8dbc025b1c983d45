"""From any state, within a time that can be told before, every open request is with a person or on the desk with a holder.

First the ladder alone, climbed by the checker with nobody ever answering; then the verbs and the clock's sweeps on a database, from
whatever mess. Each checker is shown to find planted dead ends: a ladder or a clock with a fault is handed to it.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import away, desk_items, holders, ladder, moving_on, offering, offers, quiet, requests, taking
from helpline.db import Database
from helpline.defaults import DEFAULTS
from helpline.desk_items import DeskItem, ItemKind
from helpline.errors import HelplineError
from helpline.ladder import Choice, Rung, When
from helpline.offers import O, Offer
from helpline.people import HatName, Person
from helpline.quiet import Quiet
from helpline.requests import HelpRequest, Q
from helpline.wording import Urgency
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.helpline.cast import a_request
from workers import sweeps

LONDON = ZoneInfo("Europe/London")
HOUR, A_DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
# A night is 20 hours at most, since four are left to ask in; on one night of the year the clock shows an hour twice.
NIGHT = A_DAY - quiet.LEAST_AWAKE + HOUR
# Twelve waking hours, of at least three on a day on which the clock changes, and whatever is urgent at the end of it.
LONGEST_OFFER = A_DAY * (DEFAULTS.offer_this_week // (quiet.LEAST_AWAKE - HOUR) + 1) + DEFAULTS.offer_now
NextToAsk = Callable[[Sequence[Rung], set[int], When], Choice]
LapsesAt = Callable[[When, Quiet], datetime]


def bound(many: int) -> timedelta:
    """How long a request can be on its way up a ladder of so many before the desk has it, if nobody ever answers."""
    return many * (NIGHT + LONGEST_OFFER)


# The ladder alone


@st.composite
def hours(draw: st.DrawFn) -> Quiet:
    made = Quiet(time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30]))), time(draw(st.integers(0, 23))))
    try:
        quiet.check(made)
    except HelplineError:
        return quiet.NONE
    return made


instants = st.integers(0, 370 * 24 * 4).map(
    lambda quarters: datetime(2026, 10, 20, tzinfo=UTC) + quarters * 15 * MINUTE
)
days = st.integers(-3, 380).map(lambda number: date(2026, 10, 20) + number * A_DAY)
rungs = st.builds(
    Rung,
    st.integers(1, 9),
    st.sampled_from([HatName.COORDINATOR, HatName.DEPUTY]),
    stopped=st.sampled_from([False, False, False, True]),
    away=st.lists(
        st.tuples(days, st.integers(0, 9)).map(lambda one: (one[0], one[0] + one[1] * A_DAY)), max_size=2
    ).map(tuple),
    rests_until=st.none() | days,
    has=st.integers(0, 6),
    most=st.integers(1, 6),
    quiet=hours(),
)
ladders = st.lists(rungs, max_size=5, unique_by=lambda rung: rung.person_id)


def lapses_at(need: When, mine: Quiet) -> datetime:
    return ladder.lapses_at(need, hours=mine, durations=DEFAULTS)


def climb(
    on: list[Rung],
    asked: set[int],
    urgency: Urgency,
    begins: datetime,
    by_in: timedelta,
    next_to_ask: NextToAsk = ladder.next_to_ask,
    lapses: LapsesAt = lapses_at,
) -> None:
    """Nobody ever answers: each instant somebody named has it, or waits for it till the morning, until the desk has it in time."""
    asked, at, until = set(asked), begins, begins + bound(len(on))
    for _ in range(3 * len(on) + 1):
        need = ladder.when(urgency, at=at, zone=LONDON, written_at=begins, by_at=begins + by_in)
        choice = next_to_ask(on, asked, need)
        if choice.rung is None:
            assert choice.waits_until is None, "it waits, and for nobody"
            assert at <= until, "the desk has it, but not in time"
            return
        assert choice.rung.person_id not in asked, "somebody is asked twice"
        then = choice.waits_until
        if then is None:
            asked.add(choice.rung.person_id)
            then = lapses(need, choice.rung.quiet)
        assert then > at, "it does not move on"
        at = then
    pytest.fail("it never comes to the desk")


anything = given(
    ladders,
    st.sets(st.integers(1, 9), max_size=3),
    st.sampled_from(Urgency),
    instants,
    st.integers(-5, 99).map(lambda n: n * HOUR),
)


@settings(deadline=None, max_examples=200)
@anything
def test_up_any_ladder_it_comes_to_the_desk_in_time(
    on: list[Rung], asked: set[int], urgency: Urgency, begins: datetime, by_in: timedelta
) -> None:
    climb(on, asked, urgency, begins, by_in)


def _forgets_who_was_asked(on: Sequence[Rung], asked: set[int], need: When) -> Choice:
    return ladder.next_to_ask(on, (), need)


def _waits_for_nobody(on: Sequence[Rung], asked: set[int], need: When) -> Choice:
    found = ladder.next_to_ask(on, asked, need)
    return Choice(None, found.skipped, found.waits_until)


def _waits_for_this_evening(on: Sequence[Rung], asked: set[int], need: When) -> Choice:
    found = ladder.next_to_ask(on, asked, need)
    return replace(found, waits_until=found.waits_until and need.at)


def _waits_for_whoever_is_away(on: Sequence[Rung], asked: set[int], need: When) -> Choice:
    found = ladder.next_to_ask(on, asked, need)
    left = [rung for rung in on if rung.person_id not in asked]
    return Choice(left[0], waits_until=need.at + A_DAY) if found.rung is None and left else found


DEAD_ENDS: dict[str, tuple[NextToAsk, LapsesAt]] = {
    "forgets who was asked": (_forgets_who_was_asked, lapses_at),
    "waits for nobody": (_waits_for_nobody, lapses_at),
    "waits for an evening that is there": (_waits_for_this_evening, lapses_at),
    "waits for whoever is away": (_waits_for_whoever_is_away, lapses_at),
    "an offer without an end": (ladder.next_to_ask, lambda need, _: need.at + timedelta(days=400)),
    "an offer that is over at once": (ladder.next_to_ask, lambda need, _: need.at),
}


@pytest.mark.parametrize("planted", DEAD_ENDS)
def test_a_ladder_with_a_dead_end_is_found_out(planted: str) -> None:
    next_to_ask, lapses = DEAD_ENDS[planted]

    @settings(deadline=None, max_examples=400, database=None, phases=[Phase.generate])
    @anything
    def is_fine(on: list[Rung], asked: set[int], urgency: Urgency, begins: datetime, by_in: timedelta) -> None:
        climb(on, asked, urgency, begins, by_in, next_to_ask, lapses)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        is_fine()


# The verbs and the clock, on a database


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    """SQLite alone: what is tested is no race."""
    shutil.copy(migrated_file, tmp_path / "helpline.db")
    made = Database(f"sqlite:///{tmp_path / 'helpline.db'}")
    yield made
    made.close()


Clock = tuple[tuple[Callable[[Session, datetime], Sequence[int]], Callable[[Session, int, datetime], None]], ...]
CLOCK: Clock = (
    (taking.overdue, sweeps.lapse),
    (moving_on.waiting, moving_on.morning),
    (away.beginning, moving_on.leave),
    (moving_on.with_nobody, moving_on.find_somebody),
)
MOVES = ["yes", "no", "done", "back", "away", "come back", "stop", "rest", "ask again", "close the item", "time"]
moves = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 5), st.integers(1, 30)), max_size=8)
# What no verb makes: a row changed by hand, or by older code.
messes = st.lists(
    st.tuples(st.sampled_from(Q), st.sampled_from(O), st.booleans(), st.booleans()), min_size=3, max_size=3
)


class Town:
    """Three requests on a street that three look after, and a clock."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self.session, self.clock, self.at = session, clock, NOON
        self.hana = a_handler(session, "Hana", hours=500)
        street = a_street(session, "Acacia Road")
        self.people = [a_coordinator(session, name, deputy=name != "Coral") for name in ("Coral", "Deepak", "Dora")]
        urgencies = (Urgency.NOW, Urgency.TODAY, Urgency.THIS_WEEK)
        self.requests = [a_request(session, self.hana, street, urgency=urgency) for urgency in urgencies]

    def mess_up(self, mess: list[tuple[Q, O, bool, bool]]) -> None:
        for request, (state, offered, on_desk, waits) in zip(self.requests, mess, strict=True):
            for offer in offers.of_request(self.session, request):
                offer.state = offered
            request.state = state
            request.waits_until, request.waits_for_id = (self.at + HOUR, self.people[0].id) if waits else (None, None)
            if on_desk:
                desk_items.put(self.session, ItemKind.REQUEST, at=self.at, request_id=request.id)
        self.session.flush()

    def move(self, what: str, which: int, much: int) -> None:
        """Somebody does something; what cannot be done just now is refused with a sentence, and that is all."""
        person, request = self.people[which % 3], self.requests[which // 2]
        offer = next((one for one in offers.of_request(self.session, request) if one.person_id == person.id), None)
        try:
            with self.session.begin_nested():
                self._do(what, person, request, offer, much)
        except HelplineError:
            self.session.expire_all()

    def _do(self, what: str, person: Person, request: HelpRequest, offer: Offer | None, much: int) -> None:
        verbs: dict[str, Any] = {
            "yes": taking.accept,
            "no": taking.pass_on,
            "done": taking.done,
            "back": taking.give_back,
        }
        if what in verbs and offer is not None:
            verbs[what](self.session, offer, at=self.at)
        elif what == "away":
            first = away.today(self.at) + timedelta(days=much % 3)
            away.say_away(self.session, person, first, first + timedelta(days=much), who=person, at=self.at)
        elif what == "come back":
            away.back_again(self.session, person, who=person, at=self.at)
        elif what == "stop":
            person.stopped_texts_at = self.at
        elif what == "rest":
            person.rests_until = away.today(self.at) + timedelta(days=much)
        elif what == "ask again":
            offering.ask_again(self.session, request, who=self.hana, at=self.at)
        elif what == "close the item":
            for item in self.session.scalars(select(DeskItem).where(DeskItem.request_id == request.id)):
                desk_items.close(self.session, item, at=self.at)
        elif what == "time":
            self.pass_time(much * HOUR)

    def pass_time(self, length: timedelta) -> None:
        until = self.at + length
        while self.at < until:
            self.at = min(until, self.at + 12 * HOUR)
            self.tick()

    def tick(self) -> None:
        for find, deal in self.clock:
            self.session.flush()
            for row_id in find(self.session, self.at):
                deal(self.session, row_id, self.at)

    def check(self) -> None:
        """After a tick nothing is with nobody, and nothing waits for what is past."""
        self.session.flush()
        here = holders.around(self.session, at=self.at)
        on_the_desk = {item.request_id: item for item in desk_items.on_the_desk(self.session)}
        for request in self.requests:
            if request.state not in requests.OPEN:
                continue
            offer, item = offers.holder_of(self.session, request), on_the_desk.get(request.id)
            if offer is not None:
                assert offer.state == O.ACCEPTED or offer.lapses_at > self.at or item, (
                    "an offer is open beyond its time"
                )
            elif item is not None:
                assert holders.holder_of(item, here).people, "it is on the desk, and nobody's"
            else:
                assert request.state == Q.ASKING, f"it is {request.state}, with nobody"
                assert request.waits_for_id in {one.id for one in self.people}, "it waits for nobody"
                assert request.waits_until is not None, "it waits without an end"
                assert request.waits_until > self.at, "it waits for a morning that is past"


def play(
    database: Database, mess: list[tuple[Q, O, bool, bool]] | None, done: list[tuple[str, int, int]], clock: Clock
) -> None:
    """From any mess, and through any moves: right after each tick, and when everybody's time is over."""
    with Session(database.writer, expire_on_commit=False) as session:
        town = Town(session, clock)
        if mess is not None:
            town.mess_up(mess)
        town.tick()
        town.check()
        for move in done:
            town.move(*move)
            town.tick()
            town.check()
        town.pass_time(3 * A_DAY)
        town.check()
        session.rollback()


def quick(examples: int, *, derandomized: bool = False) -> settings:
    """`derandomized` for what must be found out: the same examples each time, until one does."""
    return settings(
        derandomize=derandomized,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        phases=[Phase.generate],
        database=None,
    )


def test_from_any_mess_and_through_any_moves_somebody_has_it(database: Database) -> None:
    @quick(15)
    @given(st.none() | messes, moves)
    def always(mess: list[tuple[Q, O, bool, bool]] | None, done: list[tuple[str, int, int]]) -> None:
        play(database, mess, done, CLOCK)

    always()


# Without the fourth, of who goes away, an offer still ends in time.
@pytest.mark.parametrize("left_out", [taking.overdue, moving_on.waiting, moving_on.with_nobody])
def test_a_clock_that_leaves_something_out_is_found_out(database: Database, left_out: object) -> None:
    broken = tuple(one for one in CLOCK if one[0] is not left_out)

    @quick(300, derandomized=True)
    @given(messes, moves)
    def always(mess: list[tuple[Q, O, bool, bool]], done: list[tuple[str, int, int]]) -> None:
        play(database, mess, done, broken)

    with pytest.raises(AssertionError):
        always()
