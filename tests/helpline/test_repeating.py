"""A check-in call comes back by itself, to whoever made the last one, and ends when it should."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import (
    at_risk,
    away,
    durations,
    erasing,
    offers,
    people,
    remembered,
    repeating,
    requests,
    retention,
    taking,
    wearing,
)
from helpline.errors import HelplineError
from helpline.people import HatName, Person
from helpline.places import Street
from helpline.repeating import Repeat
from helpline.requests import HelpRequest, Q
from helpline.wording import Kind, Urgency
from tests.builders import NOON, a_coordinator, a_handler, a_patch, a_person, a_street
from tests.helpline.cast import a_request, story, texts_to
from tests.helpline.test_retention import forget

TODAY, A_DAY = date(2026, 11, 19), timedelta(days=1)


def nine(days: int) -> datetime:
    return datetime(2026, 11, 19, 9, tzinfo=UTC) + days * A_DAY


@pytest.fixture
def hana(session: Session) -> Person:
    return a_handler(session, "Hana")


@pytest.fixture
def road(session: Session) -> Street:
    return a_street(session, "Acacia Road")


@pytest.fixture
def coral(session: Session, road: Street) -> Person:
    return a_coordinator(session, "Coral")


@pytest.fixture
def deepak(session: Session, coral: Person) -> Person:
    return a_coordinator(session, "Deepak", deputy=True)


@pytest.fixture
def call(session: Session, hana: Person, road: Street, coral: Person, deepak: Person) -> HelpRequest:
    return a_request(session, hana, road, kinds=(Kind.FRIENDLY_CALL,), urgency=Urgency.TODAY)


def tick(session: Session, at: datetime) -> None:
    session.flush()
    for repeat_id in repeating.due(session, at):
        repeating.make(session, repeat_id, at)


def all_of(session: Session, repeat: Repeat) -> list[HelpRequest]:
    mine = select(HelpRequest).where(HelpRequest.repeat_id == repeat.id)
    return list(session.scalars(mine.order_by(HelpRequest.id)))


def answer(session: Session, request: HelpRequest, *names: str, at: datetime) -> None:
    """Everybody before the last passes, and the last says yes, and does it."""
    for name in names:
        offer = offers.holder_of(session, request)
        assert offer is not None
        assert offer.person.name == name
        if name == names[-1]:
            taking.accept(session, offer, at=at)
            taking.done(session, offer, at=at)
        else:
            taking.pass_on(session, offer, at=at)


def asked(session: Session, request: HelpRequest) -> str | None:
    offer = offers.holder_of(session, request)
    return offer.person.name if offer else None


def test_it_comes_back_in_the_morning_with_the_same_words_to_whoever_did_it_last(
    session: Session, call: HelpRequest, hana: Person
) -> None:
    repeat = repeating.begin(session, call, 7, who=hana, at=NOON)
    assert repeating.begin(session, call, 1, who=hana, at=NOON) is repeat
    answer(session, call, "Coral", "Deepak", at=NOON)
    tick(session, nine(7) - timedelta(seconds=1))
    assert all_of(session, repeat) == [call]
    tick(session, nine(7))
    tick(session, nine(7))
    _, second = all_of(session, repeat)
    assert asked(session, second) == "Deepak"
    same = ("kinds", "words", "name", "phone", "house", "resident_id", "street_id", "patch_id", "handler_id")
    assert [getattr(second, one) for one in same] == [getattr(call, one) for one in same]
    assert second.reference != call.reference
    assert story(session, second) == ["request.came_back", "offer.made"]
    answer(session, second, "Deepak", "Coral", at=nine(7))
    tick(session, nine(14))
    assert asked(session, all_of(session, repeat)[-1]) == "Coral"


def test_whether_another_is_to_come_is_known_beforehand(session: Session, call: HelpRequest, hana: Person) -> None:
    repeat = repeating.begin(session, call, 7, last=TODAY + 7 * A_DAY, who=hana, at=NOON)
    assert repeating.comes_back(repeat)
    answer(session, call, "Coral", at=NOON)
    tick(session, nine(7))
    assert not repeating.comes_back(repeat), "that was the last"
    repeating.stop(session, repeat, who=hana, at=NOON)
    assert not repeating.comes_back(repeat)


def test_it_comes_back_to_whoever_looks_after_the_street_by_then(
    session: Session, call: HelpRequest, hana: Person, road: Street
) -> None:
    repeat = repeating.begin(session, call, 7, who=hana, at=NOON)
    answer(session, call, "Coral", at=NOON)
    elm = a_patch(session, "Elm")
    a_coordinator(session, "Edith", of="Elm")
    road.stretches[0].patch = elm
    session.flush()
    tick(session, nine(7))
    (_, next_week) = all_of(session, repeat)
    assert next_week.patch is elm
    assert asked(session, next_week) == "Edith"


def test_whoever_did_it_last_and_is_away_is_passed_over(session: Session, call: HelpRequest, hana: Person) -> None:
    repeat = repeating.begin(session, call, 1, who=hana, at=NOON)
    answer(session, call, "Coral", "Deepak", at=NOON)
    deepak = offers.of_request(session, call)[-1].person
    away.say_away(session, deepak, TODAY + A_DAY, TODAY + A_DAY, who=deepak, at=NOON)
    tick(session, nine(1))
    assert asked(session, all_of(session, repeat)[-1]) == "Coral"


def test_nothing_piles_up_while_nobody_has_it_nor_while_the_clock_stood_still(
    session: Session, call: HelpRequest, hana: Person
) -> None:
    repeat = repeating.begin(session, call, 1, who=hana, at=NOON)
    tick(session, nine(1))
    assert all_of(session, repeat) == [call]
    assert "request.still_wanted" in story(session, call)
    answer(session, call, "Coral", at=nine(1))
    tick(session, nine(9) + timedelta(hours=3))
    tick(session, nine(9) + timedelta(hours=4))
    assert len(all_of(session, repeat)) == 2
    assert repeat.next_at == nine(10)


def test_taken_and_never_said_to_be_done_it_comes_back_all_the_same(
    session: Session, call: HelpRequest, hana: Person
) -> None:
    repeat = repeating.begin(session, call, 7, who=hana, at=NOON)
    offer = offers.holder_of(session, call)
    assert offer is not None
    taking.accept(session, offer, at=NOON)
    tick(session, nine(7))
    assert [one.state for one in all_of(session, repeat)] == [Q.TAKEN, Q.ASKING]


@pytest.mark.parametrize("why", ["stopped", "last day", "forgotten"])
def test_it_ends(session: Session, call: HelpRequest, hana: Person, why: str) -> None:
    last = TODAY + 3 * A_DAY if why == "last day" else None
    repeat = repeating.begin(session, call, 7, last=last, who=hana, at=NOON)
    answer(session, call, "Coral", at=NOON)
    if why == "stopped":
        repeating.stop(session, repeat, who=hana, at=NOON)
        repeating.stop(session, repeat, who=hana, at=NOON)
    if why == "forgotten":
        retention.forget_request(session, call, at=nine(1))
    tick(session, nine(7))
    assert (len(all_of(session, repeat)), repeat.next_at) == (1, None)
    assert story(session, call).count("request.repeats_no_more") == 1


def test_the_last_is_kept_until_the_next_is_there_however_soon_the_group_forgets(
    session: Session, call: HelpRequest, hana: Person
) -> None:
    people.wear(session, hana, HatName.ORGANISER, at=NOON)
    durations.change(session, "forget", 7 * 86_400, seen=None, who=hana, at=NOON)
    call.resident = a_person(session, "Rita Marsh")
    repeat = repeating.begin(session, call, 14, last=TODAY + 14 * A_DAY, who=hana, at=NOON)
    answer(session, call, "Coral", at=NOON)
    assert remembered.of(session, call.resident).requests[0].until == nine(14)
    forget(session, nine(14))
    assert remembered.of(session, call.resident).until is None
    tick(session, nine(14))
    _, second = all_of(session, repeat)
    assert (second.words, second.resident) == (call.words, call.resident)
    answer(session, second, "Coral", at=nine(14))
    forget(session, nine(21) + A_DAY)
    session.expire_all()
    assert (call.forgotten_at, second.forgotten_at) == (nine(21) + A_DAY, nine(21) + A_DAY), "that was its last day"


@pytest.mark.parametrize(
    ("days", "last", "why"),
    [(3, None, "every day, every week or every two weeks"), (7, 0, "has come"), (7, 400, "more than a year off")],
)
def test_what_makes_no_sense_is_refused(
    session: Session, call: HelpRequest, hana: Person, days: int, last: int | None, why: str
) -> None:
    with pytest.raises(HelplineError, match=why):
        repeating.begin(session, call, days, last=None if last is None else TODAY + last * A_DAY, who=hana, at=NOON)


def test_an_offer_of_help_travels_the_same_road_and_does_not_come_back(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    offered = a_request(session, hana, road, kinds=(Kind.OFFER_OF_HELP,))
    assert asked(session, offered) == "Coral"
    with pytest.raises(HelplineError, match="offer of help"):
        repeating.begin(session, offered, 7, who=hana, at=NOON)


def test_a_day_and_time_is_the_same_time_by_the_wall_clock_and_what_was_urgent_is_for_that_day(
    session: Session, hana: Person, road: Street, coral: Person
) -> None:
    saturday = datetime(2027, 3, 27, 14, tzinfo=UTC)  # the clock goes forward in the night
    timed = a_request(
        session, hana, road, at=saturday, urgency=Urgency.DAY_AND_TIME, by_at=saturday + timedelta(hours=3)
    )
    urgent = a_request(session, hana, road, at=saturday, urgency=Urgency.NOW)
    repeats = [repeating.begin(session, one, 1, who=hana, at=saturday) for one in (timed, urgent)]
    for one in (timed, urgent):
        answer(session, one, "Coral", at=saturday)
    tick(session, datetime(2027, 3, 28, 8, tzinfo=UTC))
    again = [all_of(session, repeat)[-1] for repeat in repeats]
    assert [one.urgency for one in again] == [Urgency.DAY_AND_TIME, Urgency.TODAY]
    assert again[0].by_at == datetime(2027, 3, 28, 16, tzinfo=UTC)


@pytest.fixture
def olga(session: Session) -> Person:
    olga = a_handler(session, "Olga", on_shift=False)
    people.wear(session, olga, HatName.ORGANISER, at=NOON)
    return olga


@pytest.fixture
def bea(session: Session) -> Person:
    return a_handler(session, "Bea", on_shift=False)


COLD = "The kettle was cold"


@pytest.mark.parametrize("how", ["no longer handler", "erased"])
def test_whoever_leaves_the_desk_is_neither_named_nor_told_when_it_comes_back(
    session: Session, call: HelpRequest, hana: Person, olga: Person, how: str
) -> None:
    at_risk.flag(session, call, hana, COLD, who=hana, at=NOON)
    repeat = repeating.begin(session, call, 7, who=hana, at=NOON)
    answer(session, call, "Coral", at=NOON)
    (hat,) = hana.hats
    assert wearing.what_follows(session, hat, at=NOON).answers.requests == (call,)
    if how == "erased":
        erasing.erase(session, hana, who=olga, at=NOON)
    else:
        wearing.take_off(session, hat, who=olga, at=NOON)
    assert (call.lead_id, call.worry) == (olga.id, COLD)
    before = texts_to(session, hana)
    tick(session, nine(7))
    _, second = all_of(session, repeat)
    assert (second.handler, second.lead_id, second.worry) == (olga, olga.id, COLD)
    answer(session, second, "Coral", at=nine(7))
    assert texts_to(session, hana) == before
    assert texts_to(session, olga) == [
        f"Done: Friendly call near Acacia Road ({second.reference}). Seen to by Coral. Thank you."
    ]


def test_it_is_with_whoever_said_that_it_comes_back_before_an_organiser(
    session: Session, call: HelpRequest, hana: Person, olga: Person, bea: Person
) -> None:
    repeat = repeating.begin(session, call, 7, who=bea, at=NOON)
    answer(session, call, "Coral", at=NOON)
    wearing.take_off(session, hana.hats[0], who=olga, at=NOON)
    tick(session, nine(7))
    assert [one.handler for one in all_of(session, repeat)] == [hana, bea]


def leave(session: Session, person: Person, request: HelpRequest, how: str) -> None:
    """They have left in a way in which nobody took over what they answer for."""
    session.delete(person.hats.pop())
    person.phone = None if how == "erased" else person.phone
    request.lead_id = 99_999 if how == "gone" else person.id
    session.flush()


@pytest.mark.parametrize("how", ["left", "erased", "gone"])
def test_whoever_it_is_with_answers_for_it_and_hears_so_when_its_lead_has_left(
    session: Session, call: HelpRequest, hana: Person, bea: Person, how: str
) -> None:
    at_risk.flag(session, call, bea, COLD, who=bea, at=NOON)
    repeat = repeating.begin(session, call, 7, who=hana, at=NOON)
    answer(session, call, "Coral", at=NOON)
    leave(session, bea, call, how)
    tick(session, nine(7))
    _, second = all_of(session, repeat)
    assert (second.lead_id, second.worry) == (hana.id, COLD)
    assert f"you are named to answer for request {second.reference}" in texts_to(session, hana)[-1]
    assert texts_to(session, bea) == []


@pytest.mark.parametrize("how", ["left", "erased", "gone"])
def test_with_nobody_left_to_ask_it_is_on_the_desk_also_when_its_lead_has_left(
    session: Session, call: HelpRequest, hana: Person, bea: Person, how: str
) -> None:
    at_risk.flag(session, call, bea, COLD, who=bea, at=NOON)
    leave(session, bea, call, how)
    for _ in range(2):
        (offer,) = offers.live_of_request(session, call)
        taking.pass_on(session, offer, at=NOON)
    assert call.state == Q.NOBODY
    assert [text[:10] for text in texts_to(session, hana)] == ["Nobody yet"]
    assert texts_to(session, bea) == []


def test_whoever_wrote_it_down_and_has_left_the_desk_is_not_told_that_it_is_done(
    session: Session, call: HelpRequest, hana: Person, olga: Person
) -> None:
    assert requests.handler_hears(call)
    wearing.take_off(session, hana.hats[0], who=olga, at=NOON, told=False)
    answer(session, call, "Coral", at=NOON)
    assert (call.state, texts_to(session, hana)) == (Q.DONE, [])
