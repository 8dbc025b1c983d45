"""PINs: which are refused, who sets them, and how few are ever tried."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import calls, people, pin_hash, pins, retention
from helpline.db import Database
from helpline.errors import HelplineError
from helpline.people import HatName, Person, Way
from helpline.pins import Guess, Pin
from tests.builders import NOON, a_coordinator, a_handler, a_person
from tests.helpline.cast import MINUTE, a_call, a_sid, texts_to

HOUR = timedelta(hours=1)
HANA = "+447700900271"


@pytest.fixture
def hana(session: Session) -> Person:
    return a_handler(session, "Hana Novak", phone=HANA)


def tries(session: Session, who: Person, *, at: datetime = NOON, right: bool = False) -> bool:
    """Whether a PIN is tried at all."""
    call = a_call(session, phone=who.phone, waits=False, at=at)
    found = pins.guess(session, who, call_id=call.id, nth=1, at=at)
    if found is not None:
        (pins.right if right else pins.wrong)(session, who, found, at=at)
    return found is not None


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("", "4 to 8"),
        ("473", "4 to 8"),
        ("473829163", "4 to 8"),
        ("47 38", "figures only"),
        ("47a8", "figures only"),
        ("٤٧٣٨", "figures only"),
        ("0000", "again and again"),
        ("99999999", "again and again"),
        ("4747", "again and again"),
        ("473473", "again and again"),
        ("1234", "in a row"),
        ("8765", "in a row"),
        ("7890", "in a row"),
        ("10987", "in a row"),
        ("0271", "their own number"),
        ("900271", "their own number"),
    ],
)
def test_a_pin_that_is_tried_first_is_refused_with_a_sentence(pin: str, why: str) -> None:
    assert why in (pins.problem_with(pin, HANA) or "")


@pytest.mark.parametrize("pin", ["4738", "1357", "1123", "00001", "82736455"])
def test_any_other_will_do(pin: str) -> None:
    assert pins.problem_with(pin, HANA) is None


def test_a_pin_is_kept_neither_in_clear_nor_as_a_hash_that_can_be_read(session: Session, hana: Person) -> None:
    hashed = pin_hash.make("4738")
    pins.put(session, hana, hashed, who=hana, at=NOON)
    session.flush()
    (kept,) = session.connection().exec_driver_sql("SELECT hashed FROM pins").one()
    assert b"argon2" not in bytes(kept)
    assert pin_hash.fits(pins.hash_of(session, hana), "4738")
    assert not pin_hash.fits(pins.hash_of(session, hana), "4739")


def test_nobody_without_a_pin_has_any_that_fits(session: Session, hana: Person) -> None:
    assert pins.hash_of(session, hana) is None
    assert not pin_hash.fits(None, "4738")
    assert not pin_hash.fits(None, "nobody's")


def test_a_new_pin_takes_the_place_of_the_old_one(session: Session, hana: Person) -> None:
    for pin in ("4738", "9164"):
        pins.put(session, hana, pin_hash.make(pin), who=hana, at=NOON)
    assert not pin_hash.fits(pins.hash_of(session, hana), "4738")
    assert pin_hash.fits(pins.hash_of(session, hana), "9164")
    pins.clear(session, hana, who=hana, at=NOON)
    assert pins.of(session, hana) is None


def test_an_organiser_sets_anybodys_and_others_only_their_own(session: Session, hana: Person) -> None:
    olga, coral = a_handler(session, "Olga Lund"), a_coordinator(session, "Coral Reid")
    people.wear(session, olga, HatName.ORGANISER, at=NOON)
    pins.put(session, coral, "a hash", who=olga, at=NOON)
    found = pins.of(session, coral)
    assert found is not None
    assert found.set_by == olga
    for forbidden in (
        lambda: pins.put(session, coral, "x", who=hana, at=NOON),
        lambda: pins.clear(session, coral, who=hana, at=NOON),
    ):
        with pytest.raises(HelplineError, match="organiser"):
            forbidden()
    with pytest.raises(HelplineError, match="no hat"):
        pins.put(session, a_person(session, "Rita Marsh"), "x", who=olga, at=NOON)


def test_after_three_wrong_ones_none_is_tried_for_an_hour(session: Session, hana: Person) -> None:
    assert all(tries(session, hana, at=NOON + n * MINUTE) for n in range(3))
    assert not tries(session, hana, at=NOON + 6 * MINUTE)
    assert not tries(session, hana, at=NOON + HOUR - MINUTE)
    assert tries(session, hana, at=NOON + HOUR)


def test_nor_for_the_rest_of_the_day_after_fifteen(session: Session, hana: Person) -> None:
    for round_ in range(5):
        assert all(tries(session, hana, at=NOON + round_ * 2 * HOUR + n * MINUTE) for n in range(3))
    assert not tries(session, hana, at=NOON + 12 * HOUR)
    assert tries(session, hana, at=NOON + timedelta(days=1))


def test_a_right_one_wipes_the_slate_and_so_does_a_new_pin(session: Session, hana: Person) -> None:
    for at in (NOON, NOON + 10 * MINUTE):
        assert all(tries(session, hana, at=at) for _ in range(2))
        assert tries(session, hana, at=at, right=True)
    assert all(tries(session, hana, at=NOON + 20 * MINUTE) for _ in range(3))
    assert not tries(session, hana, at=NOON + 20 * MINUTE)
    pins.put(session, hana, "a hash", who=hana, at=NOON + 21 * MINUTE)
    assert tries(session, hana, at=NOON + 22 * MINUTE)


def test_one_person_is_closed_as_any_other_pin_or_no_pin(session: Session, hana: Person) -> None:
    tomasz = a_handler(session, "Tomasz Lis")
    pins.put(session, tomasz, "a hash", who=tomasz, at=NOON)
    for who in (hana, tomasz):
        assert [tries(session, who) for _ in range(7)] == [True] * 3 + [False] * 4


def test_whoevers_number_it_is_hears_of_it_once(session: Session, hana: Person) -> None:
    for _ in range(7):
        tries(session, hana)
    (told,) = texts_to(session, hana)
    assert "wrong PINs were keyed in from your number" in told
    landline = a_coordinator(session, "Mrs Osei", by=Way.VOICE)
    for _ in range(7):
        tries(session, landline)
    assert texts_to(session, landline) == []


def test_the_same_key_presses_told_twice_are_one_guess(session: Session, hana: Person) -> None:
    call = a_call(session, phone=HANA, waits=False)
    for _ in range(9):
        found = pins.guess(session, hana, call_id=call.id, nth=1, at=NOON)
        assert found is not None
        pins.wrong(session, hana, found, at=NOON)
    assert session.scalar(select(func.count()).select_from(Guess)) == 1
    assert not pins.closed(session, hana, at=NOON)


def test_of_many_guesses_at_once_on_two_machines_three_are_tried(database: Database) -> None:
    """Each is a row before it is hashed, so no race can try a fourth."""
    other = Database(database.url)
    with database.transaction() as session:
        hana = a_handler(session, "Hana Novak", phone=HANA)
        sids = [a_sid() for _ in range(12)]
        for sid in sids:
            calls.write_down(session.connection(), sid, phone=HANA, at=NOON)
    together = Barrier(len(sids))

    def one(place: int) -> bool:
        together.wait()
        with (database, other)[place % 2].transaction() as session:
            call, who = calls.find_call(session, sids[place]), session.get_one(Person, hana.id)
            return call is not None and pins.guess(session, who, call_id=call.id, nth=1, at=NOON) is not None

    with ThreadPoolExecutor(len(sids)) as pool:
        tried = list(pool.map(one, range(len(sids))))
    other.close()
    assert sum(tried) == 3


def test_guesses_are_forgotten_after_a_day_and_pins_with_their_person(session: Session, hana: Person) -> None:
    tries(session, hana)
    pins.put(session, hana, "a hash", who=hana, at=NOON)
    tries(session, hana)
    (rule,) = [rule for rule in retention.RULES if rule.table is Guess]
    assert rule.find(session, NOON + timedelta(hours=23)) == []
    assert len(rule.find(session, NOON + timedelta(hours=25))) == 1
    retention.forget_person(session, hana, at=NOON)
    assert session.scalar(select(func.count()).select_from(Pin)) == 0
    assert session.scalar(select(func.count()).select_from(Guess)) == 0
