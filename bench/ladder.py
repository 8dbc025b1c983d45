"""`python -m bench.ladder`: 500 open requests up the ladders of 60 coordinators, at one message a second, in simulated time.

The verbs, the sweeps, the order in which texts leave and the database are the real ones; the carrier is pretended in this process,
and a clock that the bench moves goes from one thing that happens to the next. Coordinators answer by a seeded mix: yes, no,
nothing, something unclear, away, or the text never arrives. Each text that leaves is checked against all that could have left
instead, and after everything that happens nobody may have more than they take on.
"""

import heapq
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bench import shared
from bench.shared import Place
from helpline import (
    away,
    config,
    delivery,
    durations,
    holders,
    inbox,
    messages,
    moving_on,
    offering,
    offers,
    people,
    requests,
    sparing,
    taking,
)
from helpline.db import Database
from helpline.desk_items import LIVE, DeskItem
from helpline.messages import M, Message, MessageKind
from helpline.offers import O, Offer
from helpline.people import HatName, Person, Way
from helpline.requests import HelpRequest, Q, Written
from helpline.wording import Kind, Money, Urgency
from tests import builders
from workers import clock, sweeps
from workers.sweeps import Sweep

BEGINS = datetime(2026, 11, 19, 9, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
# How near something is: what leaves first.
NEAR = {Urgency.NOW: 1, Urgency.TODAY: 2, Urgency.THIS_WEEK: 3}
URGENCIES = (Urgency.NOW,) * 2 + (Urgency.TODAY,) * 7 + (Urgency.THIS_WEEK,) * 11
ANSWERS = ("yes",) * 11 + ("no",) * 4 + ("nothing",) * 3 + ("unclear", "undelivered")
AWAY = 0.05  # of those who would say no: they go away instead
UNCLEAR = ("who is it for?", "maybe, ask me later", "ring me")
# The sweeps that deal with requests; the others have nothing to find here.
OURS = {taking.overdue, moving_on.waiting, away.beginning, moving_on.with_nobody}
SWEEPS: Sequence[Sweep] = [one for one in sweeps.SWEEPS if one.find in OURS]


class BrokenError(Exception):
    """What must never happen did."""


@dataclass
class Ward:
    """The database, the people, and what happens next."""

    database: Database
    chance: random.Random
    pace: float
    now: datetime = BEGINS
    agenda: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    order: "count[int]" = field(default_factory=count)
    sent: Counter[str] = field(default_factory=Counter)
    last_text_at: datetime | None = None
    most_at_once: int = 0
    settled_at: datetime | None = None

    def after(self, length: timedelta, happen: Callable[[], None]) -> None:
        """Later, something happens."""
        heapq.heappush(self.agenda, (self.now + length, next(self.order), happen))

    def run(self, until: datetime) -> None:
        """From one thing that happens to the next, until nothing is left to."""
        while True:
            self._tick()
            following = self._next()
            if following is None or following > until:
                return
            self.now = max(self.now, following)
            while self.agenda and self.agenda[0][0] <= self.now:
                heapq.heappop(self.agenda)[2]()

    def _next(self) -> datetime | None:
        """When the next thing happens: an answer, the end of somebody's time, a morning, or room for a text."""
        with self.database.reading() as session:
            lapse = session.scalar(select(func.min(Offer.lapses_at)).where(Offer.state == O.OPEN))
            waits = session.scalar(select(func.min(HelpRequest.waits_until)).where(HelpRequest.state == Q.ASKING))
            text = session.scalar(select(func.min(Message.due_at)).where(Message.state == M.OWED))
        if text is not None and self.last_text_at is not None:
            text = max(text, self.last_text_at + timedelta(seconds=1 / self.pace))
        times = [one for one in (lapse, waits, text, self.agenda[0][0] if self.agenda else None) if one is not None]
        following = min(times, default=None)
        # An offer that is watched, since its text has not left, is long over its time.
        return following and max(following, self.now + A_SECOND / 4)

    def _nobody_picks_up(self) -> None:
        """Whoever is to be told by a call, since a text did not arrive, does not hear the telephone."""
        with self.database.transaction() as session:
            owed = (Message.state == M.OWED) & (Message.way == Way.VOICE) & (Message.due_at <= self.now)
            for message in session.scalars(select(Message).where(owed)).all():
                messages.LIFE.win(session, message, M.SENDING, claimed_at=self.now)
                delivery.lost(session, message, M.UNDELIVERED, at=self.now, why="nobody picked up")

    def _tick(self) -> None:
        self._nobody_picks_up()
        """What the clock and the worker do: deadlines first, then the texts for which there is room."""
        with self.database.reading() as session:
            found = [(sweep.deal, row_id) for sweep in SWEEPS for row_id in sweep.find(session, self.now)]
        for deal, row_id in found:
            with self.database.transaction() as session:
                deal(session, row_id, self.now)
        with self.database.transaction() as session:
            due = clock.due_messages(session, self.pace, self.now)
            if due:
                self._check_order(session, due[0])
                session.execute(update(Message).where(Message.id.in_(due)).values(queued_at=self.now))
        for message_id in due:
            self._say(message_id)
        self._check_limits()

    def _say(self, message_id: int) -> None:
        """The worker's job, with a carrier that takes everything."""
        with self.database.transaction() as session:
            message = session.get_one(Message, message_id)
            if not messages.claim(session, message, at=self.now):
                return
            delivery.sent(session, message, f"SM{message_id:032x}", at=self.now)
            self.sent[message.kind] += 1
            about = (message.kind, message.offer_id, message.id)
        if self.last_text_at is not None and self.now - self.last_text_at < timedelta(seconds=1 / self.pace):
            raise BrokenError("two texts left within the second")
        self.last_text_at = self.now
        if about[0] == MessageKind.OFFER and about[1] is not None:
            self._is_read(about[1], about[2])

    # What is checked

    def _check_order(self, session: Session, chosen: int) -> None:
        """No text that could have left is more urgent, or as urgent and about an older request."""
        rows = session.execute(
            select(Message.id, HelpRequest.urgency, HelpRequest.created_at)
            .join(HelpRequest, HelpRequest.id == Message.request_id)
            .where(Message.state == M.OWED, Message.kind == MessageKind.OFFER, Message.due_at <= self.now)
            .where(Message.way != Way.VOICE)  # no text: a telephone would be rung
        ).all()
        keys = {row_id: (NEAR[urgency], created_at) for row_id, urgency, created_at in rows}
        if chosen in keys and keys[chosen] != min(keys.values()):
            raise BrokenError(f"a text about {keys[chosen]} left before one about {min(keys.values())}")

    def _check_limits(self) -> None:
        with self.database.reading() as session:
            rows = session.execute(
                select(Offer.person_id, HelpRequest.urgency)
                .join(HelpRequest, HelpRequest.id == Offer.request_id)
                .where(Offer.state.in_(offers.LIVE))
            ).all()
            asking = session.scalar(select(func.count()).where(HelpRequest.state == Q.ASKING))
            most = durations.of(session).most_open
        if not asking and self.settled_at is None:
            self.settled_at = self.now
        has = Counter(person_id for person_id, _ in rows)
        urgent = {person_id for person_id, urgency in rows if urgency == Urgency.NOW}
        self.most_at_once = max(self.most_at_once, *has.values(), 0)
        over = [one for one, many in has.items() if many > most + (one in urgent)]
        if over:
            raise BrokenError(f"{len(over)} people have more than the {most} that they take on")

    # What coordinators do

    def _is_read(self, offer_id: int, message_id: int) -> None:
        how = self.chance.choice(ANSWERS)
        after = timedelta(minutes=self.chance.lognormvariate(0, 0.8) * 12)
        if how == "undelivered":
            self.after(timedelta(seconds=8), lambda: self._never_arrives(message_id))
        elif how == "unclear":
            self.after(after, lambda: self._writes(offer_id, self.chance.choice(UNCLEAR)))
        elif how == "no" and self.chance.random() < AWAY:
            self.after(after, lambda: self._goes_away(offer_id))
        elif how != "nothing":
            self.after(after, lambda: self._writes(offer_id, f"{how} {{letter}}"))
            if how == "yes":
                self.after(
                    after + timedelta(hours=self.chance.uniform(1, 8)), lambda: self._writes(offer_id, "done {letter}")
                )

    def _never_arrives(self, message_id: int) -> None:
        with self.database.transaction() as session:
            message = session.get_one(Message, message_id)
            delivery.reported(session, message, sid=message.sid or "", status="undelivered", why="30003", at=self.now)

    def _writes(self, offer_id: int, words: str) -> None:
        with self.database.transaction() as session:
            offer = session.get_one(Offer, offer_id)
            morning = sparing.awake(session, offer.person, at=self.now)
            if morning > self.now:
                self.after(morning - self.now + A_SECOND, lambda: self._writes(offer_id, words))
                return
            body, sid = words.format(letter=offer.letter), f"SM{'f' * 8}{next(self.order):024x}"
            inbox.receive(session, sid, phone=offer.person.phone or "", body=body, at=self.now)

    def _goes_away(self, offer_id: int) -> None:
        with self.database.transaction() as session:
            person = session.get_one(Offer, offer_id).person
            day = away.today(self.now)
            if not away.is_away(session, person, day):
                away.say_away(session, person, day, day + timedelta(days=3), who=person, at=self.now)

    # How it stands

    def standing(self) -> Counter[Q]:
        """How many requests are where; each that is open with a person, or on the desk with a holder."""
        with self.database.reading() as session:
            here = holders.around(session, at=self.now)
            items = {
                item.request_id: item for item in session.scalars(select(DeskItem).where(DeskItem.state.in_(LIVE)))
            }
            many: Counter[Q] = Counter()
            for request in session.scalars(select(HelpRequest)):
                many[request.state] += 1
                item = items.get(request.id)
                held = item is not None and holders.holder_of(item, here).people
                if request.state in requests.OPEN and not held and offers.holder_of(session, request) is None:
                    raise BrokenError("a request is with nobody")
        return many


def _migrated(place: Place) -> Database:
    database = Database(place.url)
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    with database.writer.begin() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
    return database


def _people(session: Session, patches: int, most: int) -> Person:
    """Three who look after each patch, a handler who writes things down, and an organiser who says how many one takes on."""
    numbers = count(100)

    def somebody(name: str) -> Person:
        return builders.a_person(session, name, phone=f"+4477009{next(numbers):05}", at=BEGINS)

    for patch in range(patches):
        builders.a_street(session, f"Street {patch}", patch=f"Patch {patch}")
        for hat in (HatName.COORDINATOR, HatName.DEPUTY, HatName.DEPUTY):
            patch_id = builders.a_patch(session, f"Patch {patch}").id
            people.wear(session, somebody("Somebody"), hat, at=BEGINS, patch_id=patch_id)
    olga, hana = somebody("Olga"), somebody("Hana")
    people.wear(session, olga, HatName.ORGANISER, at=BEGINS)
    people.wear(session, hana, HatName.HANDLER, at=BEGINS)
    durations.change(session, "most_open", most, seen=None, who=olga, at=BEGINS)
    return hana


def _requests(session: Session, hana: Person, many: int, patches: int, chance: random.Random) -> None:
    """Written down during the last two hours, and all put to their streets now, in no order."""
    made = []
    for number in range(many):
        street = builders.find_street(session, f"Street {number % patches}")
        written = Written(
            f"form {number}",
            (Kind.SHOPPING,),
            "Milk",
            chance.choice(URGENCIES),
            Money.NONE,
            house="14",
            street_id=street.id if street else None,
        )
        at = BEGINS - timedelta(seconds=chance.randrange(7200))
        made.append(requests.write(session, written, who=hana, at=at)[0])
    chance.shuffle(made)
    for request in made:
        offering.ask_next(session, request, at=BEGINS)


def main() -> None:
    """Play it, check everything, and say how long it took."""
    parser = shared.options(__doc__ or "", seconds=1)
    parser.add_argument("--requests", type=int, default=500, help="how many (%(default)s)")
    parser.add_argument("--coordinators", type=int, default=60, help="three for each patch (%(default)s)")
    parser.add_argument("--most", type=int, default=10, help="how many one person takes on (%(default)s)")
    parser.add_argument("--seed", type=int, default=20)
    given = parser.parse_args()
    chance, began = random.Random(given.seed), time.perf_counter()
    with shared.place(shared.SQLITE, given.database_url) as place:
        config.use(_settings(place))
        database = _migrated(place)
        patches = max(1, given.coordinators // 3)
        with database.transaction() as session:
            _requests(session, _people(session, patches, given.most), given.requests, patches, chance)
        ward = Ward(database, chance, config.current().messages_per_second)
        try:
            ward.run(BEGINS + timedelta(days=4))
            many = ward.standing()
        except BrokenError as broken:
            sys.exit(f"BROKEN at {ward.now:%A %H:%M:%S}: {broken}")
        database.close()
    _say(ward, many, given, time.perf_counter() - began)


def _settings(place: Place) -> config.Settings:
    return config.Settings.model_validate(
        {name.lower(): value for name, value in shared.settings(place).items()} | {"messages_per_second": 1}
    )


def _say(ward: Ward, many: Counter[Q], given: Any, took: float) -> None:
    placed, desk = many[Q.TAKEN] + many[Q.DONE], many[Q.NOBODY]
    if many[Q.ASKING] or ward.settled_at is None:
        sys.exit(f"BROKEN: {many[Q.ASKING]} requests are still being asked about after four days")
    texts = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in sorted(ward.sent.items()))
    lasted = (ward.settled_at - BEGINS).total_seconds()
    print(f"{given.requests} requests, {given.coordinators} coordinators, three to a patch; seed {given.seed}")
    print(f"texts: {texts}; {sum(ward.sent.values())} in all, one a second at most")
    print("order: each left before all that were less urgent, or as urgent and younger")
    print(
        f"limit: {ward.most_at_once} at once with one person at most; they take on {given.most}, and one more if urgent"
    )
    print("nobody: each request was with a person, or on the desk with a holder")
    print(f"played in {took:.0f} s")
    print(f"placed {placed} of {given.requests} in {lasted:.0f} s; {desk} on the desk, none with nobody")


if __name__ == "__main__":
    main()
