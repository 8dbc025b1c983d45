"""What a group changes of how long things take."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import durations, rings, texts
from helpline.db import Database
from helpline.defaults import DEFAULTS
from helpline.durations import Change, ChangedMeanwhileError, Kept
from helpline.errors import HelplineError, NotFoundError
from helpline.history import Event
from helpline.people import HatName, Person
from helpline.retention import RULES
from helpline.rings import R
from helpline.texts import Text
from tests import builders
from tests.builders import NOON
from tests.helpline.cast import a_call

S, MIN, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def an_organiser(session: Session, name: str = "Bea Marsh") -> Person:
    bea = builders.a_handler(session, name)
    builders.people.wear(session, bea, HatName.ORGANISER, at=NOON)
    return bea


def test_until_somebody_changes_it_everything_is_as_it_comes(session: Session) -> None:
    assert durations.of(session) == DEFAULTS
    assert durations.kept(session) == Kept(28 * DAY)


def test_a_change_counts_at_once_and_is_an_event(session: Session) -> None:
    bea = an_organiser(session)
    made = durations.change(session, "ring", 25, seen=None, who=bea, at=NOON)
    assert made is not None
    assert durations.of(session).ring == 25 * S
    assert durations.of(session).wrap_up == DEFAULTS.wrap_up
    assert (made.was, made.amount, made.made_by.first_name) == (18, 25, "Bea")
    event = session.scalars(select(Event).where(Event.what == "duration.changed.ring")).one()
    assert (event.who_id, event.at) == (bea.id, NOON)


def test_back_to_what_it_was_is_a_change_too(session: Session) -> None:
    bea = an_organiser(session)
    first = durations.change(session, "ring", 25, seen=None, who=bea, at=NOON)
    assert first is not None
    again = durations.change(session, "ring", 18, seen=first.id, who=bea, at=NOON + MIN)
    assert again is not None
    assert (again.was, durations.of(session).ring) == (25, 18 * S)
    assert session.scalars(select(Change.amount).order_by(Change.id)).all() == [25, 18]


def test_nothing_is_written_when_it_is_so_already(session: Session) -> None:
    assert durations.change(session, "ring", 18, seen=None, who=an_organiser(session), at=NOON) is None
    assert session.scalars(select(Change)).all() == []


def test_only_organisers_change_anything(session: Session) -> None:
    hana = builders.a_handler(session, "Hana Novak")
    with pytest.raises(HelplineError, match="Only an organiser"):
        durations.change(session, "ring", 25, seen=None, who=hana, at=NOON)


def test_beyond_the_bounds_is_refused_and_an_unknown_name_is_not_found(session: Session) -> None:
    bea = an_organiser(session)
    with pytest.raises(HelplineError, match="It can be from 5"):
        durations.change(session, "ring", 4, seen=None, who=bea, at=NOON)
    with pytest.raises(NotFoundError):
        durations.change(session, "lunch", 4, seen=None, who=bea, at=NOON)


def test_of_two_organisers_the_second_is_told_what_the_first_changed(database: Database) -> None:
    with database.transaction() as session:
        bea, ola = an_organiser(session), an_organiser(session, "Ola Lis")
    with database.transaction() as session:
        durations.change(session, "ring", 25, seen=None, who=session.get_one(Person, bea.id), at=NOON)
    with database.transaction() as session:
        with pytest.raises(
            ChangedMeanwhileError, match=r"Bea changed it from 18.s to 25.s a moment ago\. What you typed"
        ):
            durations.change(session, "ring", 12, seen=None, who=session.get_one(Person, ola.id), at=NOON)
        assert durations.of(session).ring == 25 * S
    with database.reading() as session:
        assert len(session.scalars(select(Change)).all()) == 1


def test_another_process_sees_it_in_its_next_transaction(database: Database, database_url: str) -> None:
    other = Database(database_url)
    with other.reading() as session:
        assert durations.of(session).wrap_up == 5 * MIN
    with database.transaction() as session:
        durations.change(session, "wrap_up", 600, seen=None, who=an_organiser(session), at=NOON)
    with other.reading() as session:
        assert durations.of(session).wrap_up == 10 * MIN
    other.close()


def test_a_name_that_newer_code_knows_is_passed_over(session: Session) -> None:
    session.add(Change(name="from_tomorrow", was=1, amount=2, made_at=NOON, made_by=an_organiser(session)))
    session.flush()
    assert durations.of(session) == DEFAULTS


def test_a_leg_in_hand_sounds_as_long_as_was_decided(session: Session) -> None:
    bea, hana = an_organiser(session), builders.a_handler(session, "Hana Novak")
    ring = rings.owe(session, hana, a_call(session).id, at=NOON)
    durations.change(session, "ring", 60, seen=None, who=bea, at=NOON)
    rings.claim(session, ring, at=NOON)
    made = durations.standing(session)["ring"]
    durations.change(session, "ring", 5, seen=made.id, who=bea, at=NOON)
    assert rings.seconds(ring) == 60

    def found(at: int, condition: Any) -> bool:
        return session.scalar(select(rings.Ring.id).where(condition(NOON + at * S))) is not None

    assert ring.state == R.DIALLING
    assert (found(59, rings.may_sound), found(61, rings.may_sound)) == (True, False)
    assert (found(119, rings.long_over), found(120, rings.long_over)) == (False, True)


# How long details are kept


def test_keeping_less_is_so_for_everything_and_keeping_more_only_for_what_comes_after() -> None:
    day = int(DAY.total_seconds())
    assert durations.keeping([(NOON, 28 * day, 14 * day)]) == Kept(14 * DAY)
    raised = durations.keeping([(NOON, 28 * day, 56 * day)])
    assert raised == Kept(56 * DAY, ((NOON + MIN, 28 * DAY),))
    lowered = [(NOON, 28 * day, 56 * day), (NOON + DAY, 56 * day, 21 * day)]
    assert durations.keeping(lowered) == Kept(21 * DAY)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(0, 9))
def test_nothing_is_kept_longer_than_was_promised_at_any_time_since_it_began(lengths: list[int], begun: int) -> None:
    """Against a model that looks at every length which stood from the beginning on."""
    day = int(DAY.total_seconds())
    stood = [28, *lengths]
    made = [(NOON + n * DAY, was * day, now * day) for n, (was, now) in enumerate(zip(stood, lengths, strict=False))]
    kept = durations.keeping(made)
    began = NOON + (begun - 0.5) * DAY
    since = max((n for n in range(len(stood)) if n == 0 or made[n - 1][0] + MIN <= began), default=0)
    expected = min(stood[since:]) * DAY
    assert min([kept.length, *(less for until, less in kept.raised if began < until)]) == expected


def a_text(session: Session, number: int, at: datetime) -> Text:
    text = texts.receive(session, f"SM{number:032}", phone="+442079460118", body="Hello", who=None, at=at)
    assert text is not None
    return text


def test_the_clock_forgets_each_thing_as_was_promised_when_it_began(session: Session) -> None:
    bea = an_organiser(session)
    texts_before = a_text(session, 1, NOON)
    raised_at = NOON + DAY
    durations.change(session, "forget", 56 * 86_400, seen=None, who=bea, at=raised_at)
    still_told = a_text(session, 2, raised_at + 30 * S)
    afterwards = a_text(session, 3, raised_at + 2 * MIN)
    session.flush()
    rule = next(rule for rule in RULES if rule.table is Text)

    def due(after: timedelta) -> list[int]:
        return list(rule.find(session, NOON + after))

    first, second, third = texts_before.id, still_told.id, afterwards.id
    assert due(27 * DAY) == []
    assert due(28 * DAY) == [first]
    assert due(30 * DAY) == [first, second]
    assert due(56 * DAY) == [first, second]
    assert due(58 * DAY) == [first, second, third]
    stands = durations.standing(session)["forget"]
    durations.change(session, "forget", 7 * 86_400, seen=stands.id, who=bea, at=NOON + 9 * DAY)
    assert due(10 * DAY) == [first, second, third], "less is so for everything"
