"""A handler chooses who is asked; and a request that was written down wrongly is put right."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpline import away, correcting, desk_items, follow_ups, handing, offers, requests, taking, withdrawing
from helpline.correcting import Corrected
from helpline.desk_items import DeskItem, ItemKind
from helpline.durations import ChangedMeanwhileError
from helpline.errors import HelplineError
from helpline.messages import Message, MessageKind
from helpline.offers import O
from helpline.people import Person, Way
from helpline.requests import HelpRequest, Q
from helpline.wording import Urgency
from tests.builders import NOON, a_coordinator, a_handler, a_street
from tests.helpline.cast import MINUTE, a_request, story, texts_to

DAY = timedelta(days=1)


@pytest.fixture
def cast(session: Session) -> dict[str, Person]:
    a_street(session, "Acacia Road")
    a_street(session, "Quince Lane", patch="The Orchard")
    return {
        "coral": a_coordinator(session, "Coral"),
        "deepak": a_coordinator(session, "Deepak", deputy=True),
        "orla": a_coordinator(session, "Orla", of="The Orchard"),
        "hana": a_handler(session, "Hana"),
    }


@pytest.fixture
def request_(session: Session, cast: dict[str, Person]) -> HelpRequest:
    return a_request(session, cast["hana"], a_street(session, "Acacia Road"), phone="+447700900118")


def hand(session: Session, request: HelpRequest, to: Person, cast: dict[str, Person]) -> None:
    handing.hand(session, request, to, who=cast["hana"], at=NOON + MINUTE)


def test_those_of_its_patch_come_first_and_why_not(
    session: Session, request_: HelpRequest, cast: dict[str, Person]
) -> None:
    away.say_away(session, cast["deepak"], date(2026, 11, 19), date(2026, 11, 30), who=cast["deepak"], at=NOON)
    found = handing.candidates(session, request_, at=NOON)
    assert [(one.person.first_name, one.near, one.why_not) for one in found] == [
        ("Coral", True, "Coral is being asked already"),
        ("Deepak", True, "Deepak is away until Monday 30 November"),
        ("Orla", False, None),
    ]


def test_somebody_of_another_patch_is_asked_and_whoever_had_it_is_told(
    session: Session, request_: HelpRequest, cast: dict[str, Person]
) -> None:
    taking.accept(session, offers.of_request(session, request_)[0], at=NOON)
    hand(session, request_, cast["orla"], cast)
    hand(session, request_, cast["orla"], cast)  # pressed twice
    assert [(one.person.first_name, one.state) for one in offers.of_request(session, request_)] == [
        ("Coral", O.WITHDRAWN),
        ("Orla", O.OPEN),
    ]
    assert request_.state == Q.ASKING
    assert "no longer needed from you" in texts_to(session, cast["coral"])[-1]
    assert len(texts_to(session, cast["orla"])) == 1
    assert story(session, request_)[-3:] == ["offer.withdrawn", "request.handed", "offer.made"]
    hand(session, request_, cast["coral"], cast)  # back again, by choice
    assert offers.holder_of(session, request_).person_id == cast["coral"].id


def test_whoever_is_away_is_not_asked(session: Session, request_: HelpRequest, cast: dict[str, Person]) -> None:
    away.say_away(session, cast["orla"], date(2026, 11, 19), date(2026, 11, 30), who=cast["orla"], at=NOON)
    with pytest.raises(HelplineError, match="Orla is away until Monday 30 November, so nothing was asked of them"):
        hand(session, request_, cast["orla"], cast)
    assert texts_to(session, cast["orla"]) == []
    assert offers.holder_of(session, request_).person_id == cast["coral"].id


def test_whoever_said_no_is_not_asked_again_and_a_hat_may_be_gone(
    session: Session, request_: HelpRequest, cast: dict[str, Person]
) -> None:
    taking.pass_on(session, offers.of_request(session, request_)[0], at=NOON)
    with pytest.raises(HelplineError, match="Coral said no to this"):
        hand(session, request_, cast["coral"], cast)
    with pytest.raises(HelplineError, match="look after no patch"):
        hand(session, request_, cast["hana"], cast)
    withdrawing.call_off(session, request_, who=cast["hana"], at=NOON)
    with pytest.raises(HelplineError, match="no longer open"):
        hand(session, request_, cast["orla"], cast)


def test_from_the_desk_to_somebody(session: Session, cast: dict[str, Person]) -> None:
    request = a_request(session, cast["hana"], None)
    assert request.state == Q.NOBODY
    hand(session, request, cast["orla"], cast)
    assert request.state == Q.ASKING
    items = session.scalars(select(DeskItem).where(DeskItem.request_id == request.id))
    assert not [one for one in items if one.state in desk_items.LIVE]


def as_it_is(request: HelpRequest) -> Corrected:
    return Corrected(
        request.words or "",
        request.name,
        request.house,
        request.street_id,
        request.street_words,
        request.urgency,
        request.by_at,
    )


def test_the_street_was_wrong_so_the_right_patch_is_asked(
    session: Session, request_: HelpRequest, cast: dict[str, Person]
) -> None:
    quince = a_street(session, "Quince Lane", patch="The Orchard")
    given = replace(as_it_is(request_), street_id=quince.id)
    assert correcting.correct(session, request_, given, seen=0, who=cast["hana"], at=NOON + MINUTE)
    assert request_.patch is not None
    assert request_.patch.name == "The Orchard"
    assert "shopping near Acacia Road is no longer needed from you" in texts_to(session, cast["coral"])[
        -1
    ].lower().replace("acacia road", "Acacia Road")
    assert "Quince Lane" in texts_to(session, cast["orla"])[0]
    assert not correcting.correct(session, request_, given, seen=0, who=cast["hana"], at=NOON + MINUTE), "sent twice"


def test_whoever_puts_it_right_second_undoes_nothing_that_they_have_not_seen(
    session: Session, request_: HelpRequest, cast: dict[str, Person]
) -> None:
    quince, amy = a_street(session, "Quince Lane", patch="The Orchard"), a_handler(session, "Amy")
    opened = as_it_is(request_)
    moved = replace(opened, street_id=quince.id)
    correcting.correct(session, request_, moved, seen=0, who=cast["hana"], at=NOON + MINUTE)
    for who, said in ((amy, "Hana put it right while you had this open"), (cast["hana"], "You put it right")):
        with pytest.raises(ChangedMeanwhileError, match=said):
            correcting.correct(session, request_, replace(opened, words="Bread"), seen=0, who=who, at=NOON + MINUTE)
    assert as_it_is(request_) == moved
    assert len(texts_to(session, cast["orla"])) == 1
    seen = correcting.newest_change(session, request_.id)
    assert correcting.correct(session, request_, replace(moved, words="Bread"), seen=seen, who=amy, at=NOON + MINUTE)
    assert request_.street is quince


@pytest.mark.parametrize("said_yes", [False, True])
def test_moved_by_mistake_and_back_it_is_with_whoever_had_it_before(
    session: Session, request_: HelpRequest, cast: dict[str, Person], *, said_yes: bool
) -> None:
    quince, opened = a_street(session, "Quince Lane", patch="The Orchard"), as_it_is(request_)
    if said_yes:  # she was to be rung, and rang in herself before that
        session.scalars(select(Message).where(Message.kind == MessageKind.OFFER)).one().way = Way.VOICE
        taking.accept(session, offers.of_request(session, request_)[0], at=NOON)
    for given in (replace(opened, street_id=quince.id), opened):
        seen = correcting.newest_change(session, request_.id)
        correcting.correct(session, request_, given, seen=seen, who=cast["hana"], at=NOON + MINUTE)
        assert "is no longer needed from you" in texts_to(session, cast["coral"])[1 + said_yes]
    assert request_.state == Q.ASKING
    assert [(one.person.first_name, one.state) for one in offers.of_request(session, request_)] == [
        ("Coral", O.OPEN),
        ("Orla", O.ELSEWHERE),
    ]
    assert "Acacia Road, today. Can somebody?" in texts_to(session, cast["coral"])[-1]
    assert "is no longer needed from you" in texts_to(session, cast["orla"])[-1]


def test_it_is_urgent_after_all(session: Session, request_: HelpRequest, cast: dict[str, Person]) -> None:
    before = offers.of_request(session, request_)[0].lapses_at
    given = replace(as_it_is(request_), urgency=Urgency.NOW)
    correcting.correct(session, request_, given, seen=0, who=cast["hana"], at=NOON + MINUTE)
    assert offers.of_request(session, request_)[0].lapses_at == NOON + 16 * MINUTE < before
    assert "It is needed now, it is urgent. Please look again." in texts_to(session, cast["coral"])[-1]


def test_words_put_right_are_told_to_whoever_has_it_only(
    session: Session, request_: HelpRequest, cast: dict[str, Person]
) -> None:
    def reworded(words: str) -> None:
        seen, given = correcting.newest_change(session, request_.id), replace(as_it_is(request_), words=words)
        correcting.correct(session, request_, given, seen=seen, who=cast["hana"], at=NOON)

    reworded("Bread")
    assert len(texts_to(session, cast["coral"])) == 1
    taking.accept(session, offers.of_request(session, request_)[0], at=NOON)
    reworded("Milk")
    assert "Please look again" in texts_to(session, cast["coral"])[-1]
    withdrawing.see_to(session, request_, who=cast["hana"], at=NOON)
    with pytest.raises(HelplineError, match="is over"):
        reworded("Tea")


def follow_ups_on_the_desk(session: Session, request: HelpRequest) -> int:
    items = session.scalars(select(DeskItem).where(DeskItem.request_id == request.id))
    return len([one for one in items if one.kind == ItemKind.FOLLOW_UP and one.state in desk_items.LIVE])


@pytest.mark.parametrize("seen_to", [True, False])
def test_a_day_for_asking_how_it_went(
    session: Session, request_: HelpRequest, cast: dict[str, Person], seen_to: bool
) -> None:
    if seen_to:
        requests.done(session, request_, who=cast["hana"], at=NOON)
    for _ in range(2):
        follow_ups.choose_day(session, request_, date(2026, 11, 21), who=cast["hana"], at=NOON)
    assert request_.follow_up_at == datetime(2026, 11, 21, 10, tzinfo=NOON.tzinfo)
    follow_ups.put(session, request_.id, NOON + DAY)
    assert follow_ups_on_the_desk(session, request_) == 0
    follow_ups.put(session, request_.id, NOON + 2 * DAY)
    assert follow_ups_on_the_desk(session, request_) == 1
    follow_ups.choose_day(session, request_, date(2026, 11, 19), who=cast["hana"], at=NOON)
    assert follow_ups_on_the_desk(session, request_) == 1


def test_no_day_is_chosen_on_which_the_number_is_forgotten(
    session: Session, request_: HelpRequest, cast: dict[str, Person]
) -> None:
    requests.done(session, request_, who=cast["hana"], at=NOON)
    then = NOON + 20 * DAY
    with pytest.raises(HelplineError, match="before Thursday 17 December: then we forget the number"):
        follow_ups.choose_day(session, request_, date(2026, 12, 17), who=cast["hana"], at=then)
    follow_ups.choose_day(session, request_, date(2026, 12, 16), who=cast["hana"], at=then)
    assert request_.follow_up_at is not None


@pytest.mark.parametrize("day", [None, date(2026, 11, 18), date(2027, 1, 1)])
def test_a_day_that_is_not_to_be(
    session: Session, request_: HelpRequest, cast: dict[str, Person], day: date | None
) -> None:
    with pytest.raises(HelplineError, match="within four weeks"):
        follow_ups.choose_day(session, request_, day, who=cast["hana"], at=NOON)
