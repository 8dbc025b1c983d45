"""A shift by text: reminded and confirmed, covered by the first who says yes, swapped, and told of when nobody has it.

And each going wrong: a 2 after it has begun, two who take one, a yes after it was taken, a swap with somebody who left, a reminder
that does not arrive, a word from a number that nobody knows.
"""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from helpline import on_behalf, people, reminders, rota, shifts, standbys, swaps
from helpline.asks import A, Ask
from helpline.db import Database
from helpline.errors import HelplineError
from helpline.history import Event
from helpline.messages import Message
from helpline.people import HatName, Person
from helpline.rota import S, Shift
from helpline.slots import Slot
from tests import builders
from tests.builders import NOON
from tests.stories.evening import Evening
from tests.stories.test_the_whole_road import NEEDS
from workers import sweeps

HOUR = timedelta(hours=1)
TEN_TOMORROW = datetime.fromisoformat("2026-11-20T10:00:00+00:00")
TEN_ON_SATURDAY = TEN_TOMORROW + timedelta(days=1)


class Rota:
    """Who is down for what, and a cast for it."""

    def __init__(self, line: Evening, database: Database) -> None:
        self.line, self.database = line, database

    def handlers(self, *names: str) -> list[Person]:
        with self.database.transaction() as session:
            return [builders.a_handler(session, name, on_shift=False) for name in names]

    def organiser(self, name: str) -> Person:
        with self.database.transaction() as session:
            olu = builders.a_person(session, name)
            people.wear(session, olu, HatName.ORGANISER, at=NOON)
            return olu

    def slot(self, starts_at: datetime = TEN_TOMORROW, *, hours: float = 3, least: int = 1, most: int = 2) -> int:
        with self.database.transaction() as session:
            ends_at = starts_at + timedelta(hours=hours)
            slot = Slot(day=starts_at.date(), starts_at=starts_at, ends_at=ends_at, least=least, most=most)
            session.add(slot)
            session.flush()
            return slot.id

    def down(self, who: Person, slot_id: int | None = None) -> int:
        """They were down for it long ago, as a regular is."""
        with self.database.transaction() as session:
            slot = session.get_one(Slot, slot_id or self.slot())
            return rota.write(session, who, starts_at=slot.starts_at, ends_at=slot.ends_at, slot=slot).id

    def of(self, slot_id: int) -> list[str | None]:
        """Who is down for a slot now."""
        with self.line.read() as session:
            return [
                shift.person.first_name for shift in rota.down_for(session, [session.get_one(Slot, slot_id)])[slot_id]
            ]

    def shift(self, shift_id: int) -> Shift:
        with self.line.read() as session:
            return session.get_one(Shift, shift_id)

    def until(self, at: datetime) -> None:
        self.let_pass(at - self.line.clock.now())

    def nothing_for(self, who: Person) -> None:
        """They have no text that they have not read, ten seconds on."""
        self.let_pass(timedelta(seconds=10))
        assert not self.line.phone(who).unread, self.line.exchange.transcript()

    def let_pass(self, length: timedelta) -> None:
        """Time passes in one stride, as it does for a clock that was away, and then what is due is done."""
        line = self.line
        line.ticking.cancel()
        line.clock.advance(length.total_seconds())
        for _ in range(2):  # two machines' clocks see it, and what was owed goes
            line.tick()
        line.clock.advance(1)
        line.tick()
        line.ticking = line.clock.every(0.25, line.tick)


@pytest.fixture
def on(line: Evening, database: Database) -> Rota:
    return Rota(line, database)


def test_reminded_the_evening_before_confirmed_and_told_an_hour_before(
    line: Evening, on: Rota, database: Database
) -> None:
    (hana,) = on.handlers("Hana Novak")
    shift = on.down(hana, on.slot())
    on.until(TEN_TOMORROW - 16 * HOUR - timedelta(minutes=10))
    assert line.phone(hana).unread == []
    on.let_pass(timedelta(minutes=15))
    for _ in range(2):  # another machine's clock sees it too
        sweeps.sweep(database, line.clock.now())
    reminder = line.phone(hana).receives(
        "your shift is tomorrow, 10 am to 1 pm. Reply 1 to confirm, 2 if you need cover."
    )
    reminder.replies("1")
    line.phone(hana).receives("Thank you. You are down for tomorrow, 10 am to 1 pm.")
    assert on.shift(shift).confirmed_at is not None
    on.until(TEN_TOMORROW - HOUR + timedelta(minutes=5))
    line.phone(hana).receives("your shift starts at 10 am. Thank you. Running late? Send LATE 15.").replies("late 20")
    line.phone(hana).receives("We ring you from 10:20 am. Nobody else is on until then")
    assert on.shift(shift).starts_at == TEN_TOMORROW + timedelta(minutes=20)
    on.nothing_for(hana)


def test_two_opens_it_the_first_yes_has_it_and_who_is_later_hears_so(line: Evening, on: Rota) -> None:
    hana, bea, tomasz, ines = on.handlers("Hana Novak", "Bea Okoro", "Tomasz Lis", "Ines Cruz")
    slot = on.slot()
    on.down(hana, slot)
    on.down(ines, on.slot(TEN_TOMORROW + HOUR))  # she has a shift then
    on.until(TEN_TOMORROW - 16 * HOUR + timedelta(minutes=5))
    line.phone(ines).receives("your shift is tomorrow, 11 am to 2 pm")
    line.phone(hana).receives("your shift is tomorrow").replies("2")
    line.phone(hana).receives(
        "We have asked two others about tomorrow, 10 am to 1 pm. It stays yours until somebody has it"
    )
    asked = line.phone(bea).receives("can you cover for Hana, tomorrow, 10 am to 1 pm? Reply YES A or NO A.")
    line.phone(tomasz).receives("can you cover for Hana")
    assert on.of(slot) == ["Hana"]
    asked.replies("yes")
    line.phone(bea).receives("Thank you, the shift is yours: tomorrow, 10 am to 1 pm.")
    line.phone(hana).receives("Bea has your shift, tomorrow, 10 am to 1 pm. You are free then.")
    assert on.of(slot) == ["Bea"]
    line.phone(tomasz).sends("Yes A please").receives("Somebody was faster.")
    asked.replies("yes")
    line.phone(bea).receives("the shift is yours")
    line.phone(hana).sends("1").receives("That shift is no longer yours.")
    assert on.of(slot) == ["Bea"]


def test_the_next_few_are_asked_when_nobody_says_yes_and_sleepers_only_when_it_is_near(line: Evening, on: Rota) -> None:
    hana, *others = on.handlers("Hana Novak", "Ana A", "Ben B", "Cat C", "Dev D", "Eva E", "Fay F")
    shift = on.down(hana, on.slot())
    with on.database.transaction() as session:
        standbys.offer(session, session.get_one(Shift, shift), who=session.get_one(Person, others[5].id), at=NOON)
    line.phone(hana).sends("Cover").receives("We have asked four others")
    first = [one for one in others if line.phone(one).unread]
    assert [one.first_name for one in first] == ["Ana", "Ben", "Cat", "Fay"]  # Fay had said that she could
    for one in first:
        line.phone(one).receives("can you cover")
    with on.database.transaction() as session:
        session.get_one(Person, others[3].id).paused_at = NOON
    on.let_pass(HOUR + timedelta(minutes=1))
    line.phone(others[4]).receives("can you cover for Hana")
    line.phone(others[3]).receives_nothing(for_seconds=20)
    for one in first:
        line.phone(one).sends("no").receives("Thank you for saying. We ask somebody else.")
    on.until(TEN_TOMORROW - 15 * HOUR)
    on.nothing_for(hana)  # no question whether she comes: she has said that she cannot
    on.until(TEN_TOMORROW - HOUR + timedelta(minutes=5))
    line.phone(hana).receives(
        "nobody has your shift yet, today, 10 am to 1 pm, so it is still yours. Reply 1 if you can"
    )
    line.phone(hana).sends("1").receives("You are down for today, 10 am to 1 pm.")
    line.phone(others[4]).sends("yes").receives("Hana does not need cover any more. Thank you all the same.")
    assert on.shift(shift).state == S.KEPT


def test_a_two_after_it_has_begun_asks_everybody_at_once_and_the_rest_of_it_is_covered(line: Evening, on: Rota) -> None:
    hana, bea = on.handlers("Hana Novak", "Bea Okoro")
    slot = on.slot()
    shift = on.down(hana, slot)
    on.until(TEN_TOMORROW - timedelta(minutes=30))  # every clock was away all night: the evening's reminder is left out
    on.until(TEN_TOMORROW + timedelta(minutes=30))
    line.phone(hana).receives("your shift starts at 10 am. Reply 1 to confirm, 2 if you need cover.").replies("2")
    line.phone(hana).receives(
        "about today, 10:30 am to 1 pm. It stays yours until somebody has it, and we tell you who. To stop our ringing you"
    )
    line.phone(bea).receives("can you cover for Hana, today, 10:30 am to 1 pm?").replies("ok")
    line.phone(bea).receives("the shift is yours: today, 10:30 am to 1 pm")
    line.phone(hana).receives("Bea has your shift, today, 10:30 am to 1 pm")
    assert on.of(slot) == ["Hana", "Bea"]
    assert on.shift(shift).ends_at < line.clock.now()
    line.phone(hana).sends("2").receives("That shift is over. Thank you all the same.")


def test_two_swap_by_text_and_both_are_told(line: Evening, on: Rota, database: Database) -> None:
    hana, tomasz = on.handlers("Hana Novak", "Tomasz Lis")
    friday, saturday = on.slot(), on.slot(TEN_ON_SATURDAY)
    mine, theirs = on.down(hana, friday), on.down(tomasz, saturday)
    with database.transaction() as session:
        who = session.get_one(Person, hana.id)
        swaps.propose(session, session.get_one(Shift, mine), session.get_one(Shift, theirs), who=who, at=NOON)
    asked = line.phone(tomasz).receives(
        "Hana asks to swap. Hana would do yours, Saturday 21 November, 10 am to 1 pm. "
        "You would do Friday 20 November, 10 am to 1 pm. Reply YES A or NO A by 10 am tomorrow."
    )
    asked.replies("yes a")
    line.phone(tomasz).receives(
        "Thank you, swapped. You have Friday 20 November, 10 am to 1 pm, and Hana has Saturday 21"
    )
    line.phone(hana).receives(
        "swapped. Tomasz has Friday 20 November, 10 am to 1 pm, and you have Saturday 21 November"
    )
    assert (on.of(friday), on.of(saturday)) == (["Tomasz"], ["Hana"])
    asked.replies("yes")
    line.phone(tomasz).receives("swapped")


def test_no_swap_with_somebody_who_left_or_has_another_shift_by_now(
    line: Evening, on: Rota, database: Database
) -> None:
    hana, tomasz, bea = on.handlers("Hana Novak", "Tomasz Lis", "Bea Okoro")
    friday, saturday = on.slot(), on.slot(TEN_ON_SATURDAY)
    mine, theirs, beas = on.down(hana, friday), on.down(tomasz, saturday), on.down(bea, saturday)
    with database.transaction() as session:
        who, wanted = session.get_one(Person, hana.id), session.get_one(Shift, mine)
        for shift in (theirs, beas):
            swaps.propose(session, wanted, session.get_one(Shift, shift), who=who, at=NOON)
    line.phone(tomasz).receives("Hana asks to swap")
    line.phone(bea).receives("Hana asks to swap")
    line.clock_is_up = False
    with database.transaction() as session:
        shifts.leave(session, session.get_one(Shift, mine), who=session.get_one(Person, hana.id), at=NOON)
    line.clock_is_up = True
    line.phone(tomasz).sends("YES A").receives("Hana does not have that shift any more.")
    assert (on.of(friday), on.of(saturday)) == ([], ["Tomasz", "Bea"])
    on.let_pass(timedelta(seconds=30))
    with line.read() as session:
        assert {ask.state for ask in session.scalars(select(Ask)).all()} == {A.WITHDRAWN}
    with database.transaction() as session:
        (ask,) = session.scalars(select(Ask).where(Ask.person_id == bea.id)).all()
        with pytest.raises(HelplineError, match="settled already"):
            swaps.agree(session, ask, who=ask.person, at=line.clock.now())


def test_the_organisers_hear_of_gaps_in_one_text_each_stage_once(line: Evening, on: Rota, database: Database) -> None:
    olu = on.organiser("Olu Ade")
    (hana,) = on.handlers("Hana Novak")
    friday, saturday = on.slot(), on.slot(TEN_ON_SATURDAY, least=2)
    on.down(hana, saturday)
    on.let_pass(timedelta(seconds=40))
    for _ in range(2):
        sweeps.sweep(database, line.clock.now())
    line.phone(olu).receives(
        "too few on the rota: tomorrow, 10 am to 1 pm, nobody yet; Saturday 21 November, 10 am to 1 pm, 1 more needed."
    )
    on.until(TEN_TOMORROW - timedelta(minutes=5))
    on.nothing_for(olu)
    on.until(TEN_TOMORROW + timedelta(minutes=2))
    # Saturday is a day ahead at that moment too, but what has begun comes by itself.
    line.phone(olu).receives("a shift has begun with too few: today, 10 am to 1 pm, nobody is down.")
    line.phone(olu).receives("tomorrow, 10 am to 1 pm, 1 more needed.")
    on.nothing_for(olu)
    with database.transaction() as session:
        assert session.get_one(Slot, friday).alarmed == 3
    line.phone(hana)


def test_a_shift_that_nobody_covers_is_told_of_after_a_while(line: Evening, on: Rota) -> None:
    olu = on.organiser("Olu Ade")
    (hana,) = on.handlers("Hana Novak")
    on.down(hana, on.slot(TEN_ON_SATURDAY))
    line.phone(hana).sends("I need cover").receives("There is nobody free whom we could ask just now")
    on.let_pass(3 * HOUR)
    on.nothing_for(olu)
    on.let_pass(HOUR + timedelta(minutes=5))
    line.phone(olu).receives("Saturday 21 November, 10 am to 1 pm, nobody yet.")


def test_a_reminder_that_does_not_arrive_is_on_the_desk(line: Evening, on: Rota) -> None:
    hana, bea = on.handlers("Hana Novak", "Bea Okoro")
    slot = on.slot()
    shift = on.down(hana, slot)
    with on.database.transaction() as session:
        session.get_one(Person, bea.id).stopped_texts_at = NOON
    stopped = on.down(bea, slot)
    olu = on.organiser("Olu Ade")
    line.phone(hana).behaves("dead")
    on.until(TEN_TOMORROW - 15 * HOUR)
    with line.read() as session:
        given = [session.get_one(Shift, one) for one in (shift, stopped)]
        assert set(reminders.unreached(session, given)) == {shift, stopped}
        assert "shift.not_reminded" in session.scalars(select(Event.what)).all()
    line.phone(bea)
    line.desk(olu).shows(
        "The reminder did not arrive", "Gets no texts from us, since they sent STOP", on=f"/rota/slots/{slot}"
    )


def test_words_about_shifts_from_handlers_and_from_nobody_we_know(line: Evening, on: Rota) -> None:
    (hana,) = on.handlers("Hana Novak")
    phone = line.phone(hana)
    phone.sends("COVER").receives("You are down for no shift, so there is nothing to cover.")
    on.down(hana, on.slot(TEN_TOMORROW + timedelta(days=6)))
    phone.sends("shifts").receives("You are down for: Thursday 26 November, 10 am to 1 pm. To get cover")
    phone.sends("I'm on now").receives("Thank you. You are on until 4:47 pm, and we ring you on this telephone.")
    phone.sends("on").receives("You are on already until 4:47 pm")
    phone.sends("off").receives("Your shift is over, and we ring you no more.")
    phone.sends("late").receives("No shift of yours starts in the next hours")
    stranger = line.phone("+447700900999")
    stranger.sends("COVER").receives("somebody from")
    on.nothing_for(hana)


def test_of_several_near_shifts_she_is_asked_which(line: Evening, on: Rota) -> None:
    hana, bea = on.handlers("Hana Novak", "Bea Okoro")
    on.down(hana, on.slot())
    saturday = on.down(hana, on.slot(TEN_ON_SATURDAY))
    which = (
        line.phone(hana)
        .sends("cover")
        .receives("Which one? Reply YES A for tomorrow, 10 am to 1 pm; YES B for Saturday 21 November, 10 am to 1 pm.")
    )
    which.replies("yes").receives("2 open")
    which.replies("Yes B").receives("We have asked one other about Saturday 21 November")
    line.phone(bea).receives("can you cover for Hana, Saturday 21 November, 10 am to 1 pm?")
    assert on.shift(saturday).state == S.COVER_WANTED


def test_a_coordinator_with_a_request_open_tells_a_reminder_from_it_by_letter(
    line: Evening, on: Rota, database: Database
) -> None:
    with database.transaction() as session:
        builders.a_street(session, "Acacia Road")
        coral = builders.a_coordinator(session, "Coral Reid")
        people.wear(session, coral, HatName.HANDLER, at=NOON)
        hana = builders.a_handler(session, "Hana Novak")
    shift = on.down(coral, on.slot())
    line.desk(hana).post("/requests", {**NEEDS, "urgency": "this_week", "form_key": "a form of the week's things"})
    line.phone(coral).receives("Can somebody? Reply YES A or NO A")
    on.until(TEN_TOMORROW - 15 * HOUR)
    reminder = line.phone(coral).receives("tomorrow, 10 am to 1 pm. Reply YES B to confirm, NO B if you need cover.")
    reminder.replies("1").receives("Reply YES A for")
    reminder.replies("YES B").receives("You are down for tomorrow")
    assert on.shift(shift).confirmed_at is not None


def test_an_organiser_asks_for_cover_and_takes_it_back_and_whose_shift_it_is_hears_of_both(
    line: Evening, database: Database
) -> None:
    rota_ = Rota(line, database)
    hana, bea = rota_.handlers("Hana", "Bea")
    olu = rota_.organiser("Olu")
    shift, olus = rota_.down(hana), line.desk(olu)
    for _ in range(2):
        olus.post(f"/rota/shifts/{shift}/cover", {}, on=f"/rota/shifts/{shift}")
    hanas = line.phone(hana)
    hanas.receives("we look for cover for your shift on Friday 20 November, 10 am to 1 pm. It stays yours until")
    line.phone(bea).receives("can you cover for Hana")
    olus.post(f"/rota/shifts/{shift}/keep", {}, on=f"/rota/shifts/{shift}")
    hanas.receives(
        "nobody else is asked any more to cover your shift on Friday 20 November, 10 am to 1 pm, so please come"
    )
    hanas.sends("STOP")
    line.clock.advance(1)
    told = olus.post(f"/rota/shifts/{shift}/cover", {}, on=f"/rota/shifts/{shift}")
    olus.shows("They have stopped our texts, so ring them.", on=told.headers["location"].partition("#")[0])
    assert len([text for text in line.exchange.texts if "we look for cover" in text.body]) == 1
    with database.transaction() as session:
        session.get_one(Person, hana.id).stopped_texts_at = None
        on_behalf.keep(session, session.get_one(Shift, shift), who=olu, at=TEN_TOMORROW + 3 * HOUR)  # from an old page
        assert session.scalars(select(Message.id).where(Message.created_at >= TEN_TOMORROW)).all() == []
