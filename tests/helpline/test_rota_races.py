"""Two handlers, or two clocks, at the same moment: the database lets one of them."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import ahead, rota, shifts
from helpline.db import Database
from helpline.errors import HelplineError
from helpline.people import Person
from helpline.rota import Shift
from helpline.slots import Slot
from tests.builders import NOON, a_handler
from tests.helpline.rota_cast import FOUR, HOUR, SEVEN, a_pattern, a_slot


def at_once(database: Database, *acts: Callable[[Session], object]) -> list[str]:
    """Do each in a transaction and a thread of its own; answers with what each that was refused heard."""
    together, heard = Barrier(len(acts)), list[str]()

    def do(act: Callable[[Session], object]) -> None:
        try:
            with database.transaction() as session:
                if database.writer is database.reader:  # SQLite lets one in at a time
                    together.wait(10)
                act(session)
        except HelplineError as refused:
            heard.append(str(refused))

    threads = [Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return heard


@pytest.fixture
def two(database: Database) -> tuple[int, int]:
    with database.transaction() as session:
        return a_handler(session, "Hana", on_shift=False).id, a_handler(session, "Bea", on_shift=False).id


@pytest.fixture
def slot(database: Database) -> int:
    with database.transaction() as session:
        return a_slot(session).id


def count(database: Database, what: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_the_last_place_is_taken_once(database: Database, two: tuple[int, int], slot: int) -> None:
    with database.transaction() as session:
        session.get_one(Slot, slot).most = 1

    def take(who: int) -> Callable[[Session], object]:
        return lambda session: shifts.take(
            session, session.get_one(Slot, slot), who=session.get_one(Person, who), at=NOON
        )

    heard = at_once(database, *(take(who) for who in two))
    assert (heard, count(database, Shift)) == (["That shift is full: somebody was faster."], 1)


def test_somebody_put_down_twice_at_once_is_down_once(database: Database, two: tuple[int, int]) -> None:
    """No row holds these two back, so the constraint has the last word."""

    def write(late: timedelta) -> Callable[[Session], object]:
        return lambda session: rota.write(
            session, session.get_one(Person, two[0]), starts_at=FOUR + late, ends_at=SEVEN + late
        )

    assert at_once(database, write(timedelta(0)), write(HOUR)) == [rota.TAKEN_TWICE]
    assert count(database, Shift) == 1


def test_cover_is_given_by_one(database: Database, two: tuple[int, int], slot: int) -> None:
    with database.transaction() as session:
        hana = session.get_one(Person, two[0])
        shift = shifts.take(session, session.get_one(Slot, slot), who=hana, at=NOON)
        shifts.want_cover(session, shift, who=hana, at=NOON)
        femi = a_handler(session, "Femi", on_shift=False).id

    def come(who: int) -> Callable[[Session], object]:
        return lambda session: shifts.take_over(
            session, session.get_one(Shift, shift.id), who=session.get_one(Person, who), at=NOON
        )

    assert at_once(database, come(two[1]), come(femi)) == ["Somebody was faster. Thank you all the same."]
    with database.reading() as session:
        assert len(rota.on_now(session, FOUR)) == 1


def test_two_clocks_make_each_slot_once(database: Database) -> None:
    with database.transaction() as session:
        pattern = a_pattern(session).id
    later = NOON + timedelta(days=14)
    assert at_once(database, *[lambda session: ahead.make(session, pattern, later)] * 2) == []
    assert count(database, Slot) == 10
