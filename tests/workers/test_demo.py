"""The demo ward: believable, complete, and somebody is always on."""

import json
import stat
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpline import busy_hours, config, fairness, people, places, rota, slots
from helpline.people import HatName, Person, Way
from helpline.places import Patch, Street, Stretch
from helpline.rota import Shift
from tests.builders import NOON, a_person, find_street
from workers import demo

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
# Two ordinary afternoons, the small hours, one minute before a change, and the weeks in which the clocks change.
LOADED_AT = [
    NOON,
    datetime(2026, 11, 19, 13, 30, tzinfo=UTC),
    datetime(2026, 11, 19, 3, 12, 7, 5, tzinfo=UTC),
    datetime(2026, 11, 19, 21, 59, 59, tzinfo=UTC),
    datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
    datetime(2027, 3, 27, 23, 30, tzinfo=UTC),
]


def loaded(session: Session, at: datetime = NOON) -> str:
    return demo.load(session, at=at, zone=LONDON)


def test_the_forecast_has_something_to_say(session: Session) -> None:
    loaded(session)
    told = busy_hours.forecast_of(session, at=NOON)
    assert told.is_known
    needs = [told.needs[day * 24 + hour] for day in range(7) for hour in (10, 11, 14)]
    assert needs == [3, 3, 2] + 2 * [2, 2, 2] + [3, 3, 2] + 3 * [2, 2, 2]
    assert {share.joined for share in fairness.shares(session, at=NOON)} == {None}


def count(session: Session, what: type) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0


def test_the_ward_is_as_big_as_it_says(session: Session) -> None:
    assert loaded(session) == "Loaded the demo ward."
    assert (count(session, Patch), count(session, Street)) == (12, 60)
    hats = {hat: people.with_hat(session, hat) for hat in HatName}
    assert len(hats[HatName.HANDLER]) == 18
    assert len(hats[HatName.COORDINATOR]) == 10
    assert len(hats[HatName.ORGANISER]) == 2
    assert all(organiser.wears(HatName.HANDLER) for organiser in hats[HatName.ORGANISER])
    looking_after = hats[HatName.COORDINATOR] + hats[HatName.DEPUTY]
    assert sum(one.wears(HatName.HANDLER) for one in looking_after) == 2
    assert sorted(one.by for one in looking_after if one.by != Way.TEXT) == [Way.VOICE, Way.WHATSAPP]
    (by_voice,) = (one for one in looking_after if one.by == Way.VOICE)
    assert by_voice.phone.startswith("+4420")
    residents = session.scalars(select(Person).where(~Person.hats.any())).all()
    assert len(residents) >= 36
    assert any(one.phone.startswith("+4420") for one in residents)


def test_one_patch_has_nobody_and_one_has_no_deputy(session: Session) -> None:
    loaded(session)
    ladders = {patch.name: people.ladder_of(session, patch.id) for patch in session.scalars(select(Patch))}
    assert [name for name, ladder in ladders.items() if not ladder] == ["The Yard"]
    assert [name for name, ladder in ladders.items() if len(ladder) == 1] == ["Medlar"]
    assert [hat.person.first_name for hat in ladders["Acacia"]] == ["Coral", "Deepak"]
    yard = session.scalars(select(Stretch).join(Patch).where(Patch.name == "The Yard")).all()
    assert [stretch.street.name for stretch in yard] == ["Cobbler's Yard"]


def test_every_house_on_every_street_has_a_patch(session: Session) -> None:
    loaded(session)
    for street in places.all_streets(session):
        assert all(places.patch_for(street, str(number)) for number in range(1, 200)), street.name
    station = find_street(session, "Station Road")
    assert station is not None
    assert [patch.name for patch in (places.patch_for(station, "27"), places.patch_for(station, "30")) if patch] == [
        "Station",
        "Market",
    ]


def test_every_number_is_kept_for_drama_and_none_is_the_helplines(session: Session) -> None:
    loaded(session)
    numbers = [person.phone for person in session.scalars(select(Person))]
    assert all(number.startswith(("+447700900", "+442079460")) for number in numbers)
    assert not {config.current().helpline_number, config.current().fallback_number} & set(numbers)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("at", LOADED_AT, ids=str)
def test_whatever_the_hour_it_is_a_believable_rota(session: Session, at: datetime) -> None:
    loaded(session, at)
    two_are_down_for_each_time_of_the_week_to_come_but_for_two_gaps(session, at)
    the_four_weeks_behind_are_told_too(session, at)
    hana_and_tomasz_are_on_whatever_the_hour(session, at)
    nobody_has_two_shifts_at_once_and_everybody_has_a_turn(session, at)


def two_are_down_for_each_time_of_the_week_to_come_but_for_two_gaps(session: Session, at: datetime) -> None:
    to_come = slots.between(session, at, at + 8 * DAY)
    down = rota.down_for(session, to_come)
    gaps = [rota.missing(slot, down[slot.id], at=at) for slot in to_come if slot.starts_at > at]
    assert sorted(gap for gap in gaps if gap) == [1, 2]
    assert len(gaps) >= 20


def the_four_weeks_behind_are_told_too(session: Session, at: datetime) -> None:
    behind = slots.between(session, at - 28 * DAY, at - DAY)
    down = rota.down_for(session, behind)
    assert len(behind) >= 75
    assert all(len(down[slot.id]) == 2 for slot in behind)


def hana_and_tomasz_are_on_whatever_the_hour(session: Session, at: datetime) -> None:
    for later in (timedelta(0), timedelta(hours=1), timedelta(hours=3) - timedelta(seconds=1)):
        assert [shift.person.first_name for shift in rota.on_now(session, at + later)] == ["Hana", "Tomasz"]


def nobody_has_two_shifts_at_once_and_everybody_has_a_turn(session: Session, at: datetime) -> None:
    shifts = session.scalars(select(Shift).order_by(Shift.person_id, Shift.starts_at)).all()
    for before, after in pairwise(shifts):
        assert before.person_id != after.person_id or before.ends_at <= after.starts_at
    turns = Counter(shift.person_id for shift in shifts)
    assert len(turns) == 18


def test_loading_twice_changes_nothing(session: Session) -> None:
    loaded(session)
    before = [count(session, what) for what in (Person, Patch, Street, Stretch, people.Hat, Shift)]
    assert loaded(session, NOON + timedelta(hours=2)) == "The demo ward is loaded already."
    assert [count(session, what) for what in (Person, Patch, Street, Stretch, people.Hat, Shift)] == before


def test_a_demo_opened_weeks_later_has_somebody_on_again(session: Session) -> None:
    loaded(session)
    weeks_later = NOON + timedelta(days=20, hours=6)  # in the evening, when nobody is down
    assert "carried on" in loaded(session, weeks_later)
    for hour in (0, 1, 2):
        assert len(rota.on_now(session, weeks_later + timedelta(hours=hour))) >= 2
    assert len(slots.between(session, weeks_later, weeks_later + 56 * DAY)) >= 8 * 20


def test_a_groups_own_database_is_left_alone(session: Session) -> None:
    a_person(session, "Somebody real")
    assert loaded(session) == "The database is not empty, so the demo ward was not loaded."
    assert (count(session, Person), count(session, Street), count(session, Shift)) == (1, 0, 0)


def test_the_telephones_say_who_everybody_is(session: Session) -> None:
    loaded(session)
    told = demo.telephones(session, config.current(), at=NOON)
    assert told["numbers"] == [
        {
            "number": "+442079460303",
            "name": "Larkfield Neighbours",
            "voice_url": "http://127.0.0.1:8001/ivr/voice",
            "sms_url": "http://127.0.0.1:8001/ivr/texts",
            "status_callback": "http://127.0.0.1:8001/ivr/status/calls",
        }
    ]
    telephones = told["telephones"]
    assert len(telephones) == count(session, Person) + 1
    by_name = {one["name"].split()[0]: one for one in telephones}
    assert by_name["Rita"] == {
        "number": "+442079460118",
        "name": "Rita Marsh",
        "note": "resident, 14 Acacia Road",
        "kind": "landline",
        "behaviour": "person",
    }
    assert by_name["Hana"]["note"].startswith("handler, on until 4")
    assert by_name["Hana"]["kind"] == "mobile"
    assert by_name["Coral"]["note"] == "coordinator of Acacia Road, Quince Lane, Rowan Row and Orchard Way"
    order = [one["name"].split()[0] for one in telephones]
    assert order[0] == "Rita"
    assert order.index("Hana") < order.index("Coral") < order.index("Femi")
    assert (telephones[-1]["number"], telephones[-1]["name"]) == ("+442079460999", "The group's fallback")


def test_every_homes_street_is_on_the_map(session: Session) -> None:
    loaded(session)
    names = {street.name for street in places.all_streets(session)}
    homes = [one["note"] for one in demo.telephones(session, config.current(), at=NOON)["telephones"]]
    for home in homes:
        if home.startswith("resident, "):
            assert any(home.endswith(f" {name}") for name in names), home


def test_the_telephones_are_written_whole_and_for_their_owner(tmp_path: Path) -> None:
    file = tmp_path / "var" / "telephones.json"
    for told in ({"telephones": [1]}, {"telephones": ["Zoë"]}):
        demo.write_telephones(file, told)
        assert json.loads(file.read_text(encoding="utf-8")) == told
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["telephones.json"]


def test_it_says_whom_to_sign_in_as(session: Session) -> None:
    assert demo.greeting(session, at=NOON) is None
    loaded(session)
    assert demo.greeting(session, at=NOON) == "Sign in as Hana: 07700 900101"
    tomorrow = demo.greeting(session, at=NOON + timedelta(days=1, hours=4))
    assert tomorrow is not None
    assert "Hana" not in tomorrow
